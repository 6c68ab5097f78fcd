//! The report as JSON: the model itself.

use crate::error::ReportError;
use crate::model::{Report, SCHEMA_VERSION};

/// The report as indented JSON with a newline at its end. The same report gives the same bytes.
///
/// # Errors
/// When the JSON library fails; the model gives it no cause.
pub fn json(report: &Report) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    Ok(text)
}

/// Reads a report back.
///
/// # Errors
/// When the text is no report, or one of another schema version.
pub fn from_json(text: &str) -> Result<Report, ReportError> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Version {
        schema_version: u32,
    }
    let found = serde_json::from_str::<Version>(text)?.schema_version;
    if found != SCHEMA_VERSION {
        return Err(ReportError::SchemaVersion { found, expected: SCHEMA_VERSION });
    }
    Ok(serde_json::from_str(text)?)
}

/// The JSON Schema of [`json`]'s output.
pub const SCHEMA: &str = include_str!("../schema/report.schema.json");

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may")]
mod tests {
    use super::*;

    /// `JOULEWORK_REFRESH=1 cargo test -p joulework-report` writes the file anew.
    #[test]
    fn the_schema_in_the_repository_is_that_of_the_types() {
        let mut schema = schemars::schema_for!(Report);
        schema.insert("$id".to_owned(), format!("urn:joulework:report:{SCHEMA_VERSION}").into());
        let mut made = serde_json::to_string_pretty(&schema).unwrap();
        made.push('\n');
        if std::env::var_os("JOULEWORK_REFRESH").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report.schema.json");
            std::fs::write(path, &made).unwrap();
        }
        assert!(made == SCHEMA, "run with JOULEWORK_REFRESH=1 and compile again");
    }
}
