//! Files that are held in memory: components, series of work, tables, receipts.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WholeFileError {
    /// The system says so.
    #[error(transparent)]
    System(#[from] io::Error),
    /// It is a folder, a pipe or a device.
    #[error("it is no file")]
    NoFile,
    /// It is larger than such a file may be.
    #[error("it has {bytes} bytes; at most {most} are read")]
    TooLarge {
        /// Its bytes, as far as they are known.
        bytes: u64,
        /// How many there may be.
        most: u64,
    },
}

/// The bytes of a file of at most `most` bytes. What is no file, such as a pipe, is not opened: it might never end.
///
/// # Errors
/// Why it is not read.
pub fn read_whole(path: &Path, most: u64) -> Result<Vec<u8>, WholeFileError> {
    if !fs::metadata(path)?.is_file() {
        return Err(WholeFileError::NoFile);
    }
    let file = File::open(path)?;
    let stated = file.metadata()?.len();
    if stated > most {
        return Err(WholeFileError::TooLarge { bytes: stated, most });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(stated).unwrap_or_default());
    // A file may grow while it is read.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    let read = bytes.len() as u64;
    if read > most { Err(WholeFileError::TooLarge { bytes: read, most }) } else { Ok(bytes) }
}
