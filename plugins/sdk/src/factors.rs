//! Factor tables: rows of figures from data files, each with an id, a source, a date, a licence, a scope and
//! a period of validity; replaced or extended by the user's tables; looked up by key and year.

use std::borrow::Cow;

use crate::bindings::joulework::plugin::columns as wire;
use crate::csv;
use crate::describe::Kind;
use crate::fault::Fault;
use crate::names::Names;

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
    fn covers(&self, year: i32) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }
}

/// The tables that the user gave, to be joined with the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub(crate) user: Vec<(String, wire::Batch)>,
}

impl Tables {
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
        for (_, batch) in self.user.iter().filter(|(name, _)| name == R::NAME) {
            for row in Raw::of_batch(batch).rows::<R>(R::NAME, true)? {
                match places.number(&row.id) {
                    (place, false) => rows[place] = row,
                    (_, true) => rows.push(row),
                }
            }
        }
        Ok(rows)
    }
}

/// Rows by a key and the years in which they hold.
#[derive(Debug, Clone)]
pub struct Keyed<R> {
    rows: Vec<Factor<R>>,
    keys: Names,
    /// Per key, its rows.
    places: Vec<Vec<usize>>,
}

/// A row that was looked up, and how far it was carried.
#[derive(Debug)]
pub struct Found<'a, R> {
    /// The row.
    pub row: &'a Factor<R>,
    /// Years between the row's own and the one that was asked for; 0 inside its validity. A row is carried
    /// forward past its end, and the first row back before its beginning.
    pub carried: u32,
}

impl<R> Clone for Found<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Found<'_, R> {}

impl<R> Found<'_, R> {
    /// GSD of the factor `carried-forward`: 1.05 for each year that the row is carried (project choice).
    /// Key it by the table's key column and `charge-year`.
    #[must_use]
    pub fn carried_gsd(&self) -> f64 {
        (0..self.carried.min(100)).fold(1.0, |gsd, _| gsd * 1.05)
    }
}

impl<R> Keyed<R> {
    /// Sorts the rows under their keys. Keys are compared whole, never as patterns; a row whose key is empty
    /// is never found.
    #[must_use]
    pub fn new(rows: Vec<Factor<R>>, key: impl Fn(&Factor<R>) -> String) -> Self {
        let mut keys = Names::default();
        let mut places: Vec<Vec<usize>> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let key = key(row);
            if key.is_empty() {
                continue;
            }
            let (place, new) = keys.number(&key);
            if new {
                places.push(Vec::new());
            }
            places[place].push(at);
        }
        Self { rows, keys, places }
    }

    /// The row that holds in that year. Where none does: the last one before it, carried forward; where there
    /// is none either, the first one after it, carried back. Without a year: the last one. A user's row goes before
    /// a built-in row that holds as well.
    #[must_use]
    pub fn at(&self, key: &str, year: Option<i32>) -> Option<Found<'_, R>> {
        let places: &[usize] = self.keys.find(key).map_or(&[], |place| &self.places[place]);
        let rows = || places.iter().map(|at| &self.rows[*at]);
        let far = |a: i32, b: i32| u32::try_from(a - b).unwrap_or(0);
        let Some(year) = year else {
            let last = rows().max_by_key(|row| (row.to.unwrap_or(i32::MAX), row.user, row.from))?;
            return Some(Found { row: last, carried: 0 });
        };
        if let Some(row) = rows().filter(|row| row.covers(year)).max_by_key(|row| (row.user, row.from)) {
            return Some(Found { row, carried: 0 });
        }
        let ended = |row: &&Factor<R>| row.to.is_some_and(|to| to < year);
        if let Some(row) = rows().filter(ended).max_by_key(|row| (row.to, row.user, row.from)) {
            return Some(Found { row, carried: far(year, row.to.unwrap_or(year)) });
        }
        let row = rows().min_by_key(|row| (row.from, !row.user))?;
        Some(Found { row, carried: far(row.from.unwrap_or(year), year) })
    }

    /// The rows in their order.
    #[must_use]
    pub fn rows(&self) -> &[Factor<R>] {
        &self.rows
    }
}

/// The year of a `charge-year` such as `2025`, or of a date that begins with one.
#[must_use]
pub fn year_of(text: Option<&str>) -> Option<i32> {
    let year = text?.get(..4)?;
    if year.bytes().all(|digit| digit.is_ascii_digit()) { year.parse().ok() } else { None }
}

/// A table before its cells are typed.
pub(crate) struct Raw<'a> {
    header: Vec<Cow<'a, str>>,
    rows: usize,
    cells: RawCells<'a>,
}

