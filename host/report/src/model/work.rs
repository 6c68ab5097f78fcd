//! Units of work: what one order, request or job costs.

use serde::{Deserialize, Serialize};

use super::{Change, Figure};

/// A functional unit of a workload. Several units of one workload are alternatives, never added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct UnitOfWork {
    /// The workload that does the work.
    pub workload: String,
    /// The unit in the singular, such as `order`.
    pub unit: String,
    /// Where the count comes from: a file or a line of the bill.
    pub source: String,
    /// Over the whole span.
    pub whole: UnitScore,
    /// Id of the last whole period that has a score; the headline shows it.
    pub latest: Option<String>,
    /// By period, in the order of the report's periods.
    pub periods: Vec<UnitPeriod>,
    /// What could not be joined.
    pub matching: Matching,
    /// What is special about this series, such as a metering break.
    pub notes: Vec<String>,
}

/// The score of a unit of work in one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct UnitPeriod {
    /// Id of the period.
    pub period: String,
    /// What one unit cost in it.
    pub score: UnitScore,
    /// Change of the carbon per unit against the whole period before; none at partial periods.
    pub change: Option<Change>,
}

/// What one unit of work costs. The carbon figure is the SCI score: (O + M) per R.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct UnitScore {
    /// Units of work done.
    pub count: Figure,
    /// Operational and embodied carbon per unit, gCO2e: the SCI score.
    pub carbon: Figure,
    /// Operational carbon per unit, gCO2e.
    pub operational_carbon: Figure,
    /// Embodied carbon per unit, gCO2e.
    pub embodied_carbon: Figure,
    /// Facility energy per unit, kWh.
    pub energy: Figure,
    /// Water per unit, L.
    pub water: Figure,
    /// Effective cost per unit, one entry per currency.
    pub cost: Vec<Figure>,
    /// Provisioned resource per unit.
    pub rue: Vec<Rue>,
    /// The second score: carbon per unit with data transfer, gCO2e.
    pub carbon_with_network: Figure,
}

/// Resource usage efficiency: provisioned resource per unit of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Rue {
    /// The resource, such as `vCPU`.
    pub resource: String,
    /// Provisioned amount per unit.
    pub amount: Figure,
}

/// How well bill and work met in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Matching {
    /// Work in hours that have no bill; it is in no figure.
    pub work_without_bill: Figure,
    /// Those hours.
    pub work_without_bill_hours: u64,
    /// When they are.
    pub work_without_bill_ranges: Vec<TimeRange>,
    /// Hours that have a bill and no record of work. Within the span of the work they are in the score.
    pub bill_without_work_hours: u64,
    /// When they are.
    pub bill_without_work_ranges: Vec<TimeRange>,
}

/// Consecutive hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct TimeRange {
    /// First instant, such as `2025-03-01T05:00:00Z`.
    pub from: String,
    /// First instant after it.
    pub to: String,
}
