//! Distinct texts of one column of one chunk, each with a code.

use std::hash::Hasher;
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, NullBufferBuilder, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::Int32Type;
use rustc_hash::FxHasher;

use crate::steps;

/// Gives each distinct text a code, in the order of first appearance.
#[derive(Debug)]
pub(super) struct Interner {
    /// Open addressing; a slot is 0, or the upper half of the hash and the code plus one.
    table: Vec<u64>,
    bytes: Vec<u8>,
    /// Ends of the texts, after a first 0.
    offsets: Vec<i32>,
}

/// Why a text cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// The bytes are no UTF-8, or some are NUL.
    Utf8,
    /// The chunk would hold over 2 GiB of text in one column.
    Full,
}

impl Interner {
    pub(super) fn new() -> Self {
        Self { table: vec![0; 256], bytes: Vec::new(), offsets: vec![0] }
    }

    fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Bytes of all texts.
    pub(super) fn text_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The text of `code`.
    pub(super) fn text(&self, code: i32) -> &[u8] {
        let at = usize::try_from(code).unwrap_or(usize::MAX - 1);
        let offset = |place: usize| self.offsets.get(place).and_then(|offset| usize::try_from(*offset).ok());
        match (offset(at), offset(at + 1)) {
            (Some(start), Some(end)) => self.bytes.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The code of `text`; a new one where it has none yet.
    #[inline]
    pub(super) fn code(&mut self, text: &[u8]) -> Result<i32, Refused> {
        let hash = hash(text);
        let mask = self.table.len() - 1;
        let mut slot = place(hash) & mask;
        while let Some(&entry) = self.table.get(slot)
            && entry != 0
        {
            steps::add(1);
            if entry >> 32 == hash >> 32 {
                let code = code_of(entry);
                if self.text(code) == text {
                    return Ok(code);
                }
            }
            slot = (slot + 1) & mask;
        }
        self.insert(text, hash, slot)
    }

    fn insert(&mut self, text: &[u8], hash: u64, slot: usize) -> Result<i32, Refused> {
        // A file with NUL bytes was cut off by a crash, or is no text.
        if std::str::from_utf8(text).is_err() || memchr::memchr(0, text).is_some() {
            return Err(Refused::Utf8);
        }
        let end = i32::try_from(self.bytes.len() + text.len()).map_err(|_| Refused::Full)?;
        let code = i32::try_from(self.len()).map_err(|_| Refused::Full)?;
        self.bytes.extend_from_slice(text);
        self.offsets.push(end);
        if let Some(entry) = self.table.get_mut(slot) {
            *entry = entry_of(hash, code);
        }
        if self.len() * 2 > self.table.len() {
            self.grow();
        }
        Ok(code)
    }

    fn grow(&mut self) {
        let size = self.table.len() * 4;
        let mut table = vec![0_u64; size];
        for code in 0..i32::try_from(self.len()).unwrap_or(i32::MAX) {
            let hash = hash(self.text(code));
            let mut slot = place(hash) & (size - 1);
            steps::add(1);
            while table.get(slot).is_some_and(|entry| *entry != 0) {
                steps::add(1);
                slot = (slot + 1) & (size - 1);
            }
            if let Some(entry) = table.get_mut(slot) {
                *entry = entry_of(hash, code);
            }
        }
        self.table = table;
    }

    /// The texts as an Arrow array; the interner is empty afterwards.
    pub(super) fn take(&mut self) -> StringArray {
        self.table.fill(0);
        let bytes = std::mem::take(&mut self.bytes);
        let offsets = std::mem::replace(&mut self.offsets, vec![0]);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        // Every text was checked when it came in.
        StringArray::try_new(offsets, Buffer::from_vec(bytes), None)
            .unwrap_or_else(|_| StringArray::new_null(0))
    }
}

#[inline]
fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish()
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "only the lower bits are wanted")]
fn place(hash: u64) -> usize {
    hash as usize
}

#[inline]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "the lower half is a code plus one"
)]
fn code_of(entry: u64) -> i32 {
    (entry as u32 as i32).wrapping_sub(1)
}

#[inline]
fn entry_of(hash: u64, code: i32) -> u64 {
    (hash & 0xFFFF_FFFF_0000_0000) | u64::from(code.unsigned_abs() + 1)
}

/// A category column under construction.
#[derive(Debug)]
pub(super) struct Codes {
    interner: Interner,
    keys: Vec<i32>,
    nulls: NullBufferBuilder,
    /// Code of the last text, or -1: neighbours are mostly equal.
    last: i32,
}

impl Codes {
    pub(super) fn new(rows: usize) -> Self {
        Self {
            interner: Interner::new(),
            keys: Vec::with_capacity(rows),
            nulls: NullBufferBuilder::new(rows),
            last: -1,
        }
    }

    /// Adds a row with a text.
    #[inline]
    pub(super) fn push(&mut self, text: &[u8]) -> Result<i32, Refused> {
        if self.last < 0 || self.interner.text(self.last) != text {
            self.last = self.interner.code(text)?;
        }
        self.push_code(self.last);
        Ok(self.last)
    }

    /// Bytes of the distinct texts so far.
    pub(super) fn text_bytes(&self) -> usize {
        self.interner.text_bytes()
    }

    /// The code of a text, without adding a row.
    pub(super) fn code(&mut self, text: &[u8]) -> Result<i32, Refused> {
        self.interner.code(text)
    }

    /// Adds a row with a code that was given out before.
    #[inline]
    pub(super) fn push_code(&mut self, code: i32) {
        self.keys.push(code);
        self.nulls.append_non_null();
    }

    /// Adds a row without text.
    #[inline]
    pub(super) fn push_null(&mut self) {
        self.keys.push(0);
        self.nulls.append_null();
    }

    /// The column so far; empty afterwards.
    pub(super) fn take(&mut self) -> ArrayRef {
        self.last = -1;
        let rows = self.keys.len();
        let keys = std::mem::replace(&mut self.keys, Vec::with_capacity(rows));
        let keys = Int32Array::new(keys.into(), self.nulls.finish());
        dictionary(keys, Arc::new(self.interner.take()))
    }
}

/// A category column from codes that are known to fit their texts.
pub(super) fn dictionary(keys: Int32Array, values: ArrayRef) -> ArrayRef {
    let rows = keys.len();
    match DictionaryArray::<Int32Type>::try_new(keys, values) {
        Ok(array) => Arc::new(array),
        // Not reached: codes come from the interner that the texts come from.
        Err(_) => arrow::array::new_null_array(&super::column::ColumnKind::Category.data_type(), rows),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};

    #[test]
    fn equal_texts_have_one_code_however_many_there_are() {
        let mut codes = Codes::new(0);
        for row in 0..100_000_u32 {
            let code = codes.push(format!("text-{}", row % 7_919).as_bytes()).unwrap();
            assert_eq!(u32::try_from(code).unwrap(), row % 7_919);
        }
        codes.push_null();
        let array = codes.take();
        let array = array.as_dictionary::<Int32Type>();
        assert_eq!((array.len(), array.values().len(), array.null_count()), (100_001, 7_919, 1));
        assert_eq!(array.values().as_string::<i32>().value(7_918), "text-7918");
        assert_eq!(codes.push(b"again").unwrap(), 0);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(Codes::new(0).push(&[0xFF, 0xFE]), Err(Refused::Utf8));
        assert_eq!(Codes::new(0).push(b"a\0b"), Err(Refused::Utf8));
    }
}
