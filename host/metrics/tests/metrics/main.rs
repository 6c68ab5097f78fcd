//! Files of metrics as their sources write them, read to series by hour.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::float_cmp, reason = "tests may")]

mod formats;
mod logs;
mod samples;
mod supply;
mod trouble;

use std::collections::BTreeMap;
use std::path::PathBuf;

use joulework_engine::pipeline::UtilisationDescription;
use joulework_metrics::{HourlySeries, Metrics, MetricsError};

/// A folder with files of a test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// How one file is read with nothing said of it.
fn plain(path: PathBuf) -> UtilisationDescription {
    UtilisationDescription { paths: vec![path], time_zone: "UTC".to_owned(), ..Default::default() }
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Reads one file of a text.
fn read(
    name: &str,
    text: impl AsRef<[u8]>,
    change: impl FnOnce(&mut UtilisationDescription),
) -> Result<Metrics, MetricsError> {
    let folder = Folder::new();
    let mut description = plain(folder.write(name, text));
    change(&mut description);
    Metrics::read(&[description], &[])
}

/// Series in short: resource, measure, first hour, values to six places.
fn short(metrics: &Metrics) -> Vec<(String, &'static str, i64, Vec<String>)> {
    let short = |series: &HourlySeries| {
        let values = series
            .values
            .iter()
            .map(|value| format!("{value:.6}").trim_end_matches('0').trim_end_matches('.').to_owned());
        (series.resource.to_string(), series.measure.id(), series.first_hour, values.collect())
    };
    metrics.series.iter().map(short).collect()
}

/// Notes in short: codes with numbers of points.
fn notes(metrics: &Metrics) -> Vec<(&str, u64)> {
    metrics.notes.iter().map(|note| (note.code.as_str(), note.rows)).collect()
}
