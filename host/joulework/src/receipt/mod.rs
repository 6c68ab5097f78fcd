//! Receipts: what a run was made from and what it gave, so that somebody else can run it again and compare.
//!
//! Everything but [`Receipt::measured`] is the same for the same inputs, plugins and factors, with any number of
//! threads on any machine.

mod verify;

use std::collections::BTreeMap;
use std::path::Path;

use joulework_engine::assess::{Dimension, RollUp, Tally};
use joulework_engine::bill::Digest;
use joulework_engine::calendar::Step;
use joulework_engine::pipeline::Assessment;
use joulework_engine::work::{PerUnit, WorkReport};
use joulework_engine::{Description, EngineError};
use joulework_metrics::MetricsError;
use joulework_runtime::{WholeFileError, read_whole};
use joulework_units::{Amount, Interval, NoInterval};
use serde::{Deserialize, Serialize};

use crate::export::{Finite, amounts};

pub use verify::{Difference, verify};

/// Version of the form. It rises when a field changes its meaning or goes away.
pub const RECEIPT_SCHEMA_VERSION: u32 = 1;

/// The JSON Schema of a receipt.
pub const RECEIPT_SCHEMA: &str = include_str!("../../schema/receipt.schema.json");

/// Most bytes of a receipt that are read.
const LARGEST: u64 = 64 << 20;

/// The receipt of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Receipt {
    /// Version of this form.
    pub schema_version: u32,
    /// Version of the program.
    pub host_version: String,
    /// The switches of the sandbox that decide what a plugin may do and what its numbers are.
    pub engine: BTreeMap<String, bool>,
    /// The run: bills, workloads, units of work, plugins and their settings.
    #[cfg_attr(test, schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    pub run: Description,
    /// The plugins, in the order in which they ran.
    pub plugins: Vec<PluginUsed>,
    /// The files that were read.
    pub files: Vec<FileRead>,
    /// What came out.
    pub outcome: Outcome,
    /// What may differ from run to run.
    pub measured: Measured,
}

/// A plugin of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PluginUsed {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component, in lower-case hexadecimal.
    pub sha256: String,
    /// Version of its built-in tables; empty where it has none.
    pub factor_set: String,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FileRead {
    /// `bill`, `work` or `table`.
    pub role: String,
    /// The path as it was opened.
    pub path: String,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: String,
}

/// What a run gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Outcome {
    /// SHA-256 of all figures by month, workload, account, region, service and usage kind, and per unit of work, with
    /// their intervals.
    pub sha256: String,
    /// Rows of the bill.
    pub bill_rows: u64,
    /// What is invoiced, by currency, as exact decimals.
    pub billed_cost: BTreeMap<String, String>,
    /// Amortised cost, by currency, as exact decimals.
    pub effective_cost: BTreeMap<String, String>,
    /// The totals by quantity; per unit of work as `QUANTITY per UNIT of WORKLOAD`.
    pub figures: BTreeMap<String, Total>,
}

/// A total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Total {
    /// The mean, in `unit`.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// Lower end of the 90 % interval, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of the 90 % interval, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// What may differ from run to run, and is not part of the promise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Measured {
    /// Fuel that each plugin used for its estimates.
    pub fuel: BTreeMap<String, u64>,
    /// How long it took, in seconds of the clock.
    pub seconds: Option<f64>,
    /// Most memory that the program held, in bytes.
    pub peak_memory_bytes: Option<u64>,
}

/// Why there is no receipt, or why it cannot be verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// The run could not be done.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The utilisation cannot be read again.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The file cannot be read.
    #[error("{path}: cannot be read: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: WholeFileError,
    },
    /// The file is no receipt.
    #[error("{path} is no receipt: {reason}")]
    Form {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The receipt has another version of the form.
    #[error("{path} is a receipt of version {found}; this program reads version {RECEIPT_SCHEMA_VERSION}")]
    Version {
        /// The file.
        path: String,
        /// The version that it states.
        found: u64,
    },
}

