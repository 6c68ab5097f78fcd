//! The sandbox proper: everything that touches wasmtime, except the compile cache.

pub(crate) mod admission;
pub(crate) mod bindings;
pub(crate) mod convert;
mod engine;
mod guest;
pub(crate) mod instance;
pub(crate) mod receive_description;
mod shape;
mod ticker;
mod trap;

pub(crate) use engine::switches as engine_switches;
