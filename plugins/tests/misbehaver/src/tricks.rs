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
        "recursion" => recurse(),
        "recursion-at-bad" if bad.is_some() => recurse(),
        "memory-at-bad" if bad.is_some() => fill_memory(),
        "messages" => loop {
            emit(Level::Warning, "and another thing");
        },
        "large-messages" => {
            let text = "x".repeat(1 << 19);
            loop {
                emit(Level::Info, &text);
            }
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
        "fault-escape" => {
            let message = format!("\u{1b}[2J\u{1b}]0;owned\u{7}{}", "../".repeat(10_000));
            return Err(fault("\u{1b}[31minput", &message, Some(1), Some("\u{202e}../../etc/passwd")));
        }
        "fault-not-utf-8" => return Err(fault(&not_utf8(), "", None, None)),
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
        "infinity" => change(result, energy, |values| values[0] = f64::NEG_INFINITY),
        "infinity-at-bad" => at_bad(result, bad, f64::INFINITY),
        "huge-at-bad" => at_bad(result, bad, 1e300),
        "negative-at-bad" => at_bad(result, bad, -1.0),
        "gsd-at-bad" => {
            if let Some(row) = bad {
                change(result, 1, |values| values[row] = 0.99);
            }
        }
        "gsd-endless" => change(result, 1, |values| values.fill(f64::MAX)),
        "negative" => change(result, energy, |values| values[0] = -1.0),
        "gsd" => change(result, 1, |values| values[0] = 0.5),
        "basis" => result.columns[2].data = texts(input.rows, "a guess"),
        "kind" => result.columns[energy].data = texts(input.rows, "energy"),
        "misnamed" => "misbehaver.lable".clone_into(&mut result.columns[label].name),
        "name-escape" => "\u{1b}[2J".clone_into(&mut result.columns[label].name),
        "known-bits" => {
            if let Data::Numbers(numbers) = &mut result.columns[energy].data {
                numbers.known = vec![0xff; 1_000];
            }
        }
        "stray-code" => {
            if let Data::Categories(categories) = &mut result.columns[label].data {
                categories.codes[0] = 7;
            }
        }
        "double-value" => {
            result.columns[label].data = Data::Categories(Categories {
                values: vec!["same".to_owned(); 2],
                codes: vec![0; input.rows],
            });
        }
        "text-escape" => result.columns[label].data = texts(input.rows, "\u{1b}[2J\u{1b}]0;owned\u{7}"),
        "text-reversed" => result.columns[label].data = texts(input.rows, "\u{202e}lufmrah"),
        "not-utf-8" => result.columns[label].data = texts(input.rows, &not_utf8()),
        "not-utf-8-at-bad" if bad.is_some() => {
            result.columns[label].data = texts(input.rows, &not_utf8());
        }
        "missing" => drop(result.columns.pop()),
        "extra" => result.columns.push(Column { name: "misbehaver.more".to_owned(), data: Data::Same(1.0) }),
        "twice" => result.columns.push(result.columns[label].clone()),
        "long-text" => result.columns[label].data = texts(input.rows, &"x".repeat(100_000)),
        "flood" => {
            let values = vec![1.0; 1_000_000];
            result.columns[energy].data = Data::Numbers(Numbers { values, known: Vec::new() });
        }
        "count-energy" => {
            let calls = f64::from(model.calls.get());
            change(result, energy, |values| values.iter_mut().for_each(|value| *value *= calls));
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

fn at_bad(result: &mut Batch, bad: Option<usize>, value: f64) {
    if let Some(row) = bad {
        change(result, 0, |values| values[row] = value);
    }
}

/// Bytes that are no text, as text: no kit lets this through.
#[allow(unsafe_code, reason = "the trick: nothing in the guest reads it as text")]
pub(crate) fn not_utf8() -> String {
    unsafe { String::from_utf8_unchecked(vec![b'a', 0xff, 0xfe, 0x80]) }
}

pub(crate) fn recurse() {
    std::hint::black_box(descend(1));
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

pub(crate) fn fill_memory() -> ! {
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
