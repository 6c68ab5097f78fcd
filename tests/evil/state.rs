//! State that is kept between calls. A plugin can count its calls; the host sees to it that the count is always the
//! same: an instance lives for a fixed run of batches that depends on the bill alone.

use joulework::runtime::{Pipeline, RootColumn, Stage};
use joulework::{Description, Dimension, Engine, RollUp};

use crate::explain::hours;
use crate::run::{evil, first_party, rows, with};

/// More kinds of rows than one instance sees: 16 batches of 8,192.
const KINDS: usize = 131_072 + 1_000;

fn only(stage: Stage) -> Pipeline {
    let roots = ["consumed-quantity", "region-id"].into_iter().filter_map(RootColumn::standard);
    Pipeline::link(vec![stage], &roots.collect::<Vec<_>>()).unwrap()
}

/// The figures of a bill with very many regions, in full.
fn figures(trick: &str, threads: usize, regions: &[&str]) -> String {
    let engine = Engine::with_pipeline(Description::default(), only(evil(trick))).unwrap().threads(threads);
    let estimates = engine.estimate_batches([&hours(regions)]).unwrap();
    format!("{:?}", estimates.roll_up(&RollUp::by([Dimension::Service])).unwrap())
}

#[test]
fn a_plugin_that_counts_its_calls_gives_the_same_bytes_with_any_number_of_threads() {
    let names: Vec<String> = (0..KINDS).map(|number| format!("region-{number:06}")).collect();
    let regions: Vec<&str> = names.iter().map(String::as_str).collect();
    let reversed: Vec<&str> = regions.iter().rev().copied().collect();
    assert_eq!(figures("count-energy", 1, &regions), figures("count-energy", 2, &reversed));
}

/// What one session's instance has seen, another's has not.
#[test]
fn a_plugin_that_counts_its_calls_begins_anew_in_every_session() {
    let pipeline = with(evil("count"));
    let label = |session: &mut joulework::runtime::Session<'_>| {
        let frame = session.run(rows(&pipeline)).unwrap();
        frame.column("misbehaver.label").unwrap().text(0).unwrap().to_owned()
    };
    let mut session = pipeline.session();
    assert_eq!((label(&mut session), label(&mut session)), ("call 1".to_owned(), "call 2".to_owned()));
    assert_eq!(label(&mut pipeline.session()), "call 1");
}

/// What an instance holds when it fails is gone with it.
#[test]
fn a_plugin_that_failed_begins_anew() {
    let pipeline = with(evil("panic-at-bad"));
    let mut session = pipeline.session();
    let fault = session.run(rows(&pipeline)).unwrap_err();
    assert_eq!(fault.row(), Some(1));
    assert!(session.run(rows(&pipeline).slice(0..1)).is_ok());
}

/// One plugin cannot see what another one has seen, or that it is there: it is given the columns that it lists.
#[test]
fn a_plugin_sees_only_the_columns_that_it_lists() {
    let pipeline = with(evil("see"));
    let frame = pipeline.session().run(rows(&pipeline)).unwrap();
    let seen = frame.column("misbehaver.label").unwrap().text(0).unwrap();
    assert_eq!(seen, "consumed-quantity,region-id=eu-west-1+bad+eu-north-1");
    assert_eq!(pipeline.stages().len(), first_party().len() + 1);
}
