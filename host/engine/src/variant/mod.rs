//! What if: the same bill with changes, through the same pipeline.
//!
//! A change gives rows another value, and clears what the bill derived from the old one: a row of another machine has
//! another meter, no description and no price details. Demand stays: where less is supplied, the load of what is left
//! rises. What advisors propose and what a user asks are changes alike.

mod bucket;
mod hours;
mod lines;
mod meter;
mod price;
mod probe;
mod remade;
mod rules;
mod select;
mod vary;

use std::collections::BTreeMap;

use joulework_units::Currency;
use serde::{Deserialize, Serialize};

use crate::activity::{Accumulator, Activity, Scale};
use crate::assess::{Dimension, Estimates};
use crate::bill::UsageBatch;
use crate::error::EngineError;
use crate::pipeline::{Assessment, Engine, Progress};

pub use bucket::{Throttled, TokenBucket};

/// What a meter names of its resource: its machine type and its architecture.
#[must_use]
pub fn named_by(meter: &str) -> (Option<&str>, Option<&'static str>) {
    (meter::machine(meter), meter::architecture(meter))
}

/// Changes that are made together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Variant {
    /// What takes other values.
    pub changes: Vec<Change>,
    /// Unit prices beside those of the bill.
    pub prices: Vec<UnitPrice>,
}

/// A change of some rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Change {
    /// Which rows.
    pub target: Target,
    /// What becomes of them.
    pub set: Set,
}

/// Which rows change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Those of one resource, by its id as the bill writes it.
    Resource(String),
    /// Those that match a glob in every dimension that is named.
    Matching(BTreeMap<Dimension, Vec<String>>),
}

/// What becomes of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Set {
    /// A column takes another value: one of [`VALUES`].
    Value {
        /// The column.
        column: String,
        /// The value that it has now; rows that have another one stay as they are. Nothing for any.
        #[serde(default)]
        from: Option<String>,
        /// The value that it takes.
        to: String,
    },
    /// Rows that have a quantity take a share of it: one of [`SHARES`]; 0 removes them.
    Share {
        /// The column.
        column: String,
        /// The meter of the rows, without the prefix of its region; nothing for any.
        #[serde(default)]
        meter: Option<String>,
        /// The share, or the multiple.
        share: f64,
    },
    /// Machines are supplied by another rule, hour by hour. Of those of which something is measured.
    Supply(SupplyRule),
}

/// How many machines there are hour by hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SupplyRule {
    /// They are there at some hours of some days, and gone at all others.
    Schedule {
        /// Days, 1 for Monday to 7 for Sunday.
        days: Vec<u8>,
        /// The first hour of the day, 0 to 23.
        from: u8,
        /// The first hour after, 1 to 24.
        to: u8,
        /// The zone of the hours.
        time_zone: String,
    },
    /// As many as the demand needs at this share of use, where the demand is known.
    FollowDemand {
        /// The share, above 0 and at most 1.
        utilisation: f64,
    },
    /// A token bucket holds the demand of all of them back, counted in vCPU hours, and as many are left as keep the
    /// share of use at the peak.
    Bucket(TokenBucket),
}

/// The columns that can take another value.
pub const VALUES: [&str; 4] = ["instance-type", "region-id", "architecture", "sku-meter"];
/// The columns that can take a share of their value.
pub const SHARES: [&str; 4] = ["consumed-quantity", "vcpu-hours", "memory-hours", "storage-hours"];

/// What a unit of a meter costs.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitPrice {
    /// The meter, with or without the prefix of its region.
    pub meter: String,
    /// The region.
    pub region: String,
    /// Price of one consumed unit.
    pub price: f64,
    /// Its currency.
    pub currency: Currency,
}

/// Where the money of changed rows is from, from the best to the weakest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceBasis {
    /// No price changed.
    #[default]
    Same,
    /// The same bill has the price.
    Bill,
    /// A price of the user.
    Given,
    /// In proportion to vCPU inside a family of machines.
    Proxy,
    /// Nobody knows it: the money is that of before.
    Unknown,
}

/// What became of a resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResourceOutcome {
    /// Whether some row of it changed.
    pub changed: bool,
    /// Why rows stayed as they were, by meter.
    pub left: BTreeMap<String, &'static str>,
    /// Where its money is from.
    pub price: PriceBasis,
    /// Whether a commitment pays for some of it: less use frees no money unless something else takes the commitment up.
    pub committed: bool,
    /// vCPU hours that are asked for, where that is measured.
    pub demand: f64,
    /// vCPU hours that are asked for beyond what is supplied.
    pub over_demand: f64,
}

/// Estimates with changes.
#[derive(Debug, Clone)]
pub struct Varied {
    /// The estimates.
    pub estimates: Estimates,
    /// What became of the resources that changes were meant for.
    pub resources: BTreeMap<String, ResourceOutcome>,
    /// What token buckets did to the demand behind them, in vCPU hours.
    pub throttled: Vec<Throttled>,
}

/// Which rows the estimates with changes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All rows.
    Whole,
    /// Those of resources that changes are meant for.
    Changed,
}

/// A bill, read once, that is ready to be changed.
#[derive(Debug)]
pub struct Base<'a> {
    engine: &'a Engine,
    sum: Accumulator<'a>,
    prices: price::Prices,
}

impl Engine {
    /// Reads work and bills and estimates them, ready for changes. Resources have to be among the dimensions of the
    /// description.
    ///
    /// # Errors
    /// The first bad value, fault or overflow; when resources are not kept apart, or a plugin reads amounts of the bill
    /// that do not grow with the quantity.
    pub fn base(&self, tell: &(dyn Fn(Progress) + Sync)) -> Result<(Assessment, Base<'_>), EngineError> {
        self.hold_changeable()?;
        let mut kept = None;
        let assessment = self.assess_with(tell, |sum| {
            kept = Some(sum.clone());
            Activity::of(sum)
        })?;
        let sum = match kept {
            Some(sum) => sum,
            None => Accumulator::new(self.plan())?,
        };
        Ok((assessment, Base::of(self, sum)))
    }

    /// The same of batches that are in memory.
    ///
    /// # Errors
    /// As for [`Engine::base`].
    pub fn base_of_batches<'b>(
        &self,
        batches: impl IntoIterator<Item = &'b UsageBatch>,
    ) -> Result<(Estimates, Base<'_>), EngineError> {
        self.hold_changeable()?;
        let mut sum = Accumulator::new(self.plan())?;
        for batch in batches {
            sum.add(batch)?;
        }
        let activity = Activity::of(sum.clone())?;
        let estimates = Estimates::of(activity, self.pipeline(), self.thread_count())?;
        Ok((estimates, Base::of(self, sum)))
    }

    fn hold_changeable(&self) -> Result<(), EngineError> {
        if !self.description().dimensions.contains(&Dimension::Resource) {
            return Err(EngineError::DimensionNotKept { dimension: Dimension::Resource.to_string() });
        }
        if self.plan().scale == Scale::Quantity { Ok(()) } else { Err(EngineError::NotScalable) }
    }
}

impl<'a> Base<'a> {
    fn of(engine: &'a Engine, sum: Accumulator<'a>) -> Self {
        Self { engine, prices: price::Prices::of(&sum), sum }
    }
}

impl Base<'_> {
    /// The estimates with changes.
    ///
    /// # Errors
    /// When a change is not valid, a plugin fails, or a sum leaves its range.
    pub fn vary(&self, variant: &Variant, scope: Scope) -> Result<Varied, EngineError> {
        vary::vary(self, variant, scope)
    }
}
