//! Columns and batches as the host holds them.
//!
//! The shapes are those of `interface columns` in `wit/plugin.wit`, so that a column crosses the boundary of the
//! sandbox without being taken apart. Nothing here trusts or judges a value: that is the gate's work.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::descriptor::Kind;

/// The code of a row that has no value in a category column.
pub const NO_VALUE: u32 = u32::MAX;

/// Equally long columns. `rows` is stated because a batch may have no column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// How many rows every column has.
    pub rows: usize,
    /// The columns, each name once.
    pub columns: Vec<Column>,
}

impl Batch {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The rows of `range` (cut to the batch), with only the category values that occur in them.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let range = range.start.min(self.rows)..range.end.min(self.rows);
        Self {
            rows: range.len(),
            columns: self
                .columns
                .iter()
                .map(|column| Column { name: column.name.clone(), data: column.data.slice(range.clone()) })
                .collect(),
        }
    }
}

/// A named column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Kebab-case name: of the standard list, or with the id of a plugin in front.
    pub name: String,
    /// The values, one per row.
    pub data: Data,
}

impl Column {
    /// A column from its name and values.
    #[must_use]
    pub fn new(name: impl Into<String>, data: Data) -> Self {
        Self { name: name.into(), data }
    }

    /// The number of `row`, where the column holds numbers and the row has one.
    #[must_use]
    pub fn number(&self, row: usize) -> Option<f64> {
        match &self.data {
            Data::Same(value) => Some(*value),
            Data::Numbers { values, known } if known.is_known(row) => values.get(row).copied(),
            _ => None,
        }
    }

    /// The category or text of `row`, where the row has one.
    #[must_use]
    pub fn text(&self, row: usize) -> Option<&str> {
        match &self.data {
            Data::Categories { values, codes } => {
                let code = *codes.get(row)?;
                values.get(usize::try_from(code).ok()?).map(String::as_str)
            }
            Data::Texts { values, known } if known.is_known(row) => values.get(row).map(String::as_str),
            _ => None,
        }
    }
}

/// The values of a column. Lists are as long as the batch has rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// One number for all rows.
    Same(f64),
    /// One number per row, in the unit of the column.
    Numbers {
        /// 0 where the row is not known.
        values: Vec<f64>,
        /// Which rows have a value.
        known: Known,
    },
    /// Exact decimals: `value / 10^scale`.
    Decimals {
        /// 0 where the row is not known.
        values: Vec<i128>,
        /// Digits after the point, 0 to 38.
        scale: u8,
        /// Which rows have a value.
        known: Known,
    },
    /// Text with few distinct values.
    Categories {
        /// The distinct values.
        values: Vec<String>,
        /// Index into `values` for each row, or [`NO_VALUE`].
        codes: Vec<u32>,
    },
    /// Text with many distinct values.
    Texts {
        /// Empty where the row is not known.
        values: Vec<String>,
        /// Which rows have a value.
        known: Known,
    },
    /// Points in time, in milliseconds since 1970-01-01T00:00:00Z.
    Instants {
        /// 0 where the row is not known.
        epoch_ms: Vec<i64>,
        /// Which rows have a value.
        known: Known,
    },
}

