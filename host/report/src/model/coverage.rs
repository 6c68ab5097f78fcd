//! What the estimates stand on, and what stands outside them.

use serde::{Deserialize, Serialize};

use super::Money;

/// How a row was estimated, best first. A row has the weakest grade of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// The row has nothing that uses energy, such as a fee or a request.
    Nothing,
    /// From measurements.
    Measured,
    /// From the known hardware.
    KnownHardware,
    /// From a typical machine, the make being unknown.
    UnknownHardware,
    /// From a stand-in.
    Proxy,
    /// Not at all.
    NotModelled,
}

impl Grade {
    /// All grades, best first.
    pub const ALL: [Self; 6] = [
        Self::Nothing,
        Self::Measured,
        Self::KnownHardware,
        Self::UnknownHardware,
        Self::Proxy,
        Self::NotModelled,
    ];

    /// The grade in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "nothing that uses energy",
            Self::Measured => "measured",
            Self::KnownHardware => "modelled, hardware known",
            Self::UnknownHardware => "modelled, hardware unknown",
            Self::Proxy => "by proxy",
            Self::NotModelled => "not modelled",
        }
    }
}

/// Shares of the usage rows by grade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    /// By positive effective cost, one entry per currency.
    pub by_cost: Vec<CurrencyCoverage>,
    /// By rows.
    pub by_rows: RowCoverage,
}

/// Coverage of the cost in one currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct CurrencyCoverage {
    /// Positive effective cost of the usage rows.
    pub total: Money,
    /// Grades that occur, best first.
    pub grades: Vec<GradeCost>,
}

/// Cost of one grade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct GradeCost {
    /// The grade.
    pub grade: Grade,
    /// Its cost.
    pub cost: Money,
    /// Its share of the total, 0 to 1.
    pub share: f64,
}

/// Coverage of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RowCoverage {
    /// Usage rows.
    pub rows: u64,
    /// Grades that occur, best first.
    pub grades: Vec<GradeRows>,
}

/// Rows of one grade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct GradeRows {
    /// The grade.
    pub grade: Grade,
    /// Its rows.
    pub rows: u64,
    /// Its share of the rows, 0 to 1.
    pub share: f64,
}

/// Charges that carry money and no usage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Apart {
    /// What they are, such as `Credit`, `Tax`, `Purchase` or `unused commitment`.
    pub category: String,
    /// Rows.
    pub rows: u64,
    /// Billed cost.
    pub billed: Money,
    /// Effective cost.
    pub effective: Money,
}

/// Usage that no model takes. Nothing is filled in for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct NotModelled {
    /// Service.
    pub service: String,
    /// Meter, usage type or description by which the bill names it.
    pub meter: String,
    /// Why.
    pub reason: String,
    /// Rows.
    pub rows: u64,
    /// Effective cost.
    pub cost: Money,
    /// Its share of the positive effective cost of usage, 0 to 1.
    pub share: f64,
}
