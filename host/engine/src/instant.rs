//! Instants: milliseconds since 1970-01-01T00:00:00Z, from text and from Arrow timestamps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, TimestampMillisecondArray};
use arrow::datatypes::{
    DataType, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// What an instant should have been.
const INSTANT: &str =
    "a time of the years 1970 to 9998, such as `2024-09-18T22:00:00Z` or `2024-09-18 22:00:00`";
/// The same where a zone is given for times that state none.
const LOCAL_INSTANT: &str = "a time of the years 1970 to 9998 that the clock of the file's time zone shows (it skips times where summer time begins), such as `2024-09-18T22:00:00Z` or `2024-09-18 22:00:00`";

/// What is done with times that the clock of a zone shows twice.
pub const TWICE: &str =
    "times that the clock shows twice, where summer time ends, are taken as the first of the two";

/// The zone of times that state none.
#[derive(Debug, Clone, Default)]
pub enum Zone {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// A zone that the user gave.
    Given {
        /// The zone.
        zone: TimeZone,
        /// Whether a time was met that its clock shows twice.
        twice: Arc<AtomicBool>,
    },
}

impl Zone {
    /// The zone, with UTC known as such.
    #[must_use]
    pub fn new(zone: &TimeZone) -> Self {
        if *zone == TimeZone::UTC {
            Self::Utc
        } else {
            Self::Given { zone: zone.clone(), twice: Arc::default() }
        }
    }

    /// The same zone, that has met no time yet.
    #[must_use]
    pub fn afresh(&self) -> Self {
        match self {
            Self::Utc => Self::Utc,
            Self::Given { zone, .. } => Self::Given { zone: zone.clone(), twice: Arc::default() },
        }
    }

    /// Whether a time was met that the clock of the zone shows twice.
    #[must_use]
    pub fn met_twice(&self) -> bool {
        match self {
            Self::Utc => false,
            Self::Given { twice, .. } => twice.load(Ordering::Relaxed),
        }
    }

    /// What a time should have been.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        match self {
            Self::Utc => INSTANT,
            Self::Given { .. } => LOCAL_INSTANT,
        }
    }

    /// The instant of a clock on the wall, which is given as if it were UTC.
    ///
    /// A time that the clock shows twice is the first of the two. One that it skips is none: then the zone is not that of
    /// the bill. The very moment of the skip may be written either way, as periods end with it.
    fn resolve(&self, wall: i64) -> Option<i64> {
        let Self::Given { zone, twice } = self else { return Some(wall) };
        let civil: DateTime = TimeZone::UTC.to_datetime(jiff::Timestamp::from_millisecond(wall).ok()?);
        let with = |offset: jiff::tz::Offset| wall - i64::from(offset.seconds()) * 1_000;
        match zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => Some(with(offset)),
            AmbiguousOffset::Fold { before, .. } => {
                twice.store(true, Ordering::Relaxed);
                Some(with(before))
            }
            AmbiguousOffset::Gap { before, .. } => {
                let moment_before = jiff::Timestamp::from_millisecond(with(before) - 1).ok()?;
                (zone.to_offset(moment_before) == before).then(|| with(before))
            }
        }
    }
}

/// Instants that a bill may have: the years 1970 to 9998. Periods are counted from 1970, and the year 9999 has no next
/// year to end in.
pub(crate) const RANGE: std::ops::Range<i64> = 0..253_370_764_800_000;

/// The instant of `2024-09-18`, `2024-09-18 22:00`, `2024-09-18T22:00:00.123Z`, `2024-09-18T22:00:00+02:00` …
///
/// Parts of a millisecond are cut off.
#[inline]
#[must_use]
pub fn instant(field: &[u8], zone: &Zone) -> Option<i64> {
    any_instant(field, zone).filter(|instant| RANGE.contains(instant))
}

