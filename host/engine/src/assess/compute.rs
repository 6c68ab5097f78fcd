//! The roll-up itself: sums of entries, in their canonical order.

use std::collections::BTreeMap;

use joulework_runtime::Kind;
use joulework_units::draws;
use joulework_units::{Amount, Currency, FixedSum, Money, Spread};

use super::change::one_class;
use super::figure::{Coverage, Drawn, Figure, MoneyLine, NotModelled, SourceId, Tally};
use super::rollup::{Dimension, Filter, RollUp, Rollup, RollupRow};
use super::Estimates;
use crate::activity::{Entry, LaneSource, Sums, lane_of};
use crate::calendar::Period;
use crate::error::EngineError;
use crate::estimate::UnitEstimates;
use crate::workload::Globs;

/// Above this many rows each interval gets fewer draws.
const MANY_ROWS: usize = 200;
/// Draws of a row of a long roll-up: the ends move by about 3 % of the spread.
const FEW_DRAWS: usize = 1_000;
/// Terms drawn for one interval, at most.
const MOST_TERMS: usize = 20_000_000;

pub(super) fn roll_up(estimates: &Estimates, question: &RollUp) -> Result<Rollup, EngineError> {
    let place = Places::of(estimates, question)?;
    let mut keys: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    let mut kept: Vec<usize> = Vec::new();
    for (index, entry) in estimates.activity.entries.iter().enumerate() {
        if let Some(key) = place.key(entry) {
            kept.push(index);
            keys.entry(key).or_default().push(index);
        }
    }
    let many = keys.len() > MANY_ROWS;
    let mut adder = Adder::new(estimates);
    let mut rows = Vec::with_capacity(keys.len());
    for (key, members) in keys {
        let period = key.period.map(|index| Period::from_index(index, question.step));
        rows.push(RollupRow {
            partial: period.is_some_and(|period| estimates.activity.is_partial(period)),
            period,
            tally: adder.tally(&members, if many { FEW_DRAWS } else { draws::DRAWS })?,
            keys: place.words(&key),
        });
    }
    let total = adder.tally(&kept, draws::DRAWS)?;
    Ok(Rollup { question: question.clone(), rows, total })
}

/// The key of a roll-up's row: numbers that sort like the values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    period: Option<i64>,
    values: Vec<u32>,
    kind: Option<String>,
}

/// Where the dimensions of a question are found.
struct Places<'a> {
    estimates: &'a Estimates,
    question: &'a RollUp,
    /// Per group: whether it counts, its period, and the numbers of its values.
    groups: Vec<Option<(Option<i64>, Vec<u32>)>>,
    /// Per cell whether it counts.
    cells: Vec<bool>,
    by_kind: bool,
}

/// Where a value is found in a group's key.
#[derive(Clone, Copy)]
enum Place {
    Workload,
    Lane(usize),
}

impl<'a> Places<'a> {
    fn of(estimates: &'a Estimates, question: &'a RollUp) -> Result<Self, EngineError> {
        let activity = &estimates.activity;
        let made = activity.plan.step();
        if question.step < made {
            return Err(EngineError::StepTooFine { made: made.word(), wanted: question.step.word() });
        }
        let by: Vec<Place> = question
            .by
            .iter()
            .filter(|dimension| !matches!(dimension, Dimension::Period | Dimension::UsageKind))
            .map(|dimension| place_of(estimates, dimension))
            .collect::<Result<_, _>>()?;
        let by_period = question.by.contains(&Dimension::Period);
        let filters = compile(estimates, &question.filter)?;
        let mut groups = Vec::with_capacity(activity.groups.len());
        for group in 0..u32::try_from(activity.groups.len()).map_err(|_| EngineError::TooManyValues)? {
            let period = activity.period(group);
            let inside = question.filter.from_ms.is_none_or(|from| from <= period.start_ms())
                && question.filter.to_ms.is_none_or(|to| period.start_ms() < to);
            let kept = inside && filters.groups.iter().all(|(place, globs)| globs.take(word(estimates, group, *place)));
            groups.push(kept.then(|| {
                let numbers = by.iter().map(|place| number(estimates, group, *place)).collect();
                (by_period.then(|| period.coarser(question.step).index()), numbers)
            }));
        }
        let cells = (0..activity.cells.len())
            .map(|cell| filters.kind.as_ref().is_none_or(|globs| {
                globs.take(u32::try_from(cell).ok().map(|cell| estimates.units.kind(cell)))
            }))
            .collect();
        Ok(Self { estimates, question, groups, cells, by_kind: question.by.contains(&Dimension::UsageKind) })
    }

