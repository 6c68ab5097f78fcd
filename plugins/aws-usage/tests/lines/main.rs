//! What the plugin makes of the lines of a bill.
#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp, reason = "tests may")]

mod bill;
mod faults;
mod golden;
mod sample;
