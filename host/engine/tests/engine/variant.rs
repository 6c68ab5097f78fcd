//! A bill with changes is what the bill would have been.

use joulework_engine::assess::{CommonSources, Dimension, Estimates, RollUp, Tally};
use joulework_engine::loads::{HourlyLoads, Loads, ResourceName};
use joulework_engine::pipeline::Utilisation;
use joulework_engine::variant::{
    Change, PriceBasis, Scope, Set, SupplyRule, Target, TokenBucket, Variant, Varied,
};
use joulework_engine::{Description, Engine};
use joulework_units::Currency;
use proptest::prelude::*;

use crate::first_party::value;
use crate::rows::{HOUR, Row, START, batch};

fn engine(loads: &[f32]) -> Engine {
    let mut description = Description { terms_apart: true, ..Description::default() };
    description.dimensions.push(Dimension::Resource);
    let hourly = HourlyLoads { first_hour: START / HOUR, loads: loads.into() };
    let loads = Loads::new([(ResourceName::of_bill("i-1"), hourly)]).unwrap();
    Engine::with_utilisation(description, Utilisation { loads, ..Utilisation::default() }, None).unwrap()
}

/// Hourly rows of one machine.
fn hours(count: i64, of: &Row) -> Vec<Row> {
    let hour = |hour: i64| Row { start: START + hour * HOUR, end: START + (hour + 1) * HOUR, ..of.clone() };
    (0..count).map(hour).collect()
}

fn whole(estimates: &Estimates) -> Tally {
    estimates.roll_up(&RollUp::by([])).unwrap().total
}

fn set(column: &str, to: &str) -> Set {
    Set::Value { column: column.to_owned(), from: None, to: to.to_owned() }
}

fn share(column: &str, share: f64) -> Set {
    Set::Share { column: column.to_owned(), meter: None, share }
}

fn vary(engine: &Engine, rows: &[Row], sets: impl IntoIterator<Item = Set>) -> (Tally, Varied) {
    let (before, base) = engine.base_of_batches([&batch(rows)]).unwrap();
    let change = |set| Change { target: Target::Resource("i-1".to_owned()), set };
    let changes = sets.into_iter().map(change).collect();
    let varied = base.vary(&Variant { changes, ..Variant::default() }, Scope::Whole).unwrap();
    (whole(&before), varied)
}

/// Everything but money and rows that is in the tallies.
fn assert_same(one: &Tally, two: &Tally) {
    assert_eq!(one.figures.keys().collect::<Vec<_>>(), two.figures.keys().collect::<Vec<_>>());
    for (name, figure) in &one.figures {
        let other = two.figure(name).unwrap();
        let of = |figure: &joulework_engine::assess::Figure| {
            let unit = figure.amount.unit().clone();
            let interval = figure.interval().map_or([f64::NAN; 2], |interval| [interval.low, interval.high]);
            (figure.amount.value_in(&unit).unwrap(), interval)
        };
        let ((mean, ends), (other_mean, other_ends)) = (of(figure), of(other));
        let same = |one: f64, two: f64| {
            (one.is_nan() && two.is_nan()) || (one - two).abs() <= 1e-6 * one.abs().max(1e-12)
        };
        assert!(same(mean, other_mean), "{name}: {mean} {other_mean}");
        assert!(
            ends.iter().zip(&other_ends).all(|(one, two)| same(*one, *two)),
            "{name}: {ends:?} {other_ends:?}"
        );
    }
}

fn cost(tally: &Tally) -> f64 {
    tally.effective.get(&Currency::parse("USD").unwrap()).map_or(0.0, |money| money.to_f64_lossy())
}

#[test]
fn another_machine_has_the_load_and_the_estimates_that_it_would_have_had() {
    let loads = [0.1, 0.4, 0.25, 0.3];
    let rows = hours(4, &Row::default());
    let (before, varied) = vary(&engine(&loads), &rows, [set("instance-type", "m5.xlarge")]);
    let halved: Vec<f32> = loads.iter().map(|load| load / 2.0).collect();
    let larger = hours(4, &Row { meter: "EU-BoxUsage:m5.xlarge", ..Row::default() });
    let (direct, _) = vary(&engine(&halved), &larger, []);
    assert_same(&whole(&varied.estimates), &direct);
    // Nothing has the price of the larger machine: in proportion to vCPU, inside the family.
    let outcome = &varied.resources["i-1"];
    assert_eq!((outcome.price, outcome.over_demand), (PriceBasis::Proxy, 0.0));
    assert!((cost(&whole(&varied.estimates)) - 2.0 * cost(&before)).abs() < 1e-9);
    assert!((outcome.demand - 2.0 * f64::from(loads.iter().sum::<f32>())).abs() < 1e-6);
}