    fn key(&self, entry: &Entry) -> Option<Key> {
        let cell = usize::try_from(entry.cell).ok()?;
        if self.cells.get(cell) != Some(&true) {
            return None;
        }
        let (period, values) = self.groups.get(usize::try_from(entry.group).ok()?)?.as_ref()?;
        let kind = self.by_kind.then(|| self.estimates.units.kind(entry.cell).to_owned());
        Some(Key { period: *period, values: values.clone(), kind })
    }

    /// The values of a key, in the order of the question's dimensions.
    fn words(&self, key: &Key) -> Vec<String> {
        let mut values = key.values.iter();
        let activity = &self.estimates.activity;
        self.question
            .by
            .iter()
            .map(|dimension| match dimension {
                Dimension::Period => {
                    key.period.map(|index| Period::from_index(index, self.question.step).to_string()).unwrap_or_default()
                }
                Dimension::UsageKind => key.kind.clone().unwrap_or_default(),
                other => {
                    let number = values.next().copied().unwrap_or(u32::MAX);
                    let text = match place_of(self.estimates, other) {
                        Ok(Place::Workload) => usize::try_from(number)
                            .ok()
                            .and_then(|slot| activity.workloads().get(slot))
                            .map(String::as_str),
                        Ok(Place::Lane(lane)) => activity.dictionaries.get(lane).and_then(|texts| texts.text(number)),
                        Err(_) => None,
                    };
                    text.unwrap_or_default().to_owned()
                }
            })
            .collect()
    }
}

fn place_of(estimates: &Estimates, dimension: &Dimension) -> Result<Place, EngineError> {
    if *dimension == Dimension::Workload {
        return Ok(Place::Workload);
    }
    let plan = &estimates.activity.plan;
    lane_of(dimension)
        .and_then(|source| plan.lane(&source))
        .filter(|lane| plan.lanes.get(*lane).is_some_and(|lane| lane.in_group))
        .map(Place::Lane)
        .ok_or_else(|| EngineError::DimensionNotKept { dimension: dimension.to_string() })
}

fn number(estimates: &Estimates, group: u32, place: Place) -> u32 {
    let lane = match place {
        Place::Workload => crate::activity::WORKLOAD,
        Place::Lane(lane) => lane + crate::activity::FIXED,
    };
    estimates.activity.groups.lane(group, lane).unwrap_or(u32::MAX)
}

fn word(estimates: &Estimates, group: u32, place: Place) -> Option<&str> {
    let activity = &estimates.activity;
    let number = number(estimates, group, place);
    match place {
        Place::Workload => activity.workloads().get(usize::try_from(number).ok()?).map(String::as_str),
        Place::Lane(lane) => activity.dictionaries.get(lane)?.text(number),
    }
}

struct Filters {
    groups: Vec<(Place, Globs)>,
    kind: Option<Globs>,
}

fn compile(estimates: &Estimates, filter: &Filter) -> Result<Filters, EngineError> {
    let mut filters = Filters { groups: Vec::new(), kind: None };
    for (dimension, globs) in &filter.keep {
        let globs = Globs::compile(globs)?;
        match dimension {
            Dimension::Period => {}
            Dimension::UsageKind => filters.kind = Some(globs),
            other => filters.groups.push((place_of(estimates, other)?, globs)),
        }
    }
    Ok(filters)
}

