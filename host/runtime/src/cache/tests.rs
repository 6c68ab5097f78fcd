#![allow(clippy::unwrap_used, reason = "tests may")]

use super::*;

/// The smallest component.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

struct Kept {
    folder: tempfile::TempDir,
    engine: Engine,
    cache: Cache,
}

/// A cache that holds the empty component as `abc`.
fn kept() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::default();
    let cache = Cache::open(&folder.path().join("cache"), &engine).unwrap();
    cache.store("abc", &Component::from_binary(&engine, EMPTY).unwrap());
    Kept { folder, engine, cache }
}

impl Kept {
    fn entries(&self) -> Vec<PathBuf> {
        fs::read_dir(&self.cache.folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

#[test]
fn what_was_stored_is_loaded_and_nothing_else() {
    let kept = kept();
    assert!(kept.cache.load(&kept.engine, "abc").is_some());
    assert!(kept.cache.load(&kept.engine, "abd").is_none());
    assert_eq!(kept.entries().len(), 1, "no temporary file is left");
}

#[test]
fn a_changed_entry_is_deleted_and_not_loaded() {
    let kept = kept();
    let path = kept.entries().pop().unwrap();
    let mut code = fs::read(&path).unwrap();
    let middle = code.len() / 2;
    *code.get_mut(middle).unwrap() ^= 1;
    fs::write(&path, code).unwrap();
    assert!(kept.cache.load(&kept.engine, "abc").is_none());
    assert!(kept.entries().is_empty());
}

#[test]
fn an_entry_under_the_name_of_another_component_is_deleted_and_not_loaded() {
    let kept = kept();
    let path = kept.entries().pop().unwrap();
    let name = path.file_name().unwrap().to_str().unwrap().replacen("abc", "abd", 1);
    fs::rename(&path, kept.cache.folder.join(name)).unwrap();
    assert!(kept.cache.load(&kept.engine, "abd").is_none());
    assert!(kept.entries().is_empty());
}

#[test]
fn a_truncated_entry_is_deleted_and_not_loaded() {
    let kept = kept();
    let path = kept.entries().pop().unwrap();
    let code = fs::read(&path).unwrap();
    fs::write(&path, code.get(..code.len() / 2).unwrap()).unwrap();
    assert!(kept.cache.load(&kept.engine, "abc").is_none());
    assert!(kept.entries().is_empty());
}

#[test]
fn another_engine_does_not_see_the_entry() {
    let kept = kept();
    let mut config = wasmtime::Config::new();
    let other = Engine::new(config.consume_fuel(true)).unwrap();
    let cache = Cache::open(&kept.cache.folder, &other).unwrap();
    assert_ne!(cache.engine, kept.cache.engine);
    assert!(cache.load(&other, "abc").is_none());
    assert_eq!(kept.entries().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_folder_or_file_that_others_can_write_to_is_not_used() {
    use std::os::unix::fs::PermissionsExt;

    let kept = kept();
    let path = kept.entries().pop().unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    assert!(kept.cache.load(&kept.engine, "abc").is_none());

    let open = kept.folder.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(Cache::open(&open, &kept.engine).unwrap_err().contains("mode 0700"));

    let link = kept.folder.path().join("link");
    std::os::unix::fs::symlink(&kept.cache.folder, &link).unwrap();
    assert!(Cache::open(&link, &kept.engine).unwrap_err().contains("no folder"));
}

#[cfg(unix)]
#[test]
fn a_new_folder_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;

    let kept = kept();
    assert_eq!(fs::metadata(&kept.cache.folder).unwrap().permissions().mode() & 0o777, 0o700);
    let path = kept.entries().pop().unwrap();
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}
