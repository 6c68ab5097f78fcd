//! Rows joined with the loads of their hours.

use std::sync::OnceLock;

use arrow::array::{Array, Float64Array};
use joulework_engine::activity::{Accumulator, Activity};
use joulework_engine::assess::{Dimension, Estimates, RollUp, Tally, UsePart};
use joulework_engine::calendar::Step;
use joulework_engine::loads::{HourlyLoads, Loads, ResourceName};
use joulework_engine::pipeline::Utilisation;
use joulework_engine::{Description, Engine};
use joulework_units::Currency;
use proptest::prelude::*;

use crate::first_party::value;
use crate::rows::{HOUR, Row, START, batch};

/// Loads of `i-1` from the start of all rows on.
fn loads(loads: &[f32]) -> Loads {
    let hourly = HourlyLoads { first_hour: START / HOUR, loads: loads.into() };
    Loads::new([(ResourceName::of_bill("i-1"), hourly)]).unwrap()
}

fn engine(of: &[f32]) -> Engine {
    let mut description = Description::default();
    description.dimensions.push(Dimension::Resource);
    Engine::with_utilisation(description, Utilisation { loads: loads(of), ..Utilisation::default() }, None)
        .unwrap()
}

/// Plugins that read loads, linked once.
fn linked() -> &'static Engine {
    static LINKED: OnceLock<Engine> = OnceLock::new();
    LINKED.get_or_init(|| engine(&[0.5]))
}

/// The activity of rows that come in parts, each summed on its own.
fn in_parts(of: &[f32], parts: &[&[Row]]) -> Activity {
    let plan = linked().plan().clone().with_loads(loads(of));
    let mut whole = Accumulator::new(&plan).unwrap();
    for part in parts {
        let mut sum = Accumulator::new(&plan).unwrap();
        sum.add(&batch(part)).unwrap();
        whole.merge(&sum).unwrap();
    }
    Activity::of(whole).unwrap()
}

fn estimate(of: &[f32], rows: &[Row]) -> Estimates {
    Estimates::of(in_parts(of, &[rows]), linked().pipeline(), 1).unwrap()
}

fn total(of: &[f32], rows: &[Row]) -> Tally {
    estimate(of, rows).roll_up(&RollUp::by([])).unwrap().total
}

fn energy(load: f32) -> f64 {
    value(&total(&[load], &[Row::default()]), "compute-energy", "kWh")
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} is not {expected}");
}

#[test]
fn a_measured_load_gives_the_power_at_that_load() {
    let (idle, full) = (energy(0.0), energy(1.0));
    assert!(0.0 < idle && idle < full);
    // 0.20, 0.42 and 0.64 of the way at 10, 30 and 50 % load; 0.82 at 75 %; 0.10 at 5 %.
    for (load, fraction) in [(0.05, 0.10), (0.1, 0.20), (0.3, 0.42), (0.5, 0.64), (0.75, 0.82)] {
        let expected = idle + fraction * (full - idle);
        // A load of single precision lies beside the knot by some 1e-8.
        assert!((energy(load) / expected - 1.0).abs() < 1e-5, "{load}");
    }
    // Between two knots, too.
    let (found, expected) = (energy(0.333), idle + (0.20 + 0.44 * (0.233 / 0.4)) * (full - idle));
    assert!((found / expected - 1.0).abs() < 1e-5, "{found} is not {expected}");
}

#[test]
fn a_measured_load_narrows_the_interval() {
    let (measured, unknown) = (total(&[0.4], &[Row::default()]), total(&[f32::NAN], &[Row::default()]));
    let width = |tally: &Tally| {
        let interval = tally.figure("compute-energy").unwrap().interval().unwrap();
        interval.high / interval.low
    };
    assert!(width(&measured) < width(&unknown));
}

#[test]
fn idle_and_dynamic_energy_are_the_whole_where_the_load_is_known() {
    let tally = total(&[0.4, 0.07], &[Row { end: START + 2 * HOUR, quantity: Some(2.0), ..Row::default() }]);
    let of = |quantity| value(&tally, quantity, "kWh");
    near(of("compute-idle-energy") + of("compute-dynamic-energy"), of("compute-energy"));
    near(of("compute-idle-energy"), 2.0 * energy(0.0));
    assert_eq!(tally.figure("compute-idle-energy").unwrap().not_modelled.rows, 0);
}

