//! Rows per CPU-second of the readers: `cargo bench -p joulework-engine --bench readers`.
//!
//! The bill is made up here: 300,000 rows of FOCUS 1.2 with 46 columns, about 890 bytes each as CSV, and with the variety of a real
//! bill (5,000 resources, 4,000 sets of tags, 250 meters, costs that rarely repeat). Each file is read three times with every column;
//! the best run counts. One thread, so the time of the process is that of the reader.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::missing_docs_in_private_items,
    reason = "a bench may"
)]

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, DictionaryArray, Float64Array, RecordBatch, TimestampMillisecondArray};
use arrow::datatypes::Int32Type;
use flate2::Compression;
use flate2::write::GzEncoder;
use joulework_engine::bill::{Bill, BillColumn, BillError, BillOptions, ColumnSet};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression as Codec;
use parquet::file::properties::WriterProperties;

const ROWS: usize = 300_000;

/// Columns of text: name, how many distinct values, what each value begins with.
const TEXTS: [(&str, u64, &str); 34] = [
    ("AvailabilityZone", 8, "eu-west-1"),
    ("BillingAccountId", 1, "01234567890"),
    ("BillingAccountName", 1, "Example Shop (payer) "),
    ("BillingAccountType", 1, "Organization"),
    ("BillingCurrency", 1, "USD"),
    ("CapacityReservationStatus", 0, ""),
    ("ChargeCategory", 0, "Usage"),
    ("ChargeClass", 0, ""),
    ("ChargeDescription", 150, "$0.0911 per On Demand Linux Instance Hour, tier "),
    ("ChargeFrequency", 1, "Usage-Based"),
    ("CommitmentDiscountStatus", 0, ""),
    ("ConsumedUnit", 8, "Unit-"),
    ("InvoiceId", 1, "EUINGB25-2014"),
    ("InvoiceIssuerName", 1, "Amazon Web Services EMEA SARL"),
    ("PricingCategory", 1, "Standard"),
    ("PricingCurrency", 1, "USD"),
    ("PricingUnit", 8, "Unit-"),
    ("ProviderName", 1, "AWS"),
    ("PublisherName", 1, "Amazon Web Services, Inc. "),
    ("RegionId", 8, "eu-west-"),
    ("RegionName", 8, "Europe (Ireland) "),
    ("ResourceId", 5_000, "arn:aws:amazonec2:eu-west-1:000000000029:resource/a1a11d8a"),
    ("ResourceName", 5_000, "resource-"),
    ("ResourceType", 8, "Instance"),
    ("ServiceCategory", 6, "Compute"),
    ("ServiceName", 12, "Amazon Elastic Compute Cloud "),
    ("ServiceSubcategory", 12, "Virtual Machines "),
    ("SkuId", 300, "8BB7ST6V46ZTZ"),
    ("SkuMeter", 250, "EUW1-BoxUsage:r6g.large-"),
    ("SkuPriceId", 300, "8BB7ST6V46ZTZBMJ.JRTCKXETXF.6YS6EN2"),
    ("SubAccountId", 40, "0000125753"),
    ("SubAccountName", 40, "team-"),
    ("SubAccountType", 1, "Account"),
    ("Tags", 4_000, "tags"),
];

/// Columns of numbers: name and a prime that makes them differ.
const NUMBERS: [(&str, u64); 8] = [
    ("BilledCost", 2_654_435_761),
    ("ConsumedQuantity", 2_246_822_519),
    ("ContractedCost", 2_654_435_761),
    ("EffectiveCost", 3_266_489_917),
    ("ListCost", 2_654_435_761),
    ("ListUnitPrice", 0),
    ("ContractedUnitPrice", 0),
    ("PricingQuantity", 2_246_822_519),
];

/// Columns of instants, with the step from row to row in 1/1,500 of an hour.
const INSTANTS: [(&str, i64, i64); 4] = [
    ("BillingPeriodStart", 1_740_787_200_000, 0),
    ("BillingPeriodEnd", 1_743_465_600_000, 0),
    ("ChargePeriodStart", 1_740_787_200_000, 1),
    ("ChargePeriodEnd", 1_740_790_800_000, 1),
];

/// A value that looks random and depends on the row alone.
fn mix(row: usize, column: usize) -> u64 {
    let mut value = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ (column as u64).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 31)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 29)
}

