//! From a bill and changes to the estimates of the changed bill.

use std::collections::BTreeMap;

use joulework_units::{FixedSum, Money};

use super::hours::LineRates;
use super::lines::{Lines, line_key};
use super::remade::{self, Before, Remade};
use super::rules;
use super::select::Selector;
use super::{Base, PriceBasis, ResourceOutcome, Scope, Variant, Varied};
use crate::activity::{Accumulator, Activity, FIXED, PERIOD, Sums, times};
use crate::assess::Estimates;
use crate::error::EngineError;

pub(super) fn vary(base: &Base<'_>, variant: &Variant, scope: Scope) -> Result<Varied, EngineError> {
    let selector = Selector::of(variant, &base.sum)?;
    let sum = &base.sum;
    let mut dictionaries = sum.dictionaries.clone();
    let prices = (&base.prices, variant.prices.as_slice());
    let lines = Lines::of(base.engine, sum, &mut dictionaries, &selector, prices)?;
    let load_lane = sum.plan.loads_lane();
    let mut outcomes = outcomes(&lines);

    let rates = rates(sum, &lines, load_lane);
    let (supplies, throttled) = rules::supplies(&rates, &sum.plan.loads)?;
    let remade = Remade::of(sum, rates, &supplies, &mut outcomes);

    let plan = sum.plan.clone().with_loads(sum.plan.loads.with(remade.loads));
    let mut varied = Accumulator::new(&plan)?;
    varied.dictionaries = dictionaries;
    let kept = |key: &[u32]| {
        let id = || selector.resource(sum, key).unwrap_or_default();
        scope == Scope::Whole || outcomes.contains_key(id())
    };
    let before = add_lines(&mut varied, sum, &lines, |id| remade.pieces.contains_key(id), kept)?;
    for pieces in remade.pieces.values() {
        remade::add(&mut varied, &lines, pieces, &before)?;
    }
    varied.followed = sum.followed.varied(|key| {
        let Some(number) = lines.number(&line_key(key, load_lane)) else {
            return (scope == Scope::Whole).then(|| (key.into(), 1.0, 1.0));
        };
        let line = lines.lines.get(number).filter(|line| !remade.pieces.contains_key(&line.resource))?;
        (line.share > 0.0).then(|| (line.key.clone(), line.share, line.share * line.price.0))
    });
    for pieces in remade.pieces.values() {
        remade::follow(&mut varied, &lines, pieces)?;
    }
    varied.covered.clone_from(&sum.covered);
    (varied.span, varied.rows, varied.outside) = (sum.span, sum.rows, sum.outside);
    let activity = Activity::of(varied)?;
    let estimates = Estimates::of(activity, base.engine.pipeline(), base.engine.thread_count())?;
    Ok(Varied { estimates, resources: outcomes, throttled })
}

/// Adds the rows of a bill under the keys that their lines get; those of resources that are made anew are returned, by line
/// and period. Rows that no change is meant for are added where their resource is kept.
fn add_lines(
    varied: &mut Accumulator<'_>,
    sum: &Accumulator<'_>,
    lines: &Lines,
    is_remade: impl Fn(&str) -> bool,
    is_kept: impl Fn(&[u32]) -> bool,
) -> Result<Before, EngineError> {
    let load_lane = sum.plan.loads_lane();
    let mut before = Before::default();
    for (key, sums) in sum.table.iter() {
        let Some(number) = lines.number(&line_key(key, load_lane)) else {
            if is_kept(key) {
                varied.table.sums(key)?.add(sums)?;
            }
            continue;
        };
        let Some(line) = lines.lines.get(number) else { continue };
        if is_remade(&line.resource) {
            let period = key.get(PERIOD).copied().unwrap_or_default();
            before.entry((number, period)).or_default().add(sums)?;
            continue;
        }
        let mut new = line.key.clone();
        for lane in [Some(PERIOD), load_lane.map(|lane| lane + FIXED)].into_iter().flatten() {
            if let (Some(slot), Some(own)) = (new.get_mut(lane), key.get(lane)) {
                *slot = *own;
            }
        }
        if line.share > 0.0 {
            varied.table.sums(&new)?.add(&scaled(sums, line.share, line.share * line.price.0)?)?;
        }
    }
    Ok(before)
}

/// What is known of each resource before its hours are looked at.
fn outcomes(lines: &Lines) -> BTreeMap<String, ResourceOutcome> {
    let mut outcomes: BTreeMap<String, ResourceOutcome> = BTreeMap::new();
    for line in &lines.lines {
        let outcome = outcomes.entry(line.resource.clone()).or_default();
        outcome.changed |= line.changes;
        outcome.price = outcome.price.max(if line.share > 0.0 { line.price.1 } else { PriceBasis::Same });
        outcome.committed |= line.committed && line.changes;
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

/// Sums with a share of the quantity, and one of the money.
pub(super) fn scaled(sums: &Sums, amount: f64, money: f64) -> Result<Sums, EngineError> {
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
