//! Tables in CSV.

use std::io::{self, BufRead};

use joulework_engine::instant::{Zone, instant};
use joulework_engine::table_file::{Record, each_record};
use rustc_hash::FxHashMap;

use super::table::{Columns, ValueAt};
use super::{MetricsError, Place, Reading};

/// What stops a table: the file, or what is in it.
enum Stop {
    Io(io::Error),
    Other(MetricsError),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<MetricsError> for Stop {
    fn from(error: MetricsError) -> Self {
        Self::Other(error)
    }
}

pub(super) fn read(input: impl BufRead, reading: &mut Reading<'_>) -> Result<(), MetricsError> {
    let mut table: Option<Table> = None;
    let zone = reading.setup.zone.clone();
    let read = each_record(input, |row, record| match &mut table {
        None => {
            let header = record.fields().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
            let columns = Columns::new(header, reading)?;
            table = Some(Table { columns, places: FxHashMap::default(), key: Vec::new(), last: None });
            Ok(())
        }
        Some(table) => table.add(row, record, &zone, reading).map_err(Stop::Other),
    });
    match read {
        Ok(()) => Ok(()),
        Err(Stop::Other(error)) => Err(error),
        Err(Stop::Io(source)) => Err(MetricsError::Unreadable { file: reading.path.to_owned(), source }),
    }
}

struct Table {
    columns: Columns,
    /// Where values go, by the labels of their row.
    places: FxHashMap<Vec<u8>, Vec<Place>>,
    /// Labels of the last row.
    key: Vec<u8>,
    last: Option<Vec<Place>>,
}

impl Table {
    fn add(
        &mut self,
        row: u64,
        record: Record<'_>,
        zone: &Zone,
        reading: &mut Reading<'_>,
    ) -> Result<(), MetricsError> {
        let field = |place: usize| record.field(place).unwrap_or_default();
        let columns = &self.columns;
        // Nearly always one series follows itself, or the series take turns.
        let mut rest = self.key.as_slice();
        let is_same = self.last.is_some()
            && columns.label_places.iter().all(|place| {
                let text = field(*place);
                let found = rest.strip_prefix(text).and_then(|rest| rest.strip_prefix(b"\x1f"));
                found.is_some_and(|after| {
                    rest = after;
                    true
                })
            });
        if !is_same {
            self.key.clear();
            for place in &columns.label_places {
                self.key.extend_from_slice(field(*place));
                self.key.push(0x1f);
            }
            let places = if let Some(known) = self.places.get(self.key.as_slice()) {
                known.clone()
            } else {
                let texts: Vec<_> =
                    columns.label_places.iter().map(|place| String::from_utf8_lossy(field(*place))).collect();
                let places = columns.places(texts.iter().map(AsRef::as_ref), reading)?;
                self.places.insert(self.key.clone(), places.clone());
                places
            };
            self.last = Some(places);
        }
        let written = field(columns.timestamp);
        let time = time(written, zone).ok_or_else(|| {
            let written = String::from_utf8_lossy(written);
            reading.cell_error(row, columns.name(columns.timestamp), &written, zone.expected())
        })?;
        let number = |place: usize, reading: &Reading<'_>| {
            let written = field(place);
            number(written).ok_or_else(|| {
                let written = String::from_utf8_lossy(written);
                reading.cell_error(row, columns.name(place), &written, "a number, or nothing")
            })
        };
        for ((_, at), place) in columns.values.iter().zip(self.last.iter().flatten()) {
            let value = match *at {
                ValueAt::Column(at) => number(at, reading)?,
                ValueAt::Ratio(sum, count) => number(sum, reading)? / number(count, reading)?,
            };
            reading.point(*place, time, value);
        }
        Ok(())
    }
}

/// An instant in text, or in seconds or milliseconds since 1970.
pub(super) fn time(written: &[u8], zone: &Zone) -> Option<i64> {
    if let Some(time) = instant(written, zone) {
        return Some(time);
    }
    let number = number(written).filter(|number| number.is_finite())?;
    epoch(number)
}

/// An instant in seconds or milliseconds since 1970, told apart by size.
#[allow(clippy::cast_possible_truncation, reason = "checked to be in range")]
pub(super) fn epoch(number: f64) -> Option<i64> {
    match number {
        1e8..1e11 => Some((number * 1_000.0).round() as i64),
        1e11..1e14 => Some(number.round() as i64),
        _ => None,
    }
}

/// A number; NaN where nothing stands there.
pub(super) fn number(written: &[u8]) -> Option<f64> {
    if written.is_empty() || written.eq_ignore_ascii_case(b"null") {
        return Some(f64::NAN);
    }
    std::str::from_utf8(written).ok()?.parse().ok()
}