impl Data {
    /// Categories from one optional text per row; values are numbered in the order of their first row.
    pub fn categories<'a>(rows: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut values: Vec<String> = Vec::new();
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        let codes = rows
            .into_iter()
            .map(|row| {
                let Some(text) = row else { return NO_VALUE };
                *seen.entry(text).or_insert_with(|| {
                    values.push(text.to_owned());
                    u32::try_from(values.len() - 1).unwrap_or(NO_VALUE)
                })
            })
            .collect();
        Self::Categories { values, codes }
    }

    /// Instants of rows, in milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn instants(rows: impl IntoIterator<Item = Option<i64>>) -> Self {
        let rows: Vec<Option<i64>> = rows.into_iter().collect();
        let known = Known::from_rows(rows.iter().map(Option::is_some));
        Self::Instants { epoch_ms: rows.into_iter().map(Option::unwrap_or_default).collect(), known }
    }

    /// Numbers from one optional value per row.
    pub fn numbers(rows: impl IntoIterator<Item = Option<f64>>) -> Self {
        let rows: Vec<Option<f64>> = rows.into_iter().collect();
        let known = Known::from_rows(rows.iter().map(Option::is_some));
        Self::Numbers { values: rows.into_iter().map(Option::unwrap_or_default).collect(), known }
    }

    /// The kind that a descriptor would give to this column.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Same(_) | Self::Numbers { .. } => Kind::Number,
            Self::Decimals { .. } => Kind::Decimal,
            Self::Categories { .. } => Kind::Category,
            Self::Texts { .. } => Kind::Text,
            Self::Instants { .. } => Kind::Instant,
        }
    }

    /// How many rows it has; `None` for one number for all rows.
    #[must_use]
    pub const fn len(&self) -> Option<usize> {
        match self {
            Self::Same(_) => None,
            Self::Numbers { values, .. } => Some(values.len()),
            Self::Decimals { values, .. } => Some(values.len()),
            Self::Categories { codes, .. } => Some(codes.len()),
            Self::Texts { values, .. } => Some(values.len()),
            Self::Instants { epoch_ms, .. } => Some(epoch_ms.len()),
        }
    }

    /// Whether it has no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self.len(), Some(0))
    }

    /// The rows of `range`, which must lie inside the column; category values that do not occur are left out.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        fn cut<T: Clone>(values: &[T], range: &Range<usize>) -> Vec<T> {
            values.get(range.clone()).map(<[T]>::to_vec).unwrap_or_default()
        }
        match self {
            Self::Same(value) => Self::Same(*value),
            Self::Numbers { values, known } => {
                Self::Numbers { values: cut(values, &range), known: known.slice(range) }
            }
            Self::Decimals { values, scale, known } => {
                Self::Decimals { values: cut(values, &range), scale: *scale, known: known.slice(range) }
            }
            Self::Categories { values, codes } => {
                let (values, codes) = compact(values, codes.get(range).unwrap_or_default());
                Self::Categories { values: values.into_iter().map(str::to_owned).collect(), codes }
            }
            Self::Texts { values, known } => {
                Self::Texts { values: cut(values, &range), known: known.slice(range) }
            }
            Self::Instants { epoch_ms, known } => {
                Self::Instants { epoch_ms: cut(epoch_ms, &range), known: known.slice(range) }
            }
        }
    }
}

/// The values that `codes` use, in the order of `values`, and the codes into them. A code outside `values` becomes
/// [`NO_VALUE`]. As long as `codes`.
#[must_use]
pub fn compact<'a>(values: &'a [String], codes: &[u32]) -> (Vec<&'a str>, Vec<u32>) {
    let mut renumbered = vec![NO_VALUE; values.len()];
    for code in codes {
        if let Some(slot) = usize::try_from(*code).ok().and_then(|index| renumbered.get_mut(index)) {
            *slot = 0;
        }
    }
    let mut kept = Vec::new();
    for (value, slot) in values.iter().zip(&mut renumbered) {
        if *slot == 0 {
            *slot = u32::try_from(kept.len()).unwrap_or(NO_VALUE);
            kept.push(value.as_str());
        }
    }
    let lookup = |code: &u32| usize::try_from(*code).ok().and_then(|index| renumbered.get(index)).copied();
    (kept, codes.iter().map(|code| lookup(code).unwrap_or(NO_VALUE)).collect())
}

/// Which rows of a column have a value: one bit a row, and no bits at all where every row has one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known(Vec<u8>);

impl Known {
    /// Every row has a value.
    #[must_use]
    pub const fn all() -> Self {
        Self(Vec::new())
    }

