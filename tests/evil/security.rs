//! `SECURITY.md` names a test for each of its sentences: every one of them is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The tests that the page names: `` `folder/file.rs`: `one_test`, `another_test` `` in a bracket at the end of a line.
fn named(page: &str) -> BTreeSet<(String, String)> {
    let mut named = BTreeSet::new();
    for proof in page.split("[`").skip(1) {
        let Some((proof, _)) = proof.split_once(']') else { continue };
        let mut words =
            proof.split('`').map(str::trim).filter(|word| !word.is_empty() && *word != "," && *word != ":");
        let Some(file) = words.next().filter(|file| file.contains('/')) else { continue };
        named.extend(words.map(|test| (file.to_owned(), test.to_owned())));
    }
    named
}

#[test]
fn every_test_that_the_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let named = named(&page);
    assert!(named.len() > 40, "only {} tests are named", named.len());
    for (file, test) in named {
        let source = fs::read_to_string(root.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let is_there = source
            .lines()
            .map(str::trim_start)
            .any(|line| line.starts_with(&format!("fn {test}()")) || line.starts_with(&format!("{test}:")));
        assert!(is_there, "there is no test `{test}` in {file}");
    }
}

/// Each paragraph of the page that promises something ends with its proof.
#[test]
fn every_promise_of_the_page_has_a_proof() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let promises = page.split("\n## ").filter(|part| part.starts_with("What a"));
    let mut count = 0;
    for promise in promises.flat_map(|part| part.split("\n- ").skip(1)) {
        assert!(promise.contains("[`tests/") || promise.contains("[`host/"), "no proof: {promise}");
        count += 1;
    }
    assert!(count > 20, "only {count} promises");
}
