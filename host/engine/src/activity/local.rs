//! Rows of one block put together by equal keys, column by column, so that the large table is asked once per key and
//! block instead of once per row.

#![allow(
    clippy::indexing_slicing,
    reason = "the inner loop of the engine; every index is made and masked here"
)]

use crate::steps;

/// Rows of a block: a bill that is sorted by hours repeats its keys from hour to hour.
pub(super) const BLOCK: usize = 65_536;
/// Twice the rows, so that at most half of the slots are taken.
const SLOTS: usize = 2 * BLOCK;

/// The groups of a block; its memory is kept from block to block.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    /// The group of each row.
    pub(super) of_row: Vec<u32>,
    /// A row of each group.
    pub(super) first: Vec<usize>,
    /// Group before, and value, to the group after; only those with the current stamp count.
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
        Self { of_row: Vec::new(), first: Vec::new(), slots: vec![Slot::default(); SLOTS], stamp: 0 }
    }

    /// Groups the rows `from..to` of the lanes, at most [`BLOCK`]; groups are numbered in the order of their first rows,
    /// and `first` counts rows from the begin of the lanes.
    pub(super) fn make(&mut self, lanes: &[Vec<u32>], from: usize, to: usize) {
        self.of_row.clear();
        self.of_row.resize(to - from, 0);
        self.first.clear();
        if from < to {
            self.first.push(from);
        }
        for lane in lanes {
            let lane = &lane[from..to];
            // Most columns of a bill stay the same for long.
            if lane.iter().any(|value| *value != lane[0]) {
                self.refine(lane, from);
            }
        }
    }

    /// Splits the groups by one more column.
    fn refine(&mut self, lane: &[u32], from: usize) {
        self.stamp = self.stamp.checked_add(1).unwrap_or_else(|| {
            self.slots.fill(Slot::default());
            1
        });
        self.first.clear();
        let (mut last_key, mut last_group) = (u64::MAX, 0);
        for (row, (group, value)) in self.of_row.iter_mut().zip(lane).enumerate() {
            let key = u64::from(*group) << 32 | u64::from(*value);
            if key != last_key {
                let mut at = place(key);
                last_group = loop {
                    steps::add(1);
                    let slot = &mut self.slots[at];
                    if slot.stamp != self.stamp {
                        let group = u32::try_from(self.first.len()).unwrap_or(u32::MAX);
                        *slot = Slot { key, stamp: self.stamp, group };
                        self.first.push(from + row);
                        break group;
                    }
                    if slot.key == key {
                        break slot.group;
                    }
                    at = (at + 1) & (SLOTS - 1);
                };
                last_key = key;
            }
            *group = last_group;
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the high bits are shifted down and masked")]
const fn place(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize & (SLOTS - 1)
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
