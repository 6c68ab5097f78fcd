//! Values by hour: complete hours lie dense, hours with parts missing wait for the rest of them.

use std::collections::BTreeMap;

use crate::measure::Statistic;

/// Seconds of an hour.
pub(crate) const HOUR: u32 = 3_600;
/// Seconds of an hour that a level must be known for.
const ENOUGH: u32 = HOUR / 2;
/// Part of a value by which two readings of one hour may differ and be the same: single precision, and rounded exports.
const SAME: f32 = 1e-4;

/// The values of one series by hour since 1970-01-01T00Z.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hours {
    first: u32,
    /// NaN where nothing is complete.
    whole: Vec<f32>,
    parts: BTreeMap<u32, Part>,
}

/// An hour, or part of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Part {
    /// Mean over the seconds that are known; for a sum, what came in them; for a maximum, the highest.
    pub(crate) value: f64,
    /// Seconds that are known.
    pub(crate) seconds: u32,
    /// Minutes that are known, the first in the lowest bit.
    pub(crate) minutes: u64,
}

/// What became of a part that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Met {
    /// It was new.
    New,
    /// It says what was known.
    Same,
    /// It says something else; the one that covers more counts, of two alike the higher.
    Conflict,
}

/// All minutes of an hour.
pub(crate) const ALL_MINUTES: u64 = (1 << 60) - 1;

impl Hours {
    /// Adds what is known of an hour.
    pub(crate) fn add(&mut self, statistic: Statistic, hour: u32, part: Part) -> Met {
        let known = match self.at(hour) {
            Some(value) => Some(Part { value: f64::from(value), seconds: HOUR, minutes: ALL_MINUTES }),
            None => self.parts.get(&hour).copied(),
        };
        let (part, met) = match known {
            None => (part, Met::New),
            Some(known) => meet(statistic, known, part),
        };
        if part.seconds >= HOUR {
            self.parts.remove(&hour);
            self.set(hour, part.value);
        } else {
            self.parts.insert(hour, part);
        }
        met
    }

    fn at(&self, hour: u32) -> Option<f32> {
        let place = hour.checked_sub(self.first)? as usize;
        self.whole.get(place).copied().filter(|value| !value.is_nan())
    }

    #[allow(clippy::cast_possible_truncation, reason = "seven digits are more than a metric has")]
    fn set(&mut self, hour: u32, value: f64) {
        if self.whole.is_empty() {
            self.first = hour;
        } else if hour < self.first {
            let missing = (self.first - hour) as usize;
            // Files that go back in time do so hour by hour: room is made for many.
            let room = missing.max(self.whole.len().min((hour) as usize));
            self.whole.splice(0..0, std::iter::repeat_n(f32::NAN, room));
            self.first -= u32::try_from(room).unwrap_or(self.first);
        }
        let place = (hour - self.first) as usize;
        if place >= self.whole.len() {
            self.whole.resize(place + 1, f32::NAN);
        }
        if let Some(slot) = self.whole.get_mut(place) {
            *slot = value as f32;
        }
    }

    /// The hours from the first known to the last, NaN where the value is not known, and how many hours are known in
    /// part only. A level needs half of the hour; a sum is what came, and nothing where no point is.
    #[allow(clippy::cast_possible_truncation, reason = "seven digits are more than a metric has")]
    pub(crate) fn finish(mut self, statistic: Statistic) -> (u32, Vec<f32>, u64) {
        let mut unknown = 0;
        for (hour, part) in std::mem::take(&mut self.parts) {
            if statistic == Statistic::Mean && part.seconds < ENOUGH {
                unknown += 1;
            } else {
                self.set(hour, part.value);
            }
        }
        let front = self.whole.iter().take_while(|value| value.is_nan()).count();
        self.whole.drain(..front);
        let last = self.whole.iter().rposition(|value| !value.is_nan()).map_or(0, |last| last + 1);
        self.whole.truncate(last);
        self.whole.shrink_to_fit();
        if statistic == Statistic::Sum {
            self.whole.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
        }
        (self.first + u32::try_from(front).unwrap_or(0), self.whole, unknown)
    }
}

/// Brings two parts of one hour together.
fn meet(statistic: Statistic, one: Part, two: Part) -> (Part, Met) {
    if one.minutes & two.minutes == 0 && one.seconds + two.seconds <= HOUR {
        let (here, there) = (f64::from(one.seconds), f64::from(two.seconds));
        let value = match statistic {
            Statistic::Mean => (one.value * here + two.value * there) / (here + there).max(1.0),
            Statistic::Maximum => one.value.max(two.value),
            Statistic::Sum => one.value + two.value,
        };
        let minutes = one.minutes | two.minutes;
        return (Part { value, seconds: one.seconds + two.seconds, minutes }, Met::New);
    }
    let same_value = (one.value - two.value).abs() <= f64::from(SAME) * one.value.abs().max(two.value.abs());
    let met = if same_value { Met::Same } else { Met::Conflict };
    let is_fuller = match one.seconds.cmp(&two.seconds) {
        std::cmp::Ordering::Equal => two.value > one.value && !same_value,
        order => order.is_lt(),
    };
    (if is_fuller { two } else { one }, met)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "tests may")]
mod tests {
    use super::*;

    fn part(value: f64, minutes: std::ops::Range<u32>) -> Part {
        let bits = minutes.clone().fold(0, |bits, minute| bits | 1 << minute);
        Part { value, seconds: 60 * (minutes.end - minutes.start), minutes: bits }
    }

    #[test]
    fn parts_of_an_hour_from_two_files_become_the_hour() {
        let mut hours = Hours::default();
        assert_eq!(hours.add(Statistic::Mean, 7, part(0.2, 0..15)), Met::New);
        assert_eq!(hours.add(Statistic::Mean, 7, part(0.4, 15..60)), Met::New);
        assert_eq!(hours.add(Statistic::Mean, 7, part(0.4, 15..60)), Met::Conflict);
        let (first, values, unknown) = hours.finish(Statistic::Mean);
        assert_eq!((first, values, unknown), (7, vec![0.35], 0));
    }

    #[test]
    fn less_than_half_an_hour_of_a_level_is_not_known_but_of_a_sum_is_what_came() {
        for (statistic, expected) in [(Statistic::Mean, 0), (Statistic::Sum, 1), (Statistic::Maximum, 1)] {
            let mut hours = Hours::default();
            hours.add(statistic, 7, part(3.0, 0..29));
            assert_eq!(hours.finish(statistic).1.len(), expected, "{statistic:?}");
        }
    }

    #[test]
    fn hours_may_come_in_any_order_and_gaps_of_levels_stay_unknown() {
        let mut hours = Hours::default();
        for hour in [9, 3, 4, 1] {
            hours.add(Statistic::Mean, hour, part(f64::from(hour), 0..60));
        }
        let (first, values, _) = hours.finish(Statistic::Mean);
        let known: Vec<(usize, f32)> =
            values.iter().copied().enumerate().filter(|(_, value)| !value.is_nan()).collect();
        assert_eq!((first, values.len(), known), (1, 9, vec![(0, 1.0), (2, 3.0), (3, 4.0), (8, 9.0)]));
    }

    #[test]
    fn of_two_readings_of_an_hour_the_higher_counts_whatever_comes_first() {
        for order in [[0.3, 0.5], [0.5, 0.3]] {
            let mut hours = Hours::default();
            let met = order.map(|value| hours.add(Statistic::Mean, 1, part(value, 0..60)));
            assert_eq!(met, [Met::New, Met::Conflict]);
            assert_eq!(hours.finish(Statistic::Mean).1, [0.5]);
        }
    }
}
