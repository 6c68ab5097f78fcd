//! The gate: the only way from a guest's result to a column that anything else may use.
//!
//! Rows, columns, kinds, values, deviations, grades and texts are checked here, and what the contract leaves open
//! is made uniform: values of unknown rows are 0, a negative zero is 0, columns stand in the order of the descriptor.

mod proposals;
mod steps;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use crate::breach::Breach;
use crate::columns::{Batch, Column, Data, Known, NO_VALUE};
use crate::descriptor::{Descriptor, GRADES, Kind, Output};
use crate::printable::{is_steering, printable};

pub(crate) use proposals::accept_proposals;
pub(crate) use steps::accept_steps;
pub(crate) use tables::{TABLE_BYTES, accept_tables};

/// No quantity is as large as this in any unit, and a product of a few such factors is still a number: what one plugin
/// returns cannot make the next one overflow.
const LARGEST: f64 = 1e100;
/// Digits after the point that an `i128` can hold.
const SCALE: u8 = 38;

/// A breach and where it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) breach: Breach,
    pub(crate) row: Option<usize>,
    pub(crate) column: Option<String>,
}

/// A breach at a row of a column whose name the caller knows.
type At = (Breach, Option<usize>);

/// Lets a result through: exactly the declared columns, in their declared order.
pub(crate) fn accept(
    result: Batch,
    rows: usize,
    descriptor: &Descriptor,
    text_bytes: usize,
) -> Result<Vec<Column>, Refusal> {
    if result.rows != rows {
        return Err(Refusal {
            breach: Breach::Rows { got: result.rows, expected: rows },
            row: None,
            column: None,
        });
    }
    let mut returned = by_name(result)?;
    let mut accepted = Vec::with_capacity(returned.len());
    for output in &descriptor.outputs {
        let mut value = take(&mut returned, &output.name, output.kind)?;
        check_value(&mut value, rows, text_bytes).map_err(|at| refuse(at, &output.name))?;
        let companions = companions(&mut returned, output, &value, rows)?;
        accepted.push(Column::new(output.name.clone(), value));
        accepted.extend(companions);
    }
    match returned.into_keys().next() {
        Some(column) => Err(Refusal { breach: Breach::Undeclared, row: None, column: Some(column) }),
        None => Ok(accepted),
    }
}

fn refuse((breach, row): At, column: &str) -> Refusal {
    Refusal { breach, row, column: Some(column.to_owned()) }
}

fn by_name(result: Batch) -> Result<BTreeMap<String, Data>, Refusal> {
    let mut returned = BTreeMap::new();
    for column in result.columns {
        if returned.contains_key(&column.name) {
            return Err(refuse((Breach::Twice, None), &column.name));
        }
        returned.insert(column.name, column.data);
    }
    Ok(returned)
}

fn take(returned: &mut BTreeMap<String, Data>, name: &str, kind: Kind) -> Result<Data, Refusal> {
    let data = returned.remove(name).ok_or_else(|| refuse((Breach::Missing, None), name))?;
    let got = data.kind();
    if got == kind { Ok(data) } else { Err(refuse((Breach::Kind { got, expected: kind }, None), name)) }
}

/// The `.gsd.` and `.basis` columns of an output.
fn companions(
    returned: &mut BTreeMap<String, Data>,
    output: &Output,
    value: &Data,
    rows: usize,
) -> Result<Vec<Column>, Refusal> {
    let mut companions = Vec::new();
    for spread in &output.spreads {
        let name = output.gsd_column(&spread.factor);
        let mut data = take(returned, &name, Kind::Number)?;
        check_gsd(&mut data, value, rows).map_err(|at| refuse(at, &name))?;
        companions.push(Column { name, data });
    }
    if output.graded {
        let name = output.basis_column();
        let data = take(returned, &name, Kind::Category)?;
        check_basis(&data, value).map_err(|at| refuse(at, &name))?;
        companions.push(Column { name, data });
    }
    Ok(companions)
}

fn check_value(data: &mut Data, rows: usize, text_bytes: usize) -> Result<(), At> {
    match data {
        Data::Same(value) => magnitude(value).map_err(|breach| (breach, (rows > 0).then_some(0))),
        Data::Numbers { values, known } => {
            known.clear(values);
            magnitudes(values)
        }
        Data::Decimals { values, scale, known } => {
            known.clear(values);
            check_scale(*scale)
        }
        Data::Categories { values, codes } => check_categories(values, codes, text_bytes),
        Data::Texts { values, known } => {
            known.clear(values);
            check_texts(values, text_bytes)
        }
        Data::Instants { epoch_ms, known } => {
            known.clear(epoch_ms);
            Ok(())
        }
    }
}

/// Whether all values are fine, which is the rule: without a branch, and so many at once. One by one they are looked at
/// only to find the row that is not.
fn all<T>(values: &[T], is_fine: impl Fn(&T) -> bool) -> bool {
    values.iter().fold(true, |fine, value| fine & is_fine(value))
}

