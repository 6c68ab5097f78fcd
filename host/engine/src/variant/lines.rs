//! Lines: what becomes of all rows with one key, whatever their period and load.

use rustc_hash::FxHashMap;

use super::meter;
use super::price::{Prices, terms_of};
use super::probe::{Unit, probe};
use super::select::{Selector, text};
use super::{PriceBasis, Set, SupplyRule, UnitPrice};
use crate::activity::{Accumulator, Dictionary, FIXED, NONE, PERIOD};
use crate::assess::Grade;
use crate::error::EngineError;
use crate::pipeline::Engine;

/// What becomes of rows with one key.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) resource: String,
    /// The key that they get.
    pub(super) key: Box<[u32]>,
    /// The share of their quantity that is left.
    pub(super) share: f64,
    /// By what the money of a unit of quantity is multiplied, and how that is known.
    pub(super) price: (f64, PriceBasis),
    /// vCPU hours of a unit of quantity, before and after.
    pub(super) vcpu: [f64; 2],
    /// How its machines are supplied.
    pub(super) supply: Option<SupplyRule>,
    /// Whether a commitment pays for it.
    pub(super) committed: bool,
    /// Whether anything changes.
    pub(super) changes: bool,
    /// Why nothing changes although it should, with the meter.
    pub(super) left: Option<(String, &'static str)>,
}

/// The lines that changes are meant for, by their keys.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    by_key: FxHashMap<Box<[u32]>, Option<usize>>,
}

/// The lanes that changes look at.
struct Lanes {
    load: Option<usize>,
    meter: Option<usize>,
    region: Option<usize>,
    /// What the bill derives from meter and region.
    derived: Vec<usize>,
    pricing: Option<usize>,
    category: Option<usize>,
}

impl Lanes {
    fn of(sum: &Accumulator<'_>) -> Self {
        let lane = |name: &str| sum.plan.column_lane(name);
        Self {
            load: sum.plan.loads_lane(),
            meter: lane("sku-meter"),
            region: lane("region-id"),
            derived: ["charge-description", "sku-price-details"].into_iter().filter_map(lane).collect(),
            pricing: lane("pricing-category"),
            category: lane("charge-category"),
        }
    }
}

/// The key of a line: that of its rows without period and load.
pub(super) fn line_key(key: &[u32], load: Option<usize>) -> Box<[u32]> {
    let mut line: Box<[u32]> = key.into();
    if let Some(period) = line.get_mut(PERIOD) {
        *period = 0;
    }
    if let Some(load) = load.and_then(|load| line.get_mut(load + FIXED)) {
        *load = NONE;
    }
    line
}

impl Lines {
    /// The lines of a bill that a selector takes. Values that keys get are put into `dictionaries`, which are those of the
    /// bill.
    pub(super) fn of(
        engine: &Engine,
        sum: &Accumulator<'_>,
        dictionaries: &mut [Dictionary],
        selector: &Selector<'_>,
        prices: (&Prices, &[UnitPrice]),
    ) -> Result<Self, EngineError> {
        let lanes = Lanes::of(sum);
        let mut by_key: FxHashMap<Box<[u32]>, Option<usize>> = FxHashMap::default();
        let mut found: Vec<(Box<[u32]>, Vec<&Set>)> = Vec::new();
        for (key, _) in sum.table.iter() {
            let key = line_key(key, lanes.load);
            if by_key.contains_key(&key) {
                continue;
            }
            // What is no usage is no supply: taxes and credits stay as they are.
            let is_usage = lanes.category.and_then(|lane| text(sum, &key, lane)) == Some("Usage");
            let sets = if is_usage { selector.changes(sum, &key) } else { None };
            let number = sets.map(|sets| {
                found.push((key.clone(), sets));
                found.len() - 1
            });
            by_key.insert(key, number);
        }
        let keys: Vec<Box<[u32]>> = found.iter().map(|(key, _)| key.clone()).collect();
        let before = probe(engine, sum.plan, dictionaries, &keys)?;
        let mut changed = Vec::with_capacity(keys.len());
        for ((key, sets), unit) in found.iter().zip(&before) {
            changed.push(lanes.change(sum, dictionaries, key, sets, unit.as_ref())?);
        }
        let new_keys: Vec<Box<[u32]>> =
            changed.iter().zip(&keys).map(|(changed, key)| changed.as_ref().unwrap_or(key).clone()).collect();
        let after = probe(engine, sum.plan, dictionaries, &new_keys)?;
        let mut lines = Vec::with_capacity(keys.len());
        for (number, (key, sets)) in found.iter().enumerate() {
            let at = |units: &[Option<Unit>]| units.get(number).cloned().flatten();
            let (was, is) = (at(&before), at(&after));
            let changed = changed.get(number).cloned().flatten();
            let resource = selector.resource(sum, key).unwrap_or_default().to_owned();
            let meter = lanes.meter.and_then(|lane| text(sum, key, lane)).unwrap_or_default();
            let left = match &changed {
                Some(_) => reason(was.as_ref(), is.as_ref()),
                None => stays(sets, was.as_ref()),
            };
            let new_key = changed.filter(|_| left.is_none()).unwrap_or_else(|| key.clone());
            let vcpu = |unit: &Option<Unit>| unit.as_ref().map_or(0.0, |unit| unit.vcpu);
            let vcpu = [vcpu(&was), if left.is_none() { vcpu(&is) } else { vcpu(&was) }];
            let price =
                match (terms_of(sum.plan, dictionaries, key), terms_of(sum.plan, dictionaries, &new_key)) {
                    (Some(from), Some(to)) => prices.0.factor(&from, &to, vcpu, prices.1),
                    _ => (1.0, PriceBasis::Same),
                };
            let committed = lanes.pricing.and_then(|lane| text(sum, key, lane)) == Some("Committed");
            let (share, supply) = (share_of(sets, meter, was.as_ref()), supply_of(sets, was.as_ref()));
            lines.push(Line {
                resource,
                changes: new_key != *key || share.to_bits() != 1_f64.to_bits() || supply.is_some(),
                share,
                supply,
                committed,
                price,
                vcpu,
                left: left.map(|reason| (meter.to_owned(), reason)),
                key: new_key,
            });
        }
        Ok(Self { lines, by_key })
    }

