//! The generated wire format. Authors never need it: the rest of the crate turns it into typed columns.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    missing_docs,
    unsafe_code,
    unreachable_pub,
    reason = "generated"
)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "estimator-plugin",
    pub_export_macro: true,
    export_macro_name: "export_bindings",
    default_bindings_module: "joulework_sdk::bindings",
    additional_derives: [PartialEq],
});

/// The world of advisors, over the same types.
pub mod advising {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "advisor-plugin",
        pub_export_macro: true,
        export_macro_name: "export_advisor_bindings",
        default_bindings_module: "joulework_sdk::bindings::advising",
        additional_derives: [PartialEq],
        with: {
            "joulework:plugin/columns@0.1.0": super::joulework::plugin::columns,
            "joulework:plugin/description@0.1.0": super::joulework::plugin::description,
            "joulework:plugin/faults@0.1.0": super::joulework::plugin::faults,
            "joulework:plugin/diagnostics@0.1.0": super::joulework::plugin::diagnostics,
        },
    });
}
