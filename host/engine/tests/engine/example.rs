//! The example shop: a year of an invented workload, as FOCUS and as CUR 2.0.

use std::path::Path;

use joulework_engine::assess::{CARBON, Dimension, RollUp};
use joulework_engine::calendar::Step;
use joulework_engine::{Assessment, Description, Engine};
use joulework_manifest::Manifest;

fn assess(manifest: &str, threads: usize) -> Assessment {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serverless-shop").join(manifest);
    // What is measured is read by another crate.
    let description = Description {
        utilisation: Vec::new(),
        lambda_logs: Vec::new(),
        ..Description::from(&Manifest::load(&path).unwrap())
    };
    Engine::new(description, None).unwrap().threads(threads).assess(&|_| ()).unwrap()
}

#[test]
fn one_thread_and_two_give_the_same_bytes_and_every_unit_has_a_score() {
    let (one, two) = (assess("joulework.toml", 1), assess("joulework.toml", 2));
    let question = RollUp::by([Dimension::Period, Dimension::Workload, Dimension::Service]).step(Step::Month);
    let answer = |assessment: &Assessment| format!("{:?}", assessment.estimates.roll_up(&question).unwrap());
    assert_eq!(answer(&one), answer(&two));
    let work = one.work(Step::Month).unwrap();
    assert_eq!(work, two.work(Step::Month).unwrap());
    assert_eq!(
        work.iter().map(|unit| unit.unit.name.as_str()).collect::<Vec<_>>(),
        ["order", "request", "invocation"]
    );
    for unit in &work {
        assert_eq!(unit.periods.len(), 12, "{}", unit.unit.name);
        let score = unit.whole.figures[CARBON].as_ref().unwrap();
        let interval = score.interval.unwrap();
        assert!(interval.low > 0.0 && interval.low < interval.high);
    }
    assert_eq!(one.provenance.inputs.len(), 13);
    assert!(one.provenance.inputs.iter().all(|input| input.rows > 0 && input.sha256.len() == 64));
}

#[test]
fn focus_and_cur_of_the_same_year_have_the_same_cost_and_nearly_the_same_carbon() {
    let (focus, cur) = (assess("joulework.toml", 2), assess("cur2.toml", 2));
    let total = |assessment: &Assessment| assessment.estimates.roll_up(&RollUp::by([])).unwrap().total;
    let (focus, cur) = (total(&focus), total(&cur));
    assert_eq!(focus.billed, cur.billed);
    let grams = |tally: &joulework_engine::assess::Tally| crate::first_party::value(tally, CARBON, "gCO2e");
    assert!((grams(&focus) / grams(&cur) - 1.0).abs() < 0.01, "{} {}", grams(&focus), grams(&cur));
}
