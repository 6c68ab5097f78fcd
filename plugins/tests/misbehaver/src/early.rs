//! The ways to misbehave before there are settings: while the guest describes itself and lists its tables.
//!
//! A test writes the name of one over the blanks of [`EARLY`] in the built component; that makes it another component
//! without another build.

#![allow(clippy::assigning_clones, reason = "a trick is read at a glance")]

use std::sync::atomic::{AtomicU32, Ordering};

use crate::bindings::exports::joulework::plugin::estimator::{Batch, Descriptor};
use crate::bindings::joulework::plugin::columns::{Categories, Column, Data, Numbers};
use crate::bindings::joulework::plugin::description::{Citation, Kind, Output, Spread};
use crate::bindings::joulework::plugin::diagnostics::{Level, emit};
use crate::tricks;

/// Where the name of a trick is written.
static EARLY: [u8; 64] = *b"misbehaves before it is configured:                             ";

fn early() -> &'static str {
    let (_, name) = std::hint::black_box(&EARLY).split_at(35);
    std::str::from_utf8(name).unwrap_or("").trim()
}

/// What the guest says about itself, changed as it is told.
#[allow(clippy::too_many_lines, reason = "one line or two for each trick")]
pub(crate) fn describe(mut said: Descriptor) -> Descriptor {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let calls = CALLS.fetch_add(1, Ordering::Relaxed);
    match early() {
        "loop" => tricks::run_for_ever(),
        "memory" => tricks::fill_memory(),
        "recursion" => tricks::recurse(),
        "panic" => panic!("I will not describe myself"),
        "messages" => loop {
            emit(Level::Info, "and another thing");
        },
        "flood" => said.summary = "x".repeat(20 << 20),
        "not-utf-8" => said.id = tricks::not_utf8(),
        "another-each-time" if calls > 0 => said.id = "somebody.else".to_owned(),
        "id-escape" => said.id = "\u{1b}[31mevil".to_owned(),
        "id-path" => said.id = "../../etc/passwd".to_owned(),
        "id-empty" => said.id = String::new(),
        "id-long" => said.id = "a".repeat(100_000),
        "version-path" => said.version = "1.0/../../x".to_owned(),
        "summary-escape" => said.summary = "\u{1b}]0;owned\u{7}".to_owned(),
        "summary-reversed" => said.summary = "\u{202e}lufmrah".to_owned(),
        "summary-long" => said.summary = "x".repeat(1 << 20),
        "citations-many" => said.citations = vec![nobody(); 10_000],
        "extras-many" => said.extras = vec![(String::new(), String::new()); 10_000],
        "inputs-many" => said.inputs = vec![said.inputs[0].clone(); 10_000],
        "outputs-many" => {
            let output = said.outputs[1].clone();
            let name = |number| format!("misbehaver.label-{number}");
            said.outputs =
                (0..10_000).map(|number| Output { name: name(number), ..output.clone() }).collect();
        }
        "outputs-wide" => {
            let spread = |number| Spread { factor: format!("misbehaver.f{number}"), key: Vec::new() };
            said.outputs[0].spreads = (0..1_000).map(spread).collect();
        }
        "keys-many" => said.outputs[0].spreads[0].key = vec!["region-id".to_owned(); 10_000],
        "table-wide" => {
            let column = said.tables[0].columns[0].clone();
            said.tables[0].columns = vec![column; 10_000];
        }
        "output-of-the-host" => said.outputs[0].name = "it-energy".to_owned(),
        "output-of-the-bill" => said.outputs[1].name = "service-name".to_owned(),
        "output-of-another" => said.outputs[1].name = "facility.label".to_owned(),
        "output-twice" => said.outputs[1].name = said.outputs[0].name.clone(),
        "output-escape" => said.outputs[1].name = "misbehaver.\u{1b}[2J".to_owned(),
        "unit-unknown" => said.outputs[0].unit = "furlong".to_owned(),
        "unit-of-another-dimension" => said.outputs[0].unit = "L".to_owned(),
        "kind-of-a-standard-column" => said.inputs[0].kind = Kind::Text,
        "power-nan" => said.outputs[0].inherits[0].1 = f64::NAN,
        other => {
            if let Some(schema) = schema(other) {
                said.settings_schema = schema;
            }
        }
    }
    said
}

fn nobody() -> Citation {
    let nothing = String::new;
    Citation {
        title: nothing(),
        publisher: nothing(),
        published: nothing(),
        locator: nothing(),
        licence: nothing(),
    }
}

