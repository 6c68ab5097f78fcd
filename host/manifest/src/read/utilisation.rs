//! `[[utilisation]]`: files of metrics, and what they do not say themselves.

use std::collections::BTreeMap;

use crate::error::ManifestError;
use crate::model::{LambdaLogs, Utilisation};
use crate::section::Section;

use super::time_zone;

type Result<T> = std::result::Result<T, ManifestError>;

/// Keys of `[[utilisation]]`.
pub(crate) const UTILISATION: &[&str] =
    &["path", "time-zone", "columns", "values", "period", "measures", "cumulative", "queries"];
/// What a column says: keys of `columns` and, but for the time and the value, of `values`.
pub(crate) const COLUMNS: &[&str] = &[
    "timestamp",
    "value",
    "resource",
    "metric",
    "namespace",
    "dimensions",
    "statistic",
    "unit",
    "period",
    "region",
    "account",
];
/// Keys of `values`.
pub(crate) const VALUES: &[&str] =
    &["resource", "metric", "namespace", "statistic", "unit", "region", "account"];

/// The longest period: 31 days.
const LONGEST: u64 = 2_678_400;

pub(super) fn utilisation(section: &Section<'_>) -> Result<Utilisation> {
    let period = section.whole_to("period", LONGEST, "seconds, from 1 to 2678400 (31 days)")?;
    let measures = match section.open_table("measures", "`measures`")? {
        None => BTreeMap::new(),
        Some(table) => texts(&table)?,
    };
    Ok(Utilisation {
        path: section.path("path")?.ok_or_else(|| section.missing("path"))?,
        time_zone: time_zone(section)?,
        columns: known(section, "columns", COLUMNS)?,
        values: known(section, "values", VALUES)?,
        period: period.and_then(|seconds| u32::try_from(seconds).ok()),
        measures,
        cumulative: section.globs("cumulative")?,
        queries: section.path("queries")?,
        place: section.place(),
    })
}

/// Keys of `[[lambda-logs]]`.
pub(crate) const LAMBDA_LOGS: &[&str] = &["path", "function", "region", "account"];

pub(super) fn lambda_logs(section: &Section<'_>) -> Result<LambdaLogs> {
    let text = |key: &str| Ok(section.text(key)?.map(|text| text.value));
    Ok(LambdaLogs {
        path: section.path("path")?.ok_or_else(|| section.missing("path"))?,
        function: text("function")?,
        region: text("region")?,
        account: text("account")?,
        place: section.place(),
    })
}

/// A table of texts that may have no other keys than these.
fn known(section: &Section<'_>, key: &str, keys: &[&str]) -> Result<BTreeMap<String, String>> {
    match section.table(key, &format!("`{key}` of {}", section.name), keys)? {
        None => Ok(BTreeMap::new()),
        Some(table) => texts(&table),
    }
}

fn texts(table: &Section<'_>) -> Result<BTreeMap<String, String>> {
    table.entries().map(|(key, _, value)| Ok((key.to_owned(), table.text_of(key, value)?.value))).collect()
}
