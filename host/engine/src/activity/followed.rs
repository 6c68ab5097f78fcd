//! What resources had over time: of those that something is measured of, the rate of their rows hour by hour.
//!
//! A rate is kept as its changes: a row adds its rate where it begins and takes it back where it ends. Rows that follow
//! each other with the same rate leave nothing between them, so that a year of hourly rows is two changes. Changes are
//! integers, so that neither order nor partition can change a digit.

use std::collections::BTreeMap;

use joulework_units::{FixedSum, Money};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::Keys;
use super::accumulate::{BIN, FIXED, PERIOD, WORKLOAD};
use super::chunk::bits;
use super::dictionary::{Dictionary, Full, NONE, renumber};
use super::finish::{cell_lanes, group_lanes};
use super::plan::Plan;
use crate::calendar::HOUR_MS;
use crate::loads::{KNOTS, Knot};
use crate::workload::Assigner;

/// A change of rates at an instant: of the quantity and of the effective cost, per hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    quantity: i128,
    money: i128,
}

impl Change {
    fn plus(self, other: Self) -> Self {
        Self {
            quantity: self.quantity.saturating_add(other.quantity),
            money: self.money.saturating_add(other.money),
        }
    }

    fn back(self) -> Self {
        Self { quantity: -self.quantity, money: -self.money }
    }

    fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Rates over time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rates {
    /// The first period that rows begin in.
    period: u32,
    changes: BTreeMap<i64, Change>,
    /// The row that was added last, which the next one often continues; in no change yet.
    last: Option<(i64, i64, Change)>,
}

/// A share of a rate, or of any amount: of what adds it, and of what takes it back, alike.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a share, rounded")]
pub(crate) fn times(raw: i128, share: f64) -> i128 {
    if share.to_bits() == 1_f64.to_bits() { raw } else { (raw as f64 * share).round() as i128 }
}

/// A span of time with one rate, per hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    pub(crate) quantity: f64,
    pub(crate) money: f64,
}

impl Rates {
    fn add(&mut self, from: i64, to: i64, change: Change) {
        match &mut self.last {
            Some((_, end, rate)) if *end == from && *rate == change => *end = to,
            last => {
                let before = last.replace((from, to, change));
                self.change_by(before);
            }
        }
    }

    /// Puts the last row among the changes.
    fn settle(&mut self) {
        let last = self.last.take();
        self.change_by(last);
    }

    fn change_by(&mut self, row: Option<(i64, i64, Change)>) {
        if let Some((from, to, change)) = row {
            self.change(from, change);
            self.change(to, change.back());
        }
    }

    fn change(&mut self, at: i64, change: Change) {
        let sum = self.changes.entry(at).or_default();
        *sum = sum.plus(change);
        if sum.is_nothing() {
            self.changes.remove(&at);
        }
    }

    /// Shares of the rates of quantity and money.
    fn scaled(&self, quantity: f64, money: f64) -> Self {
        let scaled = |change: Change| Change {
            quantity: times(change.quantity, quantity),
            money: times(change.money, money),
        };
        Self {
            period: self.period,
            changes: self.changes.iter().map(|(at, change)| (*at, scaled(*change))).collect(),
            last: self.last.map(|(from, to, change)| (from, to, scaled(change))),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.period = self.period.min(other.period);
        other.changes.iter().for_each(|(at, change)| self.change(*at, *change));
        self.change_by(other.last);
    }

    /// The first and the last instant of a change.
    pub(crate) fn ends(&self) -> impl Iterator<Item = i64> {
        let first = self.changes.keys().next();
        first.into_iter().chain(self.changes.keys().next_back()).copied()
    }

    /// The spans in which there is any rate.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Span> {
        let next = self.changes.keys().skip(1);
        self.changes
            .iter()
            .zip(next)
            .scan(Change::default(), |rate, ((from, change), to)| {
                *rate = rate.plus(*change);
                Some((*from, *to, *rate))
            })
            .filter(|(.., rate)| !rate.is_nothing())
            .map(|(from_ms, to_ms, rate)| Span {
                from_ms,
                to_ms,
                quantity: FixedSum::from_raw(rate.quantity).to_f64(),
                money: Money::from_raw(rate.money).to_f64_lossy(),
            })
    }
}

/// The rates of resources, by what plugins and roll-ups tell apart.
#[derive(Debug, Clone)]
pub(crate) struct Followed {
    resources: Dictionary,
    /// The number of a resource, then a key without period and load.
    places: FxHashMap<Box<[u32]>, usize>,
    rates: Vec<(Box<[u32]>, Rates)>,
    /// By resource, the place of the rates that were added to last.
    recent: Vec<usize>,
    key: Vec<u32>,
}

impl Followed {
    pub(crate) fn new() -> Self {
        let (places, rates) = (FxHashMap::default(), Vec::new());
        Self { resources: Dictionary::texts(), places, rates, recent: Vec::new(), key: Vec::new() }
    }