/// Adds the entries of a row; its scratch is kept from row to row.
pub(crate) struct Adder<'a> {
    estimates: &'a Estimates,
    currency: Option<usize>,
    category: Option<usize>,
    /// Per quantity.
    sums: Vec<QuantitySum>,
}

/// The running sums of a quantity.
struct QuantitySum {
    amount: f64,
    widest: f64,
    errors: Scratch,
    not_modelled: u64,
    known_parts: BTreeMap<usize, f64>,
    /// What rows without a wide error add up to.
    narrow: f64,
    narrow_errors: Scratch,
    /// By errors and bin, what rows with a wide error add up to.
    classes: BTreeMap<(u32, u32), f64>,
}

/// Sums per source: dense, with a list of what was touched.
struct Scratch {
    sums: Vec<f64>,
    touched: Vec<u32>,
}

impl Scratch {
    fn new(length: usize) -> Self {
        Self { sums: vec![0.0; length], touched: Vec::new() }
    }

    fn add(&mut self, id: u32, value: f64) {
        if value == 0.0 {
            return;
        }
        if let Some(sum) = usize::try_from(id).ok().and_then(|id| self.sums.get_mut(id)) {
            if *sum == 0.0 {
                self.touched.push(id);
            }
            *sum += value;
        }
    }

    /// The sums by source, in order; leaves nothing behind.
    fn drain(&mut self) -> Vec<(SourceId, f64)> {
        self.touched.sort_unstable();
        self.touched.dedup();
        let mut drained = Vec::with_capacity(self.touched.len());
        for id in self.touched.drain(..) {
            if let Some(sum) = usize::try_from(id).ok().and_then(|id| self.sums.get_mut(id)) {
                drained.push((SourceId(id), std::mem::take(sum)));
            }
        }
        drained
    }
}

impl<'a> Adder<'a> {
    pub(crate) fn new(estimates: &'a Estimates) -> Self {
        let sources = estimates.sources.0.len();
        let lane = |name: &str| {
            estimates.activity.plan.lane(&LaneSource::Column { name: name.to_owned(), kind: Kind::Category })
        };
        let sum = |wide: bool| QuantitySum {
            amount: 0.0,
            widest: 0.0,
            errors: Scratch::new(sources),
            not_modelled: 0,
            known_parts: BTreeMap::new(),
            narrow: 0.0,
            narrow_errors: Scratch::new(if wide { sources } else { 0 }),
            classes: BTreeMap::new(),
        };
        Self {
            estimates,
            currency: lane("billing-currency"),
            category: lane("charge-category"),
            sums: estimates.units.quantities.iter().map(|quantity| sum(quantity.wide)).collect(),
        }
    }

    /// The tally of entries, given by their places in rising order.
    pub(crate) fn tally(&mut self, members: &[usize], draws: usize) -> Result<Tally, EngineError> {
        let estimates = self.estimates;
        let entries = || members.iter().filter_map(|index| estimates.activity.entries.get(*index));
        let mut tally = Tally {
            rows: 0,
            billed: BTreeMap::new(),
            effective: BTreeMap::new(),
            figures: BTreeMap::new(),
            coverage: Coverage::default(),
        };
        for entry in entries() {
            self.add_money(entry, &mut tally)?;
        }
        // By cell and bin, so that equal cells of many groups are multiplied once.
        let mut by_cell: Vec<(u32, u32, FixedSum, u64)> =
            entries().map(|entry| (entry.cell, entry.bin, entry.sums.quantity, entry.sums.rows)).collect();
        by_cell.sort_by_key(|(cell, bin, ..)| (*cell, *bin));
        for same_cell in by_cell.chunk_by(|left, right| left.0 == right.0) {
            let mut bins: Vec<(u32, f64)> = Vec::new();
            let (mut whole, mut rows) = (FixedSum::ZERO, 0_u64);
            for same_bin in same_cell.chunk_by(|left, right| left.1 == right.1) {
                let mut sum = FixedSum::ZERO;
                for (_, _, quantity, count) in same_bin {
                    sum = sum.checked_add(*quantity)?;
                    rows += count;
                }
                whole = whole.checked_add(sum)?;
                if let Some((_, bin, ..)) = same_bin.first() {
                    bins.push((*bin, sum.to_f64()));
                }
            }
            if let Some((cell, ..)) = same_cell.first() {
                self.add_cell(*cell, whole.to_f64(), &bins, rows);
            }
        }
        let units = &estimates.units;
        for (sum, quantity) in self.sums.iter_mut().zip(&units.quantities) {
            tally.figures.insert(quantity.name.clone(), sum.take(estimates, quantity, draws));
        }
        Ok(tally)
    }

