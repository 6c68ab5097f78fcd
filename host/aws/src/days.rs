//! Days and months: all of AWS bills in UTC.

use jiff::civil::Date;
use jiff::{Span, Timestamp, ToSpan};

use crate::error::AwsError;

/// Days from the first to the one that does not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days {
    /// The first.
    pub from: Date,
    /// The first that does not count.
    pub to: Date,
}

impl Days {
    /// Days of which there is one at least.
    ///
    /// # Errors
    /// There is none.
    pub fn new(from: Date, to: Date) -> Result<Self, AwsError> {
        if from < to {
            return Ok(Self { from, to });
        }
        Err(AwsError::Period(format!("there is no day from {from} up to {to}, which does not count itself")))
    }

    /// The parts of each month.
    pub(crate) fn months(self) -> Vec<Self> {
        let mut months = Vec::new();
        let mut from = self.from;
        while from < self.to {
            let to = next_month(from).min(self.to);
            months.push(Self { from, to });
            if to == from {
                break;
            }
            from = to;
        }
        months
    }

    /// How many days.
    pub(crate) fn count(self) -> u64 {
        let days = self.from.until(self.to).map_or(0, |span| span.get_days());
        u64::try_from(days).unwrap_or(0)
    }

    /// What of these days is in none of the others, in order.
    pub(crate) fn without(self, others: &[Self]) -> Vec<Self> {
        let mut others: Vec<Self> = others.to_vec();
        others.sort();
        let mut left = Vec::new();
        let mut from = self.from;
        for other in others {
            if other.to <= from || other.from >= self.to {
                continue;
            }
            if from < other.from {
                left.push(Self { from, to: other.from });
            }
            from = from.max(other.to);
        }
        if from < self.to {
            left.push(Self { from, to: self.to });
        }
        left
    }
}

/// The first day of the month.
pub(crate) fn month(day: Date) -> Date {
    day.first_of_month()
}

/// The first day of the month after.
pub(crate) fn next_month(day: Date) -> Date {
    add(month(day), 1.month())
}

/// A day later or earlier; at the ends of the calendar the day itself.
pub(crate) fn add(day: Date, span: Span) -> Date {
    day.checked_add(span).unwrap_or(day)
}

/// The day of an instant.
pub(crate) fn day_of(now: Timestamp) -> Date {
    now.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Seconds since 1970 at which a day begins.
pub(crate) fn seconds(day: Date) -> i64 {
    day.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_second())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn days(from: &str, to: &str) -> Days {
        Days::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn months_are_parts_of_the_calendar() {
        let parts = days("2025-01-20", "2025-03-02").months();
        let expected = [
            days("2025-01-20", "2025-02-01"),
            days("2025-02-01", "2025-03-01"),
            days("2025-03-01", "2025-03-02"),
        ];
        assert_eq!(parts, expected);
        assert_eq!(parts.iter().map(|part| part.count()).sum::<u64>(), 12 + 28 + 1);
        assert!(Days::new("2025-01-02".parse().unwrap(), "2025-01-02".parse().unwrap()).is_err());
        assert_eq!(seconds("2025-01-01".parse().unwrap()), 1_735_689_600);
    }

    #[test]
    fn only_what_is_not_there_is_left() {
        let wanted = days("2025-03-01", "2025-04-01");
        assert_eq!(wanted.without(&[]), [wanted]);
        assert_eq!(wanted.without(&[wanted]), []);
        let there = [
            days("2025-03-10", "2025-03-20"),
            days("2025-02-01", "2025-03-05"),
            days("2025-03-12", "2025-03-15"),
        ];
        assert_eq!(
            wanted.without(&there),
            [days("2025-03-05", "2025-03-10"), days("2025-03-20", "2025-04-01")]
        );
    }
}
