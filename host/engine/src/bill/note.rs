//! Things that a user should know about a bill although it could be read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// A warning: what was found, where, and how often.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The file that it is about.
    pub file: PathBuf,
    /// A stable dotted name, such as `bill.unknown-columns`.
    pub code: &'static str,
    /// The sentence for the user, without the file.
    pub text: String,
    /// How many rows it is about; 0 where it is about the file.
    pub rows: u64,
}

/// Notes from several threads; their order does not depend on the threads.
#[derive(Debug, Default)]
pub(super) struct Notes(Mutex<BTreeMap<(PathBuf, &'static str, String), u64>>);

impl Notes {
    /// Adds a note, or rows to the same note.
    pub(super) fn add(&self, code: &'static str, file: PathBuf, text: impl Into<String>, rows: u64) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *notes.entry((file, code, text.into())).or_default() += rows;
    }

    /// The notes by file, code and text.
    pub(super) fn list(&self) -> Vec<Note> {
        let notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes
            .iter()
            .map(|((file, code, text), rows)| Note {
                code,
                file: file.clone(),
                text: text.clone(),
                rows: *rows,
            })
            .collect()
    }
}
