//! Reads a series of work: a table with a time and a count per row.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, TimeUnit, TimestampMillisecondType};
use jiff::civil;
use jiff::tz::TimeZone;
use joulework_units::FixedSum;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest, Sha256};

use crate::calendar::{DAY_MS, Period, Step};
use crate::error::EngineError;
use crate::provenance::InputFile;
use crate::table_file::each_record;

/// A series of work: counts by time, and how long each point stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// First instant and count, in time order.
    pub(super) points: Vec<(i64, FixedSum)>,
    /// The time that a point covers.
    pub(super) step: Step,
    pub(super) file: InputFile,
}

/// What a time is called in errors.
const TIME: &str = "a time such as 2025-03-01T05:00:00Z, 2025-03-01 or 2025-03";
const COUNT: &str = "a count of 0 or more";

/// Reads the series.
pub(super) fn read(
    path: &Path,
    timestamp: &str,
    count: &str,
    zone: &TimeZone,
) -> Result<Series, EngineError> {
    let unreadable = |source| EngineError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(unreadable)?;
    let sha256 =
        Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let mut collected = Collected { path, timestamp, count, zone, points: Vec::new(), coarse: None };
    if bytes.starts_with(b"PAR1") {
        read_parquet(File::open(path).map_err(unreadable)?, &mut collected)?;
    } else if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).map_err(unreadable)?;
        read_csv(&plain, &mut collected)?;
    } else {
        read_csv(&bytes, &mut collected)?;
    }
    let rows = collected.points.len() as u64;
    if rows == 0 {
        return Err(EngineError::SeriesFile { path: path.to_owned(), reason: "it has no row".to_owned() });
    }
    let (step, mut points) = (collected.step(), collected.points);
    points.sort_unstable();
    Ok(Series {
        points,
        step,
        file: InputFile {
            path: path.display().to_string(),
            sha256,
            format: "series of work".to_owned(),
            bytes: std::fs::metadata(path).map_or(0, |file| file.len()),
            rows,
        },
    })
}

/// The points of a file so far.
struct Collected<'a> {
    path: &'a Path,
    timestamp: &'a str,
    count: &'a str,
    zone: &'a TimeZone,
    points: Vec<(i64, FixedSum)>,
    /// The finest step in which a time was written.
    coarse: Option<Step>,
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
            return Err(self.error(row, self.timestamp, written, TIME));
        };
        let count = count
            .filter(|count| *count >= 0.0)
            .and_then(|count| FixedSum::from_f64(count).ok())
            .ok_or_else(|| self.error(row, self.count, number, COUNT))?;
        self.coarse = Some(self.coarse.map_or(step, |coarse| coarse.min(step)));
        self.points.push((epoch_ms, count));
        Ok(())
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
        self.file_error(format!("it has no column `{column}`; it has {}", header.join(", ")))
    }

    /// How long a point stands for: as written, or where times of day are written, by the smallest distance.
    fn step(&self) -> Step {
        let written = self.coarse.unwrap_or(Step::Hour);
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
fn time(text: &str, zone: &TimeZone) -> Option<(i64, Step)> {
    let text = text.trim();
    // Days and months are calendar days and months, which are UTC throughout.
    let of_date =
        |date: civil::Date| date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_millisecond());
    if text.len() == 7 {
        let date: civil::Date = format!("{text}-01").parse().ok()?;
        return Some((of_date(date)?, Step::Month));
    }
    if text.len() == 10 {
        return Some((of_date(text.parse().ok()?)?, Step::Day));
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some((instant.as_millisecond(), Step::Hour));
    }
    let naive: civil::DateTime = text.parse().ok()?;
    let instant = naive.to_zoned(zone.clone()).ok()?.timestamp();
    Some((instant.as_millisecond(), Step::Hour))
}

fn read_csv(bytes: &[u8], into: &mut Collected<'_>) -> Result<(), EngineError> {
    let mut places: Option<(usize, usize)> = None;
    each_record(bytes, |row, fields| {
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

fn read_parquet(file: File, into: &mut Collected<'_>) -> Result<(), EngineError> {
    let damaged = |reason: String| EngineError::SeriesFile { path: into.path.to_owned(), reason };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|error| damaged(format!("it is no readable Parquet file: {error}")))?;
    let header: Vec<String> = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    for column in [into.timestamp, into.count] {
        if !header.iter().any(|own| own == column) {
            return Err(into.lacks(column, &header));
        }
    }
    let reader = builder.build().map_err(|error| damaged(error.to_string()))?;
    let mut row = 0_u64;
    for batch in reader {
        let batch = batch?;
        let column = |name: &str| batch.column_by_name(name).ok_or_else(|| into.lacks(name, &header));
        let (times, counts) = (column(into.timestamp)?, column(into.count)?);
        let text = matches!(times.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        let times = if text {
            cast(times, &DataType::Utf8)?
        } else {
            cast(times, &DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())))?
        };
        let numbers = cast(counts, &DataType::Float64)?;
        for index in 0..batch.num_rows() {
            row += 1;
            let (parsed, written) = if let Some(texts) = times.as_string_opt::<i32>() {
                let written = if texts.is_valid(index) { texts.value(index) } else { "" };
                (time(written, into.zone), written.to_owned())
            } else {
                let instants = times.as_primitive_opt::<TimestampMillisecondType>();
                let instant = instants
                    .filter(|times| times.is_valid(index))
                    .map(|times| (times.value(index), Step::Hour));
                (instant, "null".to_owned())
            };
            let count = numbers
                .as_primitive_opt::<Float64Type>()
                .filter(|numbers| numbers.is_valid(index))
                .map(|numbers| numbers.value(index));
            let number = count.map_or_else(|| "null".to_owned(), |count| count.to_string());
            into.add(row, parsed, &written, count, &number)?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_zone_and_as_dates() {
        let expected = 1_740_805_200_000;
        assert_eq!(time("2025-03-01T05:00:00Z", &TimeZone::UTC), Some((expected, Step::Hour)));
        assert_eq!(time("2025-03-01T07:00:00+02:00", &TimeZone::UTC), Some((expected, Step::Hour)));
        assert_eq!(time("2025-03-01 05:00:00", &TimeZone::UTC), Some((expected, Step::Hour)));
        assert_eq!(time("2025-03-01", &TimeZone::UTC), Some((expected - 5 * 3_600_000, Step::Day)));
        assert_eq!(time("2025-03", &TimeZone::UTC), Some((expected - 5 * 3_600_000, Step::Month)));
        assert_eq!(time("012345678901", &TimeZone::UTC), None);
        assert_eq!(time("", &TimeZone::UTC), None);
    }
}
