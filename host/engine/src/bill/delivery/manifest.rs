//! Manifests of AWS Data Exports: which files are the delivery of an export and billing period.
//!
//! An export is laid out as `EXPORT/metadata/BILLING_PERIOD=2025-03/…-Manifest.json` beside
//! `EXPORT/data/BILLING_PERIOD=2025-03/…` (AWS, "Understanding export delivery"). The manifest lists its files in
//! `dataFiles`; files in the data folder that the newest manifest does not list belong to older deliveries.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::Delivery;
use crate::bill::error::{BillError, shown};

/// A manifest that was found among the files.
#[derive(Debug)]
pub(in crate::bill) struct Manifest {
    path: PathBuf,
    delivery: Delivery,
    /// Paths of the data files after the `data` folder.
    files: BTreeSet<PathBuf>,
    /// The time of the delivery, as text that sorts by time.
    age: Option<String>,
}

#[derive(Deserialize)]
struct Stated {
    #[serde(rename = "dataFiles")]
    data_files: Vec<String>,
    #[serde(rename = "executionId")]
    execution: Option<String>,
}

/// The manifest of an export; nothing for any other file.
///
/// # Errors
/// A file in the place of a manifest cannot be read as one: without it, files of several deliveries would add.
pub(in crate::bill) fn manifest(path: &Path) -> Result<Option<Manifest>, BillError> {
    let is_named = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(NAME));
    let Some((delivery, inside)) = split(path, "metadata").filter(|_| is_named) else { return Ok(None) };
    let text =
        std::fs::read(path).map_err(|source| BillError::Unreadable { file: path.to_owned(), source })?;
    let refuse = |reason: String| BillError::Manifest { file: path.to_owned(), reason };
    let stated: Stated = serde_json::from_slice(&text).map_err(|error| refuse(error.to_string()))?;
    let files: BTreeSet<PathBuf> = stated
        .data_files
        .iter()
        .map(|uri| match split(Path::new(uri), "data") {
            Some((_, inside)) => Ok(inside),
            None => Err(refuse(format!(
                "it lists `{}`, which is in no folder `data/{PERIOD}…`",
                shown(uri.as_bytes())
            ))),
        })
        .collect::<Result<_, _>>()?;
    if files.is_empty() {
        return Err(refuse("it lists no file".to_owned()));
    }
    // A new folder for each delivery begins with its time; so may the id.
    let texts = files
        .iter()
        .chain([&inside])
        .flat_map(|path| path.components())
        .filter_map(|part| part.as_os_str().to_str());
    let age = texts.chain(stated.execution.as_deref()).filter_map(time).max();
    Ok(Some(Manifest { path: path.to_owned(), delivery, files, age }))
}

/// How the name of a manifest ends.
const NAME: &str = "Manifest.json";

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

/// Export, billing period and the path after the period's folder, for a path with `…/FOLDER/BILLING_PERIOD=…/…`.
fn split(path: &Path, folder: &str) -> Option<(Delivery, PathBuf)> {
    let parts: Vec<_> = path.components().collect();
    let text = |part: &Component<'_>| part.as_os_str().to_str().map(str::to_owned);
    let at = (1..parts.len()).rev().find(|at| {
        let period =
            parts.get(*at).and_then(text).is_some_and(|part| part.to_ascii_uppercase().starts_with(PERIOD));
        period && parts.get(at - 1).and_then(text).is_some_and(|part| part == folder)
    })?;
    let period = parts.get(at).and_then(text)?.get(PERIOD.len()..)?.to_owned();
    let export = parts.get(..at - 1)?.iter().collect();
    let inside = parts.get(at + 1..)?.iter().collect();
    Some((Delivery { export, period }, inside))
}

const PERIOD: &str = "BILLING_PERIOD=";

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
        let mut newest: BTreeMap<Delivery, Manifest> = BTreeMap::new();
        for manifest in manifests {
            if let Some(other) = newest.get(&manifest.delivery) {
                if other.files == manifest.files {
                    continue;
                }
                match (&other.age, &manifest.age) {
                    (Some(first), Some(second)) if first < second => {}
                    (Some(first), Some(second)) if first > second => continue,
                    _ => return Err(BillError::Age { first: other.path.clone(), second: manifest.path }),
                }
            }
            newest.insert(manifest.delivery.clone(), manifest);
        }
        Ok(Self { newest })
    }

    /// What becomes of a file.
    pub(in crate::bill) fn standing(&self, file: &Path) -> Standing {
        let Some((delivery, inside)) = split(file, "data") else { return Standing::Unlisted };
        let Some(manifest) = self.newest.get(&delivery) else { return Standing::Unlisted };
        if manifest.files.contains(&inside) {
            Standing::Part(delivery)
        } else {
            Standing::Replaced { by: manifest.path.clone() }
        }
    }

    /// Files that the newest manifests list and that are not among those found: manifest and the missing path.
    pub(in crate::bill) fn missing<'a>(
        &self,
        found: impl Iterator<Item = &'a Path>,
    ) -> impl Iterator<Item = (PathBuf, PathBuf)> {
        let found: BTreeSet<(Delivery, PathBuf)> = found.filter_map(|file| split(file, "data")).collect();
        let listed =
            self.newest.values().flat_map(|manifest| manifest.files.iter().map(move |file| (manifest, file)));
        listed
            .filter(move |(manifest, file)| !found.contains(&(manifest.delivery.clone(), (*file).clone())))
            .map(|(manifest, file)| (manifest.path.clone(), file.clone()))
    }
}