    /// The number of a resource.
    pub(crate) fn resource(&mut self, id: &str) -> Result<u32, Full> {
        self.resources.intern_text(id)
    }

    /// Adds a row: its lanes, of which `load` is that of loads, its time and its amounts.
    pub(crate) fn add(
        &mut self,
        resource: u32,
        lanes: impl Iterator<Item = u32>,
        load: Option<usize>,
        time: (i64, i64),
        amounts: (FixedSum, Money),
    ) {
        self.key.clear();
        self.key.push(resource);
        self.key.extend(lanes);
        let mut period = 0;
        for (place, lane) in self.key.iter_mut().skip(1).enumerate() {
            if place == PERIOD {
                period = std::mem::take(lane);
            } else if Some(place) == load.map(|load| load + FIXED) {
                *lane = NONE;
            }
        }
        let key = std::mem::take(&mut self.key);
        let rates = self.recent_of(resource, &key, period);
        self.key = key;
        let (from, to) = if time.1 > time.0 { time } else { (time.0, time.0.saturating_add(HOUR_MS)) };
        let length = i128::from(to) - i128::from(from);
        let per_hour = |raw: i128| {
            if length == i128::from(HOUR_MS) {
                return raw;
            }
            let hour = i128::from(HOUR_MS);
            (raw / length).saturating_mul(hour).saturating_add((raw % length) * hour / length)
        };
        let change = Change { quantity: per_hour(amounts.0.raw()), money: per_hour(amounts.1.raw()) };
        if let Some((_, rates)) = self.rates.get_mut(rates) {
            rates.period = rates.period.min(period);
            rates.add(from, to, change);
        }
    }

    /// The rates of a key, which are mostly those that the resource had last.
    fn recent_of(&mut self, resource: u32, key: &[u32], period: u32) -> usize {
        let slot = usize::try_from(resource).unwrap_or(usize::MAX);
        let recent = self.recent.get(slot).copied().unwrap_or(usize::MAX);
        if self.rates.get(recent).is_some_and(|(own, _)| **own == *key) {
            return recent;
        }
        let place = self.rates_of(key, period);
        if slot >= self.recent.len() && slot < usize::MAX {
            self.recent.resize(slot + 1, usize::MAX);
        }
        if let Some(recent) = self.recent.get_mut(slot) {
            *recent = place;
        }
        place
    }

    fn rates_of(&mut self, key: &[u32], period: u32) -> usize {
        if let Some(place) = self.places.get(key) {
            return *place;
        }
        let place = self.rates.len();
        self.places.insert(key.into(), place);
        self.rates.push((key.into(), Rates { period, ..Rates::default() }));
        place
    }

    /// Takes in another part, whose lanes have other numbers.
    pub(crate) fn merge(&mut self, other: &Self, renumbered: &[Vec<u32>]) -> Result<(), Full> {
        let resources = self.resources.absorb(&other.resources)?;
        for (old, rates) in &other.rates {
            let fixed = old.iter().skip(1).take(FIXED).copied();
            let lanes =
                old.iter().skip(1 + FIXED).zip(renumbered).map(|(number, new)| renumber(*number, new));
            let resource = old.first().map_or(NONE, |number| renumber(*number, &resources));
            let key: Vec<u32> = std::iter::once(resource).chain(fixed).chain(lanes).collect();
            let place = self.rates_of(&key, rates.period);
            if let Some((_, own)) = self.rates.get_mut(place) {
                own.merge(rates);
            }
        }
        Ok(())
    }

    /// The key of each of the rates, without its resource, and the rates.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&[u32], Rates)> {
        self.rates.iter().map(|(key, rates)| {
            let mut rates = rates.clone();
            rates.settle();
            (key.get(1..).unwrap_or_default(), rates)
        })
    }

    /// The same with other keys, and shares of quantity and money: by key, where `change` gives any.
    pub(crate) fn varied(&self, mut change: impl FnMut(&[u32]) -> Option<(Box<[u32]>, f64, f64)>) -> Self {
        let mut varied = Self { resources: self.resources.clone(), ..Self::new() };
        for (key, rates) in &self.rates {
            let Some((new, quantity, money)) = change(key.get(1..).unwrap_or_default()) else { continue };
            let resource = key.first().copied().unwrap_or(NONE);
            let key: Vec<u32> = std::iter::once(resource).chain(new).collect();
            let place = varied.rates_of(&key, rates.period);
            if let Some((_, own)) = varied.rates.get_mut(place) {
                own.merge(&rates.scaled(quantity, money));
            }
        }
        varied
    }

    pub(crate) fn stored(&self) -> StoredFollowed {
        let resources = (0..).map_while(|number| self.resources.text(number)).map(str::to_owned);
        let mut rates = self.rates.clone();
        rates.iter_mut().for_each(|(_, rates)| rates.settle());
        StoredFollowed { resources: resources.collect(), rates }
    }

    /// In the canonical order: by resource, then by workload, cell and group.
    pub(crate) fn finish(self, into: &Finishing<'_>) -> Vec<FollowedRates> {
        let resources = self.resources;
        let text = |number: &u32| resources.text(*number).unwrap_or_default().to_owned();
        let mut found: Vec<FollowedRates> = self
            .rates
            .into_iter()
            .map(|(key, mut rates)| {
                rates.settle();
                (key, rates)
            })
            .filter(|(_, rates)| !rates.changes.is_empty())
            .map(|(key, rates)| into.finish(key.first().map(text).unwrap_or_default(), &key, rates))
            .collect();
        found.sort_by(|one, two| one.order().cmp(&two.order()));
        found
    }
}

