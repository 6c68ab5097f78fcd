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
