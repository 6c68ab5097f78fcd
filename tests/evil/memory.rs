//! Memory, tables, stack and instances: each has a limit, and each limit a code of its own.

use crate::guest::{handmade, with_instances};
use crate::run::{ALL, BAD, estimating, refused, refused_early, while_configuring, while_explaining};

const MEMORY: &str = "(memory (export \"memory\") 1)";

estimating! {
    memory_growth_in_estimate: "memory" => "limit.memory", None, None, ALL;
    memory_growth_at_one_row: "memory-at-bad" => "limit.memory", None, None, BAD;
    a_result_without_end: "flood" => "limit.result", None, None, ALL;
    recursion_in_estimate: "recursion" => "plugin.memory-access", Some(0), None, ALL;
    recursion_at_one_row: "recursion-at-bad" => "plugin.memory-access", Some(1), None, BAD;
}

#[test]
fn memory_growth_in_describe() {
    refused_early("memory", "limit.memory", None);
}

#[test]
fn memory_growth_in_configure() {
    while_configuring("memory-at-configure", "limit.memory");
}

#[test]
fn memory_growth_in_explain() {
    while_explaining("explain-memory", "limit.memory", None, None);
}

#[test]
fn memory_that_is_too_large_from_the_start() {
    refused(&handmade("(memory (export \"memory\") 10000)", "unreachable"), "limit.memory", None);
}

#[test]
fn memory_growth_at_start_up() {
    let grow = "(func $f (loop (drop (memory.grow (i32.const 100))) br 0)) (start $f)";
    refused(&handmade(&format!("{MEMORY} {grow}"), "unreachable"), "limit.memory", None);
}

#[test]
fn table_growth_at_start_up() {
    let grow =
        "(table 1 funcref) (func $f (loop (drop (table.grow (ref.null func) (i32.const 10000))) br 0))";
    refused(&handmade(&format!("{MEMORY} {grow} (start $f)"), "unreachable"), "limit.table", None);
}

#[test]
fn table_growth_in_describe() {
    let describe = "(loop (drop (table.grow (ref.null func) (i32.const 10000))) br 0) unreachable";
    refused(&handmade(&format!("{MEMORY} (table 1 funcref)"), describe), "limit.table", None);
}

#[test]
fn a_table_that_is_too_large_from_the_start() {
    refused(&handmade(&format!("{MEMORY} (table 2000000 funcref)"), "unreachable"), "limit.table", None);
}

#[test]
fn more_instances_than_a_plugin_needs() {
    refused(&with_instances(101), "limit.instances", None);
}

#[test]
fn stack_overflow_at_start_up() {
    let recurse = "(func $f call $f) (start $f)";
    let fault = refused(&handmade(&format!("{MEMORY} {recurse}"), "unreachable"), "limit.stack", None);
    assert!(fault.hint().unwrap().contains("recursion"));
}

#[test]
fn stack_overflow_in_describe() {
    refused_early("recursion", "plugin.memory-access", None);
}

#[test]
fn stack_overflow_in_configure() {
    while_configuring("recursion-at-configure", "plugin.memory-access");
}

#[test]
fn stack_overflow_in_explain() {
    while_explaining("explain-recursion", "plugin.memory-access", None, None);
}

#[test]
fn a_description_of_twenty_megabytes() {
    refused_early("flood", "limit.result", None);
}

#[test]
fn an_explanation_of_eight_megabytes() {
    while_explaining("explain-flood", "limit.result", None, None);
}
