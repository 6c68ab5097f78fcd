//! Parquet bills: row groups are read on their own, each in chunks of a fixed number of rows.

mod convert;
mod rewrite;

use std::collections::BTreeMap;
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
use super::text::Zone;

/// Rows of a chunk.
const CHUNK: usize = 65_536;

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
        let damaged = |error: ParquetError| damaged(path, &error);
        // The types are those of the Parquet schema, whatever the writer thought in Arrow.
        let plain =
            ArrowReaderMetadata::load(&file, ArrowReaderOptions::new().with_skip_arrow_metadata(true))
                .map_err(damaged)?;
        let header = plain.schema().fields().iter().map(|field| field.name().clone()).collect();
        let metadata = with_dictionaries(&plain, |_| true).map_err(damaged)?;
        let leaves: BTreeMap<usize, usize> = (0..plain.parquet_schema().num_columns())
            .filter(|leaf| plain.parquet_schema().column(*leaf).path().parts().len() == 1)
            .map(|leaf| (plain.parquet_schema().get_column_root_idx(leaf), leaf))
            .collect();
        Ok(Self { path: Arc::clone(path), plain, metadata, leaves, header })
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
        let absent: Vec<(usize, &Field)> =
            chosen.extract_if(.., |(_, field)| !field.filled && nulls(field.place) == rows).collect();
        let sparse = |place: usize| nulls(place) * 2 > rows;
        let metadata = if chosen.iter().any(|(_, field)| sparse(field.place)) {
            with_dictionaries(&self.plain, |place| !sparse(place))
                .map_err(|error| damaged(&self.path, &error))?
        } else {
            self.metadata.clone()
        };
        let mask = ProjectionMask::roots(
            self.metadata.parquet_schema(),
            chosen.iter().map(|(_, field)| field.place),
        );
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
            .with_projection(mask)
            .with_row_groups(vec![group])
            .with_batch_size(CHUNK);
        if let Some(most) = most {
            builder = builder.with_limit(most);
        }
        let reader = builder.build().map_err(|error| damaged(&self.path, &error))?;
        let mut first = 1 + self.row_groups().iter().take(group).sum::<u64>();
        let mut converters: Vec<Converter> =
            chosen.iter().map(|(_, field)| Converter::new(field.kind, field.filled)).collect();
        for batch in reader {
            let batch = batch.map_err(|error| BillError::Truncated {
                file: self.path.to_path_buf(),
                reason: error.to_string(),
            })?;
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
        Ok(())
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

fn damaged(path: &Path, error: &ParquetError) -> BillError {
    BillError::Truncated { file: path.to_owned(), reason: error.to_string() }
}

/// A type in a word or two.
fn shown(data_type: &DataType) -> String {
    match data_type {
        DataType::Dictionary(_, _) | DataType::Utf8 => "text".into(),
        other => other.to_string(),
    }
}
