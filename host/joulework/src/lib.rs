//! joulework as a library: from a manifest or Arrow batches to energy, carbon, water and money per unit of work.

pub mod export;

pub use joulework_engine as engine;
pub use joulework_manifest as manifest;
pub use joulework_runtime as runtime;
pub use joulework_units as units;

/// The component of a first-party plugin.
#[must_use]
pub fn bundled(id: &str) -> Option<&'static [u8]> {
    joulework_bundled::component(id).map(|bundled| bundled.wasm)
}
