//! Manifests of AWS exports: which files are the delivery of an export and billing period.
//!
//! Data Exports list their files in `dataFiles`, the legacy Cost and Usage Report in `reportKeys` (AWS, "Understanding
//! export delivery" and "Understanding your report versions"). Files of the same export and period that the manifest which
//! counts does not list belong to older deliveries.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use joulework_runtime::{WholeFileError, read_whole};
use serde::Deserialize;

use super::Delivery;
use super::place::{Place, in_data_export, in_legacy_report};
use crate::bill::error::{BillError, shown};

/// A manifest that was found among the files.
#[derive(Debug)]
pub(in crate::bill) struct Manifest {
    path: PathBuf,
    layout: Layout,
    delivery: Delivery,
    /// Paths of the data files inside the export.
    files: BTreeSet<PathBuf>,
    age: Age,
}

/// How an export lays out its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    DataExport,
    LegacyReport,
}

/// What a manifest says about its age.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Age {
    /// The time of the delivery, as text that sorts by time.
    At(String),
    /// Each delivery overwrites it: it is of the newest.
    Newest,
    /// Nothing.
    Unknown,
}

impl Age {
    /// Whether this age is known to be newer than the other one.
    fn beats(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::At(this), Self::At(other)) => this > other,
            (Self::Newest, other) => *other != Self::Newest,
            _ => false,
        }
    }
}

/// What a manifest of either export states.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stated {
    DataExport {
        #[serde(rename = "dataFiles")]
        files: Vec<String>,
        #[serde(rename = "executionId")]
        execution: Option<String>,
    },
    LegacyReport {
        #[serde(rename = "reportKeys")]
        files: Vec<String>,
        #[serde(rename = "assemblyId")]
        _assembly: String,
    },
}

/// Bytes that a manifest may have: a hundred thousand files and more.
const MOST: u64 = 64 << 20;

/// How the name of a manifest ends.
const NAME: &str = "Manifest.json";

/// The manifest of an export; nothing for any other file.
///
/// # Errors
/// A file in the place of a manifest cannot be read as one: without it, files of several deliveries would add.
pub(in crate::bill) fn manifest(path: &Path) -> Result<Option<Manifest>, BillError> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (export, report) = (in_data_export(path, "metadata"), in_legacy_report(path));
    if !name.ends_with(NAME) || export.is_none() && report.is_none() {
        return Ok(None);
    }
    let refuse = |reason: String| BillError::Manifest { file: path.to_owned(), reason };
    let text = read_whole(path, MOST).map_err(|error| match error {
        WholeFileError::System(source) => BillError::Unreadable { file: path.to_owned(), source },
        error => refuse(error.to_string()),
    })?;
    // As a value first: of two shapes, the reader of shapes does not say what is wrong with the nearer one.
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| refuse(error.to_string()))?;
    let stated = serde_json::from_value(value)
        .map_err(|_| refuse("it has neither `dataFiles` nor `reportKeys` and `assemblyId`".to_owned()))?;
    let manifest = match (stated, export, report) {
        (Stated::DataExport { files, execution }, Some(place), _) => {
            data_export(path, place, &files, execution.as_deref())
        }
        (Stated::LegacyReport { files, .. }, _, Some(place)) => legacy_report(path, place, &files),
        _ => Err("it is that of another sort of export than its folder".to_owned()),
    };
    let manifest = manifest.map_err(refuse)?;
    if manifest.files.is_empty() {
        return Err(refuse("it lists no file".to_owned()));
    }
    Ok(Some(manifest))
}

/// The listed files by their paths inside the export.
fn inside(stated: &[String], place: impl Fn(&Path) -> Option<Place>) -> Result<BTreeSet<PathBuf>, String> {
    let inside = |uri: &String| match place(Path::new(uri)) {
        Some(place) => Ok(place.inside),
        None => {
            Err(format!("it lists `{}`, which is in no folder of a billing period", shown(uri.as_bytes())))
        }
    };
    stated.iter().map(inside).collect()
}

fn data_export(
    path: &Path,
    place: Place,
    stated: &[String],
    execution: Option<&str>,
) -> Result<Manifest, String> {
    let Place { delivery, inside: own } = place;
    let files = inside(stated, |uri| in_data_export(uri, "data"))?;
    // A new folder for each delivery begins with its time; so may the id.
    let texts = files
        .iter()
        .chain([&own])
        .flat_map(|path| path.components())
        .filter_map(|part| part.as_os_str().to_str());
    let age = texts.chain(execution).filter_map(time).max().map_or(Age::Unknown, Age::At);
    Ok(Manifest { path: path.to_owned(), layout: Layout::DataExport, delivery, files, age })
}

