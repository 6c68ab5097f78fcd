//! `on-fault = not-estimated`: the rows that cause a fault are marked, the others keep what they get alone.

use joulework_runtime::{Batch, Column, Frame, OnFault, Stage};

use crate::guest::{batch, pipeline, stage};

fn passing_over(trick: &str) -> Stage {
    let mut stage = stage(trick);
    stage.on_fault = OnFault::NotEstimated;
    stage
}

/// Regions of which those at `bad` are bad.
fn regions(rows: usize, bad: &[usize]) -> Vec<&'static str> {
    let names = ["eu-west-1", "eu-north-1", "us-east-1"];
    (0..rows).map(|row| if bad.contains(&row) { "bad" } else { names[row % names.len()] }).collect()
}

fn run(trick: &str, batch: Batch) -> Frame {
    pipeline(passing_over(trick)).session().run(batch).unwrap()
}

fn values(column: &Column, rows: usize) -> Vec<Option<u64>> {
    (0..rows).map(|row| column.number(row).map(f64::to_bits)).collect()
}

#[test]
fn bad_rows_are_unknown_and_counted_and_the_rest_is_untouched() {
    let bad = [0, 7, 8, 99];
    let input = batch(&regions(100, &bad));
    let honest = pipeline(stage("")).session().run(input.clone()).unwrap();
    for (trick, code) in [
        ("panic-at-bad", "plugin.panic"),
        ("fault-at-bad", "plugin.fault"),
        ("nan-at-bad", "gate.not-finite"),
    ] {
        let frame = run(trick, input.clone());
        let faulted = &frame.faulted[0];
        assert_eq!((frame.faulted.len(), faulted.plugin.as_str()), (1, "misbehaver"), "{trick}");
        assert_eq!((faulted.rows.as_slice(), faulted.untried), (bad.as_slice(), 0), "{trick}");
        assert_eq!((faulted.first.code(), faulted.first.row()), (code, Some(0)), "{trick}");
        for name in ["misbehaver.energy", "misbehaver.energy.gsd.misbehaver.region", "it-energy"] {
            let mut expected = values(honest.column(name).unwrap(), 100);
            bad.iter().for_each(|row| expected[*row] = None);
            assert_eq!(values(frame.column(name).unwrap(), 100), expected, "{trick} {name}");
        }
        let label = frame.column("misbehaver.label").unwrap();
        assert_eq!((label.text(7), label.text(6)), (None, Some("honest")), "{trick}");
        let names: Vec<_> = frame.columns.iter().map(|column| &column.name).collect();
        assert_eq!(names, honest.columns.iter().map(|column| &column.name).collect::<Vec<_>>());
    }
}

#[test]
fn without_a_fault_nothing_is_marked() {
    let frame = run("panic-at-bad", batch(&regions(10, &[])));
    assert!(frame.faulted.is_empty());
}

#[test]
fn a_plugin_that_always_fails_costs_a_bounded_number_of_calls() {
    let rows = 5_000;
    let frame = run("fault-always", batch(&regions(rows, &[])));
    let faulted = &frame.faulted[0];
    assert_eq!(faulted.rows, (0..rows).collect::<Vec<_>>());
    assert!(faulted.untried > 0 && faulted.untried < rows, "{}", faulted.untried);
    assert_eq!(frame.column("misbehaver.energy").unwrap().number(0), None);
}

#[test]
fn a_loop_at_one_row_is_isolated_within_its_fuel() {
    let mut stage = passing_over("loop-at-bad");
    stage.limits.base_fuel = 5_000_000;
    stage.limits.fuel_per_cell = 1_000;
    let frame = pipeline(stage).session().run(batch(&regions(20, &[13]))).unwrap();
    assert_eq!(frame.faulted[0].rows, [13]);
    assert_eq!((frame.faulted[0].first.code(), frame.faulted[0].first.row()), ("limit.fuel", Some(13)));
}
