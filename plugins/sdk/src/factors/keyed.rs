//! Looks rows up by key and year, and says how far a row was carried.

use super::Factor;
use crate::names::Names;

/// Rows by a key and the years in which they hold.
#[derive(Debug, Clone)]
pub struct Keyed<R> {
    rows: Vec<Factor<R>>,
    keys: Names,
    /// Per key, its rows.
    places: Vec<Vec<usize>>,
}

/// A row that was looked up, and how far it was carried.
#[derive(Debug)]
pub struct Found<'a, R> {
    /// The row.
    pub row: &'a Factor<R>,
    /// Years between the row's own and the one that was asked for; 0 inside its validity. A row is carried
    /// forward past its end, and the first row back before its beginning.
    pub carried: u32,
}

impl<R> Clone for Found<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Found<'_, R> {}

impl<R> Found<'_, R> {
    /// GSD of the factor `carried-forward`: 1.05 for each year that the row is carried (project choice).
    /// Key it by the table's key column and `charge-year`.
    #[must_use]
    pub fn carried_gsd(&self) -> f64 {
        (0..self.carried.min(100)).fold(1.0, |gsd, _| gsd * 1.05)
    }
}

impl<R> Keyed<R> {
    /// Sorts the rows under their keys. Keys are compared whole, never as patterns; a row whose key is empty
    /// is never found.
    #[must_use]
    pub fn new(rows: Vec<Factor<R>>, key: impl Fn(&Factor<R>) -> String) -> Self {
        let mut keys = Names::default();
        let mut places: Vec<Vec<usize>> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let key = key(row);
            if key.is_empty() {
                continue;
            }
            let (place, new) = keys.number(&key);
            if new {
                places.push(Vec::new());
            }
            places[place].push(at);
        }
        Self { rows, keys, places }
    }

    /// The row that holds in that year. Where none does: the last one before it, carried forward; where there
    /// is none either, the first one after it, carried back. Without a year: the last one. A user's row goes before
    /// a built-in row that holds as well.
    #[must_use]
    pub fn at(&self, key: &str, year: Option<i32>) -> Option<Found<'_, R>> {
        let places: &[usize] = self.keys.find(key).map_or(&[], |place| &self.places[place]);
        let rows = || places.iter().map(|at| &self.rows[*at]);
        let far = |a: i32, b: i32| u32::try_from(a - b).unwrap_or(0);
        let Some(year) = year else {
            let last = rows().max_by_key(|row| (row.to.unwrap_or(i32::MAX), row.user, row.from))?;
            return Some(Found { row: last, carried: 0 });
        };
        if let Some(row) = rows().filter(|row| row.covers(year)).max_by_key(|row| (row.user, row.from)) {
            return Some(Found { row, carried: 0 });
        }
        let ended = |row: &&Factor<R>| row.to.is_some_and(|to| to < year);
        if let Some(row) = rows().filter(ended).max_by_key(|row| (row.to, row.user, row.from)) {
            return Some(Found { row, carried: far(year, row.to.unwrap_or(year)) });
        }
        let row = rows().min_by_key(|row| (row.from, !row.user))?;
        Some(Found { row, carried: far(row.from.unwrap_or(year), year) })
    }

    /// The rows in their order.
    #[must_use]
    pub fn rows(&self) -> &[Factor<R>] {
        &self.rows
    }
}

/// The year of a `charge-year` such as `2025`, or of a date that begins with one.
#[must_use]
pub fn year_of(text: Option<&str>) -> Option<i32> {
    let year = text?.get(..4)?;
    if year.bytes().all(|digit| digit.is_ascii_digit()) { year.parse().ok() } else { None }
}
