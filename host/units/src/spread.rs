//! How uncertain a total is, and by what.
//!
//! An error source is a key: rows with one key share the error, different keys are independent. A row states,
//! per key, the signed `s` of its value: the power with which the error enters times the ln of its geometric
//! standard deviation. Of all rows only the sums `S_key = Σ value · s_key` are kept, which is all that the closed
//! form needs: with total `B` and `s² = Σ_key (S_key / B)²` the 90 % interval is `B · exp(−s²/2 ± 1.645 s)`.
//! A stated value is a mean: an error is `exp(σz − σ²/2)`. The form holds while every `|s|` is at most
//! [`Spread::CLOSED_FORM_LIMIT`]; beyond, [`crate::draws`] is used.

use std::collections::BTreeMap;

use crate::interval::{Interval, NoInterval, Z90};
use crate::math;

/// A total with the sums that tell its uncertainty. Values are in a unit that is kept beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread<K> {
    total: f64,
    sums: BTreeMap<K, f64>,
    /// The largest |s| of any row.
    widest: f64,
}

impl<K> Default for Spread<K> {
    fn default() -> Self {
        Self { total: 0.0, sums: BTreeMap::new(), widest: 0.0 }
    }
}

impl<K: Ord + Clone> Spread<K> {
    /// The largest |ln GSD| for which the closed form is used (a GSD of about 2).
    pub const CLOSED_FORM_LIMIT: f64 = 0.7;

    /// Nothing, certainly.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row: its value and its signed `s` per key. A key that occurs twice counts with the sum of both.
    /// A value of 0 adds nothing.
    pub fn add(&mut self, value: f64, errors: &[(K, f64)]) {
        if value == 0.0 {
            return;
        }
        self.total += value;
        for (index, (key, s)) in errors.iter().enumerate() {
            match self.sums.get_mut(key) {
                Some(sum) => *sum += value * s,
                None => {
                    self.sums.insert(key.clone(), value * s);
                }
            }
            let earlier = errors.iter().take(index).filter(|(other, _)| other == key);
            let together = s + earlier.map(|(_, s)| s).sum::<f64>();
            self.widest = self.widest.max(together.abs());
        }
    }

    /// Adds rows that were summed elsewhere: `value` in all, `sums` of value × s per key, and `widest`, the
    /// largest |s| among them.
    pub fn add_sums(&mut self, value: f64, sums: impl IntoIterator<Item = (K, f64)>, widest: f64) {
        self.total += value;
        for (key, sum) in sums {
            *self.sums.entry(key).or_insert(0.0) += sum;
        }
        self.widest = self.widest.max(widest);
    }

    /// Adds everything that another spread holds.
    pub fn merge(&mut self, other: &Self) {
        self.total += other.total;
        for (key, sum) in &other.sums {
            match self.sums.get_mut(key) {
                Some(own) => *own += sum,
                None => {
                    self.sums.insert(key.clone(), *sum);
                }
            }
        }
        self.widest = self.widest.max(other.widest);
    }

    /// The total `B`.
    #[must_use]
    pub const fn total(&self) -> f64 {
        self.total
    }

    /// The sums `S_key`, by key.
    pub fn sums(&self) -> impl Iterator<Item = (&K, f64)> {
        self.sums.iter().map(|(key, sum)| (key, *sum))
    }

    /// `S_key`, 0 for a key that no row has.
    #[must_use]
    pub fn sum_of(&self, key: &K) -> f64 {
        self.sums.get(key).copied().unwrap_or(0.0)
    }

    /// The largest |s| of any row.
    #[must_use]
    pub const fn widest(&self) -> f64 {
        self.widest
    }

    /// `s² = Σ (S_key / B)²`; not finite where the total is 0.
    #[must_use]
    pub fn relative_variance(&self) -> f64 {
        self.sums.values().map(|sum| sum / self.total).map(|s| s * s).sum()
    }

    /// Whether the closed form does not hold, so that the interval needs draws: an error of some row is wider
    /// than [`Self::CLOSED_FORM_LIMIT`], or positive and negative rows cancel so far that one becomes so.
    #[must_use]
    pub fn needs_draws(&self) -> bool {
        self.widest > Self::CLOSED_FORM_LIMIT
            || self.sums.values().any(|sum| (sum / self.total).abs() > Self::CLOSED_FORM_LIMIT * (1.0 + 1e-9))
    }

    /// The 90 % interval of the total by the closed form.
    ///
    /// # Errors
    /// The reason why there is none; [`NoInterval::NeedsDraws`] where only draws can tell it.
    pub fn interval90(&self) -> Result<Interval, NoInterval> {
        let variance = self.closed_variance()?;
        Ok(around(self.total, variance, variance.sqrt()))
    }

    /// `s²`, where the closed form holds.
    pub(crate) fn closed_variance(&self) -> Result<f64, NoInterval> {
        positive(self.total)?;
        if self.needs_draws() {
            return Err(NoInterval::NeedsDraws);
        }
        let variance = self.relative_variance();
        if variance.is_finite() { Ok(variance) } else { Err(NoInterval::NotFinite) }
    }

    /// What makes the total uncertain: each key's share of the variance, largest first; the shares add up to 1.
    /// Empty where nothing is uncertain.
    #[must_use]
    pub fn shares(&self) -> Vec<(K, f64)> {
        let scale = self.sums.values().fold(0.0_f64, |largest, sum| largest.max(sum.abs()));
        if scale == 0.0 || !scale.is_finite() {
            return Vec::new();
        }
        let squares = || self.sums.iter().map(|(key, sum)| (key, (sum / scale) * (sum / scale)));
        let all: f64 = squares().map(|(_, square)| square).sum();
        let mut shares: Vec<(K, f64)> = squares()
            .filter(|(_, square)| *square > 0.0)
            .map(|(key, square)| (key.clone(), square / all))
            .collect();
        // Stable: equal shares stay in the order of their keys.
        shares.sort_by(|(_, left), (_, right)| right.total_cmp(left));
        shares
    }
}

/// `mean · exp(−variance/2 ± 1.645 s)`.
fn around(mean: f64, variance: f64, s: f64) -> Interval {
    let at = |z: f64| mean * math::exp(z * s - variance / 2.0);
    Interval { low: at(-Z90), high: at(Z90) }
}

/// Whether a total can have an interval.
pub(crate) fn positive(total: f64) -> Result<(), NoInterval> {
    if !total.is_finite() {
        Err(NoInterval::NotFinite)
    } else if total == 0.0 {
        Err(NoInterval::Zero)
    } else if total < 0.0 {
        Err(NoInterval::Negative)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
