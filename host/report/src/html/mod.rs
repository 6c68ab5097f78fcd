//! The report as one HTML file that needs nothing else: no script, no font, no image, no network.
//!
//! maud escapes every spliced value; the only raw pieces are the style sheet of this crate and the drawings of
//! [`crate::chart`], whose text is escaped where it is drawn. A content policy in the page forbids scripts and
//! loads all the same.

mod advice;
mod functions;
mod money;
mod pieces;
mod provenance;
mod series;
mod summary;
mod supply;
mod work;

pub(crate) use advice::cost as saved_cost;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::chart;
use crate::error::ReportError;
use crate::format::clean;
use crate::model::Report;

/// The report as a complete HTML document. The same report gives the same bytes.
///
/// # Errors
/// When a chart cannot be drawn.
pub fn html(report: &Report) -> Result<String, ReportError> {
    let title = clean(&report.title);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="referrer" content="no-referrer";
                meta name="generator" content={ (clean(&report.generator.name)) " " (clean(&report.generator.version)) };
                title { (title) " · energy, carbon, water and money per unit of work" }
                style { (PreEscaped(chart::style())) (PreEscaped(include_str!("page.css"))) }
            }
            body {
                a class="skip" href="#figures" { "Skip to the figures" }
                (summary::header(report))
                main id="figures" {
                    (summary::first_screen(report))
                    (contents(report))
                    (series::over_time(report)?)
                    (work::section(report)?)
                    (advice::section(report))
                    (supply::section(report)?)
                    (series::contributors(report)?)
                    (series::uncertainty(report)?)
                    (money::workloads(report))
                    (money::coverage(report))
                    (money::not_modelled(report))
                    (money::apart(report))
                    (provenance::notices(report))
                    (provenance::method(report))
                    (provenance::factors(report))
                    (provenance::plugins(report))
                    (provenance::inputs(report))
                }
                footer {
                    p {
                        "Made by " (clean(&report.generator.name)) " " (clean(&report.generator.version))
                        ". Grid intensity of countries: Ember, CC BY 4.0, where the factors above name it. \
                         The same inputs, plugins and factors give the same bytes."
                    }
                }
            }
        }
    };
    Ok(page.into_string())
}

fn contents(report: &Report) -> Markup {
    let links = [
        ("over-time", "Over time", true),
        ("work", "Units of work", true),
        ("advice", "What would save most", report.advice.is_some()),
        ("supply", "Supply and demand", report.supply.is_some()),
        ("contributors", "Contributors", true),
        ("uncertainty", "Uncertainty", true),
        ("workloads", "Workloads", true),
        ("coverage", "Coverage", true),
        ("not-modelled", "Not modelled", true),
        ("apart", "Credits, tax, fees", true),
        ("notices", "Notices", !report.notices.is_empty()),
        ("method", "Method", true),
        ("factors", "Factors", true),
        ("plugins", "Plugins", true),
        ("inputs", "Inputs", true),
    ];
    html! {
        nav aria-label="Contents" {
            ul {
                @for (id, name, there) in links {
                    @if there { li { a href={ "#" (id) } { (name) } } }
                }
            }
        }
    }
}
