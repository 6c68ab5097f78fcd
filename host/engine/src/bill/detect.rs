//! What a file is, by its first bytes and not by its name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::error::BillError;

/// How the rows are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Container {
    /// Text with delimiters.
    Csv,
    /// The same, compressed with gzip.
    CsvGz,
    /// Apache Parquet.
    Parquet,
}

impl std::fmt::Display for Container {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::CsvGz => "CSV.gz",
            Self::Parquet => "Parquet",
        })
    }
}

/// The container of a file.
///
/// # Errors
/// The file cannot be read, is empty, or is something that no bill comes in.
pub(super) fn container(path: &Path) -> Result<Container, BillError> {
    let unreadable = |source| BillError::Unreadable { file: path.to_owned(), source };
    let mut start = Vec::new();
    File::open(path).map_err(unreadable)?.take(512).read_to_end(&mut start).map_err(unreadable)?;
    let foreign = |reason: &str, advice: Option<&str>| {
        Err(BillError::Format {
            file: path.to_owned(),
            reason: reason.to_owned(),
            advice: advice.map(str::to_owned),
        })
    };
    match start.as_slice() {
        [] => Err(BillError::Empty { file: path.to_owned(), what: "the file is empty" }),
        [b'P', b'A', b'R', b'1', ..] => Ok(Container::Parquet),
        [0x1F, 0x8B, ..] => Ok(Container::CsvGz),
        [b'P', b'K', 3, 4, ..] => foreign("it is a zip archive", Some("unpack it first")),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => {
            foreign("it is compressed with zstd", Some("unpack it, or compress it with gzip"))
        }
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => foreign("it is text in UTF-16", Some("save it as UTF-8")),
        start if start.contains(&0) => foreign("it is neither text nor gzip nor Parquet", None),
        start => {
            let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
            match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
                Some(b'{' | b'[') => foreign("it is JSON", None),
                Some(b'<') => foreign("it is a web page or XML", None),
                _ => Ok(Container::Csv),
            }
        }
    }
}
