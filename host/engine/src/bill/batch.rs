//! [`UsageBatch`]: rows of a bill as Arrow columns under their standard names.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, DictionaryArray, Float64Array, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    DataType, Decimal128Type, Field, Float64Type, Int32Type, Schema, TimestampMillisecondType,
};

use super::column::{BillColumn, ColumnKind, MONEY_SCALE};
use super::error::BillError;

/// Rows of a bill: the bill-origin columns of the standard list, as far as the source has them.
///
/// Categories are `Dictionary(Int32, Utf8)`, the quantity is a signed `Float64`, money is `Decimal128(38, 24)` (the
/// raw value of [`joulework_units::Money`]), instants are `Timestamp(Millisecond, "UTC")`. A missing value is null,
/// never empty text. Other columns of a library user's batch are dropped.
#[derive(Debug, Clone)]
pub struct UsageBatch {
    batch: RecordBatch,
    places: [Option<u8>; BillColumn::ALL.len()],
    origin: Origin,
}

/// Where the rows of a batch come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Consecutive rows of a file.
    Rows {
        /// Index into [`Bill::files`](super::Bill::files).
        file: usize,
        /// Number of the first row, counted from 1.
        first: u64,
    },
    /// Lines that the method adds: the unused commitment of CUR's fee rows. Their billed cost is 0.
    UnusedCommitment {
        /// Index into [`Bill::files`](super::Bill::files).
        file: usize,
    },
    /// A batch of a library user.
    Memory,
}

/// A category column: the code of each row and the text of each code.
#[derive(Debug, Clone, Copy)]
pub struct Categories<'a> {
    /// Codes and nulls, one per row.
    pub array: &'a DictionaryArray<Int32Type>,
    /// The text of each code. There may be texts that no row has, and two codes may have equal texts.
    pub values: &'a StringArray,
}

impl<'a> Categories<'a> {
    /// The text of `row`; nothing where the row has none.
    #[must_use]
    pub fn value(&self, row: usize) -> Option<&'a str> {
        let keys = self.array.keys();
        if row >= keys.len() || keys.is_null(row) {
            return None;
        }
        let code = usize::try_from(keys.value(row)).ok()?;
        (code < self.values.len()).then(|| self.values.value(code))
    }
}

impl UsageBatch {
    /// The batch of a reader; the columns are already of their kinds.
    pub(super) fn new(
        columns: Vec<(BillColumn, ArrayRef)>,
        rows: usize,
        origin: Origin,
    ) -> Result<Self, BillError> {
        let mut places = [None; BillColumn::ALL.len()];
        let mut fields = Vec::with_capacity(columns.len());
        let mut arrays = Vec::with_capacity(columns.len());
        for (place, (column, array)) in columns.into_iter().enumerate() {
            if let Some(slot) = places.get_mut(column.index()) {
                *slot = u8::try_from(place).ok();
            }
            fields.push(Field::new(column.name(), array.data_type().clone(), true));
            arrays.push(array);
        }
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
            .map_err(|error| BillError::Schema {
                reason: format!("has columns that do not fit together: {error}"),
            })?;
        Ok(Self { batch, places, origin })
    }

    /// Some of its rows.
    ///
    /// # Errors
    /// A range outside the batch.
    pub(crate) fn slice(&self, first: usize, rows: usize) -> Result<Self, BillError> {
        if first.saturating_add(rows) > self.rows() {
            return Err(BillError::Schema { reason: format!("has no row {}", first.saturating_add(rows)) });
        }
        let origin = match self.origin {
            Origin::Rows { file, first: start } => Origin::Rows { file, first: start + first as u64 },
            other => other,
        };
        Ok(Self { batch: self.batch.slice(first, rows), places: self.places, origin })
    }

    /// The columns as one Arrow batch.
    #[must_use]
    pub fn record_batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// Where the rows come from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Whether the batch has `column`.
    #[must_use]
    pub fn has(&self, column: BillColumn) -> bool {
        self.array(column).is_some()
    }

    /// The array of `column`, where the batch has it.
    #[must_use]
    pub fn array(&self, column: BillColumn) -> Option<&ArrayRef> {
        let place = (*self.places.get(column.index())?)?;
        self.batch.columns().get(usize::from(place))
    }

    /// A category column.
    #[must_use]
    pub fn categories(&self, column: BillColumn) -> Option<Categories<'_>> {
        let array = self.array(column)?.as_dictionary_opt::<Int32Type>()?;
        Some(Categories { array, values: array.values().as_string_opt::<i32>()? })
    }

    /// A number column, such as the signed consumed quantity.
    #[must_use]
    pub fn numbers(&self, column: BillColumn) -> Option<&Float64Array> {
        self.array(column)?.as_primitive_opt::<Float64Type>()
    }

    /// A money column: raw values of [`joulework_units::Money`].
    #[must_use]
    pub fn decimals(&self, column: BillColumn) -> Option<&Decimal128Array> {
        self.array(column)?.as_primitive_opt::<Decimal128Type>()
    }

    /// An instant column: milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn instants(&self, column: BillColumn) -> Option<&TimestampMillisecondArray> {
        self.array(column)?.as_primitive_opt::<TimestampMillisecondType>()
    }
}

