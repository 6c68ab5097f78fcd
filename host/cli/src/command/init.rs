//! `joulework init`: looks at billing files and writes a commented manifest for them.

mod bills;
mod text;
mod toml;
mod workloads;

use std::path::{Path, PathBuf};

use joulework::engine::EngineError;
use joulework::engine::bill::{BillError, BillOptions};
use joulework::manifest::FILE_NAME;
use joulework::survey::Survey;
use joulework_report::format::{amount, count, percent};
use joulework_report::model::Money;

use super::{Failure, progress};
use crate::arguments::{Common, Init};
use crate::printer::{self, Printer};

/// Does `joulework init`.
pub(crate) fn run(arguments: &Init, common: &Common, printer: &Printer) -> Result<(), Failure> {
    if common.redact {
        return Err(Failure::Argument {
            what: "--redact",
            word: "init".to_owned(),
            expected: "possible: a manifest without its paths and accounts means nothing",
            hint: None,
        });
    }
    let target = target(arguments);
    if let Some(target) = target.as_deref().filter(|target| target.exists() && !arguments.force) {
        return Err(Failure::Exists { path: target.to_owned() });
    }
    let survey = survey(&arguments.path, printer)?;
    // Paths in a manifest are relative to its folder; on standard output nobody knows it yet, so to this one.
    let base = target.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
    let bills = bills::bills(&survey, &arguments.path, &base);
    say(&survey, &bills, printer);
    let text = text::manifest(&survey, &bills, &title(&arguments.path));
    match target {
        Some(path) => {
            super::estimate::write_file(&path, text.as_bytes())?;
            printer.say(&format!("wrote {}", path.display()));
            Ok(())
        }
        None => Ok(printer::data(text.as_bytes())?),
    }
}

/// The file to write; nothing for standard output.
fn target(arguments: &Init) -> Option<PathBuf> {
    match &arguments.output {
        Some(path) if path.as_os_str() == "-" => None,
        Some(path) => Some(path.clone()),
        None if arguments.path.is_dir() => Some(arguments.path.join(FILE_NAME)),
        None => Some(arguments.path.parent().unwrap_or(Path::new("")).join(FILE_NAME)),
    }
}

fn survey(path: &Path, printer: &Printer) -> Result<Survey, Failure> {
    let bar = progress::Bar::new(printer);
    let survey = Survey::of(&[path.into()], &BillOptions::default(), &mut |done| bar.add(done))
        .map_err(with_next_step)?;
    bar.finish();
    Ok(survey)
}

/// Two exports of one bill cannot both be in a manifest, and only the user knows which one is wanted.
fn with_next_step(error: EngineError) -> Failure {
    match &error {
        EngineError::Bill(BillError::Overlap { first, .. }) => {
            let hint = format!(
                "run it on the export that is to count, such as `joulework init {}`",
                first.display()
            );
            Failure::EngineWithHint { error: Box::new(error), hint }
        }
        _ => error.into(),
    }
}

/// The name of the folder, or of the file without its ending; that of the program for a folder without a name.
fn title(path: &Path) -> String {
    let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = if full.is_dir() { full.file_name() } else { full.file_stem() };
    let name = name.map(|name| name.to_string_lossy().into_owned());
    name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "joulework".to_owned())
}

/// Says what was found.
fn say(survey: &Survey, bills: &[bills::BillEntry], printer: &Printer) {
    for note in &survey.notes {
        printer.warn(&format!("{}: {}", note.file.display(), note.text));
    }
    for bill in bills {
        printer.say(&format!("{}: {}", bill.path, bill.summary));
    }
    if let Some(cost) = cost(survey) {
        printer.say(&format!("cost of usage: {cost}"));
    }
    if let Some(tag) = survey.proposed_tag() {
        printer.say(&format!(
            "tag {}: on {} of it, {}",
            toml::quoted(&tag.key),
            percent(survey.share(tag.covered)),
            counted(tag.values.len(), "value")
        ));
    }
    printer.say(&format!("accounts: {}", number(&survey.accounts)));
}

/// The cost of usage, rounded for people.
fn cost(survey: &Survey) -> Option<String> {
    let currency = survey.currency?;
    Some(amount(&Money::new(survey.cost.to_string(), currency.to_string())))
}

/// How many values a ranking has.
fn number(ranking: &joulework::survey::Ranking) -> String {
    if ranking.is_many() {
        format!("more than {}", count(joulework::survey::MOST_VALUES as u64))
    } else {
        count(ranking.values.len() as u64)
    }
}

/// A number of things, in the plural where they are not one.
fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", count(number as u64))
}
