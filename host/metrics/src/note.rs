//! What was found in files that could be read all the same: counted, never silent.

use std::collections::BTreeMap;

use joulework_engine::provenance::Note;

/// Notes by code and text, with the number of points that they are about.
#[derive(Debug, Default)]
pub(crate) struct Notes(BTreeMap<(&'static str, String), u64>);

impl Notes {
    /// Counts points; none is no note.
    pub(crate) fn count(&mut self, code: &'static str, text: impl Into<String>, points: u64) {
        if points > 0 {
            *self.0.entry((code, text.into())).or_default() += points;
        }
    }

    /// Says something that is about no point.
    pub(crate) fn say(&mut self, code: &'static str, text: impl Into<String>) {
        self.0.entry((code, text.into())).or_default();
    }

    pub(crate) fn list(self) -> Vec<Note> {
        let note = |((code, text), rows): ((&str, String), u64)| Note { code: code.to_owned(), text, rows };
        self.0.into_iter().map(note).collect()
    }
}
