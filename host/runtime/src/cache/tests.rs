#![allow(clippy::unwrap_used, reason = "tests may")]

use super::*;

/// The smallest component.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

#[test]
fn what_was_stored_is_loaded_by_the_same_engine_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cache");
    let engine = Engine::default();
    let cache = Cache::open(&folder, &engine).unwrap();
    cache.store("abc", &Component::from_binary(&engine, EMPTY).unwrap());
    assert!(cache.load(&engine, "abc").is_some());
    assert!(cache.load(&engine, "abd").is_none());

    let other = Engine::new(wasmtime::Config::new().consume_fuel(true)).unwrap();
    let others = Cache::open(&folder, &other).unwrap();
    assert_ne!(others.engine, cache.engine);
    assert!(others.load(&other, "abc").is_none());
    assert!(cache.load(&engine, "abc").is_some(), "it is still there");
}

#[test]
fn sealed_bytes_that_are_no_code_are_not_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::default();
    let cache = Cache::open(&folder.path().join("cache"), &engine).unwrap();
    cache.folder.store(&cache.key("abc"), b"no code");
    assert!(cache.load(&engine, "abc").is_none());
}
