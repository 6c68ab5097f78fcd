//! Reads a file of points, whatever its format.

mod csv;
mod document;
mod parquet;
mod table;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use joulework_engine::bill::Digest;
use joulework_engine::instant::TWICE;
use joulework_engine::provenance::InputFile;
use sha2::{Digest as _, Sha256};

use crate::describe::Setup;
use crate::error::MetricsError;
use crate::identify::{Labels, Target, identify};
use crate::measure::{Quantity, Written};
use crate::note::Notes;
use crate::series::{Collector, Source};

/// How far above the whole a share may be that was rounded or taken over a short while; it counts as the whole.
const ABOVE: f64 = 1.05;

/// A file while it is read.
pub(crate) struct Reading<'a> {
    setup: &'a Setup,
    path: &'a Path,
    collector: &'a mut Collector,
    /// Points stand for the time before them.
    at_end: bool,
    points: u64,
    /// Notes of points that are not used, with their number.
    unused: Vec<((&'static str, String), u64)>,
    by_note: BTreeMap<(&'static str, String), usize>,
    counted: Counted,
    /// What the file says of itself.
    said: Vec<(&'static str, String)>,
}

/// Points with values or times that are none.
#[derive(Default)]
struct Counted {
    missing: u64,
    out_of_range: u64,
    above: u64,
    times: u64,
}

/// Where points go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Series { place: usize, source: Source, factor: f64, quantity: Quantity },
    Unused(usize),
}

/// Reads a file into the collector, and notes what was found in it.
pub(crate) fn read(
    path: &Path,
    setup: &Setup,
    collector: &mut Collector,
    notes: &mut Notes,
) -> Result<InputFile, MetricsError> {
    let setup = setup.of_file(path);
    let mut reading = Reading {
        setup: &setup,
        path,
        collector,
        at_end: false,
        points: 0,
        unused: Vec::new(),
        by_note: BTreeMap::new(),
        counted: Counted::default(),
        said: Vec::new(),
    };
    let unreadable = |source| MetricsError::Unreadable { file: path.to_owned(), source };
    let mut start = Vec::new();
    File::open(path).map_err(unreadable)?.take(4).read_to_end(&mut start).map_err(unreadable)?;
    let (format, sha256, bytes) = if start == b"PAR1" {
        parquet::read(&mut reading)?;
        let digest = Digest::of(path).map_err(Box::new)?;
        let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
        ("Parquet".to_owned(), digest, bytes)
    } else {
        let file = File::open(path).map_err(unreadable)?;
        let mut hashed = Hashed::new(file);
        let format = if start.starts_with(&[0x1f, 0x8b]) {
            let unpacked = flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, &mut hashed));
            read_text(BufReader::with_capacity(1 << 16, unpacked), &mut reading)?
        } else {
            read_text(BufReader::with_capacity(1 << 16, &mut hashed), &mut reading)?
        };
        // What follows the last point belongs to the file too.
        io::copy(&mut hashed, &mut io::sink()).map_err(unreadable)?;
        let (digest, bytes) = hashed.finish();
        (format.to_owned(), digest, bytes)
    };
    if reading.points == 0 {
        return Err(reading.error("it has no point"));
    }
    let rows = reading.points;
    reading.finish(notes);
    let path = path.display().to_string();
    Ok(InputFile { path, sha256: sha256.to_string(), format: format!("utilisation, {format}"), bytes, rows })
}

