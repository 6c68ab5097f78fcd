//! The roll-up: which entries make a row, in their canonical order.

use std::collections::BTreeMap;

use joulework_units::draws;

use super::Estimates;
use super::add::Adder;
use super::rollup::{Dimension, Filter, RollUp, Rollup, RollupRow};
use crate::activity::{Entry, lane_of};
use crate::calendar::Period;
use crate::error::EngineError;
use crate::steps;
use crate::workload::Globs;

/// Above this many rows each interval gets fewer draws.
const MANY_ROWS: usize = 200;
/// Draws of a row of a long roll-up: the ends move by about 3 % of the spread.
const FEW_DRAWS: usize = 1_000;

pub(super) fn roll_up(estimates: &Estimates, question: &RollUp) -> Result<Rollup, EngineError> {
    let place = Places::of(estimates, question)?;
    let mut keys: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    let mut kept: Vec<usize> = Vec::new();
    for (index, entry) in estimates.activity.entries.iter().enumerate() {
        steps::add(1);
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

pub(super) fn select(estimates: &Estimates, filter: &Filter) -> Result<Vec<usize>, EngineError> {
    let step = estimates.activity.plan.step();
    let question = RollUp { by: Vec::new(), step, filter: filter.clone() };
    let place = Places::of(estimates, &question)?;
    let entries = estimates.activity.entries.iter().enumerate();
    Ok(entries.filter(|(_, entry)| place.key(entry).is_some()).map(|(index, _)| index).collect())
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
            steps::add(1);
            let period = activity.period(group);
            let inside = question.filter.from_ms.is_none_or(|from| from <= period.start_ms())
                && question.filter.to_ms.is_none_or(|to| period.start_ms() < to);
            let kept = inside
                && filters.groups.iter().all(|(place, globs)| globs.take(word(estimates, group, *place)));
            groups.push(kept.then(|| {
                let numbers = by.iter().map(|place| number(estimates, group, *place)).collect();
                (by_period.then(|| period.coarser(question.step).index()), numbers)
            }));
        }
        let cells = (0..activity.cells.len())
            .map(|cell| {
                filters.kind.as_ref().is_none_or(|globs| {
                    globs.take(u32::try_from(cell).ok().map(|cell| estimates.units.kind(cell)))
                })
            })
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
                Dimension::Period => key
                    .period
                    .map(|index| Period::from_index(index, self.question.step).to_string())
                    .unwrap_or_default(),
                Dimension::UsageKind => key.kind.clone().unwrap_or_default(),
                other => {
                    let number = values.next().copied().unwrap_or(u32::MAX);
                    let text = match place_of(self.estimates, other) {
                        Ok(Place::Workload) => usize::try_from(number)
                            .ok()
                            .and_then(|slot| activity.workloads().get(slot))
                            .map(String::as_str),
                        Ok(Place::Lane(lane)) => {
                            activity.dictionaries.get(lane).and_then(|texts| texts.text(number))
                        }
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

/// The value that a group has in a dimension.
pub(super) fn word_of<'a>(estimates: &'a Estimates, group: u32, dimension: &Dimension) -> Option<&'a str> {
    word(estimates, group, place_of(estimates, dimension).ok()?)
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
