//! Reading bills: formats, values, faults, deliveries.

mod bad_input;
mod columns;
mod cur;
mod deliveries;
mod fixture;
mod focus;
mod parquet;
mod sample;
mod streaming;
