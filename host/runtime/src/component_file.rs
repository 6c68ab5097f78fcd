//! Reads a component from a file, no further than a plugin may be long.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::fault::FaultKind;
use crate::printable::printable;
use crate::sandbox::admission::{FILE_BYTES, check_size};

/// The bytes of the file. What is no file, such as a pipe, is not opened: it might never end.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FaultKind> {
    let said = |error: std::io::Error| FaultKind::Read { message: printable(&error.to_string()) };
    if !fs::metadata(path).map_err(said)?.is_file() {
        return Err(FaultKind::Read { message: "it is no file".to_owned() });
    }
    let mut file = File::open(path).map_err(said)?;
    let bytes = file.metadata().map_err(said)?.len();
    check_size(bytes)?;
    let mut component = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
    // A file may grow while it is read.
    Read::by_ref(&mut file).take(FILE_BYTES + 1).read_to_end(&mut component).map_err(said)?;
    Ok(component)
}