fn text(row: usize, column: usize) -> String {
    let (name, distinct, start) = TEXTS.get(column).copied().unwrap_or_default();
    let pick = mix(row, if name.starts_with("Resource") { 21 } else { column }) % distinct.max(1);
    match (name, distinct) {
        ("Tags", _) => format!(
            r#"{{"app":"app-{}","cost-centre":"{pick:05}","environment":"staging","owner":"team-{}"}}"#,
            pick % 40,
            pick % 25
        ),
        (_, 0) => start.to_owned(),
        _ => format!("{start}{pick}"),
    }
}

/// A number with ten decimals, and the same as an integer of 10^-10.
fn number(row: usize, prime: u64) -> u64 {
    if prime == 0 { 911_000_000 } else { mix(row, 99).wrapping_mul(prime) % 20_000_000_000 }
}

fn instant(row: usize, start: i64, step: i64) -> i64 {
    start + i64::try_from(row / 1_500).unwrap() * 3_600_000 * step
}

fn csv() -> String {
    let mut out = String::new();
    let names = TEXTS.iter().map(|(name, ..)| *name).chain(NUMBERS.iter().map(|(name, _)| *name));
    let names: Vec<_> =
        names.chain(INSTANTS.iter().map(|(name, ..)| *name)).map(|name| format!("\"{name}\"")).collect();
    writeln!(out, "{}", names.join(",")).unwrap();
    for row in 0..ROWS {
        for column in 0..TEXTS.len() {
            write!(out, "\"{}\",", text(row, column).replace('"', "\"\"")).unwrap();
        }
        for (_, prime) in NUMBERS {
            let number = number(row, prime);
            write!(out, "{}.{:010},", number / 10_000_000_000, number % 10_000_000_000).unwrap();
        }
        let times = INSTANTS.map(|(_, start, step)| {
            jiff::Timestamp::from_millisecond(instant(row, start, step)).unwrap().to_string()
        });
        writeln!(out, "{}", times.join(",")).unwrap();
    }
    out
}

fn parquet(path: &Path) {
    let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
    for (column, (name, ..)) in TEXTS.iter().enumerate() {
        let array: DictionaryArray<Int32Type> = (0..ROWS)
            .map(|row| Some(text(row, column)).filter(|text| !text.is_empty()))
            .collect::<Vec<_>>()
            .iter()
            .map(Option::as_deref)
            .collect();
        columns.push((name, Arc::new(array)));
    }
    for (name, prime) in NUMBERS {
        columns.push((
            name,
            Arc::new((0..ROWS).map(|row| Some(number(row, prime) as f64 / 1e10)).collect::<Float64Array>()),
        ));
    }
    for (name, start, step) in INSTANTS {
        let array: TimestampMillisecondArray = (0..ROWS).map(|row| Some(instant(row, start, step))).collect();
        columns.push((name, Arc::new(array.with_timezone("UTC"))));
    }
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap();
    let properties = WriterProperties::builder().set_compression(Codec::SNAPPY).build();
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// Seconds of CPU time of this thread, where the system tells (Linux); else seconds on the wall.
fn seconds(started: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| started.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

/// The best of three readings, in rows and bytes per second.
fn measure(path: &Path) -> (f64, f64) {
    let mut best = f64::INFINITY;
    let started = Instant::now();
    for _ in 0..3 {
        let before = seconds(started);
        let bill = Bill::open(&[path.into()], &BillOptions::default()).unwrap();
        let mut rows = 0;
        for chunk in bill.chunks() {
            chunk
                .read(ColumnSet::all(), |batch| {
                    assert!(batch.has(BillColumn::BilledCost));
                    rows += batch.rows();
                    Ok::<_, BillError>(())
                })
                .unwrap();
        }
        bill.finish().unwrap();
        assert_eq!(rows, ROWS);
        best = best.min(seconds(started) - before);
    }
    (ROWS as f64 / best, std::fs::metadata(path).unwrap().len() as f64 / best)
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let text = csv();
    let width = text.len() / ROWS;
    std::fs::write(path("bill.csv"), &text).unwrap();
    let mut encoder = GzEncoder::new(File::create(path("bill.csv.gz")).unwrap(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap();
    drop(text);
    parquet(&path("bill.parquet"));
    println!("{ROWS} rows of FOCUS, {width} bytes each as CSV; every bill column is read");
    for name in ["bill.csv", "bill.csv.gz", "bill.parquet"] {
        let (rows, bytes) = measure(&path(name));
        println!("{name:14} {:6.2} M rows per CPU-second, {:5.0} MB of file", rows / 1e6, bytes / 1e6);
    }
}
