//! Fault 15: merging that is quadratic in the number of accounts. Operations are counted, not seconds.

#![allow(clippy::unwrap_used, reason = "tests may")]

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use joulework_runtime::Pipeline;

use super::{Accumulator, Activity, Plan, Wanted, Window};
use crate::assess::{Dimension, Estimates, RollUp};
use crate::bill::UsageBatch;
use crate::calendar::Step;
use crate::steps;
use crate::workload::WorkloadRules;

/// 2025-03-10T00:00:00Z.
const START: i64 = 1_741_564_800_000;

/// One row an account.
fn batch(accounts: std::ops::Range<usize>) -> UsageBatch {
    let rows = accounts.len();
    let same = |text: &str| Arc::new(StringArray::from(vec![text; rows])) as ArrayRef;
    let own: StringArray = accounts.map(|account| Some(format!("{account:012}"))).collect();
    let money = || -> ArrayRef {
        Arc::new(Decimal128Array::from(vec![107; rows]).with_precision_and_scale(38, 24).unwrap())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("sub-account-id", Arc::new(own)),
        ("charge-period-start", Arc::new(TimestampMillisecondArray::from(vec![START; rows]))),
        ("charge-category", same("Usage")),
        ("service-name", same("Amazon Elastic Compute Cloud")),
        ("consumed-quantity", Arc::new(Float64Array::from(vec![1.0; rows]))),
        ("billing-currency", same("USD")),
        ("billed-cost", money()),
        ("effective-cost", money()),
    ];
    UsageBatch::try_from(RecordBatch::try_from_iter(columns).unwrap()).unwrap()
}

/// The steps from rows of `accounts` accounts, in `parts` parts that are summed apart, to a roll-up by account.
fn steps_of(accounts: usize, parts: usize) -> u64 {
    let pipeline = Pipeline::link(Vec::new(), &crate::pipeline::roots()).unwrap();
    let wanted = Wanted {
        step: Step::Day,
        dimensions: vec![Dimension::Account],
        extra_columns: Vec::new(),
        default_region: None,
        window: Window::default(),
        rules: WorkloadRules::default(),
    };
    let plan = Plan::new(&pipeline, wanted);
    let width = accounts / parts;
    let batches: Vec<UsageBatch> = (0..parts).map(|part| batch(part * width..(part + 1) * width)).collect();
    let (steps, rows) = steps::of(|| {
        let mut whole = Accumulator::new(&plan).unwrap();
        for rows in &batches {
            let mut part = Accumulator::new(&plan).unwrap();
            part.add(rows).unwrap();
            whole.merge(&part).unwrap();
        }
        let estimates = Estimates::of(Activity::of(whole).unwrap(), &pipeline, 1).unwrap();
        estimates.roll_up(&RollUp::by([Dimension::Account])).unwrap().rows.len()
    });
    assert_eq!(rows, width * parts);
    steps
}

#[test]
fn fault_15_merging_that_is_quadratic_in_the_number_of_accounts() {
    // Tables that double when half full are nearly as full at both sizes, so that their steps double too.
    let (some, double) = (steps_of(8_000, 8), steps_of(16_000, 8));
    assert!(some > 8_000 && double <= some * 9 / 4, "{some} steps for 8,000 accounts, {double} for 16,000");
}

#[test]
fn fault_15_merging_that_is_quadratic_in_the_number_of_partitions() {
    // The accounts of each part stay as many: twice the parts are twice the work.
    let (some, double) = (steps_of(4_000, 40), steps_of(8_000, 80));
    assert!(some > 4_000 && double <= some * 9 / 4, "{some} steps for 40 parts, {double} for 80");
    // The same rows in twice as many parts are nearly the same work: each part only adds its set of hours.
    let (few, many) = (steps_of(8_000, 8), steps_of(8_000, 16));
    assert!(many <= few * 3 / 2, "{few} steps for 8 parts, {many} for 16 of the same rows");
}
