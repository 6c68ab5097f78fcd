//! Lambda functions.

use maud::{Markup, html};

use super::pieces::{Cell, table};
use crate::chart::supply_share;
use crate::format::{clean, count, percent, show, significant};
use crate::model::{Function, FunctionCost, Supply};

/// How functions run and what is wasted in them.
pub(super) fn functions(supply: &Supply) -> Markup {
    let all = &supply.functions;
    if all.is_empty() {
        return html! {};
    }
    let runs: Vec<Vec<Cell>> = all.iter().map(run).collect();
    let parts: Vec<Vec<Cell>> = all.iter().map(part).collect();
    let broken: Vec<&str> =
        all.iter().filter(|own| own.metering_break).map(|own| own.name.as_str()).collect();
    html! {
        h3 { "Lambda functions" }
        p { (clean(&in_words(all))) }
        @if !broken.is_empty() {
            p {
                "Metering break: from 2025-08-01 on, making an environment ready is billed for every function. The logs of "
                (clean(&broken.join(", ")))
                " lie on both sides of that day, so that billed time before and after it is not the same thing."
            }
        }
        (table(
            "How functions run, by version",
            &[
                "Function", "Version", "Workload", "Invocations", "Success", "Errors", "Timeouts", "Throttled", "p50", "p95",
                "p99", "Cold starts", "Ready in (p50)", "Failed to be ready", "Per 1,000: carbon", "Per 1,000: cost",
            ],
            &runs,
        ))
        (table(
            "What functions spend beside their work, by version",
            &[
                "Function", "Version", "Memory", "Most used", "Could go", "Unused memory: carbon", "Unused memory: cost",
                "Making ready", "Making ready: carbon", "Making ready: cost", "Waiting", "Waiting: carbon", "Waiting: cost",
            ],
            &parts,
        ))
    }
}

#[allow(clippy::cast_precision_loss, reason = "a number of invocations")]
fn in_words(all: &[Function]) -> String {
    let invocations: u64 = all.iter().map(|own| own.invocations).sum();
    let cold: f64 = all.iter().map(|own| own.cold * own.invocations as f64).sum();
    let share = if invocations > 0 { cold / invocations as f64 } else { 0.0 };
    let mut text = format!(
        "{} of {} invocations were cold starts. A quarter is often quoted; AWS says under 1 % for production.",
        percent(share),
        count(invocations)
    );
    if all.iter().any(|own| !own.cpu_is_known) {
        text.push_str(
            " Where the CPU time is not known (Lambda Insights says it), less memory may make a function slower: what \
             could go is then the most that could.",
        );
    }
    text
}

fn run(of: &Function) -> Vec<Cell> {
    let time = |milliseconds: Option<f64>| {
        Cell::Number(
            milliseconds.map_or_else(|| "unknown".to_owned(), |time| format!("{} ms", significant(time, 3))),
        )
    };
    let (carbon, cost) = amounts(of.per_thousand.as_ref());
    vec![
        Cell::text(&of.name),
        Cell::text(&of.version),
        Cell::text(&of.workload),
        Cell::Number(count(of.invocations)),
        Cell::Number(percent(of.success)),
        Cell::Number(percent(of.errors)),
        Cell::Number(percent(of.timeouts)),
        Cell::Number(supply_share(of.throttled)),
        time(of.p50_ms),
        time(of.p95_ms),
        time(of.p99_ms),
        Cell::Number(percent(of.cold)),
        time(of.init_p50_ms),
        Cell::Number(count(of.failed_inits)),
        carbon,
        cost,
    ]
}

fn part(of: &Function) -> Vec<Cell> {
    let sizes: Vec<String> = of.memory_mb.iter().take(3).map(|size| count(*size)).collect();
    let (unused_carbon, unused_cost) = amounts(of.unused.as_ref());
    let (init_carbon, init_cost) = amounts(of.init.as_ref());
    let (wait_carbon, wait_cost) = amounts(of.waiting.as_ref());
    let most = if of.cpu_is_known { "" } else { "at most " };
    vec![
        Cell::text(&of.name),
        Cell::text(&of.version),
        Cell::Number(format!("{} MB", sizes.join(", "))),
        Cell::Number(format!("{} MB", count(of.most_used_mb))),
        Cell::Number(format!("{most}{}", percent(of.head_room))),
        unused_carbon,
        unused_cost,
        Cell::Number(format!("{} s", significant(of.init_seconds, 3))),
        init_carbon,
        init_cost,
        Cell::Number(supply_share(of.wait)),
        wait_carbon,
        wait_cost,
    ]
}

fn amounts(of: Option<&FunctionCost>) -> (Cell, Cell) {
    let Some(of) = of else {
        return (Cell::Number("unknown".to_owned()), Cell::Number("unknown".to_owned()));
    };
    let cost = of.cost.as_ref().map_or_else(|| "unknown".to_owned(), |cost| show(cost).headline());
    (Cell::of(&of.carbon), Cell::Number(cost))
}
