//! The laws of sums: split, merge and shuffle change nothing, and no money is lost.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use joulework_engine::activity::{Accumulator, Activity};
use joulework_engine::assess::{Dimension, RollUp};
use joulework_engine::calendar::Step;
use joulework_engine::workload::{Matcher, Pool, UNASSIGNED, Workload, WorkloadRules};
use joulework_engine::{Description, Engine};
use joulework_runtime::Pipeline;
use joulework_units::{Currency, Money};
use proptest::prelude::*;

use crate::rows::{HOUR, Row, START, batch};

/// Two workloads by tag, and the network shared 7 : 2 : 0.
fn rules() -> WorkloadRules {
    let matcher = |app: &str| Matcher {
        tags: BTreeMap::from([("app".to_owned(), vec![app.to_owned()])]),
        ..Matcher::default()
    };
    let workload = |name: &str| Workload { name: name.into(), rules: vec![matcher(name)] };
    WorkloadRules {
        workloads: vec![workload("shop"), workload("analytics")],
        shared: vec![Pool {
            name: "network".into(),
            rules: vec![matcher("network")],
            weights: vec![("shop".into(), 7), ("analytics".into(), 2), ("later".into(), 0)],
        }],
    }
}

fn description() -> Description {
    Description { workloads: rules(), ..Description::default() }
}

/// The first-party pipeline with workloads.
fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(description(), None).unwrap())
}

/// No plugins: rows and money alone.
fn bare() -> Engine {
    let pipeline = Pipeline::link(Vec::new(), &joulework_engine::pipeline::roots()).unwrap();
    Engine::with_pipeline(description(), pipeline).unwrap()
}

fn any_row() -> impl Strategy<Value = Row> {
    let meters = [
        ("Amazon Elastic Compute Cloud", "EU-BoxUsage:m5.large", "Hrs"),
        ("Amazon Elastic Compute Cloud", "EU-EBS:VolumeUsage.gp3", "GB-Mo"),
        ("AWS Lambda", "EU-Lambda-GB-Second", "seconds"),
        ("Amazon Simple Storage Service", "EU-TimedStorage-ByteHrs", "GB-Mo"),
        ("Nobody Knows", "EU-Beads", "Beads"),
    ];
    let tags =
        ["{\"app\":\"shop\"}", "{\"app\":\"analytics\"}", "{\"app\":\"network\"}", "", "{\"app\":\"x\"}"];
    let costs = ["0.1", "-3.000000000000000000000001", "0.000000000000000000000001", "12345.678", "0"];
    let quantity = prop_oneof![Just(None), (-1e6..1e9_f64).prop_map(Some), Just(Some(0.0))];
    let picks = (0..5_usize, 0..5_usize, 0..5_usize, 0..5_usize, 0..2_000_i64, 0..9_usize);
    (picks, quantity).prop_map(move |((meter, tag, billed, effective, hour, resource), quantity)| {
        let (service, meter, unit) = meters[meter];
        let start = START + hour * HOUR;
        Row {
            start,
            end: start + HOUR,
            service,
            meter,
            unit,
            tags: tags[tag],
            billed: costs[billed],
            effective: costs[effective],
            category: if resource == 8 { "Credit" } else { "Usage" },
            region: if resource < 4 { "eu-west-1" } else { "us-east-1" },
            resource: ["i-0", "i-1", "i-2", "i-3", "i-4", "i-5", "", "i-7", "i-8"][resource],
            quantity,
            ..Row::default()
        }
    })
}

