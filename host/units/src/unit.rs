//! Units whose dimension is known at run time: a symbol, what it measures, and its exact scale.
//!
//! A unit is written as products (`.`) of symbols with at most one quotient (`/`); everything after `/` is
//! divided by: `gCO2e/vCPU.h` is gram per vCPU-hour. There are no prefixes and no powers beyond the symbols
//! of the list, so that `mWh` can never be read as `MWh`.

mod dimension;
mod symbols;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

pub use dimension::Dimension;
pub(crate) use symbols::known_symbols;

use crate::error::{UnitError, quoted};

/// A unit of measure. Two units are equal when they measure the same thing at the same scale, however they
/// are spelled: `W.h` is `Wh`.
#[derive(Debug, Clone)]
pub struct Unit {
    symbol: Arc<str>,
    dimension: Dimension,
    scale: Scale,
}

/// Exact size of a unit in coherent base units (s, J, B, g, L, vCPU), in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Scale {
    pub(crate) numerator: u128,
    pub(crate) denominator: u128,
}

impl Scale {
    pub(crate) const ONE: Self = Self { numerator: 1, denominator: 1 };

    fn times(self, other: Self) -> Option<Self> {
        let (left, right) = (gcd(self.numerator, other.denominator), gcd(other.numerator, self.denominator));
        Some(Self {
            numerator: (self.numerator / left).checked_mul(other.numerator / right)?,
            denominator: (self.denominator / right).checked_mul(other.denominator / left)?,
        })
    }

    const fn inverse(self) -> Self {
        Self { numerator: self.denominator, denominator: self.numerator }
    }

    #[allow(clippy::cast_precision_loss, reason = "rounds to the nearest double, which is what a factor is")]
    fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

/// Greatest common divisor, at least 1.
fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

impl Unit {
    /// Reads a unit such as `kWh`, `vCPU.h`, `gCO2e/kWh`, `W/TB`, `1` or `%`.
    ///
    /// # Errors
    /// [`UnitError::Symbol`] for a symbol that is not known, [`UnitError::Syntax`] for an empty text, an empty
    /// part or a second `/`, [`UnitError::Scale`] where the scale cannot be held exactly.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let syntax = |reason| UnitError::Syntax { text: quoted(text), reason };
        if text.is_empty() {
            return Err(syntax("it is empty"));
        }
        let mut sides = text.split('/');
        let above = sides.next().unwrap_or_default();
        let below = sides.next();
        if sides.next().is_some() {
            return Err(syntax(
                "more than one `/`; everything after the first one is divided by, write `a/b.c`",
            ));
        }
        let mut dimension = Dimension::NONE;
        let mut scale = Scale::ONE;
        let parts = above.split('.').map(|part| (part, false));
        let parts = parts.chain(below.into_iter().flat_map(|side| side.split('.').map(|part| (part, true))));
        for (part, divided) in parts {
            if part.is_empty() {
                return Err(syntax("a symbol is missing beside `.` or `/`"));
            }
            let Some(symbol) = symbols::find(part) else {
                return Err(UnitError::Symbol {
                    text: quoted(text),
                    part: quoted(part),
                    nearest: symbols::nearest(part),
                });
            };
            let factor = if divided { symbol.scale.inverse() } else { symbol.scale };
            let too_large = || UnitError::Scale { text: quoted(text) };
            scale = scale.times(factor).ok_or_else(too_large)?;
            dimension = dimension.times(symbol.dimension, divided).ok_or_else(too_large)?;
        }
        Ok(Self { symbol: text.into(), dimension, scale })
    }

    /// A unit that this crate itself knows to be right; a test holds every use against [`Unit::parse`].
    pub(crate) fn of(symbol: &'static str, dimension: Dimension, numerator: u128, denominator: u128) -> Self {
        Self { symbol: symbol.into(), dimension, scale: Scale { numerator, denominator } }
    }

    /// The unit of ratios and counts, `1`.
    #[must_use]
    pub fn one() -> Self {
        Self::of("1", Dimension::NONE, 1, 1)
    }

    /// The symbol as it was written.
    #[must_use]
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// What the unit measures.
    #[must_use]
    pub const fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// The number to multiply a value in this unit by to get the value in `other`; 1 for equal units.
    /// It is the double nearest to the exact ratio wherever that fits into 53 bits.
    ///
    /// # Errors
    /// [`UnitError::Dimension`] when the two measure different things.
    pub fn factor_to(&self, other: &Self) -> Result<f64, UnitError> {
        if self.dimension != other.dimension {
            return Err(UnitError::Dimension {
                from: self.symbol.to_string(),
                from_dimension: self.dimension.to_string(),
                to: other.symbol.to_string(),
                to_dimension: other.dimension.to_string(),
            });
        }
        Ok(match self.scale.times(other.scale.inverse()) {
            Some(ratio) => ratio.value(),
            None => self.scale.value() / other.scale.value(),
        })
    }
}

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        (self.dimension, self.scale) == (other.dimension, other.scale)
    }
}

impl Eq for Unit {}

impl Hash for Unit {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.dimension, self.scale).hash(state);
    }
}

impl std::fmt::Display for Unit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(&self.symbol)
    }
}

impl std::str::FromStr for Unit {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests;
