//! The gate for explanations: rows that were asked for, terms that are numbers, and no more than can be read.

use std::collections::BTreeMap;

use super::Refusal;
use crate::breach::Breach;
use crate::descriptor::Step;

/// Steps that the explanation of one row may have.
const STEPS: usize = 256;
/// Terms that the steps of one row may have together.
const TERMS: usize = 1_024;

/// Lets the steps of `rows` rows through. Whether a formula can be followed is found by whoever follows it.
pub(crate) fn accept_steps(steps: Vec<Step>, rows: usize) -> Result<Vec<Step>, Refusal> {
    let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for step in &steps {
        let refuse = |breach, row| Refusal { breach, row, column: Some(step.output.clone()) };
        if step.row >= rows {
            return Err(refuse(Breach::StepRow { row: step.row, rows }, None));
        }
        let (own, terms) = counts.entry(step.row).or_default();
        *own += 1;
        *terms += step.terms.len();
        for (what, found, limit) in [("steps", *own, STEPS), ("terms", *terms, TERMS)] {
            if found > limit {
                return Err(refuse(Breach::StepCount { what, found, limit }, Some(step.row)));
            }
        }
        if let Some(term) = step.terms.iter().find(|term| !term.value.is_finite()) {
            let breach = Breach::StepTerm { term: term.name.clone(), value: term.value };
            return Err(refuse(breach, Some(step.row)));
        }
    }
    Ok(steps)
}
