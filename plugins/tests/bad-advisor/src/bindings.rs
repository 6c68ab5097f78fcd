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

use crate::BadAdvisor;

wit_bindgen::generate!({
    path: "../../../wit",
    world: "advisor-plugin",
});

export!(BadAdvisor with_types_in self);
