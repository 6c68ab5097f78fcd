//! Functions with their logs: one with far too much memory, one that starts cold nearly every time, and one that looks too
//! large and is not.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use super::{ACCOUNT, Fleet, Resource, product, tags};
use crate::YEAR;
use crate::calendar::{DAY_MS, months};
use crate::random::Random;
use crate::table::{Failure, iso};

/// Prices in Ireland, on arm64.
const GIB_SECOND: f64 = 0.000_013_333_4;
const REQUEST: f64 = 0.000_000_2;

/// What a function does.
struct Function {
    name: String,
    calls_a_day: usize,
    memory_mb: u32,
    /// Between which megabytes its invocations are.
    used_mb: (f64, f64),
    duration_ms: f64,
    /// Share of its time in which it uses a whole vCPU.
    cpu: f64,
    cold: f64,
    init_ms: f64,
}

pub(super) fn plant(fleet: &mut Fleet, random: &mut Random) {
    let number = random.below(90) + 10;
    let memory_mb = [2_048, 3_072][random.below(2)];
    let used = 270.0 + 60.0 * random.unit();
    let large = add(
        fleet,
        random,
        &Function {
            name: format!("invoices-{number}"),
            calls_a_day: 30,
            memory_mb,
            used_mb: (used * 0.7, used),
            duration_ms: 900.0,
            cpu: 0.12,
            cold: 0.04,
            init_ms: 300.0,
        },
    );
    // A fifth of head-room above the most that is used, in steps of 64 MB.
    let enough = (used.round() * 1.2 / 64.0).ceil() * 64.0;
    fleet.fault(
        "right-size.function",
        &large,
        &format!("it has {memory_mb} MB and never used more than {used:.0}, and hardly any CPU"),
        json!({ "share": enough / f64::from(memory_mb), "tolerance": 64.0 / f64::from(memory_mb) }),
    );
    let cold = 0.7 + 0.2 * random.unit();
    let init_ms = 2_500.0 + 1_500.0 * random.unit();
    let chatty = add(
        fleet,
        random,
        &Function {
            name: format!("reminders-{number}"),
            calls_a_day: 24,
            memory_mb: 512,
            used_mb: (380.0, 430.0),
            duration_ms: 220.0,
            cpu: 0.2,
            cold,
            init_ms,
        },
    );
    fleet.fault(
        "cold-starts",
        &chatty,
        &format!("{:.0} % of its calls start cold, and wait {init_ms:.0} ms for it", cold * 100.0),
        json!({ "share": cold, "tolerance": 0.02, "milliseconds": init_ms }),
    );
    let right = add(
        fleet,
        random,
        &Function {
            name: format!("previews-{number}"),
            calls_a_day: 20,
            memory_mb: 1_769,
            used_mb: (120.0, 170.0),
            duration_ms: 1_500.0,
            cpu: 0.96,
            cold: 0.03,
            init_ms: 400.0,
        },
    );
    fleet.right(&right, "it uses a tenth of its memory, but all of the CPU that the memory buys");
}

/// Adds a function with its year of logs and its bill.
fn add(fleet: &mut Fleet, random: &mut Random, function: &Function) -> String {
    let arn = format!("arn:aws:lambda:eu-west-1:{}:function:{}", ACCOUNT.0, function.name);
    let first = months(YEAR).first().map_or(0, |month| month.start_ms);
    let (mut lines, mut number, mut billed_ms) = (String::new(), 0_u64, 0.0);
    let calls = function.calls_a_day;
    for day in 0..365 {
        for call in 0..calls {
            number += 1;
            let at = first + day * DAY_MS + call as i64 * DAY_MS / calls as i64;
            billed_ms += invocation(function, random, number, at, &mut lines);
        }
    }
    let gib_seconds = billed_ms / 1_000.0 * f64::from(function.memory_mb) / 1_024.0 / 365.0;
    let lambda = |words: [&str; 3], price| product("AWSLambda", "AWS Lambda", "Compute", words, price);
    fleet.resources.push(Resource {
        id: arn.clone(),
        tags: tags(&[]),
        bought: vec![
            (lambda(["EU-Lambda-GB-Second-ARM", "Invoke", "Lambda-GB-Second"], GIB_SECOND), gib_seconds),
            (lambda(["EU-Request-ARM", "Invoke", "Requests"], REQUEST), calls as f64),
        ],
    });
    fleet.logs.insert(function.name.clone(), lines);
    arn
}

/// The lines of an invocation; the milliseconds that are billed.
fn invocation(function: &Function, random: &mut Random, number: u64, at: i64, lines: &mut String) -> f64 {
    let request = format!("{number:08x}-0000-4000-8000-000000000000");
    let time = iso(at);
    let duration = function.duration_ms * random.around_one(0.3);
    let used = (function.used_mb.0 + (function.used_mb.1 - function.used_mb.0) * random.unit()).round();
    let is_cold = random.unit() < function.cold;
    let init = function.init_ms * random.around_one(0.1);
    // Since 2025-08-01 making ready is billed like the rest.
    let billed = (duration + if is_cold && at >= BILLED_INIT { init } else { 0.0 }).ceil();
    let init_words = if is_cold { format!("\tInit Duration: {init:.2} ms") } else { String::new() };
    let _ = writeln!(lines, "{time} START RequestId: {request} Version: 7");
    let _ = writeln!(
        lines,
        "{time} REPORT RequestId: {request}\tDuration: {duration:.2} ms\tBilled Duration: {billed} ms\tMemory Size: {} MB\tMax Memory Used: {used} MB{init_words}",
        function.memory_mb
    );
    if number % 20 == 1 {
        let cpu = duration * function.cpu;
        let _ = writeln!(
            lines,
            r#"{{"_aws":{{}},"cpu_total_time":{cpu:.0},"duration":{duration:.0},"function_name":"{}","version":"7","request_id":"{request}","memory_utilization":1}}"#,
            function.name
        );
    }
    billed
}

/// 2025-08-01T00:00:00Z.
const BILLED_INIT: i64 = 1_754_006_400_000;

/// Writes lines as they are kept.
pub(super) fn log(path: &Path, lines: &str) -> Result<(), Failure> {
    let mut out = flate2::write::GzEncoder::new(File::create(path)?, flate2::Compression::best());
    out.write_all(lines.as_bytes())?;
    out.finish()?;
    Ok(())
}
