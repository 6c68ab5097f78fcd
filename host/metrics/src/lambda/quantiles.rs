//! Quantiles of many numbers in little room: counts by size, each step 1/128 of a doubling, so that a quantile is off by
//! less than 0.4 %.

use std::collections::BTreeMap;

/// Bits of a double that are left out of its size.
const LEFT_OUT: u32 = 45;

/// Counts by size; parts add up, in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quantiles {
    counts: BTreeMap<u32, u64>,
    count: u64,
}

impl Quantiles {
    /// Adds a number of 0 or more.
    pub fn add(&mut self, number: f64) {
        let size = u32::try_from(number.max(0.0).to_bits() >> LEFT_OUT).unwrap_or(u32::MAX);
        *self.counts.entry(size).or_default() += 1;
        self.count += 1;
    }

    /// Adds the numbers of others.
    pub fn merge(&mut self, other: &Self) {
        for (size, count) in &other.counts {
            *self.counts.entry(*size).or_default() += count;
        }
        self.count += other.count;
    }

    /// The number that a share of the numbers does not exceed; nothing of nothing.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a share of a count")]
    pub fn at(&self, share: f64) -> Option<f64> {
        let wanted = (self.count as f64 * share).ceil().max(1.0);
        let mut seen = 0;
        for (size, count) in &self.counts {
            seen += count;
            if seen as f64 >= wanted {
                let edge = |size: u32| f64::from_bits(u64::from(size) << LEFT_OUT);
                return Some(f64::midpoint(edge(*size), edge(*size + 1)));
            }
        }
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_off_by_less_than_half_a_percent() {
        let mut all = Quantiles::default();
        (1..=10_000).for_each(|number| all.add(f64::from(number)));
        for (share, exact) in [(0.5, 5_000.0), (0.95, 9_500.0), (0.99, 9_900.0), (1.0, 10_000.0)] {
            let found = all.at(share).unwrap();
            assert!((found / exact - 1.0).abs() < 0.005, "{share}: {found}");
        }
        assert_eq!(Quantiles::default().at(0.5), None);
    }
}