    /// The line of rows, where changes are meant for them.
    pub(super) fn number(&self, line_key: &[u32]) -> Option<usize> {
        self.by_key.get(line_key).copied().flatten()
    }
}

/// Why rows stay that a move should take along. What is moved between regions is not known of a region that it would be
/// moved from.
fn stays(sets: &[&Set], unit: Option<&Unit>) -> Option<&'static str> {
    let moves = |set: &&Set| matches!(set, Set::Value { column, .. } if column == "region-id");
    let has_transfer = unit.is_some_and(|unit| unit.network > 0.0);
    (has_transfer && sets.iter().any(moves)).then_some("its data transfer is taken as it was")
}

/// Why rows that would change cannot.
fn reason(before: Option<&Unit>, after: Option<&Unit>) -> Option<&'static str> {
    match (before, after) {
        (Some(before), Some(after)) if before.kind != after.kind => {
            Some("the plugins do not know what it would be")
        }
        (Some(before), Some(after))
            if after.grade == Grade::NotModelled && before.grade != Grade::NotModelled =>
        {
            Some("the plugins cannot model what it would be")
        }
        _ => None,
    }
}

/// The rule by which rows with vCPU are supplied; the last one counts.
fn supply_of(sets: &[&Set], unit: Option<&Unit>) -> Option<SupplyRule> {
    let rules = sets.iter().rev().find_map(|set| match set {
        Set::Supply(rule) => Some(rule.clone()),
        _ => None,
    });
    rules.filter(|_| unit.is_some_and(|unit| unit.vcpu > 0.0))
}

/// The share that is left of rows with so much in a unit.
fn share_of(sets: &[&Set], own_meter: &str, unit: Option<&Unit>) -> f64 {
    let has = |column: &str| {
        let amount = |of: fn(&Unit) -> f64| unit.is_some_and(|unit| of(unit) > 0.0);
        match column {
            "vcpu-hours" => amount(|unit| unit.vcpu),
            "memory-hours" => amount(|unit| unit.memory),
            "storage-hours" => amount(|unit| unit.storage),
            _ => true,
        }
    };
    let shares = sets.iter().map(|set| match set {
        Set::Share { column, meter: of, share }
            if has(column) && of.as_deref().is_none_or(|of| of == meter::bare(own_meter)) =>
        {
            *share
        }
        _ => 1.0,
    });
    shares.product()
}

impl Lanes {
    /// The key that rows get; nothing where no value changes.
    fn change(
        &self,
        sum: &Accumulator<'_>,
        dictionaries: &mut [Dictionary],
        key: &[u32],
        sets: &[&Set],
        unit: Option<&Unit>,
    ) -> Result<Option<Box<[u32]>>, EngineError> {
        let word = |lane: Option<usize>| lane.and_then(|lane| text(sum, key, lane)).map(str::to_owned);
        let (old_meter, old_region) = (word(self.meter), word(self.region));
        let (mut meter, mut region) = (old_meter.clone(), old_region.clone());
        for set in sets {
            let Set::Value { column, from, to } = set else { continue };
            let is_from = |now: Option<&str>| from.as_deref().is_none_or(|from| now == Some(from));
            let own = meter.as_deref();
            let changed = match column.as_str() {
                "region-id" if unit.is_some_and(|unit| unit.network > 0.0) => None,
                "region-id" if is_from(region.as_deref()) => {
                    region = Some(to.clone());
                    own.map(|own| meter::bare(own).to_owned())
                }
                "instance-type" if is_from(own.and_then(meter::machine)) => {
                    own.and_then(|own| meter::with_machine(own, to))
                }
                "architecture" if is_from(own.and_then(meter::architecture)) => {
                    own.and_then(|own| meter::with_architecture(own, to))
                }
                "sku-meter" if own.is_some_and(|own| is_from(Some(meter::bare(own)))) => own.map(|own| {
                    let prefix = own.len() - meter::bare(own).len();
                    [own.get(..prefix).unwrap_or_default(), to].concat()
                }),
                _ => None,
            };
            meter = changed.or(meter);
        }
        if meter == old_meter && region == old_region {
            return Ok(None);
        }
        let mut new: Box<[u32]> = key.into();
        let mut put = |lane: Option<usize>, value: Option<&str>| {
            let Some(lane) = lane else { return Ok(()) };
            let Some(dictionary) = dictionaries.get_mut(lane) else { return Ok(()) };
            let number = value.map_or(Ok(NONE), |value| dictionary.intern_text(value))?;
            if let Some(slot) = new.get_mut(lane + FIXED) {
                *slot = number;
            }
            Ok::<(), EngineError>(())
        };
        put(self.meter, meter.as_deref())?;
        put(self.region, region.as_deref())?;
        for lane in &self.derived {
            put(Some(*lane), None)?;
        }
        Ok(Some(new))
    }
}
