//! The first screen: what one unit of work costs, the totals, what they stand on, what is largest.

use maud::{Markup, html};

use super::pieces::figure;
use crate::chart::{full_name, label_of};
use crate::format::{
    Direction, amount, amounts, clean, count, direction, exact, in_words, percent, sentence, show,
    with_interval,
};
use crate::model::{Coverage, Figure, Grade, Level, PeriodState, Report, UnitOfWork, UnitPeriod, UnitScore};

/// Title, span and what must be known at once.
pub(super) fn header(report: &Report) -> Markup {
    let of = |state| report.periods.iter().filter(|p| p.state == state).count();
    let (whole, partial) = (of(PeriodState::Whole), of(PeriodState::Partial));
    let warnings: Vec<_> = report.notices.iter().filter(|notice| notice.level == Level::Warning).collect();
    html! {
        header {
            h1 { (clean(&report.title)) }
            p class="span" {
                time datetime=(clean(&report.first_day)) { (clean(&report.first_day)) } " to "
                time datetime=(clean(&report.last_day)) { (clean(&report.last_day)) }
                " · " (whole) @if whole == 1 { " whole period" } @else { " whole periods" }
                @if partial > 0 { ", " (partial) " partial, kept out of trends" }
                " · " (count(report.totals.rows)) " rows of the bill"
            }
            @if let Some(first) = warnings.first() {
                p class="warning" role="note" {
                    strong { @if warnings.len() == 1 { "Warning: " } @else { (warnings.len()) " warnings. " } }
                    (sentence(&first.text)) " "
                    a href="#notices" { "All notices" }
                }
            }
        }
    }
}

/// The first screen.
pub(super) fn first_screen(report: &Report) -> Markup {
    html! {
        section aria-labelledby="per-unit" {
            h2 id="per-unit" { "Per unit of work" }
            @if report.work.is_empty() {
                p class="empty" {
                    "No unit of work is declared, so there is no score. Declare one in the manifest to see \
                     what one order, request or job costs."
                }
            } @else {
                div class="cards" { @for unit in &report.work { (card(report, unit)) } }
            }
        }
        section aria-labelledby="totals" {
            h2 id="totals" { "Totals" }
            (totals(report))
        }
        div class="pair" {
            section aria-labelledby="coverage-short" {
                h2 id="coverage-short" { "Coverage" }
                (coverage_bars(&report.coverage))
            }
            section aria-labelledby="largest" {
                h2 id="largest" { "Largest contributors" }
                (largest(report))
            }
        }
        p class="reading" {
            "Every estimate is a mean, with its 90 % interval in brackets. Levels are uncertain; changes are \
             surer, since both periods share most of the error. Carbon is location-based."
        }
    }
}

/// The score that a card shows: the last whole period, or the whole span where there is none.
fn headline(unit: &UnitOfWork) -> (Option<&UnitPeriod>, &UnitScore) {
    let period = unit.latest.as_ref().and_then(|id| unit.periods.iter().find(|period| period.period == *id));
    (period, period.map_or(&unit.whole, |period| &period.score))
}

fn card(report: &Report, unit: &UnitOfWork) -> Markup {
    let (period, score) = headline(unit);
    let shown = show(&score.carbon);
    let change = period.and_then(|period| period.change.as_ref());
    let name =
        period.map_or_else(|| "whole span".to_owned(), |p| clean(&label_of(&report.periods, &p.period)));
    html! {
        article class="card" {
            h3 { "Carbon per " (clean(&unit.unit)) span class="of" { " " (clean(&unit.workload)) " · " (name) } }
            p class="big" {
                span class="number" { (shown.value) }
                @if score.carbon.value.is_some() { " " span class="unit" { (short_unit(&score.carbon)) } }
                @if let Some(interval) = &shown.interval { " " span class="interval" { "(" (interval) ")" } }
                @if let Some(why) = &shown.why_none { " " span class="why" { (why) } }
            }
            @if let Some(change) = change {
                p class={ "trend " (arrow(direction(change)).0) } {
                    span aria-hidden="true" { (arrow(direction(change)).1) " " }
                    (in_words(change, &label_of(&report.periods, &change.before)))
                }
            }
            dl {
                (term("Energy", &score.energy))
                (term("Water", &score.water))
                @for cost in &score.cost { (term("Cost", cost)) }
                @if period.is_some() { (term("Whole span", &unit.whole.carbon)) }
                (term("With data transfer", &score.carbon_with_network))
            }
        }
    }
}

