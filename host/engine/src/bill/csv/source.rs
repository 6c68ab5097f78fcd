//! The bytes of a CSV file, plain or compressed, in a buffer that always holds whole records.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::bill::detect::Container;
use crate::bill::error::BillError;

/// How much is read at a time.
const BLOCK: usize = 512 * 1024;

/// A record that is longer has an open quote.
const LONGEST: usize = 64 * 1024 * 1024;

/// A file under reading.
pub(super) struct Source {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// First byte that is not yet used.
    at: usize,
    /// End of what was read.
    end: usize,
    /// Bytes of the (uncompressed) file before the buffer.
    before: u64,
    ended: bool,
}

/// What is said of such a record.
pub(super) fn too_long() -> String {
    format!("it is longer than {} MiB; a quote seems to be open", LONGEST >> 20)
}

/// Why no more could be read.
pub(in crate::bill) enum Stop {
    Io(io::Error),
    /// A record does not fit into the largest buffer.
    TooLong,
}

impl Stop {
    /// The error for the file.
    pub(in crate::bill) fn at(self, file: &Path) -> BillError {
        let file = file.to_owned();
        match self {
            Self::TooLong => BillError::Truncated { file, reason: format!("in a record, {}", too_long()) },
            Self::Io(source) => match source.kind() {
                io::ErrorKind::UnexpectedEof => {
                    BillError::Truncated { file, reason: "the compressed data ends too early".into() }
                }
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                    BillError::Truncated { file, reason: source.to_string() }
                }
                _ => BillError::Unreadable { file, source },
            },
        }
    }
}

impl Source {
    /// Opens a file and skips its byte order mark.
    pub(super) fn open(path: &Path, container: Container) -> Result<Self, BillError> {
        let file =
            File::open(path).map_err(|source| BillError::Unreadable { file: path.to_owned(), source })?;
        let input: Box<dyn Read + Send> = match container {
            Container::CsvGz => Box::new(MultiGzDecoder::new(BufReader::with_capacity(256 * 1024, file))),
            _ => Box::new(file),
        };
        let mut source = Self { input, buffer: vec![0; BLOCK], at: 0, end: 0, before: 0, ended: false };
        source.fill().map_err(|stop| stop.at(path))?;
        if source.rest().starts_with(b"\xEF\xBB\xBF") {
            source.at = 3;
        }
        Ok(source)
    }

    /// The bytes that are not yet used.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    /// Whether the buffer ends with the file.
    pub(super) fn is_last(&self) -> bool {
        self.ended
    }

    /// Place of the first unused byte in the (uncompressed) file.
    pub(super) fn offset(&self) -> u64 {
        self.before + self.at as u64
    }

    /// Marks bytes as used.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.end);
    }

    /// Reads on; what is unused stays. A buffer that is full of one record grows.
    pub(super) fn fill(&mut self) -> Result<(), Stop> {
        self.buffer.copy_within(self.at..self.end, 0);
        self.before += self.at as u64;
        self.end -= self.at;
        self.at = 0;
        if self.end == self.buffer.len() {
            if self.end >= LONGEST {
                return Err(Stop::TooLong);
            }
            self.buffer.resize(self.end * 2, 0);
        }
        // The buffer is always filled, so that it does not depend on the system how a file is cut.
        while let Some(free) = self.buffer.get_mut(self.end..)
            && !free.is_empty()
        {
            match self.input.read(free) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Stop::Io(error)),
            }
        }
        Ok(())
    }
}

/// The line, counted from 1, of a byte of the (uncompressed) file; nothing where the file cannot be read again.
pub(super) fn line_of(path: &Path, container: Container, offset: u64) -> Option<u64> {
    let mut source = Source::open(path, container).ok()?;
    let mut line = 1;
    loop {
        let wanted = usize::try_from(offset.checked_sub(source.offset())?).ok()?;
        let rest = source.rest();
        let part = rest.get(..wanted.min(rest.len()))?;
        line += memchr::memchr_iter(b'\n', part).count() as u64;
        if wanted <= rest.len() {
            return Some(line);
        }
        let used = rest.len();
        source.consume(used);
        if source.is_last() {
            return None;
        }
        source.fill().ok()?;
    }
}
