//! The compile cache: machine code of components that were compiled before.
//!
//! An entry is a file `COMPONENT-ENGINE-CODE.cwasm`: the SHA-256 of the component, a digest of everything about the
//! engine that the code depends on, and the SHA-256 of the component's digest and the code. It is used only when the folder and the file
//! belong to the user, nobody else can write to them, and the code still has its digest and is still that component's; anything else is compiled
//! again. The folder can be deleted at any time.

mod folder;
mod load;

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

/// Code larger than this is not read: a plugin in Python has 40 MB.
const CODE_BYTES: u64 = 512 << 20;

/// A folder that only the user can write to.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    engine: String,
    owner: folder::Owner,
}

impl Cache {
    /// Opens the folder, and makes it where it is not there.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(crate) fn open(folder: &Path, engine: &Engine) -> Result<Self, String> {
        let owner = folder::make_private(folder)?;
        let mut digest = Digesting(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut digest);
        let engine = hex(&digest.0.finalize());
        Ok(Self { folder: folder.to_owned(), engine: engine.chars().take(32).collect(), owner })
    }

    /// The compiled form of the component with that digest, where a sound one is kept. Unsound ones are deleted.
    pub(crate) fn load(&self, engine: &Engine, component: &str) -> Option<Component> {
        let prefix = format!("{component}-{}-", self.engine);
        let mut entries: Vec<PathBuf> = fs::read_dir(&self.folder)
            .ok()?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                name_of(path)
                    .is_some_and(|name| name.starts_with(&prefix) && name.strip_suffix(".cwasm").is_some())
            })
            .collect();
        entries.sort_unstable();
        entries.into_iter().find_map(|path| {
            let stated = name_of(&path)?.strip_prefix(&prefix)?.strip_suffix(".cwasm")?;
            let loaded = read_private(&path, self.owner)
                .filter(|code| seal(component, code) == stated)
                .and_then(|code| load::component(engine, &load::OwnCode::vouch(code)));
            if loaded.is_none() {
                // Best effort: what cannot be deleted is refused again next time.
                let _ = fs::remove_file(&path);
            }
            loaded
        })
    }

    /// Keeps the compiled form of a component. A cache that cannot be written to costs time, not results, so a failure
    /// is not an error.
    pub(crate) fn store(&self, component: &str, compiled: &Component) {
        let Ok(code) = compiled.serialize() else { return };
        let name = format!("{component}-{}-{}.cwasm", self.engine, seal(component, &code));
        let _ = self.write(&name, &code);
    }

    /// Writes beside the entry and renames, so that no reader ever sees half a file.
    fn write(&self, name: &str, code: &[u8]) -> std::io::Result<()> {
        let temporary = folder::temporary(&self.folder);
        let written = folder::create_private(&temporary)
            .and_then(|mut file| file.write_all(code))
            .and_then(|()| fs::rename(&temporary, self.folder.join(name)));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }
}

fn name_of(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

/// The bytes of a file that belongs to the user and that nobody else can write to. Owner and bytes come from one open
/// file, so that a swap in between changes nothing.
fn read_private(path: &Path, owner: folder::Owner) -> Option<Vec<u8>> {
    let mut file = fs::File::open(path).ok()?;
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > CODE_BYTES || !owner.has(&metadata) {
        return None;
    }
    let mut code = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
    Read::by_ref(&mut file).take(CODE_BYTES).read_to_end(&mut code).ok()?;
    Some(code)
}

/// Lower-case hexadecimal SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// What ties code to the component that it was made from: an entry under the name of another component is not used.
fn seal(component: &str, code: &[u8]) -> String {
    hex(&Sha256::new().chain_update(component).chain_update(code).finalize())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
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
