//! Whether files that could be parts of one delivery are two deliveries of it: by line item ids, or by equal rows.
//!
//! Ids and rows are compared by 64-bit hashes. When the files have over four million rows together, only hashes with so many leading zeros
//! are kept that they fit: the same rows of every file, whatever their order, so shares are estimated well and memory
//! stays bounded. (The design has spilled sorted hashes; a sample of four million decides a share of one half as well.)

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int32Type;

use crate::bill::column::{BillColumn, ColumnKind, ColumnSet};
use crate::bill::error::BillError;
use crate::bill::fields::FieldArrays;
use crate::bill::{BillFile, Inner};

/// Hashes that are kept.
const MOST: usize = 4 << 20;

/// Hashes of all files of a comparison.
#[derive(Debug, Default)]
struct Hashes {
    kept: Vec<(u64, usize)>,
    /// Leading zeros that a hash must have.
    zeros: u32,
}

impl Hashes {
    fn add(&mut self, hash: u64, file: usize, most: usize) {
        if hash.leading_zeros() < self.zeros {
            return;
        }
        self.kept.push((hash, file));
        while self.kept.len() > most && self.zeros < 64 {
            self.zeros += 1;
            let zeros = self.zeros;
            self.kept.retain(|(hash, _)| hash.leading_zeros() >= zeros);
        }
    }

    /// Kept hashes of each file, and of each pair those that both have (as often as both have them).
    fn shared(&mut self) -> (BTreeMap<usize, u64>, BTreeMap<(usize, usize), u64>) {
        self.kept.sort_unstable();
        let (mut rows, mut pairs) = (BTreeMap::new(), BTreeMap::new());
        for equal in self.kept.chunk_by(|a, b| a.0 == b.0) {
            let counts: Vec<(usize, u64)> = equal
                .chunk_by(|a, b| a.1 == b.1)
                .filter_map(|run| Some((run.first()?.1, run.len() as u64)))
                .collect();
            for (place, (first, count)) in counts.iter().enumerate() {
                *rows.entry(*first).or_default() += count;
                for (second, other) in counts.iter().skip(place + 1) {
                    *pairs.entry((*first, *second)).or_default() += count.min(other);
                }
            }
        }
        (rows, pairs)
    }
}

/// The first pair of files that are two deliveries of one bill.
pub(super) fn find(inner: &Inner, pairs: &[(usize, usize)]) -> Result<Option<BillError>, BillError> {
    let files: BTreeSet<usize> = pairs.iter().flat_map(|(first, second)| [*first, *second]).collect();
    let file = |place: usize| inner.files.get(place);
    let has_id = |place: &usize| file(*place).is_some_and(|file| file.input.layout.line_id.is_some());
    let (mut ids, mut rows) = (Hashes::default(), Hashes::default());
    for place in files.iter().copied() {
        let Some(found) = file(place) else { continue };
        // A file with ids is also compared by rows where its counterpart has none.
        if has_id(&place) {
            hash_ids(inner, found, |hash| ids.add(hash, place, MOST))?;
        }
        let without = |other: &usize| !has_id(other);
        if pairs.iter().any(|(a, b)| (*a == place || *b == place) && (without(a) || without(b))) {
            hash_rows(inner, found, |hash| rows.add(hash, place, MOST))?;
        }
    }
    let (_, shared_ids) = ids.shared();
    let (counts, shared_rows) = rows.shared();
    for pair in pairs {
        let (Some(first), Some(second)) = (file(pair.0), file(pair.1)) else { continue };
        let reason = if has_id(&pair.0) && has_id(&pair.1) {
            shared_ids
                .contains_key(pair)
                .then(|| "they are of the same account and billing period and share line item ids".to_owned())
        } else {
            let smaller =
                counts.get(&pair.0).copied().unwrap_or(0).min(counts.get(&pair.1).copied().unwrap_or(0));
            let shared = shared_rows.get(pair).copied().unwrap_or(0);
            (shared * 2 > smaller && smaller > 0).then(|| {
                format!("they are of the same account and billing period, and {} % of the rows of the smaller one are in the other", shared * 100 / smaller)
            })
        };
        if let Some(reason) = reason {
            return Ok(Some(BillError::Overlap {
                first: first.path().to_owned(),
                second: second.path().to_owned(),
                reason,
            }));
        }
    }
    Ok(None)
}

fn hash_ids(inner: &Inner, file: &BillFile, mut take: impl FnMut(u64)) -> Result<(), BillError> {
    let fields: Vec<usize> = file.input.layout.line_id.into_iter().collect();
    each(inner, file, &fields, |arrays| {
        let Some(ids) = arrays.text(file.input.layout.line_id) else { return Ok(()) };
        let hashes = ids.map(|id| mix(bytes(id.as_bytes())));
        (0..arrays.rows).filter_map(|row| hashes.get(ids.code(row)?)).for_each(|hash| take(*hash));
        Ok(())
    })
}

