//! The user's hourly series of intensities, and what of them holds for the time of a row.

use std::collections::BTreeMap;

use joulework_sdk::prelude::*;

use crate::tables::{self, Figure, Place, Scope};

factors! {
    /// One row of the table `grid-intensity-hourly`.
    pub struct Hourly: "grid-intensity-hourly" in "../data/grid-intensity-hourly.csv",
        "Intensity by region and hour, empty until the user fills it; a row of the bill whose hours are all in the series of its region takes their mean instead of the annual one; all rows of a series have one factor-id, area and scope"
    {
        region: String = column("region").doc("Region id; compared whole"),
        hour: String = column("hour").doc("First instant of the hour in UTC, such as `2025-03-01T13:00Z`"),
        intensity: f64 = column("intensity").unit("gCO2e/kWh").doc("Mean of the hour; 0 is a value"),
        area: Option<String> = column("area").doc("What the mean is of: `zone`, `state`, `nation` or `world`"),
        kind: Option<String> = column("kind").doc("`average`; a `marginal` row is never used for a footprint"),
        region_gsd: Option<f64> = column("region-gsd").unit("1")
            .doc("GSD of the factor grid-intensity-region; by area where empty"),
    }
}

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// The series of the regions.
#[derive(Debug, Default)]
pub(crate) struct Series(BTreeMap<String, OfRegion>);

/// The series of one region.
#[derive(Debug)]
struct OfRegion {
    id: String,
    scope: Option<Scope>,
    region_gsd: f64,
    /// Intensity by the number of the hour since 1970.
    hours: BTreeMap<i64, f64>,
}

impl Series {
    pub(crate) fn load(tables: &Tables) -> Result<Self, Fault> {
        let mut series: BTreeMap<String, OfRegion> = BTreeMap::new();
        for (at, row) in tables.of_user::<Hourly>()?.into_iter().enumerate() {
            let checked = tables::check_intensity(
                &row.id,
                row.intensity,
                [row.kind.as_deref(), row.area.as_deref()],
                row.region_gsd,
                &row.scope,
            );
            checked.map_err(|fault| fault.row(at))?;
            let bad = |column: &str, what: String| Fault::table(what).row(at).column(column);
            let Some(hour) = hour(&row.hour) else {
                let what = format!("`{}` is not a full hour in UTC, such as `2025-03-01T13:00Z`", row.hour);
                return Err(bad("hour", what));
            };
            if row.kind.as_deref() == Some("marginal") {
                continue;
            }
            let scope = Scope::parse(&row.scope);
            let region_gsd = tables::region_gsd(row.region_gsd, row.area.as_deref());
            let region = series.entry(row.region.clone()).or_insert_with(|| OfRegion {
                id: row.id.clone(),
                scope,
                region_gsd,
                hours: BTreeMap::new(),
            });
            let same = region.scope == scope && region.region_gsd.to_bits() == region_gsd.to_bits();
            if region.id != row.id || !same {
                let what =
                    format!("`{}` has a second series: one factor-id, area and scope a region", row.region);
                return Err(bad("factor-id", what));
            }
            if region.hours.insert(hour, row.intensity).is_some() {
                return Err(bad("hour", format!("`{}` has the hour `{}` twice", row.region, row.hour)));
            }
        }
        Ok(Self(series))
    }

    /// What holds for a row from `start` to `end` (milliseconds since 1970): the mean over its time, where the series
    /// of the region has all of its hours; else the annual mean.
    pub(crate) fn at<'a>(
        &'a self,
        annual: &Place<'a>,
        region: Option<&str>,
        start: Option<i64>,
        end: Option<i64>,
    ) -> Place<'a> {
        let found = region.and_then(|region| self.0.get(region));
        let mean = found.zip(start).and_then(|(series, start)| Some((series, series.mean(start, end)?)));
        let Some((series, mean)) = mean else { return *annual };
        Place {
            intensity: Some(Figure {
                id: &series.id,
                value: mean,
                gsds: [tables::SHARED, series.region_gsd, tables::ROW, 1.0],
            }),
            scope: series.scope,
            basis: Basis::Measured,
            ..*annual
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl OfRegion {
    /// The mean over `[start, end)`, weighted by time; over the hour of `start` where the end is not known.
    fn mean(&self, start: i64, end: Option<i64>) -> Option<f64> {
        let end = end.filter(|end| *end > start).unwrap_or(start + 1);
        let (first, last) = (start.div_euclid(HOUR), (end - 1).div_euclid(HOUR));
        if first == last {
            return self.hours.get(&first).copied();
        }
        // Before the walk: a row may be years long.
        let held = self.hours.range(first..=last).count();
        if i64::try_from(held) != Ok(last - first + 1) {
            return None;
        }
        let mut sum = 0.0;
        for (hour, intensity) in self.hours.range(first..=last) {
            let within = ((hour + 1) * HOUR).min(end) - (hour * HOUR).max(start);
            sum += intensity * milliseconds(within);
        }
        Some(sum / milliseconds(end - start))
    }
}

#[allow(clippy::cast_precision_loss, reason = "spans of a bill are far below 2^53 milliseconds")]
fn milliseconds(span: i64) -> f64 {
    span as f64
}

/// The number of the hour since 1970 of `YYYY-MM-DDTHH:00[:00][Z]`.
fn hour(text: &str) -> Option<i64> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, time) = text.split_once(['T', ' '])?;
    let hour: i64 = match time.split_at_checked(2)? {
        (hour, "" | ":00" | ":00:00") => number(hour, 2)?,
        _ => return None,
    };
    let mut parts = date.split('-');
    let (year, month, day) =
        (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let fits = parts.next().is_none()
        && hour < 24
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day);
    fits.then(|| days_to(year, month, day) * 24 + hour)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let all = text.len() == digits && text.bytes().all(|digit| digit.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    // Days before the year, counted from the year 1; 719,162 of them lie before 1970.
    let years = before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    let months: i64 = (1..month).map(|earlier| days_of(year, earlier)).sum();
    years + months + day - 1 - 719_162
}

#[cfg(test)]
mod tests {
    use super::hour;

    #[test]
    fn hours_are_counted_from_1970() {
        for (text, hours) in [
            ("1970-01-01T00:00Z", 0),
            ("1970-01-02 01:00", 25),
            ("1969-12-31T23:00:00Z", -1),
            ("2000-03-01T00Z", 11_017 * 24),
            ("2024-02-29T12:00:00Z", 19_782 * 24 + 12),
            ("2025-06-01T00:00Z", 20_240 * 24),
        ] {
            assert_eq!(hour(text), Some(hours), "{text}");
        }
        for text in
            ["2025-02-29T00:00Z", "2025-06-01", "2025-06-01T13:30Z", "2025-6-1T13:00Z", "2025-06-01T24:00Z"]
        {
            assert_eq!(hour(text), None, "{text}");
        }
    }
}
