//! A run as data: everything that decides a result, and nothing else.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use joulework_manifest as manifest;
use joulework_manifest::Manifest;
use joulework_runtime::{Limits, OnFault};
use serde::{Deserialize, Serialize};

use crate::activity::Window;
use crate::assess::Dimension;
use crate::calendar::Step;
use crate::work::{UnitOfWork, WorkSource};
use crate::workload::{Matcher, Pool, Workload, WorkloadRules};

/// A run as data. Can be written down and carried elsewhere; paths are as they will be opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Description {
    /// The bills.
    pub bills: Vec<BillDescription>,
    /// Files of metrics.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub utilisation: Vec<UtilisationDescription>,
    /// Logs of functions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lambda_logs: Vec<LambdaLogsDescription>,
    /// What the same demand is held against.
    #[serde(default)]
    pub on_premises: OnPremises,
    /// The region of rows that state none.
    #[serde(default)]
    pub default_region: Option<String>,
    /// Which rows belong to which workload.
    #[serde(default)]
    pub workloads: WorkloadRules,
    /// The units of work.
    #[serde(default)]
    pub units: Vec<UnitOfWork>,
    /// How plugins are set, by id. First-party plugins that are not named run with their defaults.
    #[serde(default)]
    pub plugins: BTreeMap<String, PluginDescription>,
    /// The finest step of any roll-up.
    pub step: Step,
    /// What any roll-up may group or filter by; period, workload and usage kind always.
    pub dimensions: Vec<Dimension>,
    /// Whether rows of other terms of payment are told apart, so that what changes would cost is known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub terms_apart: bool,
    /// Which rows count.
    #[serde(default)]
    pub window: Window,
}

/// Billing files that are read in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BillDescription {
    /// Files, folders or globs.
    pub paths: Vec<PathBuf>,
    /// The zone of times that the files write without one: `UTC`, an offset, or an IANA name.
    pub time_zone: String,
    /// Whether files that look like two deliveries of one bill are parts of it; otherwise they end the run.
    #[serde(default)]
    pub overlap_adds: bool,
}

/// Files of utilisation that are read in one way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UtilisationDescription {
    /// Files, folders or globs.
    pub paths: Vec<PathBuf>,
    /// The zone of times that the files write without one: `UTC`, an offset, or an IANA name.
    pub time_zone: String,
    /// What the files call their columns, by what the columns say: `timestamp`, `resource`, `metric`, `value` ….
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What holds for all points where the files do not say, by the same names.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Seconds that a point stands for, where the files do not say and the distance of points should not tell.
    #[serde(default)]
    pub period: Option<u32>,
    /// What metrics of other names measure.
    #[serde(default)]
    pub measures: BTreeMap<String, String>,
    /// Metrics that count up for ever.
    #[serde(default)]
    pub cumulative: Vec<String>,
    /// The queries that `get-metric-data` answered.
    #[serde(default)]
    pub queries: Option<PathBuf>,
}

/// A server room that would do the same work: ends of 90 % intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OnPremises {
    /// How far servers are used, 0 to 1.
    pub utilisation: (f64, f64),
    /// Facility over IT energy.
    pub pue: (f64, f64),
}

impl Default for OnPremises {
    /// Utilisation around the 18 % of enterprise servers that 451 Research found for AWS in 2019; PUE from the industry
    /// mean of Uptime 2025 to the enterprise mean of IDC 2023.
    fn default() -> Self {
        Self { utilisation: (0.12, 0.30), pue: (1.54, 1.84) }
    }
}

/// Logs of Lambda functions that are read in one way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LambdaLogsDescription {
    /// Files, folders or globs.
    pub paths: Vec<PathBuf>,
    /// The function, where neither the path nor the log group says it; `{file}` and `{folder}` are names of the path.
    #[serde(default)]
    pub function: Option<String>,
    /// The region of the functions.
    #[serde(default)]
    pub region: Option<String>,
    /// The account of the functions.
    #[serde(default)]
    pub account: Option<String>,
}

/// How a plugin is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PluginDescription {
    /// Its component; nothing for a first-party plugin.
    pub path: Option<PathBuf>,
    /// Whether it takes part.
    pub enabled: bool,
    /// Its settings.
    pub settings: serde_json::Value,
    /// Whether its faults mark rows as not estimated; otherwise they end the run.
    pub faults_mark_rows: bool,
    /// Files that replace or extend its tables, by table.
    pub tables: BTreeMap<String, PathBuf>,
    /// Fuel per cell, where it differs from the default.
    pub fuel_per_cell: Option<u64>,
    /// Memory in MiB, where it differs from the default.
    pub memory_mib: Option<u64>,
    /// Seconds of a call, where they differ from the default.
    pub seconds: Option<u64>,
    /// Size of a result in MiB, where it differs from the default.
    pub result_mib: Option<u64>,
}

impl Default for PluginDescription {
    fn default() -> Self {
        Self {
            path: None,
            enabled: true,
            settings: serde_json::Value::Null,
            faults_mark_rows: false,
            tables: BTreeMap::new(),
            fuel_per_cell: None,
            memory_mib: None,
            seconds: None,
            result_mib: None,
        }
    }
}

impl PluginDescription {
    /// The limits of the runtime, with those that differ.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        let bytes = |mib: u64| usize::try_from(mib.saturating_mul(1 << 20)).unwrap_or(usize::MAX);
        if let Some(fuel) = self.fuel_per_cell {
            limits.fuel_per_cell = fuel;
        }
        if let Some(mib) = self.memory_mib {
            limits.memory_bytes = bytes(mib);
        }
        if let Some(seconds) = self.seconds {
            limits.deadline = Duration::from_secs(seconds);
        }
        if let Some(mib) = self.result_mib {
            limits.base_result_bytes = bytes(mib);
        }
        limits
    }

    pub(crate) fn on_fault(&self) -> OnFault {
        if self.faults_mark_rows { OnFault::NotEstimated } else { OnFault::Stop }
    }
}

