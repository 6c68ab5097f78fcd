//! How the figures are made, and from what.

use serde::{Deserialize, Serialize};

/// A titled paragraph of the method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Statement {
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// A source of factors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct FactorSource {
    /// Plugin that uses it.
    pub plugin: String,
    /// Table that it fills; empty where it backs a formula.
    pub table: String,
    /// Title of the source.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// When.
    pub published: String,
    /// Address or page.
    pub locator: String,
    /// Licence.
    pub licence: String,
    /// Version of the plugin's built-in tables; empty where there are none.
    pub factor_set: String,
}

/// A plugin that made estimates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct PluginUsed {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// What it does.
    pub summary: String,
    /// Its licence.
    pub licence: String,
    /// Digest of the component, 64 hexadecimal digits.
    pub sha256: String,
    /// Its settings as JSON; empty where the defaults stand.
    pub settings: String,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct InputFile {
    /// Path as it was given.
    pub path: String,
    /// What it is, such as `FOCUS 1.2 Parquet`.
    pub format: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Rows that were read from it.
    pub rows: u64,
    /// Digest of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// Why it was left out; empty where it counts.
    pub left_out: String,
}
