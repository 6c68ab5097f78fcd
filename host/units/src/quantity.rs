//! Quantities whose dimension is known when the program is written.
//!
//! Each holds one private number, has one constructor and one accessor per unit, and offers only the operators
//! that make physical sense. A bare number is never taken for a quantity:
//!
//! ```compile_fail
//! let energy: joulework_units::Energy = 3.6; // MJ or kWh?
//! ```
//!
//! and different quantities are never added:
//!
//! ```compile_fail
//! use joulework_units::{Carbon, Energy};
//! let _ = Energy::from_kwh(1.0) + Carbon::from_grams(1.0);
//! ```

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use crate::amount::Amount;
use crate::error::UnitError;
use crate::unit::{Dimension, Unit};

/// A quantity held in one unit: its constructors and accessors (`from, get, size of the unit`), what it shares
/// with all quantities, and its way from and to an [`Amount`].
macro_rules! quantity {
    (
        $(#[$doc:meta])*
        $name:ident = $symbol:literal, $dimension:expr, $numerator:literal / $denominator:literal;
        $($(#[$unit_doc:meta])* $from:ident, $get:ident, $size:expr;)+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(f64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0.0);
            $(
                #[doc = "From"]
                $(#[$unit_doc])*
                #[must_use]
                pub const fn $from(value: f64) -> Self {
                    Self(value * $size)
                }

                #[doc = "In"]
                $(#[$unit_doc])*
                #[must_use]
                pub const fn $get(self) -> f64 {
                    self.0 / $size
                }
            )+

            /// The unit that the quantity is held in.
            #[must_use]
            pub fn unit() -> Unit {
                Unit::of($symbol, $dimension, $numerator, $denominator)
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }

        impl Div<f64> for $name {
            type Output = Self;
            fn div(self, divisor: f64) -> Self {
                Self(self.0 / divisor)
            }
        }

        impl Div for $name {
            type Output = f64;
            fn div(self, other: Self) -> f64 {
                self.0 / other.0
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(summands: I) -> Self {
                summands.fold(Self::ZERO, Add::add)
            }
        }

        impl From<$name> for Amount {
            fn from(quantity: $name) -> Self {
                Self::new(quantity.0, $name::unit())
            }
        }

        impl TryFrom<&Amount> for $name {
            type Error = UnitError;
            fn try_from(amount: &Amount) -> Result<Self, UnitError> {
                amount.value_in(&Self::unit()).map(Self)
            }
        }
    };
}

/// `a × b = c`, in both orders, and `c ÷ a = b`, `c ÷ b = a`.
macro_rules! product {
    ($a:ident.$a_get:ident * $b:ident.$b_get:ident = $c:ident.$c_get:ident, $a_from:ident, $b_from:ident, $c_from:ident) => {
        impl Mul<$b> for $a {
            type Output = $c;
            fn mul(self, other: $b) -> $c {
                $c::$c_from(self.$a_get() * other.$b_get())
            }
        }

        impl Mul<$a> for $b {
            type Output = $c;
            fn mul(self, other: $a) -> $c {
                other * self
            }
        }

        impl Div<$a> for $c {
            type Output = $b;
            fn div(self, other: $a) -> $b {
                $b::$b_from(self.$c_get() / other.$a_get())
            }
        }

        impl Div<$b> for $c {
            type Output = $a;
            fn div(self, other: $b) -> $a {
                $a::$a_from(self.$c_get() / other.$b_get())
            }
        }
    };
}

const TB: f64 = 1e12;
const GIB: f64 = 1_073_741_824.0;

quantity! {
    /// Electrical energy, held in joules.
    Energy = "J", Dimension::ENERGY, 1 / 1;
    /// joules.
    from_joules, joules, 1.0;
    /// megajoules; 1 MJ is 0.2777… kWh.
    from_mj, mj, 1e6;
    /// watt-hours; 1 Wh is exactly 3,600 J.
    from_wh, wh, 3_600.0;
    /// kilowatt-hours; 1 kWh is exactly 3.6 MJ.
    from_kwh, kwh, 3.6e6;
    /// megawatt-hours.
    from_mwh, mwh, 3.6e9;
}

quantity! {
    /// Electrical power, held in watts.
    Power = "W", Dimension::POWER, 1 / 1;
    /// watts.
    from_watts, watts, 1.0;
    /// kilowatts.
    from_kilowatts, kilowatts, 1e3;
}

quantity! {
    /// A length of time, held in seconds.
    TimeSpan = "s", Dimension::TIME, 1 / 1;
    /// seconds.
    from_seconds, seconds, 1.0;
    /// minutes.
    from_minutes, minutes, 60.0;
    /// hours.
    from_hours, hours, 3_600.0;
    /// days of 24 hours.
    from_days, days, 86_400.0;
}

quantity! {
    /// Mass of greenhouse gases as CO2 equivalent, held in grams.
    Carbon = "gCO2e", Dimension::CARBON, 1 / 1;
    /// grams of CO2 equivalent.
    from_grams, grams, 1.0;
    /// kilograms of CO2 equivalent.
    from_kg, kg, 1e3;
    /// tonnes of CO2 equivalent.
    from_tonnes, tonnes, 1e6;
}

quantity! {
    /// Volume of water, held in litres.
    Water = "L", Dimension::VOLUME, 1 / 1;
    /// litres.
    from_litres, litres, 1.0;
    /// cubic metres.
    from_cubic_metres, cubic_metres, 1e3;
}

quantity! {
    /// Amount of data, held in bytes. Decimal and binary units differ: by 7.4 % per gigabyte, by 10 % per
    /// terabyte.
    DataVolume = "B", Dimension::DATA, 1 / 1;
    /// bytes.
    from_bytes, bytes, 1.0;
    /// decimal gigabytes, 10^9 bytes.
    from_gb, gb, 1e9;
    /// binary gigabytes, 2^30 bytes; AWS's "GB" of memory, EBS and S3.
    from_gib, gib, GIB;
    /// decimal terabytes, 10^12 bytes; what watts per TB are stated for.
    from_tb, tb, TB;
    /// binary terabytes, 2^40 bytes.
    from_tib, tib, 1_099_511_627_776.0;
}

quantity! {
    /// Memory or storage kept for a time, held in byte-hours.
    DataTime = "B.h", Dimension { data: 1, time: 1, ..Dimension::NONE }, 3_600 / 1;
    /// byte-hours.
    from_byte_hours, byte_hours, 1.0;
    /// binary gigabyte-hours.
    from_gib_hours, gib_hours, GIB;
    /// decimal terabyte-hours.
    from_tb_hours, tb_hours, TB;
}

quantity! {
    /// Power per amount of memory or storage, held in watts per decimal terabyte.
    DataPower = "W/TB", Dimension { energy: 1, time: -1, data: -1, ..Dimension::NONE }, 1 / 1_000_000_000_000;
    /// watts per decimal terabyte.
    from_watts_per_tb, watts_per_tb, 1.0;
    /// watts per binary gigabyte.
    from_watts_per_gib, watts_per_gib, TB / GIB;
}

quantity! {
    /// vCPU provisioned or used for a time, held in vCPU-seconds.
    VcpuTime = "vCPU.s", Dimension { vcpu: 1, time: 1, ..Dimension::NONE }, 1 / 1;
    /// vCPU-seconds.
    from_vcpu_seconds, vcpu_seconds, 1.0;
    /// vCPU-hours.
    from_vcpu_hours, vcpu_hours, 3_600.0;
}

quantity! {
    /// Power of one vCPU, held in watts.
    VcpuPower = "W/vCPU", Dimension { energy: 1, time: -1, vcpu: -1, ..Dimension::NONE }, 1 / 1;
    /// watts per vCPU.
    from_watts_per_vcpu, watts_per_vcpu, 1.0;
}

quantity! {
    /// Greenhouse gases per energy, held in grams of CO2 equivalent per kilowatt-hour.
    CarbonIntensity = "gCO2e/kWh", Dimension { carbon: 1, energy: -1, ..Dimension::NONE }, 1 / 3_600_000;
    /// grams of CO2 equivalent per kilowatt-hour.
    from_grams_per_kwh, grams_per_kwh, 1.0;
}

quantity! {
    /// Water per energy, held in litres per kilowatt-hour.
    WaterIntensity = "L/kWh", Dimension { volume: 1, energy: -1, ..Dimension::NONE }, 1 / 3_600_000;
    /// litres per kilowatt-hour.
    from_litres_per_kwh, litres_per_kwh, 1.0;
}

quantity! {
    /// Energy per data moved, held in kilowatt-hours per decimal gigabyte.
    TransferIntensity = "kWh/GB", Dimension { energy: 1, data: -1, ..Dimension::NONE }, 9 / 2_500;
    /// kilowatt-hours per decimal gigabyte.
    from_kwh_per_gb, kwh_per_gb, 1.0;
}

product!(Power.watts * TimeSpan.seconds = Energy.joules, from_watts, from_seconds, from_joules);
product!(Energy.kwh * CarbonIntensity.grams_per_kwh = Carbon.grams, from_kwh, from_grams_per_kwh, from_grams);
product!(
    Energy.kwh * WaterIntensity.litres_per_kwh = Water.litres,
    from_kwh,
    from_litres_per_kwh,
    from_litres
);
product!(DataVolume.bytes * TimeSpan.hours = DataTime.byte_hours, from_bytes, from_hours, from_byte_hours);
product!(DataTime.tb_hours * DataPower.watts_per_tb = Energy.wh, from_tb_hours, from_watts_per_tb, from_wh);
product!(
    VcpuTime.vcpu_hours * VcpuPower.watts_per_vcpu = Energy.wh,
    from_vcpu_hours,
    from_watts_per_vcpu,
    from_wh
);
product!(DataVolume.gb * TransferIntensity.kwh_per_gb = Energy.kwh, from_gb, from_kwh_per_gb, from_kwh);

#[cfg(test)]
mod tests;
