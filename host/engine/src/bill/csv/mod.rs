//! CSV bills, plain or gzip: streaming, in chunks of a fixed number of rows.

mod scan;
mod sink;
mod source;

use std::path::Path;
use std::sync::Arc;

use scan::{Scan, Span, record, undouble};
use sink::Sink;
use source::{Source, line_of};

pub(super) use source::Stop;

use super::detect::Container;
use super::error::{BillError, Position, shown};
use super::fields::{Field, FieldArrays};
use crate::instant::Zone;

/// Rows of a chunk.
pub(super) const CHUNK: usize = 65_536;

/// Bytes of distinct text after which a chunk ends early, so that rows of huge cells do not fill the memory.
const CHUNK_TEXT: usize = 64 << 20;

/// The most rows whose fields are looked up before they are read, column by column.
const BLOCK: usize = 512;

/// A CSV file whose header has been read.
pub(super) struct CsvReader {
    path: Arc<Path>,
    container: Container,
    delimiter: u8,
    source: Source,
    header: Vec<String>,
    /// Data rows before the unused bytes.
    rows: u64,
    /// For each column of the file its place among the chosen ones, or `u32::MAX`.
    slots: Vec<u32>,
    columns: Vec<Column>,
    /// How many fields the layout has.
    fields: usize,
    /// Room for the fields of a block.
    spans: Vec<Span>,
}

/// A chosen column.
struct Column {
    name: String,
    filled: bool,
    field: usize,
    sink: Sink,
}

