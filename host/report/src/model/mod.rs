//! The report as plain data: everything that is printed, in the order in which it is printed.
//!
//! Renderers lay these values out and format numbers; they compute no figure. The JSON output is this model,
//! and `schema/report.schema.json` is generated from these types and comments by a test.

mod advice;
mod coverage;
mod figure;
mod parts;
mod provenance;
mod supply;
mod work;

pub use advice::{Advice, Advisor, Proposal, Saving};
pub use coverage::{
    Apart, Coverage, CurrencyCoverage, Grade, GradeCost, GradeRows, NotModelled, RowCoverage,
};
pub use figure::{Change, Figure, Money};
pub use parts::{
    Contributor, Remedy, RollUp, RollUpRow, Service, ServicePeriod, Share, SharedPart, SharedSplit,
    Uncertainty, Workload,
};
pub use provenance::{FactorSource, InputFile, PluginUsed, Statement};
pub use supply::{
    Function, FunctionCost, IdleUse, ServerRoom, Standby, Supply, SupplyAt, SupplyCapacity, SupplyLine,
    SupplySeries, SupplySpan, WeekHour,
};
pub use work::{Matching, Rue, TimeRange, UnitOfWork, UnitPeriod, UnitScore};

use serde::{Deserialize, Serialize};

/// Version of the JSON form of [`Report`]. It rises when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// A whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// Version of this form: 1.
    pub schema_version: u32,
    /// Name of the project, from its manifest or its folder.
    pub title: String,
    /// The program that made the report.
    pub generator: Generator,
    /// First day of the usage, ISO 8601 date.
    pub first_day: String,
    /// Last day of the usage, ISO 8601 date.
    pub last_day: String,
    /// The periods, in time order.
    pub periods: Vec<Period>,
    /// What the reader must know before the figures are used.
    pub notices: Vec<Notice>,
    /// Figures of the whole span.
    pub totals: Totals,
    /// Figures of each period, in the order of `periods`.
    pub period_totals: Vec<PeriodTotals>,
    /// Units of work and what one unit costs.
    pub work: Vec<UnitOfWork>,
    /// Which share of the bill the estimates stand on.
    pub coverage: Coverage,
    /// What was bought against what was used; nothing where nothing is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supply: Option<Supply>,
    /// What advisors propose; nothing where none were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<Advice>,
    /// The largest contributors to carbon, largest first.
    pub contributors: Vec<Contributor>,
    /// Energy and carbon by service, largest carbon first.
    pub services: Vec<Service>,
    /// What makes the figures uncertain.
    pub uncertainty: Vec<Uncertainty>,
    /// Energy, carbon, water and money by workload; `unassigned` is one of them.
    pub workloads: Vec<Workload>,
    /// Shared rows and the weights by which they were split.
    pub shared: Vec<SharedSplit>,
    /// Charges that carry money only: credits, tax, fees, discounts.
    pub apart: Vec<Apart>,
    /// Usage that no model takes, dearest first.
    pub not_modelled: Vec<NotModelled>,
    /// How the figures are made.
    pub method: Vec<Statement>,
    /// Where the factors come from.
    pub factors: Vec<FactorSource>,
    /// The plugins that made the estimates.
    pub plugins: Vec<PluginUsed>,
    /// The files that were read.
    pub inputs: Vec<InputFile>,
    /// The finest figures of the report, for CSV.
    pub roll_up: RollUp,
}

/// The program that made the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Generator {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// One period of the series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Period {
    /// Stable key, such as `2025-03`.
    pub id: String,
    /// For people, such as `March 2025`.
    pub label: String,
    /// For axes, such as `Mar`.
    pub short: String,
    /// What the short label needs to be unique, such as `2025`.
    pub group: String,
    /// Whether the period is there from end to end.
    pub state: PeriodState,
}

/// Whether a period is there from end to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PeriodState {
    /// It is; it takes part in trends.
    Whole,
    /// It has begun and not ended, or begins before the data does; it is kept out of trends.
    Partial,
}

/// Something that the reader must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Notice {
    /// How bad it is.
    pub level: Level,
    /// Stable, dotted code.
    pub code: String,
    /// What happened.
    pub text: String,
    /// What to do about it, where there is something.
    pub hint: Option<String>,
}

/// How bad a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A figure is wrong or missing because of it.
    Warning,
    /// Good to know.
    Note,
}

/// Figures of the whole span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Totals {
    /// Facility energy, kWh.
    pub energy: Figure,
    /// IT energy, kWh.
    pub it_energy: Figure,
    /// Operational carbon, location-based, gCO2e.
    pub operational_carbon: Figure,
    /// Embodied carbon, gCO2e.
    pub embodied_carbon: Figure,
    /// Operational and embodied carbon as the SCI standard adds them, gCO2e.
    pub carbon: Figure,
    /// Water, L.
    pub water: Figure,
    /// What the water figure holds: `on-site` cooling only, or `on-site and grid`.
    pub water_scope: String,
    /// Energy of data transfer, kWh; in no other total.
    pub network_energy: Figure,
    /// Carbon of data transfer, gCO2e; in no other total.
    pub network_carbon: Figure,
    /// Losses of the grid on operational carbon, gCO2e; in no other total.
    pub transmission_carbon: Figure,
    /// Fuel upstream, gCO2e; in no other total.
    pub upstream_carbon: Figure,
    /// Billed cost, one entry per currency.
    pub billed: Vec<Money>,
    /// Effective, amortised cost, one entry per currency.
    pub effective: Vec<Money>,
    /// Rows that were read.
    pub rows: u64,
}

/// Figures of one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct PeriodTotals {
    /// Id of the period.
    pub period: String,
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
