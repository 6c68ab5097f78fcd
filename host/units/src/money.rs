//! Exact money: a decimal with 24 places held in an `i128`, up to ±1.7 × 10^14.
//!
//! Nothing is ever rounded on the way in or in a sum: what does not fit is an error. The only roundings are
//! those that say so: [`Money::from_f64_shortest`], [`Money::rounded`] and [`Money::to_f64_lossy`].

use std::fmt;

use crate::decimal;
use crate::error::UnitError;

/// An amount of money in a currency that is kept beside it; amounts of different currencies are never added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Money(i128);

impl Money {
    /// Decimal places.
    pub const PLACES: u8 = 24;
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One unit of the currency.
    pub const ONE: Self = Self(1_000_000_000_000_000_000_000_000);

    /// Reads a decimal such as `20.52022672899`, `-3` or `1.2E-7`, exactly.
    ///
    /// # Errors
    /// [`UnitError::DecimalSyntax`] for spaces, thousands separators and anything else that is no decimal,
    /// [`UnitError::DecimalPlaces`] when a place after the 24th is not zero, [`UnitError::Overflow`].
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        decimal::parse(text, Self::PLACES).map(Self)
    }

    /// `value × 10^-scale`, as decimal columns of Parquet files hold it.
    ///
    /// # Errors
    /// [`UnitError::DecimalPlaces`] when a place after the 24th is not zero, [`UnitError::Overflow`].
    pub fn from_scaled(value: i128, scale: i8) -> Result<Self, UnitError> {
        let text = || format!("{value}E{}", -i32::from(scale));
        let shift = i32::from(Self::PLACES) - i32::from(scale);
        let power = decimal::power_of_ten(shift.unsigned_abs()).and_then(|power| i128::try_from(power).ok());
        let result = match power {
            _ if value == 0 => Some(0),
            Some(power) if shift >= 0 => value.checked_mul(power),
            Some(power) if value % power == 0 => Some(value / power),
            None if shift >= 0 => None,
            _ => return Err(UnitError::DecimalPlaces { text: text(), places: Self::PLACES }),
        };
        result.map(Self).ok_or_else(|| UnitError::Overflow { what: format!("`{}`", text()) })
    }

    /// Reads a double as the shortest decimal that gives it back, and cuts that after 24 places. For files that
    /// hold money as doubles: `0.1` becomes exactly one tenth.
    ///
    /// # Errors
    /// [`UnitError::DecimalSyntax`] when it is not finite, [`UnitError::Overflow`].
    pub fn from_f64_shortest(value: f64) -> Result<Self, UnitError> {
        if let Some(money) = Self::from_short_f64(value) {
            return Ok(money);
        }
        let text = format!("{value:e}");
        match decimal::parse(&text, Self::PLACES) {
            // Digits beyond the 24th place: cut them off.
            Err(UnitError::DecimalPlaces { .. }) => decimal::parse(&cut(&text), Self::PLACES).map(Self),
            result => result.map(Self),
        }
    }

    /// [`Self::from_f64_shortest`] for doubles that are a decimal of at most 14 digits and 22 places, as nearly
    /// every one of a bill is: several times as fast as the way by text.
    ///
    /// Of all decimals of 15 digits at most one reads as a given double (2^53 is above 10^15), so that one that
    /// does is the shortest. Whether it does is told by one division: both operands are exact, so that the
    /// quotient is the double nearest to the decimal.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "below 10^15")]
    #[allow(clippy::float_cmp, reason = "the doubles must be the same")]
    fn from_short_f64(value: f64) -> Option<Self> {
        /// Powers of ten that are doubles.
        const POWERS: [f64; 23] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
            1e18, 1e19, 1e20, 1e21, 1e22,
        ];
        let magnitude = value.abs();
        if magnitude == 0.0 {
            return Some(Self::ZERO);
        }
        // The exponent of 2, times log10 2 (rounded up), is at most one above the exponent of 10.
        let binary = i32::try_from(magnitude.to_bits() >> 52).ok()? - 1_023;
        let places = (13 - ((binary * 1_233) >> 12)).clamp(0, 22);
        let power = *POWERS.get(usize::try_from(places).ok()?)?;
        let digits = (magnitude * power).round();
        if !(digits < 1e15 && digits / power == magnitude) {
            return None;
        }
        let shift = decimal::power_of_ten(u32::try_from(i32::from(Self::PLACES) - places).ok()?)?;
        let raw = i128::from(digits as i64).checked_mul(i128::try_from(shift).ok()?)?;
        Some(Self(if value < 0.0 { -raw } else { raw }))
    }

    /// The number of 10^-24 units.
    #[must_use]
    pub const fn raw(self) -> i128 {
        self.0
    }

    /// From a number of 10^-24 units.
    #[must_use]
    pub const fn from_raw(raw: i128) -> Self {
        Self(raw)
    }

    /// The sum.
    ///
    /// # Errors
    /// [`UnitError::Overflow`].
    #[inline]
    pub fn checked_add(self, other: Self) -> Result<Self, UnitError> {
        self.0.checked_add(other.0).map(Self).ok_or_else(|| overflow("a sum of money"))
    }

    /// The difference.
    ///
    /// # Errors
    /// [`UnitError::Overflow`].
    pub fn checked_sub(self, other: Self) -> Result<Self, UnitError> {
        self.0.checked_sub(other.0).map(Self).ok_or_else(|| overflow("a difference of money"))
    }

    /// The opposite.
    ///
    /// # Errors
    /// [`UnitError::Overflow`], for the one amount that has none.
    pub fn checked_neg(self) -> Result<Self, UnitError> {
        self.0.checked_neg().map(Self).ok_or_else(|| overflow("an amount of money"))
    }

    /// The sum of all; the order never matters.
    ///
    /// # Errors
    /// [`UnitError::Overflow`], also when only an intermediate sum does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, UnitError> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether it is above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether it is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Parts in proportion to `weights`, one per weight, that add up to the whole to the last digit. What
    /// cannot be divided evenly goes, one 10^-24 each, to the largest remainders (the first of equal ones).
    ///
    /// # Errors
    /// [`UnitError::Weights`] when there is no weight above 0, or their sum is 2^64 or more.
    pub fn split(self, weights: &[u64]) -> Result<Vec<Self>, UnitError> {
        let refuse = |reason| UnitError::Weights { reason };
        let total = weights.iter().try_fold(0_u64, |sum, weight| sum.checked_add(*weight));
        let total = u128::from(total.ok_or_else(|| refuse("the weights add up to 2^64 or more"))?);
        if total == 0 {
            return Err(refuse("no weight is above 0"));
        }
        let magnitude = self.0.unsigned_abs();
        let (whole, rest) = (magnitude / total, magnitude % total);
        // `rest` and every weight are below 2^64, so that their product fits.
        let mut parts: Vec<(u128, u128)> = weights
            .iter()
            .map(|weight| u128::from(*weight))
            .map(|weight| (whole * weight + rest * weight / total, rest * weight % total))
            .collect();
        let left = magnitude - parts.iter().map(|(part, _)| part).sum::<u128>();
        let mut order: Vec<(std::cmp::Reverse<u128>, usize)> = parts
            .iter()
            .enumerate()
            .map(|(index, (_, remainder))| (std::cmp::Reverse(*remainder), index))
            .collect();
        order.sort_unstable();
        for (_, index) in order.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            if let Some((part, _)) = parts.get_mut(index) {
                *part += 1;
            }
        }
        let sign = |part: u128| {
            if self.is_negative() { 0_i128.checked_sub_unsigned(part) } else { part.try_into().ok() }
        };
        parts
            .into_iter()
            .map(|(part, _)| sign(part).map(Self).ok_or_else(|| overflow("a part of money")))
            .collect()
    }

    /// Rounded to `places` decimal places, halves to even, for showing.
    #[must_use]
    pub fn rounded(self, places: u8) -> Self {
        let step = decimal::power_of_ten(u32::from(Self::PLACES.saturating_sub(places))).unwrap_or(1);
        let magnitude = self.0.unsigned_abs();
        let (whole, rest) = (magnitude / step, magnitude % step);
        let up = rest * 2 > step || (rest * 2 == step && whole % 2 == 1);
        let magnitude = i128::try_from((whole + u128::from(up)) * step).unwrap_or(i128::MAX);
        Self(if self.is_negative() { -magnitude } else { magnitude })
    }

    /// The nearest double, for charts and ratios. Never add such doubles up.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "the name says so")]
    pub fn to_f64_lossy(self) -> f64 {
        self.0 as f64 / Self::ONE.0 as f64
    }
}

