//! Writes lines as CSV or Parquet, whatever the columns are.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Builder, StringDictionaryBuilder, TimestampMillisecondBuilder};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::columns::{Column, Kind, Value};
use crate::row::Row;

/// Any error of writing.
pub type Failure = Box<dyn std::error::Error>;

const BATCH: usize = 65_536;
const ROW_GROUP: usize = 1_048_576;

/// Something that takes lines and in the end writes its file.
pub trait Sink {
    /// Takes one line.
    fn push(&mut self, row: &Row<'_>) -> Result<(), Failure>;
    /// Writes what is left.
    fn finish(self: Box<Self>) -> Result<(), Failure>;
}

/// Opens a sink by the ending of `path`: `.parquet`, `.csv` or `.csv.gz`.
pub fn create(path: &Path, columns: &'static [Column]) -> Result<Box<dyn Sink>, Failure> {
    let file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let name = path.to_string_lossy();
    if name.ends_with(".parquet") {
        Ok(Box::new(Parquet::new(file, columns)?))
    } else if name.ends_with(".gz") {
        let encoder = flate2::write::GzEncoder::new(file, flate2::Compression::best());
        Ok(Box::new(Csv::new(encoder, columns)?))
    } else {
        Ok(Box::new(Csv::new(file, columns)?))
    }
}

/// Comma-separated values; text is quoted, a missing value is empty.
struct Csv<W: Write> {
    out: W,
    columns: &'static [Column],
    line: String,
}

impl<W: Write> Csv<W> {
    fn new(mut out: W, columns: &'static [Column]) -> Result<Self, Failure> {
        let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        writeln!(out, "{}", names.join(","))?;
        Ok(Self { out, columns, line: String::new() })
    }
}

impl<W: Write> Sink for Csv<W> {
    fn push(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        self.line.clear();
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                self.line.push(',');
            }
            match (column.value)(row) {
                Value::Text(text) if text.is_empty() => {}
                Value::Text(text) => {
                    self.line.push('"');
                    self.line.push_str(&text.replace('"', "\"\""));
                    self.line.push('"');
                }
                Value::Number(Some(number)) => self.line.push_str(&number.to_string()),
                Value::Number(None) => {}
                Value::Instant(instant) => self.line.push_str(&iso(instant)),
            }
        }
        self.line.push('\n');
        Ok(self.out.write_all(self.line.as_bytes())?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}

/// `2025-03-01T00:00:00Z`.
pub fn iso(instant_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(instant_ms).map(|instant| instant.to_string()).unwrap_or_default()
}

enum Builder {
    Text(StringDictionaryBuilder<Int32Type>),
    Number(Float64Builder),
    Instant(TimestampMillisecondBuilder),
}

impl Builder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringDictionaryBuilder::new()),
            Kind::Number => Self::Number(Float64Builder::with_capacity(BATCH)),
            Kind::Instant => Self::Instant(TimestampMillisecondBuilder::with_capacity(BATCH)),
        }
    }

    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Text(builder), Value::Text(text)) if text.is_empty() => builder.append_null(),
            (Self::Text(builder), Value::Text(text)) => builder.append_value(text),
            (Self::Number(builder), Value::Number(number)) => {
                builder.append_option(number.map(crate::decimal::Decimal::to_f64));
            }
            (Self::Instant(builder), Value::Instant(instant)) => builder.append_value(instant),
            _ => unreachable!("a column's value has the column's type"),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Number(builder) => Arc::new(builder.finish()),
            Self::Instant(builder) => Arc::new(builder.finish().with_timezone("UTC")),
        }
    }
}

struct Parquet<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: Arc<Schema>,
    columns: &'static [Column],
    builders: Vec<Builder>,
    rows: usize,
}

impl<W: Write + Send> Parquet<W> {
    fn new(out: W, columns: &'static [Column]) -> Result<Self, Failure> {
        let fields: Vec<Field> = columns
            .iter()
            .map(|column| {
                let data_type = match column.kind {
                    Kind::Text => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
                    Kind::Number => DataType::Float64,
                    Kind::Instant => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
                };
                Field::new(column.name, data_type, true)
            })
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .set_created_by("joulework shop-generator".to_owned())
            .build();
        // Without the Arrow schema in the file the columns are plain strings to every reader, as in AWS's exports.
        let options = parquet::arrow::arrow_writer::ArrowWriterOptions::new()
            .with_properties(properties)
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options)?;
        let builders = columns.iter().map(|column| Builder::new(column.kind)).collect();
        Ok(Self { writer, schema, columns, builders, rows: 0 })
    }

    fn write_batch(&mut self) -> Result<(), Failure> {
        if self.rows > 0 {
            let arrays = self.builders.iter_mut().map(Builder::finish).collect();
            self.writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)?;
            self.rows = 0;
        }
        Ok(())
    }
}

impl<W: Write + Send> Sink for Parquet<W> {
    fn push(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        for (builder, column) in self.builders.iter_mut().zip(self.columns) {
            builder.push((column.value)(row));
        }
        self.rows += 1;
        if self.rows == BATCH { self.write_batch() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), Failure> {
        self.write_batch()?;
        self.writer.close()?;
        Ok(())
    }
}
