//! The generated wire format.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    missing_docs,
    unsafe_code,
    unreachable_pub,
    reason = "generated"
)]

use crate::Misbehaver;

wit_bindgen::generate!({
    path: "../../../wit",
    world: "estimator-plugin",
});

export!(Misbehaver with_types_in self);
