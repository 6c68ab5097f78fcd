//! Units of work: counted, joined with the bill, and divided by.

use std::io::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, TimestampMicrosecondArray};
use joulework_engine::assess::{CARBON, change_per_unit};
use joulework_engine::calendar::Step;
use joulework_engine::work::{NoScore, UnitOfWork, WorkReport, WorkSource};
use joulework_engine::workload::UNASSIGNED;
use joulework_engine::{Description, Engine, EngineError};
use joulework_units::Currency;
use parquet::arrow::ArrowWriter;
use tempfile::NamedTempFile;

use crate::rows::{HOUR, Row, START, batch};

const DAY: i64 = 24 * HOUR;

fn series(text: &str) -> (NamedTempFile, UnitOfWork) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let source = WorkSource::Series {
        path: file.path().to_owned(),
        timestamp: "time".into(),
        count: "orders".into(),
        time_zone: "UTC".into(),
    };
    (file, UnitOfWork { name: "order".into(), workload: UNASSIGNED.into(), source })
}

fn per_unit(rows: &[Row], unit: &UnitOfWork, step: Step) -> Result<WorkReport, EngineError> {
    crate::first_party::estimate(rows).per_unit(unit, &unit.read()?, step)
}

fn hours(count: i64) -> Vec<Row> {
    let row =
        |hour: i64| Row { start: START + hour * HOUR, end: START + (hour + 1) * HOUR, ..Row::default() };
    (0..count).map(row).collect()
}

#[test]
fn hourly_work_meets_an_hourly_bill() {
    let (_file, unit) =
        series("time,orders\n2025-03-10T00:00:00Z,30\n2025-03-10T01:00:00Z,10\n2025-03-10T05:00:00Z,9\n");
    let report = per_unit(&hours(3), &unit, Step::Day).unwrap();
    assert_eq!(report.whole.work.units(), 40.0);
    assert_eq!(report.work_without_bill.work.units(), 9.0);
    assert_eq!(report.work_without_bill.ranges[0].from_ms, START + 5 * HOUR);
    assert_eq!(
        (report.bill_without_work.hours, report.bill_without_work.ranges[0].from_ms),
        (1, START + 2 * HOUR)
    );
    let usd = Currency::parse("USD").unwrap();
    assert_eq!(report.whole.cost[&usd].unwrap().to_string(), "0.008025");
    let vcpu = report.whole.figures["vcpu-hours"].as_ref().unwrap();
    assert_eq!(vcpu.amount.value_in(vcpu.amount.unit()).unwrap(), 6.0 / 40.0, "the quiet hour counts");
    let level = report.whole.tally.figure(CARBON).unwrap().interval().unwrap();
    let score = report.whole.figures[CARBON].as_ref().unwrap().interval.unwrap();
    assert!((score.low * 40.0 - level.low).abs() < 1e-12 && (score.high * 40.0 - level.high).abs() < 1e-12);
    assert_eq!(report.periods.len(), 1);
}

#[test]
fn a_period_without_work_has_no_score() {
    let (_file, unit) = series("time,orders\n2025-03-10T00:00:00Z,0\n2025-03-11T00:00:00Z,4\n");
    let mut rows = hours(1);
    rows.push(Row { start: START + DAY, end: START + DAY + HOUR, ..Row::default() });
    let report = per_unit(&rows, &unit, Step::Day).unwrap();
    assert_eq!(report.periods[0].figures[CARBON], Err(NoScore::NoWork));
    assert!(report.periods[1].figures[CARBON].is_ok());
    assert_eq!(report.whole.work.units(), 4.0);
    assert_eq!(report.bill_without_work.hours, 0, "a count of 0 is a record of work");
}