impl Default for Description {
    /// No bill, first-party plugins, days, and the dimensions that every row has.
    fn default() -> Self {
        Self {
            bills: Vec::new(),
            utilisation: Vec::new(),
            lambda_logs: Vec::new(),
            on_premises: OnPremises::default(),
            default_region: None,
            workloads: WorkloadRules::default(),
            units: Vec::new(),
            plugins: BTreeMap::new(),
            step: Step::Day,
            dimensions: vec![Dimension::Account, Dimension::Region, Dimension::Service],
            terms_apart: false,
            window: Window::default(),
        }
    }
}

impl From<&Manifest> for Description {
    fn from(manifest: &Manifest) -> Self {
        let workload = |workload: &manifest::Workload| Workload {
            name: workload.name.clone(),
            rules: workload.rules.iter().map(matcher).collect(),
        };
        let pool = |shared: &manifest::Shared| Pool {
            name: shared.name.clone(),
            rules: shared.rules.iter().map(matcher).collect(),
            weights: shared.weights.iter().map(|(name, weight)| (name.to_owned(), weight)).collect(),
        };
        Self {
            bills: bills(manifest),
            utilisation: manifest.utilisation.iter().map(|one| utilisation(manifest, one)).collect(),
            lambda_logs: manifest.lambda_logs.iter().map(|one| lambda_logs(manifest, one)).collect(),
            on_premises: OnPremises {
                utilisation: manifest.on_premises.utilisation.unwrap_or(OnPremises::default().utilisation),
                pue: manifest.on_premises.pue.unwrap_or(OnPremises::default().pue),
            },
            default_region: manifest.default_region.clone(),
            workloads: WorkloadRules {
                workloads: manifest.workloads.iter().map(workload).collect(),
                shared: manifest.shared.iter().map(pool).collect(),
            },
            units: manifest.units.iter().map(|one| unit(manifest, one)).collect(),
            plugins: manifest.plugins.iter().map(|(id, one)| (id.clone(), plugin(manifest, one))).collect(),
            ..Self::default()
        }
    }
}

/// Bills that are read in one way are opened together, so that their deliveries are held against each other.
fn bills(manifest: &Manifest) -> Vec<BillDescription> {
    let mut bills: Vec<BillDescription> = Vec::new();
    for bill in &manifest.bills {
        let path = manifest.resolve(&bill.path);
        let time_zone = bill.time_zone.to_string();
        let overlap_adds = bill.overlap == manifest::Overlap::Add;
        match bills.iter_mut().find(|one| one.time_zone == time_zone && one.overlap_adds == overlap_adds) {
            Some(one) => one.paths.push(path),
            None => bills.push(BillDescription { paths: vec![path], time_zone, overlap_adds }),
        }
    }
    bills
}

fn utilisation(manifest: &Manifest, one: &manifest::Utilisation) -> UtilisationDescription {
    UtilisationDescription {
        paths: vec![manifest.resolve(&one.path)],
        time_zone: one.time_zone.to_string(),
        columns: one.columns.clone(),
        values: one.values.clone(),
        period: one.period,
        measures: one.measures.clone(),
        cumulative: one.cumulative.clone(),
        queries: one.queries.as_ref().map(|path| manifest.resolve(path)),
    }
}

fn lambda_logs(manifest: &Manifest, one: &manifest::LambdaLogs) -> LambdaLogsDescription {
    LambdaLogsDescription {
        paths: vec![manifest.resolve(&one.path)],
        function: one.function.clone(),
        region: one.region.clone(),
        account: one.account.clone(),
    }
}

fn matcher(rule: &manifest::Rule) -> Matcher {
    Matcher {
        accounts: rule.account.clone(),
        services: rule.service.clone(),
        resources: rule.resource.clone(),
        tags: rule.tag.clone(),
    }
}

fn unit(manifest: &Manifest, unit: &manifest::FunctionalUnit) -> UnitOfWork {
    let source = match &unit.work {
        manifest::Work::Series(series) => WorkSource::Series {
            path: manifest.resolve(&series.path),
            timestamp: series.timestamp.clone(),
            count: series.count.clone(),
            time_zone: series.time_zone.to_string(),
        },
        manifest::Work::Bill(lines) => WorkSource::Bill {
            service: lines.service.clone(),
            meter: lines.meter.clone(),
            unit: lines.unit.clone(),
            scale: lines.scale,
        },
        // The manifest crate may learn more ways to count; until then nothing else can be written.
        _ => WorkSource::Bill { service: Vec::new(), meter: Vec::new(), unit: Vec::new(), scale: 1.0 },
    };
    UnitOfWork { name: unit.name.clone(), workload: unit.workload.clone(), source }
}

fn plugin(manifest: &Manifest, options: &manifest::PluginOptions) -> PluginDescription {
    let empty = options.settings.as_object().is_some_and(serde_json::Map::is_empty);
    PluginDescription {
        path: options.path.as_ref().map(|path| manifest.resolve(path)),
        enabled: options.enabled,
        settings: if empty { serde_json::Value::Null } else { options.settings.clone() },
        faults_mark_rows: options.on_fault == manifest::OnFault::NotEstimated,
        tables: options.tables.iter().map(|(name, path)| (name.clone(), manifest.resolve(path))).collect(),
        fuel_per_cell: options.limits.fuel_per_cell,
        memory_mib: options.limits.memory_mib,
        seconds: options.limits.seconds,
        result_mib: options.limits.result_mib,
    }
}
