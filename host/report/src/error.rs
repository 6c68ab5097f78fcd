//! What can go wrong while a report is written.

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A chart could not be drawn.
    #[error("the chart `{chart}` could not be drawn: {reason}")]
    Chart {
        /// Id of the chart.
        chart: String,
        /// What the drawing library says.
        reason: String,
    },
    /// The model could not be written as JSON.
    #[error("the report could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The engine could not answer.
    #[error(transparent)]
    Engine(#[from] joulework_engine::EngineError),
    /// A report was read that has another form.
    #[error("the report has schema version {found}, this program reads version {expected}")]
    SchemaVersion {
        /// Version of the file.
        found: u32,
        /// Version of this program.
        expected: u32,
    },
}

impl ReportError {
    /// A stable, dotted code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Chart { .. } => "report.chart",
            Self::Json(_) => "report.json",
            Self::Engine(error) => error.code(),
            Self::SchemaVersion { .. } => "report.schema-version",
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::SchemaVersion { found, expected } if found > expected => {
                Some("use the version of joulework that wrote the report, or a newer one".to_owned())
            }
            Self::SchemaVersion { .. } => Some("run `joulework report` again to write it anew".to_owned()),
            Self::Engine(error) => error.hint(),
            Self::Chart { .. } | Self::Json(_) => None,
        }
    }
}
