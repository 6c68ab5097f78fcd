//! The contract's types and calls, generated from `wit/plugin.wit`.
//!
//! What goes in is borrowed, so that no column is copied before the copy into the guest; what comes out is owned and
//! moved on.

#![allow(missing_docs, unreachable_pub, clippy::pedantic, clippy::all, reason = "generated code")]

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "estimator-plugin",
    ownership: Borrowing { duplicate_if_necessary: true },
    imports: { default: trappable },
});
