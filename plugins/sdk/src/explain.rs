//! How the outputs of a row came about, as steps that a reader can follow and a test can evaluate.

use crate::bindings::exports::joulework::plugin::estimator as wire;
use crate::describe::{Input, Output};

/// The steps of one row, in the order in which they are worked out. The last step of an output is its value.
#[derive(Debug)]
pub struct Steps<'a> {
    pub(crate) row: u32,
    pub(crate) inputs: &'a [Input],
    pub(crate) outputs: &'a [Output],
    pub(crate) taken: Vec<wire::Step>,
}

impl Steps<'_> {
    /// Begins a step: `output` is a column that the model returns or the name of an intermediate figure; the
    /// formula is made of numbers, `[term]`, `+ - * / ^ ( )`, `min max sqrt exp ln`. The terms follow.
    pub fn step(&mut self, output: &str, formula: &str) -> Terms<'_> {
        self.taken.push(wire::Step {
            row: self.row,
            output: output.to_owned(),
            formula: formula.to_owned(),
            terms: Vec::new(),
        });
        let at = self.taken.len() - 1;
        Terms { inputs: self.inputs, outputs: self.outputs, step: &mut self.taken[at] }
    }

    /// A step for an output that is 0 because the row has nothing of the kind.
    pub fn zero(&mut self, output: &str) {
        let _ = self.step(output, "0");
    }
}

/// The terms of one step.
#[derive(Debug)]
pub struct Terms<'a> {
    inputs: &'a [Input],
    outputs: &'a [Output],
    step: &'a mut wire::Step,
}

#[allow(
    clippy::return_self_not_must_use,
    clippy::must_use_candidate,
    reason = "each call has already added its term"
)]
impl Terms<'_> {
    /// An input column of the row.
    pub fn input(self, name: &str, value: f64) -> Self {
        let unit = self.inputs.iter().find(|input| input.name == name).map_or("", |input| input.unit);
        self.term(name, value, unit, "input")
    }

    /// The result of an earlier step that is an output of the model.
    pub fn earlier(self, name: &str, value: f64) -> Self {
        let unit = self.outputs.iter().find(|output| output.name == name).map_or("", |output| output.unit);
        self.term(name, value, unit, "step")
    }

    /// The result of an earlier step that is an intermediate figure.
    pub fn between(self, name: &str, value: f64, unit: &str) -> Self {
        self.term(name, value, unit, "step")
    }

    /// A figure of a factor row, by the row's id.
    pub fn factor(self, name: &str, value: f64, unit: &str, factor_id: &str) -> Self {
        self.term(name, value, unit, factor_id)
    }

    /// A setting or a constant, with where it comes from.
    pub fn constant(self, name: &str, value: f64, unit: &str, source: &str) -> Self {
        self.term(name, value, unit, source)
    }

    fn term(self, name: &str, value: f64, unit: &str, source: &str) -> Self {
        self.step.terms.push(wire::Term {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            source: source.to_owned(),
        });
        self
    }
}
