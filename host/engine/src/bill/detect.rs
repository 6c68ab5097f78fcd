//! What a file is, by its first bytes and not by its name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::csv::Stop;
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

/// Bytes of the beginning that are looked at.
const START: u64 = 512;

/// The container of a file.
///
/// # Errors
/// The file cannot be read, is empty, or is something that no bill comes in.
pub(super) fn container(path: &Path) -> Result<Container, BillError> {
    let unreadable = |source| BillError::Unreadable { file: path.to_owned(), source };
    let start = start_of(File::open(path).map_err(unreadable)?).map_err(unreadable)?;
    let foreign = |reason: String, advice: Option<&str>| BillError::Format {
        file: path.to_owned(),
        reason,
        advice: advice.map(str::to_owned),
    };
    match content(&start) {
        Content::Nothing => Err(BillError::Empty { file: path.to_owned(), what: "the file is empty" }),
        Content::Text => Ok(Container::Csv),
        Content::Parquet => Ok(Container::Parquet),
        Content::Foreign { what, advice } => Err(foreign(format!("it is {what}"), advice)),
        Content::Gzip => {
            let unpacked = start_of(MultiGzDecoder::new(File::open(path).map_err(unreadable)?))
                .map_err(|source| Stop::Io(source).at(path))?;
            match content(&unpacked) {
                Content::Nothing | Content::Text => Ok(Container::CsvGz),
                Content::Parquet => {
                    Err(foreign("it is Parquet inside gzip".to_owned(), Some("unpack it first")))
                }
                Content::Gzip => Err(foreign("it is gzip inside gzip".to_owned(), Some("unpack it first"))),
                Content::Foreign { what, advice } => {
                    Err(foreign(format!("inside the gzip it is {what}"), advice))
                }
            }
        }
    }
}

fn start_of(input: impl Read) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    input.take(START).read_to_end(&mut start)?;
    Ok(start)
}

/// What bytes are, by how they begin.
enum Content {
    Nothing,
    Text,
    Gzip,
    Parquet,
    /// What no bill comes in, and the next step.
    Foreign {
        what: &'static str,
        advice: Option<&'static str>,
    },
}

fn content(start: &[u8]) -> Content {
    let foreign = |what, advice| Content::Foreign { what, advice };
    let utf_8 = Some("save it as UTF-8");
    match start {
        [] => Content::Nothing,
        [b'P', b'A', b'R', b'1', ..] => Content::Parquet,
        [b'P', b'A', b'R', b'E', ..] => {
            foreign("Parquet with an encrypted footer", Some("write it again without encryption"))
        }
        [0x1F, 0x8B, ..] => Content::Gzip,
        [b'P', b'K', 3, 4, ..] => {
            foreign("a zip archive", Some("unpack it first; a spreadsheet has to be saved as CSV"))
        }
        [0x28, 0xB5, 0x2F, 0xFD, ..] => {
            foreign("compressed with zstd", Some("unpack it, or compress it with gzip"))
        }
        [b'B', b'Z', b'h', ..] => {
            foreign("compressed with bzip2", Some("unpack it, or compress it with gzip"))
        }
        [0xFD, b'7', b'z', b'X', b'Z', ..] => {
            foreign("compressed with xz", Some("unpack it, or compress it with gzip"))
        }
        [b'O', b'R', b'C', ..] if start.contains(&0) => foreign("an ORC file", None),
        [b'O', b'b', b'j', 1, ..] => foreign("an Avro file", None),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => foreign("text in UTF-16", utf_8),
        [b'v', b'e', b'r', b's', b'i', b'o', b'n', ..] if start.starts_with(LFS) => {
            foreign("a pointer of Git LFS", Some("fetch the file itself with `git lfs pull`"))
        }
        [b's', b'e', b'p', b'=', ..] => {
            foreign("a table with a line `sep=` above its header", Some("take that line out"))
        }
        _ if utf_16(start) => foreign("text in UTF-16 without a byte order mark", utf_8),
        _ if start.contains(&0) => foreign("neither text nor gzip nor Parquet", None),
        _ => {
            let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
            match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
                Some(b'{' | b'[') => foreign("JSON", None),
                Some(b'<') => foreign(
                    "a web page or XML",
                    Some("look at it in an editor: a failed download often leaves an error page"),
                ),
                _ => Content::Text,
            }
        }
    }
}

const LFS: &[u8] = b"version https://git-lfs";

/// Whether every other byte of a text is 0, as in UTF-16 of western letters.
fn utf_16(start: &[u8]) -> bool {
    let every_other = |first: usize| start.iter().skip(first).step_by(2).all(|byte| *byte == 0);
    start.len() >= 4 && start.iter().any(|byte| *byte != 0) && (every_other(0) || every_other(1))
}
