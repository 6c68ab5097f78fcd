//! Dictionaries of a Parquet file, rewritten once each: missing texts become null, objects canonical.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow::datatypes::Int32Type;

use crate::bill::intern::dictionary;
use crate::bill::json;
use crate::bill::text::is_missing;

/// The rewritten form of the dictionary that a column had last. A row group mostly has one per column.
#[derive(Debug, Default)]
pub(super) struct Rewriter {
    last: Option<Rewritten>,
}

#[derive(Debug)]
struct Rewritten {
    /// Kept, so that its memory is not used for another dictionary.
    source: StringArray,
    values: ArrayRef,
    /// The new code of each old one, or [`NULL`] or [`BAD`]; nothing where all stay.
    codes: Option<Vec<i32>>,
}

const NULL: i32 = -1;
const BAD: i32 = -2;

impl Rewriter {
    /// The column with null for missing texts and, for objects, canonical texts.
    ///
    /// # Errors
    /// The first row with a text that is no object.
    pub(super) fn rewrite(
        &mut self,
        column: &DictionaryArray<Int32Type>,
        values: &StringArray,
        object: bool,
    ) -> Result<ArrayRef, usize> {
        let same = |last: &Rewritten| {
            last.source.values().as_ptr() == values.values().as_ptr()
                && last.source.offsets().inner().inner().as_ptr() == values.offsets().inner().inner().as_ptr()
                && last.source.len() == values.len()
        };
        let rewritten = match self.last.take().filter(same) {
            Some(rewritten) => rewritten,
            None => Rewritten::new(values, object),
        };
        let result = rewritten.apply(column);
        self.last = Some(rewritten);
        result
    }
}

impl Rewritten {
    fn new(source: &StringArray, object: bool) -> Self {
        let mut codes: Vec<i32> = (0..i32::try_from(source.len()).unwrap_or(i32::MAX)).collect();
        let mut changed = false;
        for (code, text) in codes.iter_mut().zip(source) {
            if text.is_none_or(|text| is_missing(text.as_bytes())) {
                *code = NULL;
                changed = true;
            }
        }
        let mut values: ArrayRef = Arc::new(source.clone());
        if object {
            // Unused texts may be anything, so a bad one only counts where a row has it.
            let canonical: Vec<Option<String>> = source.iter().map(|text| json::canonical(text?)).collect();
            for (code, canonical) in codes.iter_mut().zip(&canonical) {
                if canonical.is_none() && *code != NULL {
                    *code = BAD;
                    changed = true;
                }
            }
            values = Arc::new(
                canonical.into_iter().map(Option::unwrap_or_default).map(Some).collect::<StringArray>(),
            );
        }
        Self { source: source.clone(), values, codes: changed.then_some(codes) }
    }

    fn apply(&self, column: &DictionaryArray<Int32Type>) -> Result<ArrayRef, usize> {
        let keys = column.keys();
        let Some(codes) = &self.codes else {
            // As many texts as before, so that all codes still fit.
            return Ok(Arc::new(column.with_values(Arc::clone(&self.values))));
        };
        let code =
            |key: i32| usize::try_from(key).ok().and_then(|key| codes.get(key)).copied().unwrap_or(NULL);
        let mut fresh: Vec<Option<i32>> = Vec::with_capacity(keys.len());
        for (row, key) in keys.iter().enumerate() {
            match key.map(code) {
                Some(BAD) => return Err(row),
                Some(NULL) | None => fresh.push(None),
                Some(code) => fresh.push(Some(code)),
            }
        }
        Ok(dictionary(Int32Array::from(fresh), Arc::clone(&self.values)))
    }
}
