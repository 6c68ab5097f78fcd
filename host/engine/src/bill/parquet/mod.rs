//! Parquet bills: row groups are read on their own, each in chunks of a fixed number of rows.

mod convert;
mod rewrite;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::new_null_array;
use arrow::datatypes::{DataType, Schema};
use convert::Converter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;

use super::column::ColumnKind;
use super::error::{BillError, Position};
use super::fields::{Field, FieldArrays};
use crate::instant::Zone;
use crate::parquet_file::{self, CheckedPages, fenced};

/// Rows of a chunk.
const CHUNK: usize = 65_536;

/// Bytes that the rows of a chunk may have together, before compression.
const CHUNK_BYTES: u64 = 512 << 20;

/// A Parquet file whose footer has been read.
#[derive(Debug)]
pub(super) struct ParquetFile {
    path: Arc<Path>,
    /// With the types of the Parquet schema.
    plain: ArrowReaderMetadata,
    /// With text as dictionaries.
    metadata: ArrowReaderMetadata,
    /// Leaf of each column that is no map and no list.
    leaves: BTreeMap<usize, usize>,
    header: Vec<String>,
}

impl ParquetFile {
    /// Opens a file and reads its footer.
    pub(super) fn open(path: &Arc<Path>) -> Result<Self, BillError> {
        let file =
            File::open(path).map_err(|source| BillError::Unreadable { file: path.to_path_buf(), source })?;
        let damaged = |reason| damaged(path, reason);
        // The types are those of the Parquet schema, whatever the writer thought in Arrow.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let footer = parquet_file::footer(&file).map_err(damaged)?;
        let plain = fenced(|| ArrowReaderMetadata::try_new(Arc::new(footer), options)).map_err(damaged)?;
        let header = plain.schema().fields().iter().map(|field| field.name().clone()).collect();
        let metadata = fenced(|| with_dictionaries(&plain, |_| true)).map_err(damaged)?;
        let leaves: BTreeMap<usize, usize> = (0..plain.parquet_schema().num_columns())
            .filter(|leaf| plain.parquet_schema().column(*leaf).path().parts().len() == 1)
            .map(|leaf| (plain.parquet_schema().get_column_root_idx(leaf), leaf))
            .collect();
        let file = Self { path: Arc::clone(path), plain, metadata, leaves, header };
        file.check_rows().map_err(damaged)?;
        Ok(file)
    }

