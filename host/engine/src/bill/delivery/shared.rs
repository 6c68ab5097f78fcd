//! Hashes of the ids or rows of files, and which files have how many in common.
//!
//! When there are over four million, only hashes with so many leading zeros are kept that they fit: the same of every
//! file, whatever their order, so shares are estimated well and memory stays bounded. (The design has spilled sorted
//! hashes; a sample of four million decides a share of one half as well.)

use std::collections::{BTreeMap, BTreeSet};

use crate::steps;

/// Hashes that are kept.
pub(super) const MOST: usize = 4 << 20;

/// Hashes of all files of a comparison.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    kept: Vec<(u64, usize)>,
    /// Leading zeros that a hash must have.
    zeros: u32,
}

/// Two files, by their places, and what they have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shared {
    pub(super) pair: (usize, usize),
    /// Hashes that both have, as often as both have them.
    pub(super) hashes: u64,
    /// Hashes of the file that has fewer.
    pub(super) of: u64,
}

impl Hashes {
    pub(super) fn add(&mut self, hash: u64, file: usize, most: usize) {
        if hash.leading_zeros() < self.zeros {
            return;
        }
        self.kept.push((hash, file));
        while self.kept.len() > most && self.zeros < 64 {
            self.zeros += 1;
            let zeros = self.zeros;
            self.kept.retain(|(hash, _)| hash.leading_zeros() >= zeros);
        }
    }

    /// The first pair of related files, by place, that share a hash.
    pub(super) fn any_shared(&mut self, related: impl Fn(usize, usize) -> bool) -> Option<(usize, usize)> {
        self.kept.sort_unstable();
        let mut first: Option<(usize, usize)> = None;
        for equal in self.kept.chunk_by(|a, b| a.0 == b.0) {
            steps::add(equal.len());
            let mut files: Vec<usize> = equal.iter().map(|(_, file)| *file).collect();
            files.dedup();
            let pairs = files
                .iter()
                .enumerate()
                .flat_map(|(place, one)| files.iter().skip(place + 1).map(move |other| (*one, *other)));
            let found = pairs.inspect(|_| steps::add(1)).find(|(one, other)| related(*one, *other));
            first = match (first, found) {
                (Some(first), Some(found)) => Some(first.min(found)),
                (first, found) => first.or(found),
            };
        }
        first
    }

    /// The first pair of related files, by place, of which the smaller has over half of its hashes in common with the other.
    ///
    /// Such a pair shares one at least of any half of the smaller one's hashes. So only files are held against each other
    /// that share one of the rarest half of one of them: what nearly every file has, such as a row of tax, makes no pairs.
    pub(super) fn mostly_shared(&mut self, related: impl Fn(usize, usize) -> bool) -> Option<Shared> {
        let index = Index::new(self);
        for (file, hashes) in &index.files {
            let mut candidates: BTreeSet<usize> = BTreeSet::new();
            for (run, _) in hashes {
                let rare = index.rare.get(run).map(Vec::as_slice).unwrap_or_default();
                let others = if rare.binary_search(file).is_ok() { index.members(*run) } else { rare };
                steps::add(others.len() + rare.len());
                candidates.extend(others.iter().filter(|other| *other > file));
            }
            for other in candidates.into_iter().filter(|other| related(*file, *other)) {
                let shared = index.shared(*file, other);
                if shared.hashes * 2 > shared.of {
                    return Some(shared);
                }
            }
        }
        None
    }
}

/// Hashes by file and files by hash. A run is a hash, by its place among the distinct ones.
struct Index {
    /// Files of each run, in rising order.
    runs: Vec<Vec<usize>>,
    /// Runs of each file, in rising order, with how often the file has them.
    files: BTreeMap<usize, Vec<(usize, u64)>>,
    /// Files, in rising order, for which a run is of the rarest half.
    rare: BTreeMap<usize, Vec<usize>>,
}

impl Index {
    fn new(hashes: &mut Hashes) -> Self {
        hashes.kept.sort_unstable();
        let mut index = Self { runs: Vec::new(), files: BTreeMap::new(), rare: BTreeMap::new() };
        for (run, equal) in hashes.kept.chunk_by(|a, b| a.0 == b.0).enumerate() {
            let mut members = Vec::new();
            for same in equal.chunk_by(|a, b| a.1 == b.1) {
                let Some((_, file)) = same.first() else { continue };
                members.push(*file);
                index.files.entry(*file).or_default().push((run, same.len() as u64));
            }
            index.runs.push(members);
        }
        for (file, hashes) in &index.files {
            let mut by_rarity: Vec<(usize, usize, u64)> =
                hashes.iter().map(|(run, count)| (index.members(*run).len(), *run, *count)).collect();
            by_rarity.sort_unstable();
            let half = total(hashes).div_ceil(2);
            let mut taken = 0;
            for (_, run, count) in by_rarity {
                if taken >= half {
                    break;
                }
                taken += count;
                index.rare.entry(run).or_default().push(*file);
            }
        }
        index
    }

