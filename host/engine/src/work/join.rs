//! Joins work with the bill of its workload.

use std::collections::{BTreeMap, BTreeSet};

use joulework_runtime::Kind;
use joulework_units::{FixedSum, draws};

use super::series::Series;
use super::{
    BillWithoutWork, PerUnit, RecordedWork, UnitOfWork, WorkDone, WorkReport, WorkSource, WorkWithoutBill,
    cost_per_unit, per_unit,
};
use crate::activity::{Activity, LaneSource, WORKLOAD};
use crate::assess::{Adder, Estimates};
use crate::calendar::{Period, Step};
use crate::error::EngineError;
use crate::hours::{HourRange, HourSet};
use crate::workload::Globs;

/// Work as spans of time with counts, whatever it came from.
type Spans = Vec<(HourRange, FixedSum)>;

impl Estimates {
    /// A unit of work over time, in periods of `step`, with the work as [`UnitOfWork::read`] gave it.
    ///
    /// # Errors
    /// When the workload is not known, or the step is finer than that of the estimates.
    pub fn per_unit(
        &self,
        unit: &UnitOfWork,
        recorded: &RecordedWork,
        step: Step,
    ) -> Result<WorkReport, EngineError> {
        let activity = self.activity();
        let made = activity.plan.step();
        if step < made {
            return Err(EngineError::StepTooFine { made: made.word(), wanted: step.word() });
        }
        let Some(covered) = activity.covered(&unit.workload) else {
            return Err(EngineError::NoWorkload {
                unit: unit.name.clone(),
                workload: unit.workload.clone(),
                known: activity.workloads().to_vec(),
            });
        };
        let spans = match &unit.source {
            WorkSource::Series { .. } => recorded.series().map(of_series).unwrap_or_default(),
            WorkSource::Bill { service, meter, unit: units, scale } => {
                of_bill(activity, &unit.workload, &[service, meter, units], *scale)?
            }
        };
        let window = activity.plan.wanted.window;
        let (mut met, mut without) = (BTreeMap::<Period, FixedSum>::new(), WorkWithoutBill::default());
        let (mut worked, mut lonely) = (HourSet::default(), HourSet::default());
        for (span, count) in spans.iter().filter(|(span, _)| window.holds(span.from_ms)) {
            worked.cover(span.from_ms, span.to_ms);
            if covered.touches(span.from_ms, span.to_ms) {
                let sum = met.entry(Period::containing(span.from_ms, step)).or_default();
                *sum = sum.checked_add(*count)?;
            } else if !count.is_zero() {
                lonely.cover(span.from_ms, span.to_ms);
                without.work = WorkDone(without.work.0.checked_add(*count)?);
            }
        }
        without.ranges = lonely.ranges();
        let idle = covered.without(&worked);
        let members = members(activity, &unit.workload, worked.span(), step);
        let mut adder = Adder::new(self);
        let mut periods = Vec::new();
        let every: BTreeSet<Period> = met.keys().chain(members.keys()).copied().collect();
        for period in every {
            let work = WorkDone(met.get(&period).copied().unwrap_or_default());
            let entries = members.get(&period).map_or(&[][..], Vec::as_slice);
            periods.push(divide(&mut adder, entries, Some(period), activity.is_partial(period), work)?);
        }
        let all: BTreeSet<usize> = members.values().flatten().copied().collect();
        let all: Vec<usize> = all.into_iter().collect();
        let work = met.values().try_fold(FixedSum::ZERO, |sum, count| sum.checked_add(*count))?;
        let whole = divide(&mut adder, &all, None, false, WorkDone(work))?;
        Ok(WorkReport {
            unit: unit.clone(),
            periods,
            whole,
            work_without_bill: without,
            bill_without_work: BillWithoutWork { hours: idle.count(), ranges: idle.ranges() },
            file: recorded.file().cloned(),
        })
    }
}

