//! From paths to rows: finding files, telling formats, deliveries, and readers that give [`UsageBatch`]es.
//!
//! This module reads and refuses; it never estimates. A bill is read whole or not at all: a bad value is an error that
//! names file, row, column and what was expected, and no row is left out. Exactness: money is decimal from end to end,
//! ids stay text.
//!
//! ```no_run
//! # use joulework_engine::bill::{Bill, BillError, BillOptions, ColumnSet};
//! let bill = Bill::open(&["bills/".into()], &BillOptions::default())?;
//! for chunk in bill.chunks() {
//!     chunk.read(ColumnSet::all(), |batch| { let _ = batch.rows(); Ok::<_, BillError>(()) })?;
//! }
//! bill.finish()?;
//! # Ok::<_, BillError>(())
//! ```

mod batch;
mod calendar;
mod column;
mod csv;
mod delivery;
mod detect;
mod digest;
mod error;
mod fields;
mod find;
mod findings;
mod format;
mod input;
mod intern;
mod json;
mod note;
mod open;
mod parquet;
mod text;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub use crate::parquet_file::panics_are_caught;
pub use batch::{Categories, Origin, UsageBatch};
pub use column::{BillColumn, ColumnKind, ColumnSet, MONEY_PRECISION, MONEY_SCALE};
pub use detect::Container;
pub use digest::Digest;
pub use error::{BillError, Position};
pub use find::{Source, find_files};
pub use format::Format;
pub use note::Note;

use delivery::Delivery;
use input::{Input, Part};
use note::Notes;

pub(crate) use findings::Findings;
use findings::RowNote;

use crate::instant::{TWICE, Zone};
use crate::memory::{Identity, Memory};

/// How a bill is read.
#[derive(Debug, Clone)]
pub struct BillOptions {
    /// The zone of times that state none; UTC by default.
    pub zone: jiff::tz::TimeZone,
    /// What happens when files are two deliveries of one bill.
    pub overlap: Overlap,
    /// Which files were held against each other before and have not changed; none by default.
    pub memory: Option<Memory>,
}

impl Default for BillOptions {
    fn default() -> Self {
        Self { zone: jiff::tz::TimeZone::UTC, overlap: Overlap::Stop, memory: None }
    }
}

/// What happens when two files share an account and a billing period, and are two deliveries of it as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overlap {
    /// The run stops with `delivery.overlap`.
    #[default]
    Stop,
    /// The files add: the user knows that they are parts of one bill.
    Add,
}

/// The files of a bill, ready to be read.
#[derive(Debug, Clone)]
pub struct Bill {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    files: Vec<BillFile>,
    zone: Zone,
    zone_name: String,
    overlap: Overlap,
    notes: Notes,
    memory: Option<Memory>,
    /// Groups of files that were held against each other.
    compared: Mutex<BTreeSet<Vec<usize>>>,
}

/// A file that counts.
#[derive(Debug)]
pub struct BillFile {
    input: Input,
    delivery: Option<Delivery>,
    /// What was found in the rows so far.
    findings: Mutex<Findings>,
    digest: OnceLock<Digest>,
}

impl BillFile {
    /// The path, as it was found.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.input.path
    }

    /// How its rows are stored.
    #[must_use]
    pub fn container(&self) -> Container {
        self.input.container
    }

    /// The format that its columns have.
    #[must_use]
    pub fn format(&self) -> Format {
        self.input.layout.format
    }

    /// Size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.input.identity.bytes
    }

    /// Rows, where they are known without reading (Parquet).
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.input.parts().into_iter().map(|(_, rows)| rows).sum()
    }

    /// SHA-256 of the file; worked out once, on the first call.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn digest(&self) -> Result<Digest, BillError> {
        if let Some(digest) = self.digest.get() {
            return Ok(*digest);
        }
        let digest = Digest::of(&self.input.path)?;
        Ok(*self.digest.get_or_init(|| digest))
    }

    /// What the system said of the file when it was opened.
    pub(crate) fn identity(&self) -> &Identity {
        &self.input.identity
    }

    /// What was found in the rows that were read.
    pub(crate) fn findings(&self) -> Findings {
        self.findings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the findings and the digest of an earlier reading in the place of reading the rows.
    pub(crate) fn recall(&self, findings: Findings, digest: Digest) {
        let _ = self.digest.set(digest);
        self.findings.lock().unwrap_or_else(PoisonError::into_inner).absorb(findings);
    }
}

