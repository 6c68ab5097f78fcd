//! Whether files that could be parts of one delivery are two deliveries of it: by line item ids, or by equal rows.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int32Type;

use super::shared::{Hashes, MOST};
use crate::bill::column::{BillColumn, ColumnKind, ColumnSet};
use crate::bill::error::BillError;
use crate::bill::fields::FieldArrays;
use crate::bill::{BillFile, Inner};

/// The first pair of files, by place, that are two deliveries of one bill. The files of a group may be.
pub(super) fn find(inner: &Inner, groups: &[Vec<usize>]) -> Result<Option<BillError>, BillError> {
    let file = |place: usize| inner.files.get(place);
    let has_id = |place: usize| file(place).is_some_and(|file| file.input.layout.line_id.is_some());
    let mut groups_of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    // A file with ids is also compared by rows where its counterpart has none.
    let mut by_rows: BTreeSet<usize> = BTreeSet::new();
    for (number, group) in groups.iter().enumerate() {
        for place in group {
            groups_of.entry(*place).or_default().insert(number);
        }
        if !group.iter().all(|place| has_id(*place)) {
            by_rows.extend(group);
        }
    }
    let (mut ids, mut rows) = (Hashes::default(), Hashes::default());
    for place in groups_of.keys().copied() {
        let Some(found) = file(place) else { continue };
        if has_id(place) {
            hash_ids(inner, found, |hash| ids.add(hash, place, MOST))?;
        }
        if by_rows.contains(&place) {
            hash_rows(inner, found, |hash| rows.add(hash, place, MOST))?;
        }
    }
    let related = |one: usize, other: usize| {
        let (Some(left), Some(right)) = (groups_of.get(&one), groups_of.get(&other)) else { return false };
        one != other && !inner.are_one_delivery(one, other) && !left.is_disjoint(right)
    };
    let with_ids = |one: usize, other: usize| has_id(one) && has_id(other);
    let by_id = ids.any_shared(|one, other| with_ids(one, other) && related(one, other)).map(|pair| {
        (pair, "they are of the same account and billing period and share line item ids".to_owned())
    });
    let by_row = rows.mostly_shared(|one, other| !with_ids(one, other) && related(one, other)).map(|shared| {
        let share = shared.hashes * 100 / shared.of;
        (shared.pair, format!("they are of the same account and billing period, and {share} % of the rows of the smaller one are in the other"))
    });
    let Some(((one, other), reason)) = by_id.into_iter().chain(by_row).min() else { return Ok(None) };
    let (Some(first), Some(second)) = (file(one), file(other)) else { return Ok(None) };
    Ok(Some(BillError::Overlap { first: first.path().to_owned(), second: second.path().to_owned(), reason }))
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
pub(super) fn mix(value: u64) -> u64 {
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