impl CsvReader {
    /// Opens a file and reads its header.
    pub(super) fn open(path: &Arc<Path>, container: Container) -> Result<Self, BillError> {
        let mut source = Source::open(path, container)?;
        if source.rest().iter().all(u8::is_ascii_whitespace) && source.is_last() {
            return Err(BillError::Empty { file: path.to_path_buf(), what: "the file is empty" });
        }
        let delimiter = delimiter(source.rest());
        let header = header(&mut source, delimiter, path)?;
        Ok(Self {
            path: Arc::clone(path),
            container,
            delimiter,
            source,
            header,
            rows: 0,
            slots: Vec::new(),
            columns: Vec::new(),
            fields: 0,
            spans: Vec::new(),
        })
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Chooses the fields that the chunks are to hold.
    pub(super) fn select(&mut self, fields: &[Field], wanted: &[usize]) {
        self.slots = vec![u32::MAX; self.header.len()];
        self.columns.clear();
        for place in wanted {
            let Some(field) = fields.get(*place) else { continue };
            if let Some(slot) = self.slots.get_mut(field.place) {
                *slot = u32::try_from(self.columns.len()).unwrap_or(u32::MAX);
                self.columns.push(Column {
                    name: field.name.clone(),
                    filled: field.filled,
                    field: *place,
                    sink: Sink::new(field.kind),
                });
            }
        }
        self.fields = fields.len();
    }

    /// Reads at most `most` rows of the chosen fields; nothing at the end of the file.
    ///
    /// Also returns the number of the first row, counted from 1.
    pub(super) fn chunk(
        &mut self,
        zone: &Zone,
        most: usize,
    ) -> Result<Option<(u64, FieldArrays)>, BillError> {
        let first = self.rows + 1;
        let mut rows = 0;
        let text = |columns: &[Column]| columns.iter().map(|column| column.sink.text_bytes()).sum::<usize>();
        while rows < most && text(&self.columns) < CHUNK_TEXT {
            let read = self.block(zone, (most - rows).min(BLOCK))?;
            if read == 0 {
                break;
            }
            rows += read;
        }
        if rows == 0 {
            return Ok(None);
        }
        let mut arrays: Vec<_> = (0..self.fields).map(|_| None).collect();
        for column in &mut self.columns {
            if let Some(array) = arrays.get_mut(column.field) {
                *array = Some(column.sink.take());
            }
        }
        Ok(Some((first, FieldArrays { rows, arrays })))
    }

    /// Reads the records that the buffer holds, up to `most`; 0 at the end of the file.
    fn block(&mut self, zone: &Zone, most: usize) -> Result<usize, BillError> {
        let slots = self.slots.as_slice();
        let width = self.columns.len();
        let spans = &mut self.spans;
        spans.resize(width * most, Span::default());
        let mut starts: Vec<usize> = Vec::with_capacity(most);
        let mut at = 0;
        let mut broken: Option<(usize, String)> = None;
        loop {
            let buffer = self.source.rest();
            let last = self.source.is_last();
            while starts.len() < most && at < buffer.len() {
                let Some(row) = spans.get_mut(starts.len() * width..(starts.len() + 1) * width) else {
                    break;
                };
                match record(buffer, at, last, self.delimiter, slots, row) {
                    Scan::Record { fields, next } if fields == slots.len() => {
                        starts.push(at);
                        at = next;
                    }
                    // A blank line.
                    Scan::Record { fields: 1, next }
                        if buffer
                            .get(at..next)
                            .is_some_and(|line| line.iter().all(u8::is_ascii_whitespace)) =>
                    {
                        at = next;
                    }
                    Scan::Record { fields, .. } => {
                        let cut = if last && !buffer.ends_with(b"\n") && fields < slots.len() {
                            "; the file seems to be cut off"
                        } else {
                            ""
                        };
                        broken = Some((
                            at,
                            format!(
                                "it has {fields} field{}, the header has {}{cut}",
                                if fields == 1 { "" } else { "s" },
                                slots.len()
                            ),
                        ));
                        break;
                    }
                    Scan::Incomplete => break,
                    Scan::Malformed(reason) => {
                        broken = Some((at, reason.to_owned()));
                        break;
                    }
                }
            }
            if !starts.is_empty() || broken.is_some() {
                break;
            }
            if last && at >= buffer.len() {
                return Ok(0);
            }
            self.source.consume(at);
            at = 0;
            match self.source.fill() {
                Ok(()) => {}
                Err(Stop::TooLong) => {
                    return Err(BillError::Row { position: self.position(0, 0), reason: source::too_long() });
                }
                Err(stop) => return Err(stop.at(&self.path)),
            }
        }
        // Column by column; of several faults the first row is told.
        let mut fault: Option<sink::Fault> = None;
        let mut faulty = 0;
        let buffer = self.source.rest();
        for (slot, column) in self.columns.iter_mut().enumerate() {
            let fields = spans.iter().skip(slot).step_by(width.max(1)).take(starts.len());
            if let Err(found) = column.sink.push(buffer, fields, column.filled, zone)
                && fault.as_ref().is_none_or(|fault| found.row < fault.row)
            {
                fault = Some(found);
                faulty = slot;
            }
        }
        if let Some(fault) = fault {
            let column = self.columns.get(faulty).map(|column| column.name.clone()).unwrap_or_default();
            let position = self.position(fault.row, starts.get(fault.row).copied().unwrap_or_default());
            return Err(BillError::Value { position, column, found: fault.found, expected: fault.expected });
        }
        if let Some((place, reason)) = broken {
            return Err(BillError::Row { position: self.position(starts.len(), place), reason });
        }
        self.source.consume(at);
        self.rows += starts.len() as u64;
        Ok(starts.len())
    }

    /// The position of a row of the current block.
    fn position(&self, row: usize, place: usize) -> Position {
        let offset = self.source.offset() + place as u64;
        Position {
            file: self.path.to_path_buf(),
            row: self.rows + row as u64 + 1,
            line: line_of(&self.path, self.container, offset),
        }
    }
}

/// More columns than any bill has.
const MOST_COLUMNS: usize = 65_536;

/// Reads the names of the columns.
fn header(source: &mut Source, delimiter: u8, path: &Path) -> Result<Vec<String>, BillError> {
    let refuse = |reason: String, advice: Option<&str>| BillError::Format {
        file: path.to_owned(),
        reason,
        advice: advice.map(str::to_owned),
    };
    let malformed = |reason: &str| refuse(format!("in the first line {reason}"), None);
    // First only the end and the number of columns.
    let (columns, next) = loop {
        match record(source.rest(), 0, source.is_last(), delimiter, &[], &mut []) {
            Scan::Record { fields, next } => break (fields, next),
            Scan::Incomplete => match source.fill() {
                Ok(()) => {}
                Err(Stop::TooLong) => {
                    return Err(refuse(format!("the first line: {}", source::too_long()), None));
                }
                Err(stop) => return Err(stop.at(path)),
            },
            Scan::Malformed(reason) => return Err(malformed(reason)),
        }
    };
    if columns > MOST_COLUMNS {
        return Err(malformed(&format!("there are {columns} columns; no bill has over {MOST_COLUMNS}")));
    }
    let slots: Vec<u32> = (0..).take(columns).collect();
    let mut spans = vec![Span::default(); columns];
    record(source.rest(), 0, source.is_last(), delimiter, &slots, &mut spans);
    let mut names = Vec::with_capacity(columns);
    let mut single = Vec::new();
    for (place, span) in spans.iter().enumerate() {
        let mut raw = span.raw(source.rest());
        if span.is_doubled() {
            undouble(raw, &mut single);
            raw = &single;
        }
        let column = place + 1;
        let name = std::str::from_utf8(raw).map_err(|_| {
            let name = shown(raw);
            refuse(format!("the name of column {column}, `{name}`, is no UTF-8"), Some("save it as UTF-8"))
        })?;
        let name = name.trim();
        // With lone CRs the whole file is one line.
        if name.contains('\r') {
            return Err(refuse(
                "its lines end in a lone CR".to_owned(),
                Some("save it with lines that end in LF or CRLF"),
            ));
        }
        names.push(name.to_owned());
    }
    source.consume(next);
    Ok(names)
}

/// The delimiter of the first line: a comma, unless there are more semicolons or tabs.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, line).count();
    let (commas, semicolons, tabs) = (count(b','), count(b';'), count(b'\t'));
    if semicolons > commas.max(tabs) {
        b';'
    } else if tabs > commas {
        b'\t'
    } else {
        b','
    }
}
