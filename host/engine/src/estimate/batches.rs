//! Cells as batches for the plugins: the columns that they read, and a quantity of 1.

use std::ops::Range;

use joulework_runtime::{Batch, Column, Data, Kind, Known, NO_VALUE, Pipeline};
use joulework_units::Money;

use crate::activity::{Activity, Dictionary, FIXED, NONE, QUANTITY, Scale};
use crate::error::EngineError;

/// The batch of a range of cells.
pub(crate) fn batch_of(
    activity: &Activity,
    pipeline: &Pipeline,
    rows: Range<usize>,
) -> Result<Batch, EngineError> {
    let mut columns = Vec::with_capacity(pipeline.reads().len());
    for read in pipeline.reads() {
        let name = read.column.name.as_str();
        let data = if name == QUANTITY && activity.plan.scale == Scale::Quantity {
            quantity(activity, &rows)
        } else {
            match activity.plan.column_lane(name) {
                Some(lane) => lane_data(activity, lane, read.column.kind, &rows),
                None => return Err(EngineError::Frame { column: name.to_owned() }),
            }
        };
        columns.push(Column::new(name, data));
    }
    Ok(Batch { rows: rows.len(), columns })
}

/// Numbers of a lane, one per cell.
fn numbers<'a>(activity: &'a Activity, lane: usize, rows: &Range<usize>) -> impl Iterator<Item = u32> + 'a {
    let place = activity.cells.lanes.iter().position(|own| *own == lane);
    rows.clone().map(move |cell| {
        let key = u32::try_from(cell).map(|cell| activity.cells.key(cell)).unwrap_or_default();
        place.and_then(|place| key.get(place)).copied().unwrap_or(NONE)
    })
}

/// 1 where the quantity is known.
fn quantity(activity: &Activity, rows: &Range<usize>) -> Data {
    // The first lane of a cell says whether its quantity is known.
    let known = Known::from_rows(
        rows.clone()
            .map(|cell| u32::try_from(cell).is_ok_and(|cell| activity.cells.key(cell).first() == Some(&1))),
    );
    if known.is_all() {
        return Data::Same(1.0);
    }
    let values = (0..rows.len()).map(|row| if known.is_known(row) { 1.0 } else { 0.0 }).collect();
    Data::Numbers { values, known }
}

fn lane_data(activity: &Activity, lane: usize, kind: Kind, rows: &Range<usize>) -> Data {
    let numbers: Vec<u32> = numbers(activity, lane + FIXED, rows).collect();
    let dictionary = activity.dictionaries.get(lane);
    match kind {
        Kind::Category => categories(dictionary, &numbers),
        Kind::Text => {
            let text = |number: &u32| dictionary.and_then(|dictionary| dictionary.text(*number));
            Data::Texts {
                values: numbers.iter().map(|number| text(number).unwrap_or_default().to_owned()).collect(),
                known: Known::from_rows(numbers.iter().map(|number| text(number).is_some())),
            }
        }
        Kind::Number => Data::numbers(
            exact(dictionary, &numbers)
                .map(|value| value.and_then(|value| u64::try_from(value).ok()).map(f64::from_bits)),
        ),
        Kind::Decimal => Data::Decimals {
            values: exact(dictionary, &numbers).map(Option::unwrap_or_default).collect(),
            scale: Money::PLACES,
            known: Known::from_rows(exact(dictionary, &numbers).map(|value| value.is_some())),
        },
        Kind::Instant => Data::Instants {
            epoch_ms: exact(dictionary, &numbers)
                .map(|value| value.and_then(|value| i64::try_from(value).ok()).unwrap_or_default())
                .collect(),
            known: Known::from_rows(exact(dictionary, &numbers).map(|value| value.is_some())),
        },
    }
}

fn exact<'a>(
    dictionary: Option<&'a Dictionary>,
    numbers: &'a [u32],
) -> impl Iterator<Item = Option<i128>> + 'a {
    numbers.iter().map(move |number| dictionary.and_then(|dictionary| dictionary.exact_value(*number)))
}

/// Only the values that occur, in their own order.
fn categories(dictionary: Option<&Dictionary>, numbers: &[u32]) -> Data {
    let mut occurring: Vec<u32> = numbers.iter().copied().filter(|number| *number != NONE).collect();
    occurring.sort_unstable();
    occurring.dedup();
    let code = |number: &u32| match occurring.binary_search(number) {
        Ok(code) => u32::try_from(code).unwrap_or(NO_VALUE),
        Err(_) => NO_VALUE,
    };
    let text = |number: &u32| dictionary.and_then(|dictionary| dictionary.text(*number)).unwrap_or_default();
    Data::Categories {
        values: occurring.iter().map(|number| text(number).to_owned()).collect(),
        codes: numbers.iter().map(code).collect(),
    }
}
