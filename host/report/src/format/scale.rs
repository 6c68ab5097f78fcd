//! Units scaled for people: `Wh`, `kWh`, `MWh`; `mg`, `g`, `kg`, `t`; `mL`, `L`, `m³`; `s`, `min`, `h`.

/// A unit as it is printed and what one of it is in the unit of the figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Symbol as it is printed.
    pub symbol: String,
    /// One of it in the unit of the figure.
    pub factor: f64,
}

impl Scale {
    /// The one with the larger unit.
    pub(super) fn larger(self, other: Self) -> Self {
        if other.factor > self.factor { other } else { self }
    }
}

/// The ladders: the unit of the model, then symbol and size of each rung, smallest first.
const LADDERS: &[(&str, &[(&str, f64)])] = &[
    (
        "kWh",
        &[
            ("nWh", 1e-12),
            ("µWh", 1e-9),
            ("mWh", 1e-6),
            ("Wh", 1e-3),
            ("kWh", 1.0),
            ("MWh", 1e3),
            ("GWh", 1e6),
        ],
    ),
    (
        "gCO2e",
        &[
            ("ng\u{a0}CO₂e", 1e-9),
            ("µg\u{a0}CO₂e", 1e-6),
            ("mg\u{a0}CO₂e", 1e-3),
            ("g\u{a0}CO₂e", 1.0),
            ("kg\u{a0}CO₂e", 1e3),
            ("t\u{a0}CO₂e", 1e6),
            ("kt\u{a0}CO₂e", 1e9),
        ],
    ),
    ("L", &[("nL", 1e-9), ("µL", 1e-6), ("mL", 1e-3), ("L", 1.0), ("m³", 1e3)]),
    (
        "vCPU.h",
        &[
            ("vCPU\u{b7}ms", 1.0 / 3.6e6),
            ("vCPU\u{b7}s", 1.0 / 3_600.0),
            ("vCPU\u{b7}min", 1.0 / 60.0),
            ("vCPU\u{b7}h", 1.0),
        ],
    ),
    (
        "GiB.h",
        &[
            ("GiB\u{b7}ms", 1.0 / 3.6e6),
            ("GiB\u{b7}s", 1.0 / 3_600.0),
            ("GiB\u{b7}min", 1.0 / 60.0),
            ("GiB\u{b7}h", 1.0),
        ],
    ),
    ("GB", &[("B", 1e-9), ("kB", 1e-6), ("MB", 1e-3), ("GB", 1.0), ("TB", 1e3), ("PB", 1e6)]),
    ("TB.h", &[("MB\u{b7}h", 1e-6), ("GB\u{b7}h", 1e-3), ("TB\u{b7}h", 1.0), ("PB\u{b7}h", 1e3)]),
];

/// The rung on which `value`, in `unit`, has one to three digits before the point.
/// A unit without a ladder stays as it is.
#[must_use]
#[expect(clippy::float_cmp, reason = "the rung of the unit itself is exactly 1")]
pub fn scale_for(value: f64, unit: &str) -> Scale {
    let own = Scale { symbol: super::clean(&unit.replace('.', "\u{b7}")), factor: 1.0 };
    let Some((_, rungs)) = LADDERS.iter().find(|(name, _)| *name == unit) else {
        return own;
    };
    let size = value.abs();
    let chosen = if size == 0.0 || !size.is_finite() {
        rungs.iter().find(|(_, factor)| *factor == 1.0)
    } else {
        // 0.9995 of a rung would be printed as 1.00 or as 1000 of the one below: take the rung.
        rungs.iter().rev().find(|(_, factor)| size >= factor * 0.9995).or(rungs.first())
    };
    chosen.map_or(own, |(symbol, factor)| Scale { symbol: (*symbol).to_owned(), factor: *factor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_climb_their_ladders() {
        for (value, unit, symbol) in [
            (0.4, "kWh", "Wh"),
            (1_500.0, "kWh", "MWh"),
            (0.0, "kWh", "kWh"),
            (0.999_9, "kWh", "kWh"),
            (2.5e6, "gCO2e", "t\u{a0}CO₂e"),
            (0.002, "L", "mL"),
            (-1_200.0, "L", "m³"),
            (0.01, "vCPU.h", "vCPU\u{b7}s"),
            (1e-15, "kWh", "nWh"),
            (3.0, "USD", "USD"),
        ] {
            assert_eq!(scale_for(value, unit).symbol, symbol, "{value} {unit}");
        }
    }
}
