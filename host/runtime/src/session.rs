//! A session: the instances of a pipeline's plugins, and the batches that run through them.

use crate::breach::Breach;
use crate::columns::{Batch, Column, Data};
use crate::descriptor::Step as Explained;
use crate::fault::{Diagnostic, FaultKind, PluginFault};
use crate::gate;
use crate::isolate::{Isolated, isolate, locate};
use crate::limits::OnFault;
use crate::link::{PlannedStage, Step};
use crate::pipeline::Pipeline;
use crate::sandbox::convert::Lent;
use crate::sandbox::instance::Instance;
use crate::tables::fits;
use crate::totals;

/// Messages that a session keeps until they are taken.
const MESSAGES: usize = 256;

/// The instances of a pipeline's plugins, each made and configured at its first batch. For one thread.
#[derive(Debug)]
pub struct Session<'a> {
    pipeline: &'a Pipeline,
    instances: Vec<Option<Instance>>,
    fuel: Vec<u64>,
    messages: Vec<(String, Diagnostic)>,
}

/// A batch with everything that the pipeline added to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Frame {
    /// How many rows every column has.
    pub rows: usize,
    /// The batch's own columns, then each plugin's outputs with their `.gsd.` and `.basis` columns, and the totals,
    /// in the order in which they were computed, in the units of [`Pipeline::figures`].
    pub columns: Vec<Column>,
    /// Rows that plugins did not estimate, in the order of the plugins. Only with
    /// [`OnFault::NotEstimated`].
    pub faulted: Vec<Faulted>,
}

/// Rows of a frame that one plugin did not estimate: all its outputs are unknown there.
#[derive(Debug, Clone, PartialEq)]
pub struct Faulted {
    /// Id of the plugin.
    pub plugin: String,
    /// The rows, in rising order.
    pub rows: Vec<usize>,
    /// How many of them were not tried alone, because the plugin failed too often in one batch.
    pub untried: usize,
    /// The fault of the first of them.
    pub first: PluginFault,
}

/// How one plugin's outputs came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Id of the plugin.
    pub plugin: String,
    /// Its steps, in its order and its units.
    pub steps: Vec<Explained>,
}

impl Frame {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl<'a> Session<'a> {
    pub(crate) fn new(pipeline: &'a Pipeline) -> Self {
        let stages = pipeline.plan().stages.len();
        Self {
            pipeline,
            instances: std::iter::repeat_with(|| None).take(stages).collect(),
            fuel: vec![0; stages],
            messages: Vec::new(),
        }
    }

    /// Runs one batch through all plugins. The batch must have the columns of [`Pipeline::reads`], in the units that
    /// the pipeline was linked with; others are carried along and shown to no plugin.
    ///
    /// # Errors
    /// The fault that ends the run. The session can be used on with another batch: a plugin that failed gets a fresh
    /// instance.
    pub fn run(&mut self, batch: Batch) -> Result<Frame, PluginFault> {
        self.check(&batch)?;
        let mut frame = Frame { rows: batch.rows, columns: batch.columns, faulted: Vec::new() };
        let plan = self.pipeline.plan();
        for step in &plan.steps {
            match step {
                Step::Run(index) => {
                    let Some(planned) = plan.stages.get(*index) else { continue };
                    let columns = self.estimate(*index, planned, &mut frame)?;
                    frame.columns.extend(columns);
                }
                Step::Sum { total, parts } => {
                    let columns: Vec<&Column> = parts.iter().filter_map(|part| frame.column(part)).collect();
                    let sum =
                        totals::sum(total, &columns, frame.rows).map_err(|row| self.overflow(parts, row))?;
                    frame.columns.push(sum);
                }
            }
        }
        Ok(frame)
    }

    /// Runs one batch and asks each plugin how its outputs came about.
    ///
    /// # Errors
    /// As for [`Session::run`]; a fault of an explanation always ends it.
    pub fn explain(&mut self, batch: Batch) -> Result<(Frame, Vec<Explanation>), PluginFault> {
        let frame = self.run(batch)?;
        let plan = self.pipeline.plan();
        let mut explanations = Vec::with_capacity(plan.stages.len());
        for (index, planned) in plan.stages.iter().enumerate() {
            let input = lend(planned, &frame.columns);
            let steps =
                self.with_instance(index, |instance| instance.explain(frame.rows, &input, planned.width()))?;
            explanations.push(Explanation { plugin: planned.id().to_owned(), steps });
        }
        Ok((frame, explanations))
    }

    /// What the plugins said since the last time, in the order in which they said it, up to a bound.
    pub fn take_diagnostics(&mut self) -> Vec<(String, Diagnostic)> {
        std::mem::take(&mut self.messages)
    }

    /// Fuel that the calls of each plugin used so far, by its id, without calls that failed.
    pub fn fuel_used(&self) -> impl Iterator<Item = (&str, u64)> {
        let stages = self.pipeline.plan().stages.iter();
        stages.map(PlannedStage::id).zip(self.fuel.iter().copied())
    }

