//! The user's reference tables against what a plugin says that it takes.

use crate::columns::{Batch, Data};
use crate::descriptor::ReferenceTable;
use crate::fault::FaultKind;

/// Columns that every table may have beside its own: where each row comes from, and when and where it holds.
const PROVENANCE: [&str; 7] =
    ["factor-id", "source", "published", "licence", "scope", "valid-from", "valid-to"];

/// Refuses tables and columns that the plugin does not list, missing columns, and columns of another kind.
pub(crate) fn check(
    listed: &[ReferenceTable],
    tables: &[(String, Batch)],
) -> Result<(), (FaultKind, Option<String>)> {
    let wrong = |table: &str, message: String, column: Option<&str>| {
        let kind = FaultKind::Tables { table: table.to_owned(), message };
        Err((kind, column.map(str::to_owned)))
    };
    for (position, (name, table)) in tables.iter().enumerate() {
        let Some(known) = listed.iter().find(|known| known.name == *name) else {
            let names: Vec<String> = listed.iter().map(|known| format!("`{}`", known.name)).collect();
            let takes = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return wrong(name, format!("the plugin takes {takes}"), None);
        };
        if tables.iter().take(position).any(|(other, _)| other == name) {
            return wrong(name, "it is given twice".to_owned(), None);
        }
        for column in &known.columns {
            match table.column(&column.name) {
                None if column.optional => {}
                None => return wrong(name, "a column is missing".to_owned(), Some(&column.name)),
                Some(given) if given.data.kind() != column.kind => {
                    let message = format!("it is a {}, not a {}", given.data.kind(), column.kind);
                    return wrong(name, message, Some(&column.name));
                }
                Some(_) => {}
            }
        }
        for column in &table.columns {
            let is_listed = known.columns.iter().any(|known| known.name == column.name);
            if !is_listed && !PROVENANCE.contains(&column.name.as_str()) {
                return wrong(name, "the plugin lists no such column".to_owned(), Some(&column.name));
            }
            if !fits(&column.data, table.rows) {
                return wrong(name, format!("it is not {} rows long", table.rows), Some(&column.name));
            }
        }
    }
    Ok(())
}

/// Whether the values and the known bits are as many as there are rows.
pub(crate) fn fits(data: &Data, rows: usize) -> bool {
    let known = match data {
        Data::Same(_) | Data::Categories { .. } => None,
        Data::Numbers { known, .. }
        | Data::Decimals { known, .. }
        | Data::Texts { known, .. }
        | Data::Instants { known, .. } => Some(known),
    };
    data.len().is_none_or(|len| len == rows)
        && known.is_none_or(|known| known.is_all() || known.bytes().len() == rows.div_ceil(8))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;
    use crate::columns::Column;
    use crate::descriptor::{Input, Kind};

    fn listed() -> Vec<ReferenceTable> {
        let column = |name: &str, kind, optional| Input {
            name: name.to_owned(),
            kind,
            unit: String::new(),
            additive: false,
            optional,
            with_table: String::new(),
            doc: String::new(),
        };
        let columns = vec![column("region", Kind::Category, false), column("pue", Kind::Number, true)];
        vec![ReferenceTable { name: "pue".to_owned(), columns, doc: String::new() }]
    }

    fn problem(name: &str, columns: Vec<Column>) -> (String, Option<String>) {
        let (kind, column) = check(&listed(), &[(name.to_owned(), Batch { rows: 1, columns })]).unwrap_err();
        (kind.to_string(), column)
    }

    #[test]
    fn tables_and_columns_must_be_listed_and_of_their_kind() {
        let region = || Column::new("region", Data::categories([Some("x")]));
        assert!(check(&listed(), &[("pue".to_owned(), Batch { rows: 1, columns: vec![region()] })]).is_ok());
        assert!(problem("wue", vec![region()]).0.contains("takes `pue`"));
        assert_eq!(problem("pue", vec![]).1.as_deref(), Some("region"));
        assert_eq!(problem("pue", vec![region(), Column::new("x", Data::Same(1.0))]).1.as_deref(), Some("x"));
        let wrong = problem("pue", vec![Column::new("region", Data::Same(1.0))]);
        assert!(wrong.0.contains("a number, not a category"), "{}", wrong.0);
        let long = Column::new("pue", Data::numbers([Some(1.0), Some(2.0)]));
        assert!(problem("pue", vec![region(), long]).0.contains("not 1 rows long"));
    }
}
