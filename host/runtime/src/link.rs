//! Puts plugins into the order in which they need each other, before any row is read.
//!
//! The order depends on the plugins alone, not on the order in which they are listed: among those that could run
//! next, the one with the smallest id runs next. A total is summed as soon as its last part is there.

use std::collections::{BTreeMap, BTreeSet};

use joulework_units::Unit;

use crate::descriptor::{Descriptor, Input, Kind, Output};
use crate::link_error::{LinkError, Shape};
use crate::pipeline::{Figure, RootColumn, RootRead, Stage};
use crate::standard::{Origin, standard_column};
use crate::validate::similar;

/// What runs, in its order, and what it reads and gives.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) stages: Vec<PlannedStage>,
    pub(crate) steps: Vec<Step>,
    pub(crate) reads: Vec<RootRead>,
    pub(crate) figures: Vec<Figure>,
}

/// A step of the pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Run the stage of that index.
    Run(usize),
    /// Sum the parts of a total.
    Sum { total: String, parts: Vec<String> },
}

/// A stage with what it is given, and what is done with what it returns.
#[derive(Debug)]
pub(crate) struct PlannedStage {
    pub(crate) stage: Stage,
    /// The columns that it is given, each with the factor from the unit of the frames to its own.
    pub(crate) inputs: Vec<(String, f64)>,
    /// For each output, the factor from its unit to the unit of the frames.
    pub(crate) factors: Vec<f64>,
}

impl PlannedStage {
    pub(crate) fn id(&self) -> &str {
        self.stage.plugin.id()
    }

    /// How many columns the plugin returns.
    pub(crate) fn width(&self) -> usize {
        let outputs = &self.stage.plugin.descriptor().outputs;
        outputs.iter().map(|output| 1 + output.spreads.len() + usize::from(output.graded)).sum()
    }
}

/// Who gives a column, and how.
#[derive(Debug, Clone)]
struct Given {
    giver: Giver,
    shape: Shape,
    /// Symbol of the unit in which the frames hold it.
    unit: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Giver {
    Root,
    Stage(usize),
    /// Stages that give a part.
    Total(Vec<usize>),
}

/// How plugins fit together: indices stand for the plugins in the order in which they were given.
#[derive(Debug)]
struct Order {
    sequence: Vec<usize>,
    /// For each plugin in its order, what it is given.
    inputs: Vec<Vec<(String, f64)>>,
    /// For each plugin in its order, the factors of its outputs.
    factors: Vec<Vec<f64>>,
    /// With places in `sequence` instead of indices.
    steps: Vec<Step>,
    reads: Vec<RootRead>,
    figures: Vec<Figure>,
}

/// Descriptors in rising order of their ids, and who gives what.
struct Linker<'a> {
    plugins: &'a [&'a Descriptor],
    given: BTreeMap<String, Given>,
}

pub(crate) fn plan(mut stages: Vec<Stage>, roots: &[RootColumn]) -> Result<Plan, LinkError> {
    stages.sort_by(|left, right| left.plugin.id().cmp(right.plugin.id()));
    let used: Vec<Descriptor> = stages
        .iter()
        .map(|stage| {
            let tables: Vec<&str> = stage.tables.iter().map(|(name, _)| name.as_str()).collect();
            as_used(stage.plugin.descriptor(), &tables)
        })
        .collect();
    let descriptors: Vec<&Descriptor> = used.iter().collect();
    let Order { sequence, inputs, factors, steps, reads, figures } = link(&descriptors, roots)?;
    let mut slots: Vec<Option<Stage>> = stages.into_iter().map(Some).collect();
    let stages = sequence
        .iter()
        .filter_map(|index| slots.get_mut(*index)?.take())
        .zip(inputs)
        .zip(factors)
        .map(|((stage, inputs), factors)| PlannedStage { stage, inputs, factors })
        .collect();
    Ok(Plan { stages, steps, reads, figures })
}

