//! Units of work: orders, requests, jobs. Counts them, joins them with the bill, and divides.
//!
//! Work and bill meet hour by hour, the finer of the two steps: work counts where the workload has usage in one of
//! its hours, other work is listed. The bill counts from the first to the last step that the work covers, quiet hours
//! included, because what was provisioned without demand is part of what a unit costs; hours without any record of
//! work are listed. Several units of one workload are alternatives and are never added.

mod join;
mod recorded;
mod series;

pub(crate) use join::LINE_COLUMNS;
pub use recorded::RecordedWork;

use std::collections::BTreeMap;
use std::path::PathBuf;

use joulework_units::{Amount, Currency, FixedSum, Interval, Money, NoInterval};
use serde::{Deserialize, Serialize};

use crate::assess::{Figure, Tally};
use crate::calendar::Period;
use crate::hours::HourRange;

/// A unit of work of a workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnitOfWork {
    /// Its name in the singular, such as `order`.
    pub name: String,
    /// The workload that does the work.
    pub workload: String,
    /// Where it is counted.
    pub source: WorkSource,
}

/// Where work is counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum WorkSource {
    /// A CSV, CSV.gz or Parquet file with one row per point in time.
    Series {
        /// The file.
        path: PathBuf,
        /// Column of the times.
        timestamp: String,
        /// Column of the counts.
        count: String,
        /// The zone of times that are written without one: `UTC`, an offset such as `+02:00`, or an IANA name.
        time_zone: String,
    },
    /// Lines of the workload's own bill: their consumed quantities are the count.
    Bill {
        /// Globs on the service's name; empty for any.
        service: Vec<String>,
        /// Globs on the meter; empty for any.
        meter: Vec<String>,
        /// Globs on the unit of the quantity; empty for any.
        unit: Vec<String>,
        /// Units of work per unit of quantity, above 0.
        scale: f64,
    },
}

/// How much work was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkDone(pub(crate) FixedSum);

impl WorkDone {
    /// The count of units, such as orders.
    #[must_use]
    pub fn units(self) -> f64 {
        self.0.to_f64()
    }
}

/// Why there is no figure per unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoScore {
    /// No work was done: there is nothing to divide by.
    #[error("no work was done in the period")]
    NoWork,
    /// The total is negative.
    #[error("the total is negative: corrections outweigh the usage")]
    Negative,
}

impl NoScore {
    /// A stable, dotted name of the reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoWork => "score.no-work",
            Self::Negative => "score.negative",
        }
    }
}

/// A figure per unit of work.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitFigure {
    /// The mean per unit.
    pub amount: Amount,
    /// Its 90 % interval, in the unit of `amount`; or why there is none.
    pub interval: Result<Interval, NoInterval>,
}

/// What one unit of work costs in a period.
///
/// `carbon` per unit is the SCI score; `vcpu-hours` and `memory-hours` per unit are the resource usage efficiency
/// (provisioned resource ÷ work done).
#[derive(Debug, Clone, PartialEq)]
pub struct PerUnit {
    /// The period; nothing for the whole.
    pub period: Option<Period>,
    /// Whether the data does not cover the whole month of the period.
    pub partial: bool,
    /// The work that met a bill.
    pub work: WorkDone,
    /// The roll-up that is divided.
    pub tally: Tally,
    /// The entries of the activity that it adds up, by their places in rising order.
    pub(crate) entries: Vec<usize>,
    /// Per quantity the figure per unit; or why there is none.
    pub figures: BTreeMap<String, Result<UnitFigure, NoScore>>,
    /// Amortised cost per unit, per currency, cut after the 24th place; or why there is none.
    pub cost: BTreeMap<Currency, Result<Money, NoScore>>,
}

/// Work that met no bill.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkWithoutBill {
    /// How much.
    pub work: WorkDone,
    /// When.
    pub ranges: Vec<HourRange>,
}

/// Hours of usage without any record of work.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BillWithoutWork {
    /// How many hours.
    pub hours: u64,
    /// When.
    pub ranges: Vec<HourRange>,
}

/// A unit of work over time.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkReport {
    /// The unit.
    pub unit: UnitOfWork,
    /// Per period, in time order; periods that neither work nor bill falls into are left out.
    pub periods: Vec<PerUnit>,
    /// All periods together.
    pub whole: PerUnit,
    /// The work that is not in the figures.
    pub work_without_bill: WorkWithoutBill,
    /// Usage for which no work is recorded: inside the span of the work it is in the figures, outside it is not.
    pub bill_without_work: BillWithoutWork,
    /// The file that was read, for the receipt.
    pub file: Option<crate::provenance::InputFile>,
}

/// A figure divided by the work done.
///
/// # Errors
/// Why there is no figure per unit; a total of zero gives zero.
pub fn per_unit(figure: &Figure, work: WorkDone) -> Result<UnitFigure, NoScore> {
    let units = work.units();
    if units <= 0.0 {
        return Err(NoScore::NoWork);
    }
    let value = figure.value();
    if value < 0.0 {
        return Err(NoScore::Negative);
    }
    let interval =
        figure.interval().map(|level| Interval { low: level.low / units, high: level.high / units });
    Ok(UnitFigure { amount: Amount::new(value / units, figure.amount.unit().clone()), interval })
}

/// Money divided by the work done: cut after the 24th place where the count is whole, else to the precision of a double.
fn cost_per_unit(cost: Money, work: WorkDone) -> Result<Money, NoScore> {
    let units = work.units();
    if units <= 0.0 {
        return Err(NoScore::NoWork);
    }
    if cost.is_negative() {
        return Err(NoScore::Negative);
    }
    let one = FixedSum::ONE.raw();
    if work.0.raw() % one == 0 {
        return Ok(Money::from_raw(cost.raw() / (work.0.raw() / one)));
    }
    // A quotient of two finite numbers above 0 that money can hold, unless the work is vanishingly small.
    Money::from_f64_shortest(cost.to_f64_lossy() / units).map_err(|_| NoScore::NoWork)
}
