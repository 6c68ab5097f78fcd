//! Results as files: roll-ups and rows as CSV and Parquet, roll-ups as JSON.
//!
//! A column that holds a number of a fixed unit carries the unit in its name (`carbon.low.gCO2e`), and money its
//! currency (`billed-cost.USD`), so that no reader has to guess. Unknown values are empty, never 0.

mod columns;
mod compare;
mod csv;
mod explain;
mod finite;
mod json;
mod parquet;

pub use columns::roll_up_batch;
pub use compare::{COMPARE_SCHEMA, COMPARE_SCHEMA_VERSION, comparison_json};
pub use csv::CsvWriter;
pub use explain::{EXPLAIN_SCHEMA, EXPLAIN_SCHEMA_VERSION, explanation_json};
pub(crate) use finite::Finite;
pub(crate) use json::amounts;
pub use json::{SCHEMA, SCHEMA_VERSION, roll_up_json};
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

/// Holds the schema of a type that is only written against the file in the repository; `JOULEWORK_REFRESH=1` writes the
/// file anew.
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may")]
pub(crate) fn schema_held_against<T: schemars::JsonSchema>(id: &str, file: &str, name: &str) {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), id.into());
    let made = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("JOULEWORK_REFRESH").is_some() {
        std::fs::write(format!("{}/schema/{name}", env!("CARGO_MANIFEST_DIR")), made).unwrap();
    } else {
        assert!(made == file, "{name}: run with JOULEWORK_REFRESH=1 and compile again");
    }
}
