//! Steps and periods in UTC. Owns the calendar arithmetic of the engine; knows no time zone and no clock.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Milliseconds in an hour.
pub const HOUR_MS: i64 = 3_600_000;
/// Milliseconds in a day.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// How long a period of a roll-up is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// One hour.
    Hour,
    /// One day, UTC.
    Day,
    /// One calendar month, UTC.
    Month,
}

impl Step {
    /// The word for it: `hour`, `day` or `month`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

/// A word that is no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time step; expected `hour`, `day` or `month`")]
pub struct NoStep(pub String);

impl FromStr for Step {
    type Err = NoStep;

    fn from_str(word: &str) -> Result<Self, NoStep> {
        match word {
            "hour" => Ok(Self::Hour),
            "day" => Ok(Self::Day),
            "month" => Ok(Self::Month),
            other => Err(NoStep(other.to_owned())),
        }
    }
}

/// One hour, day or month, UTC; ordered by time within one step.
///
/// Displays as `2025-03-01T05Z`, `2025-03-01` or `2025-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    step: Step,
    /// Hours or days since 1970-01-01, or months since year 0.
    index: i64,
}

impl Period {
    /// The period that holds an instant, in milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn containing(epoch_ms: i64, step: Step) -> Self {
        let index = match step {
            Step::Hour => epoch_ms.div_euclid(HOUR_MS),
            Step::Day => epoch_ms.div_euclid(DAY_MS),
            Step::Month => {
                let date = Date::of_day(epoch_ms.div_euclid(DAY_MS));
                date.year * 12 + i64::from(date.month) - 1
            }
        };
        Self { step, index }
    }

    pub(crate) const fn from_index(index: i64, step: Step) -> Self {
        Self { step, index }
    }

    pub(crate) const fn index(self) -> i64 {
        self.index
    }

    /// Its step.
    #[must_use]
    pub const fn step(self) -> Step {
        self.step
    }

    /// Its first instant, in milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn start_ms(self) -> i64 {
        match self.step {
            Step::Hour => self.index * HOUR_MS,
            Step::Day => self.index * DAY_MS,
            Step::Month => month_start_day(self.index) * DAY_MS,
        }
    }

    /// The first instant after it, in milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn end_ms(self) -> i64 {
        self.next().start_ms()
    }

    /// The period after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self { step: self.step, index: self.index + 1 }
    }

    /// The period of a coarser (or the same) step that holds its first instant.
    #[must_use]
    pub fn coarser(self, step: Step) -> Self {
        Self::containing(self.start_ms(), step)
    }

    /// How many hours it has.
    #[must_use]
    pub fn hours(self) -> i64 {
        (self.end_ms() - self.start_ms()) / HOUR_MS
    }

    /// Its calendar year.
    #[must_use]
    pub fn year(self) -> i64 {
        Date::of_day(self.start_ms().div_euclid(DAY_MS)).year
    }
}

impl fmt::Display for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day } = Date::of_day(self.start_ms().div_euclid(DAY_MS));
        match self.step {
            Step::Month => write!(out, "{year:04}-{month:02}"),
            Step::Day => write!(out, "{year:04}-{month:02}-{day:02}"),
            Step::Hour => {
                let hour = self.index.rem_euclid(24);
                write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}Z")
            }
        }
    }
}

/// An instant as `2025-03-01T05:00:00Z` (whole seconds).
#[must_use]
pub fn instant(epoch_ms: i64) -> String {
    let Date { year, month, day } = Date::of_day(epoch_ms.div_euclid(DAY_MS));
    let second = epoch_ms.rem_euclid(DAY_MS) / 1_000;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

/// The first instant (UTC) of a day such as `2025-03-01`; nothing for any other text.
#[must_use]
pub fn midnight(text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text.parse().ok()?;
    Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// A civil date of the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Date {
    year: i64,
    month: u8,
    day: u8,
}

impl Date {
    /// From days since 1970-01-01 (H. Hinnant, *chrono-compatible low-level date algorithms*, `civil_from_days`).
    fn of_day(days: i64) -> Self {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month: u8::try_from(month).unwrap_or(1), day: u8::try_from(day).unwrap_or(1) }
    }
}

/// Days from 1970-01-01 to the first day of a month, counted from year 0 (`days_from_civil` for day 1).
fn month_start_day(month_index: i64) -> i64 {
    let year = month_index.div_euclid(12);
    let month = month_index.rem_euclid(12) + 1;
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-02-29T23:30:00Z.
    const LEAP: i64 = 1_709_249_400_000;

    #[test]
    fn an_instant_falls_into_its_hour_day_and_month() {
        assert_eq!(Period::containing(LEAP, Step::Hour).to_string(), "2024-02-29T23Z");
        assert_eq!(Period::containing(LEAP, Step::Day).to_string(), "2024-02-29");
        assert_eq!(Period::containing(LEAP, Step::Month).to_string(), "2024-02");
        assert_eq!(instant(LEAP), "2024-02-29T23:30:00Z");
    }

    #[test]
    fn a_month_is_as_long_as_the_calendar_says() {
        let february = Period::containing(LEAP, Step::Month);
        assert_eq!(february.hours(), 29 * 24);
        assert_eq!(february.next().hours(), 31 * 24);
        assert_eq!(Period::containing(-1, Step::Month).to_string(), "1969-12");
    }

    #[test]
    fn periods_and_days_go_back_and_forth() {
        let mut period = Period::containing(0, Step::Month);
        for _ in 0..2_400 {
            assert_eq!(Period::containing(period.start_ms(), Step::Month), period);
            assert_eq!(Period::containing(period.end_ms() - 1, Step::Month), period);
            period = period.next();
        }
    }
}
