//! `joulework what-if`: a bill against the same bill with changes.

mod outcome;
mod words;

use joulework::engine::assess::Dimension;
use joulework::engine::variant::{UnitPrice, Variant};
use joulework::export::comparison_json;
use joulework::what_if::{changeable, what_if};
use serde_json::json;

use super::estimate::{keep_apart, only, write_file};
use super::{Failure, compare, load, progress};
use crate::arguments::{Common, CompareFormat, WhatIf};
use crate::printer::{self, Printer};

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;
const NAMES: [&str; 2] = ["as it is", "with the changes"];

/// Does `joulework what-if`.
pub(crate) fn run(arguments: &WhatIf, common: &Common, printer: &Printer) -> Result<(), Failure> {
    let by =
        arguments.by.iter().map(|word| Ok(word.parse()?)).collect::<Result<Vec<Dimension>, Failure>>()?;
    let kept = only(&arguments.only)?;
    let variant = Variant {
        changes: words::changes(arguments, &kept)?,
        prices: arguments.prices.as_deref().map(UnitPrice::read).transpose()?.unwrap_or_default(),
    };
    let mut project = load::project(std::slice::from_ref(&arguments.path))?;
    load::window(&mut project.description, &arguments.span)?;
    let mut description = changeable(project.description);
    keep_apart(&mut description, by.iter().chain(kept.keys()));
    let engine = load::engine(description, common)?;
    let bar = progress::Bar::new(printer);
    let result = what_if(&engine, &variant, &by, &|done| bar.add(done))?;
    bar.finish();
    printer.learn(&result.before)?;
    for note in &result.before.provenance.notes {
        printer.warn(&note.text);
    }
    let text = match arguments.format {
        CompareFormat::Table => {
            let width = super::terminal_width();
            let mut text = compare::table(&result.comparison, NAMES, &by, &arguments.figure, width)?;
            text.push_str(&outcome::text(&result));
            text
        }
        CompareFormat::Json => {
            let json = json!({
                "schema-version": SCHEMA_VERSION,
                "changes": variant.changes,
                "comparison": comparison_json(&result.comparison, NAMES, &by)?,
                "outcome": outcome::json(&result),
            });
            format!("{}\n", serde_json::to_string_pretty(&json)?)
        }
    };
    let text = printer.shared(text);
    match &arguments.output {
        Some(path) => write_file(path, anstream::adapter::strip_str(&text).to_string().as_bytes()),
        None => Ok(printer::text(&text)?),
    }
}
