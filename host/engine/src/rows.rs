//! The rows of a bill, enriched: every column of the bill, and beside it what the plugins make of the row.
//!
//! The same unit estimates as in roll-ups, times the row's own quantity with its sign.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Float64Builder, Int32Array, RecordBatch, StringArray,
    StringDictionaryBuilder,
};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef};
use joulework_units::{FixedSum, Interval, NoInterval, Z90, math};

use crate::activity::{Activity, RowCells};
use crate::assess::Grade;
use crate::bill::{BillColumn, BillError, ColumnSet, UsageBatch};
use crate::error::EngineError;
use crate::estimate::UnitEstimates;
use crate::pipeline::Engine;

/// The quantities that come with their error and interval.
const MAIN: [&str; 6] =
    ["it-energy", "facility-energy", "water", "operational-carbon", "embodied-carbon", crate::assess::CARBON];

impl Engine {
    /// The columns of enriched rows: those of the bill, `workload`, `usage-kind`, `basis` (the weakest grade), and per
    /// additive quantity its value; for energy, carbon and water also `NAME.gsd`, `NAME.low` and `NAME.high` (the 90 %
    /// interval). A field's metadata has its `unit`. A value that is not known is null.
    #[must_use]
    pub fn row_schema(&self) -> SchemaRef {
        let mut fields: Vec<Field> = BillColumn::ALL
            .iter()
            .map(|column| Field::new(column.name(), column.kind().data_type(), true))
            .collect();
        let text = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        for name in ["workload", "usage-kind", "basis"] {
            fields.push(Field::new(name, text.clone(), true));
        }
        for (name, unit) in crate::estimate::row_quantities(self.pipeline()) {
            let field = |name: String, unit: &str| -> Field {
                let unit = std::collections::HashMap::from([("unit".to_owned(), unit.to_owned())]);
                Field::new(name, DataType::Float64, true).with_metadata(unit)
            };
            let main = MAIN.contains(&name.as_str());
            fields.push(field(name.clone(), &unit));
            if main {
                fields.push(field(format!("{name}.gsd"), "1"));
                fields.push(field(format!("{name}.low"), &unit));
                fields.push(field(format!("{name}.high"), &unit));
            }
        }
        Arc::new(Schema::new(fields))
    }

    /// Reads the bills and gives their rows, enriched, in the order of the files. Rows outside the window are left out.
    ///
    /// # Errors
    /// The first bad value or fault, or what `take` returns.
    pub fn rows<E: From<EngineError>>(
        &self,
        mut take: impl FnMut(RecordBatch) -> Result<(), E>,
    ) -> Result<(), E> {
        let schema = self.row_schema();
        for bill in self.open()? {
            for chunk in bill.chunks() {
                let read = chunk.read(ColumnSet::all(), |batch| {
                    let enriched = self.enrich(&schema, &batch).map_err(Stopped::Engine)?;
                    if enriched.num_rows() > 0 { take(enriched).map_err(Stopped::Taker) } else { Ok(()) }
                });
                match read {
                    Ok(()) => {}
                    Err(Stopped::Engine(error)) => return Err(error.into()),
                    Err(Stopped::Taker(error)) => return Err(error),
                }
            }
            bill.finish().map_err(EngineError::from)?;
        }
        Ok(())
    }

    /// One batch, enriched.
    ///
    /// # Errors
    /// A bad value or a fault.
    pub fn enrich_batch(&self, batch: &UsageBatch) -> Result<RecordBatch, EngineError> {
        self.enrich(&self.row_schema(), batch)
    }

    fn enrich(&self, schema: &SchemaRef, batch: &UsageBatch) -> Result<RecordBatch, EngineError> {
        let RowCells { activity, cells, workloads, inside } = Activity::row_cells(self.plan(), batch)?;
        let units = UnitEstimates::of(&activity, self.pipeline(), 1)?;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for column in BillColumn::ALL {
            columns.push(match batch.array(*column) {
                Some(array) => Arc::clone(array),
                None => arrow::array::new_null_array(&column.kind().data_type(), batch.rows()),
            });
        }
        columns.push(texts(workloads.iter().map(String::as_str))?);
        columns.push(texts(cells.iter().map(|cells| kind(&units, cells)))?);
        columns.push(by_grade(cells.iter().map(|cells| grade(&units, cells)))?);
        for (number, quantity) in units.quantities.iter().enumerate().filter(|(_, one)| is_shown(&one.name)) {
            let values: Vec<f64> = cells.iter().map(|cells| value(&units, number, cells)).collect();
            columns.push(known(values.iter().copied()));
            if MAIN.contains(&quantity.name.as_str()) {
                let sigma: Vec<f64> = cells.iter().map(|cells| sigma(&units, number, cells)).collect();
                columns.push(known(
                    sigma
                        .iter()
                        .zip(&values)
                        .map(|(s, value)| if value.is_nan() { *value } else { math::exp(*s) }),
                ));
                let interval = |(value, s): (&f64, &f64)| one_row(*value, *s);
                let intervals: Vec<_> = values.iter().zip(&sigma).map(interval).collect();
                let end = |end: fn(&Interval) -> f64| {
                    known(intervals.iter().map(|interval| interval.as_ref().map_or(f64::NAN, end)))
                };
                columns.push(end(|interval| interval.low));
                columns.push(end(|interval| interval.high));
            }
        }
        let enriched = RecordBatch::try_new(Arc::clone(schema), columns)?;
        if inside.iter().all(|inside| *inside) {
            return Ok(enriched);
        }
        Ok(arrow::compute::filter_record_batch(&enriched, &inside.into())?)
    }
}

