//! Utilisation: what of the capacity was used, from files of metrics to values by resource and hour.
//!
//! [`Metrics::read`] reads what `CloudWatch` and Prometheus give; [`Metrics::loads`] is what the engine joins with a bill.

mod catalogue;
mod describe;
mod error;
mod identify;
pub mod lambda;
mod measure;
mod note;
mod read;
pub mod review;
mod series;
pub mod supply;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use joulework_engine::bill::Digest;
use joulework_engine::loads::{HourlyLoads, Loads, ResourceName};
use joulework_engine::pipeline::{LambdaLogsDescription, Utilisation, UtilisationDescription};
use joulework_engine::provenance::{InputFile, Note};

use describe::Setup;
use lambda::{FunctionVersion, Invocations};
use note::Notes;
use series::Collector;

pub use catalogue::{CapacityMetric, capacity_metrics};
pub use error::MetricsError;
pub use measure::{Kind, Measure, Quantity, Statistic};

/// Values of a resource by hour, in base units: shares of 1, things, seconds, bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct HourlySeries {
    /// The resource as the metrics call it.
    pub resource: ResourceName,
    /// What is measured.
    pub measure: Measure,
    /// In which statistic.
    pub statistic: Statistic,
    /// The hour of the first value, in hours since 1970-01-01T00Z.
    pub first_hour: i64,
    /// A value per hour; NaN where it is not known.
    pub values: Arc<[f32]>,
}

/// What files of metrics say.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// The series by resource, measure and statistic.
    pub series: Vec<HourlySeries>,
    /// What the logs of functions say, by function and version.
    pub functions: BTreeMap<FunctionVersion, Invocations>,
    /// The files that were read.
    pub files: Vec<InputFile>,
    /// What the user should know about them.
    pub notes: Vec<Note>,
}

impl Metrics {
    /// Reads files of metrics, and logs of functions.
    ///
    /// # Errors
    /// When a file cannot be read, is of no known format, or has a cell that is not what it has to be; when a
    /// description is not valid.
    pub fn read(
        descriptions: &[UtilisationDescription],
        logs: &[LambdaLogsDescription],
    ) -> Result<Self, MetricsError> {
        let (mut collector, mut notes, mut files) = (Collector::default(), Notes::default(), Vec::new());
        for description in descriptions {
            let setup = Setup::new(description)?;
            let (paths, skipped) =
                joulework_engine::bill::find_files(&description.paths).map_err(Box::new)?;
            for note in skipped {
                notes.say("metrics.skipped", format!("{}: {}", note.file.display(), note.text));
            }
            if let Some(queries) = &description.queries {
                files.push(queries_file(queries)?);
            }
            for path in paths {
                files.push(read::read(&path, &setup, &mut collector, &mut notes)?);
            }
        }
        let mut series = Vec::new();
        for (key, (first, values, unknown)) in collector.finish() {
            if unknown > 0 {
                let text =
                    format!("hours of which less than half is known stay unknown: {}", key.measure.id());
                notes.count("metrics.part-of-hour", text, unknown);
            }
            if !values.is_empty() {
                let (resource, first_hour) = (key.resource, i64::from(first));
                series.push(HourlySeries {
                    resource,
                    measure: key.measure,
                    statistic: key.statistic,
                    first_hour,
                    values: values.into(),
                });
            }
        }
        let functions = lambda::read(logs, &mut files, &mut notes)?;
        Ok(Self { series, functions, files, notes: notes.list() })
    }

    /// What an engine takes: the loads of resources, and where they are from.
    ///
    /// # Errors
    /// When two series are of one resource.
    pub fn utilisation(&self) -> Result<Utilisation, MetricsError> {
        Ok(Utilisation { loads: self.loads()?, files: self.files.clone(), notes: self.notes.clone() })
    }

    /// The loads of resources: the mean utilisation of their vCPU; none of those of which only other things are measured.
    ///
    /// # Errors
    /// When two series are of one resource.
    pub fn loads(&self) -> Result<Loads, MetricsError> {
        let measured: BTreeSet<&ResourceName> = self.series.iter().map(|series| &series.resource).collect();
        let functions: BTreeSet<ResourceName> =
            self.functions.keys().map(FunctionVersion::resource).collect();
        let is_new = |name: &ResourceName| !measured.iter().any(|own| own.fits(name));
        let only_logged = functions.into_iter().filter(is_new).map(|name| (name, HourlyLoads::default()));
        let loads = self.series.chunk_by(|one, two| one.resource == two.resource).filter_map(|series| {
            let load = series
                .iter()
                .find(|one| one.measure == Measure::CpuUtilisation && one.statistic == Statistic::Mean);
            let hourly = HourlyLoads {
                first_hour: load.map_or(0, |load| load.first_hour),
                loads: load.map_or_else(|| Arc::from([]), |load| load.values.clone()),
            };
            Some((series.first()?.resource.clone(), hourly))
        });
        Loads::new(loads.chain(only_logged))
            .map_err(|error| MetricsError::Twice { reason: error.to_string() })
    }
}

/// The file of queries, which decides what the points are.
fn queries_file(path: &Path) -> Result<InputFile, MetricsError> {
    let sha256 = Digest::of(path).map_err(Box::new)?.to_string();
    let bytes = std::fs::metadata(path)
        .map_err(|source| MetricsError::Unreadable { file: path.to_owned(), source })?
        .len();
    let format = "utilisation, queries".to_owned();
    Ok(InputFile { path: path.display().to_string(), sha256, format, bytes, rows: 0 })
}