    fn check(&self, batch: &Batch) -> Result<(), PluginFault> {
        let wrong = |message: String, reader: Option<&String>, column: &str| {
            let plugin = reader.map_or("", String::as_str);
            Err(PluginFault::new(plugin, FaultKind::Caller { message }).at(None, Some(column.to_owned())))
        };
        if u32::try_from(batch.rows).is_err() {
            return wrong(format!("it has {} rows", batch.rows), None, "");
        }
        for read in &self.pipeline.plan().reads {
            let (name, reader) = (&read.column.name, read.readers.first());
            match batch.column(name) {
                None => return wrong("the column is missing".to_owned(), reader, name),
                Some(column) if column.data.kind() != read.column.kind => {
                    return wrong(format!("it is a {}", column.data.kind()), reader, name);
                }
                Some(column) if !fits(&column.data, batch.rows) => {
                    return wrong(format!("it is not {} rows long", batch.rows), reader, name);
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// The outputs of one stage, in the units of the frames.
    fn estimate(
        &mut self,
        index: usize,
        planned: &PlannedStage,
        frame: &mut Frame,
    ) -> Result<Vec<Column>, PluginFault> {
        let rows = frame.rows;
        let fault = match self.attempt(index, planned, &frame.columns, rows) {
            Ok(columns) => return Ok(columns),
            Err(fault) => fault,
        };
        let selected = Batch {
            rows,
            columns: planned.inputs.iter().filter_map(|(name, _)| frame.column(name).cloned()).collect(),
        };
        let mut attempt = |batch: &Batch| self.attempt(index, planned, &batch.columns, batch.rows);
        if planned.stage.on_fault == OnFault::Stop || !fault.is_deterministic() || rows == 0 {
            return Err(locate(fault, &selected, &mut attempt));
        }
        let Isolated { columns, faulted } = isolate(&fault, &selected, planned, &mut attempt)?;
        frame.faulted.extend(faulted);
        Ok(columns)
    }

    /// One call over `rows` rows, and its result through the gate.
    fn attempt(
        &mut self,
        index: usize,
        planned: &PlannedStage,
        columns: &[Column],
        rows: usize,
    ) -> Result<Vec<Column>, PluginFault> {
        let input = lend(planned, columns);
        let stage = &planned.stage;
        self.with_instance(index, |instance| {
            let result = instance.estimate(rows, &input, planned.width())?;
            let accepted = gate::accept(result, rows, stage.plugin.descriptor(), stage.limits.text_bytes);
            let mut columns = accepted.map_err(|refusal| instance.refused(refusal))?;
            convert(planned, &mut columns).map_err(|refusal| instance.refused(refusal))?;
            Ok(columns)
        })
    }

    /// Calls the stage's instance, made fresh where there is none; after an error it is dropped.
    fn with_instance<R>(
        &mut self,
        index: usize,
        call: impl FnOnce(&mut Instance) -> Result<R, PluginFault>,
    ) -> Result<R, PluginFault> {
        let kept = self.instances.get_mut(index).and_then(Option::take);
        let mut instance = match kept {
            Some(instance) => instance,
            None => self.pipeline.open(index)?,
        };
        let result = call(&mut instance)?;
        if let Some(fuel) = self.fuel.get_mut(index) {
            *fuel = fuel.saturating_add(instance.take_fuel_used());
        }
        let room = MESSAGES.saturating_sub(self.messages.len());
        let said = instance.take_messages().into_iter().take(room);
        let id = self.pipeline.plan().stages.get(index).map_or("", PlannedStage::id);
        self.messages.extend(said.map(|message| (id.to_owned(), message)));
        if let Some(slot) = self.instances.get_mut(index) {
            *slot = Some(instance);
        }
        Ok(result)
    }

    /// A total that left the range of numbers, laid at the door of the plugin that gives its last part.
    fn overflow(&self, parts: &[String], row: usize) -> PluginFault {
        let last = parts.last().and_then(|part| self.pipeline.figure(part));
        let plugin = last.and_then(|figure| figure.plugin.clone()).unwrap_or_default();
        let breach = Breach::NotFinite { value: f64::INFINITY };
        PluginFault::new(plugin, breach).at(Some(row), last.map(|figure| figure.name.clone()))
    }
}

/// The columns that the stage reads, in its units.
fn lend<'c>(planned: &PlannedStage, columns: &'c [Column]) -> Vec<Lent<'c>> {
    let find = |name: &str| columns.iter().find(|column| column.name == name);
    planned.inputs.iter().filter_map(|(name, factor)| Some(Lent::new(find(name)?, *factor))).collect()
}

/// From the plugin's units to those of the frames. Deviations are ratios and stay as they are.
fn convert(planned: &PlannedStage, columns: &mut [Column]) -> Result<(), gate::Refusal> {
    let outputs = &planned.stage.plugin.descriptor().outputs;
    #[allow(clippy::float_cmp, reason = "exactly 1 means that there is nothing to convert")]
    let converted = outputs.iter().zip(&planned.factors).filter(|(_, factor)| **factor != 1.0);
    for (output, factor) in converted {
        let Some(column) = columns.iter_mut().find(|column| column.name == output.name) else { continue };
        let overflow = match &mut column.data {
            Data::Same(value) => {
                *value *= factor;
                (!value.is_finite()).then_some((0, *value))
            }
            Data::Numbers { values, .. } => {
                for value in values.iter_mut() {
                    *value *= factor;
                }
                values.iter().copied().enumerate().find(|(_, value)| !value.is_finite())
            }
            _ => None,
        };
        if let Some((row, value)) = overflow {
            let breach = Breach::NotFinite { value };
            return Err(gate::Refusal { breach, row: Some(row), column: Some(output.name.clone()) });
        }
    }
    Ok(())
}
