//! What a manifest says, checked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::ManifestError;
use crate::source::Place;
use crate::time_zone::TimeZone;
use crate::weights::Weights;
use crate::{FILE_NAME, read};

/// A manifest. Paths are as written; [`Manifest::resolve`] gives them from the manifest's folder.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Manifest {
    /// The file, where it comes from one.
    pub file: Option<PathBuf>,
    /// The folder that paths are relative to; empty for the current one.
    pub folder: PathBuf,
    /// The whole text, for digests and messages; empty where it comes from no text.
    pub text: String,
    /// Name of the project, for titles.
    pub title: Option<String>,
    /// Region of rows that state none.
    pub default_region: Option<String>,
    /// The bills; at least one.
    pub bills: Vec<Bill>,
    /// What of the capacity was used.
    pub utilisation: Vec<Utilisation>,
    /// Logs of Lambda functions.
    pub lambda_logs: Vec<LambdaLogs>,
    /// The workloads, in the order in which their rules are asked.
    pub workloads: Vec<Workload>,
    /// What several workloads share; asked after all workloads.
    pub shared: Vec<Shared>,
    /// Functional units of the workloads.
    pub units: Vec<FunctionalUnit>,
    /// A server room that would do the same work.
    pub on_premises: OnPremises,
    /// What the report shows.
    pub report: ReportOptions,
    /// How plugins are set, by plugin id.
    pub plugins: BTreeMap<String, PluginOptions>,
}

/// Where billing files are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Bill {
    /// A file, a folder or a glob, as written.
    pub path: PathBuf,
    /// The zone of times that the files write without one.
    pub time_zone: TimeZone,
    /// What to do with files that look like two deliveries of one bill.
    pub overlap: Overlap,
    /// Where the manifest says so.
    pub place: Place,
}

/// What to do with files that share an account and a billing period and look like one delivery twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overlap {
    /// Stop with `delivery.overlap`.
    #[default]
    Stop,
    /// They are parts of one bill: add them.
    Add,
}

/// Where metrics are, and what they do not say themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Utilisation {
    /// A file, a folder or a glob, as written.
    pub path: PathBuf,
    /// The zone of times that the files write without one.
    pub time_zone: TimeZone,
    /// What the files call their columns, by what the columns say.
    pub columns: BTreeMap<String, String>,
    /// What holds for all points where the files do not say; `{file}` is the name of the file.
    pub values: BTreeMap<String, String>,
    /// Seconds that a point stands for.
    pub period: Option<u32>,
    /// What metrics of other names measure.
    pub measures: BTreeMap<String, String>,
    /// Metrics that count up for ever.
    pub cumulative: Vec<String>,
    /// The queries that `get-metric-data` answered, as written.
    pub queries: Option<PathBuf>,
    /// Where the manifest says so.
    pub place: Place,
}

/// A server room that would do the same work: ends of 90 % intervals, where they are not the usual ones.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct OnPremises {
    /// How far servers are used, above 0 to 1.
    pub utilisation: Option<(f64, f64)>,
    /// Facility over IT energy, 1 to 10.
    pub pue: Option<(f64, f64)>,
}

/// Where logs of Lambda functions are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LambdaLogs {
    /// A file, a folder or a glob, as written.
    pub path: PathBuf,
    /// The function, where the logs do not say it; `{file}` and `{folder}` are names of the path.
    pub function: Option<String>,
    /// The region of the functions.
    pub region: Option<String>,
    /// The account of the functions.
    pub account: Option<String>,
    /// Where the manifest says so.
    pub place: Place,
}

/// A workload and the rules that say what belongs to it: the first workload with a rule that takes a row has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Workload {
    /// Its name; never `unassigned`.
    pub name: String,
    /// Its rules; a row belongs when one of them takes it. Empty for a workload that only has parts of what is
    /// shared.
    pub rules: Vec<Rule>,
    /// Where the manifest says so.
    pub place: Place,
}

/// Conditions that must all hold. Each is a list of globs (`*` any text, `?` one character, `[ab]` one of a set)
/// of which one must match; an empty list is no condition. At least one condition is stated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Rule {
    /// On the account that used the service (FOCUS `SubAccountId`).
    pub account: Vec<String>,
    /// On the service (FOCUS `ServiceName`).
    pub service: Vec<String>,
    /// On the resource (FOCUS `ResourceId`).
    pub resource: Vec<String>,
    /// On the values of tags, by tag key.
    pub tag: BTreeMap<String, Vec<String>>,
    /// Where the manifest says so.
    pub place: Place,
}

/// Rows that are split between workloads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Shared {
    /// Its name.
    pub name: String,
    /// Rules; a row that no workload has is shared when one of them takes it. At least one.
    pub rules: Vec<Rule>,
    /// The share of each workload.
    pub weights: Weights,
    /// Where the manifest says so.
    pub place: Place,
}

/// A functional unit: the work that a workload's costs are divided by.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct FunctionalUnit {
    /// Its name in the singular, such as `order`; one of its kind in a workload.
    pub name: String,
    /// The workload that does the work.
    pub workload: String,
    /// Where its counts come from.
    pub work: Work,
    /// Where the manifest says so.
    pub place: Place,
}