fn magnitudes(values: &mut [f64]) -> Result<(), At> {
    let fine = all(values, |value| (0.0..=LARGEST).contains(value));
    for (row, value) in values.iter_mut().enumerate() {
        if fine {
            // Adding 0 turns a negative zero into 0 and changes nothing else.
            *value += 0.0;
        } else {
            magnitude(value).map_err(|breach| (breach, Some(row)))?;
        }
    }
    Ok(())
}

fn magnitude(value: &mut f64) -> Result<(), Breach> {
    if !value.is_finite() {
        return Err(Breach::NotFinite { value: *value });
    }
    if *value < 0.0 {
        return Err(Breach::Negative { value: *value });
    }
    if *value > LARGEST {
        return Err(Breach::TooLarge { value: *value, limit: LARGEST });
    }
    *value += 0.0;
    Ok(())
}

fn check_scale(scale: u8) -> Result<(), At> {
    if scale > SCALE { Err((Breach::Scale { scale }, None)) } else { Ok(()) }
}

fn check_texts(values: &[String], limit: usize) -> Result<(), At> {
    for (row, value) in values.iter().enumerate() {
        check_text(value, limit).map_err(|breach| (breach, Some(row)))?;
    }
    Ok(())
}

fn check_text(text: &str, limit: usize) -> Result<(), Breach> {
    if text.len() > limit {
        return Err(Breach::Text { bytes: text.len(), limit });
    }
    if text.contains(is_steering) { Err(Breach::Control { text: printable(text) }) } else { Ok(()) }
}

fn check_categories(values: &[String], codes: &[u32], limit: usize) -> Result<(), At> {
    for value in values {
        check_text(value, limit).map_err(|breach| (breach, None))?;
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = values.iter().find(|value| !seen.insert(value.as_str())) {
        return Err((Breach::Duplicate { value: printable(twice) }, None));
    }
    let count = u32::try_from(values.len()).unwrap_or(NO_VALUE);
    let outside = |code: &u32| *code != NO_VALUE && *code >= count;
    if all(codes, |code| !outside(code)) {
        return Ok(());
    }
    match codes.iter().enumerate().find(|(_, code)| outside(code)) {
        Some((row, code)) => Err((Breach::Code { code: *code, values: values.len() }, Some(row))),
        None => Ok(()),
    }
}

/// Which rows of an output have a value.
fn known_of(value: &Data) -> Known {
    match value {
        Data::Same(_) => Known::all(),
        Data::Numbers { known, .. }
        | Data::Decimals { known, .. }
        | Data::Texts { known, .. }
        | Data::Instants { known, .. } => known.clone(),
        Data::Categories { codes, .. } => Known::from_rows(codes.iter().map(|code| *code != NO_VALUE)),
    }
}

/// At least 1 wherever the output has a value; what stands elsewhere is ignored, and dropped.
fn check_gsd(data: &mut Data, value: &Data, rows: usize) -> Result<(), At> {
    let wanted = known_of(value);
    match data {
        Data::Same(gsd) if *gsd >= 1.0 && gsd.is_finite() => {}
        Data::Same(gsd) => match (0..rows).find(|row| wanted.is_known(*row)) {
            Some(row) => return Err((Breach::Gsd { value: *gsd }, Some(row))),
            None => *gsd = 1.0,
        },
        Data::Numbers { values, known } => {
            let is_fine = |gsd: &f64| *gsd >= 1.0 && gsd.is_finite();
            wanted.clear(values);
            let fine = values.iter().map(|gsd| usize::from(is_fine(gsd))).sum::<usize>();
            if (known.is_all() || *known == wanted) && fine == wanted.count(rows) {
                *known = wanted;
                return Ok(());
            }
            for (row, gsd) in values.iter().enumerate().filter(|(row, _)| wanted.is_known(*row)) {
                if !known.is_known(row) {
                    return Err((Breach::GsdMissing, Some(row)));
                }
                if !is_fine(gsd) {
                    return Err((Breach::Gsd { value: *gsd }, Some(row)));
                }
            }
            *known = wanted;
        }
        _ => {}
    }
    Ok(())
}

/// One of the four wherever the output has a number other than 0; a category may be without.
fn check_basis(data: &Data, value: &Data) -> Result<(), At> {
    let Data::Categories { values, codes } = data else { return Ok(()) };
    if let Some(wrong) = values.iter().find(|value| !GRADES.contains(&value.as_str())) {
        return Err((Breach::Grade { value: printable(wrong) }, None));
    }
    check_categories(values, codes, usize::MAX)?;
    let wanted = known_of(value);
    let is_nothing = |row: usize| match value {
        Data::Same(number) => *number == 0.0,
        Data::Numbers { values, .. } => values.get(row).is_some_and(|number| *number == 0.0),
        _ => true,
    };
    if all(codes, |code| *code != NO_VALUE) {
        return Ok(());
    }
    let missing =
        |(row, code): &(usize, &u32)| **code == NO_VALUE && wanted.is_known(*row) && !is_nothing(*row);
    match codes.iter().enumerate().find(missing) {
        Some((row, _)) => Err((Breach::GradeMissing, Some(row))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