enum RawCells<'a> {
    Records(Vec<Vec<Cow<'a, str>>>),
    Batch(&'a wire::Batch),
}

impl<'a> Raw<'a> {
    pub(crate) fn of_csv(name: &str, text: &'a str) -> Result<Self, Fault> {
        let mut records = csv::records(text).map_err(|error| Fault::table(format!("`{name}`, {error}")))?;
        if records.is_empty() {
            return Err(Fault::table(format!("`{name}` is empty")));
        }
        let header = records.remove(0);
        if let Some(record) = records.iter().find(|record| record.len() != header.len()) {
            let got = record.len();
            return Err(Fault::table(format!(
                "`{name}`, row `{}`: {got} fields for {} columns",
                record[0],
                header.len()
            )));
        }
        Ok(Self { header, rows: records.len(), cells: RawCells::Records(records) })
    }

    fn of_batch(batch: &'a wire::Batch) -> Self {
        let header = batch.columns.iter().map(|column| Cow::Borrowed(column.name.as_str())).collect();
        Self { header, rows: batch.rows as usize, cells: RawCells::Batch(batch) }
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    fn cell(&self, row: usize, place: Option<usize>) -> Option<Cell<'_>> {
        match &self.cells {
            RawCells::Records(records) => {
                let text = records[row][place?].as_ref();
                (!text.is_empty()).then_some(Cell::Text(text))
            }
            RawCells::Batch(batch) => cell_of(&batch.columns[place?].data, row),
        }
    }

    fn rows<R: FactorRow>(&self, name: &str, user: bool) -> Result<Vec<Factor<R>>, Fault> {
        let provenance = PROVENANCE.map(|(column, _)| self.place(column));
        let places: Vec<_> = R::COLUMNS.iter().map(|column| self.place(column.name)).collect();
        let mut rows = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            let bad = |column: &str, what: &str| {
                Fault::table(format!("table `{name}`, row {}, column `{column}` {what}", row + 1))
                    .row(row)
                    .column(column)
            };
            let text = |at: usize| match self.cell(row, provenance[at]) {
                Some(Cell::Text(text)) => Ok(text.to_owned()),
                Some(Cell::Number(_)) => Err(bad(PROVENANCE[at].0, "is not a text")),
                None => Ok(String::new()),
            };
            let year = |at: usize| match text(at)?.as_str() {
                "" => Ok(None),
                date => year_of(Some(date)).map(Some).ok_or_else(|| bad(PROVENANCE[at].0, "is not a date")),
            };
            let id = text(0)?;
            if id.is_empty() {
                return Err(bad("factor-id", "is empty"));
            }
            let (from, to) = (year(5)?, year(6)?);
            if from.zip(to).is_some_and(|(from, to)| from > to) {
                return Err(bad("valid-to", "is before valid-from"));
            }
            let mut reader =
                RowReader { raw: self, places: &places, columns: R::COLUMNS, row, next: 0, bad: &bad };
            let own = R::read(&mut reader)?;
            let [source, published, licence, scope] = [text(1)?, text(2)?, text(3)?, text(4)?];
            rows.push(Factor { id, source, published, licence, scope, from, to, user, own });
        }
        Ok(rows)
    }
}

fn cell_of(data: &wire::Data, row: usize) -> Option<Cell<'_>> {
    let known =
        |bits: &[u8]| bits.is_empty() || bits.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1);
    let text = |text: &'_ String| (!text.is_empty()).then_some(());
    match data {
        wire::Data::Same(value) => Some(Cell::Number(*value)),
        wire::Data::Numbers(numbers) if known(&numbers.known) => {
            numbers.values.get(row).copied().map(Cell::Number)
        }
        wire::Data::Categories(categories) => {
            let value = categories.values.get(*categories.codes.get(row)? as usize)?;
            text(value).map(|()| Cell::Text(value))
        }
        wire::Data::Texts(texts) if known(&texts.known) => {
            let value = texts.values.get(row)?;
            text(value).map(|()| Cell::Text(value))
        }
        _ => None,
    }
}

/// Reads the own cells of one row in order. Used by `factors!`.
pub struct RowReader<'a, 'r> {
    raw: &'r Raw<'a>,
    places: &'r [Option<usize>],
    columns: &'static [FactorColumn],
    row: usize,
    next: usize,
    bad: &'r dyn Fn(&str, &str) -> Fault,
}

impl RowReader<'_, '_> {
    /// The next own cell.
    ///
    /// # Errors
    /// `table.invalid`, naming row and column.
    pub fn cell<T: FactorCell>(&mut self) -> Result<T, Fault> {
        let at = self.next;
        self.next += 1;
        T::read(self.raw.cell(self.row, self.places[at]))
            .map_err(|what| (self.bad)(self.columns[at].name, what))
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

impl Raw<'_> {
    fn column(&self, name: &str, kind: Kind) -> Result<wire::Column, Fault> {
        use crate::output::{CategoriesOut, NumbersOut, OutputColumn as _};
        let described = crate::describe::output("table.column");
        let place = self.place(name);
        let mut out = Vec::new();
        if kind == Kind::Number {
            let mut numbers = NumbersOut::<0>::with_rows(self.rows);
            for row in 0..self.rows {
                match Option::<f64>::read(self.cell(row, place)) {
                    Ok(value) => numbers.push_known(value, []),
                    Err(what) => {
                        return Err(Fault::table(format!("column `{name}` {what}")).row(row).column(name));
                    }
                }
            }
            numbers.finish(&described, &mut out);
        } else {
            let mut texts = CategoriesOut::with_rows(self.rows);
            for row in 0..self.rows {
                texts.push_text(match self.cell(row, place) {
                    Some(Cell::Text(text)) => Some(text),
                    _ => None,
                });
            }
            texts.finish(&described, &mut out);
        }
        let data = out.swap_remove(0).data;
        Ok(wire::Column { name: name.to_owned(), data })
    }
}
