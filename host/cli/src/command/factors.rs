//! `joulework factors`: the figures that estimates stand on, with their sources.

use std::path::{Path, PathBuf};

use joulework::engine::factors::{Change, Factor, FactorTable, changes, of_pipeline, of_plugin};
use joulework_report::format::clean;
use serde_json::{Map, Value, json};

use super::{Failure, load};
use crate::arguments::{Common, Factors, FactorsDiff, FactorsFormat, FactorsList, FactorsShow};
use crate::printer::{self, Printer};
use crate::table::{Align, Table};

/// Version of the JSON form. It rises when a field changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// Does `joulework factors`.
pub(crate) fn run(factors: &Factors, common: &Common, printer: &Printer) -> Result<(), Failure> {
    let text = match factors {
        Factors::List(arguments) => list(arguments, common)?,
        Factors::Show(arguments) => show(arguments, common)?,
        Factors::Diff(arguments) => diff(arguments, common)?,
    };
    Ok(printer::text(&printer.shared_message(text))?)
}

/// The tables of a component, or of the plugins that a project uses; without a path of the first-party plugins.
fn tables(path: Option<&Path>, common: &Common) -> Result<Vec<FactorTable>, Failure> {
    if let Some(path) = path.filter(|path| path.extension().is_some_and(|ending| ending == "wasm")) {
        return Ok(of_plugin(&load::plugin(&path.display().to_string())?, &[])?);
    }
    let description = match path {
        Some(path) => load::project(&[path.to_owned()])?.description,
        None => joulework::Description::default(),
    };
    Ok(of_pipeline(load::engine(description, common)?.pipeline())?)
}

fn list(arguments: &FactorsList, common: &Common) -> Result<String, Failure> {
    let mut tables = tables(arguments.path.as_deref(), common)?;
    tables.retain(|table| {
        arguments.plugin.as_ref().is_none_or(|plugin| *plugin == table.plugin)
            && arguments.table.as_ref().is_none_or(|name| *name == table.name)
    });
    match arguments.format {
        FactorsFormat::Json => {
            let tables: Vec<Value> = tables.iter().map(table_json).collect();
            let document = json!({ "schema-version": SCHEMA_VERSION, "tables": tables });
            Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
        }
        FactorsFormat::Table => {
            let mut out = Table::new([
                ("plugin", Align::Left),
                ("table", Align::Left),
                ("factor", Align::Left),
                ("values", Align::Left),
                ("valid", Align::Left),
                ("licence", Align::Left),
            ]);
            for (table, factor) in rows(&tables) {
                let row = &factor.row;
                let user = if row.user { " (yours)" } else { "" };
                out.push(vec![
                    clean(&row.plugin),
                    clean(&row.table),
                    format!("{}{user}", clean(&row.id)),
                    clean(&values(table, factor).join(", ")),
                    valid(factor),
                    clean(&row.licence),
                ]);
            }
            Ok(out.render(super::terminal_width()))
        }
    }
}

fn show(arguments: &FactorsShow, common: &Common) -> Result<String, Failure> {
    let tables = tables(arguments.within.as_deref(), common)?;
    let found: Vec<_> = rows(&tables).filter(|(_, factor)| factor.row.id == arguments.id).collect();
    if found.is_empty() {
        let near = rows(&tables)
            .map(|(_, factor)| factor.row.id.as_str())
            .filter(|id| id.contains(arguments.id.as_str()))
            .take(5)
            .collect::<Vec<_>>()
            .join("`, `");
        return Err(Failure::Argument {
            what: "factor",
            word: arguments.id.clone(),
            expected: "the id of a row of a factor table",
            hint: Some(if near.is_empty() {
                "`joulework factors list` shows the ids".to_owned()
            } else {
                format!("there is `{near}`")
            }),
        });
    }
    let mut text = String::new();
    for (table, factor) in found {
        let row = &factor.row;
        text.extend([format!("{} ({}, table {})\n", clean(&row.id), clean(&row.plugin), clean(&row.table))]);
        for value in values(table, factor) {
            text.extend(["  ", &clean(&value), "\n"]);
        }
        for (name, stated) in [
            ("scope", &row.scope),
            ("source", &row.source),
            ("published", &row.published),
            ("licence", &row.licence),
        ] {
            if !stated.is_empty() {
                text.extend(["  ", name, " ", &clean(stated), "\n"]);
            }
        }
        text.extend(["  valid ", &valid(factor), "\n"]);
        if row.user {
            text.push_str("  from a table of yours\n");
        }
    }
    Ok(text)
}

fn diff(arguments: &FactorsDiff, common: &Common) -> Result<String, Failure> {
    let side = |path: &PathBuf| tables(Some(path.as_path()), common);
    let changes = changes(&side(&arguments.before)?, &side(&arguments.after)?);
    let mut text = String::new();
    for change in &changes {
        let name = format!("{} / {} / {}", clean(&change.plugin), clean(&change.table), clean(&change.id));
        match &change.change {
            Change::Added => text.extend(["+ ", &name, "\n"]),
            Change::Removed => text.extend(["- ", &name, "\n"]),
            Change::Series => text.extend(["~ ", &name, ": the values of the series\n"]),
            Change::Cells(cells) => {
                text.extend(["~ ", &name, "\n"]);
                for (column, was, is) in cells {
                    let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { clean(text) };
                    text.extend([format!("    {}: {} -> {}\n", clean(column), or_none(was), or_none(is))]);
                }
            }
        }
    }
    if changes.is_empty() {
        text.push_str("the factors are the same\n");
    }
    Ok(text)
}

fn rows(tables: &[FactorTable]) -> impl Iterator<Item = (&FactorTable, &Factor)> {
    tables.iter().flat_map(|table| table.rows.iter().map(move |factor| (table, factor)))
}

/// Names, values and units of the own columns, as far as they are filled.
fn values(table: &FactorTable, factor: &Factor) -> Vec<String> {
    let filled = table.columns.iter().zip(&factor.values);
    filled
        .filter_map(|((name, unit), value)| {
            let unit = if unit.is_empty() || unit == "1" { String::new() } else { format!(" {unit}") };
            Some(format!("{name} {}{unit}", value.as_ref()?))
        })
        .collect()
}

fn valid(factor: &Factor) -> String {
    match (factor.row.valid_from.as_str(), factor.row.valid_to.as_str()) {
        ("", "") => "always".to_owned(),
        (from, "") => format!("from {}", clean(from)),
        ("", to) => format!("to {}", clean(to)),
        (from, to) => format!("{} to {}", clean(from), clean(to)),
    }
}

fn table_json(table: &FactorTable) -> Value {
    let columns: Vec<Value> =
        table.columns.iter().map(|(name, unit)| json!({ "name": name, "unit": unit })).collect();
    let row = |factor: &Factor| {
        let values: Map<String, Value> = table
            .columns
            .iter()
            .zip(&factor.values)
            .filter_map(|((name, _), value)| {
                let value = match value.as_ref()? {
                    joulework::engine::factors::FactorValue::Number(number) => json!(number),
                    joulework::engine::factors::FactorValue::Text(text) => json!(text),
                };
                Some((name.clone(), value))
            })
            .collect();
        let stated = &factor.row;
        json!({ "factor-id": stated.id, "values": values, "source": stated.source, "published": stated.published,
                "licence": stated.licence, "scope": stated.scope, "valid-from": stated.valid_from,
                "valid-to": stated.valid_to, "user": stated.user })
    };
    json!({ "plugin": table.plugin, "table": table.name, "doc": table.doc, "columns": columns,
            "rows": table.rows.iter().map(row).collect::<Vec<_>>() })
}
