//! The first-party plugins through the runtime: they are admitted, fit together, and run.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use joulework_bundled::Bundled;
use joulework_runtime::{
    Batch, Column, Data, Kind, Known, Origin, Pipeline, Plugin, RootColumn, Stage, standard_columns,
};

use crate::guest::runtime;

fn plugins() -> &'static [Plugin] {
    static PLUGINS: LazyLock<Vec<Plugin>> = LazyLock::new(|| {
        let admit = |bundled: &Bundled| runtime().admit(bundled.id, bundled.wasm).unwrap();
        joulework_bundled::components().iter().map(admit).collect()
    });
    &PLUGINS
}

fn stages() -> Vec<Stage> {
    plugins().iter().cloned().map(Stage::new).collect()
}

fn roots() -> Vec<RootColumn> {
    standard_columns()
        .iter()
        .filter(|column| matches!(column.origin, Origin::Bill | Origin::Metrics))
        .filter_map(|column| RootColumn::standard(column.name))
        .collect()
}

/// Two rows that know nothing of what the pipeline reads.
fn unknown(pipeline: &Pipeline) -> Batch {
    let data = |kind| match kind {
        Kind::Number => Data::Numbers { values: vec![0.0; 2], known: Known::none(2) },
        Kind::Decimal => Data::Decimals { values: vec![0; 2], scale: 0, known: Known::none(2) },
        Kind::Category => Data::categories([None, None]),
        Kind::Text => Data::Texts { values: vec![String::new(); 2], known: Known::none(2) },
        Kind::Instant => Data::Instants { epoch_ms: vec![0; 2], known: Known::none(2) },
    };
    let columns =
        pipeline.reads().iter().map(|read| Column::new(read.column.name.clone(), data(read.column.kind)));
    Batch { rows: 2, columns: columns.collect() }
}

#[test]
fn they_are_admitted_under_their_ids_and_hand_out_their_tables() {
    for (bundled, plugin) in joulework_bundled::components().iter().zip(plugins()) {
        assert_eq!(plugin.id(), bundled.id);
        for (name, table) in plugin.tables().unwrap() {
            for column in ["factor-id", "source", "published", "licence", "scope", "valid-from", "valid-to"] {
                assert!(table.column(column).is_some(), "{}: `{name}` has no `{column}`", bundled.id);
            }
        }
    }
}

#[test]
fn they_fit_together_and_every_total_has_its_parts() {
    let pipeline = Pipeline::link(stages(), &roots()).unwrap();
    let ids: BTreeSet<&str> = pipeline.stages().map(|stage| stage.plugin.id()).collect();
    assert_eq!(ids.len(), 8);
    for total in ["it-energy", "water", "embodied-carbon"] {
        assert!(!pipeline.figure(total).unwrap().parts.is_empty(), "{total}");
    }
    let place = |id: &str| pipeline.stages().position(|stage| stage.plugin.id() == id).unwrap();
    assert!(place("aws-usage") < place("compute-energy"));
    assert!(place("compute-energy") < place("facility"));
    assert!(place("facility") < place("grid-carbon"));
}

#[test]
fn without_the_reader_of_bills_the_link_names_what_is_missing() {
    let stages = stages().into_iter().filter(|stage| stage.plugin.id() != "aws-usage").collect();
    let error = Pipeline::link(stages, &roots()).unwrap_err();
    assert_eq!(error.code(), "link.missing-input");
    assert!(error.hint().is_some());
}

#[test]
fn rows_that_say_nothing_are_run_and_explained_without_a_fault() {
    let pipeline = Pipeline::link(stages(), &roots()).unwrap();
    let (frame, explanations) = pipeline.session().explain(unknown(&pipeline)).unwrap();
    assert_eq!(explanations.len(), 8);
    for figure in pipeline.figures() {
        assert!(frame.column(&figure.name).is_some(), "{}", figure.name);
    }
}

#[test]
fn one_machine_hour_gets_carbon() {
    let pipeline = Pipeline::link(stages(), &roots()).unwrap();
    let mut batch = unknown(&pipeline);
    let facts = [
        ("charge-category", "Usage"),
        ("service-name", "AmazonEC2"),
        ("sku-meter", "EUW1-BoxUsage:m5.large"),
        ("operation", "RunInstances"),
        ("region-id", "eu-west-1"),
        ("consumed-unit", "Hrs"),
        ("charge-year", "2024"),
        ("charge-month", "2024-06"),
        ("provider-name", "AWS"),
    ];
    for (name, value) in facts {
        if let Some(column) = batch.columns.iter_mut().find(|column| column.name == name) {
            column.data = Data::categories([Some(value), None]);
        }
    }
    for column in batch.columns.iter_mut().filter(|column| column.name == "consumed-quantity") {
        column.data = Data::numbers([Some(1.0), None]);
    }
    let frame = pipeline.session().run(batch).unwrap();
    let carbon = frame.column("operational-carbon").unwrap().number(0).unwrap();
    // 3 to 18 W at 50 % load (METHOD.md, section 8, fault 16), PUE 1.1, 200 to 400 g/kWh.
    assert!((0.5..10.0).contains(&carbon), "{carbon} g for an hour of an m5.large");
}