#[test]
fn demand_that_a_smaller_supply_does_not_meet_is_counted() {
    let rows = hours(2, &Row { meter: "EU-BoxUsage:m5.xlarge", ..Row::default() });
    let (_, varied) = vary(&engine(&[0.9, 0.25]), &rows, [set("instance-type", "m5.large")]);
    // Of 4 vCPU 3.6 and 1 are used; 2 are left.
    let outcome = &varied.resources["i-1"];
    assert!((outcome.over_demand - 1.6).abs() < 1e-6 && (outcome.demand - 4.6).abs() < 1e-6, "{outcome:?}");
    let full = hours(2, &Row::default());
    let (direct, _) = vary(&engine(&[1.0, 0.5]), &full, []);
    assert_same(&whole(&varied.estimates), &direct);
}

#[test]
fn a_move_is_the_bill_of_the_other_region_at_the_price_that_the_bill_has_there() {
    let here = hours(3, &Row::default());
    let mut rows = here.clone();
    let there = Row {
        meter: "EUN1-BoxUsage:m5.large",
        region: "eu-north-1",
        resource: "i-2",
        effective: "0.102",
        ..Row::default()
    };
    rows.extend(hours(3, &there));
    let (_, varied) = vary(&engine(&[0.3; 3]), &rows, [set("region-id", "eu-north-1")]);
    let mut moved = hours(3, &Row { meter: "BoxUsage:m5.large", region: "eu-north-1", ..Row::default() });
    moved.extend(hours(3, &there));
    let (direct, _) = vary(&engine(&[0.3; 3]), &moved, []);
    assert_same(&whole(&varied.estimates), &direct);
    assert_eq!(varied.resources["i-1"].price, PriceBasis::Bill);
    assert!((cost(&whole(&varied.estimates)) - 6.0 * 0.102).abs() < 1e-9);
}

#[test]
fn what_is_removed_is_gone_and_nothing_else() {
    let mut rows = hours(3, &Row::default());
    let others = hours(3, &Row { resource: "i-2", ..Row::default() });
    rows.extend(others.clone());
    let (_, varied) = vary(&engine(&[0.3; 3]), &rows, [share("consumed-quantity", 0.0)]);
    let (direct, _) = vary(&engine(&[0.3; 3]), &others, []);
    let after = whole(&varied.estimates);
    assert_same(&after, &direct);
    assert_eq!(cost(&after).to_bits(), cost(&direct).to_bits());
}

#[test]
fn a_saving_is_as_sure_as_what_is_saved_and_no_surer() {
    let engine = engine(&[0.3; 3]);
    let saved = |set: Set| {
        let (_, base) = engine.base_of_batches([&batch(&hours(3, &Row::default()))]).unwrap();
        let (before, _) = engine.base_of_batches([&batch(&hours(3, &Row::default()))]).unwrap();
        let change = Change { target: Target::Resource("i-1".to_owned()), set };
        let variant = Variant { changes: vec![change], ..Variant::default() };
        let varied = base.vary(&variant, Scope::Whole).unwrap();
        let common = CommonSources::of(&before, &varied.estimates);
        let (was, is) = (whole(&before), whole(&varied.estimates));
        let figure = |tally: &Tally| tally.figure("carbon").unwrap().clone();
        let (was, is) = (figure(&was), figure(&is));
        let change = common.change(&was, &is).unwrap();
        (was.interval().unwrap(), change, common.saving(&was, &is).unwrap())
    };
    // Half of the hours of an engine whose loads are not scaled: half of everything, and all errors are shared.
    let (level, change, saving) = saved(share("consumed-quantity", 0.5));
    assert!(saving.low > 0.0 && saving.high < level.high);
    assert!(change.interval.high < 1.0);
    // Another family of CPUs errs on its own: where the carbon may rise as well as fall, the saving says so.
    let others =
        ["m5a.large", "m6a.large", "m6g.large", "m6i.large"].map(|to| saved(set("instance-type", to)));
    for (_, change, saving) in &others {
        assert_eq!(change.interval.high > 1.0, saving.low < 0.0, "{change:?} {saving:?}");
    }
    assert!(others.iter().any(|(.., saving)| saving.low < 0.0 && saving.high > 0.0), "{others:?}");
}

