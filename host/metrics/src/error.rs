//! What can be wrong with utilisation files, and with how they are described.

use std::path::PathBuf;

use joulework_engine::EngineError;
use joulework_engine::bill::BillError;

/// Utilisation cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The files cannot be found.
    #[error(transparent)]
    Find(#[from] Box<BillError>),
    /// A time zone is not known.
    #[error(transparent)]
    Zone(#[from] Box<EngineError>),
    /// A file cannot be read.
    #[error("{}: cannot be read: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is none of those that are read, is damaged, or lacks something.
    #[error("{}: {reason}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A cell is not what it has to be.
    #[error("{}: row {row}, column `{column}`: found `{found}`, expected {expected}", file.display())]
    Cell {
        /// The file.
        file: PathBuf,
        /// The row; the first after the header is 1.
        row: u64,
        /// The column.
        column: String,
        /// What is there.
        found: String,
        /// What should be there.
        expected: String,
    },
    /// The description of the files is not valid.
    #[error("utilisation: {reason}")]
    Description {
        /// What is wrong.
        reason: String,
    },
    /// Two series are of one resource.
    #[error("utilisation: {reason}")]
    Twice {
        /// Which.
        reason: String,
    },
}

impl MetricsError {
    /// A stable, dotted name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Find(error) => error.code(),
            Self::Zone(error) => error.code(),
            Self::Unreadable { .. } => "metrics.unreadable",
            Self::File { .. } => "metrics.file",
            Self::Cell { .. } => "metrics.cell",
            Self::Description { .. } => "metrics.description",
            Self::Twice { .. } => "metrics.twice",
        }
    }

    /// What to do about it, where that is not plain.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Find(error) => error.hint(),
            Self::Zone(error) => error.hint(),
            Self::File { .. } => Some(READS.to_owned()),
            Self::Twice { .. } => Some(
                "give the series a region and an account: columns `region` and `account`, or the same in `values`"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

const READS: &str = "read are tables (CSV, CSV.gz, Parquet) with a time, a resource, a metric and a value per row, the JSON of `aws cloudwatch get-metric-data` and `get-metric-statistics`, records of CloudWatch metric streams, and the JSON of a Prometheus range query; `columns` and `values` of `[[utilisation]]` say what a file does not";