#[test]
fn daily_work_meets_an_hourly_bill_and_the_bill_outside_its_span_is_left_out() {
    let (_file, unit) = series("time,orders\n2025-03-10,100\n2025-03-11,50\n2025-03-20,7\n");
    let mut rows = hours(48);
    rows.push(Row { start: START - 5 * DAY, end: START - 5 * DAY + HOUR, ..Row::default() });
    let report = per_unit(&rows, &unit, Step::Month).unwrap();
    assert_eq!(report.whole.work.units(), 150.0);
    assert_eq!(report.work_without_bill.work.units(), 7.0);
    assert_eq!(report.bill_without_work.hours, 1);
    let tally = &report.whole.tally;
    assert_eq!(tally.rows, 48, "the hour five days before any work is listed, not divided");
}

#[test]
fn a_negative_total_has_no_figure_per_unit_and_a_zero_one_is_zero() {
    let (_file, unit) = series("time,orders\n2025-03-10T00:00:00Z,2\n");
    let back = |quantity| Row { quantity: Some(quantity), billed: "-1", effective: "-1", ..Row::default() };
    let report = per_unit(&[Row::default(), back(-3.0)], &unit, Step::Day).unwrap();
    assert_eq!(report.whole.figures[CARBON], Err(NoScore::Negative));
    let usd = Currency::parse("USD").unwrap();
    assert_eq!(report.whole.cost[&usd], Err(NoScore::Negative));
    let report = per_unit(&[Row::default(), back(-1.0)], &unit, Step::Day).unwrap();
    let zero = report.whole.figures[CARBON].as_ref().unwrap();
    assert_eq!(zero.amount.value_in(zero.amount.unit()).unwrap(), 0.0);
    assert!(zero.interval.is_err());
}

#[test]
fn the_same_bill_for_twice_the_work_is_half_per_unit() {
    let (_file, unit) = series("time,orders\n2025-03-10T00:00:00Z,10\n2025-03-11T00:00:00Z,20\n");
    let mut rows = hours(1);
    rows.push(Row { start: START + DAY, end: START + DAY + HOUR, ..Row::default() });
    let report = per_unit(&rows, &unit, Step::Day).unwrap();
    let [before, after] = [&report.periods[0], &report.periods[1]];
    let of = |period: &joulework_engine::work::PerUnit| period.tally.figure(CARBON).unwrap().clone();
    let change =
        change_per_unit((&of(before), before.work.units()), (&of(after), after.work.units())).unwrap();
    assert!((change.ratio - 0.5).abs() < 1e-12);
    assert!((change.interval.high - change.interval.low).abs() < 1e-12, "one month and one fleet: certain");
}

#[test]
fn the_bill_itself_can_count() {
    let requests = Row {
        service: "AWS Lambda",
        meter: "EU-Request",
        unit: "Requests",
        quantity: Some(2_000.0),
        ..Row::default()
    };
    let source = WorkSource::Bill {
        service: vec!["AWS Lambda".into()],
        meter: vec!["*Request*".into()],
        unit: Vec::new(),
        scale: 0.5,
    };
    let unit = UnitOfWork { name: "call".into(), workload: UNASSIGNED.into(), source };
    let description = Description { units: vec![unit.clone()], ..Description::default() };
    let engine = Engine::new(description, None).unwrap();
    let estimates = engine.estimate_batches([&batch(&[Row::default(), requests])]).unwrap();
    let report = estimates.per_unit(&unit, &unit.read().unwrap(), Step::Day).unwrap();
    assert_eq!(report.whole.work.units(), 1_000.0);
    assert!(report.whole.figures[CARBON].is_ok());
}