/// A legacy manifest states no time. It stands in the folder of its delivery, and the one of the newest delivery also in
/// the folder of the billing period.
fn legacy_report(path: &Path, place: Place, stated: &[String]) -> Result<Manifest, String> {
    let Place { delivery, inside: own } = place;
    let files = inside(stated, in_legacy_report)?;
    let age = if own.components().count() == 1 { Age::Newest } else { Age::Unknown };
    Ok(Manifest { path: path.to_owned(), layout: Layout::LegacyReport, delivery, files, age })
}

/// A time at the beginning of a name, such as `2025-04-01T02:11:09.123Z-4f1c…`.
fn time(name: &str) -> Option<String> {
    let digits: String = name
        .chars()
        .take_while(|c| c.is_ascii_digit() || "-T:.Z".contains(*c))
        .filter(char::is_ascii_digit)
        .collect();
    let shape = name.as_bytes();
    let dated = shape.get(4) == Some(&b'-') && shape.get(7) == Some(&b'-') || shape.get(8) == Some(&b'T');
    // Year, month and day at least; a billing period has no day.
    (dated && digits.len() >= 8).then(|| digits.chars().take(17).collect())
}

/// What the manifests say about the files.
#[derive(Debug, Default)]
pub(in crate::bill) struct Deliveries {
    newest: BTreeMap<Delivery, Manifest>,
}

/// What becomes of a file.
#[derive(Debug)]
pub(in crate::bill) enum Standing {
    /// No manifest speaks of it.
    Unlisted,
    /// It is part of a delivery that counts.
    Part(Delivery),
    /// A newer delivery stands in its place.
    Replaced {
        /// The manifest of the newer delivery.
        by: PathBuf,
    },
}

impl Deliveries {
    /// Takes the newest manifest of each export and billing period.
    ///
    /// # Errors
    /// Two manifests list different files for one of them, and it cannot be told which is newer.
    pub(in crate::bill) fn new(manifests: Vec<Manifest>) -> Result<Self, BillError> {
        let mut groups: BTreeMap<Delivery, Vec<Manifest>> = BTreeMap::new();
        for manifest in manifests {
            groups.entry(manifest.delivery.clone()).or_default().push(manifest);
        }
        let mut newest = BTreeMap::new();
        for (delivery, group) in groups {
            let mut others = Vec::new();
            let mut best: Option<Manifest> = None;
            for manifest in group {
                if best.as_ref().is_none_or(|best| manifest.age.beats(&best.age)) {
                    others.extend(best.replace(manifest));
                } else {
                    others.push(manifest);
                }
            }
            let Some(best) = best else { continue };
            let rival =
                others.into_iter().find(|other| other.files != best.files && !best.age.beats(&other.age));
            if let Some(rival) = rival {
                return Err(BillError::Age { first: best.path, second: rival.path });
            }
            newest.insert(delivery, best);
        }
        Ok(Self { newest })
    }

    /// What becomes of a file.
    pub(in crate::bill) fn standing(&self, file: &Path) -> Standing {
        let Some((manifest, place)) = self.find(file) else { return Standing::Unlisted };
        if manifest.files.contains(&place.inside) {
            Standing::Part(place.delivery)
        } else if manifest.layout == Layout::LegacyReport && manifest.age != Age::Newest {
            // It speaks for the folder of its own delivery, which may be the older one.
            Standing::Unlisted
        } else {
            Standing::Replaced { by: manifest.path.clone() }
        }
    }

    /// The manifest that speaks of a file.
    fn find(&self, file: &Path) -> Option<(&Manifest, Place)> {
        let candidates = [
            (Layout::DataExport, in_data_export(file, "data")),
            (Layout::LegacyReport, in_legacy_report(file)),
        ];
        candidates.into_iter().find_map(|(layout, place)| {
            let place = place?;
            let manifest = self.newest.get(&place.delivery).filter(|found| found.layout == layout)?;
            Some((manifest, place))
        })
    }

    /// Files that the newest manifests list and that are not among those found: manifest and the missing path.
    pub(in crate::bill) fn missing<'a>(
        &self,
        found: impl Iterator<Item = &'a Path>,
    ) -> Option<(PathBuf, PathBuf)> {
        let found: BTreeSet<Place> =
            found.filter_map(|file| self.find(file).map(|(_, place)| place)).collect();
        let mut listed =
            self.newest.values().flat_map(|manifest| manifest.files.iter().map(move |file| (manifest, file)));
        let missing = |(manifest, file): &(&Manifest, &PathBuf)| {
            let place = Place { delivery: manifest.delivery.clone(), inside: (*file).clone() };
            !found.contains(&place)
        };
        listed.find(missing).map(|(manifest, file)| (manifest.path.clone(), file.clone()))
    }
}
