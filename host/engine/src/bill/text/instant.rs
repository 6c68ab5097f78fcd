//! Instants: milliseconds since 1970-01-01T00:00:00Z, from text and from Arrow timestamps.

use arrow::array::{Array, ArrayRef, AsArray, TimestampMillisecondArray};
use arrow::datatypes::{
    DataType, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The zone of times that state none.
#[derive(Debug, Clone, Default)]
pub(in crate::bill) enum Zone {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// A zone that the user gave.
    Given(TimeZone),
}

impl Zone {
    /// The zone, with UTC known as such.
    pub(in crate::bill) fn new(zone: &TimeZone) -> Self {
        if *zone == TimeZone::UTC { Self::Utc } else { Self::Given(zone.clone()) }
    }

    /// The instant of a clock on the wall, which is given as if it were UTC. In a gap or an overlap of the clock jiff's
    /// "compatible" rule holds.
    fn resolve(&self, wall: i64) -> Option<i64> {
        match self {
            Self::Utc => Some(wall),
            Self::Given(zone) => {
                let civil: DateTime =
                    TimeZone::UTC.to_datetime(jiff::Timestamp::from_millisecond(wall).ok()?);
                Some(zone.to_timestamp(civil).ok()?.as_millisecond())
            }
        }
    }
}

/// The instant of `2024-09-18`, `2024-09-18 22:00`, `2024-09-18T22:00:00.123Z`, `2024-09-18T22:00:00+02:00` …
///
/// Parts of a millisecond are cut off.
#[inline]
pub(in crate::bill) fn instant(field: &[u8], zone: &Zone) -> Option<i64> {
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
    // Year 9999 has no next year to end in.
    if day < 1 || day > last || !(1..=9998).contains(&year) {
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
pub(in crate::bill) fn instants_of(
    array: &ArrayRef,
    zone: &Zone,
) -> Option<Result<TimestampMillisecondArray, usize>> {
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
        for day in 0..40_000_i64 {
            let at = jiff::Timestamp::from_second((day - 20_000) * 86_400).unwrap();
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
