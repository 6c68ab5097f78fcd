//! What the guest says about itself, which is true.

use crate::bindings::exports::joulework::plugin::estimator::Descriptor;
use crate::bindings::joulework::plugin::description::{Input, Kind, Output, ReferenceTable, Spread};

pub(crate) fn descriptor() -> Descriptor {
    let text = str::to_owned;
    let input = |name: &str, kind, unit: &str, additive, optional| Input {
        name: text(name),
        kind,
        unit: text(unit),
        additive,
        optional,
        with_table: String::new(),
        doc: String::new(),
    };
    let output = |name: &str, kind, unit: &str| Output {
        name: text(name),
        kind,
        unit: text(unit),
        additive: kind == Kind::Number,
        doc: String::new(),
        part_of: String::new(),
        inherits: Vec::new(),
        spreads: Vec::new(),
        graded: false,
    };
    Descriptor {
        id: text("misbehaver"),
        version: text(env!("CARGO_PKG_VERSION")),
        summary: text("Misbehaves as told"),
        licence: text("Apache-2.0 OR MIT"),
        inputs: vec![
            input("consumed-quantity", Kind::Number, "1", true, false),
            input("region-id", Kind::Category, "", false, false),
            input("utilisation", Kind::Number, "1", false, true),
        ],
        outputs: vec![
            Output {
                part_of: text("it-energy"),
                inherits: vec![(text("consumed-quantity"), 1.0), (text("utilisation"), 0.7)],
                spreads: vec![Spread { factor: text("misbehaver.region"), key: vec![text("region-id")] }],
                graded: true,
                ..output("misbehaver.energy", Kind::Number, "kWh")
            },
            output("misbehaver.label", Kind::Category, ""),
        ],
        tables: vec![ReferenceTable {
            name: text("factors"),
            columns: vec![input("kwh", Kind::Number, "kWh", false, false)],
            doc: String::new(),
        }],
        settings_schema: text(
            r#"{"type": "object", "additionalProperties": false, "properties": {"do": {"type": "string"}}}"#,
        ),
        citations: Vec::new(),
        factor_set: text("test"),
        extras: Vec::new(),
    }
}