/// Reads a file that is text, and tells what it was.
fn read_text(mut input: impl BufRead, reading: &mut Reading<'_>) -> Result<&'static str, MetricsError> {
    let unreadable = |source| MetricsError::Unreadable { file: reading.path.to_owned(), source };
    let start = input.fill_buf().map_err(unreadable)?;
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    if start.is_empty() {
        return Err(reading.error("it is empty"));
    }
    if start.starts_with(b"{") || start.starts_with(b"[") {
        document::read(input, reading)
    } else {
        csv::read(input, reading)?;
        Ok("CSV")
    }
}

impl Reading<'_> {
    pub(crate) fn error(&self, reason: impl Into<String>) -> MetricsError {
        MetricsError::File { file: self.path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn cell_error(&self, row: u64, column: &str, found: &str, expected: &str) -> MetricsError {
        MetricsError::Cell {
            file: self.path.to_owned(),
            row,
            column: column.to_owned(),
            found: found.to_owned(),
            expected: expected.to_owned(),
        }
    }

    /// Where points with these labels go.
    pub(crate) fn place(&mut self, labels: &Labels, written: Option<Written>) -> Result<Place, MetricsError> {
        match identify(labels, written, self.setup, self.at_end)? {
            Target::Series { key, source, factor } => {
                let quantity = key.measure.quantity();
                Ok(Place::Series { place: self.collector.place(*key), source, factor, quantity })
            }
            Target::Unused(code, text) => {
                let next = self.unused.len();
                let place = *self.by_note.entry((code, text.clone())).or_insert(next);
                if place == next {
                    self.unused.push(((code, text), 0));
                }
                Ok(Place::Unused(place))
            }
        }
    }

    /// Takes a point; a value that is missing is NaN.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "seven digits are more than a metric has")]
    pub(crate) fn point(&mut self, place: Place, time_ms: i64, value: f64) {
        self.points += 1;
        let (place, source, factor, quantity) = match place {
            Place::Series { place, source, factor, quantity } => (place, source, factor, quantity),
            Place::Unused(place) => {
                if let Some((_, count)) = self.unused.get_mut(place) {
                    *count += 1;
                }
                return;
            }
        };
        if !value.is_finite() {
            self.counted.missing += 1;
            return;
        }
        let Ok(time) = u32::try_from(time_ms.div_euclid(1_000)) else {
            self.counted.times += 1;
            return;
        };
        let mut value = value * factor;
        if value < 0.0 || (quantity == Quantity::Share && value > ABOVE) {
            self.counted.out_of_range += 1;
            return;
        }
        if quantity == Quantity::Share && value > 1.0 {
            self.counted.above += 1;
            value = 1.0;
        }
        self.collector.add(place, source, time, value as f32);
    }

    /// Notes something that is about no point.
    pub(crate) fn say(&mut self, code: &'static str, text: String) {
        self.said.push((code, text));
    }

    fn finish(self, notes: &mut Notes) {
        self.said.into_iter().for_each(|(code, text)| notes.say(code, text));
        let file = self.path.display();
        let found = self.collector.fold();
        for ((code, text), count) in self.unused {
            notes.count(code, format!("{file}: {text}"), count);
        }
        for (code, text, count) in [
            ("metrics.missing", "points without a value", self.counted.missing),
            ("metrics.out-of-range", "points out of range are not used", self.counted.out_of_range),
            ("metrics.above", "shares a little above the whole are taken as the whole", self.counted.above),
            ("metrics.time", "points at a time out of range are not used", self.counted.times),
            ("metrics.duplicate", "points that are there already count once", found.duplicates),
            (
                "metrics.conflict",
                "points at a time of which another value is known: the higher counts",
                found.conflicts,
            ),
            (
                "metrics.overlap",
                "points begin before the one before them has ended, which is cut short",
                found.overlapping,
            ),
            (
                "metrics.timeless",
                "points of which nothing says how long they stand for; state a `period`",
                found.timeless,
            ),
        ] {
            notes.count(code, format!("{file}: {text}"), count);
        }
        if self.setup.zone.met_twice() {
            notes.say("metrics.time-twice", format!("{file}: {TWICE}"));
        }
    }
}

/// Takes the digest of what passes.
pub(crate) struct Hashed<R> {
    inner: R,
    hasher: Sha256,
    bytes: u64,
}

impl<R: Read> Hashed<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    /// The digest and the number of bytes.
    pub(crate) fn finish(self) -> (Digest, u64) {
        (Digest::from(<[u8; 32]>::from(self.hasher.finalize())), self.bytes)
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hasher.update(into.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}
