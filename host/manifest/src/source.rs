//! The text of a manifest and places in it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::error::{ManifestError, Problem};

/// A place in the manifest, counted from 1; columns are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The line; 0 where the setting comes from no file.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}

/// The text that is read, and where it comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a Path,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    /// An error at a range of bytes.
    pub(crate) fn error(&self, span: Range<usize>, problem: Problem) -> ManifestError {
        ManifestError::Invalid {
            file: PathBuf::from(self.file),
            text: self.text.to_owned(),
            place: self.place(span.start),
            span,
            problem: Box::new(problem),
        }
    }

    /// Line and column of a byte.
    pub(crate) fn place(&self, byte: usize) -> Place {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}