/// Hashes of rows over all standard columns, so that the same bill as CSV and as Parquet has the same hashes.
fn hash_rows(inner: &Inner, file: &BillFile, mut take: impl FnMut(u64)) -> Result<(), BillError> {
    let columns: ColumnSet = ColumnSet::all()
        .iter()
        .filter(|column| !matches!(column, BillColumn::ChargeYear | BillColumn::ChargeMonth))
        .collect();
    let layout = &file.input.layout;
    each(inner, file, &layout.fields_for(columns), |arrays| {
        // A bad value is told when the file is read.
        let Ok(derived) = layout.derive(columns, arrays) else { return Ok(()) };
        let mut hashes = vec![0_u64; arrays.rows];
        for (column, array) in &derived.columns {
            add_column(*column, array, &mut hashes);
        }
        for hash in hashes {
            take(mix(hash));
        }
        Ok(())
    })
}

fn each(
    inner: &Inner,
    file: &BillFile,
    fields: &[usize],
    mut take: impl FnMut(&FieldArrays) -> Result<(), BillError>,
) -> Result<(), BillError> {
    for (part, _) in file.input.parts() {
        file.input.read(part, fields, &inner.zone, |_, arrays| take(&arrays))?;
    }
    Ok(())
}

/// Adds the values of a column to the hashes of the rows; a missing value adds nothing.
fn add_column(column: BillColumn, array: &arrow::array::ArrayRef, hashes: &mut [u64]) {
    let seed = mix(column.index() as u64 + 1);
    let mut add = |row: usize, value: u64| {
        if let Some(hash) = hashes.get_mut(row) {
            // A sum: the order of the columns does not matter.
            *hash = hash.wrapping_add(mix(value ^ seed));
        }
    };
    let known = |row: usize| !array.is_null(row);
    let rows = 0..array.len();
    match column.kind() {
        ColumnKind::Category => {
            let Some(array) = array.as_dictionary_opt::<Int32Type>() else { return };
            let Some(values) = array.values().as_string_opt::<i32>() else { return };
            let texts: Vec<u64> =
                values.iter().map(|text| bytes(text.unwrap_or_default().as_bytes())).collect();
            rows.filter_map(|row| Some((row, *texts.get(array.key(row)?)?)))
                .for_each(|(row, hash)| add(row, hash));
        }
        ColumnKind::Number => {
            let Some(array) = array.as_primitive_opt::<arrow::datatypes::Float64Type>() else { return };
            rows.filter(|row| known(*row)).for_each(|row| add(row, array.value(row).to_bits()));
        }
        ColumnKind::Decimal => {
            let Some(array) = array.as_primitive_opt::<arrow::datatypes::Decimal128Type>() else { return };
            rows.filter(|row| known(*row)).for_each(|row| add(row, bytes(&array.value(row).to_le_bytes())));
        }
        ColumnKind::Instant => {
            let Some(array) = array.as_primitive_opt::<arrow::datatypes::TimestampMillisecondType>() else {
                return;
            };
            rows.filter(|row| known(*row)).for_each(|row| add(row, array.value(row).cast_unsigned()));
        }
    }
}

/// Spreads a value over 64 bits (the finaliser of `SplitMix64`).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn bytes(text: &[u8]) -> u64 {
    let mut chunks = text.chunks_exact(8);
    let mut hash = mix(text.len() as u64);
    for chunk in &mut chunks {
        hash = mix(hash ^ u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    }
    let mut last = [0_u8; 8];
    for (place, byte) in last.iter_mut().zip(chunks.remainder()) {
        *place = *byte;
    }
    mix(hash ^ u64::from_le_bytes(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_tells_the_share_in_any_order() {
        let mut forward = Hashes::default();
        let mut backward = Hashes::default();
        let rows: Vec<(u64, usize)> =
            (0..40_000).map(|row| (mix(row), 0)).chain((10_000..50_000).map(|row| (mix(row), 1))).collect();
        for (hash, file) in &rows {
            forward.add(*hash, *file, 5_000);
        }
        for (hash, file) in rows.iter().rev() {
            backward.add(*hash, *file, 5_000);
        }
        let (counts, pairs) = forward.shared();
        assert_eq!((counts.clone(), pairs.clone()), backward.shared());
        let share = pairs.get(&(0, 1)).copied().unwrap_or(0) * 100 / counts.get(&0).copied().unwrap_or(1);
        assert!((70..=80).contains(&share), "{share} %, expected 75 %");
    }

    #[test]
    fn equal_rows_are_shared_as_often_as_both_files_have_them() {
        let mut hashes = Hashes::default();
        for (hash, file) in [(7, 0), (7, 0), (7, 0), (7, 1), (7, 1), (9, 1)] {
            hashes.add(hash, file, 100);
        }
        let (counts, pairs) = hashes.shared();
        assert_eq!((counts.get(&0), counts.get(&1), pairs.get(&(0, 1))), (Some(&3), Some(&3), Some(&2)));
    }
}
