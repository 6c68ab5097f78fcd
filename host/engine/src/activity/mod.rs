//! Activity: the rows of a bill, added up exactly.
//!
//! A bill has millions of rows but few distinct combinations of what plugins look at. Rows are added into entries,
//! each with a **group** (period, workload, account, region, …: what roll-ups tell apart), a **cell** (the values of
//! all columns that plugins read, without the quantity: what plugins tell apart) and a **bin** of the resource (what
//! errors are kept apart by). Sums are integers, so that neither order nor partition nor the number of threads can
//! change a digit.
//!
//! A plugin that reads money or another column of many values makes nearly every row a cell of its own.

mod accumulate;
mod chunk;
mod dictionary;
mod finish;
mod followed;
mod local;
#[cfg(test)]
mod merging;
mod parts;
mod plan;
mod row_cells;
mod stored;
mod table;

use std::collections::BTreeMap;

pub use accumulate::{Accumulator, BINS, bin};
pub(crate) use accumulate::{BIN, FIXED, PERIOD, WORKLOAD};
pub(crate) use chunk::bits;
pub(crate) use dictionary::{Dictionary, NONE, renumber};
pub(crate) use followed::{FollowedRates, Rates, Span, times};
pub(crate) use plan::{LaneSource, QUANTITY, RESOURCE, Scale, UTILISATION, lane_of};
pub use plan::{Plan, Wanted, Window};
pub(crate) use row_cells::RowCells;
pub(crate) use stored::Stored;
pub use table::Sums;

use joulework_units::FixedSum;

use crate::calendar::{Period, Step};
use crate::error::EngineError;
use crate::hours::HourSet;

/// Distinct keys of the same lanes, in rising order, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Keys {
    /// Which lane each number of a key is from.
    pub(crate) lanes: Vec<usize>,
    numbers: Vec<u32>,
}

impl Keys {
    pub(crate) fn len(&self) -> usize {
        self.numbers.len() / self.lanes.len().max(1)
    }

    pub(crate) fn key(&self, number: u32) -> &[u32] {
        let start = usize::try_from(number).unwrap_or(usize::MAX).saturating_mul(self.lanes.len());
        self.numbers.get(start..start.saturating_add(self.lanes.len())).unwrap_or_default()
    }

    /// The number of a key.
    pub(crate) fn find(&self, key: &[u32]) -> Option<u32> {
        let (mut from, mut to) = (0, u32::try_from(self.len()).ok()?);
        while from < to {
            let middle = from + (to - from) / 2;
            match self.key(middle).cmp(key) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// The number of a lane in a key.
    pub(crate) fn lane(&self, key: u32, lane: usize) -> Option<u32> {
        let place = self.lanes.iter().position(|own| *own == lane)?;
        self.key(key).get(place).copied()
    }
}

/// One sum of an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) group: u32,
    pub(crate) cell: u32,
    pub(crate) bin: u32,
    pub(crate) sums: Sums,
}

/// The rows of a bill, added up. Equal rows give equal activities, whatever their order and partition.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    pub(crate) plan: Plan,
    pub(crate) groups: Keys,
    pub(crate) cells: Keys,
    pub(crate) dictionaries: Vec<Dictionary>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) followed: Vec<FollowedRates>,
    workloads: Vec<String>,
    covered: BTreeMap<String, HourSet>,
    span: Option<(i64, i64)>,
    rows: u64,
    outside: u64,
}

impl Activity {
    /// Finishes the sum of all parts.
    ///
    /// # Errors
    /// When a sum leaves its range.
    pub fn of(parts: Accumulator<'_>) -> Result<Self, EngineError> {
        finish::finish(parts)
    }

    /// How many sums it has.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    /// How many distinct combinations of what plugins read.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// How many rows of the bill are in it.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// How many rows were left out because they begin outside the window.
    #[must_use]
    pub const fn rows_outside(&self) -> u64 {
        self.outside
    }

    /// The workloads, in the order of the rules; `unassigned` is one of them.
    #[must_use]
    pub fn workloads(&self) -> &[String] {
        &self.workloads
    }

    /// The hours in which a workload has usage.
    #[must_use]
    pub fn covered(&self, workload: &str) -> Option<&HourSet> {
        self.covered.get(workload)
    }

    /// First and last instant of the usage rows, in milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn span(&self) -> Option<(i64, i64)> {
        self.span
    }

    /// Whether the data does not cover the whole month that holds a period: its usage ends before the month does (the
    /// current month), begins more than a day after it, or the window cuts it.
    #[must_use]
    pub fn is_partial(&self, period: Period) -> bool {
        let month = period.coarser(Step::Month);
        let Some((first, last)) = self.span else { return true };
        let window = self.plan.wanted.window;
        last < month.end_ms()
            || first > month.start_ms() + crate::calendar::DAY_MS
            || window.from_ms.is_some_and(|from| from > month.start_ms())
            || window.to_ms.is_some_and(|to| to < month.end_ms())
    }

    /// Whether the rows of a cell have a consumed quantity.
    pub(crate) fn has_quantity(&self, cell: u32) -> bool {
        // The first lane of a cell says so.
        self.cells.key(cell).first() == Some(&1)
    }

    /// The consumed quantity, with its sign, of rows of a cell with this sum; 0 where it is not known.
    pub(crate) fn consumed(&self, cell: u32, sum: FixedSum) -> Result<FixedSum, EngineError> {
        if !self.has_quantity(cell) {
            return Ok(FixedSum::ZERO);
        }
        if self.plan.scale == Scale::Quantity {
            return Ok(sum);
        }
        let lane = self.plan.column_lane(QUANTITY);
        let number = lane.and_then(|lane| self.cells.lane(cell, lane + FIXED));
        let bits =
            lane.zip(number).and_then(|(lane, number)| self.dictionaries.get(lane)?.exact_value(number));
        let magnitude = bits.and_then(|bits| u64::try_from(bits).ok()).map_or(0.0, f64::from_bits);
        Ok(FixedSum::from_f64(magnitude * sum.to_f64())?)
    }

    /// The text that a group or cell has in a lane of the plan.
    pub(crate) fn text(&self, keys: &Keys, key: u32, lane: usize) -> Option<&str> {
        let number = keys.lane(key, lane + FIXED)?;
        self.dictionaries.get(lane)?.text(number)
    }
}
