//! Tables in Parquet.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, MapArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Schema};
use arrow::error::ArrowError;
use joulework_engine::instant::{Zone, instants_of};
use joulework_engine::parquet_file::each_batch;
use rustc_hash::FxHashMap;

use super::csv::{epoch, time};
use super::table::{Columns, ValueAt};
use super::{MetricsError, Place, Reading};

/// Where values go, by the labels of their row.
type Places = FxHashMap<Vec<u8>, Vec<Place>>;

pub(super) fn read(reading: &mut Reading<'_>) -> Result<(), MetricsError> {
    let path = reading.path;
    let damaged = |reason: String| {
        let reason = format!("it is no readable Parquet file: {reason}");
        MetricsError::File { file: path.to_owned(), reason }
    };
    let zone = reading.setup.zone.clone();
    let mut table: Option<(Columns, Places)> = None;
    each_batch(
        || File::open(path).map_err(|source| MetricsError::Unreadable { file: path.to_owned(), source }),
        |schema: &Schema| Ok((0..schema.fields().len()).collect()),
        damaged,
        |before, batch| {
            let (header, columns) = flat(batch);
            if table.is_none() {
                table = Some((Columns::new(header, reading)?, FxHashMap::default()));
            }
            let Some((known, places)) = &mut table else { return Ok(()) };
            let batch = Flat { columns, before, zone: &zone };
            batch.add(known, places, reading)
        },
    )
}

/// Columns by name; those inside a structure as `structure.field`.
fn flat(batch: &RecordBatch) -> (Vec<String>, Vec<ArrayRef>) {
    let (mut names, mut columns) = (Vec::new(), Vec::new());
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        unfold(field, column, "", &mut names, &mut columns);
    }
    (names, columns)
}

fn unfold(
    field: &Arc<Field>,
    column: &ArrayRef,
    front: &str,
    names: &mut Vec<String>,
    columns: &mut Vec<ArrayRef>,
) {
    let name = format!("{front}{}", field.name());
    let (DataType::Struct(fields), Some(parts)) = (field.data_type(), column.as_struct_opt()) else {
        names.push(name);
        columns.push(column.clone());
        return;
    };
    for (field, part) in fields.iter().zip(parts.columns()) {
        unfold(field, part, &format!("{name}."), names, columns);
    }
}

struct Flat<'a> {
    columns: Vec<ArrayRef>,
    /// Rows before these.
    before: u64,
    zone: &'a Zone,
}