/// The unit without ` per order`: the heading of the card says it.
fn short_unit(of: &Figure) -> String {
    let mut bare = of.clone();
    bare.per = None;
    show(&bare).unit
}

fn term(name: &str, value: &Figure) -> Markup {
    let mut bare = value.clone();
    bare.per = None;
    html! { div { dt { (name) } dd { (figure(&bare)) } } }
}

const fn arrow(direction: Direction) -> (&'static str, &'static str) {
    match direction {
        Direction::Fell => ("fell", "▼"),
        Direction::Rose => ("rose", "▲"),
        Direction::Unclear => ("unclear", "◆"),
        Direction::Unknown => ("unclear", "–"),
    }
}

fn totals(report: &Report) -> Markup {
    let totals = &report.totals;
    let water = match totals.water_scope.as_str() {
        "on-site" => "Water, on-site cooling only".to_owned(),
        scope => format!("Water, {}", clean(scope)),
    };
    let tile = |name: &str, value: &Figure| {
        let shown = show(value);
        html! {
            div class="tile" {
                dt { (name) }
                dd {
                    span class="number" { (shown.headline()) }
                    @if let Some(interval) = &shown.interval { span class="interval" { "(" (interval) ")" } }
                    @if let Some(why) = &shown.why_none { span class="why" { (why) } }
                }
            }
        }
    };
    html! {
        dl class="tiles" {
            (tile("Energy", &totals.energy))
            (tile("Operational carbon", &totals.operational_carbon))
            (tile("Embodied carbon", &totals.embodied_carbon))
            (tile(&water, &totals.water))
            @for cost in &totals.effective {
                div class="tile" {
                    dt { "Effective cost" }
                    dd {
                        span class="number" { (amount(cost)) }
                        @if let Some(billed) = totals.billed.iter().find(|b| b.currency == cost.currency) {
                            span class="interval" title=(exact(billed)) { "billed " (amount(billed)) }
                        }
                    }
                }
            }
        }
        p class="beside" {
            "Beside the totals, never in them: data transfer "
            (beside(&totals.network_energy)) ", " (beside(&totals.network_carbon))
            "; losses of the grid " (beside(&totals.transmission_carbon))
            "; fuel upstream " (beside(&totals.upstream_carbon)) "."
        }
    }
}

/// A figure, and how many rows it lacks.
fn beside(value: &Figure) -> String {
    let text = with_interval(value);
    match value.rows_left_out {
        0 => text,
        _ if value.value.is_none() => text,
        rows => format!("{text}, unknown for {} more rows", count(rows)),
    }
}

/// Class of the colour of a grade.
pub(super) const fn grade_class(grade: Grade) -> &'static str {
    match grade {
        Grade::Nothing => "b-grid",
        Grade::Measured => "b-s2",
        Grade::KnownHardware => "b-s0",
        Grade::UnknownHardware => "b-s5",
        Grade::Proxy => "b-s4",
        Grade::NotModelled => "hatched",
    }
}

fn coverage_bars(coverage: &Coverage) -> Markup {
    html! {
        @for currency in &coverage.by_cost {
            p class="bar-name" { "Share of " (amount(&currency.total)) " of usage" }
            div class="bar" role="img" aria-label=(
                currency.grades.iter().map(|g| format!("{} {}", percent(g.share), g.grade.words()))
                    .collect::<Vec<_>>().join(", ")
            ) {
                @for grade in &currency.grades {
                    span class=(grade_class(grade.grade)) style={ "flex-grow:" (grade.share) } {}
                }
            }
            ul class="key" {
                @for grade in &currency.grades {
                    li {
                        span class={ "swatch " (grade_class(grade.grade)) } aria-hidden="true" {}
                        (percent(grade.share)) " " (grade.grade.words())
                    }
                }
            }
        }
        @if coverage.by_cost.is_empty() { p class="empty" { "No usage row carries a cost." } }
    }
}

fn largest(report: &Report) -> Markup {
    html! {
        @if report.contributors.is_empty() { p class="empty" { "Nothing contributes." } }
        ol class="largest" {
            @for contributor in report.contributors.iter().take(3) {
                li {
                    span class="name" { (clean(&full_name(contributor))) }
                    span class="bar" aria-hidden="true" {
                        span class="b-s0" style={ "width:" (format!("{:.1}%", contributor.share.clamp(0.0, 1.0) * 100.0)) } {}
                    }
                    span class="text" {
                        (percent(contributor.share)) " of the carbon · " (with_interval(&contributor.carbon))
                        @if !contributor.cost.is_empty() { " · " (amounts(&contributor.cost)) }
                    }
                }
            }
        }
    }
}
