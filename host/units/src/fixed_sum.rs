//! Sums of doubles that do not depend on the order of the summands.

use crate::error::UnitError;

/// A number held as a multiple of 2^-64 (5.4 × 10^-20) in an `i128`, so that adding is exact and associative.
/// Every double whose magnitude is below 2^63 is taken; those with smaller digits than 2^-64 are rounded to
/// the nearest multiple, halves to even.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FixedSum(i128);

/// The lowest bit is worth 2^-64.
const FRACTION_BITS: i32 = 64;

impl FixedSum {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1 << FRACTION_BITS);

    /// The nearest multiple of 2^-64.
    ///
    /// # Errors
    /// [`UnitError::SumRange`] when `value` is not finite or its magnitude is 2^63 or more.
    #[inline]
    pub fn from_f64(value: f64) -> Result<Self, UnitError> {
        const MANTISSA_BITS: u32 = 52;
        let bits = value.to_bits();
        // Exponent of the lowest mantissa bit, above 2^-64.
        let exponent = i32::from(u16::try_from((bits >> MANTISSA_BITS) & 0x7ff).unwrap_or(0x7ff));
        let shift = exponent - 1_075 + FRACTION_BITS;
        // 2^63 and more, infinities and NaN have at least this exponent.
        if exponent >= 1_023 + 63 {
            return Err(UnitError::SumRange { value });
        }
        let fraction = i128::from(bits & ((1 << MANTISSA_BITS) - 1));
        let mantissa = if exponent == 0 { fraction } else { fraction | (1 << MANTISSA_BITS) };
        let magnitude = if shift >= 0 {
            mantissa << shift
        } else if shift > -64 {
            let kept = mantissa >> -shift;
            let (rest, half) = (mantissa - (kept << -shift), 1_i128 << (-shift - 1));
            kept + i128::from(rest > half || (rest == half && kept & 1 == 1))
        } else {
            0
        };
        Ok(Self(if value.is_sign_negative() { -magnitude } else { magnitude }))
    }

    /// The nearest double.
    #[must_use]
    #[inline]
    #[allow(clippy::cast_precision_loss, reason = "rounds to the nearest double, which is the purpose")]
    pub fn to_f64(self) -> f64 {
        // 2^-64 is a power of two: the product is exact.
        self.0 as f64 * (1.0 / 18_446_744_073_709_551_616.0)
    }

    /// The sum.
    ///
    /// # Errors
    /// [`UnitError::Overflow`].
    #[inline]
    pub fn checked_add(self, other: Self) -> Result<Self, UnitError> {
        self.0.checked_add(other.0).map(Self).ok_or_else(overflow)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`UnitError::Overflow`].
    #[inline]
    pub fn checked_sub(self, other: Self) -> Result<Self, UnitError> {
        self.0.checked_sub(other.0).map(Self).ok_or_else(overflow)
    }

    /// The opposite.
    ///
    /// # Errors
    /// [`UnitError::Overflow`], for the one number that has none.
    #[inline]
    pub fn checked_neg(self) -> Result<Self, UnitError> {
        self.0.checked_neg().map(Self).ok_or_else(overflow)
    }

    /// Whether it is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The number of 2^-64 units.
    #[must_use]
    pub const fn raw(self) -> i128 {
        self.0
    }

    /// From a number of 2^-64 units.
    #[must_use]
    pub const fn from_raw(raw: i128) -> Self {
        Self(raw)
    }
}

fn overflow() -> UnitError {
    UnitError::Overflow { what: "a sum of quantities".to_owned() }
}

#[cfg(test)]
mod tests;