impl Flat<'_> {
    fn add(
        &self,
        known: &Columns,
        places: &mut Places,
        reading: &mut Reading<'_>,
    ) -> Result<(), MetricsError> {
        let times = self.times(known, reading)?;
        let mut values = Vec::new();
        for (_, at) in &known.values {
            values.push(match *at {
                ValueAt::Column(place) => (self.numbers(known, place, reading)?, None),
                ValueAt::Ratio(sum, count) => {
                    (self.numbers(known, sum, reading)?, Some(self.numbers(known, count, reading)?))
                }
            });
        }
        let labels: Vec<StringArray> = known
            .label_places
            .iter()
            .map(|place| {
                let column = self.column(*place)?;
                if let Some(maps) = column.as_map_opt() {
                    return pairs(maps).map_err(|error| self.refuse(known, *place, &error, reading));
                }
                let texts = cast(column, &DataType::Utf8)
                    .map_err(|error| self.refuse(known, *place, &error, reading))?;
                Ok(texts.as_string::<i32>().clone())
            })
            .collect::<Result<_, MetricsError>>()?;
        let mut key = Vec::new();
        for (row, time) in times.iter().enumerate() {
            key.clear();
            for label in &labels {
                key.extend_from_slice(text(label, row).as_bytes());
                key.push(0x1f);
            }
            if !places.contains_key(key.as_slice()) {
                let texts = labels.iter().map(|label| text(label, row));
                let found = known.places(texts, reading)?;
                places.insert(key.clone(), found);
            }
            let found = places.get(key.as_slice()).map_or(&[][..], Vec::as_slice);
            for ((numbers, counts), place) in values.iter().zip(found) {
                let value = match (numbers.get(row), counts) {
                    (Some(number), None) => *number,
                    (Some(sum), Some(counts)) => sum / counts.get(row).copied().unwrap_or(f64::NAN),
                    (None, _) => f64::NAN,
                };
                reading.point(*place, *time, value);
            }
        }
        Ok(())
    }

    fn column(&self, place: usize) -> Result<&ArrayRef, MetricsError> {
        self.columns.get(place).ok_or_else(|| MetricsError::Description { reason: "a column is gone".into() })
    }

    fn refuse(
        &self,
        known: &Columns,
        place: usize,
        error: &ArrowError,
        reading: &Reading<'_>,
    ) -> MetricsError {
        let column = known.name(place);
        let kind = self.columns.get(place).map(|column| column.data_type().to_string()).unwrap_or_default();
        reading.error(format!("its column `{column}` has the type {kind}, which cannot be used: {error}"))
    }

    fn times(&self, known: &Columns, reading: &Reading<'_>) -> Result<Vec<i64>, MetricsError> {
        let column = self.column(known.timestamp)?;
        let name = known.name(known.timestamp);
        let expected = self.zone.expected();
        let wrong = |place: usize| {
            let found = arrow::util::display::array_value_to_string(column, place).unwrap_or_default();
            reading.cell_error(self.before + 1 + place as u64, name, &found, expected)
        };
        if let Some(instants) = instants_of(column, self.zone) {
            let instants = instants.map_err(wrong)?;
            if let Some(place) = (0..instants.len()).find(|place| instants.is_null(*place)) {
                return Err(wrong(place));
            }
            return Ok(instants.values().to_vec());
        }
        if column.data_type().is_numeric() {
            let numbers = self.numbers(known, known.timestamp, reading)?;
            let times = numbers.iter().enumerate();
            return times.map(|(place, number)| epoch(*number).ok_or_else(|| wrong(place))).collect();
        }
        let texts = cast(column, &DataType::Utf8)
            .map_err(|error| self.refuse(known, known.timestamp, &error, reading))?;
        let texts = texts.as_string::<i32>();
        (0..texts.len())
            .map(|place| time(text(texts, place).as_bytes(), self.zone).ok_or_else(|| wrong(place)))
            .collect()
    }

    /// A column of numbers; NaN where nothing stands there.
    fn numbers(
        &self,
        known: &Columns,
        place: usize,
        reading: &Reading<'_>,
    ) -> Result<Vec<f64>, MetricsError> {
        let column = self.column(place)?;
        let numbers =
            cast(column, &DataType::Float64).map_err(|error| self.refuse(known, place, &error, reading))?;
        if let Some(row) = (0..column.len()).find(|row| numbers.is_null(*row) && column.is_valid(*row)) {
            let found = arrow::util::display::array_value_to_string(column, row).unwrap_or_default();
            let row = self.before + 1 + row as u64;
            return Err(reading.cell_error(row, known.name(place), &found, "a number, or nothing"));
        }
        Ok(numbers.as_primitive::<Float64Type>().iter().map(|number| number.unwrap_or(f64::NAN)).collect())
    }
}

/// Maps as `name=value` with commas.
fn pairs(maps: &MapArray) -> Result<StringArray, ArrowError> {
    let keys = cast(maps.keys(), &DataType::Utf8)?;
    let values = cast(maps.values(), &DataType::Utf8)?;
    let (keys, values) = (keys.as_string::<i32>(), values.as_string::<i32>());
    let pairs = maps.value_offsets().windows(2).map(|ends| {
        let places = ends.iter().map(|end| usize::try_from(*end).unwrap_or(0));
        let range = places.clone().min().unwrap_or(0)..places.max().unwrap_or(0);
        let pairs: Vec<String> =
            range.map(|place| format!("{}={}", text(keys, place), text(values, place))).collect();
        pairs.join(",")
    });
    Ok(StringArray::from_iter_values(pairs))
}

fn text(column: &StringArray, row: usize) -> &str {
    if column.is_valid(row) { column.value(row) } else { "" }
}
