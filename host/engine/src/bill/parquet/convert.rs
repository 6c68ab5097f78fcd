//! From the types that Parquet files have to the types of the fields.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Float64Array, MapArray, StringArray, TimestampMillisecondArray,
};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, Float64Type, Int32Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::rewrite::Rewriter;
use crate::bill::column::{ColumnKind, MONEY_PRECISION, MONEY_SCALE};
use crate::bill::error::shown;
use crate::bill::fields::FieldKind;
use crate::bill::intern::{Codes, Interner};
use crate::bill::json;
use crate::bill::text::{DoubleMoney, NUMBER_LIMIT, expected, is_missing, money, number};
use crate::instant::{RANGE, Zone, instant, instants_of};

/// A value that is not what its field holds.
#[derive(Debug)]
pub(super) struct Fault {
    /// Row in the chunk.
    pub(super) row: usize,
    pub(super) found: String,
    pub(super) expected: &'static str,
}

/// Converts the chunks of one column of one row group.
pub(super) struct Converter {
    kind: FieldKind,
    filled: bool,
    rewriter: Rewriter,
    doubles: DoubleMoney,
}

/// Whether a column of that type can hold the field.
///
/// # Errors
/// What was expected.
pub(super) fn fits(kind: FieldKind, found: &DataType) -> Result<(), &'static str> {
    let text = is_text(found);
    match kind {
        // A number has lost the zeros before an id, so it is never taken for one.
        FieldKind::Text => text.then_some(()).ok_or("text"),
        FieldKind::Object => {
            (text || matches!(found, DataType::Map(_, _))).then_some(()).ok_or("a map, or JSON as text")
        }
        FieldKind::Money | FieldKind::Number => (text || found.is_numeric() && *found != DataType::Float16)
            .then_some(())
            .ok_or("a decimal, a number or text"),
        FieldKind::Instant => (text || matches!(found, DataType::Timestamp(_, _) | DataType::Date32))
            .then_some(())
            .ok_or("a timestamp, a date or text"),
    }
}

fn is_text(found: &DataType) -> bool {
    match found {
        DataType::Dictionary(_, values) => is_text(values),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Binary => true,
        _ => false,
    }
}

impl Converter {
    pub(super) fn new(kind: FieldKind, filled: bool) -> Self {
        Self { kind, filled, rewriter: Rewriter::default(), doubles: DoubleMoney::new() }
    }

    /// The column as the type of its field.
    pub(super) fn convert(&mut self, column: &ArrayRef, zone: &Zone) -> Result<ArrayRef, Fault> {
        let array = self.typed(column, zone)?;
        if self.filled
            && let Some(row) = array
                .logical_nulls()
                .filter(|nulls| nulls.null_count() > 0)
                .and_then(|nulls| nulls.iter().position(|known| !known))
        {
            let expected = match self.kind {
                FieldKind::Money => expected::MONEY,
                FieldKind::Number => expected::NUMBER,
                FieldKind::Instant => zone.expected(),
                FieldKind::Text | FieldKind::Object => "a value",
            };
            return Err(Fault { row, found: String::new(), expected });
        }
        Ok(array)
    }

    fn typed(&mut self, column: &ArrayRef, zone: &Zone) -> Result<ArrayRef, Fault> {
        if let DataType::Map(_, _) = column.data_type() {
            return objects(column.as_map());
        }
        if is_text(column.data_type()) {
            return self.text(column, zone);
        }
        match self.kind {
            FieldKind::Money => self.money(column),
            FieldKind::Number => whole_cast(column, &DataType::Float64, expected::NUMBER).and_then(in_range),
            FieldKind::Instant => {
                let column = match column.data_type() {
                    DataType::Date32 => {
                        &cast(column, &DataType::Timestamp(arrow::datatypes::TimeUnit::Millisecond, None))
                            .map_err(|_| fault(column, 0, zone.expected()))?
                    }
                    _ => column,
                };
                let instants = instants_of(column, zone).ok_or_else(|| fault(column, 0, zone.expected()))?;
                let instants = instants.map_err(|row| fault(column, row, zone.expected()))?;
                in_calendar(&instants).map_err(|row| fault(column, row, zone.expected()))?;
                Ok(Arc::new(instants))
            }
            FieldKind::Text | FieldKind::Object => Err(fault(column, 0, expected::TEXT)),
        }
    }

