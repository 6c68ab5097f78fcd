//! The first-party plugins, carried inside the program as components.
//!
//! The build script compiles them from `plugins/` of this repository, or takes the packaged copies in `components/`
//! where it cannot: a test holds the copies against what is built, byte for byte.

/// A plugin that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundled {
    /// Its id.
    pub id: &'static str,
    /// The component.
    pub wasm: &'static [u8],
    /// Whether it is the packaged copy: the wasm target or the sources were missing when the program was built.
    pub packaged: bool,
}

include!(concat!(env!("OUT_DIR"), "/components.rs"));

/// The first-party estimators, in the order of their ids.
#[must_use]
pub fn components() -> &'static [Bundled] {
    &COMPONENTS
}

/// The first-party advisors, in the order of their ids.
#[must_use]
pub fn advisors() -> &'static [Bundled] {
    &ADVISORS
}

/// The first-party plugin of that id.
#[must_use]
pub fn component(id: &str) -> Option<&'static Bundled> {
    COMPONENTS.iter().chain(&ADVISORS).find(|component| component.id == id)
}
