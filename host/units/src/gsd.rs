//! Geometric standard deviations.

use crate::error::UnitError;
use crate::math;

/// A geometric standard deviation: 1 is certain; 2 means that two thirds of the time the truth lies within a
/// factor of 2.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Gsd(f64);

impl Gsd {
    /// No error.
    pub const CERTAIN: Self = Self(1.0);

    /// From the factor itself, at least 1.
    ///
    /// # Errors
    /// [`UnitError::Gsd`] when it is below 1 or not finite.
    pub fn new(factor: f64) -> Result<Self, UnitError> {
        if factor.is_finite() && factor >= 1.0 {
            Ok(Self(factor))
        } else {
            Err(UnitError::Gsd { value: factor })
        }
    }

    /// The factor, at least 1.
    #[must_use]
    pub const fn factor(self) -> f64 {
        self.0
    }

    /// Its natural logarithm, σ, at least 0.
    #[must_use]
    pub fn ln(self) -> f64 {
        math::ln(self.0)
    }
}