/// A settings schema that takes long, or leads elsewhere.
fn schema(trick: &str) -> Option<String> {
    let with = |properties: String| format!(r#"{{"type":"object","properties":{{{properties}}}}}"#);
    let each = |count: u32, one: &dyn Fn(u32) -> String| (0..count).map(one).collect::<Vec<_>>().join(",");
    Some(match trick {
        "schema-huge" => with(each(20_000, &|number| format!(r#""setting-{number}":{{"type":"string"}}"#))),
        "schema-no-json" => "{".repeat(200_000),
        "schema-deep" => format!("{}{{}}{}", r#"{"not":"#.repeat(100), "}".repeat(100)),
        "schema-loop" => {
            r##"{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}}}"##.to_owned()
        }
        "schema-doubles" => {
            let next = |number: u32| format!(r##"{{"$ref":"#/$defs/d{}"}}"##, number + 1);
            let one = |number: u32| format!(r#""d{number}":{{"allOf":[{0},{0}]}}"#, next(number));
            format!(r##"{{"$ref":"#/$defs/d0","$defs":{{{},"d40":{{}}}}}}"##, each(40, &one))
        }
        "schema-chain" => {
            let one = |number: u32| format!(r##""d{number}":{{"$ref":"#/$defs/d{}"}}"##, number + 1);
            format!(r##"{{"$ref":"#/$defs/d0","$defs":{{{},"d5000":{{}}}}}}"##, each(5_000, &one))
        }
        "schema-remote" => r#"{"$ref":"https://example.org/schema.json"}"#.to_owned(),
        "schema-file" => r#"{"$ref":"file:///etc/passwd"}"#.to_owned(),
        "schema-other-base" => with(r#""do":{"$id":"https://example.org/","type":"string"}"#.to_owned()),
        "schema-pattern-large" => with(r#""do":{"pattern":"(\\w{1000}){1000}"}"#.to_owned()),
        "schema-patterns-many" => {
            with(each(5_000, &|number| format!(r#""s{number}":{{"pattern":"\\w{{99}}"}}"#)))
        }
        // A matcher that goes back takes for ever on this one; it is a fair pattern.
        "schema-pattern-backtracks" => with(r#""do":{"type":"string","pattern":"^(a+)+$"}"#.to_owned()),
        "schema-escape" => {
            with("\"do\":{\"type\":\"string\",\"pattern\":\"^\u{9b}31m\u{202e}$\"}".to_owned())
        }
        _ => return None,
    })
}

/// The built-in tables, changed as the guest is told.
pub(crate) fn tables(mut said: Vec<(String, Batch)>) -> Vec<(String, Batch)> {
    let text = |value: &str, rows: usize| {
        Data::Categories(Categories { values: vec![value.to_owned()], codes: vec![0; rows] })
    };
    let column = |name: &str, data: Data| Column { name: name.to_owned(), data };
    match early() {
        "tables-loop" => tricks::run_for_ever(),
        "tables-panic" => panic!("I have no tables"),
        "tables-flood" => {
            let values = vec![1.0; 9 << 20];
            let rows = 9 << 20;
            let data = Data::Numbers(Numbers { values, known: Vec::new() });
            said = vec![("factors".to_owned(), Batch { rows, columns: vec![column("kwh", data)] })];
        }
        "tables-short" => said[0].1.rows = 5,
        "tables-endless" => said[0].1 = Batch { rows: u32::MAX, columns: Vec::new() },
        "tables-many" => {
            said = (0..1_000).map(|number| (format!("t{number}"), said[0].1.clone())).collect();
        }
        "tables-twice" => said.push(said[0].clone()),
        "tables-column-twice" => {
            let again = said[0].1.columns[0].clone();
            said[0].1.columns.push(again);
        }
        "tables-written-out" => {
            let source = column("source", text(&"x".repeat(4_000), 100_000));
            said[0].1 = Batch { rows: 100_000, columns: vec![source] };
        }
        "tables-nan" => said[0].1.columns[1].data = Data::Same(f64::NAN),
        "tables-escape" => said[0].1.columns[0].data = text("\u{1b}[2J", 1),
        "tables-path" => said[0].0 = "../factors".to_owned(),
        "tables-not-utf-8" => said[0].0 = tricks::not_utf8(),
        _ => {}
    }
    said
}
