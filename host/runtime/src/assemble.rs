//! Puts the results of parts of a batch together again, with rows that nobody estimated in between.

use std::collections::BTreeMap;

use crate::columns::{Column, Data, Known, NO_VALUE};
use crate::descriptor::{Descriptor, Kind};

/// The result for some rows.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Columns that passed the gate.
    Estimated { rows: usize, columns: Vec<Column> },
    /// Rows at which every output is unknown.
    Unknown { rows: usize },
}

/// The columns of the whole batch, in the order of the descriptor. `None` where decimals cannot be brought to one
/// scale.
pub(crate) fn assemble(descriptor: &Descriptor, pieces: &[Piece]) -> Option<Vec<Column>> {
    let mut names: Vec<(String, Kind)> = Vec::new();
    for output in &descriptor.outputs {
        names.push((output.name.clone(), output.kind));
        names.extend(output.spreads.iter().map(|spread| (output.gsd_column(&spread.factor), Kind::Number)));
        if output.graded {
            names.push((output.basis_column(), Kind::Category));
        }
    }
    let join = |(position, (name, kind)): (usize, (String, Kind))| {
        let parts: Vec<(usize, Option<&Data>)> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Estimated { rows, columns } => {
                    (*rows, columns.get(position).map(|column| &column.data))
                }
                Piece::Unknown { rows } => (*rows, None),
            })
            .collect();
        Some(Column { data: join_data(kind, &parts)?, name })
    };
    names.into_iter().enumerate().map(join).collect()
}

fn join_data(kind: Kind, parts: &[(usize, Option<&Data>)]) -> Option<Data> {
    let known = || {
        Known::from_rows(parts.iter().flat_map(|(rows, data)| (0..*rows).map(|row| has_value(*data, row))))
    };
    Some(match kind {
        Kind::Number => {
            let mut values = Vec::new();
            for (rows, data) in parts {
                match data {
                    Some(Data::Same(value)) => values.extend(std::iter::repeat_n(*value, *rows)),
                    Some(Data::Numbers { values: part, .. }) => values.extend_from_slice(part),
                    _ => values.extend(std::iter::repeat_n(0.0, *rows)),
                }
            }
            Data::Numbers { values, known: known() }
        }
        Kind::Category => join_categories(parts),
        Kind::Text => {
            let mut values = Vec::new();
            for (rows, data) in parts {
                match data {
                    Some(Data::Texts { values: part, .. }) => values.extend_from_slice(part),
                    _ => values.extend(std::iter::repeat_n(String::new(), *rows)),
                }
            }
            Data::Texts { values, known: known() }
        }
        Kind::Instant => {
            let mut epoch_ms = Vec::new();
            for (rows, data) in parts {
                match data {
                    Some(Data::Instants { epoch_ms: part, .. }) => epoch_ms.extend_from_slice(part),
                    _ => epoch_ms.extend(std::iter::repeat_n(0, *rows)),
                }
            }
            Data::Instants { epoch_ms, known: known() }
        }
        Kind::Decimal => {
            let (values, scale) = join_decimals(parts)?;
            Data::Decimals { values, scale, known: known() }
        }
    })
}

fn has_value(data: Option<&Data>, row: usize) -> bool {
    match data {
        None | Some(Data::Categories { .. }) => false,
        Some(Data::Same(_)) => true,
        Some(
            Data::Numbers { known, .. }
            | Data::Decimals { known, .. }
            | Data::Texts { known, .. }
            | Data::Instants { known, .. },
        ) => known.is_known(row),
    }
}

/// One dictionary for all parts, its values in the order in which they first come.
fn join_categories(parts: &[(usize, Option<&Data>)]) -> Data {
    let mut values: Vec<String> = Vec::new();
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    let mut codes = Vec::new();
    for (rows, data) in parts {
        let Some(Data::Categories { values: part, codes: own }) = data else {
            codes.extend(std::iter::repeat_n(NO_VALUE, *rows));
            continue;
        };
        let renumbered: Vec<u32> = part
            .iter()
            .map(|value| {
                *places.entry(value).or_insert_with(|| {
                    values.push(value.clone());
                    u32::try_from(values.len() - 1).unwrap_or(NO_VALUE)
                })
            })
            .collect();
        let place = |code: &u32| usize::try_from(*code).ok().and_then(|code| renumbered.get(code)).copied();
        codes.extend(own.iter().map(|code| place(code).unwrap_or(NO_VALUE)));
    }
    Data::Categories { values, codes }
}

/// All decimals with the most digits of any part.
fn join_decimals(parts: &[(usize, Option<&Data>)]) -> Option<(Vec<i128>, u8)> {
    let scale_of =
        |data: Option<&Data>| if let Some(Data::Decimals { scale, .. }) = data { *scale } else { 0 };
    let most = parts.iter().map(|(_, data)| scale_of(*data)).max().unwrap_or(0);
    let mut values = Vec::new();
    for (rows, data) in parts {
        let Some(Data::Decimals { values: part, scale, .. }) = data else {
            values.extend(std::iter::repeat_n(0, *rows));
            continue;
        };
        let factor = 10_i128.checked_pow(u32::from(most - scale))?;
        for value in part {
            values.push(value.checked_mul(factor)?);
        }
    }
    Some((values, most))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_single_numbers_join_with_gaps() {
        let numbers = Data::numbers([Some(1.0), None]);
        let joined =
            join_data(Kind::Number, &[(2, Some(&numbers)), (1, None), (2, Some(&Data::Same(7.0)))]).unwrap();
        assert_eq!(joined, Data::numbers([Some(1.0), None, None, Some(7.0), Some(7.0)]));
    }

    #[test]
    fn dictionaries_join_without_duplicates() {
        let left = Data::categories([Some("a"), Some("b")]);
        let right = Data::categories([Some("b"), None, Some("c")]);
        let joined = join_data(Kind::Category, &[(2, Some(&left)), (1, None), (3, Some(&right))]).unwrap();
        assert_eq!(joined, Data::categories([Some("a"), Some("b"), None, Some("b"), None, Some("c")]));
    }

    #[test]
    fn decimals_join_at_the_finer_scale() {
        let coarse = Data::Decimals { values: vec![5], scale: 1, known: Known::all() };
        let fine = Data::Decimals { values: vec![7], scale: 3, known: Known::all() };
        let joined = join_data(Kind::Decimal, &[(1, Some(&coarse)), (1, Some(&fine))]).unwrap();
        assert_eq!(joined, Data::Decimals { values: vec![500, 7], scale: 3, known: Known::all() });
        let huge = Data::Decimals { values: vec![i128::MAX], scale: 0, known: Known::all() };
        assert!(join_data(Kind::Decimal, &[(1, Some(&huge)), (1, Some(&fine))]).is_none());
    }
}
