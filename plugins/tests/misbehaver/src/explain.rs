//! How the guest explains its estimates: truly, or as it is told.

use crate::bindings::exports::joulework::plugin::estimator::{Step, Term};
use crate::{Input, kernel, tricks};

const OUTPUT: &str = "misbehaver.energy";

/// The true explanation of every row.
pub(crate) fn honest(input: &Input<'_>) -> Vec<Step> {
    let step = |row: usize| {
        let region = input.region.values.get(input.region.codes[row] as usize);
        let kwh = region.map_or(0.0, |region| kernel::factor(region).kwh);
        let terms = vec![
            term("consumed-quantity", input.quantity.values[row], "1", "input"),
            term("energy-per-use", kwh, "kWh", "one"),
            term("utilisation", input.utilisation[row], "1", "assumption"),
        ];
        step(row, OUTPUT, "[consumed-quantity] * [energy-per-use] * (0.3 + 0.7 * [utilisation])", terms)
    };
    (0..input.rows).map(step).collect()
}

/// What is wrong with the explanation.
pub(crate) fn tricks(trick: &str, input: &Input<'_>, steps: &mut Vec<Step>) {
    let one = |formula: &str| vec![step(0, OUTPUT, formula, vec![term("one", 1.0, "1", "assumption")])];
    match trick {
        "stray-step" => steps.iter_mut().for_each(|step| step.row += 1_000),
        "explain-loop" => tricks::run_for_ever(),
        "explain-memory" => tricks::fill_memory(),
        "explain-recursion" => tricks::recurse(),
        "explain-panic" => panic!("I cannot say"),
        "explain-not-utf-8" => steps[0].formula = tricks::not_utf8(),
        "explain-flood" => steps[0].formula = "1+".repeat(4 << 20),
        "explain-steps" => {
            let next = |number: usize| {
                let terms = vec![term(&format!("s{}", number + 1), 1.0, "1", "step")];
                step(0, &format!("s{number}"), "1", terms)
            };
            steps.splice(0..0, (0..3_000).rev().map(next));
        }
        "explain-terms" => steps[0].terms.extend((0..3_000).map(|_| term("x", 1.0, "1", "one"))),
        "explain-nan" => steps[0].terms[1].value = f64::NAN,
        "explain-nested" => *steps = one(&"(".repeat(1_000)),
        "explain-long" => *steps = one(&vec!["1"; 30_000].join("+")),
        "explain-no-such-term" => *steps = one("[no-such-term]"),
        "explain-no-formula" => *steps = one("system('rm -rf /')"),
        "explain-escape" => *steps = one("\u{1b}[2J1"),
        "explain-circle" => {
            let named = |output: &str, of: &str| {
                step(0, output, &format!("[{of}]"), vec![term(of, 2.0, "1", "step")])
            };
            *steps = vec![named("a", "b"), named("b", "a"), named(OUTPUT, "a")];
        }
        // The total is the sum of its parts, and so needs the output that is explained by it.
        "explain-own-total" => {
            *steps = vec![step(0, OUTPUT, "[it-energy]", vec![term("it-energy", 1.0, "kWh", "input")])];
        }
        "explain-otherwise" => *steps = one("[one] * 1e6"),
        "explain-infinite" => *steps = one("[one] / 0"),
        "explain-undefined" => *steps = one("0 / 0"),
        "explain-nothing" => steps.clear(),
        "explain-names" => {
            *steps = honest(input);
            "\u{1b}[31m../../etc/passwd".clone_into(&mut steps[0].terms[0].source);
            steps[0].terms[2].unit = "\u{202e}".repeat(100_000);
        }
        _ => {}
    }
}

fn step(row: usize, output: &str, formula: &str, terms: Vec<Term>) -> Step {
    let row = u32::try_from(row).unwrap_or(u32::MAX);
    Step { row, output: output.to_owned(), formula: formula.to_owned(), terms }
}

fn term(name: &str, value: f64, unit: &str, source: &str) -> Term {
    Term { name: name.to_owned(), value, unit: unit.to_owned(), source: source.to_owned() }
}
