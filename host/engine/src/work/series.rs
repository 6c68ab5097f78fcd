//! Reads a series of work: a table with a time and a count per row.

use std::io::Read as _;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use bytes::Bytes;
use jiff::civil;
use jiff::tz::TimeZone;
use joulework_runtime::read_whole;
use joulework_units::FixedSum;

use crate::bill::Digest;
use crate::calendar::{DAY_MS, Period, Step};
use crate::error::EngineError;
use crate::instant::{Zone, instant, instants_of};
use crate::parquet_file::each_batch;
use crate::provenance::InputFile;
use crate::table_file::each_text_record;

/// A series of work: counts by time, and how long each point stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// First instant and count, in time order.
    pub(super) points: Vec<(i64, FixedSum)>,
    /// The time that a point covers.
    pub(super) step: Step,
    pub(super) file: InputFile,
    /// Whether it has times that the clock of its zone shows twice.
    pub(super) has_times_twice: bool,
}

/// Bytes that a series may have, packed and unpacked: twenty million minutes in text.
const MOST: u64 = 512 << 20;

/// What a time is called in errors.
const TIME: &str = "a time such as 2025-03-01T05:00:00Z, 2025-03-01 or 2025-03";
/// The same where a zone is given for times that state none.
const LOCAL_TIME: &str = "a time that the clock of the given time zone shows (it skips times where summer time begins), such as 2025-03-01T05:00:00, 2025-03-01 or 2025-03";
const COUNT: &str = "a count of 0 or more";

/// Reads the series.
pub(super) fn read(
    path: &Path,
    timestamp: &str,
    count: &str,
    zone: &TimeZone,
) -> Result<Series, EngineError> {
    let bytes =
        read_whole(path, MOST).map_err(|source| EngineError::Read { path: path.to_owned(), source })?;
    let (length, sha256) = (bytes.len() as u64, Digest::of_bytes(&bytes).to_string());
    let zone = Zone::new(zone);
    let mut collected = Collected { path, timestamp, count, zone: &zone, points: Vec::new(), written: None };
    if bytes.starts_with(b"PAR1") {
        read_parquet(&bytes.into(), &mut collected)?;
    } else if bytes.starts_with(&[0x1f, 0x8b]) {
        let plain = unpack(&bytes).map_err(|reason| collected.file_error(reason))?;
        read_csv(&plain, &mut collected)?;
    } else {
        read_csv(&bytes, &mut collected)?;
    }
    let rows = collected.points.len() as u64;
    if rows == 0 {
        return Err(collected.file_error("it has no row"));
    }
    let (step, mut points) = (collected.step(), collected.points);
    points.sort_unstable();
    let format = "series of work".to_owned();
    let file = InputFile { path: path.display().to_string(), sha256, format, bytes: length, rows };
    Ok(Series { points, step, file, has_times_twice: zone.met_twice() })
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .take(MOST + 1)
        .read_to_end(&mut plain)
        .map_err(|error| format!("it is cut off or damaged: {error}"))?;
    if plain.len() as u64 > MOST {
        return Err(format!("it unpacks to more than {} MiB", MOST >> 20));
    }
    Ok(plain)
}

/// The points of a file so far.
struct Collected<'a> {
    path: &'a Path,
    timestamp: &'a str,
    count: &'a str,
    zone: &'a Zone,
    points: Vec<(i64, FixedSum)>,
    /// The finest step in which a time was written.
    written: Option<Step>,
}

impl Collected<'_> {
    fn add(
        &mut self,
        row: u64,
        time: Option<(i64, Step)>,
        written: &str,
        count: Option<f64>,
        number: &str,
    ) -> Result<(), EngineError> {
        let Some((epoch_ms, step)) = time else {
            return Err(self.error(row, self.timestamp, written, self.expected_time()));
        };
        let count = count
            .filter(|count| *count >= 0.0)
            .and_then(|count| FixedSum::from_f64(count).ok())
            .ok_or_else(|| self.error(row, self.count, number, COUNT))?;
        self.written = Some(self.written.map_or(step, |finest| finest.min(step)));
        self.points.push((epoch_ms, count));
        Ok(())
    }

    fn expected_time(&self) -> &'static str {
        if matches!(self.zone, Zone::Utc) { TIME } else { LOCAL_TIME }
    }

    fn error(&self, row: u64, column: &str, found: &str, expected: &'static str) -> EngineError {
        EngineError::Series {
            path: self.path.to_owned(),
            row,
            column: column.to_owned(),
            found: found.chars().take(80).collect(),
            expected,
        }
    }

    fn file_error(&self, reason: impl Into<String>) -> EngineError {
        EngineError::SeriesFile { path: self.path.to_owned(), reason: reason.into() }
    }

    fn lacks(&self, column: &str, header: &[String]) -> EngineError {
        lacks(self.path, column, header)
    }

    /// How long a point stands for: as written, or where times of day are written, by the smallest distance.
    fn step(&self) -> Step {
        let written = self.written.unwrap_or(Step::Hour);
        if written != Step::Hour {
            return written;
        }
        let mut times: Vec<i64> = self.points.iter().map(|(time, _)| *time).collect();
        times.sort_unstable();
        times.dedup();
        let nearest =
            times.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).min().unwrap_or(0);
        let starts_of = |step| times.iter().all(|time| Period::containing(*time, step).start_ms() == *time);
        if nearest >= 28 * DAY_MS && starts_of(Step::Month) {
            Step::Month
        } else if nearest >= DAY_MS && starts_of(Step::Day) {
            Step::Day
        } else {
            Step::Hour
        }
    }
}

