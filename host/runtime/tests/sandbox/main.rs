//! The runtime against real components: strange ones written by hand, a guest that misbehaves as told, and the
//! first-party plugins.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may"
)]

mod admission;
mod bundled;
mod faults;
mod guest;
mod isolation;
mod limits;
mod pipeline;
