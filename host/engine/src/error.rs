//! What can go wrong in the engine.

use std::path::PathBuf;

use joulework_runtime::{LinkError, PluginFault};
use joulework_units::UnitError;

use crate::bill::BillError;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A billing file.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// A plugin failed.
    #[error(transparent)]
    Plugin(#[from] PluginFault),
    /// Plugins do not make a pipeline.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// A sum left its range, or a unit does not fit.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// A sum leaves its range with a row.
    #[error("{}row {row}: with it, {source}", file.as_ref().map(|file| format!("{}: ", file.display())).unwrap_or_default())]
    Sum {
        /// The file, where the row is from one.
        file: Option<PathBuf>,
        /// The row, counted from 1 without the header.
        row: u64,
        /// Which sum.
        source: Box<UnitError>,
    },
    /// Arrow refused columns that the engine made.
    #[error("the columns do not fit together: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A glob of a rule or a filter is not valid.
    #[error("`{glob}` is no glob: {reason}")]
    Glob {
        /// The glob.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A plugin reads amounts of the bill that do not grow with the quantity.
    #[error("a plugin reads amounts of the bill row by row, so that rows cannot be changed in part")]
    NotScalable,
    /// A column that no change is known of.
    #[error("`{column}` cannot be changed")]
    NotChangeable {
        /// The column.
        column: String,
        /// The columns that can be.
        known: Vec<String>,
    },
    /// An advisor proposes what cannot be changed.
    #[error("the advisor `{advisor}` proposes `{code}`, which changes `{column}`: that cannot be changed")]
    BadProposal {
        /// The advisor.
        advisor: String,
        /// The code of the proposal.
        code: String,
        /// The column.
        column: String,
    },
    /// A rule of supply that is none.
    #[error("a rule of supply is not valid: {problem}")]
    BadSupplyRule {
        /// What is expected.
        problem: &'static str,
    },
    /// A share that is none.
    #[error("`{column}` cannot take {share} of its value")]
    BadShare {
        /// The column.
        column: String,
        /// The share.
        share: f64,
    },
    /// More workload rules than can be told apart.
    #[error("there are {count} workload rules and shared pools; at most {most} are possible")]
    TooManyRules {
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// A pool whose weights are all 0.
    #[error("the shared pool `{pool}` has no weight above 0")]
    PoolWithoutWeight {
        /// Name of the pool.
        pool: String,
    },
    /// A batch lacks a column that every row needs.
    #[error("the rows lack the column `{column}`")]
    MissingColumn {
        /// The column.
        column: &'static str,
    },
    /// A row lacks a value that every row needs, or has one that is out of range.
    #[error("row {row} of a batch has no usable `{column}`")]
    MissingValue {
        /// The column.
        column: &'static str,
        /// The row, counted from 0.
        row: usize,
    },
    /// More distinct values than can be numbered.
    #[error("there are more than four thousand million distinct values")]
    TooManyValues,
    /// A word that names no dimension.
    #[error("`{word}` is nothing to group by")]
    NoDimension {
        /// The word.
        word: String,
    },
    /// A roll-up by a dimension that the activity did not keep apart.
    #[error("the estimates were not made to be grouped by {dimension}")]
    DimensionNotKept {
        /// The dimension.
        dimension: String,
    },
    /// A roll-up in finer steps than the activity has.
    #[error("the estimates were made by {made}, which cannot be shown by {wanted}")]
    StepTooFine {
        /// The step of the estimates.
        made: &'static str,
        /// The step that was asked for.
        wanted: &'static str,
    },
    /// A file could not be read.
    #[error("{path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: joulework_runtime::WholeFileError,
    },
    /// A series of work has a row that is not as it should be.
    #[error("{path}, row {row}, column `{column}`: `{found}` is not {expected}", path = path.display())]
    Series {
        /// The file.
        path: PathBuf,
        /// The row, counted from 1 without the header.
        row: u64,
        /// The column.
        column: String,
        /// What was found.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A series of work is not a table as it should be.
    #[error("{path}: {reason}", path = path.display())]
    SeriesFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A short name of a series of metrics fits two resources of the bill.
    #[error("the metrics of `{name}` fit two resources of the bill: `{one}` and `{two}`")]
    OneNameOfTwo {
        /// The name in the metrics.
        name: String,
        /// A resource.
        one: String,
        /// Another.
        two: String,
    },
    /// The utilisation of a description was not given.
    #[error("the run has files of utilisation, which were not read")]
    UtilisationUnread,
    /// A unit of work for a workload that no rule makes.
    #[error("the unit of work `{unit}` is of the workload `{workload}`, which no rule makes")]
    NoWorkload {
        /// The unit of work.
        unit: String,
        /// The workload.
        workload: String,
        /// The workloads that there are.
        known: Vec<String>,
    },
    /// A time zone that is not known on this machine.
    #[error("there is no time zone `{name}` on this machine")]
    NoTimeZone {
        /// Its name.
        name: String,
    },
    /// A file with rows for a plugin's table is not as it should be.
    #[error("{path}, row {row}: {reason}", path = path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// The row, counted from 1 without the header; 0 for the header.
        row: u64,
        /// What is wrong.
        reason: String,
    },
    /// A plugin that the program does not carry.
    #[error("there is no bundled plugin `{id}`")]
    NoPlugin {
        /// The id.
        id: String,
        /// The ids that there are.
        known: Vec<String>,
    },
    /// A component is another plugin than the manifest says.
    #[error("{path} is the plugin `{found}`, not `{expected}`", path = path.display())]
    OtherPlugin {
        /// The component.
        path: PathBuf,
        /// The id in the manifest.
        expected: String,
        /// The id of the component.
        found: String,
    },
    /// A table that a plugin does not have.
    #[error("the plugin `{plugin}` has no table `{table}`")]
    NoTable {
        /// The plugin.
        plugin: String,
        /// The table.
        table: String,
        /// The tables that it has.
        known: Vec<String>,
    },
    /// A frame of the pipeline does not hold what it should.
    #[error("the pipeline gave no `{column}` for a cell")]
    Frame {
        /// The column.
        column: String,
    },
    /// A quantity that the pipeline does not give.
    #[error("nothing gives the quantity `{quantity}`")]
    NoQuantity {
        /// The name.
        quantity: String,
        /// The quantities that there are.
        known: Vec<String>,
    },
    /// A row that no file of the run has.
    #[error("{path} has no row {row}{}", if *rows == 0 { String::new() } else { format!(": it has {rows}") }, path = path.display())]
    NoRow {
        /// The file.
        path: PathBuf,
        /// The row, counted from 1 without the header.
        row: u64,
        /// How many rows it has; 0 where it is not one of the run's files.
        rows: u64,
        /// The files of the run.
        files: Vec<PathBuf>,
    },
    /// A plugin explains an output with something that is no formula.
    #[error("the plugin `{plugin}` explains `{output}` with a formula that cannot be followed: {reason}")]
    Explanation {
        /// The plugin.
        plugin: String,
        /// The output.
        output: String,
        /// What was not understood.
        reason: String,
    },
    /// A thread of the run stopped without a result.
    #[error("a thread of the run stopped without a result")]
    Thread,
}

impl EngineError {
    /// A stable, dotted name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bill(error) => error.code(),
            Self::Plugin(fault) => fault.code(),
            Self::Link(error) => error.code(),
            Self::Unit(error) => error.code(),
            Self::Sum { source, .. } => source.code(),
            Self::Arrow(_) => "engine.arrow",
            Self::Glob { .. } => "rule.glob",
            Self::NotScalable => "change.not-scalable",
            Self::NotChangeable { .. } => "change.column",
            Self::BadShare { .. } => "change.share",
            Self::BadSupplyRule { .. } => "change.supply",
            Self::BadProposal { .. } => "advisor.proposal",
            Self::TooManyRules { .. } => "rule.too-many",
            Self::PoolWithoutWeight { .. } => "rule.pool-weight",
            Self::NoQuantity { .. } => "explain.quantity",
            Self::NoRow { .. } => "explain.row",
            Self::Explanation { .. } => "explain.formula",
            Self::MissingColumn { .. } => "rows.column",
            Self::MissingValue { .. } => "rows.value",
            Self::TooManyValues => "engine.too-many-values",
            Self::NoDimension { .. } => "roll-up.dimension",
            Self::DimensionNotKept { .. } => "roll-up.dimension-not-kept",
            Self::StepTooFine { .. } => "roll-up.step",
            Self::Read { .. } => "file.read",
            Self::Series { .. } => "work.value",
            Self::SeriesFile { .. } => "work.file",
            Self::OneNameOfTwo { .. } => "metrics.ambiguous",
            Self::UtilisationUnread => "engine.utilisation",
            Self::NoWorkload { .. } => "work.workload",
            Self::NoTimeZone { .. } => "time-zone.unknown",
            Self::Table { .. } => "table.file",
            Self::NoPlugin { .. } => "plugin.unknown",
            Self::OtherPlugin { .. } => "plugin.other-id",
            Self::NoTable { .. } => "table.unknown",
            Self::Frame { .. } => "engine.frame",
            Self::Thread => "engine.thread",
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let quoted =
            |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        match self {
            Self::Bill(error) => error.hint(),
            Self::Plugin(fault) => fault.hint(),
            Self::Link(error) => error.hint(),
            Self::Unit(error) => error.hint(),
            Self::Sum { .. } => Some(
                "look for an amount that is far too large, in this row or before it: quantities add up to below 2^63, money to below 1.7 × 10^14"
                    .to_owned(),
            ),
            Self::Glob { .. } => Some("`*` is any text, `?` one character, `[abc]` one of a set".to_owned()),
            Self::NoDimension { .. } => Some(
                "there is `period`, `workload`, `account`, `region`, `service`, `usage-kind`, `resource` and `tag:KEY`"
                    .to_owned(),
            ),
            Self::OtherPlugin { found, .. } => Some(format!("name it `[plugin.\"{found}\"]` in the manifest")),
            Self::NoRow { files, .. } => {
                let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
                Some(format!("the files are {}", quoted(&files)))
            }
            Self::BadShare { .. } => Some("a share is 0 or more: 0 removes, 0.5 halves".to_owned()),
            Self::NoTable { known, .. }
            | Self::NotChangeable { known, .. }
            | Self::NoWorkload { known, .. }
            | Self::NoPlugin { known, .. }
            | Self::NoQuantity { known, .. } => {
                Some(format!("there is {}", quoted(known)))
            }
            Self::OneNameOfTwo { .. } => Some(
                "say the region or the account of the series: columns `region` and `account` of the metrics, or the same in `values` of `[[utilisation]]`".to_owned(),
            ),
            Self::NoTimeZone { .. } => Some("write an offset such as `+02:00`, or install the system's time zones".to_owned()),
            Self::Series { column, .. } if column == "timestamp" => {
                Some("write times like `2025-03-01T05:00:00Z`".to_owned())
            }
            _ => None,
        }
    }
}
