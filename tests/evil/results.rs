//! Results that lie: about their rows, their columns, their kinds and their values.

use joulework::units::NoInterval;
use joulework::{Description, Engine, RollUp};

use crate::explain::hours;
use crate::run::{ALL, BAD, estimating, evil, the_next_run_is_right, while_configuring, with};

const ENERGY: Option<&str> = Some("misbehaver.energy");
const GSD: Option<&str> = Some("misbehaver.energy.gsd.misbehaver.region");
const BASIS: Option<&str> = Some("misbehaver.energy.basis");
const LABEL: Option<&str> = Some("misbehaver.label");

estimating! {
    one_row_more_than_it_was_given: "rows" => "gate.rows", None, None, ALL;
    a_misnamed_column: "misnamed" => "gate.missing-column", None, LABEL, ALL;
    a_missing_column: "missing" => "gate.missing-column", None, LABEL, ALL;
    an_extra_column: "extra" => "gate.undeclared-column", None, Some("misbehaver.more"), ALL;
    a_column_twice: "twice" => "gate.duplicate-column", None, LABEL, ALL;
    a_column_of_another_kind: "kind" => "gate.kind", None, ENERGY, ALL;
    known_bits_for_other_rows: "known-bits" => "gate.known-bits", None, ENERGY, ALL;
    a_code_without_a_value: "stray-code" => "gate.category", Some(0), LABEL, ALL;
    a_category_value_twice: "double-value" => "gate.category", None, LABEL, ALL;
    a_grade_that_is_none: "basis" => "gate.basis", None, BASIS, ALL;
    not_a_number: "nan" => "gate.not-finite", Some(0), ENERGY, ALL;
    not_a_number_at_one_row: "nan-at-bad" => "gate.not-finite", Some(1), ENERGY, BAD;
    minus_infinity: "infinity" => "gate.not-finite", Some(0), ENERGY, ALL;
    infinity_at_one_row: "infinity-at-bad" => "gate.not-finite", Some(1), ENERGY, BAD;
    a_negative_number: "negative" => "gate.negative", Some(0), ENERGY, ALL;
    a_negative_number_at_one_row: "negative-at-bad" => "gate.negative", Some(1), ENERGY, BAD;
    a_number_that_would_make_the_next_plugin_overflow:
        "huge-at-bad" => "gate.too-large", Some(1), ENERGY, BAD;
    a_deviation_below_one: "gsd" => "gate.gsd", Some(0), GSD, ALL;
    a_deviation_below_one_at_one_row: "gsd-at-bad" => "gate.gsd", Some(1), GSD, BAD;
    a_panic: "panic" => "plugin.panic", Some(0), None, ALL;
    a_panic_at_one_row: "panic-at-bad" => "plugin.panic", Some(1), None, BAD;
    a_trap_without_a_word: "silence" => "plugin.panic", Some(0), None, ALL;
    a_fault_of_its_own: "fault-always" => "plugin.fault", Some(0), None, ALL;
    a_fault_of_its_own_at_one_row: "fault-at-bad" => "plugin.fault", Some(1), Some("region-id"), BAD;
    a_fault_at_a_row_that_there_is_not: "fault-off-the-end" => "plugin.fault", Some(0), None, ALL;
}

/// A column of one value is right for a batch of one row, so this lie is one only where there are more.
#[test]
fn a_column_shorter_than_its_rows() {
    let pipeline = crate::run::with(crate::run::evil("short"));
    let fault = pipeline.session().run(crate::run::rows(&pipeline)).unwrap_err();
    assert_eq!((fault.plugin(), fault.code()), (crate::run::EVIL, "gate.rows"));
    assert_eq!((fault.row(), fault.column()), (None, ENERGY));
    crate::run::the_next_run_is_right();
}

#[test]
fn a_panic_while_being_configured() {
    while_configuring("panic-at-configure", "plugin.panic");
}

#[test]
fn settings_that_nothing_pleases() {
    while_configuring("refuse", "plugin.fault");
}

/// An error as wide as a number can be: there is no interval, and it says so.
#[test]
fn a_deviation_without_end() {
    let engine = Engine::with_pipeline(Description::default(), with(evil("gsd-endless"))).unwrap();
    let estimates = engine.estimate_batches([&hours(&["eu-west-1", "eu-north-1"])]).unwrap();
    let total = estimates.roll_up(&RollUp::by([])).unwrap().total;
    let figure = total.figure("misbehaver.energy").unwrap();
    assert_eq!(figure.interval(), Err(NoInterval::NotFinite));
    the_next_run_is_right();
}