    fn add_money(&self, entry: &Entry, tally: &mut Tally) -> Result<(), EngineError> {
        let activity = &self.estimates.activity;
        let text = |lane: Option<usize>| lane.and_then(|lane| activity.text(&activity.groups, entry.group, lane));
        let category = text(self.category).unwrap_or_default();
        let line = if category == "Usage" {
            tally.coverage.usage.entry(self.estimates.units.grade(entry.cell)).or_default()
        } else {
            tally.coverage.apart.entry(category.to_owned()).or_default()
        };
        line.rows += entry.sums.rows;
        tally.rows += entry.sums.rows;
        let Some(currency) = text(self.currency).map(Currency::parse).transpose()? else {
            return Err(EngineError::MissingColumn { column: "billing-currency" });
        };
        add_money(line, currency, &entry.sums)?;
        add(&mut tally.billed, currency, entry.sums.billed)?;
        add(&mut tally.effective, currency, entry.sums.effective)
    }

    /// Adds `whole` units of a cell, of which each bin has a part.
    fn add_cell(&mut self, cell: u32, whole: f64, bins: &[(u32, f64)], rows: u64) {
        let Self { estimates, sums, .. } = self;
        let units = &estimates.units;
        for (number, sum) in sums.iter_mut().enumerate() {
            let value = units.value(number, cell);
            if value == 0.0 {
                continue;
            }
            let Some(quantity) = units.quantities.get(number) else { continue };
            if value.is_nan() {
                sum.not_modelled += rows;
                for part in &quantity.parts {
                    let known = units.value(*part, cell);
                    if !known.is_nan() {
                        *sum.known_parts.entry(*part).or_default() += known * whole;
                    }
                }
                continue;
            }
            sum.amount += value * whole;
            let (_, errors) = units.errors(number, cell);
            for (template, s) in errors {
                sum.widest = sum.widest.max(s.abs());
                estimates.spread_out(*template, value * s, whole, bins, &mut sum.errors);
            }
            if quantity.wide {
                add_drawn(estimates, sum, number, cell, whole, bins);
            }
        }
    }
}

/// Adds a cell to what a wide quantity is drawn from: parts without a wide error to the one narrow class.
fn add_drawn(estimates: &Estimates, sum: &mut QuantitySum, number: usize, cell: u32, whole: f64, bins: &[(u32, f64)]) {
    let units = &estimates.units;
    let Some(quantity) = units.quantities.get(number) else { return };
    let is_wide = |part: &usize| units.quantities.get(*part).is_some_and(|part| part.wide);
    if quantity.parts.iter().any(is_wide) {
        for part in &quantity.parts {
            add_drawn(estimates, sum, *part, cell, whole, bins);
        }
        return;
    }
    let value = units.value(number, cell);
    let (vector, errors) = units.errors(number, cell);
    if !crate::estimate::is_wide(errors) {
        sum.narrow += value * whole;
        for (template, s) in errors {
            estimates.spread_out(*template, value * s, whole, bins, &mut sum.narrow_errors);
        }
        return;
    }
    sum.widest = errors.iter().fold(sum.widest, |widest, (_, s)| widest.max(s.abs()));
    if errors.iter().any(|(template, _)| units.is_binned(*template)) {
        for (bin, part) in bins {
            *sum.classes.entry((vector, *bin)).or_default() += value * part;
        }
    } else {
        *sum.classes.entry((vector, 0)).or_default() += value * whole;
    }
}

