//! From a bill and changes to the estimates of the changed bill.

use std::collections::BTreeMap;

use joulework_units::{FixedSum, Money};
use rustc_hash::FxHashMap;

use super::hours::{self, LineRates, Piece};
use super::lines::{Lines, line_key};
use super::rules;
use super::select::{Selector, resource_lane, text};
use super::{Base, PriceBasis, ResourceOutcome, Scope, Variant, Varied};
use crate::activity::{Accumulator, Activity, FIXED, PERIOD, Sums};
use crate::assess::Estimates;
use crate::calendar::{Period, Step};
use crate::error::EngineError;
use crate::loads::{HourlyLoads, KNOTS, Knot};

/// Quantities by key.
type Parts = BTreeMap<Box<[u32]>, FixedSum>;

pub(super) fn vary(base: &Base<'_>, variant: &Variant, scope: Scope) -> Result<Varied, EngineError> {
    let selector = Selector::of(variant, &base.sum)?;
    let sum = &base.sum;
    let mut dictionaries = sum.dictionaries.clone();
    let prices = (&base.prices, variant.prices.as_slice());
    let lines = Lines::of(base.engine, sum, &mut dictionaries, &selector, prices)?;
    let load_lane = sum.plan.loads_lane();
    let mut outcomes = outcomes(&lines);

    // Resources whose load changes are made anew from their rates.
    let mut anew: BTreeMap<String, Vec<Piece>> = BTreeMap::new();
    let mut loads: BTreeMap<String, HourlyLoads> = BTreeMap::new();
    let rates = rates(sum, &lines, load_lane);
    let (supplies, throttled) = rules::supplies(&rates, &sum.plan.loads)?;
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
            loads.insert(resource.clone(), hours::loads(&rates, own, supply, outcome));
        }
        anew.insert(resource, hours::pieces(&rates, supply, sum.plan.step()));
    }

    let plan = sum.plan.clone().with_loads(sum.plan.loads.with(loads));
    let mut varied = Accumulator::new(&plan)?;
    varied.dictionaries = dictionaries;
    let mut old_amounts: FxHashMap<(usize, u32), Sums> = FxHashMap::default();
    let resource = resource_lane(sum);
    for (key, sums) in sum.table.iter() {
        let Some(number) = lines.number(&line_key(key, load_lane)) else {
            let id = resource.and_then(|lane| text(sum, key, lane)).unwrap_or_default();
            if scope == Scope::Whole || outcomes.contains_key(id) {
                varied.table.sums(key)?.add(sums)?;
            }
            continue;
        };
        let Some(line) = lines.lines.get(number) else { continue };
        if anew.contains_key(&line.resource) {
            let period = key.get(PERIOD).copied().unwrap_or_default();
            old_amounts.entry((number, period)).or_default().add(sums)?;
            continue;
        }
        let mut new = line.key.clone();
        for lane in [Some(PERIOD), load_lane.map(|lane| lane + FIXED)].into_iter().flatten() {
            if let (Some(slot), Some(own)) = (new.get_mut(lane), key.get(lane)) {
                *slot = *own;
            }
        }
        let (amount, money) = (line.share, line.share * line.price.0);
        if amount > 0.0 {
            varied.table.sums(&new)?.add(&scaled(sums, amount, money)?)?;
        }
    }
    for pieces in anew.values() {
        add_pieces(&mut varied, &lines, pieces, &old_amounts)?;
    }
    varied.followed = sum.followed.varied(|key| {
        let Some(number) = lines.number(&line_key(key, load_lane)) else {
            return (scope == Scope::Whole).then(|| (key.into(), 1.0, 1.0));
        };
        let line = lines.lines.get(number).filter(|line| !anew.contains_key(&line.resource))?;
        (line.share > 0.0).then(|| (line.key.clone(), line.share, line.share * line.price.0))
    });
    for pieces in anew.values() {
        follow(&mut varied, &lines, pieces)?;
    }
    varied.covered.clone_from(&sum.covered);
    (varied.span, varied.rows, varied.outside) = (sum.span, sum.rows, sum.outside);
    let activity = Activity::of(varied)?;
    let estimates = Estimates::of(activity, base.engine.pipeline(), base.engine.thread_count())?;
    Ok(Varied { estimates, resources: outcomes, throttled })
}

/// What is known of each resource before its hours are looked at.
fn outcomes(lines: &Lines) -> BTreeMap<String, ResourceOutcome> {
    let mut outcomes: BTreeMap<String, ResourceOutcome> = BTreeMap::new();
    for line in &lines.lines {
        let outcome = outcomes.entry(line.resource.clone()).or_default();
        outcome.changed |= line.changes();
        outcome.price = outcome.price.max(if line.share > 0.0 { line.price.1 } else { PriceBasis::Same });
        outcome.committed |= line.committed;
        if let Some((meter, reason)) = &line.left {
            outcome.left.insert(meter.clone(), reason);
        }
    }
    outcomes
}

/// The rates of the lines of each resource.
fn rates<'l>(
    sum: &Accumulator<'_>,
    lines: &'l Lines,
    load_lane: Option<usize>,
) -> BTreeMap<String, Vec<LineRates<'l>>> {
    let mut found: BTreeMap<String, Vec<LineRates<'l>>> = BTreeMap::new();
    for (key, rates) in sum.followed.each() {
        let number = lines.number(&line_key(key, load_lane));
        if let Some((number, line)) = number.and_then(|number| Some((number, lines.lines.get(number)?))) {
            found.entry(line.resource.clone()).or_default().push(LineRates { line, number, rates });
        }
    }
    found
}

/// Adds what is left of a resource, split by its new loads. Money goes with the quantity of its period.
fn add_pieces(
    varied: &mut Accumulator<'_>,
    lines: &Lines,
    pieces: &[Piece],
    old_amounts: &FxHashMap<(usize, u32), Sums>,
) -> Result<(), EngineError> {
    let load_lane = varied.plan.loads_lane();
    let plan = varied.plan;
    let mut numbers = Vec::new();
    if let Some(dictionary) = load_lane.and_then(|lane| varied.dictionaries.get_mut(lane)) {
        for knot in 0..KNOTS {
            numbers.push(dictionary.intern_exact(crate::activity::bits(Knot(knot).load()))?);
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
        let (Some(old), Some(line)) = (old_amounts.get(&of), line) else { continue };
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
fn follow(varied: &mut Accumulator<'_>, lines: &Lines, pieces: &[Piece]) -> Result<(), EngineError> {
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

/// Sums with a share of the quantity, and one of the money.
fn scaled(sums: &Sums, amount: f64, money: f64) -> Result<Sums, EngineError> {
    let same = |share: f64| share.to_bits() == 1_f64.to_bits();
    let quantity =
        if same(amount) { sums.quantity } else { FixedSum::from_f64(sums.quantity.to_f64() * amount)? };
    let part = |whole: Money| {
        if same(money) { whole } else { Money::from_raw(times(whole.raw(), money)) }
    };
    Ok(Sums {
        quantity,
        billed: part(sums.billed),
        effective: part(sums.effective),
        positive: part(sums.positive),
        rows: sums.rows,
    })
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a share of money, rounded")]
fn times(raw: i128, share: f64) -> i128 {
    (raw as f64 * share).round() as i128
}
