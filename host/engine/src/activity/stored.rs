//! The form in which the sums of a file are remembered from run to run.

use joulework_units::{FixedSum, Money};
use serde::{Deserialize, Serialize};

use super::accumulate::{Accumulator, FIXED};
use super::dictionary::Dictionary;
use super::followed::StoredFollowed;
use super::plan::Plan;
use super::table::Sums;
use crate::error::EngineError;
use crate::hours::HourSet;

/// What an [`Accumulator`] holds, without its plan.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    dictionaries: Vec<Values>,
    /// The keys, one after the other.
    keys: Vec<u32>,
    sums: Vec<RawSums>,
    covered: Vec<HourSet>,
    followed: StoredFollowed,
    span: Option<(i64, i64)>,
    rows: u64,
    outside: u64,
}

/// The values of a dictionary, in the order of their numbers.
#[derive(Debug, Serialize, Deserialize)]
enum Values {
    Texts(Vec<Box<str>>),
    Exact(Vec<i128>),
}

#[derive(Debug, Serialize, Deserialize)]
struct RawSums {
    quantity: i128,
    billed: i128,
    effective: i128,
    positive: i128,
    rows: u64,
}

impl From<&Accumulator<'_>> for Stored {
    fn from(sum: &Accumulator<'_>) -> Self {
        let values = |dictionary: &Dictionary| match dictionary {
            Dictionary::Texts { values, .. } => Values::Texts(values.clone()),
            Dictionary::Exact { values, .. } => Values::Exact(values.clone()),
        };
        let raw = |sums: &Sums| RawSums {
            quantity: sums.quantity.raw(),
            billed: sums.billed.raw(),
            effective: sums.effective.raw(),
            positive: sums.positive.raw(),
            rows: sums.rows,
        };
        Self {
            dictionaries: sum.dictionaries.iter().map(values).collect(),
            keys: sum.table.iter().flat_map(|(key, _)| key).copied().collect(),
            sums: sum.table.iter().map(|(_, sums)| raw(sums)).collect(),
            covered: sum.covered.clone(),
            followed: sum.followed.stored(),
            span: sum.span,
            rows: sum.rows,
            outside: sum.outside,
        }
    }
}

impl Stored {
    /// The sums under the plan that they were added up by.
    ///
    /// # Errors
    /// More values than can be numbered, or a sum that leaves its range: neither happens to what was stored.
    pub(crate) fn restore(self, plan: &Plan) -> Result<Accumulator<'_>, EngineError> {
        let mut sum = Accumulator::new(plan)?;
        for (dictionary, values) in sum.dictionaries.iter_mut().zip(self.dictionaries) {
            match values {
                Values::Texts(texts) => {
                    for text in texts {
                        dictionary.intern_text(&text)?;
                    }
                }
                Values::Exact(values) => {
                    for value in values {
                        dictionary.intern_exact(value)?;
                    }
                }
            }
        }
        for (key, raw) in self.keys.chunks_exact(FIXED + plan.lanes.len()).zip(self.sums) {
            *sum.table.sums(key)? = Sums {
                quantity: FixedSum::from_raw(raw.quantity),
                billed: Money::from_raw(raw.billed),
                effective: Money::from_raw(raw.effective),
                positive: Money::from_raw(raw.positive),
                rows: raw.rows,
            };
        }
        sum.covered = self.covered;
        sum.covered.resize(sum.assigner.slots(), HourSet::default());
        sum.followed = self.followed.restore()?;
        sum.span = self.span;
        sum.rows = self.rows;
        sum.outside = self.outside;
        Ok(sum)
    }
}
