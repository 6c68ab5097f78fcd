//! The short way: from a manifest or Arrow batches to estimates.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use joulework_engine::assess::Dimension;
use joulework_engine::bill::UsageBatch;
use joulework_engine::calendar::Step;
use joulework_engine::{Assessment, Description, Engine, EngineError, Estimates, Memory};
use joulework_manifest::{Manifest, ManifestError};
use joulework_metrics::{Metrics, MetricsError};

/// Makes estimates. Holds the plugins, compiled and linked, so that one estimator serves any number of bills.
///
/// From a manifest:
/// ```no_run
/// use joulework::{CARBON, Dimension, Estimator, RollUp};
///
/// let assessment = Estimator::from_manifest("joulework.toml")?.estimate()?;
/// let months = assessment.estimates.roll_up(&RollUp::by([Dimension::Period, Dimension::Workload]))?;
/// for row in &months.rows {
///     println!("{:?}: {:?}", row.keys, row.tally.figure(CARBON).map(|figure| figure.interval()));
/// }
/// # Ok::<_, joulework::Error>(())
/// ```
///
/// From Arrow batches with columns under their [standard names](UsageBatch):
/// ```
/// use std::sync::Arc;
/// use arrow::array::{ArrayRef, Decimal128Array, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray};
/// use joulework::{CARBON, Estimator, RollUp, units::Carbon};
///
/// let text = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
/// let batch = RecordBatch::try_from_iter([
///     ("provider-name", text("AWS")),
///     ("charge-category", text("Usage")),
///     ("service-name", text("Amazon Elastic Compute Cloud")),
///     ("sku-meter", text("EU-BoxUsage:m5.large")),
///     ("operation", text("RunInstances")),
///     ("region-id", text("eu-west-1")),
///     ("consumed-unit", text("Hrs")),
///     ("consumed-quantity", Arc::new(Float64Array::from(vec![24.0])) as ArrayRef),
///     ("charge-period-start", Arc::new(TimestampMillisecondArray::from(vec![1_741_564_800_000])) as ArrayRef),
///     ("billing-currency", text("USD")),
///     ("billed-cost", Arc::new(Decimal128Array::from(vec![2_568]).with_precision_and_scale(10, 3)?) as ArrayRef),
/// ])?;
/// let estimates = Estimator::first_party()?.estimate_batches([batch])?;
/// let carbon = estimates.roll_up(&RollUp::by([]))?.total.figure(CARBON).cloned().expect("a figure");
/// let (grams, interval) = (Carbon::try_from(&carbon.amount)?.grams(), carbon.interval()?);
/// assert!(interval.low < grams && grams < interval.high);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Estimator {
    engine: Engine,
    metrics: Metrics,
}

/// Why there are no estimates.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The run.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The utilisation.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

impl Error {
    /// A stable, dotted name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Manifest(error) => error.code(),
            Self::Engine(error) => error.code(),
            Self::Metrics(error) => error.code(),
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Manifest(error) => error.hint(),
            Self::Engine(error) => error.hint(),
            Self::Metrics(error) => error.hint(),
        }
    }
}

/// The engine of a description, joined with its metrics, and the metrics. `cache_dir` keeps compiled plugins.
///
/// # Errors
/// When plugins do not fit together, a rule is not valid, or the metrics cannot be read.
pub fn engine_of(description: Description, cache_dir: Option<PathBuf>) -> Result<(Engine, Metrics), Error> {
    let metrics = Metrics::read(&description.utilisation, &description.lambda_logs)?;
    let engine = Engine::with_utilisation(description, metrics.utilisation()?, cache_dir)?;
    Ok((engine, metrics))
}

impl Estimator {
    /// The run of a manifest, or of a folder with a `joulework.toml`.
    ///
    /// # Errors
    /// When the manifest cannot be read, or its plugins do not fit together.
    pub fn from_manifest(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::new(Description::from(&Manifest::load(path.as_ref())?))
    }

    /// The first-party plugins with their defaults, no bill and no workloads; estimates by day, account, region and
    /// service.
    ///
    /// # Errors
    /// When the sandbox cannot be set up.
    pub fn first_party() -> Result<Self, EngineError> {
        let engine = Engine::new(Description::default(), None)?;
        Ok(Self { engine, metrics: Metrics::default() })
    }

    /// The run of a description: workloads, units of work, plugins, steps and dimensions of one's own.
    ///
    /// # Errors
    /// When plugins do not fit together, a rule is not valid, or the utilisation cannot be read.
    pub fn new(description: Description) -> Result<Self, Error> {
        let (engine, metrics) = engine_of(description, None)?;
        Ok(Self { engine, metrics })
    }

    /// Keeps further dimensions apart, and periods as fine as `step`; then roll-ups may ask for them.
    ///
    /// # Errors
    /// When plugins do not fit together any more.
    pub fn keep(self, step: Step, dimensions: impl IntoIterator<Item = Dimension>) -> Result<Self, Error> {
        let mut description = self.engine.description().clone();
        description.step = step;
        description.dimensions.extend(dimensions);
        let engine = Engine::with_utilisation(description, self.metrics.utilisation()?, None)?;
        Ok(Self { engine, ..self })
    }

    /// The same run with a memory: files that have not changed since an earlier run are not read again.
    #[must_use]
    pub fn memory(self, memory: Memory) -> Self {
        Self { engine: self.engine.memory(memory), ..self }
    }

    /// Reads the bills of the manifest and estimates them.
    ///
    /// # Errors
    /// The first bad value, fault or overflow.
    pub fn estimate(&self) -> Result<Assessment, EngineError> {
        self.engine.assess(&|_| ())
    }

    /// Estimates batches of rows under standard column names.
    ///
    /// # Errors
    /// The first bad value, fault or overflow.
    pub fn estimate_batches(
        &self,
        batches: impl IntoIterator<Item = RecordBatch>,
    ) -> Result<Estimates, EngineError> {
        let batches: Vec<UsageBatch> =
            batches.into_iter().map(UsageBatch::try_from).collect::<Result<_, _>>()?;
        self.engine.estimate_batches(&batches)
    }

    /// One batch, with the estimates of each row beside its columns.
    ///
    /// # Errors
    /// A bad value or a fault.
    pub fn enrich(&self, batch: RecordBatch) -> Result<RecordBatch, EngineError> {
        self.engine.enrich_batch(&UsageBatch::try_from(batch)?)
    }

    /// The metrics that it joins with bills.
    #[must_use]
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The engine behind it.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }
}
