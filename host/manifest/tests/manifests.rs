//! Good manifests are read as they are meant and fit the schema; bad ones are refused with an error that points
//! into the file. A case is a file in `good` or `bad`; its expectation is a snapshot.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests may")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use joulework_manifest::{Manifest, ManifestError, SCHEMA};

/// Faults that a schema cannot tell: sums, names, globs, numbers that JSON does not have.
const BEYOND_THE_SCHEMA: &[&str] = &[
    "bracket",
    "double-star",
    "duplicate-unit",
    "duplicate-workload",
    "empty-rule",
    "primary-unit-ambiguous",
    "primary-unit-unknown",
    "settings-not-finite",
    "unit-of-unknown-workload",
    "weight-too-fine",
    "weights-of-unknown-workload",
    "weights-sum",
];

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap().to_string_lossy().into_owned()
}

/// What a terminal shows of an error, without colours.
fn shown(error: &ManifestError) -> String {
    let mut shown = format!("{error}\ncode: {}\n", error.code());
    if let Some(hint) = error.hint() {
        writeln!(shown, "hint: {hint}").unwrap();
    }
    if let Some((text, span)) = error.excerpt() {
        writeln!(shown, "text: {:?}", &text[span]).unwrap();
    }
    shown
}

/// The schema's verdict on a text, where it is TOML at all.
fn fits_the_schema(text: &str) -> Option<bool> {
    let value: toml::Value = toml::from_str(text).ok()?;
    let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    Some(validator.is_valid(&serde_json::to_value(value).unwrap()))
}

#[test]
fn good_manifests_are_read_as_they_are_meant() {
    for file in cases("good") {
        let mut manifest = Manifest::load(&file).unwrap();
        assert_eq!(manifest.file.as_deref(), Some(file.as_path()));
        assert_eq!(manifest.folder, file.parent().unwrap());
        assert_eq!(fits_the_schema(&manifest.text), Some(true), "{}", file.display());
        manifest.file = None;
        manifest.folder = PathBuf::new();
        manifest.text.clear();
        insta::assert_debug_snapshot!(name(&file), manifest);
    }
}

#[test]
fn bad_manifests_are_refused_with_the_place() {
    for file in cases("bad") {
        let text = std::fs::read_to_string(&file).unwrap();
        let error = Manifest::parse(&text, Path::new("")).unwrap_err();
        insta::assert_snapshot!(name(&file), shown(&error));
        let beyond = BEYOND_THE_SCHEMA.contains(&name(&file).as_str());
        assert!(fits_the_schema(&text).is_none_or(|fits| fits == beyond), "{}: schema", file.display());
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Manifest::load(Path::new("nowhere/joulework.toml")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read nowhere/joulework.toml: "), "{error}");
    assert_eq!(error.code(), "manifest.read");
}

#[test]
fn a_folder_stands_for_its_manifest() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good");
    let error = Manifest::load(&folder).unwrap_err();
    assert_eq!(error.file(), folder.join("joulework.toml"));
}

#[test]
fn a_bill_alone_is_enough() {
    let manifest = Manifest::for_bill(Path::new("bills/may.csv"));
    assert_eq!(manifest.resolve(&manifest.bills[0].path), Path::new("bills/may.csv"));
    assert!(manifest.workloads.is_empty() && manifest.primary_unit().is_none());
}

#[test]
fn paths_are_relative_to_the_manifest_and_weights_are_exact() {
    let text =
        std::fs::read_to_string(cases("good").into_iter().find(|file| name(file) == "everything").unwrap());
    let manifest = Manifest::parse(&text.unwrap(), Path::new("/shop")).unwrap();
    assert_eq!(manifest.resolve(&manifest.bills[0].path), Path::new("/shop/bills/focus"));
    let weights = &manifest.shared[0].weights;
    assert_eq!(weights.workloads().collect::<Vec<_>>(), ["analytics", "shop"]);
    assert_eq!(weights.parts(), [300_000_000_000_000_000, 700_000_000_000_000_000]);
    assert_eq!(manifest.primary_unit().unwrap().name, "order");
}
