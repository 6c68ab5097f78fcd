//! Sealed folders: files that this user's programs keep for the next run, used only when they are whole and nobody
//! else can have written them.
//!
//! An entry is a file `KEY-SEAL.KIND`, where the seal is the SHA-256 of the key and the bytes. It is used only when the
//! folder and the file belong to the user, nobody else can write to them, and the bytes still have their seal; anything
//! else is deleted. The folder can be deleted at any time.

mod folder;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

/// Entries larger than this are not read: the code of a plugin in Python has 40 MB.
const ENTRY_BYTES: u64 = 512 << 20;

/// A folder that only the user can write to.
#[derive(Debug)]
pub struct SealedFolder {
    folder: PathBuf,
    kind: &'static str,
    owner: folder::Owner,
}

impl SealedFolder {
    /// Opens the folder, and makes it where it is not there. `kind` is the ending of its entries, without the dot.
    ///
    /// # Errors
    /// Why it cannot be used, in words.
    pub fn open(folder: &Path, kind: &'static str) -> Result<Self, String> {
        let owner = folder::make_private(folder)?;
        Ok(Self { folder: folder.to_owned(), kind, owner })
    }

    /// What `take` makes of the sound entry of a key. An entry that is unsound, or that `take` refuses, is deleted.
    ///
    /// A key is ASCII letters, digits and hyphens.
    pub fn load<T>(&self, key: &str, mut take: impl FnMut(Vec<u8>) -> Option<T>) -> Option<T> {
        self.entries(key).into_iter().find_map(|(path, stated)| {
            let loaded = read_private(&path, self.owner)
                .filter(|bytes| seal(key, bytes) == stated)
                .and_then(&mut take);
            if loaded.is_none() {
                // Best effort: what cannot be deleted is refused again next time.
                let _ = fs::remove_file(&path);
            }
            loaded
        })
    }

    /// Keeps an entry, in the place of an older one of that key. A folder that cannot be written to costs time, not
    /// results, so a failure is not an error.
    pub fn store(&self, key: &str, bytes: &[u8]) {
        let older = self.entries(key);
        let path = self.folder.join(format!("{key}-{}.{}", seal(key, bytes), self.kind));
        if self.write(&path, bytes).is_ok() {
            for (older, _) in older.into_iter().filter(|(older, _)| *older != path) {
                let _ = fs::remove_file(older);
            }
        }
    }

    /// Deletes the entries that were not written for the longest time, until the others have at most `most` bytes.
    pub fn limit(&self, most: u64) {
        let Ok(found) = fs::read_dir(&self.folder) else { return };
        let mut entries: Vec<(SystemTime, PathBuf, u64)> = found
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let metadata = entry.metadata().ok()?;
                Some((metadata.modified().ok()?, entry.path(), metadata.len()))
            })
            .filter(|(_, path, _)| path.extension().is_some_and(|ending| ending == self.kind))
            .collect();
        entries.sort_unstable();
        let mut kept = 0_u64;
        for (_, path, bytes) in entries.iter().rev() {
            kept = kept.saturating_add(*bytes);
            if kept > most {
                let _ = fs::remove_file(path);
            }
        }
    }

    /// The entries of a key, in the order of their names, with the seals that these state.
    fn entries(&self, key: &str) -> Vec<(PathBuf, String)> {
        let Ok(found) = fs::read_dir(&self.folder) else { return Vec::new() };
        let stated = |path: &Path| {
            let name = path.file_name()?.to_str()?.strip_prefix(key)?.strip_prefix('-')?;
            let seal = name.strip_suffix(self.kind)?.strip_suffix('.')?;
            (!seal.contains('-')).then(|| seal.to_owned())
        };
        let mut entries: Vec<(PathBuf, String)> = found
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let stated = stated(&path)?;
                Some((path, stated))
            })
            .collect();
        entries.sort_unstable();
        entries
    }

    /// Writes beside the entry and renames, so that no reader ever sees half a file.
    fn write(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let temporary = folder::temporary(&self.folder);
        let written = folder::create_private(&temporary)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }
}

/// The bytes of a file that belongs to the user and that nobody else can write to. Owner and bytes come from one open
/// file, so that a swap in between changes nothing.
fn read_private(path: &Path, owner: folder::Owner) -> Option<Vec<u8>> {
    let mut file = fs::File::open(path).ok()?;
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > ENTRY_BYTES || !owner.has(&metadata) {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
    Read::by_ref(&mut file).take(ENTRY_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// What ties bytes to their key: an entry under the name of another key is not used.
fn seal(key: &str, bytes: &[u8]) -> String {
    hex(&Sha256::new().chain_update(key).chain_update(bytes).finalize())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
