//! Workloads, coverage, what is not modelled, and charges apart from usage.

use maud::{Markup, html};

use super::pieces::{Cell, table};
use crate::format::{amount, amounts, clean, count, exact, percent};
use crate::model::Report;

/// Workloads and shared rows.
pub(super) fn workloads(report: &Report) -> Markup {
    let rows: Vec<Vec<Cell>> = report
        .workloads
        .iter()
        .map(|workload| {
            vec![
                Cell::Text(if workload.unassigned {
                    format!("{} (no rule takes it)", workload.name)
                } else {
                    workload.name.clone()
                }),
                Cell::of(&workload.energy),
                Cell::of(&workload.operational_carbon),
                Cell::of(&workload.embodied_carbon),
                Cell::of(&workload.water),
                Cell::Number(amounts(&workload.effective)),
                Cell::Number(amounts(&workload.billed)),
            ]
        })
        .collect();
    let shared: Vec<Vec<Cell>> = report
        .shared
        .iter()
        .map(|split| {
            let parts = split
                .parts
                .iter()
                .map(|part| format!("{} {}", part.workload, percent(part.share)))
                .collect::<Vec<_>>();
            vec![Cell::text(&split.name), Cell::Text(parts.join(", "))]
        })
        .collect();
    html! {
        section id="workloads" aria-labelledby="workloads-h" {
            h2 id="workloads-h" { "Workloads" }
            @if rows.is_empty() { p class="empty" { "There is no workload." } }
            @else {
                (table(
                    "By workload, whole span",
                    &["Workload", "Energy", "Operational carbon", "Embodied carbon", "Water", "Effective cost", "Billed cost"],
                    &rows,
                ))
            }
            @if shared.is_empty() { p { "No rows are shared between workloads." } }
            @else {
                (table("Shared rows, split by stated weights", &["Rule", "Parts"], &shared))
            }
        }
    }
}

/// Coverage by cost and by rows.
pub(super) fn coverage(report: &Report) -> Markup {
    let cost = report.coverage.by_cost.iter().map(|currency| {
        let rows: Vec<Vec<Cell>> = currency
            .grades
            .iter()
            .map(|grade| {
                vec![
                    Cell::text(grade.grade.words()),
                    Cell::Number(amount(&grade.cost)),
                    Cell::Number(percent(grade.share)),
                ]
            })
            .collect();
        let caption = format!("By cost: {} of usage", amount(&currency.total));
        table(&caption, &["Grade", "Effective cost", "Share"], &rows)
    });
    let rows: Vec<Vec<Cell>> = report
        .coverage
        .by_rows
        .grades
        .iter()
        .map(|grade| {
            vec![
                Cell::text(grade.grade.words()),
                Cell::Number(format!("{} rows", count(grade.rows))),
                Cell::Number(percent(grade.share)),
            ]
        })
        .collect();
    html! {
        section id="coverage" aria-labelledby="coverage-h" {
            h2 id="coverage-h" { "Coverage" }
            p {
                "Shares of the positive effective cost of usage, per currency, and of the usage rows. A row has the \
                 weakest grade of its parts. Nothing that is not modelled is filled in by its cost."
            }
            div class="pair" {
                div { @for one in cost { (one) } }
                (table("By rows", &["Grade", "Rows", "Share"], &rows))
            }
        }
    }
}

/// Usage that no model takes.
pub(super) fn not_modelled(report: &Report) -> Markup {
    let rows: Vec<Vec<Cell>> = report
        .not_modelled
        .iter()
        .map(|gap| {
            vec![
                Cell::text(&gap.service),
                Cell::Code(gap.meter.clone()),
                Cell::text(&gap.reason),
                Cell::Number(count(gap.rows)),
                Cell::Number(amount(&gap.cost)),
                Cell::Number(percent(gap.share)),
            ]
        })
        .collect();
    html! {
        section id="not-modelled" aria-labelledby="not-modelled-h" {
            h2 id="not-modelled-h" { "Not modelled" }
            @if rows.is_empty() { p { "Every usage row is modelled." } }
            @else {
                p { "This usage has a cost and no estimate. The figures above do not hold it." }
                (table(
                    "Usage that no model takes",
                    &["Service", "Meter", "Why", "Rows", "Effective cost", "Share of cost"],
                    &rows,
                ))
            }
        }
    }
}

/// Charges that carry money only, and the exact totals.
pub(super) fn apart(report: &Report) -> Markup {
    let rows: Vec<Vec<Cell>> = report
        .apart
        .iter()
        .map(|charge| {
            vec![
                Cell::text(&clean(&charge.category)),
                Cell::Number(count(charge.rows)),
                Cell::Number(amount(&charge.billed)),
                Cell::Number(amount(&charge.effective)),
            ]
        })
        .collect();
    let exact_of = |list: &[crate::model::Money]| list.iter().map(exact).collect::<Vec<_>>().join(" + ");
    html! {
        section id="apart" aria-labelledby="apart-h" {
            h2 id="apart-h" { "Credits, tax, fees and discounts" }
            @if rows.is_empty() { p { "The bill has none." } }
            @else {
                (table(
                    "Charges that carry money and no usage",
                    &["Charge", "Rows", "Billed cost", "Effective cost"],
                    &rows,
                ))
            }
            p {
                "To the last digit, all rows of the bill: billed " strong { (exact_of(&report.totals.billed)) }
                "; effective " strong { (exact_of(&report.totals.effective)) } "."
            }
        }
    }
}
