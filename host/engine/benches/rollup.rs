//! Rows per second from batches in memory to rolled-up carbon with spreads, through all first-party plugins, on one
//! thread: `cargo bench -p joulework-engine --bench rollup`.
//!
//! With `JOULEWORK_BENCH_BILL` the same from that file (`examples/generator` writes large ones):
//! `cargo run --release -p shop-generator --manifest-path examples/generator/Cargo.toml -- large --rows 10000000 bill.parquet`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "a bench may")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, Decimal128Array, DictionaryArray, Float64Array, RecordBatch, TimestampMillisecondArray,
};
use arrow::datatypes::Int32Type;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use joulework_engine::activity::{Accumulator, Activity};
use joulework_engine::assess::{Dimension, RollUp};
use joulework_engine::bill::UsageBatch;
use joulework_engine::calendar::Step;
use joulework_engine::pipeline::BillDescription;
use joulework_engine::workload::{Matcher, Workload, WorkloadRules};
use joulework_engine::{Description, Engine, Estimates};

const BATCHES: u64 = 16;
const ROWS: u64 = 65_536;
/// 2025-01-01T00:00:00Z.
const START: i64 = 1_735_689_600_000;
const HOUR: i64 = 3_600_000;

/// Service, meter, operation and unit of what is bought.
const METERS: [[&str; 4]; 12] = [
    ["Amazon Elastic Compute Cloud", "EU-BoxUsage:m5.large", "RunInstances", "Hrs"],
    ["Amazon Elastic Compute Cloud", "EU-BoxUsage:c6g.xlarge", "RunInstances", "Hrs"],
    ["Amazon Elastic Compute Cloud", "EU-BoxUsage:r5.2xlarge", "RunInstances", "Hrs"],
    ["Amazon Elastic Compute Cloud", "EU-BoxUsage:t3.medium", "RunInstances", "Hrs"],
    ["Amazon Elastic Compute Cloud", "EU-EBS:VolumeUsage.gp3", "CreateVolume-Gp3", "GB-Mo"],
    ["Amazon Elastic Compute Cloud", "EU-DataTransfer-Out-Bytes", "RunInstances", "GB"],
    ["AWS Lambda", "EU-Lambda-GB-Second", "Invoke", "seconds"],
    ["AWS Lambda", "EU-Request", "Invoke", "Requests"],
    ["AWS Lambda", "EU-Lambda-GB-Second-ARM", "Invoke", "seconds"],
    ["Amazon Simple Storage Service", "EU-TimedStorage-ByteHrs", "StandardStorage", "GB-Mo"],
    ["Amazon Simple Queue Service", "EU-Requests-Tier1", "SendMessage", "Requests"],
    ["Amazon Relational Database Service", "EU-InstanceUsage:db.m6g.large", "CreateDBInstance", "Hrs"],
];

/// A number that looks random, always the same for the same seed (splitmix64).
const fn random(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn texts(values: impl Iterator<Item = String>) -> ArrayRef {
    let values: Vec<String> = values.collect();
    Arc::new(values.iter().map(String::as_str).collect::<DictionaryArray<Int32Type>>())
}

/// Consecutive hours of a fleet of 5,000 resources in four regions with 200 sets of tags.
fn batch(number: u64) -> UsageBatch {
    let rows = || number * ROWS..(number + 1) * ROWS;
    let resource = |row: u64| random(row) % 5_000;
    let meter = |row: u64| METERS[usize::try_from(resource(row) % 12).unwrap()];
    let start = |row: u64| START + HOUR * i64::try_from(row / 1_000).unwrap();
    let region = |row: u64| {
        ["eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-2"]
            [usize::try_from(resource(row) / 12 % 4).unwrap()]
    };
    let money = |row: u64| i128::from(random(row ^ 7) % 1_000_000) * 1_000_000_000_000;
    let decimals = || -> ArrayRef {
        let raw = Decimal128Array::from_iter_values(rows().map(money));
        Arc::new(raw.with_precision_and_scale(38, 24).unwrap())
    };
    let instants = |shift: i64| -> ArrayRef {
        let instants = TimestampMillisecondArray::from_iter_values(rows().map(|row| start(row) + shift));
        Arc::new(instants.with_timezone("UTC"))
    };
    let quantity = |row: u64| f64::from(u32::try_from(random(row ^ 3) % 10_000).unwrap()) / 97.0;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("provider-name", texts(rows().map(|_| "AWS".to_owned()))),
        ("sub-account-id", texts(rows().map(|row| format!("{:012}", resource(row) % 9)))),
        ("charge-period-start", instants(0)),
        ("charge-period-end", instants(HOUR)),
        ("charge-category", texts(rows().map(|_| "Usage".to_owned()))),
        ("service-name", texts(rows().map(|row| meter(row)[0].to_owned()))),
        ("sku-meter", texts(rows().map(|row| meter(row)[1].to_owned()))),
        ("operation", texts(rows().map(|row| meter(row)[2].to_owned()))),
        ("region-id", texts(rows().map(|row| region(row).to_owned()))),
        (
            "resource-id",
            texts(
                rows().map(|row| format!("arn:aws:x:eu-west-1:000000000001:resource/{:08x}", resource(row))),
            ),
        ),
        (
            "tags",
            texts(rows().map(|row| {
                format!("{{\"app\":\"app-{}\",\"team\":\"t{}\"}}", resource(row) % 20, resource(row) % 200)
            })),
        ),
        ("consumed-unit", texts(rows().map(|row| meter(row)[3].to_owned()))),
        ("consumed-quantity", Arc::new(Float64Array::from_iter_values(rows().map(quantity)))),
        ("billing-currency", texts(rows().map(|_| "USD".to_owned()))),
        ("billed-cost", decimals()),
        ("effective-cost", decimals()),
    ];
    UsageBatch::try_from(RecordBatch::try_from_iter(columns).unwrap()).unwrap()
}

