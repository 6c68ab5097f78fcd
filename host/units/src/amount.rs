//! A figure whose dimension is known only at run time.

use crate::error::UnitError;
use crate::unit::Unit;

/// A number with its unit. The number is never seen without naming a unit, so that a figure in MJ cannot be
/// taken for one in kWh.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    value: f64,
    unit: Unit,
}

impl Amount {
    /// `value` in `unit`.
    #[must_use]
    pub const fn new(value: f64, unit: Unit) -> Self {
        Self { value, unit }
    }

    /// The number in `unit`.
    ///
    /// # Errors
    /// [`UnitError::Dimension`] when the amount measures something else.
    pub fn value_in(&self, unit: &Unit) -> Result<f64, UnitError> {
        Ok(self.value * self.unit.factor_to(unit)?)
    }

    /// The same amount in another unit.
    ///
    /// # Errors
    /// [`UnitError::Dimension`] when the amount measures something else.
    pub fn to_unit(&self, unit: &Unit) -> Result<Self, UnitError> {
        Ok(Self { value: self.value_in(unit)?, unit: unit.clone() })
    }

    /// The unit that the amount is held in.
    #[must_use]
    pub const fn unit(&self) -> &Unit {
        &self.unit
    }
}