/// Adds the entries up and divides every figure by the work.
fn divide(
    adder: &mut Adder<'_>,
    entries: &[usize],
    period: Option<Period>,
    partial: bool,
    work: WorkDone,
) -> Result<PerUnit, EngineError> {
    let tally = adder.tally(entries, draws::DRAWS)?;
    let figures = tally.figures.iter().map(|(name, figure)| (name.clone(), per_unit(figure, work))).collect();
    let cost =
        tally.effective.iter().map(|(currency, cost)| (*currency, cost_per_unit(*cost, work))).collect();
    Ok(PerUnit { period, partial, work, tally, entries: entries.to_vec(), figures, cost })
}

/// The entries of a workload by period, where they lie in the span of the work.
fn members(
    activity: &Activity,
    workload: &str,
    span: Option<HourRange>,
    step: Step,
) -> BTreeMap<Period, Vec<usize>> {
    let mut members: BTreeMap<Period, Vec<usize>> = BTreeMap::new();
    let (Some(slot), Some(span)) = (slot_of(activity, workload), span) else { return members };
    for (index, entry) in activity.entries.iter().enumerate() {
        if activity.groups.lane(entry.group, WORKLOAD) != Some(slot) {
            continue;
        }
        let period = activity.period(entry.group);
        if period.start_ms() < span.to_ms && span.from_ms < period.end_ms() {
            members.entry(period.coarser(step)).or_default().push(index);
        }
    }
    members
}

fn slot_of(activity: &Activity, workload: &str) -> Option<u32> {
    activity.workloads().iter().position(|name| name == workload).and_then(|slot| u32::try_from(slot).ok())
}

fn of_series(series: &Series) -> Spans {
    let span = |(start, count): &(i64, FixedSum)| {
        let period = Period::containing(*start, series.step);
        (HourRange { from_ms: period.start_ms(), to_ms: period.end_ms() }, *count)
    };
    series.points.iter().map(span).collect()
}

/// Columns that lines of a bill are told by, as a count of work.
pub(crate) const LINE_COLUMNS: [&str; 3] = ["service-name", "sku-meter", "consumed-unit"];

/// Counts the quantities of the workload's lines that match the globs on [`LINE_COLUMNS`]; a period with corrections
/// only counts as no work.
fn of_bill(
    activity: &Activity,
    workload: &str,
    globs: &[&Vec<String>; 3],
    scale: f64,
) -> Result<Spans, EngineError> {
    let lane =
        |name: &str| activity.plan.lane(&LaneSource::Column { name: name.to_owned(), kind: Kind::Category });
    let mut conditions = Vec::new();
    for (name, globs) in LINE_COLUMNS.iter().zip(globs) {
        conditions.push((lane(name), Globs::compile(globs)?));
    }
    let takes = |cell: u32| {
        conditions
            .iter()
            .all(|(lane, globs)| globs.take(lane.and_then(|lane| activity.text(&activity.cells, cell, lane))))
    };
    let cells = u32::try_from(activity.cells.len()).map_err(|_| EngineError::TooManyValues)?;
    let matching: Vec<bool> = (0..cells).map(takes).collect();
    let slot = slot_of(activity, workload);
    let category = lane("charge-category");
    let mut counts: BTreeMap<Period, FixedSum> = BTreeMap::new();
    for entry in &activity.entries {
        let counted = usize::try_from(entry.cell).ok().and_then(|cell| matching.get(cell)) == Some(&true);
        let usage =
            category.and_then(|lane| activity.text(&activity.groups, entry.group, lane)) == Some("Usage");
        if counted && usage && activity.groups.lane(entry.group, WORKLOAD) == slot {
            let sum = counts.entry(activity.period(entry.group)).or_default();
            *sum = sum.checked_add(activity.consumed(entry.cell, entry.sums.quantity)?)?;
        }
    }
    let mut spans = Vec::with_capacity(counts.len());
    for (period, quantity) in counts {
        // Exact where nothing is scaled.
        let whole = (scale - 1.0).abs() < f64::EPSILON;
        let count = if whole { quantity } else { FixedSum::from_f64(quantity.to_f64() * scale)? };
        spans.push((
            HourRange { from_ms: period.start_ms(), to_ms: period.end_ms() },
            count.max(FixedSum::ZERO),
        ));
    }
    Ok(spans)
}
