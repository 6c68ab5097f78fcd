//! Functional units, from a series or from lines of the bill.

use super::{Result, time_zone};
use crate::check;
use crate::error::Problem;
use crate::model::{BillLines, FunctionalUnit, Series, Work};
use crate::section::Section;

/// Keys of `[[unit]]`.
pub(crate) const UNIT: &[&str] = &["name", "workload", "series", "timestamp", "count", "time-zone", "bill"];
/// Keys of `bill` of `[[unit]]`.
pub(crate) const BILL_LINES: &[&str] = &["service", "meter", "unit", "scale"];

/// Keys that describe a series only.
const OF_SERIES: &[&str] = &["timestamp", "count", "time-zone"];

pub(super) fn unit(section: &Section<'_>, names: &mut check::Names<'_>) -> Result<FunctionalUnit> {
    let (name, workload) = (section.required_text("name")?, section.required_text("workload")?);
    names.known_workload(section, "workload", &workload)?;
    names.add_unit(&workload.value, &name)?;
    let work = match (section.path("series")?, section.table("bill", "`bill` of [[unit]]", BILL_LINES)?) {
        (Some(path), None) => {
            let column =
                |key: &str| section.text(key).map(|text| text.map_or(key.to_owned(), |text| text.value));
            Work::Series(Series {
                path,
                timestamp: column("timestamp")?,
                count: column("count")?,
                time_zone: time_zone(section)?,
            })
        }
        (None, Some(lines)) => {
            if let Some(key) = OF_SERIES.iter().find(|key| section.has(key)) {
                return Err(one_of(section, key, "bill", true));
            }
            Work::Bill(bill_lines(&lines)?)
        }
        (series, _) => return Err(one_of(section, "series", "bill", series.is_some())),
    };
    Ok(FunctionalUnit { name: name.value, workload: workload.value, work, place: section.place() })
}

fn one_of(
    section: &Section<'_>,
    first: &'static str,
    second: &'static str,
    both: bool,
) -> crate::ManifestError {
    section.error(Problem::OneOf { section: section.name.clone(), first, second, both })
}

fn bill_lines(section: &Section<'_>) -> Result<BillLines> {
    let lines = BillLines {
        service: section.globs("service")?,
        meter: section.globs("meter")?,
        unit: section.globs("unit")?,
        scale: section.positive("scale")?.unwrap_or(1.0),
    };
    if [&lines.service, &lines.meter, &lines.unit].iter().all(|globs| globs.is_empty()) {
        let known = ["service", "meter", "unit"].map(str::to_owned).to_vec();
        return Err(section.error(Problem::NoCondition { section: section.name.clone(), known }));
    }
    Ok(lines)
}
