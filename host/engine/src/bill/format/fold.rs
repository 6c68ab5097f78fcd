//! Category columns made from other category columns, worked out once per distinct combination.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, StringArray};
use arrow::datatypes::Int32Type;
use rustc_hash::FxHashMap;

use crate::bill::fields::TextColumn;
use crate::bill::intern::{Codes, dictionary};

/// A column of one text for all rows.
pub(super) fn constant(rows: usize, text: &str) -> ArrayRef {
    dictionary(Int32Array::from(vec![0; rows]), Arc::new(StringArray::from(vec![text])))
}

/// A column of nulls.
pub(super) fn nothing(rows: usize) -> ArrayRef {
    dictionary(Int32Array::new_null(rows), Arc::new(StringArray::new_null(0)))
}

/// The column that `make` gives for the texts of each row, in the order of `columns`.
pub(super) fn fold(
    rows: usize,
    columns: &[TextColumn<'_>],
    make: impl Fn(&[Option<&str>]) -> Option<String>,
) -> ArrayRef {
    fold_with(rows, columns, |_| 0, |texts, _| make(texts))
}

/// The same, where the result also depends on a small number of the row.
pub(super) fn fold_with(
    rows: usize,
    columns: &[TextColumn<'_>],
    extra: impl Fn(usize) -> u32,
    make: impl Fn(&[Option<&str>], u32) -> Option<String>,
) -> ArrayRef {
    let mut codes = Codes::new(rows);
    let mut seen: FxHashMap<Box<[u32]>, Option<i32>> = FxHashMap::default();
    let mut key: Vec<u32> = Vec::with_capacity(columns.len() + 1);
    let mut last_key: Vec<u32> = Vec::new();
    let mut last: Option<i32> = None;
    for row in 0..rows {
        key.clear();
        key.extend(
            columns
                .iter()
                .map(|column| column.code(row).and_then(|code| u32::try_from(code).ok()).unwrap_or(u32::MAX)),
        );
        key.push(extra(row));
        if row == 0 || key != last_key {
            last = if let Some(code) = seen.get(key.as_slice()) {
                *code
            } else {
                let texts: Vec<_> = columns.iter().map(|column| column.text(row)).collect();
                // What is made of texts of one chunk is UTF-8 and fits.
                let code = make(&texts, extra(row)).and_then(|text| codes.code(text.as_bytes()).ok());
                seen.insert(key.clone().into_boxed_slice(), code);
                code
            };
            last_key.clone_from(&key);
        }
        match last {
            Some(code) => codes.push_code(code),
            None => codes.push_null(),
        }
    }
    codes.take()
}

/// The column with each text replaced; quicker than [`fold`] because only the texts are looked at, not the rows.
pub(super) fn replace(array: &ArrayRef, with: impl Fn(&str) -> String) -> Option<ArrayRef> {
    use arrow::array::AsArray;
    let column = array.as_dictionary_opt::<Int32Type>()?;
    let values: StringArray =
        column.values().as_string_opt::<i32>()?.iter().map(|text| text.map(&with)).collect();
    Some(dictionary(column.keys().clone(), Arc::new(values)))
}
