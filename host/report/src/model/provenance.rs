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
    /// Table whose rows it fills; empty where the plugin as a whole cites it.
    pub table: String,
    /// Rows of the table that it fills.
    pub rows: u64,
    /// Title of the source.
    pub title: String,
    /// Who published it; empty where the title says it.
    pub publisher: String,
    /// When; a span where the rows differ.
    pub published: String,
    /// Address or page; empty for a row's source.
    pub locator: String,
    /// Licence.
    pub licence: String,
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
    /// Version of its built-in tables; empty where it has none.
    pub factor_set: String,
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
    /// What it holds: `bill`, or the unit of work that it counts.
    pub holds: String,
    /// Rows that were read from it.
    pub rows: u64,
    /// Digest of the file, 64 hexadecimal digits.
    pub sha256: String,
}
