//! Faults told apart, with plugin, row, column, and what the guest said.

use joulework_runtime::{Breach, FaultKind, Level};
use serde_json::json;

use crate::guest::{batch, fault, pipeline, roots, run, stage};

#[test]
fn a_returned_fault_keeps_its_code_row_and_column() {
    let fault = fault("fault");
    assert_eq!(fault.code(), "plugin.fault");
    assert!(matches!(fault.kind(), FaultKind::Returned { code, .. } if code == "input.out-of-range"));
    assert_eq!((fault.row(), fault.column()), (Some(1), Some("consumed-quantity")));
    let said = "plugin `misbehaver`, column `consumed-quantity`, row 1: too much (input.out-of-range)";
    assert_eq!(fault.to_string(), said);
}

#[test]
fn a_row_that_the_batch_does_not_have_is_not_believed() {
    let fault = fault("fault-off-the-end");
    assert_eq!(fault.code(), "plugin.fault");
    assert_ne!(fault.row(), Some(1_000_000));
}

#[test]
fn a_panic_says_what_the_guest_said_with_control_characters_escaped() {
    let fault = fault("panic");
    assert_eq!(fault.code(), "plugin.panic");
    let text = fault.panic_text().unwrap();
    assert!(text.contains("I was told to\\u{7} panic"), "{text}");
    assert!(!text.contains('\u{7}'));
}

#[test]
fn a_panic_over_one_row_is_located() {
    let fault = fault("panic-at-bad");
    assert_eq!((fault.code(), fault.row()), ("plugin.panic", Some(1)));
    assert!(fault.panic_text().unwrap().contains("a bad region"));
}

#[test]
fn a_trap_without_a_word_says_so() {
    let fault = fault("silence");
    assert_eq!((fault.code(), fault.panic_text()), ("plugin.panic", None));
    assert!(fault.hint().unwrap().contains("without a message"));
}

#[test]
fn an_exception_that_a_kit_reports_is_a_panic() {
    let fault = fault("kit-panic");
    assert_eq!(fault.code(), "plugin.panic");
    assert_eq!(fault.panic_text(), Some("an exception that a kit caught"));
}

#[test]
fn chatter_is_bounded_and_the_last_words_are_kept() {
    let fault = fault("chatter");
    assert_eq!(fault.code(), "plugin.panic");
    assert!(fault.panic_text().unwrap().contains("last words"));
    assert_eq!(fault.diagnostics().len(), 64);
    assert!(fault.diagnostics().iter().all(|said| said.text.len() < 3_000 && !said.text.contains('\u{1b}')));
}

#[test]
fn an_explanation_of_another_row_is_refused() {
    let pipeline = pipeline(stage("stray-step"));
    let fault = pipeline.session().explain(batch(&["a", "b"])).unwrap_err();
    assert_eq!(fault.code(), "gate.explanation");
    assert!(matches!(fault.kind(), FaultKind::Breach(Breach::StepRow { row: 1_000, rows: 2 })));
}

#[test]
fn settings_that_break_the_schema_or_that_the_guest_refuses_end_the_link() {
    let mut misspelt = stage("");
    misspelt.settings = json!({"does": "nothing"});
    let error = joulework_runtime::Pipeline::link(vec![misspelt], &roots()).unwrap_err();
    assert_eq!(error.code(), "settings.invalid");
    assert!(error.to_string().contains("the setting `does`"), "{error}");

    let error = joulework_runtime::Pipeline::link(vec![stage("refuse")], &roots()).unwrap_err();
    assert_eq!(error.code(), "plugin.fault");
    assert!(error.to_string().contains("nobody can be configured like this"), "{error}");
}

#[test]
fn a_warning_of_a_good_call_is_kept_for_the_caller() {
    let pipeline = pipeline(stage("warn"));
    let mut session = pipeline.session();
    session.run(batch(&["a"])).unwrap();
    let said = session.take_diagnostics();
    assert_eq!(said.len(), 1);
    assert_eq!((said[0].0.as_str(), said[0].1.level), ("misbehaver", Level::Warning));
    assert!(session.take_diagnostics().is_empty());
}

#[test]
fn an_instance_that_failed_is_never_used_again() {
    let pipeline = pipeline(stage("count"));
    let mut session = pipeline.session();
    let label = |frame: joulework_runtime::Frame| {
        frame.column("misbehaver.label").unwrap().text(0).unwrap().to_owned()
    };
    assert_eq!(label(session.run(batch(&["a"])).unwrap()), "call 1");
    assert_eq!(label(session.run(batch(&["a"])).unwrap()), "call 2");
    assert_eq!(label(pipeline.session().run(batch(&["a"])).unwrap()), "call 1", "a session of its own");

    let failing = self::pipeline(stage("panic-at-bad"));
    let mut session = failing.session();
    assert_eq!(session.run(batch(&["bad"])).unwrap_err().code(), "plugin.panic");
    assert!(session.run(batch(&["a"])).is_ok(), "a fresh instance");
}

#[test]
fn a_batch_that_does_not_fit_the_pipeline_is_the_callers_fault() {
    let pipeline = pipeline(stage(""));
    let mut short = batch(&["a", "b"]);
    short.rows = 3;
    assert_eq!(pipeline.session().run(short).unwrap_err().code(), "host.batch");
    let mut without = batch(&["a"]);
    without.columns.pop();
    let fault = pipeline.session().run(without).unwrap_err();
    assert_eq!((fault.code(), fault.column()), ("host.batch", Some("region-id")));
    assert!(run(stage("")).is_ok());
}
