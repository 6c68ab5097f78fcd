#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may")]

use super::*;

struct Kept {
    outside: tempfile::TempDir,
    folder: SealedFolder,
}

/// A folder that holds `sound` as `abc`.
fn kept() -> Kept {
    let outside = tempfile::tempdir().unwrap();
    let folder = SealedFolder::open(&outside.path().join("kept"), "kind").unwrap();
    folder.store("abc", b"sound");
    Kept { outside, folder }
}

impl Kept {
    fn load(&self, key: &str) -> Option<Vec<u8>> {
        self.folder.load(key, Some)
    }

    fn entries(&self) -> Vec<PathBuf> {
        fs::read_dir(&self.folder.folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

#[test]
fn what_was_stored_is_loaded_and_nothing_else() {
    let kept = kept();
    assert_eq!(kept.load("abc").unwrap(), b"sound");
    assert!(kept.load("abd").is_none() && kept.load("ab").is_none());
    assert_eq!(kept.entries().len(), 1, "no temporary file is left");
}

#[test]
fn a_new_entry_takes_the_place_of_the_old_one() {
    let kept = kept();
    kept.folder.store("abc-d", b"another key");
    kept.folder.store("abc", b"newer");
    assert_eq!(kept.load("abc").unwrap(), b"newer");
    assert_eq!(kept.load("abc-d").unwrap(), b"another key");
    assert_eq!(kept.entries().len(), 2);
}

#[test]
fn a_changed_entry_is_deleted_and_not_loaded() {
    let kept = kept();
    fs::write(kept.entries().pop().unwrap(), b"sounD").unwrap();
    assert!(kept.load("abc").is_none());
    assert!(kept.entries().is_empty());
}

#[test]
fn an_entry_under_the_name_of_another_key_is_deleted_and_not_loaded() {
    let kept = kept();
    let path = kept.entries().pop().unwrap();
    let name = path.file_name().unwrap().to_str().unwrap().replacen("abc", "abd", 1);
    fs::rename(&path, kept.folder.folder.join(name)).unwrap();
    assert!(kept.load("abd").is_none());
    assert!(kept.entries().is_empty());
}

#[test]
fn a_truncated_or_refused_entry_is_deleted_and_not_loaded() {
    let kept = kept();
    fs::write(kept.entries().pop().unwrap(), b"sou").unwrap();
    assert!(kept.load("abc").is_none());
    kept.folder.store("abc", b"sound");
    assert!(kept.folder.load("abc", |_| None::<()>).is_none());
    assert!(kept.entries().is_empty());
}

#[test]
fn beyond_the_limit_the_oldest_entries_go() {
    let kept = kept();
    let old = kept.entries().pop().unwrap();
    let long_ago = SystemTime::now() - std::time::Duration::from_hours(1);
    fs::File::options().write(true).open(old).unwrap().set_modified(long_ago).unwrap();
    kept.folder.store("new", b"12345678");
    kept.folder.limit(13);
    assert_eq!(kept.entries().len(), 2);
    kept.folder.limit(12);
    assert!(kept.load("abc").is_none());
    assert!(kept.load("new").is_some());
}

#[cfg(unix)]
#[test]
fn a_folder_or_file_that_others_can_write_to_is_not_used() {
    use std::os::unix::fs::PermissionsExt;

    let kept = kept();
    let path = kept.entries().pop().unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    assert!(kept.load("abc").is_none());

    let open = kept.outside.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(SealedFolder::open(&open, "kind").unwrap_err().contains("mode 0700"));

    let link = kept.outside.path().join("link");
    std::os::unix::fs::symlink(&kept.folder.folder, &link).unwrap();
    assert!(SealedFolder::open(&link, "kind").unwrap_err().contains("no folder"));
}

#[cfg(unix)]
#[test]
fn a_new_folder_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;

    let kept = kept();
    assert_eq!(fs::metadata(&kept.folder.folder).unwrap().permissions().mode() & 0o777, 0o700);
    let path = kept.entries().pop().unwrap();
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}
