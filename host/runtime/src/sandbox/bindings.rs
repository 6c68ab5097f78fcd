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

/// The world of advisors, over the same types.
pub(crate) mod advisor {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "advisor-plugin",
        ownership: Borrowing { duplicate_if_necessary: true },
        imports: { default: trappable },
        with: {
            "joulework:plugin/columns": super::joulework::plugin::columns,
            "joulework:plugin/description": super::joulework::plugin::description,
            "joulework:plugin/faults": super::joulework::plugin::faults,
            "joulework:plugin/diagnostics": super::joulework::plugin::diagnostics,
        },
    });
}
