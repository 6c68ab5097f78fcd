//! Rows of one block put together by equal keys, so that the large table is asked once per key and block instead of once
//! per row.

#![allow(
    clippy::indexing_slicing,
    reason = "the inner loop of the engine; every index is made and masked here"
)]

use crate::steps;

/// Rows of a block: a bill that is sorted by hours repeats its keys from hour to hour.
pub(super) const BLOCK: usize = 65_536;

/// The groups of a block; its memory is kept from block to block.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    /// The group of each row.
    pub(super) of_row: Vec<u32>,
    /// A row of each group.
    pub(super) first: Vec<usize>,
    /// The key of each row: the lanes so far, packed side by side.
    keys: Vec<u64>,
    /// Keys and their groups; only those with the current stamp count. The length is a power of two.
    slots: Vec<Slot>,
    stamp: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: u64,
    stamp: u32,
    group: u32,
}

impl Groups {
    pub(super) fn new() -> Self {
        Self {
            of_row: Vec::new(),
            first: Vec::new(),
            keys: Vec::new(),
            slots: vec![Slot::default(); 1_024],
            stamp: 0,
        }
    }

    /// Groups the rows `from..to` of the lanes, at most [`BLOCK`]; groups are numbered in the order of their first rows,
    /// and `first` counts rows from the begin of the lanes.
    pub(super) fn make(&mut self, lanes: &[Vec<u32>], from: usize, to: usize) {
        self.keys.clear();
        self.keys.resize(to - from, 0);
        let mut used = 0;
        for lane in lanes {
            let lane = &lane[from..to];
            let (least, bits) = width(lane);
            // Most columns of a bill stay the same for long.
            if bits == 0 {
                continue;
            }
            if used + bits > u64::BITS {
                self.number(from);
                for (key, group) in self.keys.iter_mut().zip(&self.of_row) {
                    *key = u64::from(*group);
                }
                used = BLOCK.ilog2();
            }
            for (key, value) in self.keys.iter_mut().zip(lane) {
                *key = *key << bits | u64::from(value.wrapping_add(1) - least);
            }
            used += bits;
        }
        self.number(from);
    }

    /// Numbers the keys that the rows have so far.
    fn number(&mut self, from: usize) {
        self.of_row.clear();
        self.first.clear();
        self.begin();
        let mut last = None;
        for row in 0..self.keys.len() {
            let key = self.keys[row];
            let group = match last {
                Some((last, group)) if last == key => group,
                _ => self.group(key, from + row),
            };
            last = Some((key, group));
            self.of_row.push(group);
        }
    }

    /// Forgets all keys.
    fn begin(&mut self) {
        self.stamp = self.stamp.checked_add(1).unwrap_or_else(|| {
            self.slots.fill(Slot::default());
            1
        });
    }

    /// The group of a key, made of `row` if it is not there.
    fn group(&mut self, key: u64, row: usize) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = place(key) & mask;
        loop {
            steps::add(1);
            let slot = &mut self.slots[at];
            if slot.stamp != self.stamp {
                let group = u32::try_from(self.first.len()).unwrap_or(u32::MAX);
                *slot = Slot { key, stamp: self.stamp, group };
                self.first.push(row);
                if self.first.len() * 2 > self.slots.len() {
                    self.grow();
                }
                return group;
            }
            if slot.key == key {
                return slot.group;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 4 - 1;
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); mask + 1]);
        for slot in old.into_iter().filter(|slot| slot.stamp == self.stamp) {
            let mut at = place(slot.key) & mask;
            steps::add(1);
            while self.slots[at].stamp == self.stamp {
                steps::add(1);
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }
}

/// The least value of a lane and the bits that the others need above it. A missing value, the largest of all, counts as
/// the least, so that it needs no bits of its own.
fn width(lane: &[u32]) -> (u32, u32) {
    let (least, most) = lane.iter().fold((u32::MAX, 0), |(least, most), value| {
        let value = value.wrapping_add(1);
        (least.min(value), most.max(value))
    });
    (least, u32::BITS - most.saturating_sub(least).leading_zeros())
}

#[allow(clippy::cast_possible_truncation, reason = "the high bits are shifted down and masked")]
const fn place(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_share_a_group_exactly_where_all_lanes_agree(
            rows in prop::collection::vec((0_u32..3, 0_u32..40, Just(7_u32), prop::num::u32::ANY), 1..300),
            skip in 0_usize..50,
        ) {
            let from = skip.min(rows.len() - 1);
            let lanes: Vec<Vec<u32>> = vec![
                rows.iter().map(|row| row.0).collect(),
                rows.iter().map(|row| row.1).collect(),
                rows.iter().map(|row| row.2).collect(),
                rows.iter().map(|row| row.3 % 2).collect(),
            ];
            let key = |row: usize| lanes.iter().map(|lane| lane[row]).collect::<Vec<_>>();
            let mut groups = Groups::new();
            // A second block with the same memory gives the same.
            for _ in 0..2 {
                groups.make(&lanes, from, rows.len());
                prop_assert_eq!(groups.of_row.len(), rows.len() - from);
                for (row, group) in groups.of_row.iter().enumerate() {
                    prop_assert_eq!(key(groups.first[*group as usize]), key(from + row));
                }
                let distinct: std::collections::BTreeSet<_> = (from..rows.len()).map(key).collect();
                prop_assert_eq!(distinct.len(), groups.first.len());
            }
        }
    }
}
