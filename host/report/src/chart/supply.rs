//! Supply and demand: over time, from the highest demand to the lowest, by hour of the week, and what was idle.

mod duration;
mod over_time;
mod week;

use super::bars::{Bar, Bars};
use super::palette::Paint;
use super::{Chart, Table};
use crate::error::ReportError;
use crate::format::{percent, show, significant, with_interval};
use crate::model::{Figure, Supply, SupplyCapacity, SupplyLine};

/// Supply is drawn with it.
const SUPPLY: Paint = Paint::Series(0);
/// Demand is drawn with it.
const DEMAND: Paint = Paint::Series(2);
/// Demand beyond the supply is drawn with it.
const OVER: Paint = Paint::Series(6);
/// Bars of a ranking.
const BARS: usize = 10;

/// All charts of supply and demand.
///
/// # Errors
/// When the drawing library fails.
pub fn supply(of: &Supply) -> Result<Vec<Chart>, ReportError> {
    let charts = of.capacities.iter().map(capacity).collect::<Result<Vec<_>, _>>()?;
    Ok(charts.into_iter().flatten().collect())
}

/// The charts of one capacity.
///
/// # Errors
/// When the drawing library fails.
pub fn capacity(of: &SupplyCapacity) -> Result<Vec<Chart>, ReportError> {
    let mut charts = Vec::new();
    if of.over_time.spans.len() > 1 {
        charts.push(over_time::chart(of)?);
    }
    if of.by_demand.len() > 1 {
        charts.push(duration::chart(of)?);
    }
    if of.by_week.iter().any(|hour| hour.utilisation.is_some()) {
        charts.push(week::chart(of)?);
    }
    charts.extend(ranking(of)?);
    Ok(charts)
}

/// The resources with the most idle energy.
fn ranking(of: &SupplyCapacity) -> Result<Option<Chart>, ReportError> {
    let idle = |line: &SupplyLine| line.idle.as_ref().map(|idle| idle.energy.clone());
    let with_idle: Vec<(&SupplyLine, Figure)> =
        of.resources.iter().filter_map(|line| Some((line, idle(line)?))).collect();
    let drawn = || with_idle.iter().take(BARS);
    let longest = drawn().flat_map(|(_, idle)| [idle.value, idle.high]).flatten().fold(0.0, f64::max);
    let Some((first, most)) = with_idle.first().filter(|_| longest > 0.0) else { return Ok(None) };
    let bars = drawn().map(|(line, idle)| Bar {
        name: named(line),
        text: format!("{} · {} used", with_interval(idle), share(line.utilisation)),
        parts: vec![(Paint::Series(1), idle.value.unwrap_or(0.0) / longest)],
        ends: idle.interval().map(|(low, high)| (low / longest, high / longest)),
    });
    let rows = with_idle.iter().map(|(line, idle)| {
        vec![
            line.name.clone(),
            line.workload.clone(),
            line.region.clone(),
            share(line.utilisation),
            with_interval(idle),
            line.idle.as_ref().map_or_else(String::new, |idle| with_interval(&idle.carbon)),
            cost(line),
        ]
    });
    let header = ["Resource", "Workload", "Region", "Used", "Idle energy", "Idle carbon", "Idle cost"];
    Bars {
        id: &format!("supply-{}-idle", of.id),
        title: "Resources with the most idle energy",
        description: format!(
            "Horizontal bars. The resource with the most idle energy is {} with {}. \
             The table after the chart has all figures.",
            first.name,
            with_interval(most)
        ),
        rows: bars.collect(),
        legend: vec![(Paint::Series(1), "idle energy of the machines")],
        table: Table { header: header.map(str::to_owned).to_vec(), rows: rows.collect() },
    }
    .chart()
    .map(Some)
}

fn named(line: &SupplyLine) -> String {
    let places = [line.name.as_str(), line.workload.as_str(), line.region.as_str()];
    places.into_iter().filter(|place| !place.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// A share, or that it is not known.
pub(crate) fn share(of: Option<f64>) -> String {
    of.map_or_else(|| "unknown".to_owned(), percent)
}

/// What was idle in money.
pub(crate) fn cost(line: &SupplyLine) -> String {
    let cost = line.idle.as_ref().and_then(|idle| idle.cost.as_ref());
    cost.map_or_else(|| "unknown".to_owned(), |cost| show(cost).headline())
}

/// A number of a capacity.
fn number(value: f64) -> String {
    significant(value, 3)
}