    /// Holds the numbers of rows that the footer states against each other: nothing is read by a number that is wrong.
    fn check_rows(&self) -> Result<(), String> {
        let metadata = self.plain.metadata();
        let mut sum = 0_i64;
        for (place, group) in metadata.row_groups().iter().enumerate() {
            let (place, rows) = (place + 1, group.num_rows());
            sum = Some(rows)
                .filter(|rows| *rows >= 0)
                .and_then(|rows| sum.checked_add(rows))
                .ok_or_else(|| format!("row group {place} is said to have {rows} rows"))?;
            for leaf in self.leaves.values() {
                let Some(column) = group.columns().get(*leaf) else {
                    return Err(format!("row group {place} lacks columns"));
                };
                if column.num_values() != rows {
                    let name = column.column_path().string();
                    let values = column.num_values();
                    return Err(format!(
                        "row group {place} is said to have {rows} rows, but `{name}` has {values} values"
                    ));
                }
            }
        }
        let stated = metadata.file_metadata().num_rows();
        if stated == sum {
            Ok(())
        } else {
            Err(format!("the file is said to have {stated} rows, but its row groups have {sum}"))
        }
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Rows of each row group.
    pub(super) fn row_groups(&self) -> Vec<u64> {
        self.metadata
            .metadata()
            .row_groups()
            .iter()
            .map(|group| u64::try_from(group.num_rows()).unwrap_or_default())
            .collect()
    }

    /// Holds the types of the fields against what they must hold.
    pub(super) fn check(&self, fields: &[Field]) -> Result<(), BillError> {
        for field in fields {
            let Some(column) = self.metadata.schema().fields().get(field.place) else { continue };
            if let Err(expected) = convert::fits(field.kind, column.data_type()) {
                return Err(BillError::ColumnType {
                    file: self.path.to_path_buf(),
                    column: field.name.clone(),
                    found: shown(column.data_type()),
                    expected,
                });
            }
        }
        Ok(())
    }

    /// Reads the given fields of a row group; each chunk comes with the number of its first row, counted from 1.
    ///
    /// With `most`, only the first rows are read.
    pub(super) fn read<E: From<BillError>>(
        &self,
        group: usize,
        fields: &[Field],
        wanted: &[usize],
        zone: &Zone,
        most: Option<usize>,
        mut take: impl FnMut(u64, FieldArrays) -> Result<(), E>,
    ) -> Result<(), E> {
        let file = File::open(&self.path)
            .map_err(|source| BillError::Unreadable { file: self.path.to_path_buf(), source })?;
        let mut chosen: Vec<(usize, &Field)> =
            wanted.iter().filter_map(|place| Some((*place, fields.get(*place)?))).collect();
        chosen.sort_by_key(|(_, field)| field.place);
        let rows = self.row_groups().get(group).copied().unwrap_or_default();
        let nulls = |place: usize| self.nulls(group, place).unwrap_or_default();
        // A column without any value is not read at all.
        let mut absent: Vec<(usize, &Field)> =
            chosen.extract_if(.., |(_, field)| !field.filled && nulls(field.place) == rows).collect();
        // But one is, so that the rows are counted by their data.
        if chosen.is_empty() {
            chosen.extend(absent.pop());
        }
        let sparse = |place: usize| nulls(place) * 2 > rows;
        let metadata = if chosen.iter().any(|(_, field)| sparse(field.place)) {
            fenced(|| with_dictionaries(&self.plain, |place| !sparse(place)))
                .map_err(|reason| damaged(&self.path, reason))?
        } else {
            self.metadata.clone()
        };
        let mask = ProjectionMask::roots(
            self.metadata.parquet_schema(),
            chosen.iter().map(|(_, field)| field.place),
        );
        let Some(described) = self.plain.metadata().row_groups().get(group) else { return Ok(()) };
        let pages = CheckedPages::new(file, described).map_err(|reason| damaged(&self.path, reason))?;
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(pages, metadata)
            .with_projection(mask)
            .with_row_groups(vec![group])
            .with_batch_size(self.batch_rows(group, &chosen));
        if let Some(most) = most {
            builder = builder.with_limit(most);
        }
        let mut reader = fenced(|| builder.build()).map_err(|reason| damaged(&self.path, reason))?;
        let start = 1 + self.row_groups().iter().take(group).sum::<u64>();
        let mut first = start;
        let mut converters: Vec<Converter> =
            chosen.iter().map(|(_, field)| Converter::new(field.kind, field.filled)).collect();
        let mut next = || fenced(|| reader.next().transpose());
        while let Some(batch) =
            next().map_err(|error| damaged(&self.path, format!("at row {first} or after it: {error}")))?
        {
            let mut arrays: Vec<_> = fields.iter().map(|_| None).collect();
            for (place, field) in &absent {
                if let Some(slot) = arrays.get_mut(*place) {
                    *slot = Some(new_null_array(&field.kind.data_type(), batch.num_rows()));
                }
            }
            let mut fault: Option<(convert::Fault, &Field)> = None;
            for (((place, field), converter), column) in
                chosen.iter().zip(&mut converters).zip(batch.columns())
            {
                match converter.convert(column, zone) {
                    Ok(array) => {
                        if let Some(slot) = arrays.get_mut(*place) {
                            *slot = Some(array);
                        }
                    }
                    Err(found) if fault.as_ref().is_none_or(|(fault, _)| found.row < fault.row) => {
                        fault = Some((found, field));
                    }
                    Err(_) => {}
                }
            }
            if let Some((fault, field)) = fault {
                let position = self.row_position(first, fault.row);
                return Err(E::from(BillError::Value {
                    position,
                    column: field.name.clone(),
                    found: fault.found,
                    expected: fault.expected,
                }));
            }
            let rows = batch.num_rows();
            take(first, FieldArrays { rows, arrays })?;
            first += rows as u64;
        }
        let read = first - start;
        if most.is_none() && read != rows {
            let reason = format!("row group {} is said to have {rows} rows, but has {read}", group + 1);
            return Err(E::from(damaged(&self.path, reason)));
        }
        Ok(())
    }

    /// Rows of a chunk: fewer where the rows of a group are so large that many would fill the memory.
    fn batch_rows(&self, group: usize, chosen: &[(usize, &Field)]) -> usize {
        let metadata = self.plain.metadata();
        let Some(group) = metadata.row_groups().get(group) else { return CHUNK };
        let roots: BTreeSet<usize> = chosen.iter().map(|(_, field)| field.place).collect();
        let schema = self.plain.parquet_schema();
        let bytes: u64 = group
            .columns()
            .iter()
            .enumerate()
            .filter(|(leaf, _)| roots.contains(&schema.get_column_root_idx(*leaf)))
            .map(|(_, column)| u64::try_from(column.uncompressed_size()).unwrap_or_default())
            .sum();
        let rows = u64::try_from(group.num_rows()).unwrap_or_default().max(1);
        usize::try_from(CHUNK_BYTES / (bytes / rows).max(1)).unwrap_or(CHUNK).clamp(1, CHUNK)
    }

    /// Rows of a row group that have no value in a column, where the file says so.
    fn nulls(&self, group: usize, place: usize) -> Option<u64> {
        let groups = self.plain.metadata().row_groups();
        groups.get(group)?.columns().get(*self.leaves.get(&place)?)?.statistics()?.null_count_opt()
    }

    /// The position of a row of the chunk that begins with row `first`.
    pub(super) fn row_position(&self, first: u64, row: usize) -> Position {
        Position { file: self.path.to_path_buf(), row: first + row as u64, line: None }
    }
}

/// Reads text columns as dictionaries, so that a text which the file holds once is held once.
///
/// Where a column mostly has no value `dense` says no: the reader of dictionaries would hash every missing value.
fn with_dictionaries(
    plain: &ArrowReaderMetadata,
    dense: impl Fn(usize) -> bool,
) -> Result<ArrowReaderMetadata, ParquetError> {
    let fields: Vec<_> = plain
        .schema()
        .fields()
        .iter()
        .enumerate()
        .map(|(place, field)| match field.data_type() {
            DataType::Utf8 if dense(place) => {
                Arc::new(field.as_ref().clone().with_data_type(ColumnKind::Category.data_type()))
            }
            _ => Arc::clone(field),
        })
        .collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options)
}

fn damaged(path: &Path, reason: String) -> BillError {
    BillError::Truncated { file: path.to_owned(), reason }
}

/// A type in a word or two.
fn shown(data_type: &DataType) -> String {
    match data_type {
        DataType::Dictionary(_, _) | DataType::Utf8 => "text".into(),
        other => other.to_string(),
    }
}