impl ReceiptError {
    /// A stable, dotted name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Engine(error) => error.code(),
            Self::Metrics(error) => error.code(),
            Self::Read { .. } => "receipt.read",
            Self::Form { .. } => "receipt.form",
            Self::Version { .. } => "receipt.version",
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Engine(error) => error.hint(),
            Self::Metrics(error) => error.hint(),
            Self::Version { found, .. } if *found > u64::from(RECEIPT_SCHEMA_VERSION) => {
                Some("a newer joulework wrote it: verify it with that one".to_owned())
            }
            _ => None,
        }
    }
}

impl Receipt {
    /// The receipt of an assessment. Time and memory are the caller's to add.
    ///
    /// # Errors
    /// When a roll-up cannot be made.
    pub fn of(assessment: &Assessment) -> Result<Self, ReceiptError> {
        let work = assessment.work(Step::Month)?;
        let provenance = &assessment.provenance;
        let mut files: Vec<FileRead> = Vec::new();
        let mut add = |role: &str, path: &str, sha256: &str| {
            let file = FileRead { role: role.to_owned(), path: path.to_owned(), sha256: sha256.to_owned() };
            files.push(file);
        };
        for input in &provenance.inputs {
            add("bill", &input.path, &input.sha256);
        }
        for file in work.iter().filter_map(|report| report.file.as_ref()) {
            add("work", &file.path, &file.sha256);
        }
        for table in &provenance.tables {
            add("table", &table.path, &table.sha256);
        }
        for file in &provenance.utilisation {
            add("utilisation", &file.path, &file.sha256);
        }
        files.sort();
        files.dedup();
        let plugins = provenance.plugins.iter().map(|plugin| PluginUsed {
            id: plugin.id.clone(),
            version: plugin.version.clone(),
            sha256: plugin.sha256.clone(),
            factor_set: plugin.factor_set.clone(),
        });
        Ok(Self {
            schema_version: RECEIPT_SCHEMA_VERSION,
            host_version: provenance.host_version.clone(),
            engine: engine(),
            run: assessment.description.clone(),
            plugins: plugins.collect(),
            files,
            outcome: Outcome::of(assessment, &work)?,
            measured: Measured { fuel: assessment.estimates.fuel().clone(), ..Measured::default() },
        })
    }

    /// Reads a receipt.
    ///
    /// # Errors
    /// When the file cannot be read, or is no receipt of this version.
    pub fn read(path: &Path) -> Result<Self, ReceiptError> {
        let name = path.display().to_string();
        let read = |source| ReceiptError::Read { path: name.clone(), source };
        let text = read_whole(path, LARGEST).map_err(read)?;
        Self::parse(&text, &name)
    }

    /// Reads a receipt from its text; `name` stands for it in errors.
    ///
    /// # Errors
    /// When it is no receipt of this version.
    pub fn parse(text: &[u8], name: &str) -> Result<Self, ReceiptError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct Version {
            schema_version: u64,
        }
        let form = |error: serde_json::Error| ReceiptError::Form {
            path: name.to_owned(),
            reason: error.to_string(),
        };
        let found = serde_json::from_slice::<Version>(text).map_err(form)?.schema_version;
        if found != u64::from(RECEIPT_SCHEMA_VERSION) {
            return Err(ReceiptError::Version { path: name.to_owned(), found });
        }
        serde_json::from_slice(text).map_err(form)
    }
}

/// The switches of the sandbox, by name.
fn engine() -> BTreeMap<String, bool> {
    joulework_runtime::engine_switches().map(|(name, on)| (name.to_owned(), on)).collect()
}

