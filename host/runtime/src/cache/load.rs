//! The one `unsafe` call of the host: turning machine code from the compile cache back into a component.
//!
//! `Component::deserialize` runs whatever machine code it is given, so its argument must have been made by
//! `Component::serialize` of a compatible engine and must not have been changed since. [`OwnCode`] stands for that
//! promise, and the parent module is the only place that makes one. It rests on three checks, of which the sealed folder
//! makes the first two:
//!
//! 1. **Nobody else wrote it.** The folder was made or found with mode 0700 and owned by the user; the open file
//!    that the bytes were read from belongs to the user and is writable by nobody else. Code that a plugin's author
//!    or a registry offers never comes this way: admission refuses precompiled files.
//! 2. **It is whole.** The SHA-256 of the component's digest and the bytes in memory, not of the file, is the one in
//!    the file's name, which was computed from the output of `serialize`. A torn write, a bad disk or an edit is caught, and nothing can change
//!    between the check and the use.
//! 3. **It fits.** The name also holds the digest of the engine's compatibility hash (version, target, settings), and
//!    wasmtime checks its own header again.
//!
//! What remains is a user who forges entries in a folder of their own; they could run that code anyway.

#![allow(unsafe_code, reason = "the audited module: see the argument above")]

use wasmtime::Engine;
use wasmtime::component::Component;

/// Machine code that this user's own host wrote and that has not changed since.
pub(super) struct OwnCode(Vec<u8>);

impl OwnCode {
    /// To be called only after all three checks of the module's argument.
    pub(super) fn vouch(code: Vec<u8>) -> Self {
        Self(code)
    }
}

/// The component; `None` where wasmtime finds that the code is not for this engine.
pub(super) fn component(engine: &Engine, code: &OwnCode) -> Option<Component> {
    // SAFETY: an `OwnCode` holds the unchanged output of `Component::serialize` of a compatible engine, by the three
    // checks above.
    unsafe { Component::deserialize(engine, &code.0) }.ok()
}
