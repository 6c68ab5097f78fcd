//! Whole runs: what a plugin sees, what comes out, and that batches do not matter.

use joulework_runtime::{Batch, Column, Data, Known, Pipeline, RootColumn};

use crate::guest::{batch, pipeline, roots, stage};

#[test]
fn a_frame_has_the_input_the_outputs_and_the_total() {
    let pipeline = pipeline(stage(""));
    let frame = pipeline.session().run(batch(&["a", "b"])).unwrap();
    let names: Vec<&str> = frame.columns.iter().map(|column| column.name.as_str()).collect();
    let expected = [
        "consumed-quantity",
        "region-id",
        "misbehaver.energy",
        "misbehaver.energy.gsd.misbehaver.region",
        "misbehaver.energy.basis",
        "misbehaver.label",
        "it-energy",
    ];
    assert_eq!(names, expected);
    let energy = frame.column("misbehaver.energy").unwrap().number(1).unwrap();
    assert_eq!(frame.column("it-energy").unwrap().number(1), Some(energy));
    let figure = pipeline.figure("it-energy").unwrap();
    assert_eq!(
        (figure.parts.as_slice(), figure.plugin.as_deref()),
        (["misbehaver.energy".to_owned()].as_slice(), None)
    );
    let energy = pipeline.figure("misbehaver.energy").unwrap();
    assert_eq!(energy.inherits, [("consumed-quantity".to_owned(), 1.0)], "no utilisation is given");
}

#[test]
fn a_plugin_sees_only_the_columns_that_it_lists_and_the_values_that_occur() {
    let pipeline = pipeline(stage("see"));
    let values = ["a", "b", "never", "c"].map(String::from).to_vec();
    let batch = Batch {
        rows: 2,
        columns: vec![
            Column::new("resource-id", Data::categories([Some("secret"), None])),
            Column::new("region-id", Data::Categories { values, codes: vec![3, 0] }),
            Column::new("consumed-quantity", Data::Same(2.0)),
        ],
    };
    let frame = pipeline.session().run(batch).unwrap();
    let seen = frame.column("misbehaver.label").unwrap().text(0).unwrap();
    assert_eq!(seen, "consumed-quantity,region-id=a+c");
}

#[test]
fn only_root_columns_that_are_read_are_asked_for() {
    let mut offered = roots();
    offered
        .extend(["resource-id", "utilisation", "billed-cost"].into_iter().filter_map(RootColumn::standard));
    let pipeline = Pipeline::link(vec![stage("")], &offered).unwrap();
    let reads: Vec<&str> = pipeline.reads().iter().map(|read| read.column.name.as_str()).collect();
    assert_eq!(reads, ["consumed-quantity", "region-id", "utilisation"]);
    assert_eq!(pipeline.figure("misbehaver.energy").unwrap().inherits.len(), 2);
}

#[test]
fn splitting_a_batch_changes_nothing() {
    let pipeline = pipeline(stage(""));
    let mut whole = batch(&["a", "b", "c", "a", "b", "c", "a", "b", "c", "d"]);
    let quantities: Vec<f64> = (0..10_u32).map(|row| f64::from(row) * 0.1).collect();
    let known = Known::from_rows((0..10).map(|row| row != 4));
    let values =
        quantities.iter().enumerate().map(|(row, value)| if row == 4 { 0.0 } else { *value }).collect();
    whole.columns[0].data = Data::Numbers { values, known };
    let frame = pipeline.session().run(whole.clone()).unwrap();
    let energy = frame.column("misbehaver.energy").unwrap();
    assert_eq!(energy.number(4), None);
    for cut in 0..=10 {
        let parts = [whole.slice(0..cut), whole.slice(cut..10)];
        let frames = pipeline.run(parts).unwrap();
        let joined: Vec<Option<f64>> = frames
            .iter()
            .flat_map(|frame| {
                (0..frame.rows).map(|row| frame.column("misbehaver.energy").unwrap().number(row))
            })
            .collect();
        assert_eq!(joined, (0..10).map(|row| energy.number(row)).collect::<Vec<_>>(), "cut at {cut}");
    }
}

#[test]
fn an_explanation_names_every_row() {
    let pipeline = pipeline(stage(""));
    let (frame, explanations) = pipeline.session().explain(batch(&["a", "b"])).unwrap();
    assert_eq!(frame.rows, 2);
    assert_eq!(explanations[0].plugin, "misbehaver");
    let rows: Vec<usize> = explanations[0].steps.iter().map(|step| step.row).collect();
    assert_eq!(rows, [0, 1]);
    assert_eq!(explanations[0].steps[1].terms[0].value.to_bits(), 2.0_f64.to_bits());
}

#[test]
fn one_pipeline_serves_many_threads() {
    let pipeline = pipeline(stage(""));
    let expected = pipeline.session().run(batch(&["a", "b", "c"])).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(pipeline.session().run(batch(&["a", "b", "c"])).unwrap(), expected);
                }
            });
        }
    });
}