#[inline]
fn any_instant(field: &[u8], zone: &Zone) -> Option<i64> {
    let date = field.first_chunk::<10>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let day = days(year, two(m1, m2)?, two(d1, d2)?)?;
    let rest = field.get(10..)?;
    let (time, rest) = match rest {
        [] => return zone.resolve(day * DAY),
        [b'T' | b't' | b' ', h1, h2, b':', m1, m2, rest @ ..] => {
            let (hour, minute) = (two(*h1, *h2)?, two(*m1, *m2)?);
            let (second, milliseconds, rest) = match rest {
                [b':', s1, s2, rest @ ..] => {
                    let (milliseconds, rest) = fraction(rest)?;
                    (two(*s1, *s2)?, milliseconds, rest)
                }
                rest => (0, 0, rest),
            };
            // A leap second is the last second of its minute.
            if hour > 23 || minute > 59 || second > 60 {
                return None;
            }
            (hour * 3_600_000 + minute * 60_000 + second.min(59) * 1_000 + milliseconds, rest)
        }
        _ => return None,
    };
    let wall = day * DAY + time;
    match rest {
        [] => zone.resolve(wall),
        b"Z" | b"z" | b" UTC" | b" Z" => Some(wall),
        [sign @ (b'+' | b'-'), h1, h2, rest @ ..] => {
            let minutes = match rest {
                [] => 0,
                [b':', m1, m2] | [m1, m2] => two(*m1, *m2)?,
                _ => return None,
            };
            let hours = two(*h1, *h2)?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = hours * 3_600_000 + minutes * 60_000;
            Some(if *sign == b'+' { wall - offset } else { wall + offset })
        }
        _ => None,
    }
}

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

#[inline]
fn two(tens: u8, ones: u8) -> Option<i64> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
}

fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.' | b',', digits @ ..] = rest else { return Some((0, rest)) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at_checked(count)?;
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    let place = |place: usize| digits.get(place).map_or(0, |byte| i64::from(byte - b'0'));
    Some((place(0) * 100 + place(1) * 10 + place(2), rest))
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar; nothing for a day that does not exist.
#[inline]
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if day < 1 || day > last || year < 1 {
        return None;
    }
    // Years that begin in March put the leap day last: 365.25 days, without centuries, with every fourth century.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468)
}