/// Columns without which nothing can be estimated or summed.
const NEEDED: [BillColumn; 5] = [
    BillColumn::ChargePeriodStart,
    BillColumn::ChargeCategory,
    BillColumn::BillingCurrency,
    BillColumn::BilledCost,
    BillColumn::ServiceName,
];

impl TryFrom<RecordBatch> for UsageBatch {
    type Error = BillError;

    /// Takes a batch of a library user, with columns under their standard names.
    ///
    /// Text may be any Arrow text or dictionary of text; it is not trimmed. Quantities may be any number type but
    /// are held as doubles; money must be a decimal with at most 24 decimals, an integer, or a double, which is read as its shortest
    /// decimal; timestamps may have any unit, and a timestamp without zone is taken as UTC. Where
    /// `effective-cost` is missing, `billed-cost` stands in; where `charge-year` or `charge-month` is
    /// missing, it is made from `charge-period-start`.
    ///
    /// # Errors
    /// [`BillError::Schema`] for a missing column or a type that does not fit.
    fn try_from(source: RecordBatch) -> Result<Self, BillError> {
        let schema = source.schema();
        let missing: Vec<_> = NEEDED
            .iter()
            .filter(|column| schema.index_of(column.name()).is_err())
            .map(|column| column.name())
            .collect();
        if !missing.is_empty() {
            return Err(BillError::Schema { reason: format!("lacks the columns {}", missing.join(", ")) });
        }
        let mut columns = Vec::new();
        for (field, array) in schema.fields().iter().zip(source.columns()) {
            let Some(column) = BillColumn::from_name(field.name()) else { continue };
            if columns.iter().any(|(seen, _)| *seen == column) {
                return Err(BillError::Schema {
                    reason: format!("has the column `{}` twice", column.name()),
                });
            }
            columns.push((column, convert(column, array)?));
        }
        complete(&mut columns)?;
        columns.sort_by_key(|(column, _)| *column);
        Self::new(columns, source.num_rows(), Origin::Memory)
    }
}

/// Adds what follows from the columns that are there.
fn complete(columns: &mut Vec<(BillColumn, ArrayRef)>) -> Result<(), BillError> {
    let get = |columns: &[(BillColumn, ArrayRef)], wanted| {
        columns.iter().find(|(column, _)| *column == wanted).map(|(_, array)| Arc::clone(array))
    };
    if get(columns, BillColumn::EffectiveCost).is_none()
        && let Some(billed) = get(columns, BillColumn::BilledCost)
    {
        columns.push((BillColumn::EffectiveCost, billed));
    }
    for (column, unit) in [
        (BillColumn::ChargeYear, super::calendar::Unit::Year),
        (BillColumn::ChargeMonth, super::calendar::Unit::Month),
    ] {
        if get(columns, column).is_none()
            && let Some(start) = get(columns, BillColumn::ChargePeriodStart)
            && let Some(start) = start.as_primitive_opt::<TimestampMillisecondType>()
        {
            columns.push((column, super::calendar::categories(start, unit)?));
        }
    }
    Ok(())
}

fn convert(column: BillColumn, array: &ArrayRef) -> Result<ArrayRef, BillError> {
    let wanted = column.kind().data_type();
    let found = array.data_type();
    let fits = match column.kind() {
        ColumnKind::Category => {
            let text = match found {
                DataType::Dictionary(_, values) => values.as_ref(),
                other => other,
            };
            matches!(text, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
        }
        ColumnKind::Number => found.is_numeric(),
        ColumnKind::Decimal => {
            found.is_integer()
                || matches!(found, DataType::Decimal32(_, s) | DataType::Decimal64(_, s) | DataType::Decimal128(_, s) | DataType::Decimal256(_, s) if (0..=MONEY_SCALE).contains(s))
                || *found == DataType::Float64
        }
        ColumnKind::Instant => matches!(found, DataType::Timestamp(_, _)),
    };
    let refuse =
        || BillError::Schema { reason: format!("has `{}` as {found}, expected {wanted}", column.name()) };
    if !fits {
        return Err(refuse());
    }
    if *found == wanted {
        return Ok(Arc::clone(array));
    }
    if let Some(doubles) = array.as_primitive_opt::<Float64Type>()
        && column.kind() == ColumnKind::Decimal
    {
        return super::text::money_of_doubles(doubles)
            .map(|money| Arc::new(money) as ArrayRef)
            .map_err(|_| refuse());
    }
    if column.kind() == ColumnKind::Instant {
        let instants = crate::instant::instants_of(array, &crate::instant::Zone::Utc).ok_or_else(refuse)?;
        return Ok(Arc::new(instants.map_err(|_| refuse())?));
    }
    // Overflow is an error, never a null.
    let options = CastOptions { safe: false, ..CastOptions::default() };
    let array = match (column.kind(), found) {
        // Dictionaries are unpacked first, so that equal values become one.
        (ColumnKind::Category, DataType::Dictionary(_, _)) => {
            cast_with_options(array, &DataType::Utf8, &options).map_err(|_| refuse())?
        }
        _ => Arc::clone(array),
    };
    cast_with_options(&array, &wanted, &options).map_err(|_| refuse())
}
