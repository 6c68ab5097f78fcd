//! Units of work: scores by month, trends between whole months, and what could not be joined.

use joulework_engine::assess::{Rollup, change_per_unit};
use joulework_engine::calendar::{Period as Span, instant, midnight};
use joulework_engine::hours::HourRange;
use joulework_engine::work::{PerUnit, WorkReport, WorkSource};

use super::figures::{self, per_unit};
use crate::model::{Change, Figure, Matching, Period, Rue, TimeRange, UnitOfWork, UnitPeriod, UnitScore};

/// Since this day AWS bills the INIT phase of every Lambda function (METHOD.md, section 2).
const INIT_BILLED: &str = "2025-08-01";

/// A unit of work over the report's periods.
pub(super) fn unit(report: &WorkReport, periods: &[(Span, Period)], by_cause: &Rollup) -> UnitOfWork {
    let name = report.unit.name.as_str();
    let find = |span: Span| report.periods.iter().find(|part| part.period == Some(span));
    let series: Vec<UnitPeriod> = periods
        .iter()
        .enumerate()
        .map(|(at, (span, period))| {
            let own = find(*span);
            let before = at.checked_sub(1).and_then(|before| periods.get(before));
            UnitPeriod {
                period: period.id.clone(),
                score: own.map_or_else(|| nothing(name), |own| score(own, name)),
                change: own
                    .filter(|own| !own.partial)
                    .zip(before)
                    .map(|(own, (span, label))| change(find(*span), &label.id, own, &period.id)),
            }
        })
        .collect();
    let latest = series
        .iter()
        .zip(periods)
        .rfind(|(own, (span, _))| {
            own.score.carbon.value.is_some() && find(*span).is_some_and(|part| !part.partial)
        })
        .map(|(own, _)| own.period.clone());
    UnitOfWork {
        workload: report.unit.workload.clone(),
        unit: name.to_owned(),
        source: source(&report.unit.source),
        whole: score(&report.whole, name),
        latest,
        periods: series,
        matching: Matching {
            work_without_bill: Figure::exact(report.work_without_bill.work.units(), name),
            work_without_bill_hours: hours(&report.work_without_bill.ranges),
            work_without_bill_ranges: ranges(&report.work_without_bill.ranges),
            bill_without_work_hours: report.bill_without_work.hours,
            bill_without_work_ranges: ranges(&report.bill_without_work.ranges),
        },
        notes: notes(report, periods, by_cause),
    }
}

fn score(part: &PerUnit, name: &str) -> UnitScore {
    let of = |quantity| per_unit(part, quantity, name);
    let rue = |resource: &str, quantity| Rue { resource: resource.to_owned(), amount: of(quantity) };
    UnitScore {
        count: Figure::exact(part.work.units(), name),
        carbon: of(figures::CARBON),
        operational_carbon: of(figures::OPERATIONAL),
        embodied_carbon: of(figures::EMBODIED),
        energy: of(figures::ENERGY),
        water: of(figures::WATER),
        cost: part
            .cost
            .iter()
            .map(|(currency, cost)| match cost {
                Ok(cost) => Figure::exact(cost.to_f64_lossy(), currency.code()).per(name),
                Err(reason) => Figure::none(currency.code(), reason.to_string()).per(name),
            })
            .collect(),
        rue: vec![rue("vCPU", figures::VCPU_HOURS), rue("memory", figures::MEMORY_HOURS)],
        carbon_with_network: of(figures::WITH_NETWORK),
    }
}

/// A month that neither work nor a bill falls into.
fn nothing(name: &str) -> UnitScore {
    let none = |unit: &str| Figure::none(unit, "neither work nor a bill").per(name);
    UnitScore {
        count: Figure::exact(0.0, name),
        carbon: none("gCO2e"),
        operational_carbon: none("gCO2e"),
        embodied_carbon: none("gCO2e"),
        energy: none("kWh"),
        water: none("L"),
        cost: Vec::new(),
        rue: Vec::new(),
        carbon_with_network: none("gCO2e"),
    }
}

/// The change of the carbon per unit against the month before.
fn change(before: Option<&PerUnit>, before_id: &str, after: &PerUnit, after_id: &str) -> Change {
    let none = |why: &str| Change {
        before: before_id.to_owned(),
        after: after_id.to_owned(),
        relative: None,
        low: None,
        high: None,
        why_none: Some(why.to_owned()),
    };
    let Some(before) = before else { return none("it has neither work nor a bill") };
    if before.partial {
        return none("it is partial");
    }
    let carbon = figures::CARBON.0;
    let (Some(old), Some(new)) = (before.tally.figure(carbon), after.tally.figure(carbon)) else {
        return none("no plugin of this run gives carbon");
    };
    if before.work.units() <= 0.0 || after.work.units() <= 0.0 {
        return none("no work was done in one of the two");
    }
    match change_per_unit((old, before.work.units()), (new, after.work.units())) {
        Ok(change) => Change {
            relative: Some(change.ratio - 1.0),
            low: Some(change.interval.low - 1.0),
            high: Some(change.interval.high - 1.0),
            why_none: None,
            ..none("")
        },
        Err(reason) => none(&reason.to_string()),
    }
}

fn source(source: &WorkSource) -> String {
    match source {
        WorkSource::Series { path, count, .. } => format!("{} ({count})", path.display()),
        WorkSource::Bill { service, meter, unit, .. } => {
            let of = |name: &str, globs: &[String]| {
                (!globs.is_empty()).then(|| format!("{name} {}", globs.join(" or ")))
            };
            let conditions: Vec<String> = [of("service", service), of("meter", meter), of("unit", unit)]
                .into_iter()
                .flatten()
                .collect();
            format!("lines of the bill: {}", conditions.join(", "))
        }
    }
}

fn hours(ranges: &[HourRange]) -> u64 {
    ranges.iter().map(|range| u64::try_from(range.hours()).unwrap_or(0)).sum()
}

fn ranges(ranges: &[HourRange]) -> Vec<TimeRange> {
    ranges.iter().map(|range| TimeRange { from: instant(range.from_ms), to: instant(range.to_ms) }).collect()
}

/// What is special about the series: the day on which AWS began to bill INIT, where Lambda is in the workload.
fn notes(report: &WorkReport, periods: &[(Span, Period)], by_cause: &Rollup) -> Vec<String> {
    let uses_lambda = by_cause.rows.iter().any(|row| {
        let is = |at: usize, text: &str| row.keys.get(at).is_some_and(|key| key == text);
        is(2, &report.unit.workload) && (is(0, "AWS Lambda") || is(0, "AWSLambda"))
    });
    let crosses = midnight(INIT_BILLED)
        .zip(periods.first().zip(periods.last()))
        .is_some_and(|(day, ((first, _), (last, _)))| first.start_ms() < day && day < last.end_ms());
    if uses_lambda && crosses {
        vec![format!(
            "From {INIT_BILLED} on AWS bills the INIT phase of every Lambda function: a metering break. The bill \
             shows more Lambda time after that day for the same work."
        )]
    } else {
        Vec::new()
    }
}