impl Bill {
    /// Finds the files of the sources, tells their formats and settles which deliveries count.
    ///
    /// # Errors
    /// Nothing is found, a named file is no bill, a file is damaged or lacks columns, or two files overlap.
    pub fn open(sources: &[Source], options: &BillOptions) -> Result<Self, BillError> {
        open::open(sources, options)
    }

    /// The files that count, in the order of the sources. A file that a newer delivery replaces is not among them.
    #[must_use]
    pub fn files(&self) -> &[BillFile] {
        &self.inner.files
    }

    /// What the user should know, sorted. Notes about rows are complete when every chunk has been read.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let found = self.inner.files.iter().flat_map(|file| file.findings().notes(file.path()));
        let mut notes: Vec<Note> = self.inner.notes.list().into_iter().chain(found).collect();
        notes.sort();
        notes
    }

    /// The parts of the bill: they depend on the files alone, and may be read in any order and by any thread.
    #[must_use]
    pub fn chunks(&self) -> Vec<Chunk> {
        let chunk = |file, part, rows| Chunk { inner: Arc::clone(&self.inner), file, part, rows };
        self.inner
            .files
            .iter()
            .enumerate()
            .flat_map(|(file, found)| {
                found.input.parts().into_iter().map(move |(part, rows)| chunk(file, part, rows))
            })
            .collect()
    }

    /// The zone of times that state none, for the key of what is remembered.
    pub(crate) fn zone_name(&self) -> &str {
        &self.inner.zone_name
    }

    /// To be called when every chunk has been read: now all accounts and billing periods are known, and files that turn out
    /// to share one are held against each other.
    ///
    /// # Errors
    /// [`BillError::Overlap`], or a file cannot be read again.
    pub fn finish(&self) -> Result<(), BillError> {
        delivery::settle(&self.inner)
    }
}

/// A part of a bill, to be read by one thread.
#[derive(Debug, Clone)]
pub struct Chunk {
    inner: Arc<Inner>,
    file: usize,
    part: Part,
    rows: Option<u64>,
}

impl Chunk {
    /// Index into [`Bill::files`].
    #[must_use]
    pub fn file(&self) -> usize {
        self.file
    }

    /// Rows, where they are known without reading (Parquet).
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.rows
    }

    /// Bytes of the file that this part is read from, for a progress bar.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let Some(file) = self.inner.files.get(self.file) else { return 0 };
        let parts = file.input.parts().len().max(1);
        file.bytes() / parts as u64
    }

    /// Reads the columns that are asked for, as far as the file has them, in batches of at most 65,536 rows in the
    /// order of the file.
    ///
    /// # Errors
    /// A bad value, a damaged file, or what `take` returns.
    pub fn read<E: From<BillError>>(
        &self,
        columns: ColumnSet,
        mut take: impl FnMut(UsageBatch) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(file) = self.inner.files.get(self.file) else { return Ok(()) };
        let layout = &file.input.layout;
        let fields = layout.fields_for(columns);
        let mut found = Findings::default();
        let zone = self.inner.zone.afresh();
        let result = file.input.read(self.part, &fields, &zone, |first, arrays| {
            file.input.keys(&arrays, &mut found.keys);
            let derived = layout.derive(columns, &arrays).map_err(|fault| {
                let column =
                    layout.fields.get(fault.field).map(|field| field.name.clone()).unwrap_or_default();
                let position = Position {
                    file: file.input.path.to_path_buf(),
                    row: first + fault.row as u64,
                    line: None,
                };
                BillError::Value { position, column, found: fault.found, expected: fault.expected }
            })?;
            for (code, text, rows) in derived.notes {
                found.note(self.part, code, text, rows);
            }
            take(UsageBatch::new(derived.columns, arrays.rows, Origin::Rows { file: self.file, first })?)?;
            if let Some((lines, rows)) = derived.unused {
                take(UsageBatch::new(lines, rows, Origin::UnusedCommitment { file: self.file })?)?;
            }
            Ok(())
        });
        if zone.met_twice() {
            found.note(self.part, RowNote::TimeTwice, TWICE.to_owned(), 0);
        }
        file.findings.lock().unwrap_or_else(PoisonError::into_inner).absorb(found);
        result
    }
}
