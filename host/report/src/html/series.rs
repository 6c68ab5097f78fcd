//! Sections with charts: over time, contributors, uncertainty.

use maud::{Markup, html};

use super::pieces::{Cell, chart, chart_and_table, table};
use crate::chart::{self, period_name};
use crate::error::ReportError;
use crate::format::{amounts, with_interval};
use crate::model::Report;

/// Energy and carbon over time by service, and the totals of each period.
pub(super) fn over_time(report: &Report) -> Result<Markup, ReportError> {
    let charts = chart::over_time(report)?;
    let periods: Vec<Vec<Cell>> = report
        .periods
        .iter()
        .zip(&report.period_totals)
        .map(|(period, totals)| {
            vec![
                Cell::Text(period_name(period)),
                Cell::of(&totals.energy),
                Cell::of(&totals.operational_carbon),
                Cell::of(&totals.embodied_carbon),
                Cell::of(&totals.water),
                Cell::Number(amounts(&totals.effective)),
                Cell::Number(amounts(&totals.billed)),
            ]
        })
        .collect();
    let services: Vec<Vec<Cell>> = report
        .services
        .iter()
        .map(|service| {
            vec![
                Cell::text(&service.name),
                Cell::of(&service.energy),
                Cell::of(&service.operational_carbon),
                Cell::of(&service.embodied_carbon),
                Cell::of(&service.water),
                Cell::Number(amounts(&service.cost)),
            ]
        })
        .collect();
    Ok(html! {
        section id="over-time" aria-labelledby="over-time-h" {
            h2 id="over-time-h" { "Over time" }
            @if charts.is_empty() { p class="empty" { "There is no series to draw." } }
            @for one in &charts { (chart(one)) }
            (table(
                "By period",
                &["Period", "Energy", "Operational carbon", "Embodied carbon", "Water", "Effective cost", "Billed cost"],
                &periods,
            ))
            (table(
                "By service, whole span",
                &["Service", "Energy", "Operational carbon", "Embodied carbon", "Water", "Effective cost"],
                &services,
            ))
        }
    })
}

/// The largest contributors.
pub(super) fn contributors(report: &Report) -> Result<Markup, ReportError> {
    let drawn = chart::contributors(report)?;
    Ok(html! {
        section id="contributors" aria-labelledby="contributors-h" {
            h2 id="contributors-h" { "What contributes most" }
            @match &drawn {
                Some(drawn) => (chart(drawn)),
                None => p class="empty" { "Nothing contributes." },
            }
        }
    })
}

/// What makes the figures uncertain, and which measurement would help most.
pub(super) fn uncertainty(report: &Report) -> Result<Markup, ReportError> {
    let charts = report
        .uncertainty
        .iter()
        .enumerate()
        .map(|(at, of)| chart::uncertainty(of, at))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        section id="uncertainty" aria-labelledby="uncertainty-h" {
            h2 id="uncertainty-h" { "What makes the figures uncertain" }
            @if charts.is_empty() { p class="empty" { "No figure has an error source." } }
            @for (at, (of, drawn)) in report.uncertainty.iter().zip(&charts).enumerate() {
                p {
                    "The " (crate::format::clean(&of.of)) " is " strong { (with_interval(&of.figure)) } ". "
                    "The bars show which unknowns the width of that interval comes from."
                    @if let Some(first) = of.remedies.first() {
                        " The measurement to buy first: " strong { (crate::format::clean(&first.remedy)) }
                        ", which bears on " (crate::format::percent(first.share)) " of the variance."
                    }
                }
                @if at == 0 { (chart_and_table(drawn)) } @else { (chart(drawn)) }
            }
        }
    })
}
