//! Resources whose supply changes against a demand that stays: what they have hour by hour, and how far it is used.

use super::ResourceOutcome;
use super::lines::Line;
use super::rules::HourlySupply;
use crate::activity::{Rates, Span};
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
                let part = hours(at, end) * line.share * share;
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

/// What the lines of a resource have in each hour, and the first hour; `of_unit` is that of a unit of quantity.
pub(super) fn by_hour(rates: &[LineRates<'_>], of_unit: impl Fn(&Line) -> f64) -> (i64, Vec<f64>) {
    let ends = || rates.iter().flat_map(|of| of.rates.ends());
    let (Some(first), Some(last)) = (ends().min(), ends().max()) else { return (0, Vec::new()) };
    let (first, last) = (first.div_euclid(HOUR_MS), (last - 1).div_euclid(HOUR_MS));
    let mut values = vec![0.0; usize::try_from(last - first + 1).unwrap_or_default()];
    for LineRates { line, rates, .. } in rates {
        let unit = of_unit(line);
        for span in rates.spans().filter(|_| unit != 0.0) {
            let mut at = span.from_ms;
            while at < span.to_ms {
                let hour = at.div_euclid(HOUR_MS);
                let end = ((hour + 1) * HOUR_MS).min(span.to_ms);
                let place = usize::try_from(hour - first).ok();
                if let Some(value) = place.and_then(|place| values.get_mut(place)) {
                    *value += span.quantity * unit * hours(at, end);
                }
                at = end;
            }
        }
    }
    (first, values)
}

/// The loads of a resource whose supply changes, and what of its demand finds none.
pub(super) fn loads(
    rates: &[LineRates<'_>],
    loads: &HourlyLoads,
    supply: Option<&HourlySupply>,
    outcome: &mut ResourceOutcome,
) -> HourlyLoads {
    let (first_hour, before) = by_hour(rates, |line| line.vcpu.first().copied().unwrap_or_default());
    let (_, after) = by_hour(rates, |line| line.vcpu.last().copied().unwrap_or_default() * line.share);
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
    let new = (first_hour..).zip(&before).zip(&after).map(of_hour).collect::<Vec<f32>>();
    HourlyLoads { first_hour, loads: new.into() }
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a few thousand years")]
fn hours(from_ms: i64, to_ms: i64) -> f64 {
    (to_ms - from_ms) as f64 / HOUR_MS as f64
}
