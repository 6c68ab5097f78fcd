//! The rows of a CUR chunk with their line types, and which of them are shares of other rows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::buffer::NullBuffer;

use super::Derived;
use super::cur_rules::LineType;
use crate::bill::fields::{FieldArrays, TextColumn};
use crate::bill::findings::RowNote;

/// The rows of a chunk with their line types.
pub(super) struct Rows<'a> {
    pub(super) arrays: &'a FieldArrays,
    /// The line type column, or nothing where no wanted column needs it.
    pub(super) types_column: Vec<TextColumn<'a>>,
    types: Vec<LineType>,
    split: Option<TextColumn<'a>>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(arrays: &'a FieldArrays, line_type: Option<usize>, split: Option<usize>) -> Self {
        let types_column = columns(arrays, &[line_type]);
        let types = types_column.first().map(|column| column.map(LineType::of)).unwrap_or_default();
        Self { arrays, types_column, types, split: arrays.text(split) }
    }

    pub(super) fn line_type(&self, row: usize) -> LineType {
        let code = self.types_column.first().and_then(|column| column.code(row));
        code.and_then(|code| self.types.get(code)).copied().unwrap_or(LineType::Unknown)
    }

    pub(super) fn is_split(&self, row: usize) -> bool {
        self.split.is_some_and(|split| split.code(row).is_some())
    }

    /// Quantities of what ran; a fee, a tax or a share of another row has none.
    pub(super) fn quantities(&self, amounts: &Float64Array) -> ArrayRef {
        let known: NullBuffer = (0..amounts.len())
            .map(|row| !amounts.is_null(row) && self.line_type(row).is_physical() && !self.is_split(row))
            .collect();
        Arc::new(Float64Array::new(amounts.values().clone(), Some(known)))
    }

    pub(super) fn count_notes(&self, derived: &mut Derived) {
        if let Some(split) = self.split {
            let rows = (0..self.arrays.rows).filter(|row| split.code(*row).is_some()).count();
            if rows > 0 {
                derived.notes.push((
                    RowNote::SplitRows,
                    "rows of split cost allocation are not counted beside the rows that they share out"
                        .into(),
                    rows as u64,
                ));
            }
        }
        let Some(column) = self.types_column.first() else { return };
        for (code, line_type) in self.types.iter().enumerate() {
            if *line_type != LineType::Unknown {
                continue;
            }
            let rows = (0..self.arrays.rows).filter(|row| column.code(*row) == Some(code)).count();
            if rows > 0 {
                let text = format!(
                    "the line type `{}` is not known: its money is counted, as an adjustment",
                    column.values.value(code)
                );
                derived.notes.push((RowNote::UnknownLineType, text, rows as u64));
            }
        }
    }
}

/// The text columns among some fields, in their order.
pub(super) fn columns<'a>(arrays: &'a FieldArrays, fields: &[Option<usize>]) -> Vec<TextColumn<'a>> {
    fields.iter().filter_map(|field| arrays.text(*field)).collect()
}
