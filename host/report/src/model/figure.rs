//! Figures, money and changes: the leaves of the report.

use serde::{Deserialize, Serialize};

/// Why a figure that overflowed has no value.
const NOT_FINITE: &str = "the number is too large to be held";

/// A figure with its 90 % interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Figure {
    /// The mean; none where it cannot be said.
    pub value: Option<f64>,
    /// Symbol of the unit, such as `kWh`, `gCO2e`, `L`, `vCPU.h` or `USD`.
    pub unit: String,
    /// The unit of work that the figure is divided by, such as `order`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
    /// Lower end of the 90 % interval, in `unit`.
    pub low: Option<f64>,
    /// Upper end of the 90 % interval, in `unit`.
    pub high: Option<f64>,
    /// Why there is no value, or no interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_none: Option<String>,
    /// Rows that have something of the kind which could not be said: they are not in the value.
    #[serde(default, skip_serializing_if = "none_lacks")]
    pub rows_left_out: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn none_lacks(rows: &u64) -> bool {
    *rows == 0
}

impl Figure {
    /// A mean with its 90 % interval, all in `unit`. What is not finite becomes no value: JSON has no word for it.
    pub fn estimate(value: f64, low: f64, high: f64, unit: impl Into<String>) -> Self {
        if ![value, low, high].iter().all(|number| number.is_finite()) {
            return Self::none(unit, NOT_FINITE);
        }
        Self { low: Some(low), high: Some(high), ..Self::exact(value, unit) }
    }

    /// A value without an interval: counted or paid, or with the reason in [`Figure::because`].
    pub fn exact(value: f64, unit: impl Into<String>) -> Self {
        if !value.is_finite() {
            return Self::none(unit, NOT_FINITE);
        }
        Self { value: Some(value), why_none: None, ..Self::none(unit, "") }
    }

    /// No value, and why.
    pub fn none(unit: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            value: None,
            unit: unit.into(),
            per: None,
            low: None,
            high: None,
            why_none: Some(why.into()),
            rows_left_out: 0,
        }
    }

    /// The same figure, divided by a unit of work.
    #[must_use]
    pub fn per(mut self, unit_of_work: impl Into<String>) -> Self {
        self.per = Some(unit_of_work.into());
        self
    }

    /// The same figure, with the reason why it has no interval.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why_none = Some(why.into());
        self
    }

    /// Both ends of the interval, where there is one.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high)
    }
}

/// An exact amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Money {
    /// Exact decimal, such as `20.52022672899`.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
}

impl Money {
    /// An amount as its exact decimal text.
    pub fn new(amount: impl Into<String>, currency: impl Into<String>) -> Self {
        Self { amount: amount.into(), currency: currency.into() }
    }
}

/// A change between two whole periods, with what they share taken out of its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// Id of the earlier period.
    pub before: String,
    /// Id of the later period.
    pub after: String,
    /// Relative change: −0.04 is 4 % less. None where it cannot be said.
    pub relative: Option<f64>,
    /// Lower end of its 90 % interval.
    pub low: Option<f64>,
    /// Upper end of its 90 % interval.
    pub high: Option<f64>,
    /// Why there is no change, or no interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_none: Option<String>,
}
