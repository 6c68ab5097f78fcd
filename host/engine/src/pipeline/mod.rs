//! A run: from its description to an assessment.

mod description;
mod plugins;

use std::path::PathBuf;

use joulework_runtime::{Kind, Pipeline, Runtime, RuntimeOptions};

pub use description::{BillDescription, Description, PluginDescription};
pub use plugins::roots;

use crate::activity::{Accumulator, Activity, Plan, Wanted};
use crate::assess::Estimates;
use crate::bill::{Bill, BillOptions, Chunk, Overlap, UsageBatch};
use crate::calendar::Step;
use crate::error::EngineError;
use crate::parallel;
use crate::provenance::{InputFile, Note, Provenance};
use crate::work::{LINE_COLUMNS, WorkReport, WorkSource};

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of billing files that were just read.
    pub bytes: u64,
    /// Bytes of all billing files.
    pub of: u64,
    /// Rows that were just read.
    pub rows: u64,
}

/// A run that is ready: plugins admitted and linked.
#[derive(Debug)]
pub struct Engine {
    description: Description,
    pipeline: Pipeline,
    plan: Plan,
    threads: usize,
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
}

impl Assessment {
    /// The units of work over time, in periods of `step`, in the order of the manifest.
    ///
    /// # Errors
    /// When a series cannot be read or names a workload that no rule makes.
    pub fn work(&self, step: Step) -> Result<Vec<WorkReport>, EngineError> {
        self.description.units.iter().map(|unit| self.estimates.per_unit(unit, step)).collect()
    }
}

impl Engine {
    /// Admits and links the plugins of a description. `cache_dir` keeps compiled plugins.
    ///
    /// # Errors
    /// When a plugin is not admitted, plugins do not fit together, or a setting or rule is not valid.
    pub fn new(description: Description, cache_dir: Option<PathBuf>) -> Result<Self, EngineError> {
        let runtime = Runtime::new(RuntimeOptions { cache_dir, ..RuntimeOptions::default() })?;
        let pipeline = plugins::link(&runtime, &description.plugins)?;
        Self::with_pipeline(description, pipeline)
    }

    /// Uses a pipeline that is linked already; the description's own plugins are ignored.
    ///
    /// # Errors
    /// When a rule is not valid.
    pub fn with_pipeline(description: Description, pipeline: Pipeline) -> Result<Self, EngineError> {
        let by_bill = description.units.iter().any(|unit| matches!(unit.source, WorkSource::Bill { .. }));
        let wanted = Wanted {
            // Work and bill are joined by days at least.
            step: if description.units.is_empty() {
                description.step
            } else {
                description.step.min(Step::Day)
            },
            dimensions: description.dimensions.clone(),
            extra_columns: if by_bill { LINE_COLUMNS.map(String::from).to_vec() } else { Vec::new() },
            default_region: description.default_region.clone(),
            window: description.window,
            rules: description.workloads.clone(),
        };
        let plan = Plan::new(&pipeline, wanted);
        Accumulator::new(&plan)?;
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self { description, pipeline, plan, threads })
    }

    /// The same run on at most `threads` threads; results do not depend on how many.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
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
            };
            let sources: Vec<_> = bill.paths.iter().map(|path| path.clone().into()).collect();
            Ok(Bill::open(&sources, &options)?)
        };
        self.description.bills.iter().map(open).collect()
    }

    /// Reads the bills and estimates them; `tell` hears of each part that was read.
    ///
    /// # Errors
    /// The first bad value, fault or overflow.
    pub fn assess(&self, tell: &(dyn Fn(Progress) + Sync)) -> Result<Assessment, EngineError> {
        let bills = self.open()?;
        let (activity, rows) = self.add_up(&bills, tell)?;
        let estimates = Estimates::of(activity, &self.pipeline, self.threads)?;
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
        provenance.inputs.sort_by(|left, right| left.path.cmp(&right.path));
        provenance.notes.extend(estimates.notes());
        Ok(Assessment { description: self.description.clone(), estimates, provenance })
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
        let columns = self.plan.columns();
        let chunks: Vec<(usize, Chunk)> = bills
            .iter()
            .enumerate()
            .flat_map(|(bill, files)| files.chunks().into_iter().map(move |chunk| (bill, chunk)))
            .collect();
        let of = chunks.iter().map(|(_, chunk)| chunk.bytes()).sum();
        let none: Vec<Vec<u64>> = bills.iter().map(|bill| vec![0; bill.files().len()]).collect();
        let begin = || Ok((Accumulator::new(&self.plan)?, none.clone()));
        let parts = parallel::fold(&chunks, self.threads, begin, |(sum, counts), (bill, chunk)| {
            let mut rows = 0;
            chunk
                .read(columns, |batch| {
                    rows += batch.rows() as u64;
                    sum.add(&batch)
                })
                .map_err(|error| of_file(error, bills.get(*bill), chunk))?;
            if let Some(count) = counts.get_mut(*bill).and_then(|counts| counts.get_mut(chunk.file())) {
                *count += rows;
            }
            tell(Progress { bytes: chunk.bytes(), of, rows });
            Ok(())
        })?;
        for bill in bills {
            bill.finish()?;
        }
        let (mut whole, mut rows) = begin()?;
        for (part, counts) in parts {
            whole.merge(&part)?;
            for (own, more) in rows.iter_mut().flatten().zip(counts.iter().flatten()) {
                *own += more;
            }
        }
        Ok((Activity::of(whole)?, rows))
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

/// Names the file of a row that cannot be added.
fn of_file(error: EngineError, bill: Option<&Bill>, chunk: &Chunk) -> EngineError {
    match error {
        EngineError::Sum { file: None, row, source } => {
            let file = bill.and_then(|bill| bill.files().get(chunk.file()));
            EngineError::Sum { file: file.map(|file| file.path().to_owned()), row, source }
        }
        other => other,
    }
}
