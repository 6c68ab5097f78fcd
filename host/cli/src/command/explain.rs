//! `joulework explain`: how a figure came about, down to formulas and factors, in words or as JSON.

mod words;

use std::path::PathBuf;

use joulework::engine::assess::{Dimension, Filter};
use joulework::engine::calendar::Step;
use joulework::engine::explain::{Asked, Explanation};
use joulework::engine::pipeline::{Assessment, Description, Engine};
use joulework::engine::work::PerUnit;
use joulework::export::explanation_json;

use super::estimate::{keep_apart, only};
use super::{Failure, load};
use crate::arguments::{Common, Explain, ExplainFormat};
use crate::printer::{self, Printer};

/// What was explained.
struct Explained {
    assessment: Assessment,
    explanation: Explanation,
    question: String,
    /// Unit of work and how many were done.
    work: Option<(String, f64)>,
}

/// Does `joulework explain`.
pub(crate) fn run(arguments: &Explain, common: &Common, printer: &Printer) -> Result<(), Failure> {
    let mut description = load::project(&arguments.paths)?.description;
    load::window(&mut description, &arguments.span)?;
    let explained = match (&arguments.row, &arguments.per) {
        (Some(row), _) => of_row(arguments, row, description, common, printer)?,
        (None, Some(unit)) => of_unit(arguments, unit, description, common, printer)?,
        (None, None) => of_total(arguments, description, common, printer)?,
    };
    let Explained { assessment, explanation, question, work } = &explained;
    let work = work.as_ref().map(|(unit, count)| (unit.as_str(), *count));
    let text = match arguments.format {
        ExplainFormat::Words => {
            words::write(assessment, explanation, question, work, super::terminal_width())
        }
        ExplainFormat::Json => {
            let json = explanation_json(assessment, explanation, question, work)?;
            format!("{}\n", serde_json::to_string_pretty(&json)?)
        }
    };
    let text = printer.shared(text);
    match &arguments.output {
        Some(path) => {
            super::estimate::write_file(path, anstream::adapter::strip_str(&text).to_string().as_bytes())
        }
        None => Ok(printer::text(&text)?),
    }
}

fn of_total(
    arguments: &Explain,
    mut description: Description,
    common: &Common,
    printer: &Printer,
) -> Result<Explained, Failure> {
    let mut filter = Filter { keep: only(&arguments.only)?, ..Filter::default() };
    if let Some(resource) = &arguments.resource {
        filter.keep.entry(Dimension::Resource).or_default().push(resource.clone());
    }
    // Only the filter tells rows apart; the plugins' own columns are always kept.
    description.step = Step::Month;
    description.dimensions = Vec::new();
    description.units = Vec::new();
    keep_apart(&mut description, filter.keep.keys());
    let mut question = format!("{} of {}", arguments.figure, words::filter(&filter));
    for (word, day) in [("from", &arguments.span.from), ("to", &arguments.span.to)] {
        if let Some(day) = day {
            question.extend([" ", word, " ", day]);
        }
    }
    let engine = load::engine(description, common)?;
    let assessment = load::assess(&engine, printer)?;
    let explanation =
        engine.explain(&assessment, &arguments.figure, &Asked::Total(&filter), arguments.top)?;
    Ok(Explained { assessment, explanation, question, work: None })
}

fn of_unit(
    arguments: &Explain,
    unit: &str,
    description: Description,
    common: &Common,
    printer: &Printer,
) -> Result<Explained, Failure> {
    let engine = load::engine(description, common)?;
    let assessment = load::assess(&engine, printer)?;
    let reports = assessment.work(Step::Month)?;
    let Some(report) = reports.iter().find(|report| report.unit.name == unit) else {
        let names: Vec<String> = reports.iter().map(|report| format!("`{}`", report.unit.name)).collect();
        return Err(Failure::Argument {
            what: "--per",
            word: unit.to_owned(),
            expected: "a unit of work of the manifest",
            hint: Some(format!(
                "there is {}",
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            )),
        });
    };
    let period = match &arguments.period {
        None => &report.whole,
        Some(wanted) => of_period(&report.periods, wanted)?,
    };
    let when = period.period.map_or_else(|| "the whole span".to_owned(), |period| period.to_string());
    let question = format!("{} per {unit} of {}, {when}", arguments.figure, report.unit.workload);
    let explanation =
        engine.explain(&assessment, &arguments.figure, &Asked::PerUnit(period), arguments.top)?;
    let work = Some((unit.to_owned(), period.work.units()));
    Ok(Explained { explanation, question, work, assessment: assessment.clone() })
}

fn of_period<'a>(periods: &'a [PerUnit], wanted: &str) -> Result<&'a PerUnit, Failure> {
    let name = |period: &PerUnit| period.period.map(|period| period.to_string()).unwrap_or_default();
    periods.iter().find(|period| name(period) == wanted).ok_or_else(|| Failure::Argument {
        what: "--period",
        word: wanted.to_owned(),
        expected: "a month with work or usage",
        hint: Some(format!("there is {}", periods.iter().map(name).collect::<Vec<_>>().join(", "))),
    })
}

fn of_row(
    arguments: &Explain,
    place: &str,
    mut description: Description,
    common: &Common,
    printer: &Printer,
) -> Result<Explained, Failure> {
    let bad = || Failure::Argument {
        what: "--row",
        word: place.to_owned(),
        expected: "a file and the number of a row, such as bill.csv:17",
        hint: None,
    };
    let (file, row) = place.rsplit_once(':').ok_or_else(bad)?;
    let row: u64 = row.parse().ok().filter(|row| *row > 0).ok_or_else(bad)?;
    description.units = Vec::new();
    let engine: Engine = load::engine(description, common)?;
    let assessment = engine.assess_row(&PathBuf::from(file), row)?;
    printer.learn(&assessment)?;
    let asked = Filter::default();
    let explanation = engine.explain(&assessment, &arguments.figure, &Asked::Total(&asked), arguments.top)?;
    let question = format!("{} of row {row} of {file}", arguments.figure);
    Ok(Explained { assessment, explanation, question, work: None })
}