/// Five workloads by tag.
fn description() -> Description {
    let workload = |number: u32| Workload {
        name: format!("workload-{number}"),
        rules: vec![Matcher {
            tags: [("app".to_owned(), vec![format!("app-{number}"), format!("app-1{number}")])].into(),
            ..Matcher::default()
        }],
    };
    let workloads = WorkloadRules { workloads: (0..5).map(workload).collect(), shared: Vec::new() };
    Description { workloads, ..Description::default() }
}

fn question() -> RollUp {
    RollUp::by([Dimension::Period, Dimension::Service, Dimension::Region, Dimension::Workload])
        .step(Step::Day)
}

fn add_up(engine: &Engine, batches: &[UsageBatch]) -> Activity {
    let mut sum = Accumulator::new(engine.plan()).unwrap();
    for batch in batches {
        sum.add(batch).unwrap();
    }
    Activity::of(sum).unwrap()
}

fn in_memory(criterion: &mut Criterion) {
    let batches: Vec<UsageBatch> = (0..BATCHES).map(batch).collect();
    let engine = Engine::new(description(), None).unwrap().threads(1);
    let mut group = criterion.benchmark_group("rows in memory");
    group.throughput(Throughput::Elements(BATCHES * ROWS)).sample_size(10);
    group.bench_function("added up", |bench| bench.iter(|| black_box(add_up(&engine, &batches))));
    let activity = add_up(&engine, &batches);
    group.bench_function("estimated", |bench| {
        bench.iter(|| black_box(Estimates::of(activity.clone(), engine.pipeline(), 1).unwrap()));
    });
    let estimates = Estimates::of(activity, engine.pipeline(), 1).unwrap();
    group.bench_function("rolled up", |bench| {
        bench.iter(|| black_box(estimates.roll_up(&question()).unwrap()));
    });
    group.bench_function("all of it", |bench| {
        bench.iter(|| {
            let estimates = Estimates::of(add_up(&engine, &batches), engine.pipeline(), 1).unwrap();
            black_box(estimates.roll_up(&question()).unwrap())
        });
    });
    group.finish();
}

fn from_file(criterion: &mut Criterion) {
    #[expect(clippy::disallowed_methods, reason = "the variable only adds a measurement")]
    let Some(path) = std::env::var_os("JOULEWORK_BENCH_BILL") else { return };
    let bill = BillDescription { paths: vec![path.into()], time_zone: "UTC".to_owned(), overlap_adds: false };
    let description = Description { bills: vec![bill], ..description() };
    let mut group = criterion.benchmark_group("rows of a file");
    for threads in [1, 2] {
        let engine = Engine::new(description.clone(), None).unwrap().threads(threads);
        let (activity, _) = engine.add_up(&engine.open().unwrap(), &|_| ()).unwrap();
        group
            .throughput(Throughput::Elements(activity.rows()))
            .sample_size(10)
            .measurement_time(Duration::from_secs(20));
        group.bench_function(format!("all of it, threads: {threads}"), |bench| {
            bench.iter(|| {
                let (activity, _) = engine.add_up(&engine.open().unwrap(), &|_| ()).unwrap();
                let estimates = Estimates::of(activity, engine.pipeline(), threads).unwrap();
                black_box(estimates.roll_up(&question()).unwrap())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, in_memory, from_file);
criterion_main!(benches);
