//! Reads a Parquet file from front to end.

use std::sync::Arc;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::file::reader::ChunkReader;

use super::{CheckedPages, fenced, footer};

/// Gives the batches of a file, each with the number of rows before it. `open` opens the file; `choose` names the places
/// of the columns to read; `damaged` makes an error of what is wrong with the file.
///
/// # Errors
/// What is wrong with the file, and the errors of the others.
pub fn each_batch<R: ChunkReader + 'static, E>(
    open: impl Fn() -> Result<R, E>,
    choose: impl FnOnce(&Schema) -> Result<Vec<usize>, E>,
    damaged: impl Fn(String) -> E,
    mut take: impl FnMut(u64, &RecordBatch) -> Result<(), E>,
) -> Result<(), E> {
    let footer = Arc::new(footer(&open()?).map_err(&damaged)?);
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = fenced(|| ArrowReaderMetadata::try_new(footer, options)).map_err(&damaged)?;
    let columns = choose(metadata.schema())?;
    let mask = ProjectionMask::roots(metadata.parquet_schema(), columns);
    let mut row = 0;
    for (place, group) in metadata.metadata().row_groups().iter().enumerate() {
        let pages = CheckedPages::new(open()?, group).map_err(&damaged)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(pages, metadata.clone())
            .with_projection(mask.clone())
            .with_row_groups(vec![place]);
        let mut reader = fenced(|| builder.build()).map_err(&damaged)?;
        while let Some(batch) = fenced(|| reader.next().transpose()).map_err(&damaged)? {
            take(row, &batch)?;
            row += batch.num_rows() as u64;
        }
    }
    Ok(())
}
