//! The laws of every estimator, and what the host's gate asks.

use super::rows::Rows;
use crate::bindings::joulework::plugin::columns as wire;
use crate::describe::Kind;
use crate::estimator::{Configured, Estimator, Inputs as _, Outputs as _};

fn run<E: Estimator>(model: &Configured<E>, input: &Rows) -> Rows {
    Rows(model.run(input.0.clone()).unwrap_or_else(|fault| panic!("{fault}")))
}

pub(super) fn check<E: Estimator>(model: &Configured<E>, input: &Rows) {
    let whole = run(model, input);
    gate::<E>(&whole, input.len());
    assert_eq!(run(model, input), whole, "the same input gives the same bytes twice");

    let rows = input.len();
    let lines: Vec<String> = (0..rows).map(|row| whole.line(row)).collect();
    let same = |order: &[usize], law: &str| {
        let part = run(model, &input.select(order));
        for (at, row) in order.iter().enumerate() {
            assert_eq!(part.line(at), lines[*row], "{law}: row {row} of\n{}", input.to_csv());
        }
    };
    for row in 0..rows {
        same(&[row], "a row alone");
    }
    let order: Vec<usize> = (0..rows).collect();
    let (head, tail) = order.split_at(rows / 2);
    same(head, "the first half");
    same(tail, "the second half");
    same(&order.iter().rev().copied().collect::<Vec<_>>(), "reversed");
    same(&[order.clone(), order].concat(), "repeated");
    same(&[], "no row");
    scale(model, input, &whole);
}

/// Twice the additive inputs, twice the additive outputs, and nothing else changes.
fn scale<E: Estimator>(model: &Configured<E>, input: &Rows, whole: &Rows) {
    let names: Vec<&str> =
        E::Inputs::COLUMNS.iter().filter(|input| input.additive).map(|input| input.name).collect();
    for factor in [2.0, 0.5] {
        let scaled = run(model, &input.scaled(&names, factor));
        for output in E::Outputs::COLUMNS {
            let factor = if output.additive { factor } else { 1.0 };
            for row in 0..input.len() {
                if output.kind == Kind::Number {
                    let wanted = whole.number(output.name, row).map(|value| value * factor);
                    assert_eq!(
                        scaled.number(output.name, row),
                        wanted,
                        "scaling, `{}`, row {row}",
                        output.name
                    );
                }
                let text = |name: &str| name == output.name && output.kind != Kind::Number;
                for name in whole.names().filter(|name| text(name) || beside(name, output.name)) {
                    assert_eq!(
                        cell(&scaled, name, row),
                        cell(whole, name, row),
                        "scaling, `{name}`, row {row}"
                    );
                }
            }
        }
    }
}

fn cell(rows: &Rows, name: &str, row: usize) -> String {
    match rows.data(name) {
        Some(wire::Data::Same(_) | wire::Data::Numbers(_)) => format!("{:?}", rows.number(name, row)),
        _ => format!("{:?}", rows.text(name, row)),
    }
}

/// Whether `name` is a `.gsd.` or `.basis` column of the output.
fn beside(name: &str, output: &str) -> bool {
    name.strip_prefix(output).is_some_and(|rest| rest.starts_with(".gsd.") || rest == ".basis")
}

/// Right rows and columns, finite and not negative, GSDs of at least 1, zeros where nothing is known.
fn gate<E: Estimator>(out: &Rows, rows: usize) {
    assert_eq!(out.len(), rows, "as many rows out as in");
    let mut wanted = Vec::new();
    for output in E::Outputs::COLUMNS {
        wanted.push(output.name.to_owned());
        wanted.extend(
            output.errors.iter().flatten().map(|error| format!("{}.gsd.{}", output.name, error.factor)),
        );
        if output.graded {
            wanted.push(format!("{}.basis", output.name));
        }
    }
    assert_eq!(out.names().collect::<Vec<_>>(), wanted, "the described columns");
    for column in &out.0.columns {
        let name = &column.name;
        match &column.data {
            wire::Data::Same(value) => assert!(value.is_finite() && *value >= 0.0, "`{name}` is {value}"),
            wire::Data::Numbers(numbers) => {
                assert_eq!(numbers.values.len(), rows, "`{name}`");
                assert!(
                    numbers.known.is_empty() || numbers.known.len() == rows.div_ceil(8),
                    "`{name}`: known bits"
                );
                for (row, value) in numbers.values.iter().enumerate() {
                    assert!(value.is_finite() && *value >= 0.0, "`{name}` is {value} in row {row}");
                    assert!(
                        *value == 0.0 || out.number(name, row).is_some(),
                        "`{name}`: unknown but not 0 in row {row}"
                    );
                }
            }
            wire::Data::Categories(categories) => {
                let codes: std::collections::BTreeSet<u32> =
                    categories.codes.iter().copied().filter(|code| *code != u32::MAX).collect();
                assert!(codes.iter().copied().eq(0..codes.len().try_into().unwrap_or(0)), "`{name}`: codes");
                assert_eq!(codes.len(), categories.values.len(), "`{name}`: only values that occur");
            }
            _ => {}
        }
    }
    for output in E::Outputs::COLUMNS {
        for row in 0..rows {
            let value = (output.kind == Kind::Number).then(|| out.number(output.name, row)).flatten();
            for error in output.errors.iter().flatten() {
                let name = format!("{}.gsd.{}", output.name, error.factor);
                let gsd = out.number(&name, row).unwrap_or(1.0);
                assert!(gsd >= 1.0, "`{name}` is {gsd} in row {row}");
            }
            if output.graded && value.is_some_and(|value| value > 0.0) {
                let name = format!("{}.basis", output.name);
                assert!(out.text(&name, row).is_some(), "`{name}` is missing in row {row}");
            }
        }
    }
}
