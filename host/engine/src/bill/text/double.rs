//! Money from doubles: the shortest decimal that reads back as the same double, as `Money::from_f64_shortest` has it.

use arrow::array::{Array, Decimal128Array, Float64Array};
use joulework_units::Money;

use crate::bill::column::{MONEY_PRECISION, MONEY_SCALE};

/// Slots of the cache for doubles that need the slow way; bills repeat prices.
const SLOTS: usize = 1024;

/// Turns doubles into money, with a cache.
#[derive(Debug)]
pub(in crate::bill) struct DoubleMoney {
    cache: Vec<(u64, i128)>,
}

impl DoubleMoney {
    /// An empty cache.
    pub(in crate::bill) fn new() -> Self {
        // The bits of 0.0, which the quick way takes, so that an empty slot is never hit.
        Self { cache: vec![(0, 0); SLOTS] }
    }

    /// The raw value; nothing where the double is not finite or too large.
    #[inline]
    pub(in crate::bill) fn raw(&mut self, double: f64) -> Option<i128> {
        quick(double, 1e12, 1_000_000_000_000)
            .or_else(|| quick(double, 1e6, 1_000_000_000_000_000_000))
            .or_else(|| self.slow(double))
    }

    fn slow(&mut self, double: f64) -> Option<i128> {
        let bits = double.to_bits();
        // The upper bits of a multiplicative hash; the result does not depend on it.
        let slot = usize::try_from(bits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54).unwrap_or_default();
        let slot = self.cache.get_mut(slot)?;
        if slot.0 != bits {
            let raw = Money::from_f64_shortest(double).ok()?.raw();
            if raw.unsigned_abs() > super::decimal::LARGEST {
                return None;
            }
            *slot = (bits, raw);
        }
        Some(slot.1)
    }
}

/// `double × scale` where that is a whole number below 10^15 that reads back as the double.
///
/// A decimal of at most 15 digits is read back from its double unchanged, so no other decimal of at most 15 digits
/// gives this double: the one that is found is the shortest. The division is exact reading: both operands are whole and below
/// 2^53, so the quotient is the double nearest to the decimal.
#[inline]
fn quick(double: f64, scale: f64, factor: i128) -> Option<i128> {
    let whole = (double * scale).round();
    #[expect(clippy::float_cmp, reason = "the very double is meant")]
    let found = whole.abs() < 1e15 && whole / scale == double;
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 10^15")]
    found.then(|| i128::from(whole as i64) * factor)
}

/// A column of doubles as a money column.
///
/// # Errors
/// The row of the first double that is not finite or too large.
pub(in crate::bill) fn money_of_doubles(doubles: &Float64Array) -> Result<Decimal128Array, usize> {
    let mut money = DoubleMoney::new();
    let mut values = Vec::with_capacity(doubles.len());
    for (row, double) in doubles.values().iter().enumerate() {
        values.push(if doubles.is_null(row) { 0 } else { money.raw(*double).ok_or(row)? });
    }
    Decimal128Array::new(values.into(), doubles.nulls().cloned())
        .with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)
        .map_err(|_| 0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn the_quick_way_gives_what_the_slow_way_gives() {
        let mut money = DoubleMoney::new();
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 11
        };
        for round in 0..200_000 {
            #[expect(clippy::cast_precision_loss, reason = "any double will do")]
            let double = match round % 4 {
                0 => (next() % 1_000_000_000) as f64 / 1e10,
                1 => -((next() % 1_000_000) as f64 / 1e4),
                2 => next() as f64 / 1e13,
                _ => (next() % 1000) as f64 * 0.1 * 3.0,
            };
            assert_eq!(
                money.raw(double),
                Some(Money::from_f64_shortest(double).unwrap().raw()),
                "{double:e}"
            );
        }
        for double in
            [0.0, -0.0, 0.1, 0.2 + 0.1, 1e-12, 1e-13, 1e-24, 999.999_999_999_999, 1e13, 123_456_789.123_456]
        {
            assert_eq!(
                money.raw(double),
                Some(Money::from_f64_shortest(double).unwrap().raw()),
                "{double:e}"
            );
        }
    }

    #[test]
    fn no_money_is_made_of_nan_infinity_or_too_much() {
        let mut money = DoubleMoney::new();
        for double in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e16, 1e300] {
            assert_eq!(money.raw(double), None);
        }
    }
}
