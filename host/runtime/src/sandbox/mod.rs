//! The sandbox proper: everything that touches wasmtime, except the compile cache.

pub(crate) mod admission;
pub(crate) mod bindings;
pub(crate) mod convert;
pub(crate) mod engine;
pub(crate) mod guest;
pub(crate) mod instance;
pub(crate) mod ticker;
pub(crate) mod trap;
