//! A file whose end is an error.
//!
//! The reader of page headers skips a list of unknown values by their stated number, and takes the end of the file for
//! values of no bytes: a damaged header keeps it busy nearly for ever. No sound header reaches the end of a file, which
//! is its footer.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use parquet::errors::Result;
use parquet::file::reader::{ChunkReader, Length};

/// An open Parquet file.
pub(super) struct EndingFile(pub(super) File);

/// A file that is read from some place on.
pub(super) struct Ending(File);

impl Read for Ending {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 if !buffer.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

impl Length for EndingFile {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for EndingFile {
    type T = BufReader<Ending>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut file = self.0.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(Ending(file)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes> {
        self.0.get_bytes(start, length)
    }
}
