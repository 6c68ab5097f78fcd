//! Which parts of the report become which chart.

use super::band::Band;
use super::bars::{Bar, Bars};
use super::palette::Paint;
use super::stacked::{Series, Stacked};
use super::{Chart, Table};
use crate::error::ReportError;
use crate::format::{percent, plural, show, with_interval};
use crate::model::{
    Contributor, Figure, PeriodTotals, Report, Service, ServicePeriod, Uncertainty, UnitOfWork,
};

/// Contributors and error sources that get a bar; the tables have them all.
const BARS: usize = 10;

/// All charts of a report, in its order.
///
/// # Errors
/// When the drawing library fails.
pub fn charts(report: &Report) -> Result<Vec<Chart>, ReportError> {
    let mut all = over_time(report)?;
    for (at, unit) in report.work.iter().enumerate() {
        all.push(of_unit(report, unit, at)?);
    }
    if let Some(of) = &report.supply {
        all.extend(super::supply(of)?);
    }
    all.extend(contributors(report)?);
    for (at, figure) in report.uncertainty.iter().enumerate() {
        all.push(uncertainty(figure, at)?);
    }
    Ok(all)
}

/// Energy, operational and embodied carbon over time by service. Nothing without periods or services.
///
/// # Errors
/// When the drawing library fails.
pub fn over_time(report: &Report) -> Result<Vec<Chart>, ReportError> {
    type OfPeriod = fn(&PeriodTotals) -> &Figure;
    type OfService = fn(&ServicePeriod) -> &Figure;
    // Services without any energy or carbon, such as support fees, would only take colours away.
    let services: Vec<&Service> = report.services.iter().filter(|service| uses(service)).collect();
    if report.periods.is_empty() || services.is_empty() {
        return Ok(Vec::new());
    }
    let kinds: [(&str, &str, OfPeriod, OfService); 3] = [
        ("energy-over-time", "Energy by service", |p| &p.energy, |s| &s.energy),
        (
            "operational-carbon-over-time",
            "Operational carbon by service",
            |p| &p.operational_carbon,
            |s| &s.operational_carbon,
        ),
        (
            "embodied-carbon-over-time",
            "Embodied carbon by service",
            |p| &p.embodied_carbon,
            |s| &s.embodied_carbon,
        ),
    ];
    kinds
        .into_iter()
        .map(|(id, title, of_period, of_service)| {
            Stacked {
                id,
                title,
                periods: &report.periods,
                series: services
                    .iter()
                    .map(|service| Series {
                        name: &service.name,
                        values: service.periods.iter().map(of_service).collect(),
                    })
                    .collect(),
                sums: report.period_totals.iter().map(of_period).collect(),
            }
            .chart()
        })
        .collect()
}

/// Whether any figure of a service is unknown or not zero.
fn uses(service: &Service) -> bool {
    [&service.energy, &service.operational_carbon, &service.embodied_carbon]
        .into_iter()
        .any(|figure| figure.value != Some(0.0))
}

/// Carbon per unit of work over time.
///
/// # Errors
/// When the drawing library fails.
pub fn of_unit(report: &Report, unit: &UnitOfWork, at: usize) -> Result<Chart, ReportError> {
    let name = format!("Carbon per {}", unit.unit);
    Band {
        id: &format!("per-unit-{at}"),
        title: &format!("{name}, {}", unit.workload),
        name: &name,
        periods: &report.periods,
        values: unit.periods.iter().map(|p| &p.score.carbon).collect(),
        counts: unit.periods.iter().map(|p| &p.score.count).collect(),
        changes: unit.periods.iter().map(|p| p.change.as_ref()).collect(),
    }
    .chart()
}

/// The largest contributors. Nothing where nothing contributes.
///
/// # Errors
/// When the drawing library fails.
pub fn contributors(report: &Report) -> Result<Option<Chart>, ReportError> {
    let list = &report.contributors;
    let longest =
        list.iter().take(BARS).flat_map(|c| [c.carbon.value, c.carbon.high]).flatten().fold(0.0, f64::max);
    if longest <= 0.0 {
        return Ok(None);
    }
    let part = |figure: &Figure| figure.value.unwrap_or(0.0) / longest;
    let rows_drawn = list
        .iter()
        .take(BARS)
        .map(|c| Bar {
            name: full_name(c),
            text: format!("{} · {}", with_interval(&c.carbon), percent(c.share)),
            parts: vec![
                (Paint::Series(0), part(&c.operational_carbon)),
                (Paint::Series(1), part(&c.embodied_carbon)),
            ],
            ends: c.carbon.interval().map(|(low, high)| (low / longest, high / longest)),
        })
        .collect();
    let rows = list.iter().map(|c| {
        vec![
            c.name.clone(),
            c.workload.clone(),
            c.region.clone(),
            with_interval(&c.carbon),
            percent(c.share),
            show(&c.operational_carbon).headline(),
            show(&c.embodied_carbon).headline(),
            show(&c.energy).headline(),
            crate::format::amounts(&c.cost),
        ]
    });
    let header =
        ["Contributor", "Workload", "Region", "Carbon", "Share", "Operational", "Embodied", "Energy", "Cost"];
    Bars {
        id: "contributors",
        title: "Largest contributors to carbon",
        description: match list.first() {
            Some(first) => format!(
                "Horizontal bars. The largest contributor is {} with {}, {} of the carbon. \
                 The table after the chart has all figures.",
                first.name,
                with_interval(&first.carbon),
                percent(first.share)
            ),
            None => String::new(),
        },
        rows: rows_drawn,
        legend: vec![(Paint::Series(0), "operational carbon"), (Paint::Series(1), "embodied carbon")],
        table: Table { header: header.map(str::to_owned).to_vec(), rows: rows.collect() },
    }
    .chart()
    .map(Some)
}

/// Name, workload and region of a contributor in one line.
pub(crate) fn full_name(contributor: &Contributor) -> String {
    [&contributor.name, &contributor.workload, &contributor.region]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// What makes a figure uncertain.
///
/// # Errors
/// When the drawing library fails.
pub fn uncertainty(of: &Uncertainty, at: usize) -> Result<Chart, ReportError> {
    let rows_drawn = of
        .shares
        .iter()
        .take(BARS)
        .map(|share| Bar {
            name: share.words.clone(),
            text: percent(share.share),
            parts: vec![(Paint::Series(0), share.share)],
            ends: None,
        })
        .collect();
    let rows = of.shares.iter().map(|share| {
        vec![
            share.words.clone(),
            share.factor.clone(),
            percent(share.share),
            share.remedy.clone().unwrap_or_else(|| "not in your hands".to_owned()),
        ]
    });
    let header = ["What is not known", "Factor", "Share of the variance", "What would shrink it"];
    Bars {
        id: &format!("uncertainty-{at}"),
        title: &format!("What makes the {} uncertain", of.of),
        description: match of.shares.first() {
            Some(first) => format!(
                "Horizontal bars of the shares of the variance of {}. The largest is {} with {}.",
                with_interval(&of.figure),
                first.words,
                percent(first.share)
            ),
            None => format!("{} has no error source.", of.of),
        },
        rows: rows_drawn,
        legend: Vec::new(),
        table: Table { header: header.map(str::to_owned).to_vec(), rows: rows.collect() },
    }
    .chart()
}

/// `12,345 orders`, for headings and tables.
pub(crate) fn work_done(count: &Figure) -> String {
    let mut many = count.clone();
    if count.value != Some(1.0) {
        many.unit = plural(&count.unit);
    }
    with_interval(&many)
}
