//! The gate for built-in tables: names once, numbers finite, texts bounded, and not too much of all that.

use std::collections::BTreeSet;

use super::{At, Refusal, check_categories, check_scale, check_texts, refuse};
use crate::breach::Breach;
use crate::columns::{Batch, Data};
use crate::printable::printable;
use crate::validate::{ENTRIES, check_id};

/// Bytes that all built-in tables of a plugin may take when every row is written out. A category's text counts at each
/// of its rows: one text and a million codes are small on their way to the host and large in a list of factors.
pub(crate) const TABLE_BYTES: usize = 64 << 20;
/// Bytes that a row counts as beside its texts: what the record of a factor takes.
const ROW_BYTES: usize = 256;

/// Lets the built-in tables of a plugin through.
pub(crate) fn accept_tables(
    tables: Vec<(String, Batch)>,
    text_bytes: usize,
) -> Result<Vec<(String, Batch)>, Refusal> {
    let size = |what, found, limit| Breach::TableSize { what, found, limit };
    let whole = |breach| Refusal { breach, row: None, column: None };
    if tables.len() > ENTRIES {
        return Err(whole(size("a list of tables", tables.len(), ENTRIES)));
    }
    let mut names = BTreeSet::new();
    let mut bytes = 0_usize;
    for (name, table) in &tables {
        check_name(name, &mut names).map_err(whole)?;
        if table.columns.len() > ENTRIES {
            return Err(whole(size("a table with columns", table.columns.len(), ENTRIES)));
        }
        let mut columns = BTreeSet::new();
        for column in &table.columns {
            let checked = if columns.contains(column.name.as_str()) {
                Err((Breach::Twice, None))
            } else {
                check_name(&column.name, &mut columns)
                    .map_err(|breach| (breach, None))
                    .and_then(|()| check_column(&column.data, text_bytes))
            };
            checked.map_err(|at| refuse(at, &column.name))?;
        }
        bytes = bytes.saturating_add(written_out(table));
        if bytes > TABLE_BYTES {
            return Err(whole(size("tables with bytes", bytes, TABLE_BYTES)));
        }
    }
    Ok(tables)
}

fn check_name<'a>(name: &'a str, names: &mut BTreeSet<&'a str>) -> Result<(), Breach> {
    let wrong = |problem| Breach::Name { name: printable(name), problem };
    check_id(name).map_err(wrong)?;
    if names.insert(name) { Ok(()) } else { Err(wrong("it is there twice".to_owned())) }
}

/// Bytes of a table with the text of each row at that row.
fn written_out(table: &Batch) -> usize {
    let texts = |data: &Data| match data {
        Data::Categories { values, codes } => codes
            .iter()
            .filter_map(|code| values.get(usize::try_from(*code).ok()?))
            .map(String::len)
            .fold(0, usize::saturating_add),
        Data::Texts { values, .. } => values.iter().map(String::len).fold(0, usize::saturating_add),
        _ => 0,
    };
    let own = table.columns.iter().map(|column| texts(&column.data));
    own.fold(table.rows.saturating_mul(ROW_BYTES), usize::saturating_add)
}

fn check_column(data: &Data, text_bytes: usize) -> Result<(), At> {
    match data {
        Data::Same(value) if !value.is_finite() => Err((Breach::NotFinite { value: *value }, None)),
        Data::Numbers { values, .. } => match values.iter().enumerate().find(|(_, value)| !value.is_finite())
        {
            Some((row, value)) => Err((Breach::NotFinite { value: *value }, Some(row))),
            None => Ok(()),
        },
        Data::Decimals { scale, .. } => check_scale(*scale),
        Data::Categories { values, codes } => check_categories(values, codes, text_bytes),
        Data::Texts { values, .. } => check_texts(values, text_bytes),
        Data::Same(_) | Data::Instants { .. } => Ok(()),
    }
}
