//! A receipt holds for the run that it is of, and for no other: whatever is changed is named.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{copy_inputs, joulework};

/// A folder with a run and its receipt `out.receipt.json`.
fn run() -> (tempfile::TempDir, PathBuf) {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/cases/receipt-that-holds");
    let folder = tempfile::tempdir().unwrap();
    copy_inputs(&case, folder.path());
    assert!(joulework(folder.path(), &["report", ".", "--output", "out"]).status.success());
    let receipt = folder.path().join("out.receipt.json");
    (folder, receipt)
}

/// Exit code and output of `verify`.
fn verify(folder: &Path) -> (Option<i32>, String) {
    let output = joulework(folder, &["verify", "out.receipt.json"]);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn edit(receipt: &Path, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&fs::read(receipt).unwrap()).unwrap();
    change(&mut value);
    fs::write(receipt, value.to_string()).unwrap();
}

#[test]
fn a_receipt_fits_its_schema_and_holds_whatever_was_measured() {
    let (folder, receipt) = run();
    let value: Value = serde_json::from_slice(&fs::read(&receipt).unwrap()).unwrap();
    let schema = serde_json::from_str(joulework::receipt::RECEIPT_SCHEMA).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&value));
    assert!(value["measured"]["fuel"]["grid-carbon"].as_u64().unwrap() > 0);
    edit(&receipt, |value| value["measured"] = serde_json::json!({ "seconds": 1e6 }));
    edit(&receipt, |value| value["host-version"] = "0.0.1".into());
    let (code, text) = verify(folder.path());
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("joulework 0.0.1 made it"), "{text}");
}

#[test]
fn a_changed_bill_is_named_with_what_it_changes() {
    let (folder, _) = run();
    let bill = folder.path().join("bill.csv");
    let text = fs::read_to_string(&bill).unwrap();
    let last = text.lines().last().unwrap().to_owned();
    fs::write(&bill, format!("{text}{last}\n")).unwrap();
    let (code, text) = verify(folder.path());
    assert_eq!(code, Some(1), "{text}");
    for wanted in
        ["the file ./bill.csv was", "the count of rows was 2, and is 3", "carbon was", "billed cost was"]
    {
        assert!(text.contains(wanted), "`{wanted}` is not in {text}");
    }
}

#[test]
fn a_claimed_figure_plugin_switch_or_detail_is_found() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 4] = [
        (
            |receipt| receipt["outcome"]["figures"]["carbon"]["value"] = 1.5.into(),
            "carbon was 1.5 gCO2e, and is",
        ),
        (|receipt| receipt["plugins"][0]["sha256"] = "0".repeat(64).into(), "the plugin `aws-usage` was 000"),
        (|receipt| receipt["engine"]["relaxed-simd"] = true.into(), "the switch `relaxed-simd`"),
        (|receipt| receipt["outcome"]["sha256"] = "0".repeat(64).into(), "figures below them are not"),
    ];
    for (change, wanted) in changes {
        let (folder, receipt) = run();
        edit(&receipt, change);
        let (code, text) = verify(folder.path());
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains(wanted), "`{wanted}` is not in {text}");
    }
}

#[test]
fn what_cannot_be_run_again_is_no_verdict() {
    let (folder, receipt) = run();
    fs::remove_file(folder.path().join("bill.csv")).unwrap();
    assert_eq!(verify(folder.path()).0, Some(2));
    fs::write(&receipt, "{").unwrap();
    let (code, text) = verify(folder.path());
    assert_eq!(code, Some(2));
    assert!(text.contains("error[receipt.form]: out.receipt.json is no receipt"), "{text}");
}
