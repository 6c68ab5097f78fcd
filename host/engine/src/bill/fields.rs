//! Columns as the file has them, before they get their standard names.

use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Float64Array, StringArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int32Type, TimestampMillisecondType};

use super::column::ColumnKind;
use super::intern::Codes;

/// What a column of a file holds, and as which Arrow type the readers hand it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldKind {
    /// `Dictionary(Int32, Utf8)`, missing values null.
    Text,
    /// The same, with canonical JSON objects.
    Object,
    /// `Decimal128(38, 24)`.
    Money,
    /// `Float64`.
    Number,
    /// `Timestamp(Millisecond, "UTC")`.
    Instant,
}

impl FieldKind {
    /// The Arrow type of this kind.
    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Text | Self::Object => ColumnKind::Category,
            Self::Money => ColumnKind::Decimal,
            Self::Number => ColumnKind::Number,
            Self::Instant => ColumnKind::Instant,
        }
        .data_type()
    }
}

/// A column of a file that some standard column is made from.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// The name as the file spells it.
    pub(super) name: String,
    /// What it holds.
    pub(super) kind: FieldKind,
    /// Whether a row without a value is an error.
    pub(super) filled: bool,
    /// Place among the columns of the file.
    pub(super) place: usize,
}

/// The columns of one chunk, by place in the list of fields; those that were not asked for are missing.
#[derive(Debug)]
pub(super) struct FieldArrays {
    /// Rows in each array.
    pub(super) rows: usize,
    /// One entry per field.
    pub(super) arrays: Vec<Option<ArrayRef>>,
}

/// A text column: code of each row, text of each code.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextColumn<'a> {
    keys: &'a arrow::array::Int32Array,
    pub(super) values: &'a StringArray,
}

impl<'a> TextColumn<'a> {
    /// The code of `row`; nothing where the row has no text.
    #[inline]
    pub(super) fn code(&self, row: usize) -> Option<usize> {
        if row >= self.keys.len() || self.keys.is_null(row) {
            return None;
        }
        usize::try_from(self.keys.value(row)).ok()
    }

    /// The text of `row`.
    #[inline]
    pub(super) fn text(&self, row: usize) -> Option<&'a str> {
        self.code(row).map(|code| self.values.value(code))
    }

    /// Whether every row has a text.
    pub(super) fn is_full(&self) -> bool {
        self.keys.null_count() == 0
    }

    /// What `of` makes of each text that may occur, by code.
    pub(super) fn map<T>(&self, of: impl Fn(&str) -> T) -> Vec<T> {
        (0..self.values.len()).map(|code| of(self.values.value(code))).collect()
    }
}

impl FieldArrays {
    /// The array of a field.
    pub(super) fn array(&self, field: Option<usize>) -> Option<&ArrayRef> {
        self.arrays.get(field?)?.as_ref()
    }

    /// A text field.
    pub(super) fn text(&self, field: Option<usize>) -> Option<TextColumn<'_>> {
        let array = self.array(field)?.as_dictionary_opt::<Int32Type>()?;
        Some(TextColumn { keys: array.keys(), values: array.values().as_string_opt::<i32>()? })
    }

    /// A money field.
    pub(super) fn money(&self, field: Option<usize>) -> Option<&Decimal128Array> {
        self.array(field)?.as_primitive_opt::<Decimal128Type>()
    }

    /// The money of a row; 0 where the file has no such column or the row no value.
    pub(super) fn money_at(&self, field: Option<usize>, row: usize) -> i128 {
        self.money(field).filter(|money| !money.is_null(row)).map_or(0, |money| money.value(row))
    }

    /// A number field.
    pub(super) fn number(&self, field: Option<usize>) -> Option<&Float64Array> {
        self.array(field)?.as_primitive_opt::<Float64Type>()
    }

    /// An instant field.
    pub(super) fn instant(&self, field: Option<usize>) -> Option<&TimestampMillisecondArray> {
        self.array(field)?.as_primitive_opt::<TimestampMillisecondType>()
    }

    /// The first of several text fields that has a text, row by row; nothing where the file has none of them.
    pub(super) fn first_text(&self, fields: &[usize]) -> Option<ArrayRef> {
        let columns: Vec<_> = fields
            .iter()
            .filter_map(|field| Some((self.text(Some(*field))?, self.array(Some(*field))?)))
            .collect();
        let ((first, array), rest) = columns.split_first()?;
        if rest.is_empty() || first.is_full() {
            return Some(std::sync::Arc::clone(array));
        }
        let mut codes = Codes::new(self.rows);
        for row in 0..self.rows {
            match columns.iter().find_map(|(column, _)| column.text(row)) {
                // Texts that are in an array are UTF-8, and together no larger than a chunk.
                Some(text) => match codes.push(text.as_bytes()) {
                    Ok(_) => {}
                    Err(_) => codes.push_null(),
                },
                None => codes.push_null(),
            }
        }
        Some(codes.take())
    }
}
