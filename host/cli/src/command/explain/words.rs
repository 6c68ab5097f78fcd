//! An explanation in words.

use std::collections::BTreeSet;

use joulework::engine::assess::{Filter, Sources};
use joulework::engine::explain::{Explanation, Part, Step, Term, TermSource};
use joulework::engine::pipeline::Assessment;
use joulework::engine::provenance::FactorRow;
use joulework::units::Amount;
use joulework_report::format::{clean, count, percent, show};
use joulework_report::model;

/// Sources of error that are named for each part.
const ERRORS: usize = 4;

/// What a filter keeps, in words.
pub(super) fn filter(filter: &Filter) -> String {
    let kept: Vec<String> =
        filter.keep.iter().map(|(dimension, globs)| format!("{dimension} {}", globs.join(" or "))).collect();
    if kept.is_empty() { "the whole bill".to_owned() } else { kept.join(", ") }
}

/// The explanation, in lines of at most `width` characters as far as words can be wrapped.
pub(super) fn write(
    assessment: &Assessment,
    explanation: &Explanation,
    question: &str,
    work: Option<(&str, f64)>,
    width: Option<usize>,
) -> String {
    let mut page = Page { text: String::new(), width: width.unwrap_or(100).clamp(40, 120) };
    let bold = anstyle::Style::new().bold();
    page.text.extend([format!("{bold}{}{bold:#}\n", clean(question))]);
    total(&mut page, explanation, work, assessment.estimates.sources());
    for (number, part) in explanation.parts.iter().enumerate() {
        part_words(&mut page, number + 1, part, explanation);
    }
    rest(&mut page, explanation);
    factors(&mut page, explanation);
    plugins(&mut page, assessment, explanation);
    page.text
}

/// Text that is wrapped as it is written.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    /// A paragraph; lines after the first are indented by two more.
    fn put(&mut self, indent: usize, words: &str) {
        let mut line = " ".repeat(indent);
        let mut filled = false;
        for word in words.split(' ') {
            let room = line.chars().count() + word.chars().count() + usize::from(filled);
            if filled && room > self.width {
                self.text.extend([line.as_str(), "\n"]);
                line = " ".repeat(indent + 2);
                filled = false;
            }
            if filled {
                line.push(' ');
            }
            line.push_str(word);
            filled = true;
        }
        self.text.extend([line.trim_end(), "\n"]);
    }

    fn gap(&mut self) {
        self.text.push('\n');
    }
}

fn total(page: &mut Page, explanation: &Explanation, work: Option<(&str, f64)>, sources: &Sources) {
    let figure = &explanation.figure;
    let unit = figure.amount.unit();
    let value = figure.amount.value_in(unit).unwrap_or(f64::NAN);
    let interval = figure.interval();
    let shown = |scale: f64| match &interval {
        Ok(interval) => {
            let estimate = model::Figure::estimate(
                value / scale,
                interval.low / scale,
                interval.high / scale,
                unit.symbol(),
            );
            let shown = show(&estimate);
            format!("{} {}", shown.headline(), shown.interval.unwrap_or_default())
        }
        Err(why) => {
            format!("{} ({why})", show(&model::Figure::exact(value / scale, unit.symbol())).headline())
        }
    };
    if let Some((of, work)) = work {
        if work > 0.0 {
            page.put(2, &format!("{} per {of}, the total divided by {} of them", shown(work), number(work)));
        } else {
            page.put(2, "no work was done, so there is no figure per unit");
        }
    }
    page.put(2, &format!("{} in total, from {} of the bill", shown(1.0), rows(explanation.rows)));
    if figure.not_modelled.rows > 0 {
        let rows = rows(figure.not_modelled.rows);
        page.put(2, &format!("{rows} with something of it that is not known, and so not in it"));
    }
    let uncertain: Vec<String> = figure
        .uncertain_by(sources)
        .into_iter()
        .take(ERRORS)
        .map(|(factor, share)| format!("{factor} {}", percent(share)))
        .collect();
    if !uncertain.is_empty() {
        page.put(2, &format!("uncertain by {}", uncertain.join(", ")));
    }
}

