//! Batches as Parquet.

use std::fmt;
use std::io::Write;
use std::mem;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::properties::WriterProperties;
use arrow::array::RecordBatch;

use super::ExportError;

/// Writes batches of one schema as one Parquet file, compressed with Zstandard.
pub struct ParquetWriter<W: Write + Send>(State<W>);

enum State<W: Write + Send> {
    New(W),
    Open(Box<ArrowWriter<W>>),
    Broken,
}

impl<W: Write + Send> fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ParquetWriter").finish_non_exhaustive()
    }
}

impl<W: Write + Send> ParquetWriter<W> {
    /// A writer onto `out`.
    pub const fn new(out: W) -> Self {
        Self(State::New(out))
    }

    /// Writes a batch.
    ///
    /// # Errors
    /// When the output takes no more.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        self.0 = match mem::replace(&mut self.0, State::Broken) {
            State::New(out) => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::default()))
                    .set_created_by("joulework".to_owned())
                    .build();
                State::Open(Box::new(ArrowWriter::try_new(out, batch.schema(), Some(properties))?))
            }
            state => state,
        };
        if let State::Open(writer) = &mut self.0 {
            writer.write(batch)?;
        }
        Ok(())
    }

    /// Writes the end of the file.
    ///
    /// # Errors
    /// When the output takes no more.
    pub fn finish(self) -> Result<(), ExportError> {
        if let State::Open(writer) = self.0 {
            writer.close()?;
        }
        Ok(())
    }
}
