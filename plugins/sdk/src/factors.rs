//! Factor tables: rows of figures from data files, each with an id, a source, a date, a licence, a scope and
//! a period of validity; replaced or extended by the user's tables; looked up by key and year.

mod keyed;
mod raw;

use crate::bindings::joulework::plugin::columns as wire;
use crate::describe::Kind;
use crate::fault::Fault;
use crate::names::Names;

pub use keyed::{Found, Keyed, year_of};
use raw::Raw;
pub use raw::RowReader;

/// The columns that every factor table has beside its own.
pub const PROVENANCE: [(&str, &str); 7] = [
    ("factor-id", "Id of the row; a user's row with the id of a built-in row replaces it"),
    ("source", "Who published the figure, and where"),
    ("published", "When it was published or read, as ISO date or year"),
    ("licence", "Licence of the figure"),
    ("scope", "What the figure covers"),
    ("valid-from", "First day on which it holds, as ISO date or year; empty for always"),
    ("valid-to", "Last day on which it holds, as ISO date or year; empty while it lasts"),
];

/// One own column of a factor table: see `factors!`.
#[derive(Debug, Clone, Copy)]
pub struct FactorColumn {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) unit: &'static str,
    pub(crate) optional: bool,
    pub(crate) doc: &'static str,
}

/// Names a column of a factor table; numbers state their [`unit`](FactorColumn::unit).
#[must_use]
pub const fn column(name: &'static str) -> FactorColumn {
    FactorColumn { name, kind: Kind::Category, unit: "", optional: false, doc: "" }
}

impl FactorColumn {
    /// The unit of a number; `1` for a ratio.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// What the column means.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// Joins the description with the type of the field. Called by `factors!`.
    #[doc(hidden)]
    #[must_use]
    pub const fn of(mut self, kind: Kind, optional: bool) -> Self {
        let number = matches!(kind, Kind::Number);
        assert!(number != self.unit.is_empty(), "numbers have a .unit(…), texts have none");
        assert!(!self.doc.is_empty(), "a column of a factor table needs .doc(…)");
        self.kind = kind;
        self.optional = optional;
        self
    }
}

/// A type that a field of `factors!` may have: `String`, `f64`, and `Option` of both.
pub trait FactorCell: Sized {
    /// The kind of the column.
    const KIND: Kind;
    /// Whether the cell may be empty.
    const OPTIONAL: bool = false;

    /// Reads one cell; `None` is an empty one.
    ///
    /// # Errors
    /// What was expected.
    fn read(cell: Option<Cell<'_>>) -> Result<Self, &'static str>;
}

/// A cell that is not empty.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// As it stands in a data file or a category column.
    Text(&'a str),
    /// From a number column.
    Number(f64),
}

impl FactorCell for f64 {
    const KIND: Kind = Kind::Number;

    fn read(cell: Option<Cell<'_>>) -> Result<Self, &'static str> {
        match cell {
            Some(Cell::Number(number)) => Ok(number),
            Some(Cell::Text(text)) => text.trim().parse().map_err(|_| "is not a number"),
            None => Err("is empty"),
        }
        .and_then(|number: f64| if number.is_finite() { Ok(number) } else { Err("is not a finite number") })
    }
}

impl FactorCell for String {
    const KIND: Kind = Kind::Category;

    fn read(cell: Option<Cell<'_>>) -> Result<Self, &'static str> {
        match cell {
            Some(Cell::Text(text)) => Ok(text.to_owned()),
            Some(Cell::Number(_)) => Err("is not a text"),
            None => Err("is empty"),
        }
    }
}

impl<T: FactorCell> FactorCell for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;

    fn read(cell: Option<Cell<'_>>) -> Result<Self, &'static str> {
        cell.map(|cell| T::read(Some(cell))).transpose()
    }
}

/// The own columns of one row. `factors!` writes the implementation.
pub trait FactorRow: Sized + 'static {
    /// Name of the table.
    const NAME: &'static str;
    /// What the table holds.
    const DOC: &'static str;
    /// The own columns.
    const COLUMNS: &'static [FactorColumn];
    /// The data file.
    const CSV: &'static str;

