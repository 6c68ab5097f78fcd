//! What a roll-up asks for, and what it gives.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::figure::Tally;
use crate::calendar::{Period, Step};
use crate::error::EngineError;

/// What rows may be grouped by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Dimension {
    /// Hour, day or month.
    Period,
    /// Workload of the manifest.
    Workload,
    /// Account that used the service.
    Account,
    /// Region.
    Region,
    /// Service.
    Service,
    /// What the row bought, as the plugins say.
    UsageKind,
    /// Resource.
    Resource,
    /// The value of a tag.
    Tag(String),
}

impl fmt::Display for Dimension {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Period => out.write_str("period"),
            Self::Workload => out.write_str("workload"),
            Self::Account => out.write_str("account"),
            Self::Region => out.write_str("region"),
            Self::Service => out.write_str("service"),
            Self::UsageKind => out.write_str("usage-kind"),
            Self::Resource => out.write_str("resource"),
            Self::Tag(key) => write!(out, "tag:{key}"),
        }
    }
}

impl From<Dimension> for String {
    fn from(dimension: Dimension) -> Self {
        dimension.to_string()
    }
}

impl TryFrom<String> for Dimension {
    type Error = EngineError;

    fn try_from(word: String) -> Result<Self, EngineError> {
        word.parse()
    }
}

impl FromStr for Dimension {
    type Err = EngineError;

    fn from_str(word: &str) -> Result<Self, EngineError> {
        match word {
            "period" => Ok(Self::Period),
            "workload" => Ok(Self::Workload),
            "account" => Ok(Self::Account),
            "region" => Ok(Self::Region),
            "service" => Ok(Self::Service),
            "usage-kind" => Ok(Self::UsageKind),
            "resource" => Ok(Self::Resource),
            other => match other.strip_prefix("tag:") {
                Some(key) if !key.is_empty() => Ok(Self::Tag(key.to_owned())),
                _ => Err(EngineError::NoDimension { word: other.to_owned() }),
            },
        }
    }
}

/// Which rows a roll-up counts. Empty lists let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Filter {
    /// From this instant on, in milliseconds since 1970-01-01T00:00:00Z; periods that start earlier are left out.
    pub from_ms: Option<i64>,
    /// Before this instant.
    pub to_ms: Option<i64>,
    /// Per dimension, globs of which one must match.
    pub keep: BTreeMap<Dimension, Vec<String>>,
}

/// A question: group by what, in which steps, counting which rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RollUp {
    /// The dimensions, in the order of the keys.
    pub by: Vec<Dimension>,
    /// The step of periods; not finer than that of the estimates.
    pub step: Step,
    /// Which rows count.
    #[serde(default)]
    pub filter: Filter,
}

impl RollUp {
    /// Everything, grouped by these dimensions, in months.
    #[must_use]
    pub fn by(by: impl IntoIterator<Item = Dimension>) -> Self {
        Self { by: by.into_iter().collect(), step: Step::Month, filter: Filter::default() }
    }

    /// The same question in other steps.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.step = step;
        self
    }

    /// The same question, counting only rows whose value of a dimension matches a glob.
    #[must_use]
    pub fn keep(mut self, dimension: Dimension, glob: impl Into<String>) -> Self {
        self.filter.keep.entry(dimension).or_default().push(glob.into());
        self
    }
}

/// A row of a roll-up.
#[derive(Debug, Clone, PartialEq)]
pub struct RollupRow {
    /// The values of the dimensions, in their order; empty where a row of the bill has none.
    pub keys: Vec<String>,
    /// Its period, where the roll-up is by period.
    pub period: Option<Period>,
    /// Whether the data does not cover the whole month of its period: to be kept out of trends.
    pub partial: bool,
    /// What it adds up to.
    pub tally: Tally,
}

/// An answer: rows in the order of their keys, periods in time order.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollup {
    /// The question.
    pub question: RollUp,
    /// The rows.
    pub rows: Vec<RollupRow>,
    /// All rows together.
    pub total: Tally,
}

/// One of the largest parts of a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributor {
    /// The keys of the roll-up's row.
    pub keys: Vec<String>,
    /// Its share of the total, 0 to 1 where nothing is negative.
    pub share: f64,
}

impl Rollup {
    /// The rows that contribute most to a quantity, largest first; empty where the total is not positive.
    #[must_use]
    pub fn contributors(&self, quantity: &str, most: usize) -> Vec<Contributor> {
        let whole = self.total.figure(quantity).map_or(0.0, super::figure::Figure::value);
        if !whole.is_finite() || whole <= 0.0 {
            return Vec::new();
        }
        let mut parts: Vec<Contributor> = self
            .rows
            .iter()
            .filter_map(|row| {
                let value = row.tally.figure(quantity)?.value();
                (value > 0.0).then(|| Contributor { keys: row.keys.clone(), share: value / whole })
            })
            .collect();
        parts.sort_by(|left, right| {
            right.share.total_cmp(&left.share).then_with(|| left.keys.cmp(&right.keys))
        });
        parts.truncate(most);
        parts
    }
}
