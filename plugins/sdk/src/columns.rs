//! The columns that a model reads: slices with known bits, and dictionaries with codes.

use crate::bindings::joulework::plugin::columns as wire;
use crate::describe::Kind;
use crate::fault::Fault;

/// Which rows have a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known(Vec<u8>);

impl Known {
    /// Whether every row has a value.
    #[must_use]
    pub fn all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the row has a value.
    #[inline]
    #[must_use]
    pub fn at(&self, row: usize) -> bool {
        self.0.is_empty() || self.0[row >> 3] >> (row & 7) & 1 != 0
    }
}

/// A number per row, each known or not. An unknown row holds 0 in [`values`](Numbers::values).
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    values: Vec<f64>,
    known: Known,
}

impl Numbers {
    /// The value of the row, if it is known.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> Option<f64> {
        if self.known.at(row) { Some(self.values[row]) } else { None }
    }

    /// All values; rows that are not [`known`](Numbers::known) hold 0.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Which rows have a value.
    #[must_use]
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// The rows in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<f64>> + '_ {
        self.values.iter().enumerate().map(|(row, value)| self.known.at(row).then_some(*value))
    }
}

/// Text with few distinct values: a dictionary and a code per row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Categories {
    pub(crate) values: Vec<String>,
    pub(crate) codes: Vec<u32>,
}

impl Categories {
    /// The row's value, if it has one. For loops prefer [`map`](Categories::map).
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        self.values.get(self.codes[row] as usize).map(String::as_str)
    }

    /// The distinct values of the batch.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// One code per row, an index into [`values`](Categories::values); any other number means no value.
    #[must_use]
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }
}

/// An exact decimal: `units / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// The digits.
    pub units: i128,
    /// How many of them stand after the point.
    pub scale: u8,
}

impl Decimal {
    /// The nearest double; fit for ratios and rules, not for sums of money.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "named lossy")]
    pub fn to_f64_lossy(self) -> f64 {
        let mut power = 1.0;
        for _ in 0..self.scale {
            power *= 10.0;
        }
        self.units as f64 / power
    }
}

/// Money per row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimals {
    high: Vec<i64>,
    low: Vec<u64>,
    scale: u8,
    known: Known,
}

impl Decimals {
    /// The row's value, if it is known.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Decimal> {
        self.known.at(row).then(|| Decimal {
            units: (i128::from(self.high[row]) << 64) | i128::from(self.low[row]),
            scale: self.scale,
        })
    }
}

/// Text with many distinct values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    values: Vec<String>,
    known: Known,
}

impl Texts {
    /// The row's text, if it has one.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        self.known.at(row).then(|| self.values[row].as_str())
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z per row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instants {
    epoch_ms: Vec<i64>,
    known: Known,
}

impl Instants {
    /// The row's instant, if it has one.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> Option<i64> {
        self.known.at(row).then(|| self.epoch_ms[row])
    }
}

/// A column that the pipeline may lack. It then reads as unknown in every row.
#[derive(Debug, Clone, PartialEq)]
pub struct Optional<T> {
    column: T,
    present: bool,
}

impl<T> Optional<T> {
    /// Whether the pipeline has the column.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.present
    }
}

impl<T> std::ops::Deref for Optional<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.column
    }
}

/// A type that a field of `inputs!` may have.
pub trait ReadColumn: Sized {
    /// The kind of column that it reads.
    const KIND: Kind;
    /// Whether the pipeline may lack it.
    const OPTIONAL: bool = false;

    /// Takes the column over from the wire.
    ///
    /// # Errors
    /// `input.mismatch` where kind or length are not what was described.
    fn read(name: &str, data: wire::Data, rows: usize) -> Result<Self, Fault>;

    /// The column as it reads where the pipeline lacks it.
    ///
    /// # Errors
    /// `input.missing`, unless the column is optional.
    fn missing(name: &str, _rows: usize) -> Result<Self, Fault> {
        Err(Fault::new("input.missing", format!("the input `{name}` is missing")).column(name))
    }

    /// Nothing known.
    fn unknown(rows: usize) -> Self;
}