/// A descriptor without the columns that come with a table which the user did not give.
fn as_used(descriptor: &Descriptor, tables: &[&str]) -> Descriptor {
    let mut descriptor = descriptor.clone();
    descriptor
        .inputs
        .retain(|input| input.with_table.is_empty() || tables.contains(&input.with_table.as_str()));
    for output in &mut descriptor.outputs {
        output.inherits.retain(|(name, _)| descriptor.inputs.iter().any(|input| input.name == *name));
    }
    descriptor
}

/// The descriptors must be sorted by id.
fn link(plugins: &[&Descriptor], roots: &[RootColumn]) -> Result<Order, LinkError> {
    if let Some(twice) = plugins.windows(2).find_map(|pair| match pair {
        [left, right] if left.id == right.id => Some(&left.id),
        _ => None,
    }) {
        return Err(LinkError::TwicePlugin { plugin: twice.clone() });
    }
    let linker = Linker { plugins, given: givers(plugins, roots)? };
    let order = linker.order()?;
    let mut readers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut inputs = Vec::with_capacity(order.len());
    for index in &order {
        inputs.push(linker.inputs(*index, &mut readers)?);
    }
    let steps = linker.steps(&order);
    Ok(Order {
        inputs,
        factors: order.iter().map(|index| linker.output_factors(*index)).collect(),
        figures: linker.figures(&steps),
        steps: renumber(steps, &order),
        reads: roots
            .iter()
            .filter_map(|root| {
                readers.remove(&root.name).map(|readers| RootRead { column: root.clone(), readers })
            })
            .collect(),
        sequence: order,
    })
}

fn renumber(steps: Vec<Step>, order: &[usize]) -> Vec<Step> {
    let place = |index: usize| order.iter().position(|other| *other == index).unwrap_or(index);
    steps
        .into_iter()
        .map(|step| match step {
            Step::Run(index) => Step::Run(place(index)),
            sum @ Step::Sum { .. } => sum,
        })
        .collect()
}

/// All columns that there will be; an error where a name comes from two sides.
fn givers(plugins: &[&Descriptor], roots: &[RootColumn]) -> Result<BTreeMap<String, Given>, LinkError> {
    let mut given: BTreeMap<String, Given> = BTreeMap::new();
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut take = |column: &str, giver: &str| match taken.insert(column.to_owned(), giver.to_owned()) {
        None => Ok(()),
        Some(other) => {
            Err(LinkError::TwoGivers { column: column.to_owned(), givers: vec![other, giver.to_owned()] })
        }
    };
    for root in roots {
        check_root(root)?;
        take(&root.name, "the input")?;
        let shape = Shape { kind: root.kind, additive: root.additive };
        given.insert(root.name.clone(), Given { giver: Giver::Root, shape, unit: root.unit.clone() });
    }
    for (index, plugin) in plugins.iter().enumerate() {
        let source = format!("plugin `{}`", plugin.id);
        for output in &plugin.outputs {
            take(&output.name, &source)?;
            for spread in &output.spreads {
                take(&output.gsd_column(&spread.factor), &source)?;
            }
            if output.graded {
                take(&output.basis_column(), &source)?;
            }
            let shape = Shape { kind: output.kind, additive: output.additive };
            let unit = held_unit(output);
            given.insert(output.name.clone(), Given { giver: Giver::Stage(index), shape, unit });
            if let Some(total) = standard_column(&output.part_of) {
                let entry = given.entry(total.name.to_owned()).or_insert_with(|| Given {
                    giver: Giver::Total(Vec::new()),
                    shape: Shape { kind: total.kind, additive: total.additive },
                    unit: total.unit.to_owned(),
                });
                if let Giver::Total(parts) = &mut entry.giver
                    && !parts.contains(&index)
                {
                    parts.push(index);
                }
            }
        }
    }
    Ok(given)
}

/// The unit of the standard list, or the plugin's own.
fn held_unit(output: &Output) -> String {
    standard_column(&output.name).map_or_else(|| output.unit.clone(), |standard| standard.unit.to_owned())
}

