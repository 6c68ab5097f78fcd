//! Factor tables: what the plugins carry and what the user put beside or in place of it, row by row with its source.

use std::collections::{BTreeMap, BTreeSet};

use joulework_runtime::{Batch, Kind, Pipeline, Plugin, PluginFault};

use crate::provenance::FactorRow;

/// The columns that every factor table has beside its own.
pub const PROVENANCE: [&str; 7] =
    ["factor-id", "source", "published", "licence", "scope", "valid-from", "valid-to"];

/// A factor table of a plugin, with the user's rows in it.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorTable {
    /// The plugin.
    pub plugin: String,
    /// The table.
    pub name: String,
    /// What it holds.
    pub doc: String,
    /// Names and units of its own columns; the unit of a text is empty.
    pub columns: Vec<(String, String)>,
    /// Its rows, by id; the rows of a series of one id in their order.
    pub rows: Vec<Factor>,
}

/// A row of a factor table.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// Where it comes from.
    pub row: FactorRow,
    /// Its own columns, in the order of the table; nothing where a cell is empty.
    pub values: Vec<Option<FactorValue>>,
}

/// A cell of a factor table.
#[derive(Debug, Clone, PartialEq)]
pub enum FactorValue {
    /// In the unit of its column.
    Number(f64),
    /// A key or a word.
    Text(String),
}

impl std::fmt::Display for FactorValue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(out, "{number}"),
            Self::Text(text) => out.write_str(text),
        }
    }
}

/// The tables of all plugins of a pipeline, in the order in which they run.
///
/// # Errors
/// A fault of a plugin that should list its tables.
pub fn of_pipeline(pipeline: &Pipeline) -> Result<Vec<FactorTable>, PluginFault> {
    let mut tables = Vec::new();
    for stage in pipeline.stages() {
        tables.extend(of_plugin(&stage.plugin, &stage.tables)?);
    }
    Ok(tables)
}

/// The tables of a plugin; a row of the user with the id of a built-in row takes its place.
///
/// # Errors
/// A fault of the plugin.
pub fn of_plugin(plugin: &Plugin, user: &[(String, Batch)]) -> Result<Vec<FactorTable>, PluginFault> {
    let built_in = plugin.tables()?;
    let described = &plugin.descriptor().tables;
    let table = |described: &joulework_runtime::ReferenceTable| {
        let own = described.columns.iter().filter(|column| !PROVENANCE.contains(&column.name.as_str()));
        let columns: Vec<(String, String)> =
            own.map(|column| (column.name.clone(), column.unit.clone())).collect();
        let mut rows: BTreeMap<String, Vec<Factor>> = BTreeMap::new();
        for (_, batch) in built_in.iter().filter(|(name, _)| *name == described.name) {
            for factor in factors(plugin.id(), &described.name, batch, &columns, false) {
                rows.entry(factor.row.id.clone()).or_default().push(factor);
            }
        }
        let mut replaced = BTreeSet::new();
        for (_, batch) in user.iter().filter(|(name, _)| *name == described.name) {
            for factor in factors(plugin.id(), &described.name, batch, &columns, true) {
                let same = rows.entry(factor.row.id.clone()).or_default();
                if replaced.insert(factor.row.id.clone()) {
                    same.clear();
                }
                same.push(factor);
            }
        }
        FactorTable {
            plugin: plugin.id().to_owned(),
            name: described.name.clone(),
            doc: described.doc.clone(),
            columns,
            rows: rows.into_values().flatten().collect(),
        }
    };
    Ok(described.iter().map(table).collect())
}

