//! Adds entries up into a tally: money, figures, error sources and coverage.

use std::collections::BTreeMap;

use joulework_runtime::Kind;
use joulework_units::{Amount, Currency, FixedSum, Money, Spread};

use super::Estimates;
use super::change::one_class;
use super::figure::{Coverage, Drawn, Figure, MoneyLine, NotModelled, SourceId, Tally};
use super::scratch::Scratch;
use crate::activity::{Entry, LaneSource, Sums};
use crate::error::EngineError;
use crate::estimate::UnitEstimates;
use crate::steps;

/// Terms drawn for one interval, at most.
const MOST_TERMS: usize = 20_000_000;

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
        let all = &self.estimates.activity.entries;
        let entries: Vec<&Entry> = members.iter().filter_map(|index| all.get(*index)).collect();
        self.tally_of(&entries, draws)
    }

    /// The tally of entries.
    pub(crate) fn tally_of(&mut self, entries: &[&Entry], draws: usize) -> Result<Tally, EngineError> {
        let estimates = self.estimates;
        let mut tally = Tally {
            rows: 0,
            billed: BTreeMap::new(),
            effective: BTreeMap::new(),
            figures: BTreeMap::new(),
            coverage: Coverage::default(),
        };
        for entry in entries {
            steps::add(1);
            self.add_money(entry, &mut tally)?;
        }
        // By cell and bin, so that equal cells of many groups are multiplied once.
        let mut by_cell: Vec<(u32, u32, FixedSum, u64)> = entries
            .iter()
            .map(|entry| (entry.cell, entry.bin, entry.sums.quantity, entry.sums.rows))
            .collect();
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
        let text =
            |lane: Option<usize>| lane.and_then(|lane| activity.text(&activity.groups, entry.group, lane));
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
fn add_drawn(
    estimates: &Estimates,
    sum: &mut QuantitySum,
    number: usize,
    cell: u32,
    whole: f64,
    bins: &[(u32, f64)],
) {
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
        spread.add_sums(
            std::mem::take(&mut self.amount),
            self.errors.drain(),
            std::mem::take(&mut self.widest),
        );
        let narrow = {
            let mut narrow = Spread::new();
            narrow.add_sums(std::mem::take(&mut self.narrow), self.narrow_errors.drain(), 0.0);
            narrow
        };
        let classes = std::mem::take(&mut self.classes);
        let to_draw = (!classes.is_empty()).then(|| drawn(estimates, &narrow, &classes, draws));
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
            drawn: to_draw,
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

pub(super) fn add_money(line: &mut MoneyLine, currency: Currency, sums: &Sums) -> Result<(), EngineError> {
    add(&mut line.billed, currency, sums.billed)?;
    add(&mut line.effective, currency, sums.effective)?;
    add(&mut line.positive, currency, sums.positive)
}
