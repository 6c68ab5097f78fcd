//! `joulework plugin`: which plugins a run uses, and what one of them reads, writes and stands on.

use joulework::runtime::{Descriptor, Plugin};
use serde_json::{Value, json};

use super::{Failure, load};
use crate::arguments::{PluginFormat, PluginInspect, PluginList};
use crate::printer::{self, Printer};
use crate::table::{Align, Table};

/// Version of the JSON form of both commands.
const SCHEMA_VERSION: u32 = 1;

/// `joulework plugin list`.
pub(crate) fn list(arguments: &PluginList, printer: &Printer) -> Result<(), Failure> {
    let plugins = load::plugins(arguments.path.as_ref())?;
    match arguments.format {
        PluginFormat::Json => {
            let list: Vec<Value> = plugins.iter().map(summary).collect();
            show(json_line(&json!({ "schema-version": SCHEMA_VERSION, "plugins": list }))?, printer)
        }
        PluginFormat::Table => {
            let mut table = Table::new([
                ("plugin", Align::Left),
                ("version", Align::Left),
                ("factors", Align::Left),
                ("what it does", Align::Left),
            ]);
            for plugin in &plugins {
                let descriptor = plugin.descriptor();
                table.push(vec![
                    safe(&descriptor.id),
                    safe(&descriptor.version),
                    safe(&descriptor.factor_set),
                    safe(&descriptor.summary),
                ]);
            }
            show(table.render(super::terminal_width()), printer)
        }
    }
}

/// `joulework plugin inspect`.
pub(crate) fn inspect(arguments: &PluginInspect, printer: &Printer) -> Result<(), Failure> {
    let plugin = load::plugin(&arguments.plugin)?;
    let tables = plugin.tables()?;
    let rows: Vec<(String, usize)> = tables.into_iter().map(|(name, batch)| (name, batch.rows)).collect();
    match arguments.format {
        PluginFormat::Json => show(json_line(&whole(&plugin, &rows))?, printer),
        PluginFormat::Table => show(pages(&plugin, &rows), printer),
    }
}

fn show(text: String, printer: &Printer) -> Result<(), Failure> {
    Ok(printer::text(&printer.shared_message(text))?)
}

fn json_line(value: &Value) -> Result<String, Failure> {
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}

fn summary(plugin: &Plugin) -> Value {
    let descriptor = plugin.descriptor();
    json!({
        "id": descriptor.id,
        "version": descriptor.version,
        "summary": descriptor.summary,
        "licence": descriptor.licence,
        "factor-set": descriptor.factor_set,
        "sha256": plugin.digest(),
    })
}

fn whole(plugin: &Plugin, rows: &[(String, usize)]) -> Value {
    let descriptor = plugin.descriptor();
    let mut value = summary(plugin);
    let inputs: Vec<Value> = descriptor
        .inputs
        .iter()
        .map(|input| {
            json!({ "name": input.name, "kind": input.kind.as_str(), "unit": input.unit,
                    "additive": input.additive, "optional": input.optional,
                    "with-table": input.with_table, "doc": input.doc })
        })
        .collect();
    let outputs: Vec<Value> = descriptor
        .outputs
        .iter()
        .map(|output| {
            let spreads: Vec<Value> = output
                .spreads
                .iter()
                .map(|spread| json!({ "factor": spread.factor, "key": spread.key }))
                .collect();
            json!({ "name": output.name, "kind": output.kind.as_str(), "unit": output.unit,
                    "additive": output.additive, "part-of": output.part_of, "inherits": output.inherits,
                    "errors": spreads, "graded": output.graded, "doc": output.doc })
        })
        .collect();
    let tables: Vec<Value> = rows
        .iter()
        .map(|(name, rows)| json!({ "name": name, "rows": rows, "doc": doc(descriptor, name) }))
        .collect();
    let citations: Vec<Value> = descriptor
        .citations
        .iter()
        .map(|citation| {
            json!({ "title": citation.title, "publisher": citation.publisher, "published": citation.published,
                    "locator": citation.locator, "licence": citation.licence })
        })
        .collect();
    let settings: Value = serde_json::from_str(&descriptor.settings_schema).unwrap_or(Value::Null);
    if let Value::Object(map) = &mut value {
        map.insert("schema-version".to_owned(), json!(SCHEMA_VERSION));
        map.insert("inputs".to_owned(), json!(inputs));
        map.insert("outputs".to_owned(), json!(outputs));
        map.insert("tables".to_owned(), json!(tables));
        map.insert("settings-schema".to_owned(), settings);
        map.insert("citations".to_owned(), json!(citations));
    }
    value
}

fn pages(plugin: &Plugin, rows: &[(String, usize)]) -> String {
    let descriptor = plugin.descriptor();
    let width = super::terminal_width();
    let mut out = format!(
        "{} {}: {}\nlicence {}\nsha256  {}\n",
        safe(&descriptor.id),
        safe(&descriptor.version),
        safe(&descriptor.summary),
        safe(&descriptor.licence),
        plugin.digest()
    );
    let mut table =
        Table::new([("reads", Align::Left), ("unit", Align::Left), ("", Align::Left), ("for", Align::Left)]);
    for input in &descriptor.inputs {
        let need = match input.with_table.as_str() {
            "" if input.optional => "optional".to_owned(),
            "" => String::new(),
            name => format!("with table {}", safe(name)),
        };
        table.push(vec![safe(&input.name), safe(&input.unit), need, safe(&input.doc)]);
    }
    out.push('\n');
    out.push_str(&table.render(width));
    let mut table = Table::new([
        ("writes", Align::Left),
        ("unit", Align::Left),
        ("part of", Align::Left),
        ("what", Align::Left),
    ]);
    for output in &descriptor.outputs {
        table.push(vec![safe(&output.name), safe(&output.unit), safe(&output.part_of), safe(&output.doc)]);
    }
    out.push('\n');
    out.push_str(&table.render(width));
    let mut table = Table::new([
        ("error source", Align::Left),
        ("of", Align::Left),
        ("shared by rows of one", Align::Left),
    ]);
    for output in &descriptor.outputs {
        for spread in &output.spreads {
            let key = if spread.key.is_empty() { "(all rows)".to_owned() } else { spread.key.join(", ") };
            table.push(vec![safe(&spread.factor), safe(&output.name), safe(&key)]);
        }
    }
    out.push('\n');
    out.push_str(&table.render(width));
    if !rows.is_empty() {
        let mut table = Table::new([("table", Align::Left), ("rows", Align::Right), ("for", Align::Left)]);
        for (name, rows) in rows {
            table.push(vec![safe(name), rows.to_string(), safe(doc(descriptor, name))]);
        }
        out.push('\n');
        out.push_str(&table.render(width));
    }
    out.push_str("\nsources\n");
    for citation in &descriptor.citations {
        out.extend([format!(
            "  {}, {} ({}), {}, {}\n",
            safe(&citation.title),
            safe(&citation.publisher),
            safe(&citation.published),
            safe(&citation.locator),
            safe(&citation.licence)
        )]);
    }
    out
}

fn doc<'a>(descriptor: &'a Descriptor, table: &str) -> &'a str {
    descriptor.tables.iter().find(|entry| entry.name == table).map_or("", |entry| entry.doc.as_str())
}

/// A plugin's text for a terminal: control characters (and so escape sequences) are shown, not obeyed.
fn safe(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
