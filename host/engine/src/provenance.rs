//! What a result was made from: plugins, factors, inputs. Enough to make it again and to cite it.

use joulework_runtime::{Citation, Pipeline, PluginFault};
use serde::{Deserialize, Serialize};

use crate::factors;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct InputFile {
    /// The path as given.
    pub path: String,
    /// Lower-case hexadecimal SHA-256 of its bytes.
    pub sha256: String,
    /// What it is, such as `FOCUS 1.2 Parquet`.
    pub format: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many rows it has.
    pub rows: u64,
}

/// A plugin of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginRecord {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Lower-case hexadecimal SHA-256 of the component.
    pub sha256: String,
    /// Version of its built-in tables; empty where it has none.
    pub factor_set: String,
    /// One line on what it does.
    pub summary: String,
    /// SPDX expression.
    pub licence: String,
    /// Where its figures and formulas come from.
    pub citations: Vec<Citation>,
}

/// A row of a plugin's table, with its source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactorRow {
    /// The plugin.
    pub plugin: String,
    /// The table.
    pub table: String,
    /// Id of the row.
    pub id: String,
    /// Where it comes from.
    pub source: String,
    /// When that was published.
    pub published: String,
    /// Licence of what was taken.
    pub licence: String,
    /// What it covers.
    pub scope: String,
    /// First day that it holds for; empty for no limit.
    pub valid_from: String,
    /// Last day that it holds for; empty for no limit.
    pub valid_to: String,
    /// Whether it is of a table of the user.
    pub user: bool,
}

/// Something that a user should know although the run could be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// A stable, dotted name, such as `bill.unknown-columns`.
    pub code: String,
    /// The sentence for the user.
    pub text: String,
    /// How many rows it is about; 0 where it is about no row.
    pub rows: u64,
}

/// What a result was made from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Provenance {
    /// Version of this program.
    pub host_version: String,
    /// The plugins, in the order in which they ran.
    pub plugins: Vec<PluginRecord>,
    /// The rows of the plugins' tables, by plugin, table and id; a user's row stands in the place of the built-in row
    /// that it replaces.
    pub factors: Vec<FactorRow>,
    /// The billing files that were read, by path.
    pub inputs: Vec<InputFile>,
    /// The accounts that are billed, in their own order.
    pub billing_accounts: Vec<String>,
    /// The user's files for tables of plugins, in the order in which they were read.
    pub tables: Vec<InputFile>,
    /// The files of metrics.
    pub utilisation: Vec<InputFile>,
    /// What else to know, by code.
    pub notes: Vec<Note>,
}

impl Provenance {
    /// The plugins of a pipeline and their tables.
    ///
    /// # Errors
    /// A fault of a plugin that should list its tables.
    pub fn of(pipeline: &Pipeline) -> Result<Self, PluginFault> {
        let mut plugins = Vec::new();
        let mut factors = Vec::new();
        for stage in pipeline.stages() {
            let plugin = &stage.plugin;
            let descriptor = plugin.descriptor();
            plugins.push(PluginRecord {
                id: plugin.id().to_owned(),
                version: plugin.version().to_owned(),
                sha256: plugin.digest().to_owned(),
                factor_set: descriptor.factor_set.clone(),
                summary: descriptor.summary.clone(),
                licence: descriptor.licence.clone(),
                citations: descriptor.citations.clone(),
            });
        }
        for table in factors::of_pipeline(pipeline)? {
            factors.extend(table.rows.into_iter().map(|factor| factor.row));
        }
        factors.sort();
        // The rows of a series differ in their own columns alone.
        factors.dedup();
        let host_version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Self { host_version, plugins, factors, ..Self::default() })
    }

    /// The row of a factor id of a plugin.
    #[must_use]
    pub fn factor(&self, plugin: &str, id: &str) -> Option<&FactorRow> {
        self.factors.iter().find(|factor| factor.plugin == plugin && factor.id == id)
    }
}
