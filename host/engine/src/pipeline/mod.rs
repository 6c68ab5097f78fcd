//! A run: from its description to an assessment.

mod description;
mod plugins;
mod reading;

use std::collections::BTreeSet;
use std::path::PathBuf;

use joulework_runtime::{Advisor, Kind, Pipeline, Runtime, RuntimeOptions};

pub use description::{
    BillDescription, Description, LambdaLogsDescription, OnPremises, PluginDescription,
    UtilisationDescription,
};
pub use plugins::roots;
use reading::Reading;

use crate::activity::{Accumulator, Activity, Plan, Wanted};
use crate::assess::Estimates;
use crate::bill::{Bill, BillOptions, Overlap, UsageBatch};
use crate::calendar::Step;
use crate::error::EngineError;
use crate::loads::Loads;
use crate::memory::Memory;
use crate::provenance::{InputFile, Note, Provenance};
use crate::work::{LINE_COLUMNS, RecordedWork, UnitOfWork, WorkReport, WorkSource};

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of billing files that were just read.
    pub bytes: u64,
    /// Bytes of all billing files.
    pub of: u64,
    /// Rows that were just read.
    pub rows: u64,
    /// Whether this is a whole file that was not read, because it has not changed since an earlier run.
    pub remembered: bool,
}

/// A run that is ready: plugins admitted and linked.
#[derive(Debug)]
pub struct Engine {
    description: Description,
    pipeline: Pipeline,
    /// The sandbox of its plugins, where the engine made it.
    runtime: Option<Runtime>,
    /// The user's tables that were read for it.
    tables: Vec<InputFile>,
    /// What was read of utilisation.
    measured: Measured,
    plan: Plan,
    threads: usize,
    memory: Option<Memory>,
}

/// What a run found.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// The description of the run.
    pub description: Description,
    /// The estimates, ready for roll-ups.
    pub estimates: Estimates,
    /// What it was made from.
    pub provenance: Provenance,
    /// The work of the description's units, in their order; none where a part of the bill was assessed.
    pub recorded: Vec<RecordedWork>,
}

/// What files of metrics say: loads, and where they are from.
#[derive(Debug, Clone, Default)]
pub struct Utilisation {
    /// Loads of resources.
    pub loads: Loads,
    /// The files.
    pub files: Vec<InputFile>,
    /// What the user should know about them.
    pub notes: Vec<Note>,
}

/// The same without the loads.
#[derive(Debug, Clone, Default)]
struct Measured {
    files: Vec<InputFile>,
    notes: Vec<Note>,
}

/// The accounts that bills are for, as far as they were read.
pub(crate) fn billing_accounts(bills: &[Bill]) -> Vec<String> {
    let files = bills.iter().flat_map(Bill::files);
    let accounts: BTreeSet<String> = files.flat_map(|file| file.findings().into_accounts()).collect();
    accounts.into_iter().collect()
}

impl Assessment {
    /// The units of work over time, in periods of `step`, in the order of the manifest.
    ///
    /// # Errors
    /// When a unit names a workload that no rule makes, or the step is finer than that of the estimates.
    pub fn work(&self, step: Step) -> Result<Vec<WorkReport>, EngineError> {
        let units = self.description.units.iter().zip(&self.recorded);
        units.map(|(unit, recorded)| self.estimates.per_unit(unit, recorded, step)).collect()
    }
}

impl Engine {
    /// Admits and links the plugins of a description that has no utilisation. `cache_dir` keeps compiled plugins.
    ///
    /// # Errors
    /// When a plugin is not admitted, plugins do not fit together, or a setting or rule is not valid; when the
    /// description has utilisation, which [`Engine::with_utilisation`] takes.
    pub fn new(description: Description, cache_dir: Option<PathBuf>) -> Result<Self, EngineError> {
        if !description.utilisation.is_empty() || !description.lambda_logs.is_empty() {
            return Err(EngineError::UtilisationUnread);
        }
        Self::with_utilisation(description, Utilisation::default(), cache_dir)
    }