    /// Reads one row, cell by cell in the order of [`COLUMNS`](Self::COLUMNS).
    ///
    /// # Errors
    /// `table.invalid`, naming row and column.
    fn read(row: &mut RowReader<'_, '_>) -> Result<Self, Fault>;
}

/// A built-in table, for `About::factors`: `table::<PueWue>()`.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) columns: &'static [FactorColumn],
    pub(crate) csv: &'static str,
    /// Reads the whole data file with types; for the kit.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) read: fn() -> Result<Vec<Provenance>, Fault>,
}

/// Id, and source, publication, licence and scope of a row.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) type Provenance = (String, [String; 4]);

/// The built-in table of that row type.
#[must_use]
pub const fn table<R: FactorRow>() -> BuiltIn {
    BuiltIn {
        name: R::NAME,
        doc: R::DOC,
        columns: R::COLUMNS,
        csv: R::CSV,
        #[cfg(not(target_arch = "wasm32"))]
        read: || {
            let rows = built_in::<R>()?;
            Ok(rows
                .into_iter()
                .map(|row| (row.id, [row.source, row.published, row.licence, row.scope]))
                .collect())
        },
    }
}

/// One row of a factor table: the own columns, by deref, and where they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor<R> {
    /// Id of the row.
    pub id: String,
    /// Who published the figure, and where.
    pub source: String,
    /// When it was published or read.
    pub published: String,
    /// Licence of the figure.
    pub licence: String,
    /// What the figure covers.
    pub scope: String,
    /// First year in which it holds; `None` for always.
    pub from: Option<i32>,
    /// Last year in which it holds; `None` while it lasts.
    pub to: Option<i32>,
    /// Whether the row came from the user.
    pub user: bool,
    /// The own columns.
    pub own: R,
}

impl<R> std::ops::Deref for Factor<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.own
    }
}

impl<R> Factor<R> {
    pub(crate) fn covers(&self, year: i32) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }
}

/// The tables that the user gave, to be joined with the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub(crate) user: Vec<(String, wire::Batch)>,
}

impl Tables {
    /// The user's rows of a table, in their order. Ids may repeat: all hours of a series have that of the series.
    ///
    /// # Errors
    /// `table.invalid` where the table cannot be read.
    pub fn of_user<R: FactorRow>(&self) -> Result<Vec<Factor<R>>, Fault> {
        let mut rows = Vec::new();
        for (_, batch) in self.user.iter().filter(|(name, _)| name == R::NAME) {
            rows.extend(Raw::of_batch(batch).rows::<R>(R::NAME, true)?);
        }
        Ok(rows)
    }

    /// The built-in rows, those with the id of a user's row replaced by it, and the user's other rows after them.
    ///
    /// # Errors
    /// `table.invalid` where a user's table cannot be read.
    pub fn load<R: FactorRow>(&self) -> Result<Vec<Factor<R>>, Fault> {
        let mut rows = built_in::<R>()?;
        let mut places = Names::default();
        for row in &rows {
            places.number(&row.id);
        }
        for row in self.of_user::<R>()? {
            match places.number(&row.id) {
                (place, false) => rows[place] = row,
                (_, true) => rows.push(row),
            }
        }
        Ok(rows)
    }
}

fn built_in<R: FactorRow>() -> Result<Vec<Factor<R>>, Fault> {
    Raw::of_csv(R::NAME, R::CSV)?.rows(R::NAME, false)
}

impl BuiltIn {
    /// The table as it goes over the wire, for people to look at.
    pub(crate) fn batch(&self) -> Result<wire::Batch, Fault> {
        let raw = Raw::of_csv(self.name, self.csv)?;
        let mut columns = Vec::new();
        for (name, _) in PROVENANCE {
            columns.push(raw.column(name, Kind::Category)?);
        }
        for own in self.columns {
            columns.push(raw.column(own.name, own.kind)?);
        }
        Ok(wire::Batch { rows: u32::try_from(raw.rows).unwrap_or(u32::MAX), columns })
    }
}