#[test]
fn a_long_row_is_split_evenly_over_its_hours() {
    let of: Vec<f32> = (0..24_u8).map(|hour| f32::from(hour) / 24.0).collect();
    let day = Row { end: START + 24 * HOUR, quantity: Some(24.0), effective: "2.4", ..Row::default() };
    let hours: Vec<Row> = (0..24)
        .map(|hour| {
            let start = START + hour * HOUR;
            Row { start, end: start + HOUR, effective: "0.1", ..Row::default() }
        })
        .collect();
    let (day, hours) = (total(&of, &[day]), total(&of, &hours));
    assert_eq!(day.effective, hours.effective);
    assert_eq!((day.rows, hours.rows), (1, 24));
    for quantity in ["compute-energy", "compute-idle-energy", "carbon", "vcpu-hours"] {
        let unit = if quantity == "carbon" {
            "gCO2e"
        } else if quantity == "vcpu-hours" {
            "vCPU.h"
        } else {
            "kWh"
        };
        near(value(&day, quantity, unit), value(&hours, quantity, unit));
    }
}

#[test]
fn hours_without_a_metric_stay_unknown() {
    // Three of four hours have a load; the fourth is a gap and not a zero.
    let row = Row { end: START + 4 * HOUR, quantity: Some(4.0), effective: "4", ..Row::default() };
    let tally = total(&[1.0, 1.0, f32::NAN, 1.0], std::slice::from_ref(&row));
    let unmeasured = total(&[f32::NAN], &[Row::default()]);
    near(
        value(&tally, "compute-energy", "kWh"),
        3.0 * energy(1.0) + value(&unmeasured, "compute-energy", "kWh"),
    );
    // The idle energy of the row is not known; that of its three hours stands beside it.
    assert_eq!(tally.figure("compute-idle-energy").unwrap().not_modelled.rows, 1);
}

#[test]
fn only_usage_of_that_very_resource_is_joined() {
    let other = Row { resource: "i-2", ..Row::default() };
    let credit = Row { category: "Credit", effective: "-1", ..Row::default() };
    let estimates = estimate(&[0.5], &[Row::default(), other, credit]);
    let rows = estimates.roll_up(&RollUp::by([Dimension::Resource])).unwrap().rows;
    let unknown = |row: usize| rows[row].tally.figure("compute-idle-energy").unwrap().not_modelled.rows;
    assert_eq!((unknown(0), unknown(1)), (0, 1));
}

#[test]
fn a_correction_takes_back_what_the_usage_had() {
    let refund = Row { quantity: Some(-1.0), effective: "-0.107", billed: "-0.107", ..Row::default() };
    let tally = total(&[0.37], &[Row::default(), refund]);
    assert_eq!(value(&tally, "compute-energy", "kWh"), 0.0);
}

/// Loads with gaps for 40 hours, and rows of one to 30 hours in them and around them.
#[test]
fn a_resource_that_is_measured_has_its_supply_its_cost_and_its_idle_part_by_hour() {
    let of = [0.4, f32::NAN, 0.0, 1.0];
    // Two hours in one row, an hour without a row, an hour in which it is there for half of the time.
    let rows = [
        Row { end: START + 2 * HOUR, quantity: Some(2.0), effective: "0.2", ..Row::default() },
        Row {
            start: START + 3 * HOUR,
            end: START + 3 * HOUR + HOUR / 2,
            quantity: Some(0.5),
            effective: "0.05",
            ..Row::default()
        },
        Row { resource: "i-2", ..Row::default() },
    ];
    let estimates = estimate(&of, &rows);
    let resources: Vec<_> = estimates.measured_resources().collect();
    assert_eq!(resources.len(), 1);
    let resource = resources[0];
    assert_eq!(resource.id(), "i-1");
    let supply = resource.hourly("vcpu-hours");
    assert_eq!((supply.first_hour, supply.values.len()), (START / HOUR, 4));
    for (found, expected) in supply.values.iter().zip([2.0, 2.0, 0.0, 1.0]) {
        near(*found, expected);
    }
    let (currency, cost) = resource.hourly_cost("vcpu-hours").unwrap();
    assert_eq!(currency, Currency::parse("USD").unwrap());
    for (found, expected) in cost.values.iter().zip([0.1, 0.1, 0.0, 0.05]) {
        near(*found, expected);
    }
    // The same as the roll-up says, part by part.
    let by = estimates.roll_up(&RollUp::by([Dimension::Resource])).unwrap();
    let row = by.rows.iter().find(|row| row.keys == ["i-1"]).unwrap();
    let whole = estimates.tally_of(&resource.amounts(UsePart::Whole)).unwrap();
    for (quantity, unit) in
        [("carbon", "gCO2e"), ("it-energy", "kWh"), ("water", "L"), ("vcpu-hours", "vCPU.h")]
    {
        near(value(&whole, quantity, unit), value(&row.tally, quantity, unit));
    }
    let idle = estimates.tally_of(&resource.amounts(UsePart::Idle)).unwrap();
    near(value(&idle, "it-energy", "kWh"), value(&row.tally, "compute-idle-energy", "kWh"));
    let unknown = estimates.tally_of(&resource.amounts(UsePart::Unknown)).unwrap();
    near(value(&unknown, "vcpu-hours", "vCPU.h"), 2.0);
}