/// Who ended the reading.
enum Stopped<E> {
    Engine(EngineError),
    Taker(E),
}

impl<E> From<BillError> for Stopped<E> {
    fn from(error: BillError) -> Self {
        Self::Engine(error.into())
    }
}

/// Whether a quantity is a column of enriched rows: the sum with network is for roll-ups, where it can be drawn.
pub(crate) fn is_shown(name: &str) -> bool {
    name != crate::assess::CARBON_WITH_NETWORK
}

/// What a row bought: its cells differ in their loads alone.
fn kind<'a>(units: &'a UnitEstimates, cells: &[(u32, FixedSum)]) -> &'a str {
    cells.first().map_or("", |(cell, _)| units.kind(*cell))
}

/// The weakest grade of a row's cells.
fn grade(units: &UnitEstimates, cells: &[(u32, FixedSum)]) -> Grade {
    cells.iter().map(|(cell, _)| units.grade(*cell)).max().unwrap_or(Grade::Nothing)
}

/// A quantity of a row; NaN where a cell does not know it.
fn value(units: &UnitEstimates, quantity: usize, cells: &[(u32, FixedSum)]) -> f64 {
    cells.iter().map(|(cell, scale)| units.value(quantity, *cell) * scale.to_f64()).sum()
}

/// The standard deviation of the ln of a row's value: a single row is one lognormal, however wide. Cells share an error
/// by their shares of the value.
fn sigma(units: &UnitEstimates, quantity: usize, cells: &[(u32, FixedSum)]) -> f64 {
    if let [(cell, _)] = cells {
        let (_, errors) = units.errors(quantity, *cell);
        return errors.iter().map(|(_, s)| s * s).sum::<f64>().sqrt();
    }
    let whole = value(units, quantity, cells);
    if whole.is_nan() || whole == 0.0 {
        return 0.0;
    }
    let mut shared: BTreeMap<u32, f64> = BTreeMap::new();
    for (cell, scale) in cells {
        let share = units.value(quantity, *cell) * scale.to_f64() / whole;
        let (_, errors) = units.errors(quantity, *cell);
        for (template, s) in errors {
            *shared.entry(*template).or_default() += share * s;
        }
    }
    shared.values().map(|s| s * s).sum::<f64>().sqrt()
}

/// The 90 % interval of one row.
fn one_row(value: f64, sigma: f64) -> Result<Interval, NoInterval> {
    if value.is_nan() {
        Err(NoInterval::NotFinite)
    } else if value < 0.0 {
        Err(NoInterval::Negative)
    } else {
        let at = |z: f64| value * math::exp(z * sigma - sigma * sigma / 2.0);
        Ok(Interval { low: at(-Z90), high: at(Z90) })
    }
}

/// Numbers, null where they are NaN.
fn known(values: impl Iterator<Item = f64>) -> ArrayRef {
    let mut builder = Float64Builder::new();
    for value in values {
        builder.append_option((!value.is_nan()).then_some(value));
    }
    let array: Float64Array = builder.finish();
    Arc::new(array)
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> Result<ArrayRef, EngineError> {
    let mut builder: StringDictionaryBuilder<Int32Type> = StringDictionaryBuilder::new();
    for value in values {
        if value.is_empty() {
            builder.append_null();
        } else {
            builder.append(value)?;
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn by_grade(grades: impl Iterator<Item = Grade>) -> Result<ArrayRef, EngineError> {
    let place = |grade: Grade| {
        Grade::ALL.iter().position(|known| *known == grade).and_then(|place| i32::try_from(place).ok())
    };
    let keys: Int32Array = grades.map(place).collect();
    let words = StringArray::from_iter_values(Grade::ALL.iter().map(|grade| grade.word()));
    Ok(Arc::new(DictionaryArray::try_new(keys, Arc::new(words))?))
}
