//! `charge-year` and `charge-month`: category columns made from an instant column.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray, TimestampMillisecondArray};
use arrow::datatypes::Int32Type;
use jiff::tz::TimeZone;

use super::error::BillError;

/// The part of the calendar that a row is put under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// `2025`
    Year,
    /// `2025-03`
    Month,
}

/// The calendar unit (UTC) of each instant, as `2025` or `2025-03`.
pub(super) fn categories(instants: &TimestampMillisecondArray, unit: Unit) -> Result<ArrayRef, BillError> {
    let mut values: Vec<String> = Vec::new();
    let mut spans: Vec<(i64, i64)> = Vec::new();
    let mut keys: Vec<i32> = Vec::with_capacity(instants.len());
    let mut last = 0_usize;
    for (row, instant) in instants.values().iter().enumerate() {
        if instants.is_null(row) {
            keys.push(0);
            continue;
        }
        // Rows of one month mostly stand together, and a batch has few months.
        let inside = |span: &(i64, i64)| (span.0..span.1).contains(instant);
        if !spans.get(last).is_some_and(inside) {
            last = if let Some(place) = spans.iter().position(inside) {
                place
            } else {
                let (span, value) = span_of(*instant, unit).ok_or_else(|| BillError::Schema {
                    reason: format!("has an instant that no calendar holds: {instant} ms"),
                })?;
                spans.push(span);
                values.push(value);
                spans.len() - 1
            };
        }
        keys.push(i32::try_from(last).unwrap_or_default());
    }
    let keys = Int32Array::new(keys.into(), instants.nulls().cloned());
    let values = Arc::new(StringArray::from(values));
    // A column of nulls has no value, and its keys are not looked at.
    DictionaryArray::<Int32Type>::try_new(keys, values)
        .map(|array| Arc::new(array) as ArrayRef)
        .map_err(|error| BillError::Schema { reason: error.to_string() })
}

fn span_of(instant: i64, unit: Unit) -> Option<((i64, i64), String)> {
    let date = TimeZone::UTC.to_datetime(jiff::Timestamp::from_millisecond(instant).ok()?).date();
    let (first, next, value) = match unit {
        Unit::Year => {
            let first = date.first_of_year();
            (first, first.checked_add(jiff::Span::new().years(1)).ok()?, format!("{:04}", date.year()))
        }
        Unit::Month => {
            let first = date.first_of_month();
            (
                first,
                first.checked_add(jiff::Span::new().months(1)).ok()?,
                format!("{:04}-{:02}", date.year(), date.month()),
            )
        }
    };
    let start = |date: jiff::civil::Date| {
        Some(
            TimeZone::UTC
                .to_timestamp(date.to_datetime(jiff::civil::Time::midnight()))
                .ok()?
                .as_millisecond(),
        )
    };
    Some(((start(first)?, start(next)?), value))
}
