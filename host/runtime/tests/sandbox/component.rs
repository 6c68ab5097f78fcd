//! The guest that misbehaves as told, built once in a target folder of its own. The tests of the sandbox, its benchmark
//! and the list of misdeeds in the top-level folder `tests/evil` share this file and that folder.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// The core module of `plugins/tests/misbehaver`.
pub(crate) fn module() -> &'static [u8] {
    static MODULE: OnceLock<Vec<u8>> = OnceLock::new();
    MODULE.get_or_init(|| build("misbehaver"))
}

/// Builds the core module of a guest of the tests.
pub(crate) fn build(package: &str) -> Vec<u8> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests");
    let mut cargo = Command::new(env!("CARGO"));
    for variable in [
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "CARGO_BUILD_TARGET",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
    ] {
        cargo.env_remove(variable);
    }
    cargo.current_dir(workspace).args(["build", "--release", "--locked", "--package", package]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(&target);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = format!("wasm32-unknown-unknown/release/{}.wasm", package.replace('-', "_"));
    std::fs::read(target.join(file)).unwrap()
}

/// Its component.
pub(crate) fn component() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| encode(module()))
}

/// A core module that carries its world as a component.
pub(crate) fn encode(module: &[u8]) -> Vec<u8> {
    wit_component::ComponentEncoder::default().validate(true).module(module).unwrap().encode().unwrap()
}
