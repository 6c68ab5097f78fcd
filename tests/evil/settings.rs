//! Settings schemas: a plugin states one, and the host compiles it and checks the user's settings against it.

use serde_json::json;

use crate::guest::early;
use crate::run::{EVIL, FILE, described, first_party, refused_early, runtime, the_next_run_is_right};
use joulework::engine::pipeline::roots;
use joulework::runtime::{LinkError, Pipeline, PluginFault, Stage};

described! {
    a_schema_of_a_megabyte: "schema-huge" => "plugin.descriptor", None;
    a_schema_that_is_no_json: "schema-no-json" => "plugin.descriptor", None;
    a_schema_a_hundred_deep: "schema-deep" => "plugin.descriptor", None;
    a_schema_that_refers_to_itself: "schema-loop" => "plugin.descriptor", None;
    a_schema_that_doubles_forty_times: "schema-doubles" => "plugin.descriptor", None;
    a_schema_of_five_thousand_references: "schema-chain" => "plugin.descriptor", None;
    a_schema_with_another_base: "schema-other-base" => "plugin.descriptor", None;
    a_pattern_of_a_million_parts: "schema-pattern-large" => "plugin.descriptor", None;
    five_thousand_patterns: "schema-patterns-many" => "plugin.descriptor", None;
}

#[test]
fn a_schema_from_the_network() {
    let fault = refused_early("schema-remote", "plugin.descriptor", None);
    assert!(fault.to_string().contains("no place in the schema itself"), "{fault}");
}

#[test]
fn a_schema_from_a_file() {
    let fault = refused_early("schema-file", "plugin.descriptor", None);
    assert!(!fault.to_string().contains("root:"), "{fault}");
}

/// The fault of settings that a plugin with an early trick is given.
fn set(trick: &str, value: &str) -> PluginFault {
    let mut stage = Stage::new(runtime().admit(FILE, &early(trick)).unwrap());
    stage.settings = json!({ "do": value });
    let error = Pipeline::link(first_party().into_iter().chain([stage]).collect(), &roots()).unwrap_err();
    let LinkError::Plugin(fault) = error else { panic!("{error}") };
    assert_eq!((fault.plugin(), fault.code()), (EVIL, "settings.invalid"), "{fault}");
    crate::run::is_fit_to_be_shown(&fault);
    the_next_run_is_right();
    fault
}

/// A matcher that goes back would need 2^100,000 steps to find that this does not match.
#[test]
fn a_pattern_that_a_backtracking_matcher_never_finishes() {
    let fault = set("schema-pattern-backtracks", &format!("{}b", "a".repeat(100_000)));
    assert!(fault.to_string().contains("`do`"), "{fault}");
}

#[test]
fn a_schema_that_steers_the_terminal() {
    let fault = set("schema-escape", "\u{1b}[2J");
    assert!(fault.to_string().contains("\\u{9b}31m\\u{202e}"), "{fault}");
}
