//! The ways to misbehave. Those that name the region `bad` fail only in batches that hold it.

use crate::bindings::exports::joulework::plugin::estimator::{Batch, Fault};
use crate::bindings::joulework::plugin::columns::{Categories, Column, Data, Numbers};
use crate::bindings::joulework::plugin::diagnostics::{Level, emit};
use crate::{Input, Model, fault};

/// What goes wrong before anything is computed.
pub(crate) fn before(model: &Model, batch: &Batch, input: &Input<'_>) -> Result<(), Fault> {
    let bad = input.row_of("bad");
    match model.trick.as_str() {
        "loop" => run_for_ever(),
        "loop-at-bad" if bad.is_some() => run_for_ever(),
        "memory" => fill_memory(),
        "recursion" => {
            std::hint::black_box(descend(1));
        }
        "panic" => panic!("I was told to\u{7} panic over {} rows", batch.rows),
        "panic-at-bad" => assert!(bad.is_none(), "a bad region"),
        "silence" => trap(),
        "chatter" => {
            for number in 0..1_000 {
                emit(Level::Info, &format!("{number}\u{1b}[2J{}", "x".repeat(10_000)));
            }
            panic!("last words");
        }
        "fault" => return Err(fault("input.out-of-range", "too much", Some(1), Some("consumed-quantity"))),
        "fault-off-the-end" => return Err(fault("input.odd", "nowhere", Some(1_000_000), None)),
        "fault-at-bad" if bad.is_some() => {
            return Err(fault("input.bad-region", "bad region", bad, Some("region-id")));
        }
        "kit-panic" => return Err(fault("plugin.panic", "an exception that a kit caught", None, None)),
        "fault-always" => return Err(fault("input.any", "never", None, None)),
        _ => {}
    }
    Ok(())
}

/// What is wrong with the result.
pub(crate) fn after(model: &Model, batch: &Batch, input: &Input<'_>, result: &mut Batch) {
    let energy = 0;
    let label = 3;
    let bad = input.row_of("bad");
    match model.trick.as_str() {
        "rows" => result.rows += 1,
        "short" => change(result, energy, |values| values.truncate(1)),
        "nan" => change(result, energy, |values| values[0] = f64::NAN),
        "nan-at-bad" => {
            if let Some(row) = bad {
                change(result, energy, |values| values[row] = f64::NAN);
            }
        }
        "negative" => change(result, energy, |values| values[0] = -1.0),
        "gsd" => change(result, 1, |values| values[0] = 0.5),
        "basis" => result.columns[2].data = texts(input.rows, "a guess"),
        "kind" => result.columns[energy].data = texts(input.rows, "energy"),
        "missing" => drop(result.columns.pop()),
        "extra" => result.columns.push(Column { name: "misbehaver.more".to_owned(), data: Data::Same(1.0) }),
        "twice" => result.columns.push(result.columns[label].clone()),
        "long-text" => result.columns[label].data = texts(input.rows, &"x".repeat(100_000)),
        "flood" => {
            let values = vec![1.0; 4_000_000];
            result.columns[energy].data = Data::Numbers(Numbers { values, known: Vec::new() });
        }
        // An instance may know how often it was called; a good one does not show it.
        "count" => result.columns[label].data = texts(input.rows, &format!("call {}", model.calls.get())),
        "see" => {
            let seen = batch.columns.iter().map(|column| match &column.data {
                Data::Categories(categories) => format!("{}={}", column.name, categories.values.join("+")),
                _ => column.name.clone(),
            });
            result.columns[label].data = texts(input.rows, &seen.collect::<Vec<_>>().join(","));
        }
        "warn" => emit(Level::Warning, "this looks odd"),
        _ => {}
    }
}

fn change(result: &mut Batch, column: usize, with: impl FnOnce(&mut Vec<f64>)) {
    if let Data::Numbers(numbers) = &mut result.columns[column].data {
        with(&mut numbers.values);
    }
}

fn texts(rows: usize, text: &str) -> Data {
    Data::Categories(Categories { values: vec![text.to_owned()], codes: vec![0; rows] })
}

pub(crate) fn run_for_ever() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

fn fill_memory() {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        hoard.push(std::hint::black_box(vec![1; 1 << 20]));
    }
}

#[allow(unconditional_recursion, reason = "the trick")]
fn descend(depth: u64) -> u64 {
    let local = std::hint::black_box([depth; 64]);
    descend(depth + 1) + local[(depth % 64) as usize]
}

#[cfg(target_arch = "wasm32")]
fn trap() {
    core::arch::wasm32::unreachable()
}

#[cfg(not(target_arch = "wasm32"))]
fn trap() {
    std::process::abort()
}
