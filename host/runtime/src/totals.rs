//! Totals: the sums that belong to the host.

use crate::columns::{Column, Data, Known};

/// The sum of the parts, row by row and in the order of the parts; unknown where a part is unknown.
///
/// # Errors
/// The row at which the sum is no longer finite.
pub(crate) fn sum(name: &str, parts: &[&Column], rows: usize) -> Result<Column, usize> {
    let mut values = vec![0.0_f64; rows];
    let mut known = Known::all();
    for part in parts {
        match &part.data {
            Data::Same(same) => values.iter_mut().for_each(|value| *value += same),
            Data::Numbers { values: added, known: also } => {
                values.iter_mut().zip(added).for_each(|(value, added)| *value += added);
                known = known.both(also, rows);
            }
            _ => known = Known::none(rows),
        }
    }
    let is_finite = values.iter().fold(true, |finite, value| finite & value.is_finite());
    if let Some(row) = values.iter().position(|value| !is_finite && !value.is_finite()) {
        return Err(row);
    }
    known.clear(&mut values);
    Ok(Column::new(name, Data::Numbers { values, known }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_total_with_an_unknown_part_is_unknown_for_that_row() {
        let left = Column::new("a", Data::numbers([Some(1.0), None, Some(3.0)]));
        let right = Column::new("b", Data::numbers([Some(10.0), Some(20.0), Some(0.0)]));
        let total = sum("it-energy", &[&left, &right, &Column::new("c", Data::Same(0.5))], 3).unwrap();
        assert_eq!(total.data, Data::numbers([Some(11.5), None, Some(3.5)]));
    }

    #[test]
    fn a_sum_that_overflows_names_its_row() {
        let part = Column::new("a", Data::numbers([Some(1.0), Some(f64::MAX)]));
        assert_eq!(sum("water", &[&part, &part], 2), Err(1));
    }
}
