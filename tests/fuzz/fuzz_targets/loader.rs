//! Bytes as a plugin: refused with a fault that can be shown, or admitted with a description that can be relied on. What
//! is admitted also lists its tables, is linked, and estimates.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use joulework::runtime::{
    Batch, Column, Data, Kind, Limits, Pipeline, Plugin, PluginFault, RootColumn, Runtime, RuntimeOptions,
    Stage, standard_columns,
};
use joulework_fuzz::{built, plain};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Larger components only take the compiler longer.
const LARGEST: usize = 64 << 10;

fn limits() -> Limits {
    Limits {
        memory_bytes: 16 << 20,
        table_entries: 10_000,
        base_fuel: 2_000_000,
        fuel_per_cell: 1_000,
        deadline: Duration::from_secs(5),
        ..Limits::default()
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Runtime::new(RuntimeOptions { cache_dir: None, limits: limits() }).expect("this machine runs plugins")
});

fuzz_target!(|data: &[u8]| -> Corpus {
    if data.len() > LARGEST {
        return Corpus::Reject;
    }
    match RUNTIME.admit("plugin.wasm", data) {
        Ok(plugin) => check(&plugin),
        Err(fault) => check_fault(&fault),
    }
    Corpus::Keep
});

fn check_fault(fault: &PluginFault) {
    assert!(fault.code().contains('.'), "{}", fault.code());
    assert_ne!(fault.code(), "host.sandbox", "{fault}");
    plain(&fault.to_string());
    fault.column().into_iter().chain(fault.panic_text()).for_each(plain);
    if let Some(hint) = fault.hint() {
        plain(&hint);
    }
    for message in fault.diagnostics() {
        plain(&message.text);
    }
}

fn check(plugin: &Plugin) {
    built::descriptor(plugin.descriptor());
    assert_eq!(plugin.digest().len(), 64);
    match plugin.tables() {
        Ok(tables) => built::tables(&tables, Limits::default().text_bytes),
        Err(fault) => check_fault(&fault),
    }
    let mut stage = Stage::new(plugin.clone());
    stage.limits = limits();
    let roots: Vec<RootColumn> =
        standard_columns().iter().filter_map(|column| RootColumn::standard(column.name)).collect();
    let pipeline = match Pipeline::link(vec![stage], &roots) {
        Ok(pipeline) => pipeline,
        Err(error) => return plain(&error.to_string()),
    };
    match pipeline.session().explain(batch()) {
        Ok((frame, _)) => assert_eq!(frame.rows, 2),
        Err(fault) => check_fault(&fault),
    }
}

/// Two rows of every standard column.
fn batch() -> Batch {
    let data = |kind| match kind {
        Kind::Number => Data::numbers([Some(1.0), None]),
        Kind::Decimal => {
            Data::Decimals { values: vec![1, -1], scale: 24, known: joulework::runtime::Known::all() }
        }
        Kind::Category => Data::categories([Some("eu-west-1"), None]),
        Kind::Text => Data::Texts { values: vec![String::new(); 2], known: joulework::runtime::Known::all() },
        Kind::Instant => Data::Instants { epoch_ms: vec![0, 1], known: joulework::runtime::Known::all() },
    };
    let column = |column: &joulework::runtime::StandardColumn| Column::new(column.name, data(column.kind));
    Batch { rows: 2, columns: standard_columns().iter().map(column).collect() }
}
