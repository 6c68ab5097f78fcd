//! The report: its model, charts, and the HTML, Markdown, JSON and CSV made from it.
//!
//! [`model::Report`] is plain data that holds everything that is printed. The renderers lay it out and format its
//! numbers; no figure is computed in them.

mod advice_lines;
pub mod chart;
mod csv;
mod error;
pub mod format;
mod from_engine;
mod html;
mod json;
mod markdown;
pub mod model;
mod summary;
mod supply_lines;

pub use csv::csv;
pub use error::ReportError;
pub use html::html;
pub use json::{SCHEMA, from_json, json};
pub use markdown::markdown;
pub use model::Report;
pub use summary::summary;
