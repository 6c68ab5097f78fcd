//! The columns that a model returns, filled row by row in one pass.

use crate::bindings::joulework::plugin::columns as wire;
use crate::describe::{Kind, Output};
use crate::names::Names;

/// On what a figure rests, from the best to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Measured for this resource, or published as measured for exactly this place and time.
    Measured,
    /// Modelled for hardware (or a place) that is known.
    KnownHardware,
    /// Modelled for hardware (or a place) that is not known.
    UnknownHardware,
    /// Taken from something that merely stands for it.
    Proxy,
}

impl Basis {
    const ALL: [&'static str; 4] = ["measured", "known-hardware", "unknown-hardware", "proxy"];

    /// As the contract spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::ALL[self as usize]
    }
}

/// A type that a field of `outputs!` may have.
pub trait OutputColumn {
    /// The kind of column that it fills.
    const KIND: Kind;
    /// How many sources of error each push states.
    const ERRORS: usize = 0;
    /// Whether each push states a basis.
    const GRADED: bool = false;

    /// Empty, with room for so many rows.
    fn with_rows(rows: usize) -> Self;
    /// Rows filled so far.
    fn filled(&self) -> usize;
    /// Hands the column over to the wire, with its `.gsd.` and `.basis` columns.
    fn finish(self, described: &Output, to: &mut Vec<wire::Column>);
}

/// Known bits that cost nothing while every row has a value.
#[derive(Debug, Default)]
struct KnownBits(Vec<u8>);

impl KnownBits {
    #[cold]
    fn begin(&mut self, rows: usize) {
        self.0 = vec![0xff; rows / 8 + 1];
        self.0[rows / 8] = u8::try_from((1_u32 << (rows % 8)) - 1).unwrap_or(u8::MAX);
    }

    #[inline]
    fn push(&mut self, row: usize, known: bool) {
        if self.0.is_empty() {
            if known {
                return;
            }
            self.begin(row);
        }
        if row / 8 == self.0.len() {
            self.0.push(0);
        }
        self.0[row / 8] |= u8::from(known) << (row % 8);
    }
}

/// One source's column out of the rows' GSDs: one number where all rows have the same.
fn gsd_column<const N: usize>(rows: &[[f64; N]], at: usize) -> wire::Data {
    let first = rows.first().map_or(1.0, |row| row[at]);
    if rows.iter().all(|row| row[at].to_bits() == first.to_bits()) {
        wire::Data::Same(first)
    } else {
        let values = rows.iter().map(|row| row[at]).collect();
        wire::Data::Numbers(wire::Numbers { values, known: Vec::new() })
    }
}

/// A number per row with the geometric standard deviations of its `N` own sources of error.
#[derive(Debug)]
pub struct NumbersOut<const N: usize = 0> {
    values: Vec<f64>,
    known: KnownBits,
    /// Row by row: one bounds check a push; the columns are cut out at the end.
    gsds: Vec<[f64; N]>,
}

impl<const N: usize> NumbersOut<N> {
    /// The next row's value, a mean, with the GSDs (at least 1) of the output's `.error`s in their order.
    #[inline]
    pub fn push(&mut self, value: f64, gsds: [f64; N]) {
        self.known.push(self.values.len(), true);
        self.values.push(value);
        self.gsds.push(gsds);
    }

    /// The next row has nothing of the kind: 0.
    #[inline]
    pub fn zero(&mut self) {
        self.push(0.0, [1.0; N]);
    }

    /// The next row has something that cannot be said.
    #[inline]
    pub fn unknown(&mut self) {
        self.known.push(self.values.len(), false);
        self.values.push(0.0);
        self.gsds.push([1.0; N]);
    }

    /// [`push`](Self::push) or [`unknown`](Self::unknown).
    #[inline]
    pub fn push_known(&mut self, value: Option<f64>, gsds: [f64; N]) {
        match value {
            Some(value) => self.push(value, gsds),
            None => self.unknown(),
        }
    }
}

impl NumbersOut<0> {
    /// The column without a name.
    pub(crate) fn data(self) -> wire::Data {
        wire::Data::Numbers(wire::Numbers { values: self.values, known: self.known.0 })
    }
}

