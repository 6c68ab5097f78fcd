//! Batches as CSV.

use std::io::Write;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Decimal128Type, Float64Type, Int32Type, TimeUnit, TimestampMillisecondType, UInt32Type,
    UInt64Type,
};
use joulework_engine::calendar::instant;
use joulework_units::Money;

use super::ExportError;

/// Writes batches of one schema as CSV with a head line. Text is quoted where it must be, money is exact, times are
/// ISO 8601 in UTC, numbers are the shortest decimals that give the double back.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    out: W,
    headed: bool,
}

impl<W: Write> CsvWriter<W> {
    /// A writer onto `out`.
    pub const fn new(out: W) -> Self {
        Self { out, headed: false }
    }

    /// Writes a batch.
    ///
    /// # Errors
    /// When the output takes no more, or a column has no form as text.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        let mut text = String::new();
        if !self.headed {
            let schema = batch.schema();
            let heads: Vec<String> = schema.fields().iter().map(|field| quoted(field.name())).collect();
            text.push_str(&heads.join(","));
            text.push('\n');
            self.headed = true;
        }
        for row in 0..batch.num_rows() {
            for (index, (column, field)) in
                batch.columns().iter().zip(batch.schema_ref().fields()).enumerate()
            {
                if index > 0 {
                    text.push(',');
                }
                if column.is_valid(row) {
                    text.push_str(&cell(column.as_ref(), row).ok_or_else(|| ExportError::Type {
                        column: field.name().clone(),
                        found: column.data_type().to_string(),
                    })?);
                }
            }
            text.push('\n');
        }
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Hands the output back, everything written.
    ///
    /// # Errors
    /// When the output takes no more.
    pub fn finish(mut self) -> Result<W, ExportError> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// A value that is there, as text; nothing for a type that no result has.
fn cell(column: &dyn Array, row: usize) -> Option<String> {
    Some(match column.data_type() {
        DataType::Utf8 => quoted(column.as_string::<i32>().value(row)),
        DataType::Dictionary(key, _) => {
            let (values, code) = if **key == DataType::UInt32 {
                let dictionary = column.as_dictionary::<UInt32Type>();
                (dictionary.values(), dictionary.keys().value(row) as usize)
            } else {
                let dictionary = column.as_dictionary_opt::<Int32Type>()?;
                (dictionary.values(), usize::try_from(dictionary.keys().value(row)).ok()?)
            };
            quoted(values.as_string_opt::<i32>()?.value(code))
        }
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).to_string(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Decimal128(_, _) => {
            Money::from_raw(column.as_primitive::<Decimal128Type>().value(row)).to_string()
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            instant(column.as_primitive::<TimestampMillisecondType>().value(row))
        }
        _ => return None,
    })
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
