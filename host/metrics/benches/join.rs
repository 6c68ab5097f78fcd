//! Hourly metrics of many resources, as an export sorted by time writes them, read and made into loads; logs of a function.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may")]

use std::hint::black_box;
use std::io::Write as _;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use joulework_engine::pipeline::{LambdaLogsDescription, UtilisationDescription};
use joulework_metrics::Metrics;

/// 2025-01-01T00Z in seconds.
const START: u32 = 1_735_689_600;

fn write(resources: u32, hours: u32) -> (tempfile::TempPath, u64) {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    let mut out = std::io::BufWriter::new(file.as_file_mut());
    writeln!(out, "timestamp,InstanceId,metric_name,region,Average").unwrap();
    for hour in 0..hours {
        let (day, hour_of_day) = (hour / 24, hour % 24);
        let seconds = START + (day * 24 + hour_of_day) * 3_600;
        for resource in 0..resources {
            let load = f64::from((resource * 7 + hour * 13) % 1_000) / 10.0;
            writeln!(out, "{seconds},i-{resource:017x},CPUUtilization,eu-west-1,{load}").unwrap();
        }
    }
    drop(out);
    let bytes = file.as_file().metadata().unwrap().len();
    (file.into_temp_path(), bytes)
}

fn join(criterion: &mut Criterion) {
    let (path, bytes) = write(500, 24 * 28);
    let paths = vec![PathBuf::from(&*path)];
    let description = UtilisationDescription { paths, time_zone: "UTC".to_owned(), ..Default::default() };
    let mut group = criterion.benchmark_group("metrics");
    group.sample_size(10).throughput(Throughput::Bytes(bytes));
    group.bench_function("500 resources, 28 days, hourly CSV", |bencher| {
        bencher.iter(|| {
            let metrics = Metrics::read(std::slice::from_ref(&description), &[]).unwrap();
            black_box(metrics.loads().unwrap())
        });
    });
    group.finish();
}

/// Logs as a function writes them: three lines of its own for each of Lambda's.
fn log_lines(invocations: u32) -> (tempfile::TempPath, u64) {
    let mut file = tempfile::Builder::new().suffix(".log").tempfile().unwrap();
    let mut out = std::io::BufWriter::new(file.as_file_mut());
    for number in 0..invocations {
        let request = format!("{number:08x}-7f3a-4697-b07a-ac58fc914c95");
        let time = "2025-09-01T00:00:00.123Z";
        writeln!(out, "{time} START RequestId: {request} Version: $LATEST").unwrap();
        for step in 0..9 {
            writeln!(out, "{time} {request}\tINFO\torder {number}, step {step}: {{\"items\":[1,2,3],\"total\":\"12.50\"}}").unwrap();
        }
        writeln!(out, "{time} END RequestId: {request}").unwrap();
        writeln!(out, "{time} REPORT RequestId: {request}\tDuration: 102.25 ms\tBilled Duration: 103 ms\tMemory Size: 512 MB\tMax Memory Used: 128 MB\t").unwrap();
    }
    drop(out);
    let bytes = file.as_file().metadata().unwrap().len();
    (file.into_temp_path(), bytes)
}

fn logs(criterion: &mut Criterion) {
    let (path, bytes) = log_lines(100_000);
    let description = LambdaLogsDescription {
        paths: vec![PathBuf::from(&*path)],
        function: Some("pay".to_owned()),
        ..Default::default()
    };
    let mut group = criterion.benchmark_group("logs");
    group.sample_size(10).throughput(Throughput::Bytes(bytes));
    group.bench_function("100,000 invocations, twelve lines each", |bencher| {
        bencher.iter(|| black_box(Metrics::read(&[], std::slice::from_ref(&description)).unwrap()));
    });
    group.finish();
}

criterion_group!(benches, join, logs);
criterion_main!(benches);