/// A time, and the step that its text states: a month, a day, or finer.
fn time(text: &str, zone: &Zone) -> Option<(i64, Step)> {
    // Days and months are calendar days and months, which are UTC throughout.
    let of_date = |date: civil::Date| {
        Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond()).filter(|start| *start >= 0)
    };
    match text.len() {
        7 => Some((of_date(format!("{text}-01").parse().ok()?)?, Step::Month)),
        10 => Some((of_date(text.parse().ok()?)?, Step::Day)),
        _ => Some((instant(text.as_bytes(), zone)?, Step::Hour)),
    }
}

fn read_csv(bytes: &[u8], into: &mut Collected<'_>) -> Result<(), EngineError> {
    let mut places: Option<(usize, usize)> = None;
    each_text_record(bytes, |row, fields| {
        let Some((timestamp, count)) = places else {
            let place = |name: &str| {
                fields.iter().position(|own| own == name).ok_or_else(|| into.lacks(name, fields))
            };
            places = Some((place(into.timestamp)?, place(into.count)?));
            return Ok(());
        };
        let field = |place: usize| fields.get(place).map_or("", String::as_str);
        let (written, number) = (field(timestamp), field(count));
        into.add(row, time(written, into.zone), written, number.parse().ok(), number)
    })?;
    if places.is_none() {
        return Err(into.file_error("it is empty"));
    }
    Ok(())
}

fn read_parquet(file: &Bytes, into: &mut Collected<'_>) -> Result<(), EngineError> {
    let (path, timestamp, count) = (into.path, into.timestamp, into.count);
    let damaged = |reason: String| EngineError::SeriesFile {
        path: path.to_owned(),
        reason: format!("it is no readable Parquet file: {reason}"),
    };
    each_batch(
        || Ok(file.clone()),
        |schema| {
            let header: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
            let place = |name: &str| {
                header.iter().position(|own| own == name).ok_or_else(|| lacks(path, name, &header))
            };
            Ok(vec![place(timestamp)?, place(count)?])
        },
        damaged,
        |before, batch| add_batch(batch, before, into),
    )
}

fn lacks(path: &Path, column: &str, header: &[String]) -> EngineError {
    let reason = format!("it has no column `{column}`; it has {}", header.join(", "));
    EngineError::SeriesFile { path: path.to_owned(), reason }
}

/// Adds a batch that begins after `before` rows.
fn add_batch(batch: &RecordBatch, before: u64, into: &mut Collected<'_>) -> Result<(), EngineError> {
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| into.lacks(name, &[]));
    let (times, numbers) = (column(into.timestamp)?, column(into.count)?);
    let times = Times::of(times, into, before)?;
    let numbers = cast(numbers, &DataType::Float64)?;
    let numbers = numbers.as_primitive::<Float64Type>();
    for (index, row) in (0..batch.num_rows()).zip(before + 1..) {
        let (time, written) = times.at(index, into.zone);
        let count = numbers.is_valid(index).then(|| numbers.value(index));
        let number = count.map_or_else(|| "null".to_owned(), |count| count.to_string());
        into.add(row, time, written, count, &number)?;
    }
    Ok(())
}

/// A column of times: as text, or as instants.
enum Times {
    Texts(ArrayRef),
    Instants(arrow::array::TimestampMillisecondArray),
}

impl Times {
    fn of(column: &ArrayRef, into: &Collected<'_>, before: u64) -> Result<Self, EngineError> {
        match instants_of(column, into.zone) {
            Some(Ok(instants)) => Ok(Self::Instants(instants)),
            Some(Err(place)) => {
                let found = arrow::util::display::array_value_to_string(column, place)?;
                Err(into.error(before + 1 + place as u64, into.timestamp, &found, into.expected_time()))
            }
            None => Ok(Self::Texts(cast(column, &DataType::Utf8)?)),
        }
    }

    /// The time of a row with its step, and how it is written.
    fn at(&self, index: usize, zone: &Zone) -> (Option<(i64, Step)>, &str) {
        match self {
            Self::Texts(texts) if texts.is_valid(index) => {
                let written = texts.as_string::<i32>().value(index).trim();
                (time(written, zone), written)
            }
            Self::Instants(instants) if instants.is_valid(index) => {
                (Some((instants.value(index), Step::Hour)), "")
            }
            Self::Texts(_) | Self::Instants(_) => (None, "null"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_zone_and_as_dates() {
        let expected = 1_740_805_200_000;
        assert_eq!(time("2025-03-01T05:00:00Z", &Zone::Utc), Some((expected, Step::Hour)));
        assert_eq!(time("2025-03-01T07:00:00+02:00", &Zone::Utc), Some((expected, Step::Hour)));
        assert_eq!(time("2025-03-01 05:00:00", &Zone::Utc), Some((expected, Step::Hour)));
        assert_eq!(time("2025-03-01", &Zone::Utc), Some((expected - 5 * 3_600_000, Step::Day)));
        assert_eq!(time("2025-03", &Zone::Utc), Some((expected - 5 * 3_600_000, Step::Month)));
        assert_eq!(time("012345678901", &Zone::Utc), None);
        assert_eq!(time("", &Zone::Utc), None);
    }
}
