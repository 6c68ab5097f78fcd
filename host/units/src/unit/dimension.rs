//! What a unit measures: a power for each base dimension.

use std::fmt;

/// Powers of time, energy, data, carbon (mass of CO2 equivalent), volume and vCPU.
///
/// Energy is a base of its own, since nothing here is ever derived from mass and length. Ratios and counts
/// have no dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Dimension {
    pub(crate) time: i8,
    pub(crate) energy: i8,
    pub(crate) data: i8,
    pub(crate) carbon: i8,
    pub(crate) volume: i8,
    pub(crate) vcpu: i8,
}

impl Dimension {
    /// No dimension: ratios and counts.
    pub const NONE: Self = Self { time: 0, energy: 0, data: 0, carbon: 0, volume: 0, vcpu: 0 };
    /// Time.
    pub const TIME: Self = Self { time: 1, ..Self::NONE };
    /// Energy.
    pub const ENERGY: Self = Self { energy: 1, ..Self::NONE };
    /// Power, energy per time.
    pub const POWER: Self = Self { energy: 1, time: -1, ..Self::NONE };
    /// Amount of data.
    pub const DATA: Self = Self { data: 1, ..Self::NONE };
    /// Mass of CO2 equivalent.
    pub const CARBON: Self = Self { carbon: 1, ..Self::NONE };
    /// Volume, of water.
    pub const VOLUME: Self = Self { volume: 1, ..Self::NONE };
    /// Number of vCPU.
    pub const VCPU: Self = Self { vcpu: 1, ..Self::NONE };

    /// The product, or the quotient; nothing where a power leaves its range.
    pub(crate) fn times(self, other: Self, divided: bool) -> Option<Self> {
        let add =
            |left: i8, right: i8| if divided { left.checked_sub(right) } else { left.checked_add(right) };
        Some(Self {
            time: add(self.time, other.time)?,
            energy: add(self.energy, other.energy)?,
            data: add(self.data, other.data)?,
            carbon: add(self.carbon, other.carbon)?,
            volume: add(self.volume, other.volume)?,
            vcpu: add(self.vcpu, other.vcpu)?,
        })
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NONE => return formatter.write_str("a plain number"),
            Self::POWER => return formatter.write_str("power"),
            _ => {}
        }
        let powers = [
            ("carbon", self.carbon),
            ("energy", self.energy),
            ("volume", self.volume),
            ("data", self.data),
            ("vCPU", self.vcpu),
            ("time", self.time),
        ];
        let side = |sign: i8| {
            let parts: Vec<String> = powers
                .iter()
                .filter(|(_, power)| power.signum() == sign)
                .map(|(name, power)| match power.unsigned_abs() {
                    1 => (*name).to_owned(),
                    power => format!("{name}^{power}"),
                })
                .collect();
            parts.join(" × ")
        };
        let (above, below) = (side(1), side(-1));
        formatter.write_str(if above.is_empty() { "1" } else { &above })?;
        if below.is_empty() { Ok(()) } else { write!(formatter, " per {below}") }
    }
}
