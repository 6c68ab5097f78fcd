//! Sets of whole hours: which hours a workload is billed for, which hours a series of work covers.

use serde::{Deserialize, Serialize};

use crate::calendar::HOUR_MS;

/// The last hour that a set holds: the end of the year 9999.
const LAST_HOUR: i64 = 70_389_528;

/// A set of hours since 1970-01-01T00Z, as bits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourSet {
    words: Vec<u64>,
}

/// Consecutive hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HourRange {
    /// The first instant, in milliseconds since 1970-01-01T00:00:00Z.
    pub from_ms: i64,
    /// The first instant after it, in milliseconds since 1970-01-01T00:00:00Z.
    pub to_ms: i64,
}

impl HourRange {
    /// How many hours it has.
    #[must_use]
    pub const fn hours(self) -> i64 {
        (self.to_ms - self.from_ms) / HOUR_MS
    }
}

impl HourSet {
    /// Adds every hour that `[from_ms, to_ms)` touches; an empty span adds the hour of `from_ms`.
    pub fn cover(&mut self, from_ms: i64, to_ms: i64) {
        let first = from_ms.div_euclid(HOUR_MS).clamp(0, LAST_HOUR);
        let last = (to_ms - 1).max(from_ms).div_euclid(HOUR_MS).clamp(first, LAST_HOUR);
        let word_of = |hour: i64| usize::try_from(hour / 64).unwrap_or(0);
        let (first_word, last_word) = (word_of(first), word_of(last));
        if self.words.len() <= last_word {
            self.words.resize(last_word + 1, 0);
        }
        for (offset, word) in self.words.iter_mut().enumerate().take(last_word + 1).skip(first_word) {
            let low = if offset == first_word { first % 64 } else { 0 };
            let high = if offset == last_word { last % 64 } else { 63 };
            *word |= (u64::MAX >> (63 - (high - low))) << low;
        }
    }

    /// Whether the hour of an instant is in the set.
    #[must_use]
    pub fn holds(&self, epoch_ms: i64) -> bool {
        let hour = epoch_ms.div_euclid(HOUR_MS);
        usize::try_from(hour / 64)
            .ok()
            .and_then(|word| self.words.get(word))
            .is_some_and(|word| hour >= 0 && word >> (hour % 64) & 1 == 1)
    }

    /// Whether any hour of `[from_ms, to_ms)` is in the set.
    #[must_use]
    pub fn touches(&self, from_ms: i64, to_ms: i64) -> bool {
        let mut span = Self::default();
        span.cover(from_ms, to_ms);
        self.words.iter().zip(&span.words).any(|(mine, theirs)| mine & theirs != 0)
    }

    /// How much it takes to go through it.
    pub(crate) fn length(&self) -> usize {
        self.words.len()
    }

    /// Adds the hours of another set.
    pub fn merge(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    /// The hours that are in this set and not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let theirs = other.words.iter().chain(std::iter::repeat(&0));
        Self { words: self.words.iter().zip(theirs).map(|(mine, theirs)| mine & !theirs).collect() }
    }

    /// How many hours there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The hours as ranges, in time order.
    #[must_use]
    pub fn ranges(&self) -> Vec<HourRange> {
        let mut ranges: Vec<HourRange> = Vec::new();
        for (offset, word) in (0_i64..).zip(&self.words) {
            let mut left = *word;
            while left != 0 {
                let bit = i64::from(left.trailing_zeros());
                left &= left - 1;
                let from_ms = (offset * 64 + bit) * HOUR_MS;
                match ranges.last_mut() {
                    Some(range) if range.to_ms == from_ms => range.to_ms = from_ms + HOUR_MS,
                    _ => ranges.push(HourRange { from_ms, to_ms: from_ms + HOUR_MS }),
                }
            }
        }
        ranges
    }

    /// The first and last instant covered.
    #[must_use]
    pub fn span(&self) -> Option<HourRange> {
        let ranges = self.ranges();
        Some(HourRange { from_ms: ranges.first()?.from_ms, to_ms: ranges.last()?.to_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_covers_each_hour_it_touches() {
        let mut set = HourSet::default();
        set.cover(63 * HOUR_MS + 1, 130 * HOUR_MS);
        assert_eq!(set.count(), 67);
        assert_eq!(set.ranges(), [HourRange { from_ms: 63 * HOUR_MS, to_ms: 130 * HOUR_MS }]);
        assert!(set.holds(129 * HOUR_MS) && !set.holds(130 * HOUR_MS));
        assert!(set.touches(0, 64 * HOUR_MS) && !set.touches(0, 63 * HOUR_MS));
    }

    #[test]
    fn sets_add_and_subtract() {
        let (mut left, mut right) = (HourSet::default(), HourSet::default());
        left.cover(0, 100 * HOUR_MS);
        right.cover(50 * HOUR_MS, 60 * HOUR_MS);
        assert_eq!(left.without(&right).ranges().len(), 2);
        right.merge(&left);
        assert_eq!(right, left);
    }
}
