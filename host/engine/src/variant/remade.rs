//! Resources whose supply changes: made anew from their rates, in pieces with the loads that they then have.

use std::collections::BTreeMap;

use joulework_units::{FixedSum, Money};

use super::ResourceOutcome;
use super::hours::{self, LineRates, Piece};
use super::lines::Lines;
use super::rules::HourlySupply;
use super::vary::scaled;
use crate::activity::{Accumulator, FIXED, PERIOD, Sums, bits};
use crate::calendar::{Period, Step};
use crate::error::EngineError;
use crate::loads::{HourlyLoads, KNOTS, Knot};

/// What rows amounted to before, by line and period.
pub(super) type Before = BTreeMap<(usize, u32), Sums>;
/// Quantities by key.
type Parts = BTreeMap<Box<[u32]>, FixedSum>;

/// What is made anew, by resource.
#[derive(Default)]
pub(super) struct Remade {
    pub(super) pieces: BTreeMap<String, Vec<Piece>>,
    pub(super) loads: BTreeMap<String, HourlyLoads>,
}

impl Remade {
    /// Resources whose machines are supplied by a rule, and those whose load changes with their machines.
    pub(super) fn of(
        sum: &Accumulator<'_>,
        rates: BTreeMap<String, Vec<LineRates<'_>>>,
        supplies: &BTreeMap<String, HourlySupply>,
        outcomes: &mut BTreeMap<String, ResourceOutcome>,
    ) -> Self {
        let mut remade = Self::default();
        for (resource, rates) in rates {
            let supply = supplies.get(&resource);
            let own = sum.plan.loads.of(&resource).filter(|own| !own.loads.is_empty());
            let changes = |of: &LineRates<'_>| {
                let [before, after] = of.line.vcpu;
                before.to_bits() != (after * of.line.share).to_bits() && of.line.share > 0.0
            };
            if supply.is_none() && !(own.is_some() && rates.iter().any(changes)) {
                continue;
            }
            if let (Some(own), Some(outcome)) = (own, outcomes.get_mut(&resource)) {
                remade.loads.insert(resource.clone(), hours::loads(&rates, own, supply, outcome));
            }
            remade.pieces.insert(resource, hours::pieces(&rates, supply, sum.plan.step()));
        }
        remade
    }
}

/// Adds what is left of a resource, split by its new loads. Money goes with the quantity of its period.
pub(super) fn add(
    varied: &mut Accumulator<'_>,
    lines: &Lines,
    pieces: &[Piece],
    before: &Before,
) -> Result<(), EngineError> {
    let load_lane = varied.plan.loads_lane();
    let plan = varied.plan;
    let mut numbers = Vec::new();
    if let Some(dictionary) = load_lane.and_then(|lane| varied.dictionaries.get_mut(lane)) {
        for knot in 0..KNOTS {
            numbers.push(dictionary.intern_exact(bits(Knot(knot).load()))?);
        }
    }
    let mut quantities: BTreeMap<(usize, u32), Parts> = BTreeMap::new();
    for piece in pieces {
        let Some(line) = lines.lines.get(piece.line) else { continue };
        let period = period_of(piece, plan.step())?;
        let own = quantities.entry((piece.line, period)).or_default();
        let quantity = FixedSum::from_f64(piece.quantity)?;
        let mut failed = None;
        let mut take = |knot: Option<Knot>, quantity: FixedSum| {
            let mut key = line.key.clone();
            if let Some(slot) = key.get_mut(PERIOD) {
                *slot = period;
            }
            let number = knot.and_then(|knot| numbers.get(usize::from(knot.0)));
            if let (Some(lane), Some(number)) = (load_lane, number)
                && let Some(slot) = key.get_mut(lane + FIXED)
            {
                *slot = *number;
            }
            let sum = own.entry(key).or_default();
            match sum.checked_add(quantity) {
                Ok(whole) => *sum = whole,
                Err(error) => failed = Some(error),
            }
        };
        match plan.loads.of(&line.resource).filter(|loads| !loads.loads.is_empty()) {
            Some(loads) => {
                loads.parts(piece.from_ms, piece.to_ms, |knot, part| take(knot, part.quantity(quantity)));
            }
            None => take(None, quantity),
        }
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
    for (of, parts) in quantities {
        let line = lines.lines.get(of.0);
        let (Some(old), Some(line)) = (before.get(&of), line) else { continue };
        let whole: f64 = parts.values().map(|quantity| quantity.to_f64()).sum();
        let was = old.quantity.to_f64();
        let ratio = if was > 0.0 { whole / was } else { 0.0 };
        // Money and rows stand with the largest part.
        let largest = parts.iter().max_by_key(|(_, quantity)| **quantity).map(|(key, _)| key.clone());
        for (key, quantity) in parts {
            let mut sums = Sums { quantity, ..Sums::default() };
            if Some(&key) == largest.as_ref() {
                sums = Sums { quantity, ..scaled(old, 0.0, ratio * line.price.0)? };
            }
            varied.table.sums(&key)?.add(&sums)?;
        }
    }
    Ok(())
}

/// The number of the period of a piece.
fn period_of(piece: &Piece, step: Step) -> Result<u32, EngineError> {
    let index = Period::containing(piece.from_ms, step).index();
    u32::try_from(index).map_err(|_| EngineError::TooManyValues)
}

/// Notes what is left of a resource over time.
pub(super) fn follow(
    varied: &mut Accumulator<'_>,
    lines: &Lines,
    pieces: &[Piece],
) -> Result<(), EngineError> {
    let load_lane = varied.plan.loads_lane();
    for piece in pieces {
        let Some(line) = lines.lines.get(piece.line) else { continue };
        let resource = varied.followed.resource(&line.resource)?;
        let amounts = (FixedSum::from_f64(piece.quantity)?, Money::from_f64_shortest(piece.money)?);
        let mut key = line.key.clone();
        if let Some(slot) = key.get_mut(PERIOD) {
            *slot = period_of(piece, varied.plan.step())?;
        }
        let time = (piece.from_ms, piece.to_ms);
        varied.followed.add(resource, key.iter().copied(), load_lane, time, amounts);
    }
    Ok(())
}