#[test]
fn changes_that_cannot_be_are_said() {
    let (before, base_of) = (hours(2, &Row::default()), engine(&[0.5; 2]));
    let (tally, varied) = vary(&base_of, &before, [set("instance-type", "nothing.large")]);
    assert!(!varied.resources["i-1"].changed, "{:?}", varied.resources);
    assert_eq!(varied.resources["i-1"].left.len(), 1);
    assert_same(&whole(&varied.estimates), &tally);
    let (_, base) = base_of.base_of_batches([&batch(&before)]).unwrap();
    for (set, code) in [
        (set("colour", "green"), "change.column"),
        (share("colour", 0.5), "change.column"),
        (share("vcpu-hours", -1.0), "change.share"),
        (Set::Supply(SupplyRule::FollowDemand { utilisation: 0.0 }), "change.supply"),
    ] {
        let change = Change { target: Target::Matching(std::collections::BTreeMap::new()), set };
        let error = base.vary(&Variant { changes: vec![change], ..Variant::default() }, Scope::Whole);
        assert_eq!(error.unwrap_err().code(), code);
    }
    let plain = Engine::new(Description::default(), None).unwrap();
    assert_eq!(plain.base_of_batches([]).unwrap_err().code(), "roll-up.dimension-not-kept");
}

#[test]
fn a_schedule_keeps_its_hours_and_counts_the_demand_of_the_others() {
    // From Monday 2025-03-10 on, two days.
    let rows = hours(48, &Row::default());
    let rule = SupplyRule::Schedule { days: vec![1], from: 8, to: 20, time_zone: "UTC".to_owned() };
    let (_, varied) = vary(&engine(&[0.5; 48]), &rows, [Set::Supply(rule)]);
    let tally = whole(&varied.estimates);
    assert!((value(&tally, "vcpu-hours", "vCPU.h") - 24.0).abs() < 1e-9);
    assert!((varied.resources["i-1"].over_demand - 36.0).abs() < 1e-9);
    assert!((cost(&tally) - 12.0 * 0.107).abs() < 1e-9);
}

#[test]
fn supply_that_follows_demand_is_used_as_asked() {
    let loads = [0.1, 0.2, 0.4, 0.3];
    let rule = Set::Supply(SupplyRule::FollowDemand { utilisation: 0.5 });
    let (_, varied) = vary(&engine(&loads), &hours(4, &Row::default()), [rule]);
    let used: f64 = loads.iter().map(|load| 2.0 * f64::from(*load)).sum();
    assert!((value(&whole(&varied.estimates), "vcpu-hours", "vCPU.h") - used / 0.5).abs() < 1e-5);
    assert!(varied.resources["i-1"].over_demand < 1e-6);
}

#[test]
fn a_token_bucket_cuts_the_supply_by_what_the_peak_loses() {
    let rows = hours(4, &Row::default());
    // 0.4, 1.6, 0.4 and 0.4 vCPU hours; 0.8 are let through in an hour, and the rest waits.
    let bucket = TokenBucket { rate: 0.8 / 3_600.0, burst: 0.0, queue: 10.0, longest_wait: 1e6 };
    let rule = Set::Supply(SupplyRule::Bucket(bucket));
    let (_, varied) = vary(&engine(&[0.2, 0.8, 0.2, 0.2]), &rows, [rule]);
    let throttled = &varied.throttled[0];
    assert!((throttled.admitted - 2.8).abs() < 1e-5 && throttled.rejected.abs() < 1e-5, "{throttled:?}");
    assert!((value(&whole(&varied.estimates), "vcpu-hours", "vCPU.h") - 4.0).abs() < 1e-4);
    assert!(varied.resources["i-1"].over_demand < 1e-5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_share_scales_what_it_is_a_share_of_and_demand_stays(
        loads in prop::collection::vec(0.0_f32..1.0, 1..30),
        part in 0.1_f64..3.0,
    ) {
        let count = i64::try_from(loads.len()).unwrap();
        let (before, varied) = vary(&engine(&loads), &hours(count, &Row::default()), [share("vcpu-hours", part)]);
        let after = whole(&varied.estimates);
        let vcpu = |tally: &Tally| value(tally, "vcpu-hours", "vCPU.h");
        prop_assert!((vcpu(&after) - part * vcpu(&before)).abs() < 1e-6 * vcpu(&before));
        prop_assert!((cost(&after) - part * cost(&before)).abs() < 1e-6 * cost(&before));
        // What is used of the new supply and what finds none are the demand of before.
        let outcome = &varied.resources["i-1"];
        let used: f64 = varied.estimates.measured_resources().map(|resource| {
            let hours = resource.hourly("vcpu-hours");
            let load = |hour| resource.loads().and_then(|loads| loads.at(hour)).map_or(0.0, f64::from);
            (hours.first_hour..).zip(&hours.values).map(|(hour, supply)| load(hour) * supply).sum::<f64>()
        }).sum();
        prop_assert!((used + outcome.over_demand - outcome.demand).abs() < 1e-5 * outcome.demand.max(1.0));
    }
}
