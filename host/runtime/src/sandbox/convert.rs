//! Columns on their way over the boundary. What goes in is lent wherever no value has to change; what comes out is
//! moved, not copied.

use std::borrow::Cow;

use super::bindings::joulework::plugin::columns as wire;
use crate::breach::Breach;
use crate::columns::{Batch, Column, Data, Known, compact};
use crate::gate::Refusal;

/// A column as a plugin is to see it.
#[derive(Debug)]
pub(crate) struct Lent<'a> {
    name: &'a str,
    data: LentData<'a>,
}

#[derive(Debug)]
enum LentData<'a> {
    Same(f64),
    Numbers { values: Cow<'a, [f64]>, known: &'a [u8] },
    Decimals { high: Vec<i64>, low: Vec<u64>, scale: u8, known: &'a [u8] },
    Categories { values: Vec<&'a str>, codes: Cow<'a, [u32]> },
    Texts { values: Vec<&'a str>, known: &'a [u8] },
    Instants { epoch_ms: &'a [i64], known: &'a [u8] },
}

impl<'a> Lent<'a> {
    /// The column with its numbers multiplied by `factor`, and only those category values that occur.
    pub(crate) fn new(column: &'a Column, factor: f64) -> Self {
        #[allow(clippy::float_cmp, reason = "exactly 1 means that there is nothing to convert")]
        let same_unit = factor == 1.0;
        let data = match &column.data {
            Data::Same(value) => LentData::Same(value * factor),
            Data::Numbers { values, known } => LentData::Numbers {
                values: if same_unit {
                    Cow::Borrowed(values)
                } else {
                    Cow::Owned(values.iter().map(|value| value * factor).collect())
                },
                known: known.bytes(),
            },
            Data::Decimals { values, scale, known } => {
                let (high, low) = values.iter().map(|value| split(*value)).unzip();
                LentData::Decimals { high, low, scale: *scale, known: known.bytes() }
            }
            Data::Categories { values, codes } => {
                if every_value_occurs(values.len(), codes) {
                    let values = values.iter().map(String::as_str).collect();
                    LentData::Categories { values, codes: Cow::Borrowed(codes) }
                } else {
                    let (values, codes) = compact(values, codes);
                    LentData::Categories { values, codes: Cow::Owned(codes) }
                }
            }
            Data::Texts { values, known } => {
                LentData::Texts { values: values.iter().map(String::as_str).collect(), known: known.bytes() }
            }
            Data::Instants { epoch_ms, known } => LentData::Instants { epoch_ms, known: known.bytes() },
        };
        Self { name: &column.name, data }
    }

    pub(super) fn param(&self) -> wire::ColumnParam<'_> {
        let data = match &self.data {
            LentData::Same(value) => wire::DataParam::Same(*value),
            LentData::Numbers { values, known } => {
                wire::DataParam::Numbers(wire::NumbersParam { values, known })
            }
            LentData::Decimals { high, low, scale, known } => {
                wire::DataParam::Decimals(wire::DecimalsParam { high, low, scale: *scale, known })
            }
            LentData::Categories { values, codes } => {
                wire::DataParam::Categories(wire::CategoriesParam { values, codes })
            }
            LentData::Texts { values, known } => wire::DataParam::Texts(wire::TextsParam { values, known }),
            LentData::Instants { epoch_ms, known } => {
                wire::DataParam::Instants(wire::InstantsParam { epoch_ms, known })
            }
        };
        wire::ColumnParam { name: self.name, data }
    }
}

/// The halves of the contract: `high * 2^64 + low`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "splits the 128 bits in two")]
const fn split(value: i128) -> (i64, u64) {
    ((value >> 64) as i64, value as u64)
}

fn join(high: i64, low: u64) -> i128 {
    (i128::from(high) << 64) | i128::from(low)
}

/// Whether all values are used and no code points past them, so that the column can be lent as it is.
fn every_value_occurs(values: usize, codes: &[u32]) -> bool {
    let mut used = vec![false; values];
    for code in codes {
        if *code == crate::NO_VALUE {
            continue;
        }
        match usize::try_from(*code).ok().and_then(|index| used.get_mut(index)) {
            Some(slot) => *slot = true,
            None => return false,
        }
    }
    used.into_iter().all(|used| used)
}

