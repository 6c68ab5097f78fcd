//! Where a file stands in the folders of an export: which export and billing period it belongs to, by its path alone.
//!
//! AWS lays exports out in three ways:
//!
//! | export | data files | manifests |
//! |---|---|---|
//! | Data Exports | `EXPORT/data/BILLING_PERIOD=2025-03/…` | `EXPORT/metadata/BILLING_PERIOD=2025-03/…` |
//! | legacy report | `REPORT/20250301-20250401/…`, with or without a folder for each delivery in it | the same folders |
//! | legacy report for Athena | `REPORT/NAME/year=2025/month=3/…` | `REPORT/20250301-20250401/…` |

use std::path::{Component, Path, PathBuf};

use super::Delivery;

/// A file's export and billing period, and its path inside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) delivery: Delivery,
    /// The path after the period's folder.
    pub(super) inside: PathBuf,
}

/// The place of a file of a data export, in its folder `data` or `metadata`.
pub(super) fn in_data_export(path: &Path, folder: &str) -> Option<Place> {
    const PERIOD: &str = "BILLING_PERIOD=";
    let parts: Vec<&str> = texts(path)?;
    let at = (1..parts.len()).rev().find(|at| {
        let period = parts.get(*at).is_some_and(|part| part.to_ascii_uppercase().starts_with(PERIOD));
        period && parts.get(at - 1).is_some_and(|part| *part == folder)
    })?;
    let period = parts.get(at)?.get(PERIOD.len()..)?;
    place(&parts, at - 1, period.to_owned(), at + 1)
}

/// The place of a file of a legacy report.
pub(super) fn in_legacy_report(path: &Path) -> Option<Place> {
    let parts: Vec<&str> = texts(path)?;
    for at in (0..parts.len()).rev() {
        if let Some(month) = parts.get(at).and_then(|part| period_folder(part)) {
            return place(&parts, at, month, at + 1);
        }
        // The folder above is a table named after the report; with it in the path inside, no file of the other layout has
        // the same one.
        let year = parts.get(at).and_then(|part| part.strip_prefix("year="));
        let month = parts.get(at + 1).and_then(|part| part.strip_prefix("month="));
        if let (Some(year), Some(month), 1..) = (year, month, at) {
            let month = format!("{year:0>4}{month:0>2}");
            let numbers = month.len() == 6 && month.bytes().all(|byte| byte.is_ascii_digit());
            return numbers.then(|| place(&parts, at - 1, month, at - 1)).flatten();
        }
    }
    None
}

/// The month of a folder such as `20250301-20250401`, as `202503`.
fn period_folder(name: &str) -> Option<String> {
    let (first, last) = name.split_once('-')?;
    let is_day = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_day(first) && is_day(last) { first.get(..6).map(str::to_owned) } else { None }
}

/// The folders of a path; nothing where one of them is no text.
fn texts(path: &Path) -> Option<Vec<&str>> {
    path.components().map(|part: Component<'_>| part.as_os_str().to_str()).collect()
}

/// `export` folders lead to the export; the path inside begins at `inside`.
fn place(parts: &[&str], export: usize, period: String, inside: usize) -> Option<Place> {
    let export: PathBuf = parts.get(..export)?.iter().collect();
    Some(Place { delivery: Delivery { export, period }, inside: parts.get(inside..)?.iter().collect() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    fn shown(place: Place) -> String {
        let Place { delivery: Delivery { export, period }, inside } = place;
        format!("{} {period} {}", export.display(), inside.display())
    }

    #[test]
    fn every_layout_has_its_export_its_period_and_a_path_inside() {
        let legacy = |path: &str| in_legacy_report(Path::new(path)).map(shown);
        let export = |path: &str| in_data_export(Path::new(path), "data").map(shown);
        let expected = |text: &str| Some(text.to_owned());
        assert_eq!(export("a/e/data/BILLING_PERIOD=2025-03/x.csv"), expected("a/e 2025-03 x.csv"));
        assert_eq!(export("a/e/data/2025-03/x.csv"), None);
        assert_eq!(legacy("/a/r/20250301-20250401/id/r-1.csv.gz"), expected("/a/r 202503 id/r-1.csv.gz"));
        assert_eq!(legacy("20250301-20250401/r-1.csv.gz"), expected(" 202503 r-1.csv.gz"));
        assert_eq!(
            legacy("a/r/r/year=2025/month=3/r-1.parquet"),
            expected("a/r 202503 r/year=2025/month=3/r-1.parquet")
        );
        for none in
            ["a/b.csv", "a/2025-03/b.csv", "year=2025/month=3/b.parquet", "a/year=x/month=3/b.parquet"]
        {
            assert_eq!(legacy(none), None, "{none}");
        }
    }
}
