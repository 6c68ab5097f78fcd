//! Explanations: formulas from a stranger, which the engine evaluates, and stories that are not true.

use std::sync::Arc;

use joulework::arrow::array::{
    ArrayRef, Decimal128Array, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use joulework::engine::assess::Filter;
use joulework::engine::explain::{Asked, Explanation, TermSource};
use joulework::engine::provenance::Provenance;
use joulework::{Assessment, Description, Engine, EngineError, UsageBatch};

use crate::run::{EVIL, evil, the_next_run_is_right, while_explaining, with};

const ENERGY: Option<&str> = Some("misbehaver.energy");

/// Hours of one machine in each region.
pub(crate) fn hours(regions: &[&str]) -> UsageBatch {
    let count = regions.len();
    let text = |value: &str| Arc::new(StringArray::from(vec![value; count])) as ArrayRef;
    let money = Decimal128Array::from(vec![107; count]).with_precision_and_scale(10, 3).unwrap();
    let batch = RecordBatch::try_from_iter([
        ("provider-name", text("AWS")),
        ("charge-category", text("Usage")),
        ("service-name", text("Amazon Elastic Compute Cloud")),
        ("sku-meter", text("EU-BoxUsage:m5.large")),
        ("operation", text("RunInstances")),
        ("region-id", Arc::new(StringArray::from(regions.to_vec())) as ArrayRef),
        ("consumed-unit", text("Hrs")),
        ("consumed-quantity", Arc::new(Float64Array::from(vec![1.0; count])) as ArrayRef),
        (
            "charge-period-start",
            Arc::new(TimestampMillisecondArray::from(vec![1_741_564_800_000; count])) as ArrayRef,
        ),
        ("billing-currency", text("USD")),
        ("billed-cost", Arc::new(money) as ArrayRef),
    ]);
    UsageBatch::try_from(batch.unwrap()).unwrap()
}

/// How the guest's energy of two machines came about, as the engine tells it.
fn explained(trick: &str, quantity: &str) -> Result<Explanation, EngineError> {
    let engine = Engine::with_pipeline(Description::default(), with(evil(trick)))?;
    let estimates = engine.estimate_batches([&hours(&["eu-west-1", "eu-north-1"])])?;
    let provenance = Provenance::of(engine.pipeline())?;
    let assessment =
        Assessment { description: engine.description().clone(), estimates, provenance, recorded: Vec::new() };
    engine.explain(&assessment, quantity, &Asked::Total(&Filter::default()), 10)
}

/// Every part of the guest's energy is said to be explained otherwise than it was estimated.
fn contradicted(trick: &str) {
    let explanation = explained(trick, "misbehaver.energy").unwrap();
    assert_eq!(explanation.parts.len(), 2);
    // Tricks are played on the first row of a batch, and each part is a batch of its own.
    for part in &explanation.parts {
        assert!(part.contradicted.iter().any(|output| output.starts_with("misbehaver.energy ")), "{part:?}");
    }
    the_next_run_is_right();
}

/// The formula is refused with plugin and output, and with the place in it.
fn cannot_be_followed(trick: &str, reason: &str) {
    let error = explained(trick, "misbehaver.energy").unwrap_err();
    assert_eq!(error.code(), "explain.formula");
    let EngineError::Explanation { plugin, output, reason: said } = &error else { panic!("{error}") };
    assert_eq!((plugin.as_str(), Some(output.as_str())), (EVIL, ENERGY));
    assert!(said.contains(reason) && said.len() < 4_000, "{said}");
    assert!(!error.to_string().contains(|c: char| c.is_control()), "{error}");
    the_next_run_is_right();
}

/// The suite's own honesty: without a trick nothing is held against the guest.
#[test]
fn a_true_explanation_is_not_contradicted() {
    for quantity in ["misbehaver.energy", "it-energy", "carbon"] {
        let explanation = explained("", quantity).unwrap();
        for part in &explanation.parts {
            assert_eq!(part.contradicted, Vec::<String>::new(), "{quantity}");
            assert!(part.steps.iter().any(|step| step.plugin.as_deref() == Some(EVIL)), "{quantity}");
        }
    }
}

#[test]
fn an_explanation_of_another_row() {
    while_explaining("stray-step", "gate.explanation", None, ENERGY);
}

#[test]
fn three_thousand_steps() {
    while_explaining("explain-steps", "gate.explanation", Some(0), Some("s2743"));
}

#[test]
fn three_thousand_terms() {
    while_explaining("explain-terms", "gate.explanation", Some(0), ENERGY);
}

#[test]
fn a_term_that_is_no_number() {
    while_explaining("explain-nan", "gate.explanation", Some(0), ENERGY);
}

#[test]
fn a_panic_in_explain() {
    while_explaining("explain-panic", "plugin.panic", None, None);
}

#[test]
fn a_formula_of_a_thousand_brackets() {
    cannot_be_followed("explain-nested", "too much is nested");
}

/// It is cut where any text is cut, and what is left is no formula.
#[test]
fn a_formula_of_sixty_kilobytes() {
    cannot_be_followed("explain-long", "…");
}

#[test]
fn a_formula_with_a_term_that_there_is_not() {
    cannot_be_followed("explain-no-such-term", "there is no term `no-such-term`");
}

#[test]
fn a_formula_that_is_a_command() {
    cannot_be_followed("explain-no-formula", "character");
}

#[test]
fn a_formula_that_steers_the_terminal() {
    cannot_be_followed("explain-escape", "\\u{1b}[2J1");
}

/// Steps that name each other are told once each, in the order in which the plugin gives them.
#[test]
fn steps_that_go_in_a_circle() {
    contradicted("explain-circle");
}

#[test]
fn an_output_that_is_explained_by_its_own_total() {
    contradicted("explain-own-total");
}

#[test]
fn an_explanation_that_contradicts_the_estimate() {
    contradicted("explain-otherwise");
}

#[test]
fn an_explanation_that_comes_to_infinity() {
    contradicted("explain-infinite");
}

#[test]
fn an_explanation_that_comes_to_no_number() {
    contradicted("explain-undefined");
}

/// Nothing is made up where the plugin says nothing.
#[test]
fn an_explanation_without_a_step() {
    let explanation = explained("explain-nothing", "misbehaver.energy").unwrap();
    assert!(explanation.parts.iter().all(|part| part.steps.is_empty()));
    the_next_run_is_right();
}

/// A term is what the plugin says that it is, in a text that can be shown; it does not become a factor of a table.
#[test]
fn terms_that_name_what_there_is_not() {
    let explanation = explained("explain-names", "misbehaver.energy").unwrap();
    let terms = &explanation.parts[0].steps[0].terms;
    assert_eq!(terms[0].source, TermSource::Stated("\\u{1b}[31m../../etc/passwd".to_owned()));
    assert!(terms[2].unit.len() < 20_000 && terms[2].unit.starts_with("\\u{202e}"));
}

/// The guest's second call gives twice the first: the explanation of the second part is of another number.
#[test]
fn an_estimate_that_is_another_one_when_it_is_explained() {
    let explanation = explained("count-energy", "misbehaver.energy").unwrap();
    let held: Vec<bool> = explanation.parts.iter().map(|part| !part.contradicted.is_empty()).collect();
    assert!(held.contains(&true), "{held:?}");
    let told = explanation.parts.iter().flat_map(|part| &part.contradicted);
    assert!(told.clone().any(|told| told.contains("when asked again")), "{:?}", told.collect::<Vec<_>>());
    the_next_run_is_right();
}
