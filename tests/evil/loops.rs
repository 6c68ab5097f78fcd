//! Loops that never end, wherever a plugin is called: fuel stops them, at the same place on every machine.

use std::time::Duration;

use joulework::runtime::{OnFault, Pipeline};

use crate::guest::{early, handmade};
use crate::run::{
    ALL, BAD, EVIL, estimating, evil, refused, refused_early, rows, runtime, the_next_run_is_right,
    while_configuring, while_explaining, with,
};

estimating! {
    an_endless_loop_in_estimate: "loop" => "limit.fuel", None, None, ALL;
    an_endless_loop_over_one_row: "loop-at-bad" => "limit.fuel", None, None, BAD;
    endless_messages: "messages" => "limit.diagnostics", None, None, ALL;
    endless_large_messages: "large-messages" => "limit.diagnostics", None, None, ALL;
}

#[test]
fn an_endless_loop_at_start_up() {
    refused(
        &handmade("(memory (export \"memory\") 1) (func $f (loop br 0)) (start $f)", "unreachable"),
        "limit.fuel",
        None,
    );
}

#[test]
fn an_endless_loop_in_describe() {
    refused_early("loop", "limit.fuel", None);
}

#[test]
fn endless_messages_in_describe() {
    refused_early("messages", "limit.diagnostics", None);
}

#[test]
fn an_endless_loop_in_configure() {
    while_configuring("loop-at-configure", "limit.fuel");
}

#[test]
fn an_endless_loop_in_tables() {
    let plugin = runtime().admit("stranger.wasm", &early("tables-loop")).unwrap();
    let fault = plugin.tables().unwrap_err();
    assert_eq!((fault.plugin(), fault.code()), (EVIL, "limit.fuel"));
    the_next_run_is_right();
}

#[test]
fn an_endless_loop_in_explain() {
    while_explaining("explain-loop", "limit.fuel", None, None);
}

/// Where fuel would last for ever, the clock ends the run, also one that passes over faults: on another day it might
/// have been another row.
#[test]
fn an_endless_loop_with_endless_fuel() {
    let mut stage = evil("loop");
    stage.limits.base_fuel = u64::MAX / 4;
    stage.limits.deadline = Duration::from_millis(50);
    stage.on_fault = OnFault::NotEstimated;
    let pipeline: Pipeline = with(stage);
    let fault = pipeline.session().run(rows(&pipeline)).unwrap_err();
    assert_eq!((fault.plugin(), fault.code()), (EVIL, "limit.deadline"));
    the_next_run_is_right();
}
