//! What resources of which something is measured had and used, hour by hour.

use std::collections::{BTreeMap, BTreeSet};

use joulework_units::{Currency, FixedSum, draws};

use super::add::Adder;
use super::compute;
use super::rollup::Dimension;
use super::{Estimates, Tally};
use crate::activity::{Entry, FollowedRates, LaneSource, Span, Sums};
use crate::calendar::HOUR_MS;
use crate::error::EngineError;
use crate::loads::{HourlyLoads, KNOTS};

/// Draws of an interval of one of many resources.
const FEW_DRAWS: usize = 1_000;
/// Amounts that one resource may have in a few years.
const FEW_AMOUNTS: usize = 1_000;

/// Quantities of cells, with the groups and bins that they stand in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UseAmounts(BTreeMap<(u32, u32, u32), f64>);

impl UseAmounts {
    /// Adds the amounts of others.
    pub fn add(&mut self, other: &Self) {
        for (key, quantity) in &other.0 {
            *self.0.entry(*key).or_default() += quantity;
        }
    }

    /// A share of them, or a multiple.
    #[must_use]
    pub fn scaled(&self, by: f64) -> Self {
        Self(self.0.iter().map(|(key, quantity)| (*key, quantity * by)).collect())
    }

    /// Whether nothing is in them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A resource of a bill of which something is measured.
#[derive(Debug, Clone, Copy)]
pub struct MeasuredResource<'a> {
    estimates: &'a Estimates,
    rates: &'a [FollowedRates],
}

/// A number for each hour of a span.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HourlyNumbers {
    /// The hour of the first number, in hours since 1970-01-01T00Z.
    pub first_hour: i64,
    /// A number per hour.
    pub values: Vec<f64>,
}

impl HourlyNumbers {
    /// The number of an hour; 0 outside the span.
    #[must_use]
    pub fn at(&self, hour: i64) -> f64 {
        let place = hour.checked_sub(self.first_hour).and_then(|place| usize::try_from(place).ok());
        place.and_then(|place| self.values.get(place)).copied().unwrap_or(0.0)
    }
}

/// Which part of a resource's rows is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsePart {
    /// All of it.
    Whole,
    /// What its idle energy is of its energy: of rows whose load is known.
    Idle,
    /// What has no known load.
    Unknown,
    /// What has one.
    Known,
}

impl Estimates {
    /// The resources of which something is measured, by id.
    pub fn measured_resources(&self) -> impl Iterator<Item = MeasuredResource<'_>> {
        let same = |one: &FollowedRates, two: &FollowedRates| one.resource == two.resource;
        self.activity.followed.chunk_by(same).map(|rates| MeasuredResource { estimates: self, rates })
    }

    /// What amounts of resources add up to.
    ///
    /// # Errors
    /// When a sum leaves its range.
    pub fn tally_of(&self, amounts: &UseAmounts) -> Result<Tally, EngineError> {
        let entry = |((group, cell, bin), quantity): (&(u32, u32, u32), &f64)| {
            let sums = Sums { quantity: FixedSum::from_f64(*quantity)?, ..Sums::default() };
            Ok(Entry { group: *group, cell: *cell, bin: *bin, sums })
        };
        let entries = amounts.0.iter().map(entry).collect::<Result<Vec<_>, EngineError>>()?;
        let draws = if amounts.0.len() > FEW_AMOUNTS { draws::DRAWS } else { FEW_DRAWS };
        Adder::new(self).tally_of(&entries.iter().collect::<Vec<_>>(), draws)
    }

    fn place(&self, quantity: &str) -> Option<usize> {
        self.units.quantities.iter().position(|own| own.name == quantity)
    }
}

