//! What a plugin says about itself, held against the contract.

use std::collections::BTreeSet;

use crate::describe::Kind;
use crate::estimator::{Estimator, Inputs, Outputs, Plugin};
use crate::json::Json;

/// The factors of the standard list (METHOD.md, section 7); others start with the plugin's id.
pub const FACTORS: &[&str] = &[
    "cpu-power",
    "cpu-power-family",
    "utilisation-service",
    "utilisation-resource",
    "utilisation-month",
    "memory-power",
    "memory-power-family",
    "accelerator-power",
    "accelerator-power-device",
    "storage-power",
    "storage-power-medium",
    "replication",
    "replication-service",
    "pue-region",
    "pue-row",
    "wue-region",
    "wue-row",
    "grid-intensity",
    "grid-intensity-region",
    "grid-intensity-row",
    "carried-forward",
    "embodied",
    "embodied-family",
    "network-intensity",
    "grid-water",
];

/// Keys that the host offers to every plugin.
const HOST_KEYS: &[&str] = &["service-name", "charge-year", "charge-month", "resource-id"];

/// Checks the description: names once, errors and keys that exist, settings a JSON Schema, tables that can be read
/// with source, date, licence and scope in every row.
///
/// # Panics
/// Where something is not so.
pub fn description<E: Estimator>() {
    let about = E::ABOUT;
    let (inputs, outputs) = (E::Inputs::COLUMNS, E::Outputs::COLUMNS);
    let mut names = BTreeSet::new();
    for name in inputs.iter().map(|input| input.name).chain(outputs.iter().map(|output| output.name)) {
        assert!(names.insert(name), "the column `{name}` occurs twice");
    }
    let categories = || {
        let read = inputs.iter().filter(|input| input.kind == Kind::Category).map(|input| input.name);
        read.chain(outputs.iter().filter(|output| output.kind == Kind::Category).map(|output| output.name))
    };
    for output in outputs {
        let own = format!("{}.", about.id);
        assert!(
            crate::standard::standard(output.name).is_some() || output.name.starts_with(&own),
            "`{}` is neither a standard column nor starts with `{own}`",
            output.name
        );
        assert!(
            output.part_of.is_empty() || output.additive,
            "`{}` is part of a total and not additive",
            output.name
        );
        for (input, _) in output.inherits.iter().flatten() {
            let found = inputs.iter().any(|found| found.name == *input && found.kind == Kind::Number);
            assert!(found, "`{}` inherits `{input}`, which is no number that the model reads", output.name);
        }
        for error in output.errors.iter().flatten() {
            assert!(
                FACTORS.contains(&error.factor) || error.factor.starts_with(about.id),
                "the factor `{}` of `{}` is neither a standard one nor starts with `{}`",
                error.factor,
                output.name,
                about.id
            );
            for key in error.key {
                let found = HOST_KEYS.contains(key) || categories().any(|name| name == *key);
                assert!(
                    found,
                    "`{key}`, a key of `{}`, is no category that the model reads or returns",
                    error.factor
                );
            }
        }
    }
    assert!(!about.summary.is_empty(), "the description in Cargo.toml is the summary");
    let schema =
        Json::parse(about.settings_schema).unwrap_or_else(|error| panic!("the settings schema: {error}"));
    assert_eq!(schema.get("type").and_then(Json::text), Some("object"), "the settings are an object");
    assert!(about.tables.is_empty() || !about.factor_set.is_empty(), "tables need a factor set version");
    for table in about.tables {
        let mut ids = BTreeSet::new();
        let rows = (table.read)().unwrap_or_else(|fault| panic!("{fault}"));
        for (id, provenance) in rows {
            for (cell, name) in provenance.iter().zip(["source", "published", "licence", "scope"]) {
                assert!(!cell.is_empty(), "table `{}`, row `{id}`: `{name}` is empty", table.name);
            }
            assert!(ids.insert(id.clone()), "table `{}` has the id `{id}` twice", table.name);
        }
        table.batch().unwrap_or_else(|fault| panic!("{fault}"));
    }
    assert_eq!(Plugin::<E>::descriptor().outputs.len(), outputs.len());
}
