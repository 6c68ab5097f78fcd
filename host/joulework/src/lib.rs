//! joulework as a library: from a manifest or Arrow batches to energy, carbon, water and money per unit of work.
//!
//! [`Estimator`] is the short way; the crates behind it are re-exported for everything else.

pub mod advise;
pub mod compare;
mod estimator;
pub mod export;
pub mod receipt;
pub mod redact;
pub mod survey;
pub mod what_if;

/// The Arrow of this library's batches, so that a program needs no second one.
pub use arrow;
pub use estimator::{Error, Estimator, engine_of};
pub use joulework_engine as engine;
pub use joulework_engine::assess::{
    CARBON, CARBON_WITH_NETWORK, Dimension, Figure, RollUp, Rollup, RollupRow, Tally,
};
pub use joulework_engine::bill::UsageBatch;
pub use joulework_engine::calendar::{Period, Step};
pub use joulework_engine::{Assessment, Description, Engine, EngineError, Estimates, Memory};
pub use joulework_manifest as manifest;
pub use joulework_metrics as metrics;
pub use joulework_runtime as runtime;
pub use joulework_units as units;

/// The component of a first-party plugin.
#[must_use]
pub fn bundled(id: &str) -> Option<&'static [u8]> {
    joulework_bundled::component(id).map(|bundled| bundled.wasm)
}
