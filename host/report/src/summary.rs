//! The report in a few lines of plain text, for a terminal.

use crate::advice_lines::advice_lines;
use crate::chart::{full_name, label_of, period_name};
use crate::format::{amounts, clean, in_words, percent, sentence, with_interval};
use crate::model::{Figure, Grade, Level, PeriodState, Report, UnitOfWork};
use crate::supply_lines::supply_lines;

/// Width of the names in front of the figures.
const NAMES: usize = 22;

/// The first screen of the report as text. Lines longer than `width` are cut with an ellipsis; without a width,
/// as in a pipe, nothing is cut.
#[must_use]
pub fn summary(report: &Report, width: Option<usize>) -> String {
    let mut lines = vec![format!(
        "{}, {} to {}",
        clean(&report.title),
        clean(&report.first_day),
        clean(&report.last_day)
    )];
    for unit in &report.work {
        lines.push(String::new());
        work(&mut lines, report, unit);
    }
    if report.work.is_empty() {
        lines.extend([String::new(), "No unit of work is declared, so there is no score.".to_owned()]);
    }
    lines.push(String::new());
    totals(&mut lines, report);
    coverage(&mut lines, report);
    contributors(&mut lines, report);
    if let Some(supply) = &report.supply {
        lines.extend([String::new(), "Supply and demand".to_owned()]);
        lines.extend(supply_lines(supply).iter().map(|line| {
            let resource = line.resource.as_ref().map(|name| format!("{name}, ")).unwrap_or_default();
            named(&line.of, &clean(&format!("{resource}{}", line.text)))
        }));
    }
    if let Some(advice) = &report.advice {
        let (proposals, more) = advice_lines(advice);
        lines.extend([String::new(), "What would save most".to_owned()]);
        if proposals.is_empty() {
            lines.push("  the advisors propose nothing".to_owned());
        }
        for own in proposals {
            lines.push(named("Saves", &clean(&format!("{}: {}", own.text, own.title))));
            lines.push(named("", &clean(own.resource)));
        }
        if more > 0 {
            lines.push(named("", &format!("{more} more: `joulework advise` shows them")));
        }
    }
    let partial: Vec<String> =
        report.periods.iter().filter(|p| p.state == PeriodState::Partial).map(|p| p.label.clone()).collect();
    if !partial.is_empty() {
        lines.push(String::new());
        lines.push(format!("Partial, kept out of trends: {}.", clean(&partial.join(", "))));
    }
    for notice in report.notices.iter().filter(|notice| notice.level == Level::Warning) {
        lines.push(format!("Warning: {}", sentence(&notice.text)));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(&cut(&line, width));
        text.push('\n');
    }
    text
}

fn cut(line: &str, width: Option<usize>) -> String {
    match width {
        Some(width) if line.chars().count() > width => {
            line.chars().take(width.saturating_sub(1)).chain(['…']).collect()
        }
        _ => line.to_owned(),
    }
}

fn named(name: &str, value: &str) -> String {
    format!("  {name:<NAMES$}{value}")
}

fn work(lines: &mut Vec<String>, report: &Report, unit: &UnitOfWork) {
    let latest = unit.latest.as_ref().and_then(|id| unit.periods.iter().find(|part| part.period == *id));
    let score = latest.map_or(&unit.whole, |part| &part.score);
    let when = latest
        .and_then(|part| report.periods.iter().find(|period| period.id == part.period))
        .map_or_else(|| "whole span".to_owned(), period_name);
    lines.push(format!("One {} of {}, {}", clean(&unit.unit), clean(&unit.workload), clean(&when)));
    let bare = |figure: &Figure| {
        let mut figure = figure.clone();
        figure.per = None;
        with_interval(&figure)
    };
    lines.push(named("Carbon (SCI score)", &bare(&score.carbon)));
    if let Some(change) = latest.and_then(|part| part.change.as_ref()) {
        lines.push(named("", &in_words(change, &label_of(&report.periods, &change.before))));
    }
    lines.push(named("Energy", &bare(&score.energy)));
    lines.push(named("Water", &bare(&score.water)));
    for cost in &score.cost {
        lines.push(named("Cost", &bare(cost)));
    }
}

fn totals(lines: &mut Vec<String>, report: &Report) {
    let totals = &report.totals;
    lines.push("Whole span".to_owned());
    lines.push(named("Energy", &with_interval(&totals.energy)));
    lines.push(named("Operational carbon", &with_interval(&totals.operational_carbon)));
    lines.push(named("Embodied carbon", &with_interval(&totals.embodied_carbon)));
    lines.push(named(&format!("Water, {}", clean(&totals.water_scope)), &with_interval(&totals.water)));
    lines.push(named("Effective cost", &amounts(&totals.effective)));
    lines.push(named("Billed cost", &amounts(&totals.billed)));
}

fn coverage(lines: &mut Vec<String>, report: &Report) {
    for currency in &report.coverage.by_cost {
        lines.push(String::new());
        lines.push(format!("Coverage of {} of usage", crate::format::amount(&currency.total)));
        for grade in &currency.grades {
            lines.push(format!("  {:>8}  {}", percent(grade.share), grade.grade.words()));
        }
        let missing = currency.grades.iter().find(|grade| grade.grade == Grade::NotModelled);
        if let (Some(missing), Some(first)) = (missing, report.not_modelled.first()) {
            lines.push(format!(
                "            {} has no estimate, most of it {}, {}",
                crate::format::amount(&missing.cost),
                clean(&first.service),
                clean(&first.meter)
            ));
        }
    }
}

fn contributors(lines: &mut Vec<String>, report: &Report) {
    if report.contributors.is_empty() {
        return;
    }
    lines.extend([String::new(), "Largest contributors to carbon".to_owned()]);
    for contributor in report.contributors.iter().take(3) {
        lines.push(format!(
            "  {:>8}  {}, {}",
            percent(contributor.share),
            clean(&full_name(contributor)),
            with_interval(&contributor.carbon)
        ));
    }
}