/// The activity of rows that come in parts, each summed on its own.
fn in_parts(engine: &Engine, parts: &[&[Row]]) -> Activity {
    let mut whole = Accumulator::new(engine.plan()).unwrap();
    for part in parts {
        let mut sum = Accumulator::new(engine.plan()).unwrap();
        // A part may itself come in several batches.
        for rows in part.chunks(7) {
            sum.add(&batch(rows)).unwrap();
        }
        whole.merge(&sum).unwrap();
    }
    Activity::of(whole).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn splitting_merging_and_shuffling_change_no_byte(
        rows in proptest::collection::vec(any_row(), 1..60),
        cut in 0..60_usize,
        seed in any::<u64>(),
    ) {
        let engine = engine();
        let whole = in_parts(engine, &[&rows]);
        let cut = cut.min(rows.len());
        let halves = in_parts(engine, &[&rows[cut..], &rows[..cut], &[]]);
        let mut shuffled = rows.clone();
        // Any fixed permutation.
        shuffled.sort_by_key(|row| row.start.unsigned_abs().wrapping_mul(seed | 1).rotate_left(17));
        let shuffled = in_parts(engine, &[&shuffled]);
        prop_assert_eq!(&whole, &halves);
        prop_assert_eq!(&whole, &shuffled);
        let question = RollUp::by([Dimension::Period, Dimension::Workload, Dimension::Service]).step(Step::Day);
        let answer = |activity: Activity, threads: usize| {
            let estimates =
                joulework_engine::Estimates::of(activity, engine.pipeline(), threads).unwrap();
            format!("{:?}", estimates.roll_up(&question).unwrap())
        };
        prop_assert_eq!(answer(whole, 1), answer(shuffled, 2));
    }

    #[test]
    fn any_cut_into_batches_any_order_and_any_tree_of_merges_give_the_same_activity_and_roll_up(
        rows in proptest::collection::vec(any_row(), 1..60).prop_shuffle(),
        widths in proptest::collection::vec(1..12_usize, 1..20),
        pairs in proptest::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..20),
    ) {
        let engine = bare();
        let mut sorted = rows.clone();
        sorted.sort_by_key(|row| (row.start, row.resource, row.service));
        let whole = in_parts(&engine, &[&sorted]);
        // Parts as the widths cut them, each merged into another until one is left.
        let mut parts: Vec<Accumulator<'_>> = Vec::new();
        let (mut rest, mut widths) = (rows.as_slice(), widths.iter().cycle());
        while !rest.is_empty() {
            let (head, tail) = rest.split_at((*widths.next().unwrap()).min(rest.len()));
            let mut part = Accumulator::new(engine.plan()).unwrap();
            part.add(&batch(head)).unwrap();
            parts.push(part);
            rest = tail;
        }
        let mut pairs = pairs.iter();
        while parts.len() > 1 {
            let (one, other) = pairs.next().map_or((0, 0), |(one, other)| (one.index(parts.len()), other.index(parts.len() - 1)));
            let taken = parts.swap_remove(one);
            let other = other.min(parts.len() - 1);
            parts[other].merge(&taken).unwrap();
        }
        let merged = Activity::of(parts.remove(0)).unwrap();
        prop_assert_eq!(&whole, &merged);
        let question = RollUp::by([Dimension::Period, Dimension::Workload, Dimension::Service]).step(Step::Day);
        let answer = |activity: Activity| {
            let estimates = joulework_engine::Estimates::of(activity, engine.pipeline(), 1).unwrap();
            format!("{:?}", estimates.roll_up(&question).unwrap())
        };
        prop_assert_eq!(answer(whole), answer(merged));
    }

    #[test]
    fn money_in_is_money_out_through_workloads_and_pools(rows in proptest::collection::vec(any_row(), 1..80)) {
        let engine = bare();
        let estimates = engine.estimate_batches([&batch(&rows)]).unwrap();
        let rollup = estimates.roll_up(&RollUp::by([Dimension::Workload])).unwrap();
        let usd = Currency::parse("USD").unwrap();
        let sum = |of: fn(&Row) -> &'static str| {
            Money::sum(rows.iter().map(|row| Money::parse(of(row)).unwrap())).unwrap()
        };
        let billed = Money::sum(rollup.rows.iter().map(|row| row.tally.billed[&usd])).unwrap();
        let effective = Money::sum(rollup.rows.iter().map(|row| row.tally.effective[&usd])).unwrap();
        prop_assert_eq!(billed, sum(|row| row.billed));
        prop_assert_eq!(rollup.total.billed[&usd], sum(|row| row.billed));
        prop_assert_eq!(effective, sum(|row| row.effective));
        let counted: u64 = rollup.rows.iter().map(|row| row.tally.rows).sum();
        prop_assert_eq!(counted, rows.len() as u64);
    }
}

#[test]
fn a_pool_is_split_by_weight_and_what_no_rule_takes_is_shown() {
    let network = Row { tags: "{\"app\":\"network\"}", billed: "1", effective: "1", ..Row::default() };
    let nobody = Row { tags: "", billed: "2", effective: "2", ..Row::default() };
    let estimates = engine().estimate_batches([&batch(&[network, nobody])]).unwrap();
    let rollup = estimates.roll_up(&RollUp::by([Dimension::Workload])).unwrap();
    let usd = Currency::parse("USD").unwrap();
    let found: Vec<(String, String)> =
        rollup.rows.iter().map(|row| (row.keys[0].clone(), row.tally.billed[&usd].to_string())).collect();
    let expected = [
        ("shop", "0.777777777777777777777778"),
        ("analytics", "0.222222222222222222222222"),
        (UNASSIGNED, "2"),
    ];
    assert_eq!(found, expected.map(|(name, money)| (name.to_owned(), money.to_owned())));
    let vcpu_hours = |row: usize| crate::first_party::value(&rollup.rows[row].tally, "vcpu-hours", "vCPU.h");
    assert!((vcpu_hours(0) - 2.0 * 7.0 / 9.0).abs() < 1e-12);
    assert!((vcpu_hours(0) + vcpu_hours(1) - 2.0).abs() < 1e-15);
}

#[test]
fn currencies_are_never_added() {
    let euro = Row { currency: "EUR", billed: "5", effective: "4", ..Row::default() };
    let estimates = bare().estimate_batches([&batch(&[Row::default(), euro])]).unwrap();
    let total = estimates.roll_up(&RollUp::by([])).unwrap().total;
    let of = |code: &str| total.billed[&Currency::parse(code).unwrap()].to_string();
    assert_eq!((of("USD").as_str(), of("EUR").as_str()), ("0.107", "5"));
}

#[test]
fn a_sum_of_money_that_leaves_its_range_is_an_error() {
    let large = Row { billed: "99999999999999", effective: "0", ..Row::default() };
    let error = bare().estimate_batches([&batch(&[large.clone(), large])]).unwrap_err();
    assert_eq!(error.code(), "decimal.overflow");
}

#[test]
fn filters_and_steps_say_what_they_cannot_do() {
    let estimates = bare().estimate_batches([&batch(&[Row::default()])]).unwrap();
    let hours = estimates.roll_up(&RollUp::by([Dimension::Period]).step(Step::Hour)).unwrap_err();
    assert_eq!(hours.code(), "roll-up.step");
    let tag = estimates.roll_up(&RollUp::by([Dimension::Tag("team".into())])).unwrap_err();
    assert_eq!(tag.code(), "roll-up.dimension-not-kept");
    let none = estimates.roll_up(&RollUp::by([]).keep(Dimension::Service, "AWS *")).unwrap();
    assert_eq!(none.total.rows, 0);
    let some = estimates.roll_up(&RollUp::by([]).keep(Dimension::Service, "Amazon*")).unwrap();
    assert_eq!(some.total.rows, 1);
}
