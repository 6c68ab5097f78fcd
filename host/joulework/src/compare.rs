//! Two runs side by side, with change intervals: errors that both share cancel.

use std::collections::{BTreeMap, BTreeSet};

use joulework_engine::EngineError;
use joulework_engine::assess::{CommonSources, Dimension, Figure, FigureChange, RollUp, Tally};
use joulework_engine::calendar::Step;
use joulework_engine::pipeline::Assessment;
use joulework_engine::work::{PerUnit, WorkReport};
use joulework_units::{Currency, Interval, Money, NoInterval};

/// The quantities of a comparison, where the plugins give them.
pub const COMPARED: [&str; 6] =
    ["it-energy", "facility-energy", "operational-carbon", "embodied-carbon", "carbon", "water"];

/// A later run against an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// All rows of the bills.
    pub total: Compared,
    /// By the dimensions that were asked for, in the order of their keys.
    pub rows: Vec<(Vec<String>, Compared)>,
    /// Units of work that both runs have.
    pub units: Vec<ComparedUnit>,
}

/// Figures and money before and after.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compared {
    /// By quantity; see [`COMPARED`].
    pub figures: BTreeMap<String, ComparedFigure>,
    /// Amortised cost by currency; exact. Zero where a run has none.
    pub cost: BTreeMap<Currency, [Money; 2]>,
}

/// A figure before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedFigure {
    /// Symbol of the unit of values and intervals.
    pub unit: String,
    /// Mean and 90 % interval before; the mean is 0 where the run has no such rows.
    pub before: Level,
    /// Mean and 90 % interval after.
    pub after: Level,
    /// The ratio of the two with its 90 % interval; or why there is none.
    pub change: Result<FigureChange, NoInterval>,
}

/// A mean and its 90 % interval, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The mean.
    pub mean: f64,
    /// Its 90 % interval.
    pub interval: Result<Interval, NoInterval>,
}

/// A unit of work before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedUnit {
    /// Its name.
    pub unit: String,
    /// The workload that does the work.
    pub workload: String,
    /// How many were done before and after.
    pub work: [f64; 2],
    /// The figures per unit, by quantity; empty where one of the runs has no work.
    pub figures: BTreeMap<String, ComparedFigure>,
}

/// Compares a later run with an earlier one, in total, by `dimensions`, and per unit of work.
///
/// # Errors
/// When a run did not keep a dimension apart, or a series of work cannot be read.
pub fn compare(
    before: &Assessment,
    after: &Assessment,
    dimensions: &[Dimension],
) -> Result<Comparison, EngineError> {
    let common = CommonSources::of(&before.estimates, &after.estimates);
    let question = RollUp::by(dimensions.iter().cloned());
    let (earlier, later) = (before.estimates.roll_up(&question)?, after.estimates.roll_up(&question)?);
    let of = |rows: &[joulework_engine::assess::RollupRow]| -> BTreeMap<Vec<String>, Tally> {
        rows.iter().map(|row| (row.keys.clone(), row.tally.clone())).collect()
    };
    let mut rows = Vec::new();
    if !dimensions.is_empty() {
        let (one, two) = (of(&earlier.rows), of(&later.rows));
        let keys: BTreeSet<&Vec<String>> = one.keys().chain(two.keys()).collect();
        for key in keys {
            rows.push((key.clone(), compared(&common, one.get(key), two.get(key))));
        }
    }
    let (was, is) = (before.work(Step::Month)?, after.work(Step::Month)?);
    let same = |one: &WorkReport| {
        let other = is
            .iter()
            .find(|other| other.unit.name == one.unit.name && other.unit.workload == one.unit.workload);
        other.map(|other| unit(&common, one, other))
    };
    Ok(Comparison {
        total: compared(&common, Some(&earlier.total), Some(&later.total)),
        rows,
        units: was.iter().filter_map(same).collect(),
    })
}

pub(crate) fn compared(common: &CommonSources, before: Option<&Tally>, after: Option<&Tally>) -> Compared {
    let mut compared = Compared::default();
    for quantity in COMPARED {
        let figure = |tally: Option<&Tally>| tally.and_then(|tally| tally.figure(quantity).cloned());
        if let Some(figure) = one_figure(common, figure(before).as_ref(), figure(after).as_ref()) {
            compared.figures.insert(quantity.to_owned(), figure);
        }
    }
    for (place, tally) in [before, after].into_iter().enumerate() {
        for (currency, money) in tally.iter().flat_map(|tally| &tally.effective) {
            if let Some(cost) = compared.cost.entry(*currency).or_default().get_mut(place) {
                *cost = *money;
            }
        }
    }
    compared
}

fn one_figure(
    common: &CommonSources,
    before: Option<&Figure>,
    after: Option<&Figure>,
) -> Option<ComparedFigure> {
    let unit = before.or(after)?.amount.unit().symbol().to_owned();
    let change = match (before, after) {
        (Some(before), Some(after)) => common.change(before, after),
        _ => Err(NoInterval::Zero),
    };
    Some(ComparedFigure { unit, before: level(before, 1.0), after: level(after, 1.0), change })
}

/// A figure divided by `work`.
fn level(figure: Option<&Figure>, work: f64) -> Level {
    let Some(figure) = figure else { return Level { mean: 0.0, interval: Err(NoInterval::Zero) } };
    let scaled = |interval: Interval| Interval { low: interval.low / work, high: interval.high / work };
    Level {
        mean: figure.amount.value_in(figure.amount.unit()).unwrap_or(f64::NAN) / work,
        interval: figure.interval().map(scaled),
    }
}

fn unit(common: &CommonSources, before: &WorkReport, after: &WorkReport) -> ComparedUnit {
    let (was, is) = (&before.whole, &after.whole);
    let work = [was.work.units(), is.work.units()];
    let mut figures = BTreeMap::new();
    if work.iter().all(|work| *work > 0.0) {
        for quantity in COMPARED {
            if let Some(figure) = per_unit(common, was, is, quantity) {
                figures.insert(quantity.to_owned(), figure);
            }
        }
    }
    ComparedUnit { unit: before.unit.name.clone(), workload: before.unit.workload.clone(), work, figures }
}

fn per_unit(
    common: &CommonSources,
    before: &PerUnit,
    after: &PerUnit,
    quantity: &str,
) -> Option<ComparedFigure> {
    let (was, is) = (before.tally.figure(quantity)?, after.tally.figure(quantity)?);
    let (work_before, work_after) = (before.work.units(), after.work.units());
    let change = common.change_per_unit((was, work_before), (is, work_after));
    Some(ComparedFigure {
        unit: was.amount.unit().symbol().to_owned(),
        before: level(Some(was), work_before),
        after: level(Some(is), work_after),
        change,
    })
}
