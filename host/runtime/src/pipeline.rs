//! A pipeline: plugins in the order in which they need each other, and what they read and give.

use serde_json::Value;

use crate::columns::Batch;
use crate::descriptor::{Kind, Role, Spread};
use crate::fault::{FaultKind, PluginFault};
use crate::limits::{Limits, OnFault};
use crate::link::{self, Plan};
use crate::link_error::{LinkError, Shape};
use crate::runtime::Plugin;
use crate::sandbox::instance::Instance;
use crate::session::{Frame, Session};
use crate::standard::standard_column;
use crate::{settings, tables};

/// A plugin and how it is to be used.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The plugin.
    pub plugin: Plugin,
    /// Its settings, checked against its schema; `null` for none.
    pub settings: Value,
    /// The user's reference tables, by the names that its descriptor lists.
    pub tables: Vec<(String, Batch)>,
    /// What it may use.
    pub limits: Limits,
    /// What a fault does to the run.
    pub on_fault: OnFault,
}

impl Stage {
    /// The plugin with no settings, no tables, the default limits, and a run that ends at its first fault.
    #[must_use]
    pub fn new(plugin: Plugin) -> Self {
        Self {
            plugin,
            settings: Value::Null,
            tables: Vec::new(),
            limits: Limits::default(),
            on_fault: OnFault::default(),
        }
    }
}

/// A column that the caller can put into every batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootColumn {
    /// Name of the column.
    pub name: String,
    /// Kind of its values.
    pub kind: Kind,
    /// Symbol of the unit in which the caller gives it; for a standard column that of the list.
    pub unit: String,
    /// Whether it may be summed.
    pub additive: bool,
}

impl RootColumn {
    /// The standard column of that name, in its standard unit.
    #[must_use]
    pub fn standard(name: &str) -> Option<Self> {
        standard_column(name).map(|column| Self {
            name: column.name.to_owned(),
            kind: column.kind,
            unit: column.unit.to_owned(),
            additive: column.additive,
        })
    }
}

/// A root column that at least one plugin reads. Every batch must have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootRead {
    /// The column.
    pub column: RootColumn,
    /// Ids of the plugins that read it, in their order.
    pub readers: Vec<String>,
}

/// A column that the pipeline adds: an output of a plugin, or a total.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Name of the column.
    pub name: String,
    /// Kind of its values.
    pub kind: Kind,
    /// Symbol of the unit in which the frames hold it: of the standard list where it is on it.
    pub unit: String,
    /// Whether it may be summed.
    pub additive: bool,
    /// Id of the plugin that gives it; `None` for a total.
    pub plugin: Option<String>,
    /// The total that it is a part of.
    pub part_of: Option<String>,
    /// For a total, the figures that it sums.
    pub parts: Vec<String>,
    /// Columns of the pipeline whose relative error it inherits, each with its power. Optional inputs that nothing
    /// gives are left out.
    pub inherits: Vec<(String, f64)>,
    /// Its own sources of error. The frames hold `NAME.gsd.FACTOR` for each.
    pub spreads: Vec<Spread>,
    /// Whether the frames hold `NAME.basis`.
    pub graded: bool,
}

impl Figure {
    /// A total of the host: no errors of its own, no grade of its own.
    pub(crate) fn total(name: &str, shape: Shape, unit: &str, parts: Vec<String>) -> Self {
        Self {
            name: name.to_owned(),
            kind: shape.kind,
            unit: unit.to_owned(),
            additive: shape.additive,
            plugin: None,
            part_of: None,
            parts,
            inherits: Vec::new(),
            spreads: Vec::new(),
            graded: false,
        }
    }
}

/// Plugins in the order in which they need each other. Holds no instance and no row, so that one pipeline can serve
/// many threads, each with sessions of its own.
#[derive(Debug)]
pub struct Pipeline {
    plan: Plan,
    settings: Vec<String>,
}

impl Pipeline {
    /// Orders the plugins by what they read and give, checks settings, units and tables, and configures each plugin
    /// once to see whether it takes them.
    ///
    /// `roots` are the columns that the caller can put into every batch. The order of `stages` does not matter.
    ///
    /// # Errors
    /// A missing input, two givers of one column, a cycle, a difference in dimension or kind, or settings or tables
    /// that a plugin refuses.
    pub fn link(stages: Vec<Stage>, roots: &[RootColumn]) -> Result<Self, LinkError> {
        if let Some(stage) = stages.iter().find(|stage| stage.plugin.role() != Role::Estimator) {
            let message = "it is an advisor, and estimates nothing".to_owned();
            return Err(PluginFault::new(stage.plugin.id(), FaultKind::Caller { message }).into());
        }
        let plan = link::plan(stages, roots)?;
        let mut settings = Vec::with_capacity(plan.stages.len());
        for planned in &plan.stages {
            let stage = &planned.stage;
            let descriptor = stage.plugin.descriptor();
            let fault = |kind| PluginFault::new(stage.plugin.id(), kind);
            let text = settings::check(&descriptor.settings_schema, &stage.settings).map_err(fault)?;
            tables::check(&descriptor.tables, &stage.tables)
                .map_err(|(kind, column)| fault(kind).at(None, column))?;
            stage.plugin.open(&stage.limits)?.configure(&text, &stage.tables)?;
            settings.push(text);
        }
        Ok(Self { plan, settings })
    }

    /// The root columns that some plugin reads, in the order of `roots`. A batch needs these and no others.
    #[must_use]
    pub fn reads(&self) -> &[RootRead] {
        &self.plan.reads
    }

    /// The columns that the pipeline adds, in the order in which they are computed.
    #[must_use]
    pub fn figures(&self) -> &[Figure] {
        &self.plan.figures
    }

    /// The figure of that name.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.plan.figures.iter().find(|figure| figure.name == name)
    }

    /// The stages, in the order in which they run.
    #[must_use]
    pub fn stages(&self) -> impl ExactSizeIterator<Item = &Stage> {
        self.plan.stages.iter().map(|planned| &planned.stage)
    }

    /// Instances for one fixed run of batches. Which batches share a session decides which instance sees them, so
    /// the caller makes a new session for each run of a fixed number of batches that depends on the input alone.
    #[must_use]
    pub fn session(&self) -> Session<'_> {
        Session::new(self)
    }

    /// Runs the batches through one session.
    ///
    /// # Errors
    /// The first fault that ends the run.
    pub fn run(&self, batches: impl IntoIterator<Item = Batch>) -> Result<Vec<Frame>, PluginFault> {
        let mut session = self.session();
        batches.into_iter().map(|batch| session.run(batch)).collect()
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A fresh, configured instance of the stage of that index.
    pub(crate) fn open(&self, index: usize) -> Result<Instance, PluginFault> {
        let (Some(planned), Some(settings)) = (self.plan.stages.get(index), self.settings.get(index)) else {
            return Err(PluginFault::new(
                "",
                FaultKind::Host { message: format!("there is no stage {index}") },
            ));
        };
        let stage = &planned.stage;
        let mut instance = stage.plugin.open(&stage.limits)?;
        instance.configure(settings, &stage.tables)?;
        Ok(instance)
    }
}
