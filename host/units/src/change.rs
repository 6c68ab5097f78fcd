//! How a total changed between two periods or variants, which share the errors that they share.

use std::collections::BTreeSet;

use crate::interval::{Interval, NoInterval, Z90};
use crate::math;
use crate::spread::Spread;

/// The ratio of a later total to an earlier one, as a lognormal: errors that both have cancel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    median: f64,
    sd: f64,
}

/// The change from `before` to `after`: centred on `B_1/B_0 · exp((s_0² − s_1²)/2)` with
/// `sd² = Σ_key (S_1/B_1 − S_0/B_0)²`.
///
/// # Errors
/// Why one of the two has no interval, see [`Spread::interval90`].
pub fn change<K: Ord + Clone>(before: &Spread<K>, after: &Spread<K>) -> Result<Change, NoInterval> {
    let (variance_before, variance_after) = (before.closed_variance()?, after.closed_variance()?);
    let keys: BTreeSet<&K> = before.sums().chain(after.sums()).map(|(key, _)| key).collect();
    let variance: f64 = keys
        .into_iter()
        .map(|key| after.sum_of(key) / after.total() - before.sum_of(key) / before.total())
        .map(|difference| difference * difference)
        .sum();
    let median = after.total() / before.total() * math::exp((variance_before - variance_after) / 2.0);
    if median.is_finite() && variance.is_finite() {
        Ok(Change { median, sd: variance.sqrt() })
    } else {
        Err(NoInterval::NotFinite)
    }
}

impl Change {
    /// The ratio that is as likely to be exceeded as not; 1 is no change.
    #[must_use]
    pub const fn median(&self) -> f64 {
        self.median
    }

    /// Standard deviation of the ln of the ratio.
    #[must_use]
    pub const fn sd(&self) -> f64 {
        self.sd
    }

    /// The 90 % interval of the ratio.
    #[must_use]
    pub fn interval90(&self) -> Interval {
        let at = |z: f64| self.median * math::exp(z * self.sd);
        Interval { low: at(-Z90), high: at(Z90) }
    }

    /// The probability that the ratio is at most `limit`.
    #[must_use]
    pub fn probability_at_most(&self, limit: f64) -> f64 {
        if limit <= 0.0 {
            return 0.0;
        }
        if self.sd == 0.0 {
            return f64::from(u8::from(self.median <= limit));
        }
        math::normal_cdf(math::ln(limit / self.median) / self.sd)
    }
}