fn part_words(page: &mut Page, number: usize, part: &Part, explanation: &Explanation) {
    page.gap();
    let unit = explanation.figure.amount.unit();
    let whole = explanation.figure.amount.value_in(unit).unwrap_or(f64::NAN);
    let head = match &part.amount {
        Some(amount) => {
            let value = amount.value_in(unit).unwrap_or(f64::NAN);
            let share = if whole > 0.0 && value >= 0.0 {
                format!(", {}", percent(value / whole))
            } else {
                String::new()
            };
            format!("{}{share}", quantity(amount))
        }
        None => "not known".to_owned(),
    };
    let bold = anstyle::Style::new().bold();
    page.text.extend([format!("{bold}{number}. {head}{bold:#}, from {}\n", rows(part.rows))]);
    if let Some((consumed, unit)) = &part.consumed {
        page.put(3, &format!("consumed: {} {}", self::number(*consumed), clean(unit)));
    }
    let facts: Vec<String> =
        part.facts.iter().map(|(name, text)| format!("{name} {}", clean(text))).collect();
    if !facts.is_empty() {
        page.put(3, &format!("the bill says: {}", facts.join(" · ")));
    }
    for step in &part.steps {
        step_words(page, step);
    }
    if let Some(last) = part.steps.last()
        && part.amount.is_some()
        && (part.times - 1.0).abs() > f64::EPSILON
    {
        page.put(3, &format!("and {} × {}", last.output, self::number(part.times)));
    }
    for wrong in &part.contradicted {
        page.put(3, &format!("the plugin's explanation contradicts its estimate: {}", clean(wrong)));
    }
    let errors: Vec<String> = part
        .errors
        .iter()
        .take(ERRORS)
        .map(|(source, gsd)| {
            let key: Vec<&str> = source.key.iter().map(|(_, value)| value.as_str()).collect();
            let key = if key.is_empty() { String::new() } else { format!(" ({})", clean(&key.join(", "))) };
            format!("{}{key} ×÷{}", source.factor, self::number(*gsd))
        })
        .collect();
    if !errors.is_empty() {
        page.put(3, &format!("uncertain by {}", errors.join(", ")));
    }
}

fn step_words(page: &mut Page, step: &Step) {
    let unit = step.unit.as_deref().map(|unit| format!(" {}", clean(unit))).unwrap_or_default();
    let by = step.plugin.as_deref().map(|plugin| format!("  ({plugin})")).unwrap_or_default();
    let formula = if step.terms.is_empty() { String::new() } else { format!("{} = ", clean(&step.formula)) };
    page.put(3, &format!("{} = {formula}{}{unit}{by}", clean(&step.output), number(step.value)));
    // What an earlier line gives is not said again.
    for term in step.terms.iter().filter(|term| term.source != TermSource::Step) {
        page.put(7, &term_words(term));
    }
}

fn term_words(term: &Term) -> String {
    let unit = if term.unit == "1" { String::new() } else { format!(" {}", clean(&term.unit)) };
    let from = match &term.source {
        TermSource::Bill => "the bill".to_owned(),
        TermSource::Metrics => "the metrics".to_owned(),
        TermSource::Step => "above".to_owned(),
        TermSource::Stated(words) => clean(words),
        TermSource::Factor(row) => clean(&row.id),
    };
    format!("[{}] {}{unit}, {from}", clean(&term.name), number(term.value))
}

fn rest(page: &mut Page, explanation: &Explanation) {
    let rest = &explanation.rest;
    if rest.parts > 0 {
        page.gap();
        let parts = if rest.parts == 1 {
            "1 smaller part".to_owned()
        } else {
            format!("{} smaller parts", rest.parts)
        };
        page.put(0, &format!("{parts}: {}; --top shows more", quantity(&rest.amount)));
    }
}

/// The factors of the steps that were told, each once, with source, date and licence.
fn factors(page: &mut Page, explanation: &Explanation) {
    let steps = explanation.parts.iter().flat_map(|part| &part.steps);
    let factors: BTreeSet<&FactorRow> = steps
        .flat_map(|step| &step.terms)
        .filter_map(|term| match &term.source {
            TermSource::Factor(row) => Some(row),
            _ => None,
        })
        .collect();
    if factors.is_empty() {
        return;
    }
    page.gap();
    page.put(0, "Factors");
    for row in factors {
        let stated = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { clean(text) };
        let user = if row.user { "; a table of yours" } else { "" };
        page.put(
            2,
            &format!(
                "{} ({}): {} ({}; {}{user})",
                clean(&row.id),
                clean(&row.table),
                stated(&row.source, "no source stated"),
                stated(&row.published, "no date"),
                stated(&row.licence, "no licence stated")
            ),
        );
    }
}

/// The plugins whose steps were told, with the digests of their components.
fn plugins(page: &mut Page, assessment: &Assessment, explanation: &Explanation) {
    let told: BTreeSet<&str> = explanation
        .parts
        .iter()
        .flat_map(|part| part.steps.iter().filter_map(|step| step.plugin.as_deref()))
        .collect();
    page.gap();
    page.put(0, "Plugins");
    for plugin in assessment.provenance.plugins.iter().filter(|plugin| told.contains(plugin.id.as_str())) {
        page.put(2, &format!("{} {} sha256:{}", plugin.id, clean(&plugin.version), plugin.sha256));
    }
}

fn quantity(amount: &Amount) -> String {
    let unit = amount.unit();
    show(&model::Figure::exact(amount.value_in(unit).unwrap_or(f64::NAN), unit.symbol())).headline()
}

/// A number that can be followed with a pocket calculator: six significant digits, without zeros at their end.
fn number(value: f64) -> String {
    let digits = joulework_report::format::significant(value, 6);
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.').to_owned() } else { digits }
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{} rows", self::count(count)) }
}
