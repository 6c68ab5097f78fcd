//! The engine: from rows of a bill to energy, carbon, water and money, and how sure that is.
//!
//! Readers ([`bill`]) turn files into Arrow batches; [`activity`] adds the rows up, exactly; the plugins run once per
//! distinct combination of what they read; [`Estimates`] answers roll-ups. Nothing here is global: a run is built
//! from a serialisable description, works on any partition of the rows, and parts add up to the same bytes.

pub mod activity;
pub mod assess;
pub mod bill;
pub mod calendar;
mod error;
mod estimate;
pub mod explain;
pub mod factors;
pub mod hours;
pub mod instant;
pub mod loads;
mod memory;
mod parallel;
pub mod parquet_file;
pub mod pipeline;
pub mod provenance;
mod rows;
mod steps;
pub mod table_file;
pub mod variant;
pub mod work;
pub mod workload;
pub mod zone;

pub use activity::Activity;
pub use assess::Estimates;
pub use error::EngineError;
pub use memory::Memory;
pub use pipeline::{Assessment, Description, Engine};
