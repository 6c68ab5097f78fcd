//! The steps from the bill to a quantity, as the plugins tell them, evaluated and in the order in which they need
//! each other.

use std::collections::{BTreeMap, BTreeSet};

use joulework_runtime::{
    Explanation as Told, Figure as Column, Frame, Pipeline, Session, Step as ToldStep, Term as ToldTerm,
};
use joulework_units::formula::evaluate;

use super::members::{Asked, Cell};
use crate::activity::UTILISATION;
use crate::error::EngineError;
use crate::provenance::{FactorRow, Provenance};

/// How far an explanation may be from the estimate: rounding, and no more.
const NEAR: f64 = 1e-9;

/// Whether two numbers differ by rounding alone. A number that is not finite is near none.
fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= NEAR * one.abs().max(other.abs()) && one.is_finite()
}

/// One step: a formula over its terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Id of the plugin; nothing for a sum of the host.
    pub plugin: Option<String>,
    /// What it gives: a column, or an intermediate figure of the plugin.
    pub output: String,
    /// Numbers, `[term]`, `+ - * / ^ ( )`, `min max sqrt exp ln`.
    pub formula: String,
    /// What the formula gives over the terms.
    pub value: f64,
    /// Its unit, where it is a column.
    pub unit: Option<String>,
    /// What the formula names.
    pub terms: Vec<Term>,
}

/// A number that went into a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Name by which the formula calls it.
    pub name: String,
    /// Its value, in `unit`.
    pub value: f64,
    /// Symbol of the unit.
    pub unit: String,
    /// Where it comes from.
    pub source: TermSource,
}

/// Where a term comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum TermSource {
    /// The bill.
    Bill,
    /// Metrics that the row was joined with.
    Metrics,
    /// An earlier step.
    Step,
    /// A row of a factor table.
    Factor(FactorRow),
    /// A setting or constant, in the plugin's words.
    Stated(String),
}

/// What the plugins told of one cell.
pub(super) struct Walked {
    pub(super) steps: Vec<Step>,
    pub(super) contradicted: Vec<String>,
}

/// Finds the steps that a quantity needs.
pub(super) struct Walker<'a> {
    pipeline: &'a Pipeline,
    asked: &'a Asked<'a>,
    provenance: &'a Provenance,
}

/// The walk through the explanation of one cell.
struct Walk<'a> {
    walker: &'a Walker<'a>,
    frame: &'a Frame,
    told: &'a [Told],
    /// Columns whose steps are listed.
    done: BTreeSet<String>,
    /// Plugins' steps that are listed: plugin and output.
    listed: BTreeSet<(&'a str, &'a str)>,
    steps: Vec<Step>,
    contradicted: Vec<String>,
}

impl<'a> Walker<'a> {
    pub(super) const fn new(
        pipeline: &'a Pipeline,
        asked: &'a Asked<'a>,
        provenance: &'a Provenance,
    ) -> Self {
        Self { pipeline, asked, provenance }
    }

    /// Asks the plugins about a cell.
    pub(super) fn tell(&self, session: &mut Session<'_>, cell: &Cell) -> Result<Walked, EngineError> {
        let (frame, told) = session.explain(self.asked.batch(self.pipeline, cell)?)?;
        let mut walk = Walk {
            walker: self,
            frame: &frame,
            told: &told,
            done: BTreeSet::new(),
            listed: BTreeSet::new(),
            steps: Vec::new(),
            contradicted: Vec::new(),
        };
        walk.quantity(self.asked.number())?;
        walk.hold_against_the_estimate(cell);
        Ok(Walked { steps: walk.steps, contradicted: walk.contradicted })
    }
}

impl<'a> Walk<'a> {
    /// The plugins have just estimated the cell once more: where they gave another number than in the run, such as one
    /// that depends on how often they were called, the explanation is not of the figure.
    fn hold_against_the_estimate(&mut self, cell: &Cell) {
        let asked = self.walker.asked;
        let Some(quantity) = asked.units().quantities.get(asked.number()) else { return };
        let again = self.estimated(asked.number()).map(|value| value * asked.times(cell));
        let same = match (cell.amount, again) {
            (Some(amount), Some(again)) => near(again, amount),
            (amount, again) => amount.is_none() == again.is_none(),
        };
        if !same {
            let shown = |value: Option<f64>| value.map_or("unknown".to_owned(), |value| value.to_string());
            let (name, unit) = (&quantity.name, quantity.unit.symbol());
            self.contradicted.push(format!(
                "{name} ({} {unit} in the estimate, {} when asked again)",
                shown(cell.amount),
                shown(again)
            ));
        }
    }

    /// A quantity of the cell in the frame of this explanation.
    fn estimated(&self, number: usize) -> Option<f64> {
        let quantity = self.walker.asked.units().quantities.get(number)?;
        match self.frame.column(&quantity.name) {
            Some(column) => column.number(0),
            None => quantity.parts.iter().map(|part| self.estimated(*part)).sum(),
        }
    }

    /// A quantity: a column of the pipeline, or a sum that the engine adds.
    fn quantity(&mut self, number: usize) -> Result<(), EngineError> {
        let quantities = &self.walker.asked.units().quantities;
        let Some(quantity) = quantities.get(number) else { return Ok(()) };
        if let Some(column) = self.walker.pipeline.figure(&quantity.name) {
            return self.column(column);
        }
        for part in &quantity.parts {
            self.quantity(*part)?;
        }
        let parts: Vec<&str> = quantity
            .parts
            .iter()
            .filter_map(|part| quantities.get(*part))
            .map(|part| part.name.as_str())
            .collect();
        self.sum(&quantity.name, quantity.unit.symbol(), &parts);
        Ok(())
    }

