//! Reading bills: formats, values, faults, deliveries.

mod bad_input;
mod columns;
mod cur;
mod deliveries;
pub(crate) mod fixture;
mod focus;
mod legacy_cur;
mod parquet;
mod sample;
mod streaming;
