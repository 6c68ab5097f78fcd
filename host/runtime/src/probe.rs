//! The gate without a guest in front of it: for the fuzz targets in `tests/fuzz` alone, and no part of the interface.
//!
//! A call through the sandbox takes a thousand times as long as what is looked for here. Each function does what
//! `sandbox::instance` does with what a plugin returned, in the same order.

use serde_json::Value;

use crate::columns::{Batch, Column};
use crate::descriptor::{Descriptor, Role, Step};
use crate::fault::{FaultKind, PluginFault};
use crate::gate::{self, Refusal};
use crate::printable::printable;
pub use crate::sandbox::bindings::exports::joulework::plugin::estimator;
pub use crate::sandbox::bindings::joulework::plugin::{columns, description};
use crate::sandbox::convert;
use crate::sandbox::receive_description::{receive_descriptor, receive_steps};
use crate::{settings, validate};

const PLUGIN: &str = "probe";

/// A description, let through.
///
/// # Errors
/// What breaks the contract.
pub fn descriptor(said: description::Descriptor) -> Result<Descriptor, PluginFault> {
    let descriptor = receive_descriptor(said);
    match validate::check(&descriptor, Role::Estimator) {
        Ok(()) => Ok(descriptor),
        Err((kind, column)) => Err(PluginFault::new(PLUGIN, kind).at(None, column)),
    }
}

/// The result of an estimate over `rows` rows, let through.
///
/// # Errors
/// What breaks the contract.
pub fn result(
    returned: columns::BatchResult,
    rows: usize,
    descriptor: &Descriptor,
    text_bytes: usize,
) -> Result<Vec<Column>, PluginFault> {
    convert::receive(returned)
        .and_then(|batch| gate::accept(batch, rows, descriptor, text_bytes))
        .map_err(refused)
}

/// Built-in tables, let through.
///
/// # Errors
/// What breaks the contract.
pub fn tables(
    returned: Vec<(String, columns::BatchResult)>,
    text_bytes: usize,
) -> Result<Vec<(String, Batch)>, PluginFault> {
    let received = returned.into_iter().map(|(name, table)| Ok((name, convert::receive(table)?)));
    received
        .collect::<Result<_, Refusal>>()
        .and_then(|tables| gate::accept_tables(tables, text_bytes))
        .map_err(refused)
}

/// The explanation of `rows` rows, let through.
///
/// # Errors
/// What breaks the contract.
pub fn steps(returned: Vec<estimator::Step>, rows: usize) -> Result<Vec<Step>, PluginFault> {
    gate::accept_steps(receive_steps(returned), rows).map_err(refused)
}

/// Settings as the text that a plugin with this schema is given.
///
/// # Errors
/// A schema that cannot be used, or settings that it does not have.
pub fn settings(schema: &str, settings: &Value) -> Result<String, PluginFault> {
    settings::check(schema, settings).map_err(|kind| PluginFault::new(PLUGIN, kind))
}

fn refused(refusal: Refusal) -> PluginFault {
    PluginFault::new(PLUGIN, FaultKind::Breach(refusal.breach))
        .at(refusal.row, refusal.column.map(|name| printable(&name)))
}