impl<const N: usize> OutputColumn for NumbersOut<N> {
    const KIND: Kind = Kind::Number;
    const ERRORS: usize = N;

    fn with_rows(rows: usize) -> Self {
        Self { values: Vec::with_capacity(rows), known: KnownBits::default(), gsds: Vec::with_capacity(rows) }
    }

    fn filled(&self) -> usize {
        self.values.len()
    }

    fn finish(self, described: &Output, to: &mut Vec<wire::Column>) {
        let values = wire::Data::Numbers(wire::Numbers { values: self.values, known: self.known.0 });
        to.push(wire::Column { name: described.name.to_owned(), data: values });
        for (at, spread) in described.errors.iter().flatten().take(N).enumerate() {
            to.push(wire::Column {
                name: format!("{}.gsd.{}", described.name, spread.factor),
                data: gsd_column(&self.gsds, at),
            });
        }
    }
}

/// A value of a [`CategoriesOut`], to be pushed without touching its text again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(u32);

impl Code {
    /// No value.
    pub const NONE: Self = Self(u32::MAX);
}

/// Text with few distinct values: intern each value once per batch, push its code per row.
#[derive(Debug)]
pub struct CategoriesOut {
    values: Names,
    codes: Vec<u32>,
}

impl CategoriesOut {
    /// The code of a value in this batch. A value that no row takes is not sent.
    pub fn code(&mut self, value: &str) -> Code {
        let (number, _) = self.values.number(value);
        Code(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// The code of a value that may be missing.
    pub fn code_of(&mut self, value: Option<&str>) -> Code {
        value.map_or(Code::NONE, |value| self.code(value))
    }

    /// The next row's value.
    #[inline]
    pub fn push(&mut self, code: Code) {
        self.codes.push(code.0);
    }

    /// The next row has no value.
    #[inline]
    pub fn none(&mut self) {
        self.codes.push(u32::MAX);
    }

    /// Interns and pushes. Compares texts in every row: use it where rows are few.
    pub fn push_text(&mut self, value: Option<&str>) {
        let code = self.code_of(value);
        self.push(code);
    }
}

impl CategoriesOut {
    /// The column without a name.
    pub(crate) fn data(self) -> wire::Data {
        dictionary(self.values.into_texts(), self.codes)
    }
}

/// Only values that occur, each once, numbered in order of first use.
fn dictionary(values: Vec<String>, mut codes: Vec<u32>) -> wire::Data {
    let mut order = vec![u32::MAX; values.len()];
    let mut used = Vec::new();
    for code in &mut codes {
        if let Some(new) = order.get_mut(*code as usize) {
            if *new == u32::MAX {
                *new = u32::try_from(used.len()).unwrap_or(u32::MAX);
                used.push(*code as usize);
            }
            *code = *new;
        }
    }
    let mut values: Vec<Option<String>> = values.into_iter().map(Some).collect();
    let values = used.into_iter().filter_map(|at| values[at].take()).collect();
    wire::Data::Categories(wire::Categories { values, codes })
}

impl OutputColumn for CategoriesOut {
    const KIND: Kind = Kind::Category;

    fn with_rows(rows: usize) -> Self {
        Self { values: Names::default(), codes: Vec::with_capacity(rows) }
    }

    fn filled(&self) -> usize {
        self.codes.len()
    }

    fn finish(self, described: &Output, to: &mut Vec<wire::Column>) {
        to.push(wire::Column { name: described.name.to_owned(), data: self.data() });
    }
}

/// An output with a basis beside each value: the grade that the coverage counts.
#[derive(Debug)]
pub struct Graded<O> {
    column: O,
    basis: Vec<u32>,
}

impl<const N: usize> Graded<NumbersOut<N>> {
    /// The next row's value, GSDs and basis; see [`NumbersOut::push`].
    #[inline]
    pub fn push(&mut self, value: f64, gsds: [f64; N], basis: Basis) {
        self.column.push(value, gsds);
        self.basis.push(basis as u32);
    }

    /// The next row has nothing of the kind: 0, and no basis.
    #[inline]
    pub fn zero(&mut self) {
        self.column.zero();
        self.basis.push(u32::MAX);
    }

    /// The next row has something that cannot be said; no basis.
    #[inline]
    pub fn unknown(&mut self) {
        self.column.unknown();
        self.basis.push(u32::MAX);
    }

    /// [`push`](Self::push) or [`unknown`](Self::unknown).
    #[inline]
    pub fn push_known(&mut self, value: Option<f64>, gsds: [f64; N], basis: Basis) {
        match value {
            Some(value) => self.push(value, gsds, basis),
            None => self.unknown(),
        }
    }
}

impl Graded<CategoriesOut> {
    /// The code of a value in this batch.
    pub fn code(&mut self, value: &str) -> Code {
        self.column.code(value)
    }

    /// The next row's value and basis.
    #[inline]
    pub fn push(&mut self, code: Code, basis: Basis) {
        self.column.push(code);
        self.basis.push(basis as u32);
    }

    /// The next row's value, with no basis: one that says only that nothing could be said.
    #[inline]
    pub fn push_ungraded(&mut self, code: Code) {
        self.column.push(code);
        self.basis.push(u32::MAX);
    }

    /// The next row has no value and no basis.
    #[inline]
    pub fn none(&mut self) {
        self.column.none();
        self.basis.push(u32::MAX);
    }
}

impl<O: OutputColumn> OutputColumn for Graded<O> {
    const KIND: Kind = O::KIND;
    const ERRORS: usize = O::ERRORS;
    const GRADED: bool = true;

    fn with_rows(rows: usize) -> Self {
        Self { column: O::with_rows(rows), basis: Vec::with_capacity(rows) }
    }

    fn filled(&self) -> usize {
        self.column.filled()
    }

    fn finish(self, described: &Output, to: &mut Vec<wire::Column>) {
        self.column.finish(described, to);
        let values = Basis::ALL.iter().map(|value| (*value).to_owned()).collect();
        to.push(wire::Column {
            name: format!("{}.basis", described.name),
            data: dictionary(values, self.basis),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_bits_appear_with_the_first_unknown_and_end_with_zeros() {
        for first in 0..20 {
            let mut column = NumbersOut::<0>::with_rows(0);
            for row in 0..20 {
                if row == first { column.unknown() } else { column.push(1.0, []) }
            }
            let bits = column.known.0;
            assert_eq!(bits.len(), 3);
            for row in 0..24 {
                assert_eq!(
                    bits[row / 8] >> (row % 8) & 1 == 1,
                    row != first && row < 20,
                    "row {row}, unknown {first}"
                );
            }
        }
        let mut column = NumbersOut::<0>::with_rows(0);
        for _ in 0..7 {
            column.push(1.0, []);
        }
        column.unknown();
        assert_eq!(column.known.0, [0x7f]);
    }

    #[test]
    fn an_error_that_is_one_number_stays_one_number() {
        let described = crate::describe::output("pue").error("pue-row", &[]).error("pue-region", &[]).of(
            Kind::Number,
            2,
            false,
        );
        let mut column = NumbersOut::<2>::with_rows(3);
        column.push(1.0, [1.01, 1.0]);
        column.push(1.0, [1.01, 1.0]);
        column.push(1.0, [1.01, 1.2]);
        let mut sent = Vec::new();
        column.finish(&described, &mut sent);
        assert_eq!(sent[1].data, wire::Data::Same(1.01));
        assert_eq!(
            sent[2].data,
            wire::Data::Numbers(wire::Numbers { values: vec![1.0, 1.0, 1.2], known: vec![] })
        );
        assert_eq!(sent[2].name, "pue.gsd.pue-region");
    }

    #[test]
    fn a_dictionary_holds_only_what_rows_take() {
        let mut column = CategoriesOut::with_rows(3);
        let (a, b) = (column.code("a"), column.code("b"));
        assert_eq!(column.code("a"), a);
        column.push(b);
        column.none();
        column.push(b);
        let mut sent = Vec::new();
        column.finish(&crate::describe::output("pue-factor"), &mut sent);
        let wanted = wire::Categories { values: vec!["b".to_owned()], codes: vec![0, u32::MAX, 0] };
        assert_eq!(sent[0].data, wire::Data::Categories(wanted));
    }
}
