//! Which series are there already, over which days: a note beside the pages of each batch that is complete.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::series::{Batch, Series};
use crate::days::Days;
use crate::error::AwsError;
use crate::pages::write_whole;

/// What a batch that is complete has.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Note {
    from: String,
    to: String,
    series: Vec<Series>,
}

const START: &str = ".complete-";

/// Notes that a batch is complete.
pub(crate) fn note(folder: &Path, batch: &Batch) -> Result<(), AwsError> {
    let note = Note {
        from: batch.days.from.to_string(),
        to: batch.days.to.to_string(),
        series: batch.series.clone(),
    };
    let path = folder.join(format!("{START}{}.json", batch.name()));
    let bytes = serde_json::to_vec(&note)
        .map_err(|error| AwsError::Page { file: path.clone(), reason: error.to_string() })?;
    write_whole(&path, &bytes)
}

/// The days of each series that are there.
pub(crate) fn read(folder: &Path) -> Result<BTreeMap<Series, Vec<Days>>, AwsError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(AwsError::file(folder, &error)),
    };
    let mut kept: BTreeMap<Series, Vec<Days>> = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| AwsError::file(folder, &error))?.path();
        let is_note = path.file_name().is_some_and(|name| {
            let name = name.to_string_lossy();
            name.starts_with(START) && name.ends_with(".json")
        });
        if !is_note {
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| AwsError::file(&path, &error))?;
        let refuse = |reason: String| AwsError::Page { file: path.clone(), reason };
        let note: Note = serde_json::from_slice(&bytes).map_err(|error| refuse(error.to_string()))?;
        let day = |text: &str| text.parse().map_err(|_| refuse(format!("`{text}` is not a day")));
        let days = Days::new(day(&note.from)?, day(&note.to)?)?;
        for series in note.series {
            kept.entry(series).or_default().push(days);
        }
    }
    Ok(kept)
}
