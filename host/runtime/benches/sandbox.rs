//! One estimator through the sandbox against the same arithmetic in native Rust on the same columns.
//!
//! Three columns in (a fifth of the quantities unknown, 40 regions), four out. The sandbox also checks the result at
//! the gate and sums the total. Target: at most three times slower in batches of 65,536 rows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark may")]
#![allow(missing_docs, reason = "criterion's own functions have none")]

#[path = "../tests/sandbox/guest.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod guest;
#[path = "../../../plugins/tests/misbehaver/src/kernel.rs"]
#[allow(clippy::cast_possible_truncation, unreachable_pub, reason = "part of another crate")]
mod kernel;

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use joulework_runtime::{
    Batch, Column, Data, Known, Origin, Pipeline, RootColumn, Runtime, RuntimeOptions, Stage,
    standard_columns,
};

const REGIONS: u32 = 40;

/// Quantities, utilisations and regions that differ from row to row, the same at every run.
fn batch(rows: u32) -> Batch {
    let mixed = |row: u32| row.wrapping_mul(2_654_435_761) >> 8;
    let known = Known::from_rows((0..rows).map(|row| mixed(row) % 5 != 0));
    let quantity = |row: u32| if mixed(row) % 5 == 0 { 0.0 } else { f64::from(mixed(row)) / 1e3 };
    let utilisation = (0..rows).map(|row| f64::from(mixed(row + 7) % 101) / 100.0);
    let regions = (0..REGIONS).map(|region| format!("region-{region}")).collect();
    let codes = (0..rows).map(|row| mixed(row + 3) % REGIONS).collect();
    Batch {
        rows: rows as usize,
        columns: vec![
            Column::new(
                "consumed-quantity",
                Data::Numbers { values: (0..rows).map(quantity).collect(), known },
            ),
            Column::new("utilisation", Data::Numbers { values: utilisation.collect(), known: Known::all() }),
            Column::new("region-id", Data::Categories { values: regions, codes }),
        ],
    }
}

/// The guest's arithmetic, and the two category columns beside it.
fn native(batch: &Batch) -> (kernel::Columns, Vec<u32>, Vec<u32>) {
    let [quantity, utilisation, region] = batch.columns.as_slice() else { panic!("three columns") };
    let Data::Numbers { values: quantity, known } = &quantity.data else { panic!("numbers") };
    let Data::Numbers { values: utilisation, .. } = &utilisation.data else { panic!("numbers") };
    let Data::Categories { values: regions, codes } = &region.data else { panic!("categories") };
    let factors: Vec<kernel::Factor> = regions.iter().map(|region| kernel::factor(region)).collect();
    let mut out = kernel::Columns::default();
    kernel::run(quantity, known.bytes(), utilisation, codes, &factors, &mut out);
    (out, vec![0; batch.rows], vec![0; batch.rows])
}

fn sandbox(criterion: &mut Criterion) {
    let mut roots = guest::roots();
    roots.extend(RootColumn::standard("utilisation"));
    let pipeline = Pipeline::link(vec![guest::stage("")], &roots).unwrap();
    let mut group = criterion.benchmark_group("estimator");
    for rows in [8_192_u32, 65_536] {
        let batch = batch(rows);
        let frame = pipeline.session().run(batch.clone()).unwrap();
        let Data::Numbers { values, .. } = &frame.column("misbehaver.energy").unwrap().data else {
            panic!("numbers")
        };
        assert_eq!(*values, native(&batch).0.energy, "both compute the same");

        group.throughput(Throughput::Elements(u64::from(rows)));
        group.bench_with_input(BenchmarkId::new("native", rows), &batch, |bench, batch| {
            bench.iter(|| black_box(native(black_box(batch))));
        });
        let mut session = pipeline.session();
        group.bench_with_input(BenchmarkId::new("sandbox", rows), &batch, |bench, batch| {
            bench.iter_batched(|| batch.clone(), |batch| session.run(batch).unwrap(), BatchSize::LargeInput);
        });
    }
    group.finish();
}

/// What every start pays: the eight first-party plugins from a warm cache, linked and configured.
fn start(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let options =
        || RuntimeOptions { cache_dir: Some(folder.path().join("cache")), ..RuntimeOptions::default() };
    let roots: Vec<RootColumn> = standard_columns()
        .iter()
        .filter(|column| matches!(column.origin, Origin::Bill | Origin::Metrics))
        .filter_map(|column| RootColumn::standard(column.name))
        .collect();
    let admit = |runtime: &Runtime| -> Vec<Stage> {
        let components = joulework_bundled::components().iter();
        components.map(|bundled| Stage::new(runtime.admit(bundled.id, bundled.wasm).unwrap())).collect()
    };
    admit(&Runtime::new(options()).unwrap());
    let mut group = criterion.benchmark_group("eight plugins");
    group.bench_function("admit from the cache", |bench| {
        bench.iter(|| admit(&Runtime::new(options()).unwrap()));
    });
    let stages = admit(&Runtime::new(options()).unwrap());
    group.bench_function("link and configure", |bench| {
        bench.iter_batched(
            || stages.clone(),
            |stages| Pipeline::link(stages, &roots).unwrap(),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, sandbox, start);
criterion_main!(benches);
