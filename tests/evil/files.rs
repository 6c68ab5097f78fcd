//! Files that are no plugin, and files that change.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use joulework::engine::provenance::Provenance;
use joulework::runtime::{Pipeline, PluginFault, Stage};

use crate::component::{component, module};
use crate::guest::early;
use crate::run::{
    FILE, first_party, is_fit_to_be_shown, refused, rows, runtime, the_next_run_is_right, with,
};

fn refused_file(path: &Path, code: &str) -> PluginFault {
    let fault = runtime().admit_file(path).unwrap_err();
    assert_eq!((fault.plugin(), fault.code()), (path.display().to_string().as_str(), code), "{fault}");
    is_fit_to_be_shown(&fault);
    the_next_run_is_right();
    fault
}

/// A folder with the guest in a file.
fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn a_core_module() {
    let fault = refused(module(), "plugin.core-module", None);
    assert!(fault.hint().unwrap().contains("joulework plugin build"));
}

#[test]
fn the_text_format() {
    refused(b";; a plugin\n(component)", "plugin.text-format", None);
}

#[test]
fn a_truncated_file() {
    for part in [1, 2, 3] {
        refused(&component()[..component().len() * part / 4], "plugin.invalid", None);
    }
}

#[test]
fn a_file_with_one_byte_changed() {
    let mut changed = component().to_vec();
    changed[9] ^= 0xff;
    refused(&changed, "plugin.invalid", None);
}

#[test]
fn machine_code() {
    let folder = tempfile::tempdir().unwrap();
    let caching = crate::cache::caching(&folder.path().join("cache"));
    caching.admit(FILE, component()).unwrap();
    let entry = fs::read_dir(folder.path().join("cache")).unwrap().next().unwrap().unwrap().path();
    refused_file(&entry, "plugin.precompiled");
    refused(b"\x7fELF\x02\x01\x01\0 a program", "plugin.precompiled", None);
}

#[test]
fn nothing_and_an_archive() {
    refused(b"", "plugin.not-wasm", None);
    refused(b"PK\x03\x04 an archive", "plugin.not-wasm", None);
}

/// The second file is larger than any memory: whoever read it before refusing it would not come back.
#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    for bytes in [200 << 20, 1 << 40] {
        let path = folder.path().join(FILE);
        File::create(&path).unwrap().set_len(bytes).unwrap();
        let fault = refused_file(&path, "plugin.file-size");
        assert!(fault.to_string().contains(&bytes.to_string()), "{fault}");
    }
}

#[test]
fn a_file_that_is_not_there_and_a_folder() {
    refused_file(Path::new("no/such/plugin.wasm"), "file.read");
    refused_file(Path::new("."), "file.read");
}

/// It would never end.
#[cfg(unix)]
#[test]
fn a_device() {
    refused_file(Path::new("/dev/zero"), "file.read");
}

/// What was admitted is what runs: the file is read once, and the digest in the provenance is of what was read.
#[test]
fn a_file_that_changes_after_it_was_admitted() {
    let (_folder, path) = written(component());
    let digest = runtime().admit(FILE, component()).unwrap().digest().to_owned();
    let plugin = runtime().admit_file(&path).unwrap();
    fs::write(&path, early("id-escape")).unwrap();
    let pipeline = with(Stage::new(plugin));
    let frame = pipeline.session().run(rows(&pipeline)).unwrap();
    crate::run::the_others_are_right(&frame, &[]);
    let provenance = Provenance::of(&pipeline).unwrap();
    let record = provenance.plugins.iter().find(|record| record.id == "misbehaver").unwrap();
    assert_eq!(record.sha256, digest);
    refused_file(&path, "plugin.descriptor");
}

/// One changed byte in a text is another component with another digest, also where it behaves the same.
#[test]
fn two_components_that_differ_in_a_byte_have_two_digests() {
    let one = runtime().admit(FILE, component()).unwrap();
    let other = runtime().admit(FILE, &early("no such trick")).unwrap();
    assert_eq!(one.descriptor(), other.descriptor());
    assert_ne!(one.digest(), other.digest());
}

/// A stranger cannot take the place of a first-party plugin in a run that has it.
#[test]
fn a_second_plugin_of_one_id() {
    let twice = first_party().into_iter().chain(first_party().into_iter().take(1)).collect();
    let error = Pipeline::link(twice, &joulework::engine::pipeline::roots()).unwrap_err();
    assert_eq!(error.code(), "link.twice");
    assert!(error.to_string().contains("`aws-usage`"), "{error}");
    the_next_run_is_right();
}
