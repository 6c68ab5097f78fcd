//! Supply and demand over time, with what lies between them filled.

use super::{DEMAND, OVER, SUPPLY, number, share};
use crate::chart::axis::{LINE, Legend, Mark, ValueAxis, period_labels, slot};
use crate::chart::canvas::{Canvas, Label, draw};
use crate::chart::{Chart, Table};
use crate::error::ReportError;
use crate::format::scale_for;
use crate::model::{Period, PeriodState, SupplyCapacity, SupplySpan};

pub(super) fn chart(of: &SupplyCapacity) -> Result<Chart, ReportError> {
    let title = format!("{}: supply and demand over time", of.name);
    Chart::new(&format!("supply-{}-over-time", of.id), &title, &description(of), table(of), |label, width| {
        draw_at(of, label, width)
    })
}

/// A span in pixels.
#[derive(Clone, Copy)]
struct Point {
    x: i32,
    supply: i32,
    demand: i32,
    peak: i32,
}

fn draw_at(of: &SupplyCapacity, label: Label<'_>, width: i32) -> Result<String, ReportError> {
    let spans = &of.over_time.spans;
    let high =
        spans.iter().flat_map(|span| [span.supply, span.demand, span.peak]).flatten().fold(0.0, f64::max);
    let axis = ValueAxis::new(0.0, high, &scale_for(high, &of.unit));
    let has_over = spans.iter().any(|span| span.over_demand > 0.0);
    let has_peaks = of.over_time.span_hours > 1;
    let mut legend = Legend::default();
    legend.push(Mark::Swatch, SUPPLY, "supply");
    legend.push(Mark::Swatch, DEMAND, "demand");
    legend.push(Mark::Band, SUPPLY, "not used");
    if has_peaks {
        legend.push(Mark::Band, DEMAND, "up to the highest hour of demand");
    }
    if has_over {
        legend.push(Mark::Swatch, OVER, "demand beyond the supply");
    }
    let top = legend.height(width) + 8;
    let plot = if width > 600 { 260 } else { 200 };
    let (left, right, bottom) = (axis.width() + 10, width - 4, top + plot);
    draw(label, (width, bottom + 2 * LINE + 6), |canvas| {
        legend.draw(canvas, width)?;
        axis.draw(canvas, (left, right), (bottom, top))?;
        let pixel = |value: f64| axis.pixel(value, bottom, top);
        let point = |(at, span): (usize, &SupplySpan)| {
            let (supply, demand) = (span.supply?, span.demand?);
            Some(Point {
                x: slot(at, spans.len(), left, right),
                supply: pixel(supply),
                demand: pixel(demand),
                peak: pixel(span.peak.unwrap_or(demand)),
            })
        };
        let points: Vec<Option<Point>> = spans.iter().enumerate().map(point).collect();
        for run in points.split(Option::is_none) {
            let run: Vec<Point> = run.iter().flatten().copied().collect();
            paint(canvas, &run, has_peaks)?;
        }
        period_labels(canvas, &periods(of), (left, right), bottom + LINE / 2 + 4)
    })
}

/// Paints spans that follow each other.
fn paint(canvas: &Canvas<'_>, run: &[Point], has_peaks: bool) -> Result<(), ReportError> {
    if run.len() < 2 {
        for point in run {
            canvas.dot((point.x, point.supply), SUPPLY, true)?;
            canvas.dot((point.x, point.demand), DEMAND, true)?;
        }
        return Ok(());
    }
    let between = |one: fn(&Point) -> i32, two: fn(&Point) -> i32| -> Vec<(i32, i32)> {
        let there = run.iter().map(|point| (point.x, one(point)));
        let back = run.iter().rev().map(|point| (point.x, two(point)));
        there.chain(back).collect()
    };
    // Higher values have smaller pixels.
    canvas.polygon(between(|point| point.supply, |point| point.demand.max(point.supply)), SUPPLY, 0.16)?;
    if has_peaks {
        canvas.polygon(between(|point| point.peak, |point| point.demand), DEMAND, 0.22)?;
    }
    let beyond = between(|point| point.demand.min(point.supply), |point| point.supply);
    if run.iter().any(|point| point.demand < point.supply) {
        canvas.polygon(beyond, OVER, 0.7)?;
    }
    canvas.line(run.iter().map(|point| (point.x, point.supply)).collect(), SUPPLY, 2)?;
    canvas.line(run.iter().map(|point| (point.x, point.demand)).collect(), DEMAND, 2)
}

/// Spans as periods of an axis: hours under days, days under years.
fn periods(of: &SupplyCapacity) -> Vec<Period> {
    let by_hour = of.over_time.span_hours < 24 && of.over_time.spans.len() <= 96;
    of.over_time
        .spans
        .iter()
        .map(|span| {
            let (day, year) = (day(&span.start), span.start.get(..4).unwrap_or_default());
            let hour = span.start.get(11..16).unwrap_or_default();
            let (short, group) = if by_hour { (hour.to_owned(), day) } else { (day, year.to_owned()) };
            Period {
                id: span.start.clone(),
                label: span.start.clone(),
                short,
                group,
                state: PeriodState::Whole,
            }
        })
        .collect()
}

/// A day such as `3 Mar`.
fn day(start: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let number = |from: usize| start.get(from..from + 2).and_then(|text| text.parse::<usize>().ok());
    let month = number(5).and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match (number(8), month) {
        (Some(day), Some(month)) => format!("{day} {month}"),
        _ => start.to_owned(),
    }
}

fn description(of: &SupplyCapacity) -> String {
    let whole = &of.whole;
    let mut text = format!(
        "Two lines over {} spans of {} h. Mean supply {} {unit}, mean demand {} {unit}: {} of the supply was used.",
        of.over_time.spans.len(),
        of.over_time.span_hours,
        whole.supply.value.map_or_else(|| "unknown".to_owned(), number),
        whole.demand.value.map_or_else(|| "unknown".to_owned(), number),
        share(whole.utilisation),
        unit = of.unit,
    );
    if whole.over_demand.value.is_some_and(|over| over > 0.0) {
        text.push_str(" Demand was beyond the supply at times.");
    }
    text.push_str(" The table after the chart has all figures.");
    text
}

fn table(of: &SupplyCapacity) -> Table {
    let header = ["From", "Supply", "Demand", "Highest hour", "Used", "Beyond the supply"];
    let known = |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), number);
    let rows = of.over_time.spans.iter().map(|span| {
        let used = span.demand.zip(span.supply).map(|(demand, supply)| demand / supply);
        vec![
            span.start.get(..16).unwrap_or(&span.start).replace('T', " "),
            known(span.supply),
            known(span.demand),
            known(span.peak),
            share(used.filter(|used| used.is_finite())),
            if span.over_demand > 0.0 { number(span.over_demand) } else { String::new() },
        ]
    });
    Table { header: header.map(str::to_owned).to_vec(), rows: rows.collect() }
}
