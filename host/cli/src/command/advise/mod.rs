//! `joulework advise`: what advisors propose, ranked by what it would save.

mod data;
mod text;

use joulework::advise::{Advised, advisable, advise};
use joulework::engine::variant::{Change, UnitPrice};

use super::estimate::write_file;
use super::{Failure, load, progress};
use crate::arguments::{Advise, Common, CompareFormat, RankBy};
use crate::printer::{self, Printer};

/// Does `joulework advise`.
pub(crate) fn run(arguments: &Advise, common: &Common, printer: &Printer) -> Result<(), Failure> {
    let prices = arguments.prices.as_deref().map(UnitPrice::read).transpose()?.unwrap_or_default();
    let mut project = load::project(std::slice::from_ref(&arguments.path))?;
    load::window(&mut project.description, &arguments.span)?;
    let (engine, metrics) = load::measured(advisable(project.description), common)?;
    let bar = progress::Bar::new(printer);
    let mut advice = advise(&engine, &metrics, &prices, &|done| bar.add(done))?;
    bar.finish();
    printer.learn(&advice.before)?;
    for note in advice.before.provenance.notes.iter().chain(&advice.notes) {
        printer.warn(&note.text);
    }
    let rank = |own: &Advised| match arguments.rank_by {
        RankBy::Carbon => own.saving("carbon"),
        RankBy::Energy => own.saving("facility-energy"),
        RankBy::Water => own.saving("water"),
        RankBy::Cost => own.money(),
    };
    // The order of before decides among equals.
    let key = |own: &Advised| rank(own).unwrap_or_default();
    advice.proposals.sort_by(|one, two| key(two).total_cmp(&key(one)));
    if let Some(path) = &arguments.changes {
        let changes: Vec<Change> = advice.proposals.iter().flat_map(Advised::changes).collect();
        let text = format!("{}\n", serde_json::to_string_pretty(&changes)?);
        write_file(path, printer.shared(text).as_bytes())?;
    }
    let text = match arguments.format {
        CompareFormat::Table => text::advice(&advice, arguments.top),
        CompareFormat::Json => {
            format!("{}\n", serde_json::to_string_pretty(&data::advice(&advice)?)?)
        }
    };
    let text = printer.shared(text);
    match &arguments.output {
        Some(path) => write_file(path, anstream::adapter::strip_str(&text).to_string().as_bytes()),
        None => Ok(printer::text(&text)?),
    }
}
