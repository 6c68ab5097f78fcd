//! Tests of a model in native code, without a sandbox.

mod formula;

pub use formula::evaluate;