    fn text(&mut self, column: &ArrayRef, zone: &Zone) -> Result<ArrayRef, Fault> {
        let category = ColumnKind::Category.data_type();
        let column = if *column.data_type() == category {
            Arc::clone(column)
        } else {
            let text = whole_cast(column, &DataType::Utf8, expected::TEXT)?;
            cast(&text, &category).map_err(|_| fault(column, 0, expected::TEXT))?
        };
        let Some(array) = column.as_dictionary_opt::<Int32Type>() else {
            return Err(fault(&column, 0, expected::TEXT));
        };
        let Some(values) = array.values().as_string_opt::<i32>() else {
            return Err(fault(&column, 0, expected::TEXT));
        };
        match self.kind {
            FieldKind::Text => {
                self.rewriter.rewrite(array, values, false).map_err(|row| fault(&column, row, expected::TEXT))
            }
            FieldKind::Object => self
                .rewriter
                .rewrite(array, values, true)
                .map_err(|row| fault(&column, row, expected::OBJECT)),
            FieldKind::Money => {
                let values = by_row(array, values, expected::MONEY, money)?;
                money_array(values.into_iter().collect(), &column)
            }
            FieldKind::Number => Ok(Arc::new(
                by_row(array, values, expected::NUMBER, number)?.into_iter().collect::<Float64Array>(),
            )),
            FieldKind::Instant => {
                let instants = by_row(array, values, zone.expected(), |text| instant(text, zone))?;
                Ok(Arc::new(instants.into_iter().collect::<TimestampMillisecondArray>().with_timezone("UTC")))
            }
        }
    }

    fn money(&mut self, column: &ArrayRef) -> Result<ArrayRef, Fault> {
        let refuse = |row| fault(column, row, expected::MONEY);
        if let Some(doubles) = column.as_primitive_opt::<Float64Type>() {
            let mut values = Vec::with_capacity(doubles.len());
            for (row, double) in doubles.values().iter().enumerate() {
                values.push(if doubles.is_null(row) {
                    0
                } else {
                    self.doubles.raw(*double).ok_or_else(|| refuse(row))?
                });
            }
            return money_array(Decimal128Array::new(values.into(), doubles.nulls().cloned()), column);
        }
        let scaled = |row: usize, value: i128, scale: i8| rescale(value, scale).ok_or_else(|| refuse(row));
        if let (Some(decimals), DataType::Decimal128(_, scale)) =
            (column.as_primitive_opt::<Decimal128Type>(), column.data_type())
        {
            let values =
                decimals.values().iter().enumerate().map(|(row, value)| {
                    if decimals.is_null(row) { Ok(0) } else { scaled(row, *value, *scale) }
                });
            let values: Vec<i128> = values.collect::<Result<_, _>>()?;
            return money_array(Decimal128Array::new(values.into(), decimals.nulls().cloned()), column);
        }
        let mut values: Vec<Option<i128>> = Vec::with_capacity(column.len());
        match column.data_type() {
            DataType::Decimal256(_, scale) => {
                for (row, value) in column.as_primitive::<Decimal256Type>().iter().enumerate() {
                    let value = value.map(|value| value.to_i128().ok_or_else(|| refuse(row))).transpose()?;
                    values.push(value.map(|value| scaled(row, value, *scale)).transpose()?);
                }
            }
            DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) => {
                let wide =
                    cast(column, &DataType::Decimal128(MONEY_PRECISION, *scale)).map_err(|_| refuse(0))?;
                return self.money(&wide);
            }
            DataType::Float32 => {
                // The shortest decimal of the single, not of the double that it becomes.
                for (row, value) in column.as_primitive::<arrow::datatypes::Float32Type>().iter().enumerate()
                {
                    values.push(
                        value
                            .map(|value| money(value.to_string().as_bytes()).ok_or_else(|| refuse(row)))
                            .transpose()?,
                    );
                }
            }
            _ => {
                let whole = whole_cast(column, &DataType::Int64, expected::MONEY)?;
                for (row, value) in whole.as_primitive::<Int64Type>().iter().enumerate() {
                    values.push(value.map(|value| scaled(row, i128::from(value), 0)).transpose()?);
                }
            }
        }
        money_array(values.into_iter().collect(), column)
    }
}

fn money_array(array: Decimal128Array, column: &ArrayRef) -> Result<ArrayRef, Fault> {
    let array = array
        .with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)
        .map_err(|_| fault(column, 0, expected::MONEY))?;
    Ok(Arc::new(array))
}

/// Powers of ten that bring decimals to 24 decimals.
const POWERS: [i128; 39] = {
    let mut powers = [1_i128; 39];
    let mut place = 1;
    while place < 39 {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            powers[place] = powers[place - 1] * 10;
        }
        place += 1;
    }
    powers
};

/// A decimal with another scale at 24 decimals; nothing where that would round or overflow.
#[inline]
fn rescale(value: i128, scale: i8) -> Option<i128> {
    let shift = i32::from(MONEY_SCALE) - i32::from(scale);
    let power = *POWERS.get(usize::try_from(shift.unsigned_abs()).ok()?)?;
    let scaled = if shift >= 0 {
        // Most amounts have at most 64 bits, and so most products no more than 128.
        match i64::try_from(value) {
            Ok(value) if shift <= 19 => i128::from(value) * power,
            _ => value.checked_mul(power)?,
        }
    } else {
        (value % power == 0).then_some(value / power)?
    };
    (scaled.unsigned_abs() < LARGEST).then_some(scaled)
}

/// More than any `Decimal128(38, 24)` holds.
const LARGEST: u128 = 10_u128.pow(38);