fn check_root(root: &RootColumn) -> Result<(), LinkError> {
    let wrong = |problem: String| Err(LinkError::Root { column: root.name.clone(), problem });
    let Some(standard) = standard_column(&root.name) else { return Ok(()) };
    if standard.origin == Origin::Total {
        return wrong("that is a total, which the host sums".to_owned());
    }
    let listed = Shape { kind: standard.kind, additive: standard.additive };
    let offered = Shape { kind: root.kind, additive: root.additive };
    if listed != offered {
        return wrong(format!("as {offered}, while the standard list has it as {listed}"));
    }
    match factor(&root.unit, standard.unit, root.kind) {
        Some(_) => Ok(()),
        None => wrong(format!("in `{}`, which cannot be converted to `{}`", root.unit, standard.unit)),
    }
}

/// Factor from one unit to another; `None` across dimensions.
fn factor(from: &str, to: &str, kind: Kind) -> Option<f64> {
    if kind != Kind::Number || from == to {
        return Some(1.0);
    }
    Unit::parse(from).ok()?.factor_to(&Unit::parse(to).ok()?).ok()
}

impl Linker<'_> {
    /// What each stage waits for: stage and column.
    fn waits_for(&self, index: usize) -> Vec<(usize, &str)> {
        let Some(plugin) = self.plugins.get(index) else { return Vec::new() };
        let mut waits = Vec::new();
        for input in &plugin.inputs {
            match self.given.get(&input.name).map(|given| &given.giver) {
                Some(Giver::Stage(giver)) => waits.push((*giver, input.name.as_str())),
                Some(Giver::Total(parts)) => {
                    waits.extend(parts.iter().map(|part| (*part, input.name.as_str())));
                }
                Some(Giver::Root) | None => {}
            }
        }
        waits
    }

    fn order(&self) -> Result<Vec<usize>, LinkError> {
        let mut waiting: BTreeSet<usize> = (0..self.plugins.len()).collect();
        let mut order = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let ready =
                |index: &usize| self.waits_for(*index).iter().all(|(giver, _)| !waiting.contains(giver));
            let Some(next) = waiting.iter().copied().find(ready) else {
                return Err(LinkError::Cycle { steps: self.cycle(&waiting) });
            };
            waiting.remove(&next);
            order.push(next);
        }
        Ok(order)
    }

    /// One cycle among stages that all wait for each other.
    fn cycle(&self, waiting: &BTreeSet<usize>) -> Vec<String> {
        let mut path: Vec<(usize, String)> = Vec::new();
        let mut at = waiting.first().copied();
        while let Some(index) = at {
            if let Some(start) = path.iter().position(|(seen, _)| *seen == index) {
                return path.split_off(start).into_iter().map(|(_, step)| step).collect();
            }
            let next = self.waits_for(index).into_iter().find(|(giver, _)| waiting.contains(giver));
            let name = |index: usize| self.plugins.get(index).map_or("", |plugin| plugin.id.as_str());
            if let Some((giver, column)) = next {
                path.push((
                    index,
                    format!("`{}` reads `{column}`, which waits for `{}`", name(index), name(giver)),
                ));
            }
            at = next.map(|(giver, _)| giver);
        }
        Vec::new()
    }

    /// The columns that a stage is given, with their factors; notes which roots it reads.
    fn inputs(
        &self,
        index: usize,
        reads: &mut BTreeMap<String, Vec<String>>,
    ) -> Result<Vec<(String, f64)>, LinkError> {
        let Some(plugin) = self.plugins.get(index) else { return Ok(Vec::new()) };
        let mut inputs = Vec::new();
        for input in &plugin.inputs {
            let Some(given) = self.given.get(&input.name) else {
                if input.optional {
                    continue;
                }
                return Err(self.missing(plugin, input));
            };
            let factor = self.check(plugin, input, given)?;
            if given.giver == Giver::Root {
                reads.entry(input.name.clone()).or_default().push(plugin.id.clone());
            }
            inputs.push((input.name.clone(), factor));
        }
        Ok(inputs)
    }

    fn missing(&self, plugin: &Descriptor, input: &Input) -> LinkError {
        let plugin = plugin.id.clone();
        let column = input.name.clone();
        if standard_column(&column).is_some_and(|standard| standard.origin == Origin::Total) {
            return LinkError::EmptyTotal { plugin, column };
        }
        let candidates = similar(&column, self.given.keys().map(String::as_str));
        LinkError::MissingInput { plugin, column, candidates }
    }

    fn check(&self, plugin: &Descriptor, input: &Input, given: &Given) -> Result<f64, LinkError> {
        let source = || match &given.giver {
            Giver::Root => "the input".to_owned(),
            Giver::Stage(index) => {
                format!("plugin `{}`", self.plugins.get(*index).map_or("", |plugin| plugin.id.as_str()))
            }
            Giver::Total(_) => "the host".to_owned(),
        };
        let plugin = || plugin.id.clone();
        let wanted = Shape { kind: input.kind, additive: input.additive };
        if wanted != given.shape {
            let column = input.name.clone();
            return Err(LinkError::Kind {
                plugin: plugin(),
                column,
                wanted,
                given: given.shape,
                giver: source(),
            });
        }
        factor(&given.unit, &input.unit, input.kind).ok_or_else(|| LinkError::Dimension {
            plugin: plugin(),
            column: input.name.clone(),
            wanted: input.unit.clone(),
            given: given.unit.clone(),
            giver: source(),
        })
    }

    /// A factor that admission has found to exist.
    fn output_factors(&self, index: usize) -> Vec<f64> {
        let outputs = self.plugins.get(index).map(|plugin| plugin.outputs.as_slice());
        outputs
            .unwrap_or_default()
            .iter()
            .map(|output| factor(&output.unit, &held_unit(output), output.kind).unwrap_or(1.0))
            .collect()
    }

    /// The stages in their order, each total right after its last part.
    fn steps(&self, order: &[usize]) -> Vec<Step> {
        let mut steps = Vec::new();
        for (place, index) in order.iter().enumerate() {
            steps.push(Step::Run(*index));
            let done = order.get(..=place).unwrap_or_default();
            for (total, given) in &self.given {
                let Giver::Total(parts) = &given.giver else { continue };
                if parts.contains(index) && parts.iter().all(|part| done.contains(part)) {
                    let parts = done.iter().flat_map(|stage| self.parts_of(*stage, total)).collect();
                    steps.push(Step::Sum { total: total.clone(), parts });
                }
            }
        }
        steps
    }

    fn parts_of(&self, index: usize, total: &str) -> Vec<String> {
        let outputs = self.plugins.get(index).map(|plugin| plugin.outputs.iter());
        outputs
            .into_iter()
            .flatten()
            .filter(|output| output.part_of == total)
            .map(|output| output.name.clone())
            .collect()
    }

    fn figures(&self, steps: &[Step]) -> Vec<Figure> {
        let mut figures = Vec::new();
        for step in steps {
            match step {
                Step::Run(index) => {
                    let Some(plugin) = self.plugins.get(*index) else { continue };
                    let outputs = plugin.outputs.iter();
                    figures.extend(outputs.map(|output| self.figure(plugin, output)));
                }
                Step::Sum { total, parts } => {
                    if let Some(given) = self.given.get(total) {
                        figures.push(Figure::total(total, given.shape, &given.unit, parts.clone()));
                    }
                }
            }
        }
        figures
    }

    fn figure(&self, plugin: &Descriptor, output: &Output) -> Figure {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let given = |(name, _): &&(String, f64)| self.given.contains_key(name);
        Figure {
            name: output.name.clone(),
            kind: output.kind,
            unit: held_unit(output),
            additive: output.additive,
            plugin: Some(plugin.id.clone()),
            part_of: some(&output.part_of),
            parts: Vec::new(),
            inherits: output.inherits.iter().filter(given).cloned().collect(),
            spreads: output.spreads.clone(),
            graded: output.graded,
        }
    }
}

#[cfg(test)]
mod tests;
