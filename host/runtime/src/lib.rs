//! The sandbox of joulework: admits plugins, limits them, calls them, and trusts nothing that they return.
//!
//! This is the only crate that names wasmtime. A [`Runtime`] admits components as [`Plugin`]s; [`Pipeline::link`]
//! puts them into the order in which they need each other; a [`Session`] runs [`Batch`]es through them and gives
//! [`Frame`]s.

mod advising;
mod assemble;
mod breach;
mod cache;
pub mod columns;
mod descriptor;
mod fault;
mod gate;
mod isolate;
mod limits;
mod link;
mod link_error;
mod pipeline;
mod printable;
#[doc(hidden)]
pub mod probe;
mod runtime;
mod sandbox;
mod schema_shape;
mod sealed;
mod session;
mod settings;
mod standard;
mod tables;
mod totals;
mod validate;
mod whole_file;

pub use advising::{Advisor, Review};
pub use breach::Breach;
pub use columns::{Batch, Column, Data, Known, NO_VALUE};
pub use descriptor::{
    Citation, Descriptor, GRADES, Input, Kind, Output, Proposal, ProposedChange, ReferenceTable, Role,
    Spread, Step, Term,
};
pub use fault::{Diagnostic, FaultKind, Level, PluginFault};
pub use limits::{Limits, OnFault};
pub use link_error::{LinkError, Shape};
pub use pipeline::{Figure, Pipeline, RootColumn, RootRead, Stage};
pub use runtime::{Plugin, Runtime, RuntimeOptions};
pub use sealed::SealedFolder;
pub use session::{Explanation, Faulted, Frame, Session};
pub use standard::{HOST_KEYS, Origin, STANDARD_FACTORS, StandardColumn, standard_column, standard_columns};
pub use whole_file::{WholeFileError, read_whole};

/// The switches of the sandbox that decide what a plugin may do and what its numbers are, and how they stand. They are
/// the same in every run of one version.
pub fn engine_switches() -> impl Iterator<Item = (&'static str, bool)> {
    sandbox::engine_switches()
}
