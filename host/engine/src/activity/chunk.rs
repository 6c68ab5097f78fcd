//! The columns of one batch as numbers of dictionaries, one pass per column.

use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, DictionaryArray, Float64Array, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow::datatypes::{Decimal128Type, Float64Type, Int32Type, TimestampMillisecondType};
use joulework_units::Money;

use super::dictionary::{Dictionary, Full, NONE, UNSET};
use crate::error::EngineError;
use crate::steps;

impl From<Full> for EngineError {
    fn from(_: Full) -> Self {
        Self::TooManyValues
    }
}

/// A category column of a batch.
pub(crate) struct Texts<'a> {
    array: &'a DictionaryArray<Int32Type>,
    values: &'a StringArray,
}

/// A row's text may be missing in one more way: the dictionary itself holds a null.
fn text_of(values: &StringArray, code: usize) -> Option<&str> {
    (code < values.len() && values.is_valid(code)).then(|| values.value(code))
}

impl<'a> Texts<'a> {
    /// The column of that name, where the batch has it as a category.
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Option<Self> {
        let array = batch.column_by_name(name)?.as_dictionary_opt::<Int32Type>()?;
        Some(Self { array, values: array.values().as_string_opt::<i32>()? })
    }

    /// Gives each row what `make` makes of its text, asked once per distinct text that occurs; `absent` is what a
    /// row without text gets, made only when there is one.
    pub(crate) fn map<T: Copy>(
        &self,
        make: &mut dyn FnMut(Option<&str>) -> Result<T, EngineError>,
        mut give: impl FnMut(usize, T),
    ) -> Result<(), EngineError> {
        let mut by_code: Vec<Option<T>> = vec![None; self.values.len()];
        steps::add(self.array.len() + by_code.len());
        let mut absent: Option<T> = None;
        let keys = self.array.keys();
        let nulls = keys.nulls();
        for (row, code) in keys.values().iter().enumerate() {
            let code = usize::try_from(*code).unwrap_or(usize::MAX);
            let null = nulls.is_some_and(|nulls| nulls.is_null(row));
            let slot = if null { &mut absent } else { by_code.get_mut(code).unwrap_or(&mut absent) };
            let value = if let Some(value) = slot {
                *value
            } else {
                let text = if null { None } else { text_of(self.values, code) };
                *slot.insert(make(text)?)
            };
            give(row, value);
        }
        Ok(())
    }
}

/// The numbers of a lane's texts, from batch to batch: the batches of a row group mostly share one array of texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbering {
    /// Kept, so that its memory is not used for another array.
    texts: Option<StringArray>,
    /// The number of each code, [`UNSET`] where no row had it.
    numbers: Vec<u32>,
}

impl Numbering {
    /// The numbers for an array of texts, those of before if it is the same.
    fn of(&mut self, texts: &StringArray) -> &mut [u32] {
        let same = |before: &StringArray| {
            before.len() == texts.len()
                && before.values().as_ptr() == texts.values().as_ptr()
                && before.value_offsets().as_ptr() == texts.value_offsets().as_ptr()
        };
        if !self.texts.as_ref().is_some_and(same) {
            self.texts = Some(texts.clone());
            self.numbers.clear();
            self.numbers.resize(texts.len(), UNSET);
        }
        &mut self.numbers
    }
}

/// The numbers of a category column's values, into `lane`; every row [`NONE`] where the batch has no such column.
pub(crate) fn text_lane(
    batch: &RecordBatch,
    name: &str,
    dictionary: &mut Dictionary,
    numbering: &mut Numbering,
    lane: &mut Vec<u32>,
) -> Result<(), EngineError> {
    let Some(texts) = Texts::of(batch, name) else {
        fill(batch, lane);
        return Ok(());
    };
    let keys = texts.array.keys();
    let numbers = numbering.of(texts.values);
    steps::add(keys.len() + numbers.len());
    let place = |code: i32| usize::try_from(code).unwrap_or(usize::MAX);
    lane.clear();
    lane.extend(keys.values().iter().map(|code| numbers.get(place(*code)).copied().unwrap_or(NONE)));
    if let Some(nulls) = keys.nulls() {
        // What stands in a missing row may be the code of a text.
        for row in (!nulls.inner()).set_indices() {
            if let Some(number) = lane.get_mut(row) {
                *number = NONE;
            }
        }
    }
    if !lane.contains(&UNSET) {
        return Ok(());
    }
    for (slot, code) in lane.iter_mut().zip(keys.values()).filter(|(slot, _)| **slot == UNSET) {
        let Some(number) = numbers.get_mut(place(*code)) else { continue };
        if *number == UNSET {
            *number = match text_of(texts.values, place(*code)) {
                Some(text) => dictionary.intern_text(text)?,
                None => NONE,
            };
        }
        *slot = *number;
    }
    Ok(())
}

