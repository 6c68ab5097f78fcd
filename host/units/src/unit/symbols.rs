//! The list of unit symbols. Powers of ten are decimal, `KiB` … `PiB` are powers of 1,024.

use super::{Dimension, Scale};

/// A symbol that units are made of.
pub(super) struct Symbol {
    pub(super) name: &'static str,
    pub(super) dimension: Dimension,
    pub(super) scale: Scale,
}

const fn whole(name: &'static str, dimension: Dimension, size: u128) -> Symbol {
    Symbol { name, dimension, scale: Scale { numerator: size, denominator: 1 } }
}

const fn part(name: &'static str, dimension: Dimension, denominator: u128) -> Symbol {
    Symbol { name, dimension, scale: Scale { numerator: 1, denominator } }
}

const SYMBOLS: &[Symbol] = &[
    whole("1", Dimension::NONE, 1),
    part("%", Dimension::NONE, 100),
    part("ms", Dimension::TIME, 1_000),
    whole("s", Dimension::TIME, 1),
    whole("min", Dimension::TIME, 60),
    whole("h", Dimension::TIME, 3_600),
    whole("d", Dimension::TIME, 86_400),
    whole("J", Dimension::ENERGY, 1),
    whole("kJ", Dimension::ENERGY, 1_000),
    whole("MJ", Dimension::ENERGY, 1_000_000),
    whole("GJ", Dimension::ENERGY, 1_000_000_000),
    whole("Wh", Dimension::ENERGY, 3_600),
    whole("kWh", Dimension::ENERGY, 3_600_000),
    whole("MWh", Dimension::ENERGY, 3_600_000_000),
    whole("GWh", Dimension::ENERGY, 3_600_000_000_000),
    part("mW", Dimension::POWER, 1_000),
    whole("W", Dimension::POWER, 1),
    whole("kW", Dimension::POWER, 1_000),
    whole("MW", Dimension::POWER, 1_000_000),
    whole("B", Dimension::DATA, 1),
    whole("kB", Dimension::DATA, 1_000),
    whole("MB", Dimension::DATA, 1_000_000),
    whole("GB", Dimension::DATA, 1_000_000_000),
    whole("TB", Dimension::DATA, 1_000_000_000_000),
    whole("PB", Dimension::DATA, 1_000_000_000_000_000),
    whole("KiB", Dimension::DATA, 1 << 10),
    whole("MiB", Dimension::DATA, 1 << 20),
    whole("GiB", Dimension::DATA, 1 << 30),
    whole("TiB", Dimension::DATA, 1 << 40),
    whole("PiB", Dimension::DATA, 1 << 50),
    part("mgCO2e", Dimension::CARBON, 1_000),
    whole("gCO2e", Dimension::CARBON, 1),
    whole("kgCO2e", Dimension::CARBON, 1_000),
    whole("tCO2e", Dimension::CARBON, 1_000_000),
    part("mL", Dimension::VOLUME, 1_000),
    whole("L", Dimension::VOLUME, 1),
    whole("m3", Dimension::VOLUME, 1_000),
    whole("vCPU", Dimension::VCPU, 1),
];

/// Spellings that are often met and never taken: each could be read in two ways.
const OTHER_SPELLINGS: &[(&str, &str)] = &[
    ("g", "gCO2e"),
    ("kg", "kgCO2e"),
    ("t", "tCO2e"),
    ("gCO2", "gCO2e"),
    ("gCO2eq", "gCO2e"),
    ("kgCO2", "kgCO2e"),
    ("kgCO2eq", "kgCO2e"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("sec", "s"),
    ("seconds", "s"),
    ("day", "d"),
    ("days", "d"),
    ("l", "L"),
    ("litre", "L"),
    ("liter", "L"),
    ("m³", "m3"),
    ("core", "vCPU"),
    ("percent", "%"),
    ("ratio", "1"),
    ("count", "1"),
];

pub(super) fn find(name: &str) -> Option<&'static Symbol> {
    SYMBOLS.iter().find(|symbol| symbol.name == name)
}

/// The one symbol that was probably meant: another spelling, or other capitals where that is not ambiguous.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    if let Some((_, symbol)) =
        OTHER_SPELLINGS.iter().find(|(spelling, _)| spelling.eq_ignore_ascii_case(name))
    {
        return Some(symbol);
    }
    let mut alike = SYMBOLS.iter().filter(|symbol| symbol.name.eq_ignore_ascii_case(name));
    match (alike.next(), alike.next()) {
        (Some(symbol), None) => Some(symbol.name),
        _ => None,
    }
}

/// Every symbol, for a hint.
pub(crate) fn known_symbols() -> String {
    let names: Vec<&str> = SYMBOLS.iter().map(|symbol| symbol.name).collect();
    names.join(" ")
}