/// A returned batch as our own: every list as long as the batch says, every known bit in its place.
pub(crate) fn receive(batch: wire::BatchResult) -> Result<Batch, Refusal> {
    let rows = usize::try_from(batch.rows).unwrap_or(usize::MAX);
    let columns =
        batch.columns.into_iter().map(|column| receive_column(column, rows)).collect::<Result<_, _>>()?;
    Ok(Batch { rows, columns })
}

fn receive_column(column: wire::ColumnResult, rows: usize) -> Result<Column, Refusal> {
    let length = |got: usize| if got == rows { Ok(()) } else { Err(Breach::Length { got, expected: rows }) };
    let bits = |known: Vec<u8>| {
        let got = known.len();
        Known::from_bytes(known, rows).ok_or(Breach::Known { got, rows })
    };
    let data = || {
        Ok(match column.data {
            wire::DataResult::Same(value) => Data::Same(value),
            wire::DataResult::Numbers(numbers) => {
                length(numbers.values.len())?;
                Data::Numbers { values: numbers.values, known: bits(numbers.known)? }
            }
            wire::DataResult::Decimals(decimals) => {
                let (high, low) = (decimals.high.len(), decimals.low.len());
                if high != low {
                    return Err(Breach::Halves { high, low });
                }
                length(high)?;
                let values =
                    decimals.high.into_iter().zip(decimals.low).map(|(high, low)| join(high, low)).collect();
                Data::Decimals { values, scale: decimals.scale, known: bits(decimals.known)? }
            }
            wire::DataResult::Categories(categories) => {
                length(categories.codes.len())?;
                Data::Categories { values: categories.values, codes: categories.codes }
            }
            wire::DataResult::Texts(texts) => {
                length(texts.values.len())?;
                Data::Texts { values: texts.values, known: bits(texts.known)? }
            }
            wire::DataResult::Instants(instants) => {
                length(instants.epoch_ms.len())?;
                Data::Instants { epoch_ms: instants.epoch_ms, known: bits(instants.known)? }
            }
        })
    };
    match data() {
        Ok(data) => Ok(Column { name: column.name, data }),
        Err(breach) => Err(Refusal { breach, row: None, column: Some(column.name) }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn decimals_survive_the_split() {
        for value in [0, 1, -1, i128::MAX, i128::MIN, 20_520_226_728_990_000_000_000_000, -(1 << 64)] {
            let (high, low) = split(value);
            assert_eq!(join(high, low), value);
        }
    }

    #[test]
    fn numbers_in_the_same_unit_are_lent_and_others_converted() {
        let column = Column::new("x", Data::numbers([Some(2.0), None]));
        let lent = Lent::new(&column, 1.0);
        assert!(matches!(&lent.data, LentData::Numbers { values: Cow::Borrowed(_), .. }));
        let converted = Lent::new(&column, 1_000.0);
        assert!(
            matches!(&converted.data, LentData::Numbers { values, .. } if values.as_ref() == [2_000.0, 0.0])
        );
    }

    #[test]
    fn a_guest_sees_only_values_that_occur() {
        let values = vec!["a".to_owned(), "b".to_owned()];
        let column = Column::new("x", Data::Categories { values, codes: vec![1, crate::NO_VALUE] });
        let lent = Lent::new(&column, 1.0);
        assert!(matches!(&lent.data, LentData::Categories { values, codes }
            if values == &["b"] && codes.as_ref() == [0, crate::NO_VALUE]));
    }

    #[test]
    fn a_lying_length_names_the_column() {
        let numbers = wire::NumbersResult { values: vec![1.0], known: vec![] };
        let column = wire::ColumnResult { name: "x".to_owned(), data: wire::DataResult::Numbers(numbers) };
        let refusal = receive(wire::BatchResult { rows: 2, columns: vec![column] }).unwrap_err();
        assert_eq!(refusal.breach, Breach::Length { got: 1, expected: 2 });
        assert_eq!(refusal.column.as_deref(), Some("x"));
    }
}