fn factors<'a>(
    plugin: &'a str,
    table: &'a str,
    batch: &'a Batch,
    columns: &'a [(String, String)],
    user: bool,
) -> impl Iterator<Item = Factor> + 'a {
    (0..batch.rows).map(move |row| {
        let text = |name: &str| {
            batch.column(name).and_then(|column| column.text(row)).unwrap_or_default().to_owned()
        };
        let value = |(name, _): &(String, String)| {
            let column = batch.column(name)?;
            match column.data.kind() {
                Kind::Number => column.number(row).map(FactorValue::Number),
                _ => column.text(row).map(|text| FactorValue::Text(text.to_owned())),
            }
        };
        Factor {
            row: FactorRow {
                plugin: plugin.to_owned(),
                table: table.to_owned(),
                id: text("factor-id"),
                source: text("source"),
                published: text("published"),
                licence: text("licence"),
                scope: text("scope"),
                valid_from: text("valid-from"),
                valid_to: text("valid-to"),
                user,
            },
            values: columns.iter().map(value).collect(),
        }
    })
}

/// A difference between two sets of tables.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorChange {
    /// The plugin.
    pub plugin: String,
    /// The table.
    pub table: String,
    /// Id of the row; the rows of a series are one.
    pub id: String,
    /// What changed.
    pub change: Change,
}

/// What changed of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Cells differ: column, before, after; empty cells are empty texts.
    Cells(Vec<(String, String, String)>),
    /// It is a series, and its values differ.
    Series,
}

/// The differences from one set of tables to another, by plugin, table and id.
#[must_use]
pub fn changes(before: &[FactorTable], after: &[FactorTable]) -> Vec<FactorChange> {
    type Rows<'a> = BTreeMap<[&'a str; 3], Vec<(&'a FactorTable, &'a Factor)>>;
    fn by_id(tables: &[FactorTable]) -> Rows<'_> {
        let mut rows = Rows::new();
        for table in tables {
            for factor in &table.rows {
                let key = [table.plugin.as_str(), &table.name, &factor.row.id];
                rows.entry(key).or_default().push((table, factor));
            }
        }
        rows
    }
    let (was, is) = (by_id(before), by_id(after));
    let keys: BTreeSet<[&str; 3]> = was.keys().chain(is.keys()).copied().collect();
    let change = |key: &[&str; 3]| match (was.get(key).map(Vec::as_slice), is.get(key).map(Vec::as_slice)) {
        (None, _) => Some(Change::Added),
        (_, None) => Some(Change::Removed),
        (Some([one]), Some([other])) => {
            let cells = cells(*one, *other);
            (!cells.is_empty()).then_some(Change::Cells(cells))
        }
        (Some(one), Some(other)) => {
            let values = |rows: &[(&FactorTable, &Factor)]| -> Vec<Factor> {
                rows.iter().map(|(_, factor)| (*factor).clone()).collect()
            };
            (values(one) != values(other)).then_some(Change::Series)
        }
    };
    keys.into_iter()
        .filter_map(|key| {
            let [plugin, table, id] = key.map(str::to_owned);
            change(&key).map(|change| FactorChange { plugin, table, id, change })
        })
        .collect()
}

/// The cells that differ, by column.
fn cells(
    (table_before, before): (&FactorTable, &Factor),
    (table_after, after): (&FactorTable, &Factor),
) -> Vec<(String, String, String)> {
    fn all<'a>(table: &'a FactorTable, factor: &'a Factor) -> BTreeMap<&'a str, String> {
        let FactorRow { source, published, licence, scope, valid_from, valid_to, .. } = &factor.row;
        let stated = [
            ("source", source),
            ("published", published),
            ("licence", licence),
            ("scope", scope),
            ("valid-from", valid_from),
            ("valid-to", valid_to),
        ];
        let own = table.columns.iter().zip(&factor.values).map(|((name, unit), value)| {
            let unit = if unit.is_empty() || unit == "1" { String::new() } else { format!(" {unit}") };
            (name.as_str(), value.as_ref().map_or_else(String::new, |value| format!("{value}{unit}")))
        });
        own.chain(stated.map(|(name, text)| (name, text.clone()))).collect()
    }
    let (was, is) = (all(table_before, before), all(table_after, after));
    let columns: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let of = |cells: &BTreeMap<&str, String>, column: &str| cells.get(column).cloned().unwrap_or_default();
    columns
        .into_iter()
        .map(|column| (column.to_owned(), of(&was, column), of(&is, column)))
        .filter(|(_, was, is)| was != is)
        .collect()
}
