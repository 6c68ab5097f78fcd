//! Text as a manifest: what is wrong has its place in the text, what is right fits the published schema.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use joulework::manifest::{Manifest, ManifestError, SCHEMA, Weights};
use jsonschema::Validator;
use libfuzzer_sys::{Corpus, fuzz_target};

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::validator_for(&serde_json::from_str(SCHEMA).expect("JSON")).expect("a schema")
});

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let read = Manifest::parse(text, Path::new("shop"));
    match &read {
        Ok(manifest) => check(manifest, text),
        Err(error) => check_error(error, text),
    }
    match (read, Manifest::parse(text, Path::new("shop"))) {
        (Ok(first), Ok(second)) => assert_eq!(first, second),
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        (first, second) => panic!("{first:?}\n{second:?}"),
    }
    Corpus::Keep
});

fn check(manifest: &Manifest, text: &str) {
    let fits = toml::from_str::<toml::Value>(text).expect("it was read as TOML");
    let fits = serde_json::to_value(fits).expect("TOML is JSON");
    if let Err(error) = VALIDATOR.validate(&fits) {
        panic!("the schema refuses what is read: {error}");
    }
    assert!(!manifest.bills.is_empty());
    assert_eq!(manifest.text, text);
    let is_workload = |name: &str| manifest.workloads.iter().any(|workload| workload.name == name);
    for shared in &manifest.shared {
        assert!(!shared.rules.is_empty());
        let sum: u128 = shared.weights.iter().map(|(_, weight)| u128::from(weight)).sum();
        assert_eq!(sum, u128::from(Weights::WHOLE));
        assert!(shared.weights.workloads().all(is_workload));
    }
    assert!(manifest.units.iter().all(|unit| is_workload(&unit.workload)));
    if manifest.report.primary_unit.is_some() {
        assert!(manifest.primary_unit().is_some());
    }
    for (id, plugin) in &manifest.plugins {
        assert!(plugin.settings.is_object(), "{id}");
    }
}

fn check_error(error: &ManifestError, text: &str) {
    assert!(error.code().contains('.') && error.problem().is_some());
    let (excerpt, span) = error.excerpt().expect("an error in a text has its place");
    assert_eq!(excerpt, text);
    assert!(text.get(span.clone()).is_some(), "{span:?} is no range of the text: {error}");
    let before = &text[..span.start];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let place = error.place().expect("a place");
    assert_eq!((place.line, place.column), (line, column), "{error}");
    assert!(error.to_string().starts_with(&format!("joulework.toml:{line}:{column}: ")), "{error}");
    assert!(error.hint().is_none_or(|hint| !hint.is_empty()));
}
