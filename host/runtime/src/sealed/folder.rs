//! Folders and files that only the user can write to.
//!
//! Where the system has no owners and modes as Unix has them, nothing counts as private and no cache is used.

use std::fs::{File, Metadata};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// The user that files of this process belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner(u32);

/// Makes the folder with mode 0700, or checks that it is private already; says who its owner is.
#[cfg(unix)]
pub(super) fn make_private(folder: &Path) -> Result<Owner, String> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};

    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(said)?;
    let metadata = std::fs::symlink_metadata(folder).map_err(said)?;
    if !metadata.is_dir() {
        return Err(format!("{} is no folder", folder.display()));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(format!("{} is open to other users: give it mode 0700", folder.display()));
    }
    let owner = probe(folder).map_err(said)?;
    if owner.has(&metadata) {
        Ok(owner)
    } else {
        Err(format!("{} belongs to another user", folder.display()))
    }
}

#[cfg(not(unix))]
pub(super) fn make_private(folder: &Path) -> Result<Owner, String> {
    Err(format!("{} cannot be kept from other users on this system", folder.display()))
}

/// Who owns a file that this process makes: the standard library has no other way to ask for the user.
#[cfg(unix)]
fn probe(folder: &Path) -> std::io::Result<Owner> {
    use std::os::unix::fs::MetadataExt;

    let path = temporary(folder);
    let owner = create_private(&path)?.metadata().map(|metadata| Owner(metadata.uid()));
    std::fs::remove_file(&path)?;
    owner
}

impl Owner {
    /// Whether the user owns it and nobody else can write to it.
    #[cfg(unix)]
    pub(super) fn has(self, metadata: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt;

        metadata.uid() == self.0 && metadata.mode() & 0o022 == 0
    }

    #[cfg(not(unix))]
    pub(super) fn has(self, _: &Metadata) -> bool {
        false
    }
}

/// A path in the folder that no other process and no other thread uses.
pub(super) fn temporary(folder: &Path) -> std::path::PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    folder.join(format!(".{}-{}.tmp", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// A new file that only the user can read and write.
pub(super) fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