impl<T: ReadColumn> ReadColumn for Optional<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;

    fn read(name: &str, data: wire::Data, rows: usize) -> Result<Self, Fault> {
        T::read(name, data, rows).map(|column| Self { column, present: true })
    }

    fn missing(_name: &str, rows: usize) -> Result<Self, Fault> {
        Ok(Self::unknown(rows))
    }

    fn unknown(rows: usize) -> Self {
        Self { column: T::unknown(rows), present: false }
    }
}

fn mismatch(name: &str, what: &str) -> Fault {
    Fault::new("input.mismatch", format!("the input `{name}` {what}")).column(name)
}

fn known(name: &str, bits: Vec<u8>, rows: usize) -> Result<Known, Fault> {
    if bits.is_empty() || bits.len() == rows.div_ceil(8) {
        Ok(Known(bits))
    } else {
        Err(mismatch(name, "has known bits of another length"))
    }
}

fn length(name: &str, got: usize, rows: usize) -> Result<(), Fault> {
    if got == rows { Ok(()) } else { Err(mismatch(name, &format!("has {got} values for {rows} rows"))) }
}

fn nothing(rows: usize) -> Known {
    Known(vec![0; rows.div_ceil(8)])
}

impl ReadColumn for Numbers {
    const KIND: Kind = Kind::Number;

    fn read(name: &str, data: wire::Data, rows: usize) -> Result<Self, Fault> {
        match data {
            wire::Data::Same(value) => Ok(Self { values: vec![value; rows], known: Known::default() }),
            wire::Data::Numbers(numbers) => {
                length(name, numbers.values.len(), rows)?;
                Ok(Self { values: numbers.values, known: known(name, numbers.known, rows)? })
            }
            _ => Err(mismatch(name, "is not a number")),
        }
    }

    fn unknown(rows: usize) -> Self {
        Self { values: vec![0.0; rows], known: nothing(rows) }
    }
}

impl ReadColumn for Categories {
    const KIND: Kind = Kind::Category;

    fn read(name: &str, data: wire::Data, rows: usize) -> Result<Self, Fault> {
        let wire::Data::Categories(categories) = data else {
            return Err(mismatch(name, "is not a category"));
        };
        length(name, categories.codes.len(), rows)?;
        Ok(Self { values: categories.values, codes: categories.codes })
    }

    fn unknown(rows: usize) -> Self {
        Self { values: Vec::new(), codes: vec![u32::MAX; rows] }
    }
}

impl ReadColumn for Decimals {
    const KIND: Kind = Kind::Decimal;

    fn read(name: &str, data: wire::Data, rows: usize) -> Result<Self, Fault> {
        let wire::Data::Decimals(decimals) = data else { return Err(mismatch(name, "is not a decimal")) };
        length(name, decimals.high.len(), rows)?;
        length(name, decimals.low.len(), rows)?;
        let known = known(name, decimals.known, rows)?;
        Ok(Self { high: decimals.high, low: decimals.low, scale: decimals.scale, known })
    }

    fn unknown(rows: usize) -> Self {
        Self { high: vec![0; rows], low: vec![0; rows], scale: 0, known: nothing(rows) }
    }
}

impl ReadColumn for Texts {
    const KIND: Kind = Kind::Text;

    fn read(name: &str, data: wire::Data, rows: usize) -> Result<Self, Fault> {
        let wire::Data::Texts(texts) = data else { return Err(mismatch(name, "is not a text")) };
        length(name, texts.values.len(), rows)?;
        Ok(Self { values: texts.values, known: known(name, texts.known, rows)? })
    }

    fn unknown(rows: usize) -> Self {
        Self { values: vec![String::new(); rows], known: nothing(rows) }
    }
}

impl ReadColumn for Instants {
    const KIND: Kind = Kind::Instant;

    fn read(name: &str, data: wire::Data, rows: usize) -> Result<Self, Fault> {
        let wire::Data::Instants(instants) = data else { return Err(mismatch(name, "is not an instant")) };
        length(name, instants.epoch_ms.len(), rows)?;
        Ok(Self { epoch_ms: instants.epoch_ms, known: known(name, instants.known, rows)? })
    }

    fn unknown(rows: usize) -> Self {
        Self { epoch_ms: vec![0; rows], known: nothing(rows) }
    }
}