    fn members(&self, run: usize) -> &[usize] {
        self.runs.get(run).map(Vec::as_slice).unwrap_or_default()
    }

    /// What two files have in common.
    fn shared(&self, one: usize, other: usize) -> Shared {
        let of = |file| self.files.get(&file).map(Vec::as_slice).unwrap_or_default();
        let (left, right) = (of(one), of(other));
        steps::add(left.len() + right.len());
        let mut rest = right.iter().peekable();
        let mut hashes = 0;
        for (run, count) in left {
            while rest.next_if(|(other, _)| other < run).is_some() {}
            if let Some((_, other)) = rest.next_if(|(other, _)| other == run) {
                hashes += count.min(other);
            }
        }
        Shared { pair: (one, other), hashes, of: total(left).min(total(right)) }
    }
}

fn total(hashes: &[(usize, u64)]) -> u64 {
    hashes.iter().map(|(_, count)| count).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::super::overlap::mix;
    use super::*;

    fn hashes(rows: impl IntoIterator<Item = (u64, usize)>, most: usize) -> Hashes {
        let mut hashes = Hashes::default();
        for (hash, file) in rows {
            hashes.add(hash, file, most);
        }
        hashes
    }

    #[test]
    fn a_sample_tells_the_share_in_any_order() {
        let rows: Vec<(u64, usize)> =
            (0..40_000).map(|row| (mix(row), 0)).chain((10_000..50_000).map(|row| (mix(row), 1))).collect();
        let forward = hashes(rows.clone(), 5_000).mostly_shared(|_, _| true).unwrap();
        let backward = hashes(rows.into_iter().rev(), 5_000).mostly_shared(|_, _| true).unwrap();
        assert_eq!(forward, backward);
        let share = forward.hashes * 100 / forward.of;
        assert!((70..=80).contains(&share), "{share} %, expected 75 %");
    }

    #[test]
    fn equal_rows_are_shared_as_often_as_both_files_have_them() {
        let rows = [(7, 0), (7, 0), (7, 0), (7, 1), (7, 1), (9, 1)];
        let found = hashes(rows, 100).mostly_shared(|_, _| true);
        assert_eq!(found, Some(Shared { pair: (0, 1), hashes: 2, of: 3 }));
    }

    #[test]
    fn half_is_not_enough_and_strangers_are_not_held_against_each_other() {
        let half = [(1, 0), (2, 0), (1, 1), (3, 1)];
        assert_eq!(hashes(half, 100).mostly_shared(|_, _| true), None);
        let most = [(1, 0), (2, 0), (3, 0), (1, 4), (2, 4), (9, 4), (8, 4)];
        let found = hashes(most, 100).mostly_shared(|_, _| true);
        assert_eq!(found, Some(Shared { pair: (0, 4), hashes: 2, of: 3 }));
        assert_eq!(hashes(most, 100).mostly_shared(|_, _| false), None);
        assert_eq!(hashes(most, 100).any_shared(|_, _| true), Some((0, 4)));
        assert_eq!(hashes(most, 100).any_shared(|_, _| false), None);
    }

    #[test]
    fn pairs_are_those_that_holding_all_against_all_would_find() {
        // Small files of few distinct rows: every sort of overlap occurs.
        for seed in 0..300_u64 {
            let rows: Vec<(u64, usize)> = (0..24_u64)
                .map(|row| (mix(seed * 1_000 + row) % 9, usize::try_from(mix(seed * 77 + row) % 6).unwrap()))
                .collect();
            let mut hashes = hashes(rows, 100);
            let index = Index::new(&mut hashes);
            let places: Vec<usize> = index.files.keys().copied().collect();
            let all = places.iter().flat_map(|one| places.iter().map(move |other| (*one, *other)));
            let expected = all
                .filter(|(one, other)| one < other)
                .map(|(one, other)| index.shared(one, other))
                .find(|shared| shared.hashes * 2 > shared.of);
            assert_eq!(hashes.mostly_shared(|_, _| true), expected, "seed {seed}");
        }
    }

    #[test]
    fn merging_that_is_quadratic_in_the_number_of_files() {
        // Every file has rows of its own and one that all files have.
        let steps = |files: usize| {
            let rows = (0..files).flat_map(|file| {
                (0..4_u64).map(move |row| (mix(file as u64 * 4 + row), file)).chain([(5, file)])
            });
            let mut hashes = hashes(rows, MOST);
            steps::of(|| assert_eq!(hashes.mostly_shared(|_, _| true), None)).0
        };
        let (some, double) = (steps(1_000), steps(2_000));
        assert!(some > 0 && double <= some * 9 / 4, "{some} steps for 1,000 files, {double} for 2,000");
    }
}
