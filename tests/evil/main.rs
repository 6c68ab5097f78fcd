//! The list of misdeeds: what a plugin from a stranger may try, and what it comes to. `SECURITY.md` rests on it.
//!
//! A misdeed is one test. It asserts the stable code of the fault, the plugin that is named, and the row and the
//! column where there are some; that whatever is shown cannot steer a terminal; and that the first-party plugins still give
//! what they give without the stranger: in the same run where a fault marks rows, in the next one where it ends the run.
//!
//! The suite is a target of the command's package: the library's faces of the sandbox and of explanations are public
//! there, and whole-program tests need the binary that only this package's tests know.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may"
)]

mod advisors;
mod cache;
mod compiler;
#[path = "../../host/runtime/tests/sandbox/component.rs"]
#[allow(clippy::disallowed_methods, reason = "shared with the tests of the sandbox")]
mod component;
mod description;
mod explain;
mod files;
mod guest;
mod imports;
mod loops;
mod memory;
mod program;
mod results;
mod run;
mod security;
mod seeds;
mod settings;
mod state;
mod tables;
mod text;
