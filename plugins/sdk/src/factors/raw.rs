//! A table before its cells are typed: text of a data file, or a batch from the user.

use std::borrow::Cow;

use super::{Cell, Factor, FactorCell, FactorColumn, FactorRow, PROVENANCE, year_of};
use crate::bindings::joulework::plugin::columns as wire;
use crate::csv;
use crate::describe::Kind;
use crate::fault::Fault;
use crate::output::{CategoriesOut, NumbersOut, OutputColumn as _};

/// A table before its cells are typed.
pub(super) struct Raw<'a> {
    header: Vec<Cow<'a, str>>,
    pub(super) rows: usize,
    cells: RawCells<'a>,
}

enum RawCells<'a> {
    Records(Vec<Vec<Cow<'a, str>>>),
    Batch(&'a wire::Batch),
}

impl<'a> Raw<'a> {
    pub(super) fn of_csv(name: &str, text: &'a str) -> Result<Self, Fault> {
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

    pub(super) fn of_batch(batch: &'a wire::Batch) -> Self {
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

    pub(super) fn rows<R: FactorRow>(&self, name: &str, user: bool) -> Result<Vec<Factor<R>>, Fault> {
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

impl Raw<'_> {
    pub(super) fn column(&self, name: &str, kind: Kind) -> Result<wire::Column, Fault> {
        let place = self.place(name);
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
            return Ok(wire::Column { name: name.to_owned(), data: numbers.data() });
        }
        let mut texts = CategoriesOut::with_rows(self.rows);
        for row in 0..self.rows {
            texts.push_text(match self.cell(row, place) {
                Some(Cell::Text(text)) => Some(text),
                _ => None,
            });
        }
        Ok(wire::Column { name: name.to_owned(), data: texts.data() })
    }
}
