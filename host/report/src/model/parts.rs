//! Figures by service, contributor, workload and error source.

use serde::{Deserialize, Serialize};

use super::{Figure, Money};

/// One of the largest contributors to carbon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Contributor {
    /// What it is, such as `Amazon RDS · compute.vm`.
    pub name: String,
    /// Where it runs, such as `eu-west-1`; empty where that is not known.
    pub region: String,
    /// The workload that it belongs to.
    pub workload: String,
    /// Operational and embodied carbon, gCO2e.
    pub carbon: Figure,
    /// Operational carbon, gCO2e.
    pub operational_carbon: Figure,
    /// Embodied carbon, gCO2e.
    pub embodied_carbon: Figure,
    /// Facility energy, kWh.
    pub energy: Figure,
    /// Effective cost, one entry per currency.
    pub cost: Vec<Money>,
    /// Share of the carbon of the report, 0 to 1.
    pub share: f64,
}

/// Figures of one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Service {
    /// Name of the service.
    pub name: String,
    /// Facility energy, kWh.
    pub energy: Figure,
    /// Operational carbon, gCO2e.
    pub operational_carbon: Figure,
    /// Embodied carbon, gCO2e.
    pub embodied_carbon: Figure,
    /// Water, L.
    pub water: Figure,
    /// Effective cost, one entry per currency.
    pub cost: Vec<Money>,
    /// By period, in the order of the report's periods.
    pub periods: Vec<ServicePeriod>,
}

/// Figures of one service in one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct ServicePeriod {
    /// Id of the period.
    pub period: String,
    /// Facility energy, kWh.
    pub energy: Figure,
    /// Operational carbon, gCO2e.
    pub operational_carbon: Figure,
    /// Embodied carbon, gCO2e.
    pub embodied_carbon: Figure,
}

/// What makes one figure uncertain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Uncertainty {
    /// The figure, such as `carbon of the whole span`.
    pub of: String,
    /// The figure itself.
    pub figure: Figure,
    /// Shares of its variance, largest first.
    pub shares: Vec<Share>,
    /// Measurements that would shrink it, by the share that they bear on, largest first.
    pub remedies: Vec<Remedy>,
}

/// A measurement that would make a figure surer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Remedy {
    /// What to measure or supply.
    pub remedy: String,
    /// Share of the variance that it bears on, 0 to 1.
    pub share: f64,
}

/// One factor's share of the variance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Share {
    /// Name of the error source, such as `cpu-power`.
    pub factor: String,
    /// The error source in plain words.
    pub words: String,
    /// The measurement that would shrink it, where there is one.
    pub remedy: Option<String>,
    /// Share of the variance, 0 to 1.
    pub share: f64,
}

/// Figures of one workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Workload {
    /// Name; `unassigned` holds what no rule takes.
    pub name: String,
    /// Whether it holds what no rule takes.
    pub unassigned: bool,
    /// Facility energy, kWh.
    pub energy: Figure,
    /// Operational carbon, gCO2e.
    pub operational_carbon: Figure,
    /// Embodied carbon, gCO2e.
    pub embodied_carbon: Figure,
    /// Water, L.
    pub water: Figure,
    /// Billed cost, one entry per currency.
    pub billed: Vec<Money>,
    /// Effective cost, one entry per currency.
    pub effective: Vec<Money>,
}

/// Rows that several workloads share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SharedSplit {
    /// Name of the rule.
    pub name: String,
    /// Who gets how much of it.
    pub parts: Vec<SharedPart>,
}

/// One workload's part of shared rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SharedPart {
    /// The workload.
    pub workload: String,
    /// Its weight over the sum of the weights, 0 to 1.
    pub share: f64,
}

/// The finest figures of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RollUp {
    /// Names of the keys, such as `charge-month`, `workload`, `service-name`.
    pub dimensions: Vec<String>,
    /// One row for each combination of keys, sorted.
    pub rows: Vec<RollUpRow>,
}

/// One row of the roll-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RollUpRow {
    /// Values of the keys, as many as the roll-up has dimensions.
    pub keys: Vec<String>,
    /// Rows of the bill.
    pub rows: u64,
    /// Facility energy, kWh.
    pub energy: Figure,
    /// Operational carbon, gCO2e.
    pub operational_carbon: Figure,
    /// Embodied carbon, gCO2e.
    pub embodied_carbon: Figure,
    /// Water, L.
    pub water: Figure,
    /// Energy of data transfer, kWh.
    pub network_energy: Figure,
    /// Carbon of data transfer, gCO2e.
    pub network_carbon: Figure,
    /// Billed cost, one entry per currency.
    pub billed: Vec<Money>,
    /// Effective cost, one entry per currency.
    pub effective: Vec<Money>,
}
