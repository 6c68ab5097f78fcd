//! `joulework.toml`: which bills to read, which workload a row belongs to, what a workload's units of work are,
//! and how the plugins are set.
//!
//! This crate reads and checks the text alone. It never looks whether a path exists or a plugin is known: the
//! engine says so with the file. A fault in the text is an error that points into it, with file, line, column,
//! key, what was expected, and the nearest key for a typo. An unknown key is always an error.
//!
//! The shape is also written down as a JSON Schema, [`SCHEMA`], for editors.
//!
//! ```
//! use joulework_manifest::Manifest;
//! use std::path::Path;
//!
//! let text = r#"
//! title = "Shop"
//! [[bill]]
//! path = "bills/*.parquet"
//! [[workload]]
//! name = "shop"
//! [[workload.rule]]
//! tag.app = "shop"
//! [[unit]]
//! name = "order"
//! workload = "shop"
//! series = "orders.csv"
//! "#;
//! let manifest = Manifest::parse(text, Path::new("shop"))?;
//! assert_eq!(manifest.units[0].name, "order");
//!
//! let error = Manifest::parse("[[bill]]\npaht = 'x.csv'", Path::new(".")).unwrap_err();
//! assert_eq!(error.to_string(), "joulework.toml:2:1: unknown key `paht` in [[bill]]");
//! assert_eq!(error.hint().as_deref(), Some("did you mean `path`?"));
//! # Ok::<(), joulework_manifest::ManifestError>(())
//! ```

mod check;
mod error;
mod json;
mod model;
mod read;
mod section;
mod source;
mod time_zone;
mod weights;

pub use error::{ManifestError, Problem};
pub use model::{
    Bill, BillLines, FunctionalUnit, LambdaLogs, Limits, Manifest, OnFault, OnPremises, Overlap,
    PluginOptions, ReportOptions, Rule, Series, Shared, UnitName, Utilisation, Work, Workload,
};
pub use source::Place;
pub use time_zone::TimeZone;
pub use weights::Weights;

/// Name of the manifest in a project's folder.
pub const FILE_NAME: &str = "joulework.toml";

/// The workload of rows that no rule takes; no workload may be called so.
pub const UNASSIGNED: &str = "unassigned";

/// The JSON Schema of the manifest (draft 2020-12).
pub const SCHEMA: &str = include_str!("../schema/joulework.schema.json");