impl Estimates {
    /// Adds `unit · quantity` to the source of a template, or to the source of each bin.
    fn spread_out(&self, template: u32, unit: f64, whole: f64, bins: &[(u32, f64)], into: &mut Scratch) {
        let Some(first) = self.first_source(template) else { return };
        if self.units.is_binned(template) {
            for (bin, part) in bins {
                into.add(first + bin, unit * part);
            }
        } else {
            into.add(first, unit * whole);
        }
    }

    fn first_source(&self, template: u32) -> Option<u32> {
        usize::try_from(template).ok().and_then(|template| self.first.get(template)).map(|id| id.0)
    }
}

impl QuantitySum {
    /// The figure of what was added; leaves nothing behind.
    fn take(&mut self, estimates: &Estimates, quantity: &crate::estimate::Quantity, draws: usize) -> Figure {
        let mut spread = Spread::new();
        spread.add_sums(std::mem::take(&mut self.amount), self.errors.drain(), std::mem::take(&mut self.widest));
        let narrow = {
            let mut narrow = Spread::new();
            narrow.add_sums(std::mem::take(&mut self.narrow), self.narrow_errors.drain(), 0.0);
            narrow
        };
        let classes = std::mem::take(&mut self.classes);
        let drawn = (!classes.is_empty()).then(|| drawn(estimates, &narrow, &classes, draws));
        let known_parts = std::mem::take(&mut self.known_parts)
            .into_iter()
            .filter_map(|(part, value)| {
                let part = estimates.units.quantities.get(part)?;
                Some((part.name.clone(), Amount::new(value, part.unit.clone())))
            })
            .collect();
        Figure {
            amount: Amount::new(spread.total(), quantity.unit.clone()),
            spread,
            not_modelled: NotModelled { rows: std::mem::take(&mut self.not_modelled), known_parts },
            drawn,
        }
    }
}

fn drawn(
    estimates: &Estimates,
    narrow: &Spread<SourceId>,
    classes: &BTreeMap<(u32, u32), f64>,
    draws: usize,
) -> Drawn {
    let units: &UnitEstimates = &estimates.units;
    let mut all = Vec::with_capacity(classes.len() + 1);
    if narrow.total() != 0.0 {
        all.push(one_class(narrow));
    }
    for ((vector, bin), value) in classes {
        let source = |(template, s): &(u32, f64)| {
            let first = estimates.first_source(*template)?;
            Some((SourceId(if units.is_binned(*template) { first + bin } else { first }), *s))
        };
        all.push((*value, units.vector(*vector).iter().filter_map(source).collect()));
    }
    let terms: usize = all.iter().map(|(_, errors)| errors.len() + 1).sum();
    Drawn { classes: all, draws: draws.min(MOST_TERMS / terms.max(1)) }
}

fn add(sums: &mut BTreeMap<Currency, Money>, currency: Currency, money: Money) -> Result<(), EngineError> {
    let sum = sums.entry(currency).or_default();
    *sum = sum.checked_add(money)?;
    Ok(())
}

fn add_money(line: &mut MoneyLine, currency: Currency, sums: &Sums) -> Result<(), EngineError> {
    add(&mut line.billed, currency, sums.billed)?;
    add(&mut line.effective, currency, sums.effective)?;
    add(&mut line.positive, currency, sums.positive)
}