/// The numbers of what `read` makes of each row, into `lane`; one look-up a row.
pub(crate) fn exact_lane(
    batch: &RecordBatch,
    dictionary: &mut Dictionary,
    lane: &mut Vec<u32>,
    read: impl Fn(usize) -> Option<i128>,
) -> Result<(), EngineError> {
    fill(batch, lane);
    for (row, slot) in lane.iter_mut().enumerate() {
        if let Some(value) = read(row) {
            *slot = dictionary.intern_exact(value)?;
        }
    }
    Ok(())
}

fn fill(batch: &RecordBatch, lane: &mut Vec<u32>) {
    lane.clear();
    lane.resize(batch.num_rows(), NONE);
}

/// A reader of the exact values of a number, decimal or instant column: doubles by their bits.
pub(crate) fn exact_reader<'a>(
    batch: &'a RecordBatch,
    name: &str,
) -> Box<dyn Fn(usize) -> Option<i128> + 'a> {
    let Some(column) = batch.column_by_name(name) else { return Box::new(|_| None) };
    if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
        return Box::new(move |row| numbers.is_valid(row).then(|| bits(numbers.value(row))));
    }
    if let Some(decimals) = column.as_primitive_opt::<Decimal128Type>() {
        return Box::new(move |row| decimals.is_valid(row).then(|| decimals.value(row)));
    }
    if let Some(instants) = column.as_primitive_opt::<TimestampMillisecondType>() {
        return Box::new(move |row| instants.is_valid(row).then(|| i128::from(instants.value(row))));
    }
    Box::new(|_| None)
}

/// A double as the key of a dictionary; both zeros are one.
pub(crate) fn bits(value: f64) -> i128 {
    i128::from(if value == 0.0 { 0 } else { value.to_bits() })
}

/// The columns that every batch must have in full.
pub(crate) struct Facts<'a> {
    pub(crate) starts: &'a [i64],
    pub(crate) ends: Option<&'a TimestampMillisecondArray>,
    quantity: Option<&'a Float64Array>,
    billed: &'a Decimal128Array,
    effective: &'a Decimal128Array,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(batch: &'a RecordBatch) -> Result<Self, EngineError> {
        let column = |name: &'static str| -> Result<&'a ArrayRef, EngineError> {
            batch.column_by_name(name).ok_or(EngineError::MissingColumn { column: name })
        };
        let shape = |column: &'static str| EngineError::MissingColumn { column };
        let start = column("charge-period-start")?
            .as_primitive_opt::<TimestampMillisecondType>()
            .ok_or_else(|| shape("charge-period-start"))?;
        if start.null_count() > 0 {
            let row = (0..start.len()).find(|row| start.is_null(*row)).unwrap_or_default();
            return Err(EngineError::MissingValue { column: "charge-period-start", row });
        }
        let money = |name: &'static str| {
            column(name)?.as_primitive_opt::<Decimal128Type>().ok_or_else(|| shape(name))
        };
        Ok(Self {
            starts: start.values(),
            ends: batch
                .column_by_name("charge-period-end")
                .and_then(|column| column.as_primitive_opt::<TimestampMillisecondType>()),
            quantity: batch
                .column_by_name("consumed-quantity")
                .and_then(|column| column.as_primitive_opt::<Float64Type>()),
            billed: money("billed-cost")?,
            effective: money("effective-cost")?,
        })
    }

    /// Where the time of a row ends; where that is not said, as it begins.
    pub(crate) fn end(&self, row: usize) -> i64 {
        let start = self.starts.get(row).copied().unwrap_or_default();
        self.ends.filter(|ends| ends.is_valid(row)).map_or(start, |ends| ends.value(row))
    }

    /// What is invoiced for a row; nothing where there is no value.
    #[inline]
    pub(crate) fn billed(&self, row: usize) -> Money {
        money(self.billed, row)
    }

    /// The amortised cost of a row; nothing where there is no value.
    #[inline]
    pub(crate) fn effective(&self, row: usize) -> Money {
        money(self.effective, row)
    }

    /// The consumed quantity of a row, with its sign.
    #[inline]
    pub(crate) fn quantity(&self, row: usize) -> Option<f64> {
        self.quantity.filter(|quantity| quantity.is_valid(row)).map(|quantity| quantity.value(row))
    }
}

#[inline]
fn money(column: &Decimal128Array, row: usize) -> Money {
    Money::from_raw(if column.is_valid(row) { column.value(row) } else { 0 })
}
