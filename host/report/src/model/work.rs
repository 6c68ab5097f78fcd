//! Units of work: what one order, request or job costs.

use serde::{Deserialize, Serialize};

use super::{Change, Figure, Money};

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
    /// The time step of the join: `hour`, `day` or `month`.
    pub step: String,
    /// Steps with both.
    pub matched_steps: u64,
    /// Steps with work and no bill.
    pub work_without_bill_steps: u64,
    /// Units of work in them.
    pub work_without_bill: Figure,
    /// Steps with a bill and no work.
    pub bill_without_work_steps: u64,
    /// Effective cost in them, one entry per currency.
    pub bill_without_work_cost: Vec<Money>,
    /// Carbon in them, gCO2e.
    pub bill_without_work_carbon: Figure,
}
