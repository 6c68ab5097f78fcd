//! Exact decimals with twelve places: quantities, prices and costs as a bill states them.

use std::fmt;

const SCALE: i128 = 1_000_000_000_000;

/// A decimal in units of 10⁻¹².
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Decimal(i128);

impl Decimal {
    /// Nought.
    pub const ZERO: Self = Self(0);

    /// The nearest decimal with `places` places.
    pub fn rounded(value: f64, places: u32) -> Self {
        let step = 10_i128.pow(12 - places);
        Self((value * 10_u64.pow(places) as f64).round() as i128 * step)
    }

    /// Product, rounded to ten places as AWS bills do.
    pub fn times(self, other: Self) -> Self {
        let product = self.0 * other.0 / SCALE;
        Self((product + 50_i128.copysign_like(product)) / 100 * 100)
    }

    /// With the other sign.
    pub fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Sum.
    pub fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

trait CopySign {
    fn copysign_like(self, other: i128) -> i128;
}

impl CopySign for i128 {
    fn copysign_like(self, other: i128) -> i128 {
        if other < 0 { -self } else { self }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        let whole = magnitude / SCALE as u128;
        let text = format!("{:012}", magnitude % SCALE as u128);
        let fraction = text.trim_end_matches('0');
        if fraction.is_empty() {
            write!(out, "{sign}{whole}")
        } else {
            write!(out, "{sign}{whole}.{fraction}")
        }
    }
}
