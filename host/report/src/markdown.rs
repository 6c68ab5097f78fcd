//! The report as a short Markdown text, for pull requests and chats.
//!
//! Names from outside stand in code spans, where neither links nor mentions nor HTML work; prose is escaped.

use std::fmt::Write as _;

use crate::advice_lines::advice_lines;
use crate::chart::{full_name, label_of, work_done};
use crate::format::{amounts, clean, in_words, percent, sentence, with_interval};
use crate::model::{Figure, Level, PeriodState, Report, UnitOfWork};
use crate::supply_lines::supply_lines;

/// The report as Markdown (GitHub's dialect). The same report gives the same bytes.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut text = format!("## {}\n\n", prose(&report.title));
    let partial = report
        .periods
        .iter()
        .filter(|period| period.state == PeriodState::Partial)
        .map(|period| prose(&period.label))
        .collect::<Vec<_>>();
    push(&mut text, &format!("{} to {}.", prose(&report.first_day), prose(&report.last_day)));
    if !partial.is_empty() {
        push(&mut text, &format!(" Partial, kept out of trends: {}.", partial.join(", ")));
    }
    push(&mut text, " Means, with 90 % intervals in brackets.\n\n");
    for notice in report.notices.iter().filter(|n| n.level == Level::Warning) {
        push(&mut text, &format!("> **Warning:** {}\n\n", prose(&sentence(&notice.text))));
    }
    work(&mut text, report);
    totals(&mut text, report);
    coverage(&mut text, report);
    contributors(&mut text, report);
    supply(&mut text, report);
    advice(&mut text, report);
    not_modelled(&mut text, report);
    push(
        &mut text,
        &format!(
            "\n<sub>{} {} · location-based carbon · sources: {}</sub>\n",
            prose(&report.generator.name),
            prose(&report.generator.version),
            sources(report)
        ),
    );
    text
}

fn push(text: &mut String, more: &str) {
    text.push_str(more);
}

fn work(text: &mut String, report: &Report) {
    if report.work.is_empty() {
        push(text, "No unit of work is declared, so there is no score.\n\n");
        return;
    }
    push(text, "| Per unit of work | Carbon | Trend | Energy | Water | Cost | Work done |\n");
    push(text, "|---|--:|---|--:|--:|--:|--:|\n");
    for unit in &report.work {
        push(text, &row(report, unit));
    }
    push(text, "\n");
}

fn row(report: &Report, unit: &UnitOfWork) -> String {
    let latest = unit.latest.as_ref().and_then(|id| unit.periods.iter().find(|period| period.period == *id));
    let score = latest.map_or(&unit.whole, |period| &period.score);
    let when =
        latest.map_or_else(|| "whole span".to_owned(), |period| label_of(&report.periods, &period.period));
    let trend = latest.and_then(|period| period.change.as_ref()).map_or_else(
        || "nothing to compare with".to_owned(),
        |change| in_words(change, &label_of(&report.periods, &change.before)),
    );
    let bare = |figure: &Figure| {
        let mut figure = figure.clone();
        figure.per = None;
        prose(&with_interval(&figure))
    };
    let cost = score.cost.iter().map(bare).collect::<Vec<_>>().join(" + ");
    format!(
        "| {} of {}, {} | **{}** | {} | {} | {} | {cost} | {} |\n",
        // In a table a pipe ends the cell even inside code.
        name(&unit.unit).replace('|', "\\|"),
        name(&unit.workload).replace('|', "\\|"),
        prose(&when),
        bare(&score.carbon),
        prose(&trend),
        bare(&score.energy),
        bare(&score.water),
        prose(&work_done(&score.count)),
    )
}