impl Outcome {
    fn of(assessment: &Assessment, work: &[WorkReport]) -> Result<Self, EngineError> {
        let dimensions = [
            Dimension::Period,
            Dimension::Workload,
            Dimension::Account,
            Dimension::Region,
            Dimension::Service,
            Dimension::UsageKind,
        ];
        let kept = |dimension: &Dimension| {
            let always = [Dimension::Period, Dimension::Workload, Dimension::UsageKind];
            always.contains(dimension) || assessment.description.dimensions.contains(dimension)
        };
        let by = dimensions.into_iter().filter(kept);
        let roll_up = assessment.estimates.roll_up(&RollUp::by(by))?;
        let mut figures = totals(&roll_up.total);
        let mut hashed = Hashed::default();
        for row in &roll_up.rows {
            hashed.line(&row.keys.join("\t"), &totals(&row.tally), &row.tally);
        }
        hashed.line("total", &figures, &roll_up.total);
        for report in work {
            let of = format!("per {} of {}", report.unit.name, report.unit.workload);
            for period in report.periods.iter().chain([&report.whole]) {
                let when = period.period.map(|period| period.to_string()).unwrap_or_default();
                let scores = scores(period);
                hashed.line(&format!("{of}\t{when}\t{}", period.work.units()), &scores, &period.tally);
                if period.period.is_none() {
                    figures.extend(
                        scores.into_iter().map(|(quantity, total)| (format!("{quantity} {of}"), total)),
                    );
                }
            }
        }
        Ok(Self {
            sha256: hashed.digest(),
            bill_rows: roll_up.total.rows,
            billed_cost: amounts(&roll_up.total.billed),
            effective_cost: amounts(&roll_up.total.effective),
            figures,
        })
    }
}

/// The lines that the digest of an outcome is of: numbers in their shortest exact form.
#[derive(Default)]
struct Hashed(String);

impl Hashed {
    fn line(&mut self, key: &str, figures: &BTreeMap<String, Total>, tally: &Tally) {
        self.0.extend([key, "\n"]);
        for (name, total) in figures {
            let ends = [total.low, total.high].map(|end| end.map_or_else(String::new, |end| end.to_string()));
            let [low, high] = ends;
            self.0.extend([format!("\t{name}\t{}\t{}\t{low}\t{high}\n", total.value, total.unit)]);
        }
        for money in [&tally.billed, &tally.effective] {
            let words: Vec<String> =
                money.iter().map(|(currency, money)| format!("{} {money}", currency.code())).collect();
            self.0.extend([format!("\t{}\n", words.join(" "))]);
        }
    }

    fn digest(&self) -> String {
        Digest::of_bytes(self.0.as_bytes()).to_string()
    }
}

fn totals(tally: &Tally) -> BTreeMap<String, Total> {
    let figures = tally.figures.iter();
    figures
        .filter_map(|(name, figure)| Some((name.clone(), Total::of(&figure.amount, &figure.interval())?)))
        .collect()
}

/// The figures per unit of work.
fn scores(period: &PerUnit) -> BTreeMap<String, Total> {
    let known = period.figures.iter().filter_map(|(name, figure)| Some((name, figure.as_ref().ok()?)));
    known
        .filter_map(|(name, figure)| Some((name.clone(), Total::of(&figure.amount, &figure.interval)?)))
        .collect()
}

impl Total {
    /// Nothing for an amount that left the range of numbers.
    fn of(amount: &Amount, interval: &Result<Interval, NoInterval>) -> Option<Self> {
        let Finite { mean, low, high } = Finite::of(amount, interval);
        Some(Self { value: mean?, unit: amount.unit().symbol().to_owned(), low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_in_the_repository_is_that_of_the_types() {
        let id = format!("urn:joulework:receipt:{RECEIPT_SCHEMA_VERSION}");
        crate::export::schema_held_against::<Receipt>(&id, RECEIPT_SCHEMA, "receipt.schema.json");
    }

    #[test]
    fn what_is_no_receipt_says_so() {
        let code = |text: &str| Receipt::parse(text.as_bytes(), "x.json").map_err(|error| error.code()).err();
        assert_eq!(code("{}"), Some("receipt.form"));
        assert_eq!(code("{\"schema-version\": 2}"), Some("receipt.version"));
        assert_eq!(code("{\"schema-version\": 1}"), Some("receipt.form"));
    }
}
