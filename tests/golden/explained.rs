//! Every explanation that a case prints as JSON is evaluated anew from what it says, and gives the figure.

use std::collections::BTreeMap;
use std::path::Path;

use joulework::units::formula::evaluate;
use serde_json::Value;

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Follows the steps of a part and gives what they come to.
fn follow(part: &Value) -> f64 {
    let mut given: BTreeMap<&str, f64> = BTreeMap::new();
    let mut last = f64::NAN;
    for step in list(&part["steps"]) {
        let mut terms: BTreeMap<&str, f64> = BTreeMap::new();
        for term in list(&step["terms"]) {
            let name = term["name"].as_str().unwrap();
            let value = number(&term["value"]);
            if term["from"] == "step" {
                assert!(near(given[name], value), "{name} is {value}, and was given as {}", given[name]);
            }
            if let Some(factor) = term["from"].get("factor") {
                assert!(factor["source"].as_str().is_some_and(|source| !source.is_empty()), "{factor}");
                assert!(factor["licence"].as_str().is_some_and(|licence| !licence.is_empty()), "{factor}");
            }
            terms.insert(name, value);
        }
        let formula = step["formula"].as_str().unwrap();
        last = evaluate(formula, &|name| terms.get(name).copied()).unwrap();
        assert!(near(last, number(&step["value"])), "{step}");
        given.insert(step["output"].as_str().unwrap(), last);
    }
    last * number(&part["times"])
}

#[test]
fn printed_formulas_give_the_figure() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/cases");
    let schema = serde_json::from_str(joulework::export::EXPLAIN_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (mut documents, mut followed) = (0, 0);
    for (_, text) in super::folders(&cases).into_iter().flat_map(|case| super::read_expected(&case)) {
        let Ok(document) = serde_json::from_str::<Value>(&text) else { continue };
        if document.get("parts").is_none() {
            continue;
        }
        let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        documents += 1;
        let mut sum = number(&document["rest"]["amount"]);
        for part in list(&document["parts"]).iter().filter(|part| !part["amount"].is_null()) {
            let amount = number(&part["amount"]);
            assert!(near(follow(part), amount), "the steps give {}, not {amount}", follow(part));
            followed += 1;
            sum += amount;
        }
        let total = number(&document["total"]["value"]);
        assert!(near(sum, total), "the parts add up to {sum}, the total is {total}");
        if let Some(per_unit) = document.get("per-unit") {
            assert!(near(number(&per_unit["value"]) * number(&per_unit["work"]), total));
        }
    }
    assert!(documents > 1 && followed > 2, "{documents} explanations, {followed} parts");
}
