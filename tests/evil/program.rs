//! The program itself, run with an evil plugin in its manifest: what it prints, and how it ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::component::component;
use crate::guest::early;
use crate::run::CACHE;

const BILL: &str = "../../tests/golden/cases/four-rows-by-service/bill.csv";
/// Runs `joulework estimate` over four rows with a stranger in the manifest.
fn estimate(plugin: &[u8], options: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let bill = Path::new(env!("CARGO_MANIFEST_DIR")).join(BILL);
    fs::copy(bill, folder.path().join("bill.csv")).unwrap();
    fs::write(folder.path().join("stranger.wasm"), plugin).unwrap();
    let manifest = format!(
        "[[bill]]\npath = \"bill.csv\"\n\n[plugin.misbehaver]\npath = \"stranger.wasm\"\n{options}\n"
    );
    fs::write(folder.path().join("joulework.toml"), manifest).unwrap();
    Command::new(env!("CARGO_BIN_EXE_joulework"))
        .args(["estimate", ".", "--by", "service", "--format", "csv"])
        .current_dir(folder.path())
        .env("JOULEWORK_CACHE_DIR", CACHE)
        .output()
        .unwrap()
}

/// What was said on standard error, which nothing can have steered.
fn said(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

fn ends_with(plugin: &[u8], options: &str, code: &str, words: &[&str]) {
    let output = estimate(plugin, options);
    let text = said(&output);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{code}: {text}");
    for word in [&format!("error[{code}]"), "\n"].into_iter().chain(words.iter().copied()) {
        assert!(text.contains(word), "no {word:?} in {text}");
    }
}

#[test]
fn a_fault_ends_the_program_with_its_code_and_the_plugin() {
    let trick = |trick: &str| format!("settings = {{ do = \"{trick}\" }}");
    ends_with(component(), &trick("extra"), "gate.undeclared-column", &["`misbehaver`", "misbehaver.more"]);
    ends_with(component(), &trick("fault-escape"), "plugin.fault", &["`misbehaver`", "row 1", "\\u{1b}"]);
    ends_with(
        component(),
        &trick("no-such-trick\", more = \"x"),
        "settings.invalid",
        &["`misbehaver`", "`more`"],
    );
    ends_with(&early("id-escape"), "", "plugin.descriptor", &["stranger.wasm", "\\u{1b}[31mevil"]);
    ends_with(b"(component)", "", "plugin.text-format", &["stranger.wasm"]);
}

#[test]
fn faults_that_mark_rows_leave_the_other_figures() {
    let output = estimate(component(), "on-fault = \"not-estimated\"\nsettings = { do = \"extra\" }");
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("`misbehaver` did not estimate"), "{text}");
    let honest = estimate(component(), "enabled = false");
    assert_eq!(honest.status.code(), Some(0));
    let column = |output: &Output, name: &str| -> Vec<String> {
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let place = text.lines().next().unwrap().split(',').position(|head| head == name);
        let place = place.unwrap_or_else(|| panic!("no {name} in {text}"));
        text.lines().skip(1).map(|line| line.split(',').nth(place).unwrap().to_owned()).collect()
    };
    for name in ["service", "rows", "billed-cost.USD", "embodied-carbon.gCO2e"] {
        assert_eq!(column(&output, name), column(&honest, name), "{name}");
    }
}

#[test]
fn a_plugin_under_the_id_of_another() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("stranger.wasm"), component()).unwrap();
    let bill = Path::new(env!("CARGO_MANIFEST_DIR")).join(BILL);
    fs::copy(bill, folder.path().join("bill.csv")).unwrap();
    let manifest = "[[bill]]\npath = \"bill.csv\"\n\n[plugin.facility]\npath = \"stranger.wasm\"\n";
    fs::write(folder.path().join("joulework.toml"), manifest).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_joulework"))
        .args(["estimate", "."])
        .current_dir(folder.path())
        .env("JOULEWORK_CACHE_DIR", CACHE)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("error[plugin.other-id]"), "{}", said(&output));
}

/// Colours are asked for, so that nothing is taken out of the text on its way to the pipe.
#[test]
fn a_bill_that_steers_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let bill = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(BILL)).unwrap();
    let hostile = bill.replace("AWS Lambda,", "AWS \u{1b}]0;owned\u{7}\u{9b}2JLambda,");
    assert_ne!(bill, hostile);
    fs::write(folder.path().join("bill.csv"), hostile).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_joulework"))
        .args(["estimate", "bill.csv", "--by", "service", "--color", "always"])
        .current_dir(folder.path())
        .env("JOULEWORK_CACHE_DIR", CACHE)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    // The head of the table is bold, which is the program's own doing.
    let plain = text.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
    assert!(plain.contains("owned"), "{plain}");
    assert!(!plain.contains(|c: char| c.is_control() && c != '\n'), "{plain:?}");
}
