//! Work as its file holds it: read once, joined with a bill any number of times.

use super::series::{self, Series};
use super::{UnitOfWork, WorkSource};
use crate::error::EngineError;
use crate::instant::TWICE;
use crate::provenance::{InputFile, Note};

/// The work of a unit as its file holds it; nothing where the bill itself counts it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedWork(Option<Series>);

impl UnitOfWork {
    /// Reads the file of the unit, where it has one.
    ///
    /// # Errors
    /// When the file cannot be read, is no table, or has a bad row; when the time zone is not known.
    pub fn read(&self) -> Result<RecordedWork, EngineError> {
        let WorkSource::Series { path, timestamp, count, time_zone } = &self.source else {
            return Ok(RecordedWork(None));
        };
        let zone = crate::zone::find(time_zone)?;
        Ok(RecordedWork(Some(series::read(path, timestamp, count, &zone)?)))
    }
}

impl RecordedWork {
    pub(super) const fn series(&self) -> Option<&Series> {
        self.0.as_ref()
    }

    /// The file that was read.
    #[must_use]
    pub fn file(&self) -> Option<&InputFile> {
        self.0.as_ref().map(|series| &series.file)
    }

    /// What the user should know about the file.
    #[must_use]
    pub fn note(&self) -> Option<Note> {
        let series = self.0.as_ref().filter(|series| series.has_times_twice)?;
        let text = format!("{}: {TWICE}", series.file.path);
        Some(Note { code: "work.time-twice".to_owned(), text, rows: 0 })
    }
}