fn overflow(what: &str) -> UnitError {
    UnitError::Overflow { what: what.to_owned() }
}

/// The digits of a number in scientific notation down to the 24th decimal place.
fn cut(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(i64::MIN);
    // `d.ddd…`: the digits after the point that stay, and the one before it unless it is beyond the 24th place.
    let keep = exponent.saturating_add(i64::from(Money::PLACES));
    let sign = usize::from(digits.starts_with('-'));
    match usize::try_from(keep) {
        Ok(keep) => {
            format!("{}e{exponent}", digits.get(..(sign + 2 + keep).min(digits.len())).unwrap_or(digits))
        }
        Err(_) => "0".to_owned(),
    }
}

impl fmt::Display for Money {
    /// The exact amount without trailing zeros; with a precision (`{:.2}`), rounded to it, halves to even.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = formatter.precision().map(|places| places.min(usize::from(Self::PLACES)));
        let shown = match places {
            Some(places) => self.rounded(u8::try_from(places).unwrap_or(Self::PLACES)),
            None => *self,
        };
        let (magnitude, one) = (shown.0.unsigned_abs(), Self::ONE.0.unsigned_abs());
        let decimals = format!("{:024}", magnitude % one);
        let decimals = match places {
            Some(places) => decimals.get(..places).unwrap_or_default(),
            None => decimals.trim_end_matches('0'),
        };
        let point = if decimals.is_empty() { "" } else { "." };
        formatter.pad_integral(shown.0 >= 0, "", &format!("{}{point}{decimals}", magnitude / one))
    }
}

impl std::str::FromStr for Money {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests;
