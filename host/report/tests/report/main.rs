//! What the report promises, tested on made-up figures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests may"
)]

mod charts;
mod escaping;
mod fixture;
mod html;
mod real;
mod texts;
