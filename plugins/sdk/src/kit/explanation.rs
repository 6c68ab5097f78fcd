//! Explanations are evaluated: each formula over its terms has to give the figure of the row.

use std::collections::BTreeMap;

use super::rows::Rows;
use crate::describe::Kind;
use crate::estimator::{Configured, Estimator, Inputs as _, Outputs as _};
use joulework_units::formula::evaluate;

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

pub(super) fn check<E: Estimator>(model: &Configured<E>, input: &Rows) {
    let out = Rows(model.run(input.0.clone()).unwrap_or_else(|fault| panic!("{fault}")));
    let steps = model.steps(input.0.clone()).unwrap_or_else(|fault| panic!("{fault}"));
    let mut results: Vec<BTreeMap<String, f64>> = vec![BTreeMap::new(); input.len()];
    for step in &steps {
        let (row, output) = (step.row as usize, &step.output);
        for term in &step.terms {
            let at = format!("row {row}, step `{output}`, term `{}`", term.name);
            assert!(!term.source.is_empty() && !term.unit.is_empty(), "{at} has no source or no unit");
            match term.source.as_str() {
                "step" => assert_eq!(
                    results[row].get(&term.name),
                    Some(&term.value),
                    "{at} is not the earlier step's"
                ),
                "input" => {
                    assert!(
                        E::Inputs::COLUMNS.iter().any(|input| input.name == term.name),
                        "{at} is no input"
                    );
                    assert_eq!(input.number(&term.name, row), Some(term.value), "{at} is not the input's");
                }
                _ => {}
            }
            assert!(step.formula.contains(&format!("[{}]", term.name)), "{at} is not in `{}`", step.formula);
        }
        let term = |name: &str| step.terms.iter().find(|term| term.name == name).map(|term| term.value);
        let value = evaluate(&step.formula, &term)
            .unwrap_or_else(|error| panic!("row {row}, step `{output}`: {error}"));
        // A later step that names this one takes the figure as the model has it, bit for bit.
        let column =
            E::Outputs::COLUMNS.iter().find(|column| column.name == *output && column.kind == Kind::Number);
        let figure =
            column.and_then(|column| out.number(column.name, row)).filter(|figure| near(*figure, value));
        results[row].insert(output.clone(), figure.unwrap_or(value));
    }
    for (row, results) in results.iter().enumerate() {
        for output in E::Outputs::COLUMNS.iter().filter(|output| output.kind == Kind::Number) {
            let (figure, explained) = (out.number(output.name, row), results.get(output.name).copied());
            let agree = match (figure, explained) {
                (Some(figure), Some(explained)) => near(figure, explained),
                (figure, explained) => figure.is_none() && explained.is_none(),
            };
            assert!(agree, "row {row}, `{}` is {figure:?} and is explained as {explained:?}", output.name);
        }
    }
}
