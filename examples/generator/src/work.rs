//! The work that was done: orders as CSV, requests as Parquet, by the hour.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, TimestampMillisecondArray};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;

use crate::demand::Hour;
use crate::table::{Failure, iso};

/// `timestamp,orders`, one line an hour.
pub fn orders(path: &Path, hours: &[Hour]) -> Result<(), Failure> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "timestamp,orders")?;
    for hour in hours {
        writeln!(out, "{},{}", iso(hour.start_ms), hour.orders)?;
    }
    Ok(out.flush()?)
}

/// The columns `timestamp` and `requests`.
pub fn requests(path: &Path, hours: &[Hour]) -> Result<(), Failure> {
    let starts: TimestampMillisecondArray = hours.iter().map(|hour| Some(hour.start_ms)).collect();
    let counts: Int64Array = hours.iter().map(|hour| Some(hour.requests as i64)).collect();
    let batch = RecordBatch::try_from_iter([
        ("timestamp", Arc::new(starts.with_timezone("UTC")) as ArrayRef),
        ("requests", Arc::new(counts) as ArrayRef),
    ])?;
    let mut writer = ArrowWriter::try_new(File::create(path)?, batch.schema(), None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}
