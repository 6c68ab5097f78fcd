//! Memory from run to run: what reading a file gave, so that a file that has not changed is not read again.
//!
//! A file counts as unchanged while the system says the same of it: path, size, times of the last change to its content
//! and to its entry, and the place on the disk. What is remembered is only used by the build of the program that wrote
//! it, and only where it is whole (see [`SealedFolder`]); anything else is read again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use joulework_runtime::SealedFolder;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::bill::Digest;

/// Most bytes that are kept.
const MOST_BYTES: u64 = 1 << 30;

/// A file that changed so shortly before it was read may change again within one tick of the file system's clock.
const TICK: Duration = Duration::from_secs(2);

/// What is remembered of files, in a folder that only the user can write to.
#[derive(Debug, Clone)]
pub struct Memory {
    folder: Arc<SealedFolder>,
    /// The build of the program.
    build: String,
}

/// What the system says of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    path: PathBuf,
    pub(crate) bytes: u64,
    modified: Option<SystemTime>,
    /// Device, number of the file and when its entry changed, where the system has them.
    place: Option<(u64, u64, i64, i64)>,
}

impl Identity {
    /// What the system says now.
    pub(crate) fn of(path: &Path) -> std::io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        #[cfg(unix)]
        let place = {
            use std::os::unix::fs::MetadataExt;
            Some((metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()))
        };
        #[cfg(not(unix))]
        let place = None;
        let path = std::path::absolute(path)?;
        Ok(Self { path, bytes: metadata.len(), modified: metadata.modified().ok(), place })
    }

    /// Whether the file has been left alone for so long that a change after `now` would show.
    fn is_settled(&self, now: SystemTime) -> bool {
        self.modified.and_then(|modified| now.duration_since(modified).ok()).is_some_and(|age| age > TICK)
    }
}

impl Memory {
    /// Opens the folder, and makes it where it is not there.
    ///
    /// # Errors
    /// Why it cannot be used, in words.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let folder = Arc::new(SealedFolder::open(folder, "sums")?);
        // Two builds may have the same version.
        let program = std::env::current_exe().and_then(|program| Identity::of(&program));
        let program = program.map_err(|error| error.to_string())?;
        Ok(Self { folder, build: format!("{} {program:?}", env!("CARGO_PKG_VERSION")) })
    }

    /// What was remembered of files under a purpose, where none of them has changed since.
    pub(crate) fn recall<T: DeserializeOwned>(&self, purpose: &str, files: &[&Identity]) -> Option<T> {
        self.folder.load(&self.key(purpose, files), |bytes| {
            let (then, rest): (Vec<Identity>, _) = postcard::take_from_bytes(&bytes).ok()?;
            then.iter().eq(files.iter().copied()).then(|| postcard::from_bytes(rest).ok())?
        })
    }

    /// Remembers something of files that were read since `began`; nothing where one may have changed meanwhile.
    pub(crate) fn keep<T: Serialize>(&self, purpose: &str, files: &[&Identity], began: SystemTime, what: &T) {
        let is_same = |file: &&Identity| {
            file.is_settled(began) && Identity::of(&file.path).is_ok_and(|now| now == **file)
        };
        if !files.iter().all(is_same) {
            return;
        }
        let bytes = postcard::to_allocvec(files).and_then(|bytes| postcard::to_extend(what, bytes));
        if let Ok(bytes) = bytes {
            self.folder.store(&self.key(purpose, files), &bytes);
            self.folder.limit(MOST_BYTES);
        }
    }

    /// One entry per purpose and paths: that of changed files takes the place of the one before.
    fn key(&self, purpose: &str, files: &[&Identity]) -> String {
        let paths: Vec<&Path> = files.iter().map(|file| file.path.as_path()).collect();
        Digest::of_bytes(format!("{}\n{purpose}\n{paths:?}", self.build).as_bytes()).to_string()
    }
}

/// When a reading begins.
#[allow(clippy::disallowed_methods, reason = "what is kept may depend on the clock; no result does")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may")]
mod tests {
    use super::*;

    /// A file that was written an hour before.
    fn old_file(path: &Path, text: &str) -> Identity {
        std::fs::write(path, text).unwrap();
        let hour_ago = SystemTime::now() - Duration::from_hours(1);
        std::fs::File::options().write(true).open(path).unwrap().set_modified(hour_ago).unwrap();
        Identity::of(path).unwrap()
    }

    #[test]
    fn what_is_kept_of_a_file_is_recalled_until_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::open(&folder.path().join("memory")).unwrap();
        let path = folder.path().join("bill.csv");
        let file = old_file(&path, "a");
        memory.keep("sums", &[&file], SystemTime::now(), &7_u32);
        assert_eq!(memory.recall("sums", &[&file]), Some(7_u32));
        assert_eq!(memory.recall::<u32>("other", &[&file]), None);

        // The same size and the same time: the entry still tells, by a clock that ticks every few milliseconds.
        std::thread::sleep(Duration::from_millis(20));
        let changed = old_file(&path, "b");
        assert_eq!(memory.recall::<u32>("sums", &[&changed]), None);
    }

    #[test]
    fn nothing_is_kept_of_a_file_that_changes_or_has_just_changed() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::open(&folder.path().join("memory")).unwrap();
        let path = folder.path().join("bill.csv");
        let before = old_file(&path, "a");
        let after = old_file(&path, "ab");
        memory.keep("sums", &[&before], SystemTime::now(), &7_u32);
        assert_eq!(memory.recall::<u32>("sums", &[&before]), None);

        memory.keep("sums", &[&after], SystemTime::now() - Duration::from_hours(1), &7_u32);
        assert_eq!(memory.recall::<u32>("sums", &[&after]), None);
    }
}
