//! The packaged copies are what the sources build. `JOULEWORK_REFRESH=1 cargo test -p joulework-bundled` writes them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests may"
)]

use std::fs;
use std::path::Path;

use joulework_bundled::{advisors, components};

#[test]
fn packaged_copies_are_what_the_sources_build() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("components");
    let refresh = std::env::var_os("JOULEWORK_REFRESH").is_some_and(|value| value == "1");
    for component in components().iter().chain(advisors()) {
        if component.packaged {
            eprintln!("not run: `{}` was not built here (no wasm target)", component.id);
            continue;
        }
        let copy = folder.join(format!("{}.wasm", component.id));
        if refresh {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&copy, component.wasm).unwrap();
        }
        let packaged = fs::read(&copy).unwrap_or_default();
        assert!(
            packaged == component.wasm,
            "components/{}.wasm is not what plugins/{0} builds: refresh it with JOULEWORK_REFRESH=1",
            component.id
        );
    }
}

#[test]
fn all_plugins_are_there_in_the_order_of_their_ids() {
    let ids: Vec<&str> = components().iter().map(|component| component.id).collect();
    let expected = [
        "aws-usage",
        "compute-energy",
        "embodied-carbon",
        "facility",
        "grid-carbon",
        "memory-energy",
        "network-energy",
        "storage-energy",
    ];
    assert_eq!(ids, expected);
    let ids: Vec<&str> = advisors().iter().map(|component| component.id).collect();
    assert_eq!(ids, ["hardware", "idle", "placement", "right-size"]);
}

#[test]
fn no_component_names_a_folder_of_the_machine_that_built_it() {
    for component in components().iter().chain(advisors()) {
        for folder in [env!("CARGO_MANIFEST_DIR"), env!("HOME")] {
            // A home such as `/root` may stand in a plugin's own text; a path below it may not.
            let needle = format!("{}/", folder.trim_end_matches('/'));
            let found = component.wasm.windows(needle.len()).any(|bytes| bytes == needle.as_bytes());
            assert!(!found, "`{}` holds a path under {folder}", component.id);
        }
    }
}
