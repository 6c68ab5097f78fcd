//! What can be wrong with a bill, with file, row, column and what was expected.

use std::path::PathBuf;

/// Where in a file a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The file.
    pub file: PathBuf,
    /// Data row, counted from 1; the header is not counted.
    pub row: u64,
    /// Line of a CSV file, counted from 1, where it is known.
    pub line: Option<u64>,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: row {}", self.file.display(), self.row)?;
        if let Some(line) = self.line {
            write!(f, " (line {line})")?;
        }
        Ok(())
    }
}

/// Why a bill cannot be read. Nothing of it is read then: no row is ever left out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BillError {
    /// A named path, or a glob, leads to nothing.
    #[error("{pattern}: no file is there")]
    NoMatch {
        /// The path or glob as it was given.
        pattern: String,
    },
    /// A folder or glob leads to files, but none of them is a bill.
    #[error("{pattern}: none of the {files} files there is billing data")]
    NoBill {
        /// The path or glob as it was given.
        pattern: String,
        /// How many files were looked at.
        files: usize,
    },
    /// A glob is not well formed.
    #[error("{pattern}: {reason}")]
    Glob {
        /// The glob as it was given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The system refuses to read.
    #[error("{}: cannot be read: {source}", file.display())]
    Unreadable {
        /// The file or folder.
        file: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// What was named is no file that can be read more than once.
    #[error("{}: it is {what}, not a file", file.display())]
    NotAFile {
        /// What was named.
        file: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// The file has no byte, or nothing but a header.
    #[error("{}: {what}", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
        /// `the file is empty`, `the file has a header but no row` or `the folder has no file`.
        what: &'static str,
    },
    /// The file is not a bill in a known format.
    #[error("{}: not billing data: {reason}", file.display())]
    Format {
        /// The file.
        file: PathBuf,
        /// What was found.
        reason: String,
        /// The next step, where one is known.
        advice: Option<String>,
    },
    /// The file ends too early, or its compression is damaged.
    #[error("{}: the file is cut off or damaged: {reason}", file.display())]
    Truncated {
        /// The file.
        file: PathBuf,
        /// What was found.
        reason: String,
    },
    /// Columns that the method cannot do without are missing.
    #[error("{}: {format} needs the column{} {}, which {} missing", file.display(), if missing.len() == 1 { "" } else { "s" }, list(missing), if missing.len() == 1 { "is" } else { "are" })]
    Columns {
        /// The file.
        file: PathBuf,
        /// The format that was detected.
        format: String,
        /// The missing columns, in the order of the format.
        missing: Vec<String>,
        /// The header that is nearest to the first missing column.
        nearest: Option<String>,
    },
    /// A column is there twice, be it in two spellings, and nothing says which counts.
    #[error("{}: `{first}` and `{second}` are the same column of {format}", file.display())]
    ColumnTwice {
        /// The file.
        file: PathBuf,
        /// The format that was detected.
        format: String,
        /// The column as it is read.
        first: String,
        /// The other column.
        second: String,
    },
    /// A column has a type that cannot hold its values.
    #[error("{}: column `{column}` has the type {found}, expected {expected}", file.display())]
    ColumnType {
        /// The file.
        file: PathBuf,
        /// The column as the file spells it.
        column: String,
        /// The type in the file.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// One value is not what its column holds.
    #[error("{position}, column `{column}`: found `{found}`, expected {expected}")]
    Value {
        /// File and row.
        position: Position,
        /// The column as the file spells it.
        column: String,
        /// The text that was found, shortened.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A row has too few or too many fields, or its quotes do not match.
    #[error("{position}: {reason}")]
    Row {
        /// File and row.
        position: Position,
        /// What is wrong.
        reason: String,
    },
    /// An Arrow batch of a library user does not have the columns of a bill.
    #[error("the batch {reason}")]
    Schema {
        /// What is wrong.
        reason: String,
    },
    /// Two files are two deliveries of the same bill, and nothing says which counts.
    #[error("{} and {} overlap: {reason}", first.display(), second.display())]
    Overlap {
        /// The file that was found first.
        first: PathBuf,
        /// The other file.
        second: PathBuf,
        /// What they share.
        reason: String,
    },
    /// A file in the place of an export's manifest is none.
    #[error("{}: not the manifest of an export: {reason}", file.display())]
    Manifest {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A manifest lists a file that is not there: the total would be too small.
    #[error("{}: it lists `{}`, which is not there", manifest.display(), missing.display())]
    Incomplete {
        /// The manifest.
        manifest: PathBuf,
        /// The missing file, below the folder of its billing period.
        missing: PathBuf,
    },
    /// Two manifests describe the same export and period, and nothing says which is newer.
    #[error("{} and {} describe the same delivery and state no time", first.display(), second.display())]
    Age {
        /// A manifest.
        first: PathBuf,
        /// The other manifest.
        second: PathBuf,
    },
}

impl BillError {
    /// A stable name of the fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoMatch { .. } => "bill.no-match",
            Self::NoBill { .. } => "bill.none",
            Self::Glob { .. } => "bill.glob",
            Self::Unreadable { .. } => "bill.unreadable",
            Self::NotAFile { .. } => "bill.not-a-file",
            Self::Empty { .. } => "bill.empty",
            Self::Format { .. } => "bill.format",
            Self::Truncated { .. } => "bill.truncated",
            Self::Columns { .. } => "bill.columns",
            Self::ColumnTwice { .. } => "bill.column-twice",
            Self::ColumnType { .. } => "bill.column-type",
            Self::Value { .. } => "bill.value",
            Self::Row { .. } => "bill.row",
            Self::Schema { .. } => "bill.schema",
            Self::Overlap { .. } => "delivery.overlap",
            Self::Manifest { .. } => "delivery.manifest",
            Self::Incomplete { .. } => "delivery.incomplete",
            Self::Age { .. } => "delivery.age",
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoMatch { .. } => Some("check the path; globs must be quoted in the shell".into()),
            Self::NoBill { .. } => Some(READS.into()),
            Self::Format { advice, .. } => advice.clone().or_else(|| Some(READS.into())),
            Self::NotAFile { .. } => Some("name a file; what comes through a pipe has to be saved first, because it is read more than once".into()),
            Self::Manifest { .. } => Some("download the folder `metadata` of the export again".into()),
            Self::Incomplete { .. } => Some(
                "download the delivery again; files that are named one by one are read without their manifest".into(),
            ),
            Self::Truncated { .. } => Some("download the file again".into()),
            Self::Columns { nearest, missing, .. } => {
                let first = missing.first()?;
                Some(match nearest {
                    Some(nearest) => format!("the file has `{nearest}`: is that `{first}`?"),
                    None => format!("add `{first}` to the columns of the export"),
                })
            }
            Self::ColumnTwice { .. } => Some("leave one of the two columns out".into()),
            Self::Overlap { .. } => Some(
                "leave one of them out, or, where both are parts of one bill, set `overlap = \"add\"` for the bill".into(),
            ),
            Self::Age { .. } => Some("leave the older delivery out".into()),
            _ => None,
        }
    }
}

const READS: &str = "joulework reads FOCUS 1.0, 1.1, 1.2, CUR 2.0 and legacy CUR as CSV, CSV.gz or Parquet";

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The text of a value for a message: at most 80 characters, control characters shown.
pub(super) fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut shown: String = text
        .chars()
        .take(80)
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect();
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}
