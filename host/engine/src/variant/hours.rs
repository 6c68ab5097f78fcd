//! Resources whose supply changes against a demand that stays: what they have hour by hour, and how far it is used.

use super::ResourceOutcome;
use super::lines::Line;
use super::rules::HourlySupply;
use crate::activity::{Rates, Span};
use crate::assess::{HourlyNumbers, length};
use crate::calendar::{HOUR_MS, Period, Step};
use crate::loads::HourlyLoads;

/// Rates of one line of a resource.
pub(super) struct LineRates<'a> {
    pub(super) line: &'a Line,
    pub(super) number: usize,
    pub(super) rates: Rates,
}

/// A part of a line's rows inside one period.
pub(super) struct Piece {
    pub(super) line: usize,
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
    /// Consumed quantity.
    pub(super) quantity: f64,
    /// Effective cost.
    pub(super) money: f64,
}

/// What is left of the rows of a resource, in pieces that lie inside one period and have one share.
pub(super) fn pieces(rates: &[LineRates<'_>], supply: Option<&HourlySupply>, step: Step) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for LineRates { line, number, rates } in rates {
        // What has no vCPU does not follow their supply.
        let supply = supply.filter(|_| line.supply.is_some());
        for Span { from_ms, to_ms, quantity, money } in rates.spans() {
            let mut at = from_ms;
            while at < to_ms {
                let end = match supply {
                    Some(_) => (at.div_euclid(HOUR_MS) + 1) * HOUR_MS,
                    None => Period::containing(at, step).end_ms(),
                };
                let end = end.min(to_ms);
                let share = supply.map_or(1.0, |supply| supply.share(at.div_euclid(HOUR_MS)));
                let part = length(at, end) * line.share * share;
                if quantity * part != 0.0 {
                    pieces.push(Piece {
                        line: *number,
                        from_ms: at,
                        to_ms: end,
                        quantity: quantity * part,
                        money: money * part * line.price.0,
                    });
                }
                at = end;
            }
        }
    }
    pieces
}

/// What the lines of a resource have in each hour; `of_unit` is that of a unit of quantity.
fn by_hour(rates: &[LineRates<'_>], of_unit: impl Fn(&Line) -> f64) -> HourlyNumbers {
    let ends = || rates.iter().flat_map(|of| of.rates.ends());
    let (Some(first), Some(last)) = (ends().min(), ends().max()) else { return HourlyNumbers::default() };
    let (first_hour, last) = (first.div_euclid(HOUR_MS), (last - 1).div_euclid(HOUR_MS));
    let count = usize::try_from(last - first_hour + 1).unwrap_or_default();
    let mut hours = HourlyNumbers { first_hour, values: vec![0.0; count] };
    for LineRates { line, rates, .. } in rates {
        let unit = of_unit(line);
        if unit != 0.0 {
            rates.spans().for_each(|span| hours.add(span, span.quantity * unit));
        }
    }
    hours
}

/// vCPU hours before a change, and after it without a rule of supply.
pub(super) fn vcpu_hours(rates: &[LineRates<'_>]) -> [HourlyNumbers; 2] {
    let before = by_hour(rates, |line| line.vcpu.first().copied().unwrap_or_default());
    [before, by_hour(rates, |line| line.vcpu.last().copied().unwrap_or_default() * line.share)]
}

/// The loads of a resource whose supply changes, and what of its demand finds none.
pub(super) fn loads(
    rates: &[LineRates<'_>],
    loads: &HourlyLoads,
    supply: Option<&HourlySupply>,
    outcome: &mut ResourceOutcome,
) -> HourlyLoads {
    let [before, after] = vcpu_hours(rates);
    let of_hour = |((hour, before), after): ((i64, &f64), &f64)| {
        let changed = supply.and_then(|supply| supply.demand(hour));
        let Some(demand) = changed.or_else(|| Some(f64::from(loads.at(hour)?) * before)) else {
            return f32::NAN;
        };
        let after = after * supply.map_or(1.0, |supply| supply.share(hour));
        outcome.demand += demand;
        outcome.over_demand += (demand - after).max(0.0);
        if after <= 0.0 {
            return f32::NAN;
        }
        #[allow(clippy::cast_possible_truncation, reason = "a share of 0 to 1")]
        let load = (demand / after).min(1.0) as f32;
        load
    };
    let hours = (before.first_hour..).zip(&before.values).zip(&after.values);
    HourlyLoads { first_hour: before.first_hour, loads: hours.map(of_hour).collect() }
}