#[test]
fn a_short_name_of_two_resources_is_refused() {
    let name = ResourceName { name: "shop".to_owned(), ..ResourceName::default() };
    let hourly = HourlyLoads { first_hour: START / HOUR, loads: [0.5].into() };
    let plan = linked().plan().clone().with_loads(Loads::new([(name, hourly)]).unwrap());
    let activity = |resources: &[&'static str]| {
        let rows: Vec<Row> = resources.iter().map(|resource| Row { resource, ..Row::default() }).collect();
        let mut sum = Accumulator::new(&plan).unwrap();
        sum.add(&batch(&rows)).unwrap();
        Activity::of(sum)
    };
    let error =
        activity(&["arn:aws:rds:eu-west-1:1:db:shop", "arn:aws:rds:eu-north-1:1:db:shop"]).unwrap_err();
    assert_eq!(error.code(), "metrics.ambiguous");
    // One resource may have two spellings.
    assert!(activity(&["arn:aws:rds:eu-west-1:1:db:shop", "shop"]).is_ok());
}

fn any_rows() -> impl Strategy<Value = (Vec<f32>, Vec<Row>)> {
    let load = prop_oneof![4 => 0.0_f32..=1.0, 1 => Just(f32::NAN)];
    let row =
        (-5_i64..45, 1_i64..30, -1e3..1e6_f64, any::<bool>()).prop_map(|(hour, hours, quantity, own)| {
            let start = START + hour * HOUR + 1_000;
            Row {
                start,
                end: start + hours * HOUR,
                quantity: Some(quantity),
                resource: if own { "i-1" } else { "i-2" },
                effective: "0.000000000000000000000007",
                ..Row::default()
            }
        });
    (prop::collection::vec(load, 40), prop::collection::vec(row, 1..20))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn joined_rows_add_up_to_the_same_in_any_order_and_lose_no_money((of, rows) in any_rows(), cut in 0_usize..20) {
        let cut = cut.min(rows.len());
        let whole = in_parts(&of, &[&rows]);
        prop_assert_eq!(&whole, &in_parts(&of, &[&rows[cut..], &rows[..cut]]));
        prop_assert_eq!(whole.rows(), rows.len() as u64);

        let estimates = Estimates::of(whole, linked().pipeline(), 1).unwrap();
        let tally = estimates.roll_up(&RollUp::by([]).step(Step::Month)).unwrap().total;
        let usd = Currency::parse("USD").unwrap();
        prop_assert_eq!(tally.effective[&usd].raw(), 7 * rows.len() as i128);
        prop_assert_eq!(tally.rows, rows.len() as u64);
    }
}

#[test]
fn enriched_rows_have_the_energy_of_all_their_hours() {
    let rows = [
        Row { end: START + 3 * HOUR, quantity: Some(3.0), ..Row::default() },
        Row { resource: "i-2", ..Row::default() },
    ];
    let of = [0.2, f32::NAN, 0.93];
    let enriched = engine(&of).enrich_batch(&batch(&rows)).unwrap();
    assert_eq!(enriched.num_rows(), 2);
    let column = |name: &str| {
        enriched.column_by_name(name).unwrap().as_any().downcast_ref::<Float64Array>().unwrap().clone()
    };
    for (row, alone) in rows.iter().enumerate() {
        let tally = total(&of, std::slice::from_ref(alone));
        near(column("compute-energy").value(row), value(&tally, "compute-energy", "kWh"));
        let interval = tally.figure("it-energy").unwrap().interval().unwrap();
        near(column("it-energy.low").value(row), interval.low);
        near(column("it-energy.high").value(row), interval.high);
    }
    // An hour of the first row has no load, so its idle energy cannot be said.
    assert!(column("compute-idle-energy").is_null(0));
}
