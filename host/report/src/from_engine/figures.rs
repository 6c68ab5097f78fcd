//! Figures and money of the engine as figures and money of the report.

use std::collections::BTreeMap;

use joulework_engine::assess::{self, Tally};
use joulework_engine::work::PerUnit;
use joulework_units::{Currency, NoInterval, Unit};

use crate::model::{Figure, Money};

/// Standard columns, and the unit in which the report holds them.
pub(super) const ENERGY: (&str, &str) = ("facility-energy", "kWh");
pub(super) const IT_ENERGY: (&str, &str) = ("it-energy", "kWh");
pub(super) const OPERATIONAL: (&str, &str) = ("operational-carbon", "gCO2e");
pub(super) const EMBODIED: (&str, &str) = ("embodied-carbon", "gCO2e");
pub(super) const CARBON: (&str, &str) = (assess::CARBON, "gCO2e");
pub(super) const WITH_NETWORK: (&str, &str) = (assess::CARBON_WITH_NETWORK, "gCO2e");
pub(super) const WATER: (&str, &str) = ("water", "L");
pub(super) const GRID_WATER: (&str, &str) = ("grid-water", "L");
pub(super) const NETWORK_ENERGY: (&str, &str) = ("network-energy", "kWh");
pub(super) const NETWORK_CARBON: (&str, &str) = ("network-carbon", "gCO2e");
pub(super) const TRANSMISSION: (&str, &str) = ("transmission-carbon", "gCO2e");
pub(super) const UPSTREAM: (&str, &str) = ("upstream-carbon", "gCO2e");
pub(super) const VCPU_HOURS: (&str, &str) = ("vcpu-hours", "vCPU.h");
pub(super) const MEMORY_HOURS: (&str, &str) = ("memory-hours", "GiB.h");

/// A quantity of a tally.
pub(super) fn of(tally: &Tally, (name, unit): (&str, &str)) -> Figure {
    let Some(figure) = tally.figure(name) else {
        return Figure::none(unit, format!("no plugin of this run gives `{name}`"));
    };
    let Ok((value, interval)) = Unit::parse(unit).and_then(|unit| figure.in_unit(&unit)) else {
        return Figure::none(unit, format!("`{name}` has another dimension"));
    };
    let lacks = figure.not_modelled.rows;
    let mut shown = if value == 0.0 && lacks > 0 {
        Figure::none(unit, UNKNOWN)
    } else {
        match interval {
            Some(interval) => Figure::estimate(value, interval.low, interval.high, unit),
            None => reasoned(Figure::exact(value, unit), figure.interval().err()),
        }
    };
    shown.rows_left_out = lacks;
    shown
}

/// Why a sum of rows that could all not be said is not 0.
const UNKNOWN: &str = "not modelled";

/// A figure without an interval, with the reason. That zero has none needs no word.
fn reasoned(figure: Figure, reason: Option<NoInterval>) -> Figure {
    match reason {
        Some(NoInterval::Zero) | None => figure,
        Some(reason) => figure.because(reason.to_string()),
    }
}

/// A quantity of a period per unit of work.
pub(super) fn per_unit(period: &PerUnit, (name, unit): (&str, &str), work: &str) -> Figure {
    let whole = of(&period.tally, (name, unit));
    let figure = match period.figures.get(name) {
        _ if whole.value.is_none() => whole,
        None => whole,
        Some(Err(reason)) => Figure::none(unit, reason.to_string()),
        Some(Ok(divided)) => {
            let Ok((factor, value)) = Unit::parse(unit).and_then(|unit| {
                Ok((divided.amount.unit().factor_to(&unit)?, divided.amount.value_in(&unit)?))
            }) else {
                return Figure::none(unit, format!("`{name}` has another dimension"));
            };
            match divided.interval {
                Ok(level) => Figure::estimate(value, level.low * factor, level.high * factor, unit),
                Err(reason) => reasoned(Figure::exact(value, unit), Some(reason)),
            }
        }
    };
    figure.per(work)
}

/// Money by currency, in the order of the currencies.
pub(super) fn money(sums: &BTreeMap<Currency, joulework_units::Money>) -> Vec<Money> {
    sums.iter().map(|(currency, sum)| one(*currency, *sum)).collect()
}

/// An amount of money.
pub(super) fn one(currency: Currency, sum: joulework_units::Money) -> Money {
    Money::new(sum.to_string(), currency.code())
}