fn totals(text: &mut String, report: &Report) {
    let totals = &report.totals;
    let water = format!("Water, {}", prose(&totals.water_scope));
    let rows = [
        ("Energy", prose(&with_interval(&totals.energy))),
        ("Operational carbon", prose(&with_interval(&totals.operational_carbon))),
        ("Embodied carbon", prose(&with_interval(&totals.embodied_carbon))),
        (water.as_str(), prose(&with_interval(&totals.water))),
        ("Effective cost", prose(&amounts(&totals.effective))),
        ("Billed cost", prose(&amounts(&totals.billed))),
        (
            "Beside the totals: data transfer",
            format!(
                "{}, {}",
                prose(&with_interval(&totals.network_energy)),
                prose(&with_interval(&totals.network_carbon))
            ),
        ),
    ];
    push(text, "| Whole span | |\n|---|--:|\n");
    for (name, value) in rows {
        let written = writeln!(text, "| {name} | {value} |");
        debug_assert!(written.is_ok(), "a string takes any text");
    }
    push(text, "\n");
}

fn coverage(text: &mut String, report: &Report) {
    for currency in &report.coverage.by_cost {
        let grades = currency
            .grades
            .iter()
            .map(|grade| format!("{} {}", percent(grade.share), grade.grade.words()))
            .collect::<Vec<_>>()
            .join("; ");
        push(text, &format!("Coverage of {}: {grades}.\n\n", prose(&crate::format::amount(&currency.total))));
    }
}

fn contributors(text: &mut String, report: &Report) {
    if report.contributors.is_empty() {
        return;
    }
    push(text, "Largest contributors to carbon:\n\n");
    for (rank, contributor) in report.contributors.iter().take(3).enumerate() {
        push(
            text,
            &format!(
                "{}. {}: {} ({})\n",
                rank + 1,
                name(&full_name(contributor)),
                prose(&with_interval(&contributor.carbon)),
                percent(contributor.share)
            ),
        );
    }
    push(text, "\n");
}

fn supply(text: &mut String, report: &Report) {
    let lines = report.supply.as_ref().map(supply_lines).unwrap_or_default();
    if lines.is_empty() {
        return;
    }
    push(text, "Supply and demand:\n\n");
    for line in &lines {
        let resource = line.resource.as_ref().map(|own| format!("{}, ", name(own))).unwrap_or_default();
        push(text, &format!("- {}: {resource}{}\n", line.of, prose(&line.text)));
    }
    push(text, "\n");
}

fn advice(text: &mut String, report: &Report) {
    let Some((lines, more)) = report.advice.as_ref().map(advice_lines) else { return };
    if lines.is_empty() {
        return;
    }
    push(text, "What would save most:\n\n");
    for line in &lines {
        let (title, resource) = (name(line.title), name(line.resource));
        push(text, &format!("- {title}, {resource}: {}\n", prose(&line.text)));
    }
    if more > 0 {
        push(text, &format!("- and {more} more\n"));
    }
    push(text, "\n");
}

fn not_modelled(text: &mut String, report: &Report) {
    if report.not_modelled.is_empty() {
        push(text, "Every usage row is modelled.\n");
        return;
    }
    push(text, "Not modelled, dearest first:\n\n");
    for gap in report.not_modelled.iter().take(3) {
        push(
            text,
            &format!(
                "- {} {}: {} ({}), {}\n",
                name(&gap.service),
                name(&gap.meter),
                prose(&crate::format::amount(&gap.cost)),
                percent(gap.share),
                prose(&gap.reason)
            ),
        );
    }
    let more = report.not_modelled.len().saturating_sub(3);
    if more > 0 {
        push(text, &format!("- and {more} more\n"));
    }
}

/// Publishers of the factors with their licences, each once.
fn sources(report: &Report) -> String {
    let mut list: Vec<String> = report
        .factors
        .iter()
        .filter(|source| !source.publisher.is_empty())
        .map(|source| prose(&format!("{} ({})", source.publisher, source.licence)))
        .collect();
    list.sort();
    list.dedup();
    list.join(", ")
}

/// A name from outside as a code span. The fence is longer than any run of backticks in it.
fn name(text: &str) -> String {
    let text = clean(text);
    let text = text.trim();
    if text.is_empty() {
        return "(none)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Prose that may hold text from outside: no markup, no HTML, no mention, no reference to an issue.
fn prose(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in clean(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            // A word joiner keeps a platform from reading a mention, a reference or an address.
            '@' | '#' | ':' | '~' => {
                safe.push('\\');
                safe.push(c);
                safe.push('\u{2060}');
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '!' | '{' | '}' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe
}