    /// The same with the utilisation that the files of the description say: rows are joined with the loads of their
    /// resources in their hours.
    ///
    /// # Errors
    /// As for [`Engine::new`].
    pub fn with_utilisation(
        description: Description,
        utilisation: Utilisation,
        cache_dir: Option<PathBuf>,
    ) -> Result<Self, EngineError> {
        let runtime = Runtime::new(RuntimeOptions { cache_dir, ..RuntimeOptions::default() })?;
        let (pipeline, tables) =
            plugins::link(&runtime, &description.plugins, !utilisation.loads.is_empty())?;
        let engine = Self::with_pipeline(description, pipeline)?;
        let Utilisation { loads, files, notes } = utilisation;
        let measured = Measured { files, notes };
        let plan = engine.plan.with_loads(loads);
        Ok(Self { tables, measured, plan, runtime: Some(runtime), ..engine })
    }

    /// Uses a pipeline that is linked already; the description's own plugins are ignored.
    ///
    /// # Errors
    /// When a rule is not valid.
    pub fn with_pipeline(description: Description, pipeline: Pipeline) -> Result<Self, EngineError> {
        let by_bill = description.units.iter().any(|unit| matches!(unit.source, WorkSource::Bill { .. }));
        let lines = LINE_COLUMNS.iter().filter(|_| by_bill);
        let terms = ["operation", "pricing-category"].iter().filter(|_| description.terms_apart);
        let wanted = Wanted {
            // Work and bill are joined by days at least.
            step: if description.units.is_empty() {
                description.step
            } else {
                description.step.min(Step::Day)
            },
            dimensions: description.dimensions.clone(),
            extra_columns: lines.chain(terms).map(|name| (*name).to_owned()).collect(),
            default_region: description.default_region.clone(),
            window: description.window,
            rules: description.workloads.clone(),
        };
        let plan = Plan::new(&pipeline, wanted);
        Accumulator::new(&plan)?;
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            description,
            pipeline,
            runtime: None,
            tables: Vec::new(),
            measured: Measured::default(),
            plan,
            threads,
            memory: None,
        })
    }

    /// The same run on at most `threads` threads; results do not depend on how many.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// The same run with a memory: files that have not changed since an earlier run are not read again. The result is
    /// the same.
    #[must_use]
    pub fn memory(mut self, memory: Memory) -> Self {
        self.memory = Some(memory);
        self
    }

    pub(crate) const fn thread_count(&self) -> usize {
        self.threads
    }

    /// The description of the run.
    #[must_use]
    pub const fn description(&self) -> &Description {
        &self.description
    }

    /// The plugins, linked.
    #[must_use]
    pub const fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// The advisors of the run, in the order of their ids: first-party ones and the user's. None where the engine was
    /// given a pipeline that was linked already.
    ///
    /// # Errors
    /// When one is not admitted, or its settings or tables do not fit.
    pub fn advisors(&self) -> Result<Vec<Advisor>, EngineError> {
        match &self.runtime {
            Some(runtime) => plugins::advisors(runtime, &self.description.plugins),
            None => Ok(Vec::new()),
        }
    }

    /// Which columns are kept apart.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Finds and opens the bills of the description.
    ///
    /// # Errors
    /// When nothing is found, or a file is no bill.
    pub fn open(&self) -> Result<Vec<Bill>, EngineError> {
        let open = |bill: &BillDescription| {
            let options = BillOptions {
                zone: crate::zone::find(&bill.time_zone)?,
                overlap: if bill.overlap_adds { Overlap::Add } else { Overlap::Stop },
                memory: self.memory.clone(),
            };
            let sources: Vec<_> = bill.paths.iter().map(|path| path.clone().into()).collect();
            Ok(Bill::open(&sources, &options)?)
        };
        self.description.bills.iter().map(open).collect()
    }

    /// Reads work and bills and estimates them; `tell` hears of each part that was read.
    ///
    /// # Errors
    /// The first bad value, fault or overflow.
    pub fn assess(&self, tell: &(dyn Fn(Progress) + Sync)) -> Result<Assessment, EngineError> {
        self.assess_with(tell, Activity::of)
    }

    /// The same; `finish` makes the activity of the sum of all rows.
    pub(crate) fn assess_with<'a>(
        &'a self,
        tell: &(dyn Fn(Progress) + Sync),
        finish: impl FnOnce(Accumulator<'a>) -> Result<Activity, EngineError>,
    ) -> Result<Assessment, EngineError> {
        // What is small is read first: it may be wrong, too.
        let recorded = self.description.units.iter().map(UnitOfWork::read).collect::<Result<Vec<_>, _>>()?;
        let bills = self.open()?;
        let (sum, rows) = self.sum_up(&bills, tell)?;
        let estimates = Estimates::of(finish(sum)?, &self.pipeline, self.threads)?;
        let mut provenance = Provenance::of(&self.pipeline)?;
        for (bill, rows) in bills.iter().zip(&rows) {
            for (file, rows) in bill.files().iter().zip(rows) {
                let sha256 = file.digest()?.to_string();
                provenance.inputs.push(InputFile {
                    path: file.path().display().to_string(),
                    sha256,
                    format: format!("{} {}", file.format(), file.container()),
                    bytes: file.bytes(),
                    rows: *rows,
                });
            }
            provenance.notes.extend(bill.notes().into_iter().map(|note| Note {
                code: note.code.to_owned(),
                text: format!("{}: {}", note.file.display(), note.text),
                rows: note.rows,
            }));
        }
        provenance.billing_accounts = billing_accounts(&bills);
        provenance.inputs.sort_by(|left, right| left.path.cmp(&right.path));
        provenance.tables.clone_from(&self.tables);
        provenance.utilisation.clone_from(&self.measured.files);
        provenance.notes.extend(self.measured.notes.iter().cloned());
        provenance.notes.extend(recorded.iter().filter_map(RecordedWork::note));
        provenance.notes.extend(estimates.notes());
        Ok(Assessment { description: self.description.clone(), estimates, provenance, recorded })
    }

    /// Adds the rows of bills up; with them, per bill and file, how many rows were read.
    ///
    /// # Errors
    /// The first bad value, or a sum that leaves its range.
    pub fn add_up(
        &self,
        bills: &[Bill],
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<(Activity, Vec<Vec<u64>>), EngineError> {
        let (sum, rows) = self.sum_up(bills, tell)?;
        Ok((Activity::of(sum)?, rows))
    }

    fn sum_up<'a>(
        &'a self,
        bills: &[Bill],
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<(Accumulator<'a>, Vec<Vec<u64>>), EngineError> {
        let reading = Reading::new(&self.plan, self.memory.as_ref(), bills)?;
        reading.read(bills, self.threads, tell)?;
        for bill in bills {
            bill.finish()?;
        }
        Ok(reading.finish())
    }

    /// Estimates batches that are in memory.
    ///
    /// # Errors
    /// The first bad value, fault or overflow.
    pub fn estimate_batches<'b>(
        &self,
        batches: impl IntoIterator<Item = &'b UsageBatch>,
    ) -> Result<Estimates, EngineError> {
        let mut sum = Accumulator::new(&self.plan)?;
        for batch in batches {
            sum.add(batch)?;
        }
        Estimates::of(Activity::of(sum)?, &self.pipeline, self.threads)
    }

    /// Additive and non-additive numbers that the pipeline gives, by name and unit.
    pub fn number_columns(&self) -> impl Iterator<Item = (&str, &str)> {
        let figures = self.pipeline.figures().iter();
        figures
            .filter(|figure| figure.kind == Kind::Number)
            .map(|figure| (figure.name.as_str(), figure.unit.as_str()))
    }
}
