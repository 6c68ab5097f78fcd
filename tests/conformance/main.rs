//! Runs the tests of the plugin workspace, so that `cargo test --workspace` is the whole truth.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(clippy::disallowed_methods, reason = "the nested cargo must not inherit this cargo's variables")]

use std::path::Path;
use std::process::Command;

#[test]
fn the_plugins_pass_their_own_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // A target folder of its own: the nested cargo would wait for ever for the lock that this one holds.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugins");
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO") && text != "CARGO_HOME"
            || text.starts_with("RUSTC")
            || text == "RUSTFLAGS"
        {
            cargo.env_remove(&name);
        }
    }
    let output = cargo
        .args(["test", "--workspace", "--locked", "--quiet"])
        .current_dir(root.join("plugins"))
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let report =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{report}");
    assert!(report.contains("test result: ok."), "no test ran:\n{report}");
}
