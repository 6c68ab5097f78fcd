//! Sums per source of error, kept from row to row.

use super::figure::SourceId;

/// Sums per source: dense, with a list of what was touched.
pub(super) struct Scratch {
    sums: Vec<f64>,
    touched: Vec<u32>,
}

impl Scratch {
    pub(super) fn new(length: usize) -> Self {
        Self { sums: vec![0.0; length], touched: Vec::new() }
    }

    pub(super) fn add(&mut self, id: u32, value: f64) {
        if value == 0.0 {
            return;
        }
        if let Some(sum) = usize::try_from(id).ok().and_then(|id| self.sums.get_mut(id)) {
            if *sum == 0.0 {
                self.touched.push(id);
            }
            *sum += value;
        }
    }

    /// The sums by source, in order; leaves nothing behind.
    pub(super) fn drain(&mut self) -> Vec<(SourceId, f64)> {
        self.touched.sort_unstable();
        self.touched.dedup();
        let mut drained = Vec::with_capacity(self.touched.len());
        for id in self.touched.drain(..) {
            if let Some(sum) = usize::try_from(id).ok().and_then(|id| self.sums.get_mut(id)) {
                drained.push((SourceId(id), std::mem::take(sum)));
            }
        }
        drained
    }
}