    /// The steps of a column, after those of what they read.
    fn column(&mut self, column: &Column) -> Result<(), EngineError> {
        if !self.done.insert(column.name.clone()) {
            return Ok(());
        }
        let Some(plugin) = &column.plugin else {
            for part in &column.parts {
                self.read(part)?;
            }
            let parts: Vec<&str> = column.parts.iter().map(String::as_str).collect();
            self.sum(&column.name, &column.unit, &parts);
            return Ok(());
        };
        let Some(told) = self.told.iter().find(|told| told.plugin == *plugin) else { return Ok(()) };
        self.plugin_steps(&told.plugin, &told.steps, &column.name)
    }

    /// What is read from elsewhere: nothing to tell where the bill gives it.
    fn read(&mut self, name: &str) -> Result<(), EngineError> {
        match self.walker.pipeline.figure(name) {
            Some(column) => self.column(column),
            None => Ok(()),
        }
    }

    /// The steps of one plugin that its output needs.
    fn plugin_steps(
        &mut self,
        plugin: &'a str,
        told: &'a [ToldStep],
        output: &str,
    ) -> Result<(), EngineError> {
        // From the last step of the output back to all that it names.
        let mut wanted = BTreeSet::from([output]);
        let mut needed = Vec::new();
        for step in told.iter().rev() {
            if wanted.remove(step.output.as_str()) {
                wanted.extend(
                    step.terms.iter().filter(|term| term.source == "step").map(|term| term.name.as_str()),
                );
                needed.push(step);
            }
        }
        for step in needed.into_iter().rev() {
            for term in step.terms.iter().filter(|term| term.source == "input") {
                self.read(&term.name)?;
            }
            let column = self.walker.pipeline.figure(&step.output);
            // Another output of the same plugin may have listed it.
            if !self.listed.insert((plugin, &step.output)) {
                continue;
            }
            if column.is_some() {
                self.done.insert(step.output.clone());
            }
            self.push(plugin, step)?;
        }
        Ok(())
    }

    fn push(&mut self, plugin: &str, step: &ToldStep) -> Result<(), EngineError> {
        let term = |name: &str| step.terms.iter().find(|term| term.name == name).map(|term| term.value);
        let value = evaluate(&step.formula, &term).map_err(|error| EngineError::Explanation {
            plugin: plugin.to_owned(),
            output: step.output.clone(),
            reason: error.to_string(),
        })?;
        let unit = self.unit(plugin, &step.output);
        if let Some((unit, factor)) = &unit
            && let Some(figure) = self.frame.column(&step.output).and_then(|column| column.number(0))
            && !near(value * factor, figure)
        {
            self.contradicted.push(format!("{} ({figure} {unit} in the estimate)", step.output));
        }
        self.steps.push(Step {
            plugin: Some(plugin.to_owned()),
            output: step.output.clone(),
            formula: step.formula.clone(),
            value,
            unit: unit.map(|(unit, _)| unit),
            terms: step.terms.iter().map(|term| self.term(plugin, term)).collect(),
        });
        Ok(())
    }

    /// The unit in which a plugin states an output, and the factor from it to that of the frame.
    fn unit(&self, plugin: &str, output: &str) -> Option<(String, f64)> {
        let stage = self.walker.pipeline.stages().find(|stage| stage.plugin.id() == plugin)?;
        let own = stage.plugin.descriptor().outputs.iter().find(|described| described.name == output)?;
        let held = self.walker.pipeline.figure(output)?;
        let unit = |symbol: &str| joulework_units::Unit::parse(symbol).ok();
        Some((own.unit.clone(), unit(&own.unit)?.factor_to(&unit(&held.unit)?).ok()?))
    }

    fn term(&self, plugin: &str, term: &ToldTerm) -> Term {
        let source = match term.source.as_str() {
            "step" => TermSource::Step,
            "input" if self.walker.pipeline.figure(&term.name).is_some() => TermSource::Step,
            "input" if term.name == UTILISATION => TermSource::Metrics,
            "input" => TermSource::Bill,
            id => match self.walker.provenance.factor(plugin, id) {
                Some(row) => TermSource::Factor(row.clone()),
                None => TermSource::Stated(id.to_owned()),
            },
        };
        Term { name: term.name.clone(), value: term.value, unit: term.unit.clone(), source }
    }

    /// A sum of the host.
    fn sum(&mut self, output: &str, unit: &str, parts: &[&str]) {
        let value_of = |name: &str| {
            let column = self.frame.column(name).and_then(|column| column.number(0));
            let earlier = || self.steps.iter().rev().find(|step| step.output == name).map(|step| step.value);
            column.or_else(earlier)
        };
        let known: BTreeMap<&str, f64> =
            parts.iter().filter_map(|part| Some((*part, value_of(part)?))).collect();
        // A part that is not known makes the sum unknown: there is no step to show.
        if known.len() < parts.len() {
            return;
        }
        let term = |(name, value): (&&str, &f64)| Term {
            name: (*name).to_owned(),
            value: *value,
            unit: unit.to_owned(),
            source: TermSource::Step,
        };
        self.steps.push(Step {
            plugin: None,
            output: output.to_owned(),
            formula: parts.iter().map(|part| format!("[{part}]")).collect::<Vec<_>>().join(" + "),
            value: parts.iter().filter_map(|part| known.get(part)).sum(),
            unit: Some(unit.to_owned()),
            terms: known.iter().map(term).collect(),
        });
    }
}