#[test]
fn bad_rows_name_file_row_column_and_expectation() {
    let failing = |text: &str| {
        let (file, unit) = series(text);
        let error = per_unit(&hours(1), &unit, Step::Day).unwrap_err();
        error.to_string().replace(&file.path().display().to_string(), "FILE")
    };
    assert_eq!(
        failing("time,orders\n2025-03-10T00:00:00Z,3\nyesterday,4\n"),
        "FILE, row 2, column `time`: `yesterday` is not a time such as 2025-03-01T05:00:00Z, 2025-03-01 or 2025-03"
    );
    assert_eq!(
        failing("time,orders\n2025-03-10T00:00:00Z,-3\n"),
        "FILE, row 1, column `orders`: `-3` is not a count of 0 or more"
    );
    assert_eq!(
        failing("time,orders\n2025-03-10T00:00:00Z,NaN\n"),
        "FILE, row 1, column `orders`: `NaN` is not a count of 0 or more"
    );
    assert_eq!(failing("when,orders\n"), "FILE: it has no column `time`; it has when, orders");
    assert_eq!(failing("time,orders\n"), "FILE: it has no row");
    assert_eq!(failing(""), "FILE: it is empty");
}

/// The instants of three hours by the clock of Vienna, in which summer time ends, as text and as Parquet without a zone.
fn by_the_clock_of_vienna(time: &str) -> [(NamedTempFile, UnitOfWork); 2] {
    let (text, mut unit) = series(&format!("time,orders\n{time},5\n"));
    let instant: jiff::civil::DateTime = time.parse().unwrap();
    let wall = instant.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_microsecond();
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![wall]));
    let orders: ArrayRef = Arc::new(Float64Array::from(vec![5.0]));
    let batch = RecordBatch::try_from_iter([("time", times), ("orders", orders)]).unwrap();
    let file = NamedTempFile::new().unwrap();
    let mut writer = ArrowWriter::try_new(file.reopen().unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let zoned = |unit: &mut UnitOfWork, file: &NamedTempFile| {
        let WorkSource::Series { path, time_zone, .. } = &mut unit.source else { panic!("a series") };
        file.path().clone_into(path);
        "Europe/Vienna".clone_into(time_zone);
    };
    let mut other = unit.clone();
    zoned(&mut unit, &text);
    zoned(&mut other, &file);
    [(text, unit), (file, other)]
}

#[test]
fn local_times_are_read_by_the_zone_of_the_unit_in_text_and_in_parquet() {
    // 01:00 in Vienna is the first hour of the bill's day, 00:00 UTC.
    for (_file, unit) in by_the_clock_of_vienna("2025-03-10T01:00:00") {
        let report = per_unit(&hours(1), &unit, Step::Day).unwrap();
        assert_eq!(report.whole.work.units(), 5.0, "{unit:?}");
        assert_eq!(unit.read().unwrap().note(), None);
    }
}

#[test]
fn a_time_that_the_clock_skips_is_refused_and_one_that_it_shows_twice_is_noted() {
    for (_file, unit) in by_the_clock_of_vienna("2025-03-30T02:30:00") {
        let error = unit.read().unwrap_err();
        assert_eq!(error.code(), "work.value");
        assert!(error.to_string().contains("row 1, column `time`"), "{error}");
        assert!(error.to_string().contains("it skips times where summer time begins"), "{error}");
    }
    for (_file, unit) in by_the_clock_of_vienna("2025-10-26T02:30:00") {
        assert_eq!(unit.read().unwrap().note().unwrap().code, "work.time-twice");
    }
}

#[test]
fn what_is_no_file_or_no_parquet_is_refused() {
    let (file, unit) = series("PAR1 and nothing else");
    let error = unit.read().unwrap_err().to_string();
    assert!(error.contains("it is no readable Parquet file: "), "{error}");
    drop(file);
    let mut unit = unit;
    let WorkSource::Series { path, .. } = &mut unit.source else { panic!("a series") };
    *path = "/dev/zero".into();
    assert_eq!(unit.read().unwrap_err().to_string(), "/dev/zero: it is no file");
}

#[test]
fn a_workload_that_no_rule_makes_is_an_error() {
    let (_file, mut unit) = series("time,orders\n2025-03-10T00:00:00Z,2\n");
    unit.workload = "shpo".into();
    let error = per_unit(&hours(1), &unit, Step::Day).unwrap_err();
    assert_eq!(error.code(), "work.workload");
    assert_eq!(error.hint().unwrap(), "there is `unassigned`");
}