/// Where the counts of a functional unit come from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Work {
    /// A file with times and counts.
    Series(Series),
    /// Lines of the workload's own bill.
    Bill(BillLines),
}

impl Default for Work {
    fn default() -> Self {
        Self::Series(Series::default())
    }
}

/// A CSV or Parquet file with a time and a count per row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Series {
    /// The file, as written.
    pub path: PathBuf,
    /// The column with the time (`timestamp` unless stated).
    pub timestamp: String,
    /// The column with the count (`count` unless stated).
    pub count: String,
    /// The zone of times that the file writes without one.
    pub time_zone: TimeZone,
}

/// Lines of the bill whose consumed quantity is the work, such as the requests of AWS Lambda. At least one
/// condition is stated.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct BillLines {
    /// Globs on the service (FOCUS `ServiceName`).
    pub service: Vec<String>,
    /// Globs on the meter (FOCUS `SkuMeter`, the usage type).
    pub meter: Vec<String>,
    /// Globs on the unit of the quantity as the bill spells it (FOCUS `ConsumedUnit`).
    pub unit: Vec<String>,
    /// Units of work per unit of quantity, above 0; 1 unless stated.
    pub scale: f64,
}

/// A functional unit by its names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitName {
    /// The workload.
    pub workload: String,
    /// The unit.
    pub unit: String,
}

/// What the report shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ReportOptions {
    /// The unit on the first screen; the manifest's first one where nothing is stated.
    pub primary_unit: Option<UnitName>,
}

/// How a plugin is set.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PluginOptions {
    /// The component of a plugin that does not come with joulework, as written.
    pub path: Option<PathBuf>,
    /// Whether it takes part; true unless stated.
    pub enabled: bool,
    /// Its settings, a JSON object.
    pub settings: serde_json::Value,
    /// What a fault of it means.
    pub on_fault: OnFault,
    /// Files that replace or extend its tables, by table name, as written.
    pub tables: BTreeMap<String, PathBuf>,
    /// Limits that differ from the defaults.
    pub limits: Limits,
    /// Where the manifest says so.
    pub place: Place,
}

impl Default for PluginOptions {
    fn default() -> Self {
        Self {
            path: None,
            enabled: true,
            settings: serde_json::Value::Object(serde_json::Map::new()),
            on_fault: OnFault::default(),
            tables: BTreeMap::new(),
            limits: Limits::default(),
            place: Place::default(),
        }
    }
}

/// What a fault of a plugin means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFault {
    /// The run ends with an error.
    #[default]
    Fail,
    /// The rows are marked as not estimated and counted; a deadline still ends the run.
    NotEstimated,
}

/// Limits of a plugin; nothing stands for the default of the runtime. Each is at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Limits {
    /// Fuel per cell (a row of a column).
    pub fuel_per_cell: Option<u64>,
    /// Memory in MiB.
    pub memory_mib: Option<u64>,
    /// Wall-clock seconds of a call.
    pub seconds: Option<u64>,
    /// Size of a result in MiB.
    pub result_mib: Option<u64>,
}

impl Manifest {
    /// Reads a manifest, or the `joulework.toml` of a folder.
    ///
    /// # Errors
    /// [`ManifestError::Read`] when the file cannot be read as UTF-8 text, [`ManifestError::Invalid`] for the first fault
    /// of its text.
    pub fn load(path: &Path) -> Result<Self, ManifestError> {
        let file = if path.is_dir() { path.join(FILE_NAME) } else { path.to_owned() };
        match std::fs::read_to_string(&file) {
            Ok(text) => {
                let folder = file.parent().unwrap_or(Path::new("")).to_owned();
                let mut manifest = read::manifest(&text, &file)?;
                manifest.folder = folder;
                manifest.file = Some(file);
                Ok(manifest)
            }
            Err(source) => Err(ManifestError::Read { file, source }),
        }
    }

    /// Reads the text of a manifest whose paths are relative to `folder`.
    ///
    /// # Errors
    /// [`ManifestError::Invalid`] for the first fault of the text.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ManifestError> {
        let mut manifest = read::manifest(text, Path::new(FILE_NAME))?;
        folder.clone_into(&mut manifest.folder);
        Ok(manifest)
    }

    /// The manifest of a bill alone (a file, a folder or a glob): no workloads, no units, plugins as they come.
    #[must_use]
    pub fn for_bill(path: &Path) -> Self {
        Self { bills: vec![Bill { path: path.to_owned(), ..Bill::default() }], ..Self::default() }
    }

    /// A path of the manifest, from its folder.
    #[must_use]
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// The unit on the first screen: the stated one, else the first one.
    #[must_use]
    pub fn primary_unit(&self) -> Option<&FunctionalUnit> {
        match &self.report.primary_unit {
            Some(name) => {
                self.units.iter().find(|unit| unit.name == name.unit && unit.workload == name.workload)
            }
            None => self.units.first(),
        }
    }
}
