//! The engine seen from outside.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::float_cmp,
    clippy::disallowed_methods,
    reason = "tests may"
)]

mod bill;
mod example;
mod first_party;
mod laws;
mod loads;
mod memory;
mod rows;
mod standby;
mod variant;
mod work;
