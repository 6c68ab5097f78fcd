//! Intervals by seeded draws, for errors that are too wide for the closed form.
//!
//! Rows with equal errors are one class. In each draw every key gets one standard normal number `z`, and each
//! class its value times `exp(Σ s·z − s²/2)` over its keys, so that the stated value is the mean. The interval
//! reaches from the 5 % to the 95 % quantile of the totals. The same classes and seed give the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use crate::interval::{Interval, NoInterval};
use crate::math;
use crate::random::Normals;
use crate::spread::positive;

/// Rows with equal errors: the sum of their values and their signed `s` per key.
pub type Class<K> = (f64, Vec<(K, f64)>);

/// Draws that are enough for a report: the ends of the interval then move by about 1 % of the total's spread
/// from seed to seed.
pub const DRAWS: usize = 10_000;

/// Fewer draws say nothing about a quantile of 5 %.
const FEWEST_DRAWS: usize = 200;

/// Puts rows with equal errors together. A key that occurs twice in a row counts with the sum of both; rows
/// with the value 0 add nothing. The classes come in the order of their keys.
pub fn classes<K: Ord + Clone>(rows: impl IntoIterator<Item = Class<K>>) -> Vec<Class<K>> {
    let mut classes: BTreeMap<Vec<(K, Bits)>, f64> = BTreeMap::new();
    for (value, errors) in rows {
        if value == 0.0 {
            continue;
        }
        let mut by_key: BTreeMap<K, f64> = BTreeMap::new();
        for (key, s) in errors {
            *by_key.entry(key).or_insert(0.0) += s;
        }
        let errors = by_key.into_iter().filter(|(_, s)| *s != 0.0).map(|(key, s)| (key, Bits(s))).collect();
        *classes.entry(errors).or_insert(0.0) += value;
    }
    classes
        .into_iter()
        .map(|(errors, value)| (value, errors.into_iter().map(|(key, Bits(s))| (key, s)).collect()))
        .collect()
}

/// A double ordered by its bits' total order, as a key.
#[derive(Debug, Clone, Copy)]
struct Bits(f64);

impl PartialEq for Bits {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Bits {}

impl PartialOrd for Bits {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bits {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The 90 % interval of the total of `classes` from `draws` draws (at least 200).
///
/// # Errors
/// The reason why there is none: the total is zero, negative or not finite.
pub fn interval90<K: Ord + Clone>(
    classes: &[Class<K>],
    seed: u64,
    draws: usize,
) -> Result<Interval, NoInterval> {
    positive(classes.iter().map(|(value, _)| value).sum())?;
    quantiles(totals(&[classes], seed, draws).into_iter().flatten().collect())
}

/// The 90 % interval of the ratio of `after` to `before`; errors that both have are drawn once.
///
/// # Errors
/// The reason why there is none: one of the totals is zero, negative or not finite.
pub fn change90<K: Ord + Clone>(
    before: &[Class<K>],
    after: &[Class<K>],
    seed: u64,
    draws: usize,
) -> Result<Interval, NoInterval> {
    positive(before.iter().map(|(value, _)| value).sum())?;
    positive(after.iter().map(|(value, _)| value).sum())?;
    let [before, after] = totals(&[before, after], seed, draws);
    quantiles(after.into_iter().zip(before).map(|(after, before)| after / before).collect())
}

/// A class with its keys numbered: `value · exp(−Σ s²/2)`, and `s` per key.
struct Numbered {
    median: f64,
    errors: Vec<(usize, f64)>,
}

/// The drawn totals of each variant; all variants see the same errors.
fn totals<K: Ord + Clone, const N: usize>(
    variants: &[&[Class<K>]; N],
    seed: u64,
    draws: usize,
) -> [Vec<f64>; N] {
    let keys: BTreeSet<&K> = variants
        .iter()
        .flat_map(|classes| classes.iter())
        .flat_map(|(_, errors)| errors)
        .map(|(key, _)| key)
        .collect();
    let numbers: BTreeMap<&K, usize> = keys.into_iter().zip(0..).collect();
    let numbered: [Vec<Numbered>; N] = std::array::from_fn(|variant| {
        let classes = variants.get(variant).copied().unwrap_or_default();
        classes.iter().map(|class| number(class, &numbers)).collect()
    });
    let mut normals = Normals::new(seed);
    let mut errors = vec![0.0; numbers.len()];
    let mut result: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(draws.max(FEWEST_DRAWS)));
    for _ in 0..draws.max(FEWEST_DRAWS) {
        for error in &mut errors {
            *error = normals.next();
        }
        for (totals, classes) in result.iter_mut().zip(&numbered) {
            totals.push(classes.iter().map(|class| class.drawn(&errors)).sum());
        }
    }
    result
}

fn number<K: Ord>((value, errors): &Class<K>, numbers: &BTreeMap<&K, usize>) -> Numbered {
    let mut together: BTreeMap<usize, f64> = BTreeMap::new();
    for (key, s) in errors {
        if let Some(number) = numbers.get(key) {
            *together.entry(*number).or_insert(0.0) += s;
        }
    }
    let variance: f64 = together.values().map(|s| s * s).sum();
    Numbered { median: value * math::exp(-variance / 2.0), errors: together.into_iter().collect() }
}

impl Numbered {
    fn drawn(&self, errors: &[f64]) -> f64 {
        let exponent: f64 =
            self.errors.iter().map(|(number, s)| s * errors.get(*number).copied().unwrap_or_default()).sum();
        self.median * math::exp(exponent)
    }
}

/// From the 5 % to the 95 % quantile, straight between neighbours.
fn quantiles(mut drawn: Vec<f64>) -> Result<Interval, NoInterval> {
    drawn.sort_unstable_by(f64::total_cmp);
    let last = drawn.len().saturating_sub(1);
    // Twentieths of whole numbers, so that the place is exact.
    let at = |twentieths: usize| -> Option<f64> {
        let (place, rest) = (last * twentieths / 20, last * twentieths % 20);
        let low = drawn.get(place)?;
        let high = drawn.get(place + 1).unwrap_or(low);
        Some(low + (high - low) * f64::from(u8::try_from(rest).ok()?) / 20.0)
    };
    match (at(1), at(19)) {
        (Some(low), Some(high)) if low.is_finite() && high.is_finite() => Ok(Interval { low, high }),
        _ => Err(NoInterval::NotFinite),
    }
}