impl<'a> MeasuredResource<'a> {
    /// Its id, as the bill writes it.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.rates.first().map_or("", |rates| &rates.resource)
    }

    /// The workloads that it belongs to.
    #[must_use]
    pub fn workloads(&self) -> BTreeSet<&'a str> {
        self.rates.iter().map(|rates| rates.workload.as_str()).collect()
    }

    /// What the bill says of it in a dimension that is kept apart; the first of its values.
    #[must_use]
    pub fn word(&self, dimension: &Dimension) -> Option<&'a str> {
        self.rates.iter().find_map(|rates| compute::word_of(self.estimates, rates.group?, dimension))
    }

    /// Its loads.
    #[must_use]
    pub fn loads(&self) -> Option<&'a HourlyLoads> {
        let loads = &self.estimates.activity.plan.loads;
        loads.of(self.id()).filter(|hourly| !hourly.loads.is_empty())
    }

    /// A quantity that does not depend on the load, such as `vcpu-hours`, by hour.
    #[must_use]
    pub fn hourly(&self, quantity: &str) -> HourlyNumbers {
        self.hourly_of(quantity, |_| true)
    }

    /// The same of rows alone whose meter or description has one of some words.
    #[must_use]
    pub fn hourly_saying(&self, quantity: &str, words: &[&str]) -> HourlyNumbers {
        let says = self.estimates.sayings();
        self.hourly_of(quantity, |cell| words.iter().any(|word| says(cell, word)))
    }

    fn hourly_of(&self, quantity: &str, counts: impl Fn(u32) -> bool) -> HourlyNumbers {
        let Some(place) = self.estimates.place(quantity) else { return HourlyNumbers::default() };
        self.spread(|rates| {
            let cell = rates.any_cell();
            let cell = cell.filter(|cell| counts(*cell));
            cell.map_or(0.0, |cell| self.estimates.units.value(place, cell))
        })
    }

    /// The effective cost of its rows that have a quantity, by hour and currency.
    #[must_use]
    pub fn hourly_cost(&self, quantity: &str) -> Option<(Currency, HourlyNumbers)> {
        let place = self.estimates.place(quantity)?;
        let has = |rates: &FollowedRates| {
            let cell = rates.any_cell();
            cell.is_some_and(|cell| self.estimates.units.value(place, cell) > 0.0)
        };
        let currency = self.rates.iter().find_map(|rates| self.currency(rates))?;
        let mut hours = self.empty()?;
        for rates in self.rates.iter().filter(|rates| has(rates) && self.currency(rates) == Some(currency)) {
            rates.rates.spans().for_each(|span| hours.add(span, span.money));
        }
        Some((currency, hours))
    }

    /// The effective cost of all its usage; nothing where it has several currencies, or none.
    #[must_use]
    pub fn whole_cost(&self) -> Option<(Currency, f64)> {
        self.cost_of(|_| true)
    }

    /// The same without rows whose meter or description has one of some words.
    #[must_use]
    pub fn cost_not_saying(&self, words: &[&str]) -> Option<(Currency, f64)> {
        let says = self.estimates.sayings();
        self.cost_of(|rates| {
            let cell = rates.any_cell();
            cell.is_none_or(|cell| !words.iter().any(|word| says(cell, word)))
        })
    }

    fn cost_of(&self, counts: impl Fn(&FollowedRates) -> bool) -> Option<(Currency, f64)> {
        let currency = self.rates.iter().find_map(|rates| self.currency(rates))?;
        let is_one = self.rates.iter().all(|rates| self.currency(rates).is_none_or(|own| own == currency));
        let spans = self.rates.iter().filter(|rates| counts(rates)).flat_map(|rates| rates.rates.spans());
        let cost = spans.map(|span| span.money * length(span.from_ms, span.to_ms)).sum();
        is_one.then_some((currency, cost))
    }

    fn currency(&self, rates: &FollowedRates) -> Option<Currency> {
        let activity = &self.estimates.activity;
        let name = "billing-currency".to_owned();
        let lane =
            activity.plan.lane(&LaneSource::Column { name, kind: joulework_runtime::Kind::Category })?;
        Currency::parse(activity.text(&activity.groups, rates.group?, lane)?).ok()
    }

    /// From the first hour to the last.
    fn empty(&self) -> Option<HourlyNumbers> {
        let ends = || self.rates.iter().flat_map(|rates| rates.rates.ends());
        let first = ends().min()?.div_euclid(HOUR_MS);
        let last = (ends().max()? - 1).div_euclid(HOUR_MS);
        let hours = usize::try_from(last - first + 1).ok()?;
        Some(HourlyNumbers { first_hour: first, values: vec![0.0; hours] })
    }

    fn spread(&self, unit: impl Fn(&FollowedRates) -> f64) -> HourlyNumbers {
        let Some(mut hours) = self.empty() else { return HourlyNumbers::default() };
        for rates in self.rates {
            let unit = unit(rates);
            if unit.is_finite() && unit != 0.0 {
                rates.rates.spans().for_each(|span| hours.add(span, span.quantity * unit));
            }
        }
        hours
    }

    /// What a part of it amounts to.
    #[must_use]
    pub fn amounts(&self, part: UsePart) -> UseAmounts {
        self.amounts_of(part, |_| true)
    }

    /// The same without rows whose meter or description has one of some words.
    #[must_use]
    pub fn amounts_not_saying(&self, part: UsePart, words: &[&str]) -> UseAmounts {
        let says = self.estimates.sayings();
        self.amounts_of(part, |cell| !words.iter().any(|word| says(cell, word)))
    }

    fn amounts_of(&self, part: UsePart, counts: impl Fn(u32) -> bool) -> UseAmounts {
        let units = &self.estimates.units;
        let idle = self.estimates.place("compute-idle-energy").zip(self.estimates.place("it-energy"));
        let mut amounts = UseAmounts::default();
        for rates in self.rates {
            let Some(group) = rates.group else { continue };
            for (cell, quantity) in self.by_cell(rates).into_iter().filter(|(cell, _)| counts(*cell)) {
                let is_unknown = Some(cell) == rates.unknown;
                let share = match part {
                    UsePart::Whole => 1.0,
                    UsePart::Unknown => f64::from(u8::from(is_unknown)),
                    UsePart::Known => f64::from(u8::from(!is_unknown)),
                    UsePart::Idle => idle.map_or(0.0, |(idle, whole)| {
                        let share = units.value(idle, cell) / units.value(whole, cell);
                        if share.is_finite() { share } else { 0.0 }
                    }),
                };
                if share > 0.0 && quantity != 0.0 {
                    *amounts.0.entry((group, cell, rates.bin)).or_default() += quantity * share;
                }
            }
        }
        amounts
    }

    /// The quantity of each cell.
    fn by_cell(&self, rates: &FollowedRates) -> Vec<(u32, f64)> {
        let loads = self.loads();
        let mut knots = [0.0; KNOTS as usize];
        let mut unknown = 0.0;
        for span in rates.rates.spans() {
            let hours = length(span.from_ms, span.to_ms);
            let Some(loads) = loads else {
                unknown += hours * span.quantity;
                continue;
            };
            for (knot, share) in loads.weights(span.from_ms, span.to_ms).shares() {
                let slot = match knot {
                    Some(knot) => knots.get_mut(usize::from(knot.0)),
                    None => Some(&mut unknown),
                };
                if let Some(slot) = slot {
                    *slot += hours * share * span.quantity;
                }
            }
        }
        let of_knots =
            rates.knots.iter().zip(knots).filter_map(|(cell, quantity)| Some(((*cell)?, quantity)));
        rates.unknown.map(|cell| (cell, unknown)).into_iter().chain(of_knots).collect()
    }
}

impl HourlyNumbers {
    /// Adds what a span has, at so much per hour.
    pub(crate) fn add(&mut self, span: Span, per_hour: f64) {
        let mut at = span.from_ms;
        while at < span.to_ms {
            let hour = at.div_euclid(HOUR_MS);
            let end = ((hour + 1) * HOUR_MS).min(span.to_ms);
            let place = usize::try_from(hour - self.first_hour).ok();
            if let Some(slot) = place.and_then(|place| self.values.get_mut(place)) {
                *slot += per_hour * length(at, end);
            }
            at = end;
        }
    }
}

/// Hours from one instant to another.
#[allow(clippy::cast_precision_loss, reason = "milliseconds of a few thousand years")]
pub(crate) fn length(from_ms: i64, to_ms: i64) -> f64 {
    (to_ms - from_ms) as f64 / HOUR_MS as f64
}
