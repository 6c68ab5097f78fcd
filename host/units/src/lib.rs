//! Quantities, units, exact money and spreads: pure arithmetic without input, output or plugins.
//!
//! - [`Energy`], [`Carbon`], [`Water`], [`Power`] … are quantities whose dimension is known when the
//!   program is written: one constructor and one accessor per unit, and only the operators that make sense.
//! - [`Unit`] and [`Amount`] are for dimensions that are known only at run time, as in plugin descriptors.
//! - [`Money`] and [`FixedSum`] are exact: sums do not depend on the order of the summands.
//! - [`Gsd`], [`Spread`], [`Change`] and [`draws`] carry the uncertainty of every figure.
//! - [`formula`] evaluates the formulas with which plugins explain their figures.
//! - [`math`] gives the same `exp`, `ln` and `pow` on every machine.

mod amount;
mod change;
mod currency;
pub mod decimal;
pub mod draws;
mod error;
mod fixed_sum;
pub mod formula;
mod gsd;
mod interval;
pub mod math;
mod money;
mod quantity;
mod random;
mod spread;
mod unit;

pub use amount::Amount;
pub use change::{Change, change};
pub use currency::Currency;
pub use error::UnitError;
pub use fixed_sum::FixedSum;
pub use gsd::Gsd;
pub use interval::{Interval, NoInterval, Z90};
pub use money::Money;
pub use quantity::{
    Carbon, CarbonIntensity, DataPower, DataTime, DataVolume, Energy, Power, TimeSpan, TransferIntensity,
    VcpuPower, VcpuTime, Water, WaterIntensity,
};
pub use spread::Spread;
pub use unit::{Dimension, Unit};