    /// No row of `rows` has a value.
    #[must_use]
    pub fn none(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(8)])
    }

    /// From one flag per row.
    pub fn from_rows(rows: impl IntoIterator<Item = bool>) -> Self {
        let mut bytes = Vec::new();
        let mut every = true;
        for (row, known) in rows.into_iter().enumerate() {
            if row % 8 == 0 {
                bytes.push(0);
            }
            every &= known;
            if let (true, Some(last)) = (known, bytes.last_mut()) {
                *last |= 1 << (row % 8);
            }
        }
        if every { Self::all() } else { Self(bytes) }
    }

    /// From the bytes of the contract: bit `i % 8` of byte `i / 8` for row `i`, or nothing. Bits past the last row
    /// are cleared; `None` where the length does not fit `rows`.
    #[must_use]
    pub fn from_bytes(mut bytes: Vec<u8>, rows: usize) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Self::all());
        }
        if bytes.len() != rows.div_ceil(8) {
            return None;
        }
        let spare = bytes.len() * 8 - rows;
        if let Some(last) = bytes.last_mut() {
            *last &= 0xff_u8 >> spare;
        }
        let known = Self(bytes);
        Some(if known.count(rows) == rows { Self::all() } else { known })
    }

    /// The bytes of the contract; empty where every row has a value.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether every row has a value.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `row` has a value.
    #[must_use]
    pub fn is_known(&self, row: usize) -> bool {
        self.0.is_empty() || self.0.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
    }

    /// Puts the default at every row that has no value. Eight rows at a time: most of them have one.
    pub(crate) fn clear<T: Default>(&self, values: &mut [T]) {
        for (eight, byte) in values.chunks_mut(8).zip(&self.0).filter(|(_, byte)| **byte != u8::MAX) {
            for (place, value) in eight.iter_mut().enumerate() {
                if byte >> place & 1 == 0 {
                    *value = T::default();
                }
            }
        }
    }

    /// How many of `rows` rows have a value.
    #[must_use]
    pub fn count(&self, rows: usize) -> usize {
        if self.is_all() {
            return rows;
        }
        self.0.iter().map(|byte| byte.count_ones() as usize).sum()
    }

    /// The flags of `range`.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        if self.is_all() { Self::all() } else { Self::from_rows(range.map(|row| self.is_known(row))) }
    }

    /// The rows, of `rows`, that have a value in both.
    #[must_use]
    pub fn both(&self, other: &Self, rows: usize) -> Self {
        if other.is_all() {
            return self.clone();
        }
        if self.is_all() {
            return other.clone();
        }
        let bytes = self.0.iter().zip(&other.0).map(|(left, right)| left & right).collect();
        Self::from_bytes(bytes, rows).unwrap_or_else(|| Self::none(rows))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn known_bits_survive_slicing_at_any_offset() {
        let flags: Vec<bool> = (0..37).map(|row| row % 3 != 1).collect();
        let known = Known::from_rows(flags.iter().copied());
        for start in 0..flags.len() {
            let part = known.slice(start..flags.len());
            for (offset, flag) in flags[start..].iter().enumerate() {
                assert_eq!(part.is_known(offset), *flag, "row {} from {start}", offset + start);
            }
        }
    }

    #[test]
    fn bits_past_the_last_row_are_cleared_and_full_bits_dropped() {
        let known = Known::from_bytes(vec![0b1111_0101], 4).unwrap();
        assert_eq!(known.bytes(), [0b0000_0101]);
        assert!(Known::from_bytes(vec![0xff, 0x01], 9).unwrap().is_all());
        assert!(Known::from_bytes(vec![0xff], 9).is_none(), "too short");
    }

    #[test]
    fn both_keeps_rows_known_on_either_side_only_when_known_on_both() {
        let left = Known::from_rows([true, true, false]);
        let right = Known::from_rows([false, true, true]);
        assert_eq!(left.both(&right, 3), Known::from_rows([false, true, false]));
        assert_eq!(left.both(&Known::all(), 3), left);
    }

    #[test]
    fn compacting_keeps_only_values_that_occur() {
        let values: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        let (kept, codes) = compact(&values, &[2, NO_VALUE, 0, 2, 9]);
        assert_eq!(kept, ["a", "c"]);
        assert_eq!(codes, [1, NO_VALUE, 0, 1, NO_VALUE]);
    }

    #[test]
    fn a_sliced_batch_has_the_rows_of_the_range() {
        let batch = Batch {
            rows: 3,
            columns: vec![
                Column::new("region-id", Data::categories([Some("x"), Some("y"), None])),
                Column::new("vcpu-hours", Data::numbers([None, Some(2.0), Some(3.0)])),
                Column::new("pue", Data::Same(1.2)),
            ],
        };
        let tail = batch.slice(1..9);
        assert_eq!(tail.rows, 2);
        assert_eq!(tail.column("region-id").unwrap().text(0), Some("y"));
        assert_eq!(tail.column("region-id").unwrap().text(1), None);
        assert_eq!(tail.column("vcpu-hours").unwrap().number(1), Some(3.0));
        assert_eq!(tail.column("pue").unwrap().number(1), Some(1.2));
    }
}