/// A timestamp column of any unit as milliseconds; nothing for a column of another type.
///
/// # Errors
/// The row of the first timestamp that is out of range.
pub fn instants_of(array: &ArrayRef, zone: &Zone) -> Option<Result<TimestampMillisecondArray, usize>> {
    let DataType::Timestamp(unit, stated) = array.data_type() else { return None };
    let values: &[i64] = match unit {
        TimeUnit::Second => array.as_primitive_opt::<TimestampSecondType>()?.values(),
        TimeUnit::Millisecond => array.as_primitive_opt::<TimestampMillisecondType>()?.values(),
        TimeUnit::Microsecond => array.as_primitive_opt::<TimestampMicrosecondType>()?.values(),
        TimeUnit::Nanosecond => array.as_primitive_opt::<TimestampNanosecondType>()?.values(),
    };
    let naive = stated.is_none() && !matches!(zone, Zone::Utc);
    let mut milliseconds = Vec::with_capacity(values.len());
    for (row, value) in values.iter().enumerate() {
        let utc = match unit {
            TimeUnit::Second => value.checked_mul(1_000),
            TimeUnit::Millisecond => Some(*value),
            TimeUnit::Microsecond => Some(value.div_euclid(1_000)),
            TimeUnit::Nanosecond => Some(value.div_euclid(1_000_000)),
        };
        let instant =
            if naive && !array.is_null(row) { utc.and_then(|wall| zone.resolve(wall)) } else { utc };
        match instant {
            Some(instant) => milliseconds.push(instant),
            None if array.is_null(row) => milliseconds.push(0),
            None => return Some(Err(row)),
        }
    }
    Some(Ok(TimestampMillisecondArray::new(milliseconds.into(), array.nulls().cloned()).with_timezone("UTC")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<i64> {
        instant(text.as_bytes(), &Zone::Utc)
    }

    #[test]
    fn every_usual_spelling_is_the_same_instant() {
        let there = "2024-09-18T22:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        for text in [
            "2024-09-18 22:00:00",
            "2024-09-18T22:00:00",
            "2024-09-18T22:00:00Z",
            "2024-09-18T22:00Z",
            "2024-09-18 22:00:00 UTC",
            "2024-09-18T22:00:00.000Z",
            "2024-09-18T22:00:00.000000+00:00",
            "2024-09-19T00:00:00+02:00",
            "2024-09-18T18:30:00-0330",
            "2024-09-19T03:00:00+05",
        ] {
            assert_eq!(utc(text), Some(there), "{text}");
        }
        assert_eq!(utc("2024-09-18T22:00:00.1239Z"), Some(there + 123));
    }

    #[test]
    fn the_calendar_agrees_with_jiff() {
        for day in 0..80_000_i64 {
            let at = jiff::Timestamp::from_second(day * 86_400).unwrap();
            let date = TimeZone::UTC.to_datetime(at).date();
            assert_eq!(utc(&date.to_string()), Some(at.as_millisecond()), "{date}");
        }
    }

    #[test]
    fn a_zone_counts_only_where_the_text_has_none() {
        let zone = Zone::new(&TimeZone::fixed(jiff::tz::offset(2)));
        assert_eq!(instant(b"2024-09-18 22:00:00", &zone), utc("2024-09-18T20:00:00Z"));
        assert_eq!(instant(b"2024-09-18 22:00:00Z", &zone), utc("2024-09-18T22:00:00Z"));
    }

    #[test]
    fn a_time_that_the_clock_skips_is_refused_and_one_that_it_shows_twice_is_the_first() {
        let zone = Zone::new(&TimeZone::get("Europe/Berlin").unwrap());
        let local = |text: &str| instant(text.as_bytes(), &zone);
        for (text, there) in [
            ("2025-03-30 01:59:59", "2025-03-30T00:59:59Z"),
            // The clock goes from 02:00 to 03:00 at this very moment.
            ("2025-03-30 02:00:00", "2025-03-30T01:00:00Z"),
            ("2025-03-30 03:00:00", "2025-03-30T01:00:00Z"),
            ("2025-10-26 01:59:59", "2025-10-25T23:59:59Z"),
        ] {
            assert_eq!(local(text), utc(there), "{text}");
        }
        for text in ["2025-03-30 02:00:01", "2025-03-30 02:59:59"] {
            assert_eq!(local(text), None, "{text}");
        }
        assert!(!zone.met_twice());
        assert_eq!(local("2025-10-26 02:30:00"), utc("2025-10-26T00:30:00Z"));
        assert!(zone.met_twice() && !zone.afresh().met_twice());
        assert_eq!(local("2025-10-26 03:00:00"), utc("2025-10-26T02:00:00Z"));
    }

    #[test]
    fn only_times_that_a_bill_may_have_are_read() {
        for text in ["1970-01-01", "9998-12-31T23:59:59Z"] {
            assert!(utc(text).is_some(), "{text}");
        }
        for text in [
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
            "9998-12-31T23:59:59-01:00",
            "9999-12-31",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "2024-09-18T25:00:00Z",
            "9/18/2024",
            "18.09.2024",
            "2024-09-18T22:00:00ZZ",
            "2024-09-18T22:00:00.Z",
            "2024-09-18T22",
            "1726696800",
            "2024-09-18T22:00:00+2",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }

    #[test]
    fn timestamps_of_any_unit_become_milliseconds() {
        use std::sync::Arc;
        let micro: ArrayRef =
            Arc::new(arrow::array::TimestampMicrosecondArray::from(vec![Some(-1), None, Some(1_500)]));
        let found = instants_of(&micro, &Zone::Utc).unwrap().unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), [Some(-1), None, Some(1)]);
    }
}
