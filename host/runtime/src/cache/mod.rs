//! The compile cache: machine code of components that were compiled before.
//!
//! It is a [sealed folder](SealedFolder). The key of an entry is `COMPONENT-ENGINE`: the SHA-256 of the component and a
//! digest of everything about the engine that the code depends on.

mod load;

use std::hash::{Hash, Hasher};
use std::path::Path;

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::sealed::{SealedFolder, hex};

/// Machine code of this user's plugins.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: SealedFolder,
    engine: String,
}

impl Cache {
    /// Opens the folder, and makes it where it is not there.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(crate) fn open(folder: &Path, engine: &Engine) -> Result<Self, String> {
        let folder = SealedFolder::open(folder, "cwasm")?;
        let mut digest = Digesting(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut digest);
        let engine = hex(&digest.0.finalize());
        Ok(Self { folder, engine: engine.chars().take(32).collect() })
    }

    /// The compiled form of the component with that digest, where a sound one is kept. Unsound ones are deleted.
    pub(crate) fn load(&self, engine: &Engine, component: &str) -> Option<Component> {
        self.folder.load(&self.key(component), |code| load::component(engine, &load::OwnCode::vouch(code)))
    }

    /// Keeps the compiled form of a component.
    pub(crate) fn store(&self, component: &str, compiled: &Component) {
        if let Ok(code) = compiled.serialize() {
            self.folder.store(&self.key(component), &code);
        }
    }

    fn key(&self, component: &str) -> String {
        format!("{component}-{}", self.engine)
    }
}

/// Lower-case hexadecimal SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A hasher whose result is the same in every process.
struct Digesting(Sha256);

impl Hasher for Digesting {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests;
