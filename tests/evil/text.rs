//! Texts: huge, malformed, or made to steer a terminal or to name a file.

use crate::guest::handmade;
use crate::run::{ALL, BAD, estimating, refused, refused_early, while_explaining};

const LABEL: Option<&str> = Some("misbehaver.label");

estimating! {
    a_text_of_a_hundred_kilobytes: "long-text" => "gate.text", None, LABEL, ALL;
    an_escape_sequence_in_a_result: "text-escape" => "gate.text", None, LABEL, ALL;
    a_text_that_reverses_what_follows: "text-reversed" => "gate.text", None, LABEL, ALL;
    an_escape_sequence_as_the_name_of_a_column:
        "name-escape" => "gate.missing-column", None, LABEL, ALL;
    bytes_that_are_not_utf_8: "not-utf-8" => "plugin.malformed", Some(0), None, ALL;
    bytes_that_are_not_utf_8_at_one_row: "not-utf-8-at-bad" => "plugin.malformed", Some(1), None, BAD;
    a_fault_whose_code_is_not_utf_8: "fault-not-utf-8" => "plugin.malformed", Some(0), None, ALL;
    a_thousand_long_messages_and_a_panic: "chatter" => "plugin.panic", Some(0), None, ALL;
}

/// The row is the plugin's own word for it; the column, the code and the message are shown escaped and cut.
#[test]
fn a_fault_that_steers_the_terminal() {
    let pipeline = crate::run::with(crate::run::evil("fault-escape"));
    let fault = pipeline.session().run(crate::run::rows(&pipeline)).unwrap_err();
    assert_eq!((fault.plugin(), fault.code(), fault.row()), (crate::run::EVIL, "plugin.fault", Some(1)));
    assert_eq!(fault.column(), Some("\\u{202e}../../etc/passwd"));
    assert!(fault.to_string().contains("\\u{1b}[2J\\u{1b}]0;owned\\u{7}../"), "{fault}");
    crate::run::is_fit_to_be_shown(&fault);
    crate::run::the_next_run_is_right();
}

#[test]
fn an_escape_sequence_as_its_id() {
    let fault = refused_early("id-escape", "plugin.descriptor", None);
    assert!(fault.to_string().contains("\\u{1b}[31mevil"), "{fault}");
}

#[test]
fn a_path_as_its_id() {
    refused_early("id-path", "plugin.descriptor", None);
}

#[test]
fn no_id_at_all() {
    refused_early("id-empty", "plugin.descriptor", None);
}

#[test]
fn an_id_of_a_hundred_kilobytes() {
    refused_early("id-long", "plugin.descriptor", None);
}

#[test]
fn an_id_that_is_not_utf_8() {
    refused_early("not-utf-8", "plugin.malformed", None);
}

#[test]
fn a_path_as_its_version() {
    refused_early("version-path", "plugin.descriptor", None);
}

#[test]
fn an_escape_sequence_in_its_summary() {
    refused_early("summary-escape", "plugin.descriptor", None);
}

#[test]
fn a_summary_that_reverses_what_follows() {
    refused_early("summary-reversed", "plugin.descriptor", None);
}

#[test]
fn a_summary_of_a_megabyte() {
    refused_early("summary-long", "plugin.descriptor", None);
}

#[test]
fn an_escape_sequence_as_the_name_of_an_output() {
    refused_early("output-escape", "plugin.descriptor", Some("misbehaver.\\u{1b}[2J"));
}

#[test]
fn a_formula_that_is_not_utf_8() {
    while_explaining("explain-not-utf-8", "plugin.malformed", None, None);
}

/// A text that begins in the guest's memory and ends outside of it, and one that begins outside.
#[test]
fn a_text_outside_of_its_memory() {
    for (address, length) in [(1_000, 1_000_000), (0x7fff_ffff_u32, 1)] {
        let memory = r#"(memory (export "memory") 1)"#;
        let describe = format!(
            "(i32.store (i32.const 64) (i32.const {address})) (i32.store (i32.const 68) (i32.const {length}))
             (i32.const 64)"
        );
        let fault = refused(&handmade(memory, &describe), "plugin.malformed", None);
        assert!(fault.to_string().contains("out of bounds"), "{fault}");
    }
}

#[test]
fn a_description_outside_of_its_memory() {
    refused(&handmade(r#"(memory (export "memory") 1)"#, "(i32.const 0x7ffffff0)"), "plugin.malformed", None);
}
