//! Hourly metrics of many resources, as an export sorted by time writes them, read and made into loads.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may")]

use std::hint::black_box;
use std::io::Write as _;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use joulework_engine::pipeline::UtilisationDescription;
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
            let metrics = Metrics::read(std::slice::from_ref(&description)).unwrap();
            black_box(metrics.loads().unwrap())
        });
    });
    group.finish();
}

criterion_group!(benches, join);
criterion_main!(benches);
