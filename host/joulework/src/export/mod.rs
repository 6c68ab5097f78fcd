//! Results as files: roll-ups and rows as CSV and Parquet, roll-ups as JSON.
//!
//! A column that holds a number of a fixed unit carries the unit in its name (`carbon.low.gCO2e`), and money its
//! currency (`billed-cost.USD`), so that no reader has to guess. Unknown values are empty, never 0.

mod columns;
mod csv;
mod json;
mod parquet;

pub use columns::roll_up_batch;
pub use csv::CsvWriter;
pub use json::{SCHEMA_VERSION, roll_up_json};
pub use parquet::ParquetWriter;

use arrow::error::ArrowError;

/// Why a result could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The columns do not fit together.
    #[error("the columns do not fit together: {0}")]
    Arrow(#[from] ArrowError),
    /// Parquet refused them.
    #[error("cannot write Parquet: {0}")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// The output took no more.
    #[error("cannot write: {0}")]
    Write(#[from] std::io::Error),
    /// A column of a type that has no text form.
    #[error("the column `{column}` has the type {found}, which has no form as text")]
    Type {
        /// The column.
        column: String,
        /// Its type.
        found: String,
    },
}

impl ExportError {
    /// A stable, dotted name of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Arrow(_) | Self::Type { .. } => "export.columns",
            Self::Parquet(_) => "export.parquet",
            Self::Write(_) => "export.write",
        }
    }
}