/// A cast that loses no value: Arrow makes null of what the other type cannot hold, and here that is a fault.
fn whole_cast(column: &ArrayRef, to: &DataType, expected: &'static str) -> Result<ArrayRef, Fault> {
    let array = cast(column, to).map_err(|_| fault(column, 0, expected))?;
    if array.logical_null_count() == column.logical_null_count() {
        return Ok(array);
    }
    let (before, after) = (column.logical_nulls(), array.logical_nulls());
    let known = |nulls: &Option<NullBuffer>, row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    let lost = (0..array.len()).find(|row| known(&before, *row) && !known(&after, *row));
    Err(fault(column, lost.unwrap_or_default(), expected))
}

/// Quantities that can be added up.
fn in_range(array: ArrayRef) -> Result<ArrayRef, Fault> {
    let numbers = array.as_primitive::<Float64Type>();
    // Neither what is too large nor NaN is below the limit.
    let strange = |number: f64| !matches!(number.abs().partial_cmp(&NUMBER_LIMIT), Some(Ordering::Less));
    match numbers.iter().position(|number| number.is_some_and(strange)) {
        Some(row) => Err(fault(&array, row, expected::NUMBER)),
        None => Ok(array),
    }
}

/// Holds instants against the years that a bill may have.
fn in_calendar(instants: &TimestampMillisecondArray) -> Result<(), usize> {
    if instants.null_count() == 0 && instants.values().iter().all(|instant| RANGE.contains(instant)) {
        return Ok(());
    }
    instants
        .iter()
        .position(|instant| instant.is_some_and(|instant| !RANGE.contains(&instant)))
        .map_or(Ok(()), Err)
}

/// The values of a text column, each text read once.
fn by_row<T: Copy>(
    array: &arrow::array::DictionaryArray<Int32Type>,
    values: &StringArray,
    expected: &'static str,
    read: impl Fn(&[u8]) -> Option<T>,
) -> Result<Vec<Option<T>>, Fault> {
    let texts: Vec<&[u8]> = values.iter().map(|text| text.unwrap_or_default().as_bytes()).collect();
    let parsed: Vec<Option<T>> = texts.iter().map(|text| read(text)).collect();
    let mut rows = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        let Some(code) = array.key(row) else {
            rows.push(None);
            continue;
        };
        let text = texts.get(code).copied().unwrap_or_default();
        match parsed.get(code).copied().flatten() {
            Some(value) => rows.push(Some(value)),
            None if is_missing(text) => rows.push(None),
            None => return Err(Fault { row, found: shown(text), expected }),
        }
    }
    Ok(rows)
}

/// Maps as canonical objects; equal maps are made canonical once. A map without entries is missing, as is a null value in it.
fn objects(maps: &MapArray) -> Result<ArrayRef, Fault> {
    let (keys, values) = (cast(maps.keys(), &DataType::Utf8), cast(maps.values(), &DataType::Utf8));
    let fault = |row| Fault { row, found: "a map of other values".into(), expected: "a map of text to text" };
    let (keys, values) = (keys.map_err(|_| fault(0))?, values.map_err(|_| fault(0))?);
    let (keys, values) = (keys.as_string::<i32>(), values.as_string::<i32>());
    let mut codes = Codes::new(maps.len());
    let mut spellings = Interner::new();
    let mut canonical: Vec<i32> = Vec::new();
    let mut spelling = Vec::new();
    for row in 0..maps.len() {
        let offsets = maps.value_offsets();
        let range = match (offsets.get(row), offsets.get(row + 1)) {
            (Some(start), Some(end)) if !maps.is_null(row) => {
                usize::try_from(*start).unwrap_or(0)..usize::try_from(*end).unwrap_or(0)
            }
            _ => 0..0,
        };
        let entries = || {
            range
                .clone()
                .filter(|entry| !keys.is_null(*entry) && !values.is_null(*entry))
                .map(|entry| (keys.value(entry), values.value(entry)))
        };
        spelling.clear();
        for (key, value) in entries() {
            for text in [key, value] {
                // With its length, so that no two lists of texts are spelt alike.
                spelling.extend_from_slice(format!("{}:", text.len()).as_bytes());
                spelling.extend_from_slice(text.as_bytes());
            }
        }
        if spelling.is_empty() {
            codes.push_null();
            continue;
        }
        let code = spellings.code(&spelling).map_err(|_| fault(row))?;
        let known = usize::try_from(code).ok().and_then(|code| canonical.get(code)).copied();
        let code = if let Some(code) = known {
            code
        } else {
            let code = codes.code(json::object(entries()).as_bytes()).map_err(|_| fault(row))?;
            canonical.push(code);
            code
        };
        codes.push_code(code);
    }
    Ok(codes.take())
}

fn fault(column: &ArrayRef, row: usize, expected: &'static str) -> Fault {
    let options = FormatOptions::default();
    let found = ArrayFormatter::try_new(column.as_ref(), &options)
        .map(|formatter| formatter.value(row).to_string())
        .unwrap_or_default();
    Fault { row, found: shown(found.as_bytes()), expected }
}
