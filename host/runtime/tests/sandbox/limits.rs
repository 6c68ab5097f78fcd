//! Limits, each told from the others.

use std::time::{Duration, Instant};

use joulework_runtime::{FaultKind, Limits, OnFault, Pipeline};

use crate::guest::{batch, pipeline, roots, run, stage};

/// The fault of a trick under limits.
fn under(trick: &str, limits: Limits) -> joulework_runtime::PluginFault {
    let mut stage = stage(trick);
    stage.limits = limits;
    let fault = run(stage).unwrap_err();
    assert_eq!(fault.plugin(), "misbehaver");
    fault
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    let limits = Limits { base_fuel: 10_000_000, ..Limits::default() };
    let fault = under("loop", limits);
    assert_eq!(fault.code(), "limit.fuel");
    // 3 rows, 2 columns in, 4 out.
    assert!(matches!(fault.kind(), FaultKind::Fuel { budget: 10_360_000, rows: 3 }), "{fault}");
}

#[test]
fn fuel_grows_with_rows_and_columns() {
    let mut stage = stage("");
    stage.limits = Limits { base_fuel: 3_000_000, fuel_per_cell: 1_000, ..Limits::default() };
    let pipeline = pipeline(stage);
    let regions: Vec<&str> = std::iter::repeat_n("eu-west-1", 50_000).collect();
    let mut session = pipeline.session();
    session.run(batch(&regions)).unwrap();
    let (id, used) = session.fuel_used().next().unwrap();
    assert_eq!(id, "misbehaver");
    assert!(used > 1_000_000, "{used}");
    // The same work takes the same fuel.
    let mut again = pipeline.session();
    again.run(batch(&regions)).unwrap();
    assert_eq!(again.fuel_used().next().unwrap().1, used);
}

#[test]
fn a_memory_bomb_is_told_from_a_panic() {
    let limit = 32 << 20;
    let fault = under("memory", Limits { memory_bytes: limit, ..Limits::default() });
    assert_eq!(fault.code(), "limit.memory");
    assert!(
        matches!(fault.kind(), FaultKind::Memory { wanted, limit: stated } if *stated == limit && *wanted > limit)
    );
}

#[test]
fn a_deadline_ends_the_run_even_when_faults_are_to_be_passed_over() {
    let mut stage = stage("loop");
    stage.limits =
        Limits { base_fuel: u64::MAX / 4, deadline: Duration::from_millis(50), ..Limits::default() };
    stage.on_fault = OnFault::NotEstimated;
    let begun = Instant::now();
    let fault = run(stage).unwrap_err();
    assert_eq!(fault.code(), "limit.deadline");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn a_loop_while_being_configured_ends_the_link() {
    let mut stage = stage("loop-at-configure");
    stage.limits.base_fuel = 10_000_000;
    let error = Pipeline::link(vec![stage], &roots()).unwrap_err();
    assert_eq!(error.code(), "limit.fuel");
}

#[test]
fn recursion_without_end_is_told_as_stack() {
    let fault = under("recursion", Limits::default());
    assert!(matches!(fault.code(), "limit.stack" | "plugin.memory-access"), "{fault}");
    assert!(fault.hint().unwrap().contains("recursion without end"));
}

#[test]
fn a_result_larger_than_expected_is_refused_before_it_is_copied() {
    let fault = under("flood", Limits::default());
    assert_eq!(fault.code(), "limit.result", "{fault}");
    // 3 rows, 4 columns out.
    let limit = Limits::default().result_bytes(12);
    assert!(matches!(fault.kind(), FaultKind::Result { limit: stated, rows: 3 } if *stated == limit));
}