/// The rates of a resource in one cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FollowedRates {
    /// Its id as the bill writes it.
    pub(crate) resource: String,
    /// The workload, or the pool that several share.
    pub(crate) workload: String,
    /// A group of its rows.
    pub(crate) group: Option<u32>,
    pub(crate) bin: u32,
    /// The cell of what has no load.
    pub(crate) unknown: Option<u32>,
    /// The cells of loads, as far as some row has them.
    pub(crate) knots: [Option<u32>; KNOTS as usize],
    pub(crate) rates: Rates,
}

impl FollowedRates {
    /// One of its cells: they differ in the load alone.
    pub(crate) fn any_cell(&self) -> Option<u32> {
        self.unknown.or_else(|| self.knots.iter().flatten().next().copied())
    }

    fn order(&self) -> impl Ord {
        (&self.resource, &self.workload, self.unknown, &self.knots, self.group, self.bin)
    }
}

/// What turns numbers of lanes into groups and cells.
pub(crate) struct Finishing<'a> {
    plan: &'a Plan,
    assigner: &'a Assigner,
    renumbered: &'a [Vec<u32>],
    groups: &'a Keys,
    cells: &'a Keys,
    /// The lane of loads, and the numbers of the knots in it.
    load: Option<(usize, [Option<u32>; KNOTS as usize])>,
}

impl<'a> Finishing<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        assigner: &'a Assigner,
        renumbered: &'a [Vec<u32>],
        dictionaries: &[Dictionary],
        groups: &'a Keys,
        cells: &'a Keys,
    ) -> Self {
        let load = plan.loads_lane().map(|lane| {
            let number = |knot: u8| dictionaries.get(lane)?.find_exact(bits(Knot(knot).load()));
            (lane + FIXED, std::array::from_fn(|knot| u8::try_from(knot).ok().and_then(number)))
        });
        Self { plan, assigner, renumbered, groups, cells, load }
    }

    fn finish(&self, resource: String, old: &[u32], rates: Rates) -> FollowedRates {
        let fixed = old.iter().skip(1).take(FIXED).copied();
        let lanes = old.iter().skip(1 + FIXED).zip(self.renumbered);
        let mut key: Vec<u32> = fixed.chain(lanes.map(|(number, new)| renumber(*number, new))).collect();
        let slot = key.get(WORKLOAD).copied().unwrap_or_default();
        // What is shared stands in the groups of those that share it.
        let first = self.assigner.pool(slot).and_then(|(slots, _)| slots.first()).copied();
        for (place, number) in [(PERIOD, rates.period), (WORKLOAD, first.unwrap_or(slot))] {
            if let Some(lane) = key.get_mut(place) {
                *lane = number;
            }
        }
        let (group_lanes, cell_lanes) = (group_lanes(self.plan), cell_lanes(self.plan));
        let mut cell = |load: u32| {
            if let Some(lane) = self.load.and_then(|(lane, _)| key.get_mut(lane)) {
                *lane = load;
            }
            self.cells.find(&project(&key, &cell_lanes))
        };
        let unknown = cell(NONE);
        let numbers = self.load.map_or([None; KNOTS as usize], |(_, numbers)| numbers);
        let knots = numbers.map(|number| number.and_then(&mut cell));
        FollowedRates {
            resource,
            workload: self.assigner.name(slot).unwrap_or_default(),
            group: self.groups.find(&project(&key, &group_lanes)),
            bin: key.get(BIN).copied().unwrap_or_default(),
            unknown,
            knots,
            rates,
        }
    }
}

fn project(key: &[u32], lanes: &[usize]) -> Vec<u32> {
    lanes.iter().filter_map(|lane| key.get(*lane)).copied().collect()
}

/// The form in which rates are remembered from run to run.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct StoredFollowed {
    resources: Vec<String>,
    rates: Vec<(Box<[u32]>, Rates)>,
}

impl StoredFollowed {
    pub(crate) fn restore(self) -> Result<Followed, Full> {
        let mut followed = Followed::new();
        for resource in &self.resources {
            followed.resources.intern_text(resource)?;
        }
        for (key, rates) in self.rates {
            followed.places.insert(key.clone(), followed.rates.len());
            followed.rates.push((key, rates));
        }
        Ok(followed)
    }
}
