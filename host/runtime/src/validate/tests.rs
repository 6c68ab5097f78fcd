#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]

use super::*;

fn check_estimator(descriptor: &Descriptor) -> Result<(), (FaultKind, Option<String>)> {
    check(descriptor, Role::Estimator)
}

fn input(name: &str, kind: Kind, unit: &str, additive: bool) -> Input {
    Input {
        name: name.to_owned(),
        kind,
        unit: unit.to_owned(),
        additive,
        optional: false,
        with_table: String::new(),
        doc: String::new(),
    }
}

/// Facility energy from IT energy, as the contract wants it.
fn good() -> Descriptor {
    Descriptor {
        id: "acme.facility".to_owned(),
        version: "0.1.0".to_owned(),
        summary: String::new(),
        licence: "MIT".to_owned(),
        inputs: vec![
            input("it-energy", Kind::Number, "kWh", true),
            input("region-id", Kind::Category, "", false),
        ],
        outputs: vec![Output {
            name: "facility-energy".to_owned(),
            kind: Kind::Number,
            unit: "MJ".to_owned(),
            additive: true,
            doc: String::new(),
            part_of: String::new(),
            inherits: vec![("it-energy".to_owned(), 1.0)],
            spreads: vec![
                Spread { factor: "pue-region".to_owned(), key: vec!["region-id".to_owned()] },
                Spread { factor: "acme.facility.cooling".to_owned(), key: vec!["resource-id".to_owned()] },
            ],
            graded: true,
        }],
        tables: vec![ReferenceTable {
            name: "pue".to_owned(),
            columns: vec![input("region", Kind::Category, "", false), input("pue", Kind::Number, "1", false)],
            doc: String::new(),
        }],
        settings_schema: String::new(),
        citations: Vec::new(),
        factor_set: "2026".to_owned(),
        extras: Vec::new(),
    }
}

/// What is said against the descriptor after `change`.
fn problem(change: impl FnOnce(&mut Descriptor)) -> String {
    let mut descriptor = good();
    change(&mut descriptor);
    check_estimator(&descriptor).unwrap_err().0.to_string()
}

#[test]
fn a_good_descriptor_passes() {
    check_estimator(&good()).unwrap();
}

#[test]
fn ids_are_lower_case_words() {
    for id in ["", "Acme", "acme facility", "acme/../x", "-acme", "acme.", "a..b", "ä"] {
        assert!(problem(|said| id.clone_into(&mut said.id)).contains("is no name"), "{id}");
    }
}

#[test]
fn units_must_parse_and_only_numbers_have_one() {
    assert!(
        problem(|said| "kilowatts".clone_into(&mut said.outputs[0].unit))
            .contains("`kilowatts` is not known")
    );
    assert!(problem(|said| "kWh".clone_into(&mut said.inputs[1].unit)).contains("has no unit"));
}

#[test]
fn standard_columns_keep_their_kind_dimension_and_additivity() {
    assert!(problem(|said| said.inputs[1].kind = Kind::Text).contains("is a category, not a text"));
    assert!(problem(|said| "L".clone_into(&mut said.outputs[0].unit)).contains("cannot be converted"));
    assert!(problem(|said| said.outputs[0].additive = false).contains("is additive"));
}

#[test]
fn outputs_are_not_totals_nor_facts_of_the_bill_and_foreign_names_carry_the_id() {
    let named = |name: &'static str| problem(move |said| name.clone_into(&mut said.outputs[0].name));
    assert!(named("water").contains("name of a total"));
    assert!(named("consumed-quantity").contains("of the bill"));
    assert!(
        named("facility-enery").contains("must begin with `acme.facility.`; did you mean `facility-energy`?")
    );
    assert!(named("acme.facilities.x").contains("must begin with `acme.facility.`"));
    let mut descriptor = good();
    descriptor.outputs[0].name = "acme.facility.cooling-energy".to_owned();
    check_estimator(&descriptor).unwrap();
}

#[test]
fn inputs_are_standard_or_carry_a_plugins_id() {
    let typo = problem(|said| "region".clone_into(&mut said.inputs[1].name));
    assert!(typo.contains("no standard column"), "{typo}");
    let mut descriptor = good();
    descriptor.inputs.push(input("other.plugin.column", Kind::Number, "1", false));
    check_estimator(&descriptor).unwrap();
}

#[test]
fn nothing_is_listed_twice() {
    assert!(problem(|said| said.inputs.push(said.inputs[0].clone())).contains("listed twice"));
    assert!(problem(|said| said.tables.push(said.tables[0].clone())).contains("listed twice"));
    assert!(
        problem(|said| {
            let spread = said.outputs[0].spreads[0].clone();
            said.outputs[0].spreads.push(spread);
        })
        .contains("listed twice")
    );
}

#[test]
fn parts_belong_to_a_total_of_their_dimension() {
    let part = |total: &'static str| problem(move |said| total.clone_into(&mut said.outputs[0].part_of));
    assert!(part("pue").contains("is no total"));
    assert!(part("water").contains("cannot be part of `water`"));
    let mut descriptor = good();
    descriptor.outputs[0].part_of = "it-energy".to_owned();
    check_estimator(&descriptor).unwrap();
}

#[test]
fn errors_have_known_factors_and_keys_that_the_plugin_sees() {
    assert!(
        problem(|said| "cooling".clone_into(&mut said.outputs[0].spreads[0].factor))
            .contains("no standard factor")
    );
    assert!(
        problem(|said| said.outputs[0].spreads[0].key = vec!["cpu-family".to_owned()])
            .contains("key `cpu-family`")
    );
    assert!(
        problem(|said| said.outputs[0].spreads[0].key = vec!["it-energy".to_owned()])
            .contains("key `it-energy`")
    );
    assert!(
        problem(|said| said.outputs[0].inherits[0].0 = "pue".to_owned())
            .contains("inherits the error of `pue`")
    );
    assert!(problem(|said| said.outputs[0].inherits[0].1 = f64::NAN).contains("power NaN"));
}

#[test]
fn a_similar_name_is_found() {
    assert_eq!(similar("regin-id", ["region-id", "resource-id", "pue"]), ["region-id"]);
}

#[test]
fn texts_cannot_steer_a_terminal() {
    assert!(
        problem(|said| "a\u{1b}[2Jb".clone_into(&mut said.summary))
            .contains("control characters: a\\u{1b}[2Jb")
    );
    assert!(
        problem(|said| "\u{7}".clone_into(&mut said.tables[0].columns[0].doc)).contains("control characters")
    );
    let mut descriptor = good();
    descriptor.outputs[0].doc = "two\nlines".to_owned();
    check_estimator(&descriptor).unwrap();
}
