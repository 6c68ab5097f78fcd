//! Units of work: the series with its band, all scores, and what could not be joined.

use maud::{Markup, html};

use super::pieces::{Cell, chart, table};
use crate::chart::{self, work_done};
use crate::error::ReportError;
use crate::format::{clean, count};
use crate::model::{Figure, Report, TimeRange, UnitOfWork, UnitScore};

/// All units of work.
pub(super) fn section(report: &Report) -> Result<Markup, ReportError> {
    let units = report
        .work
        .iter()
        .enumerate()
        .map(|(at, unit)| one(report, unit, at))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        section id="work" aria-labelledby="work-h" {
            h2 id="work-h" { "Units of work" }
            @if units.is_empty() {
                p class="empty" { "None is declared. Without one there is no score." }
            } @else {
                p {
                    "Carbon per unit is the SCI score of ISO/IEC 21031: operational and embodied carbon of what was \
                     provisioned, divided by the work done. Several units of one workload are alternatives and are \
                     never added."
                }
            }
            @for unit in &units { (unit) }
        }
    })
}

fn one(report: &Report, unit: &UnitOfWork, at: usize) -> Result<Markup, ReportError> {
    let drawn = chart::of_unit(report, unit, at)?;
    let latest = unit.latest.as_ref().and_then(|id| unit.periods.iter().find(|period| period.period == *id));
    let latest_name = latest.map(|period| chart::label_of(&report.periods, &period.period));
    let mut header = vec!["Per unit", "Whole span"];
    header.extend(latest_name.as_deref());
    let rows = rows(&unit.whole, latest.map(|period| &period.score));
    let matching = &unit.matching;
    Ok(html! {
        (chart(&drawn))
        (table(&format!("What one {} of {} costs", unit.unit, unit.workload), &header, &rows))
        ul class="facts" {
            li { "Counted from " code { (clean(&unit.source)) } "." }
            li {
                "Work without a bill: "
                @if matching.work_without_bill_hours == 0 { "none" }
                @else {
                    (work_done(&matching.work_without_bill)) " in " (hours(matching.work_without_bill_hours))
                    (when(&matching.work_without_bill_ranges)) "; it is in no figure"
                } "."
            }
            li {
                "A bill without work: "
                @if matching.bill_without_work_hours == 0 { "none" }
                @else {
                    (hours(matching.bill_without_work_hours)) (when(&matching.bill_without_work_ranges))
                    "; within the span of the work they are in the score, since what is provisioned counts"
                } "."
            }
            @for note in &unit.notes { li { (clean(note)) } }
        }
    })
}

fn rows(whole: &UnitScore, latest: Option<&UnitScore>) -> Vec<Vec<Cell>> {
    let bare = |figure: &Figure| {
        let mut figure = figure.clone();
        figure.per = None;
        Cell::of(&figure)
    };
    let row = |name: &str, of: &dyn Fn(&UnitScore) -> Option<Figure>| {
        let mut row = vec![Cell::text(name)];
        for score in [Some(whole), latest].into_iter().flatten() {
            row.push(of(score).map_or_else(|| Cell::text("unknown"), |figure| bare(&figure)));
        }
        row
    };
    let mut rows = vec![
        vec![Cell::text("Work done"), Cell::Number(work_done(&whole.count))],
        row("Carbon (SCI score)", &|s| Some(s.carbon.clone())),
        row("Operational carbon", &|s| Some(s.operational_carbon.clone())),
        row("Embodied carbon", &|s| Some(s.embodied_carbon.clone())),
        row("Second score: with data transfer", &|s| Some(s.carbon_with_network.clone())),
        row("Energy", &|s| Some(s.energy.clone())),
        row("Water", &|s| Some(s.water.clone())),
    ];
    if let (Some(first), Some(latest)) = (rows.first_mut(), latest) {
        first.push(Cell::Number(work_done(&latest.count)));
    }
    for at in 0..whole.cost.len() {
        rows.push(row("Effective cost", &|s| s.cost.get(at).cloned()));
    }
    for (at, rue) in whole.rue.iter().enumerate() {
        rows.push(row(&format!("Resource usage efficiency: {} provisioned", rue.resource), &|s| {
            s.rue.get(at).map(|rue| rue.amount.clone())
        }));
    }
    rows
}

/// Ranges that are named; the JSON form has them all.
const RANGES: usize = 5;

fn hours(hours: u64) -> String {
    if hours == 1 { "1 hour".to_owned() } else { format!("{} hours", count(hours)) }
}

fn when(ranges: &[TimeRange]) -> String {
    if ranges.is_empty() {
        return String::new();
    }
    let named: Vec<String> = ranges
        .iter()
        .take(RANGES)
        .map(|range| format!("{} to {}", clean(&range.from), clean(&range.to)))
        .collect();
    let more = ranges.len() - named.len();
    let more = if more > 0 { format!(", and {more} more spans") } else { String::new() };
    format!(" ({}{more})", named.join(", "))
}
