//! A session: the instances of a pipeline's plugins, and the batches that run through them.

use crate::columns::{Batch, Column};
use crate::descriptor::Step;
use crate::fault::{Diagnostic, PluginFault};
use crate::pipeline::{Pipeline, unfinished};

/// The instances of a pipeline's plugins, each configured once. Not shared between threads.
#[derive(Debug)]
pub struct Session<'a> {
    pipeline: &'a Pipeline,
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
    /// [`OnFault::NotEstimated`](crate::OnFault::NotEstimated).
    pub faulted: Vec<Faulted>,
}

/// Rows of a frame that one plugin did not estimate: all its outputs are unknown there.
#[derive(Debug, Clone, PartialEq)]
pub struct Faulted {
    /// Id of the plugin.
    pub plugin: String,
    /// The rows, in rising order.
    pub rows: Vec<usize>,
    /// The fault of the first of them.
    pub first: PluginFault,
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
        Self { pipeline }
    }

    /// Runs one batch through all plugins. The batch must have the columns of [`Pipeline::reads`]; others are carried
    /// along and shown to no plugin.
    ///
    /// # Errors
    /// The fault that ends the run. The session can be used on with another batch: a plugin that failed gets a fresh
    /// instance.
    pub fn run(&mut self, batch: Batch) -> Result<Frame, PluginFault> {
        let _ = (batch, self.pipeline);
        Err(unfinished("pipeline"))
    }

    /// Runs one batch and asks each plugin how its outputs came about: the frame, and per plugin its steps, in the
    /// units of the plugin.
    ///
    /// # Errors
    /// As for [`Session::run`]; faults always end an explanation.
    pub fn explain(&mut self, batch: Batch) -> Result<(Frame, Vec<Explanation>), PluginFault> {
        let _ = batch;
        Err(unfinished("pipeline"))
    }

    /// What the plugins said since the last time, in the order in which they said it, up to a bound.
    pub fn take_diagnostics(&mut self) -> Vec<(String, Diagnostic)> {
        Vec::new()
    }
}

/// How one plugin's outputs came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Id of the plugin.
    pub plugin: String,
    /// Its steps, in its order.
    pub steps: Vec<Step>,
}
