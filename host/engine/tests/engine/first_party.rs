//! End to end: rows made by hand, through the plugins that come with the program. Expected figures are worked out
//! here from the method's formulas and the figures of its tables.

use std::sync::OnceLock;

use joulework_engine::assess::{CARBON, Dimension, Estimates, Grade, RollUp, Tally};
use joulework_engine::calendar::Step;
use joulework_engine::{Description, Engine};
use joulework_units::{Currency, Money, NoInterval, Unit, math};

use crate::rows::{HOUR, Row, START, batch};

/// The first-party pipeline with its defaults.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut description = Description::default();
        description.dimensions.push(Dimension::Tag("app".into()));
        description.dimensions.push(Dimension::Resource);
        Engine::new(description, None).unwrap()
    })
}

pub(crate) fn estimate(rows: &[Row]) -> Estimates {
    engine().estimate_batches([&batch(rows)]).unwrap()
}

fn total(rows: &[Row]) -> Tally {
    estimate(rows).roll_up(&RollUp::by([])).unwrap().total
}

/// A figure in a unit.
pub(crate) fn value(tally: &Tally, quantity: &str, unit: &str) -> f64 {
    tally.figure(quantity).unwrap().amount.value_in(&Unit::parse(unit).unwrap()).unwrap()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} is not {expected}");
}

fn lambda(gib_seconds: f64) -> Row {
    let (service, meter, operation) = ("AWS Lambda", "EU-Lambda-GB-Second", "Invoke");
    Row {
        service,
        meter,
        operation,
        unit: "seconds",
        quantity: Some(gib_seconds),
        resource: "f-1",
        ..Row::default()
    }
}

fn ebs(gib_months: f64) -> Row {
    let (meter, operation) = ("EU-EBS:VolumeUsage.gp3", "CreateVolume-Gp3");
    Row { meter, operation, unit: "GB-Mo", quantity: Some(gib_months), resource: "vol-1", ..Row::default() }
}

fn s3(gib_months: f64) -> Row {
    let (service, meter, operation) =
        ("Amazon Simple Storage Service", "EU-TimedStorage-ByteHrs", "StandardStorage");
    Row {
        service,
        meter,
        operation,
        unit: "GB-Mo",
        quantity: Some(gib_months),
        resource: "b-1",
        ..Row::default()
    }
}

fn credit() -> Row {
    let (category, billed) = ("Credit", "-0.5");
    Row {
        category,
        meter: "",
        operation: "",
        quantity: None,
        unit: "",
        billed,
        effective: billed,
        ..Row::default()
    }
}

/// Watts of a vCPU without utilisation: the mean of the band from 10 % to 90 % load (METHOD 3).
fn unmeasured(idle: f64, full: f64) -> f64 {
    let at = |fraction: f64| idle + fraction * (full - idle);
    // 90 % load lies 4/5 of the way from 0.64 at 50 % to 1 at 100 %.
    let (low, high) = (at(0.20), at(0.64 + 0.36 * 0.8));
    let sigma = math::ln(high / low) / 3.29;
    (low * high).sqrt() * math::exp(sigma * sigma / 2.0)
}

#[test]
fn a_machine_hour_has_the_energy_and_carbon_of_the_method() {
    let tally = total(&[Row::default()]);
    // m5.large: 2 vCPU of Skylake (R-T5: 0.53 and 4.12 W), 8 GiB on a server of 96 vCPU, 2 chips and 78.67 GiB a chip.
    let compute = 2.0 * unmeasured(0.53, 4.12) / 1e3;
    let memory = 0.37 * (8.0 - 2.0 / 96.0 * 2.0 * 78.67) / 1e3;
    near(value(&tally, "vcpu-hours", "vCPU.h"), 2.0);
    near(value(&tally, "compute-energy", "kWh"), compute);
    near(value(&tally, "memory-energy", "kWh"), memory);
    near(value(&tally, "it-energy", "kWh"), compute + memory);
    // eu-west-1: PUE 1.11, 279.79 g/kWh and 0.03 L per IT kWh, rows of 2024 carried to 2025.
    near(value(&tally, "facility-energy", "kWh"), (compute + memory) * 1.11);
    near(value(&tally, "operational-carbon", "gCO2e"), (compute + memory) * 1.11 * 279.79);
    near(value(&tally, "on-site-water", "L"), (compute + memory) * 0.03);
    let both = value(&tally, "operational-carbon", "gCO2e") + value(&tally, "embodied-carbon", "gCO2e");
    near(value(&tally, CARBON, "gCO2e"), both);
    let interval = tally.figure(CARBON).unwrap().interval().unwrap();
    assert!(interval.low > 0.3 * both && interval.high < 2.5 * both, "{interval:?}");
}

#[test]
fn functions_and_storage_have_the_quantities_of_the_method() {
    let tally = total(&[lambda(1_000.0)]);
    near(value(&tally, "vcpu-hours", "vCPU.h"), 1_000.0 * 1_024.0 / 1_769.0 / 3_600.0);
    near(value(&tally, "memory-hours", "GiB.h"), 1_000.0 / 3_600.0);
    // GB-months of March: 744 hours, 2^30 bytes in decimal terabytes.
    let months = 744.0 * 1_073_741_824.0 / 1e12;
    let tally = total(&[ebs(2.0)]);
    near(value(&tally, "storage-hours", "TB.h"), 2.0 * months);
    near(value(&tally, "storage-energy", "kWh"), 2.0 * months * 1.2 * 2.0 / 1e3);
    let tally = total(&[s3(1.0)]);
    near(value(&tally, "storage-hours", "TB.h"), months);
}

#[test]
fn usage_is_covered_by_grade_and_the_rest_stands_apart() {
    let rows = [Row::default(), lambda(10.0), ebs(1.0), s3(1.0), credit()];
    let tally = total(&rows);
    let usd = Currency::parse("USD").unwrap();
    assert_eq!(tally.rows, 5);
    assert_eq!(tally.billed[&usd], Money::parse("-0.072").unwrap());
    assert_eq!(tally.coverage.apart["Credit"].rows, 1);
    assert_eq!(tally.coverage.apart["Credit"].effective[&usd], Money::parse("-0.5").unwrap());
    let usage: u64 = tally.coverage.usage.values().map(|line| line.rows).sum();
    assert_eq!(usage, 4);
    assert_eq!(tally.coverage.row_share(Grade::NotModelled), Some(0.0));
    assert_eq!(tally.coverage.cost_share(usd, Grade::KnownHardware), Some(0.5), "the machine and the volume");
    assert_eq!(
        tally.coverage.cost_share(usd, Grade::UnknownHardware),
        Some(0.5),
        "the function and the bucket"
    );
}

#[test]
fn fault_3_a_row_that_cannot_be_modelled_never_spoils_a_sum() {
    let unknown = Row {
        service: "Quantum Abacus",
        meter: "EU-Beads",
        operation: "",
        billed: "7",
        effective: "7",
        ..Row::default()
    };
    let alone = total(&[Row::default()]);
    let both = total(&[Row::default(), unknown]);
    for (name, figure) in &both.figures {
        let unit = figure.amount.unit().clone();
        let same = alone.figures[name].amount.value_in(&unit).unwrap();
        assert_eq!(figure.amount.value_in(&unit).unwrap(), same, "{name}");
    }
    assert_eq!(both.figure(CARBON).unwrap().not_modelled.rows, 1);
    assert_eq!(both.figure("it-energy").unwrap().not_modelled.rows, 1);
    assert_eq!(both.coverage.usage[&Grade::NotModelled].rows, 1);
    assert_eq!(both.rows, 2);
}

#[test]
fn fault_10_each_year_has_its_own_factor_and_water_no_pue() {
    // 2023-03-10T00:00:00Z and 2024-03-10T00:00:00Z.
    let at = |start: i64| total(&[Row { start, end: start + HOUR, ..Row::default() }]);
    let (earlier, later) = (at(1_678_406_400_000), at(1_710_028_800_000));
    let intensity =
        |tally: &Tally| value(tally, "operational-carbon", "gCO2e") / value(tally, "facility-energy", "kWh");
    near(intensity(&earlier), 290.81);
    near(intensity(&later), 279.79);
    near(value(&earlier, "facility-energy", "kWh") / value(&earlier, "it-energy", "kWh"), 1.1);
    near(value(&later, "facility-energy", "kWh") / value(&later, "it-energy", "kWh"), 1.11);
    near(value(&later, "on-site-water", "L") / value(&later, "it-energy", "kWh"), 0.03);
}

#[test]
fn fault_10_a_value_of_zero_is_a_value() {
    let tally = total(&[credit()]);
    let carbon = tally.figure(CARBON).unwrap();
    assert_eq!(value(&tally, CARBON, "gCO2e"), 0.0);
    assert_eq!(carbon.not_modelled.rows, 0);
    assert_eq!(carbon.interval(), Err(NoInterval::Zero));
}

#[test]
fn fault_13_ids_and_tags_stay_texts() {
    let rows = [
        Row { account: "012345678901", tags: "{\"app\":\"2024-01\"}", ..Row::default() },
        Row { account: "12345678901", tags: "{\"app\":\"1e3\"}", ..Row::default() },
    ];
    let rollup =
        estimate(&rows).roll_up(&RollUp::by([Dimension::Account, Dimension::Tag("app".into())])).unwrap();
    let keys: Vec<_> = rollup.rows.iter().map(|row| row.keys.join(" ")).collect();
    assert_eq!(keys, ["012345678901 2024-01", "12345678901 1e3"]);
}

#[test]
fn a_correction_subtracts_and_a_negative_sum_has_no_interval() {
    let back = Row {
        class: "Correction",
        quantity: Some(-3.0),
        billed: "-0.321",
        effective: "-0.321",
        ..Row::default()
    };
    let (one, minus) = (total(&[Row::default()]), total(&[Row::default(), back.clone()]));
    near(value(&minus, CARBON, "gCO2e"), -2.0 * value(&one, CARBON, "gCO2e"));
    assert_eq!(minus.figure(CARBON).unwrap().interval(), Err(NoInterval::Negative));
    let cancelled = total(&[Row { quantity: Some(3.0), ..Row::default() }, back]);
    assert_eq!(value(&cancelled, CARBON, "gCO2e"), 0.0);
    assert_eq!(cancelled.figure(CARBON).unwrap().interval(), Err(NoInterval::Zero));
}

#[test]
fn the_same_fleet_in_two_months_shares_all_but_the_unmeasured_month() {
    // The same machine in two months of one year: only `utilisation-month` is drawn anew.
    let april = START + 31 * 24 * HOUR;
    let estimates = estimate(&[Row::default(), Row { start: april, end: april + HOUR, ..Row::default() }]);
    let months = estimates.roll_up(&RollUp::by([Dimension::Period]).step(Step::Month)).unwrap();
    let figure = |row: usize, name: &str| months.rows[row].tally.figure(name).unwrap();
    let change = joulework_engine::assess::change(figure(0, CARBON), figure(1, CARBON)).unwrap();
    near(change.ratio, 1.0);
    let level = figure(0, CARBON).interval().unwrap();
    assert!(change.interval.high - change.interval.low > 0.0);
    assert!(change.interval.high / change.interval.low < 0.3 * level.high / level.low + 1.0);
    // Embodied carbon has no unmeasured month: the change is certain.
    let embodied =
        joulework_engine::assess::change(figure(0, "embodied-carbon"), figure(1, "embodied-carbon")).unwrap();
    near(embodied.interval.low, 1.0);
    near(embodied.interval.high, 1.0);
    assert!(months.rows.iter().all(|row| row.partial), "ten days and an hour are no month");
}

#[test]
fn transfer_stands_beside_the_score_and_is_drawn() {
    let (meter, operation) = ("EU-DataTransfer-Out-Bytes", "RunInstances");
    let transfer = Row { meter, operation, unit: "GB", quantity: Some(100.0), ..Row::default() };
    let (alone, with) = (total(&[Row::default()]), total(&[Row::default(), transfer]));
    assert!(value(&with, "network-carbon", "gCO2e") > 0.0);
    near(value(&with, CARBON, "gCO2e"), value(&alone, CARBON, "gCO2e"));
    let both = value(&with, CARBON, "gCO2e") + value(&with, "network-carbon", "gCO2e");
    near(value(&with, "carbon-with-network", "gCO2e"), both);
    let interval = with.figure("carbon-with-network").unwrap().interval().unwrap();
    let network = with.figure("network-carbon").unwrap().interval().unwrap();
    assert!(interval.low < both && both < interval.high);
    assert!(network.high / network.low > 20.0, "a GSD of 4: {network:?}");
    assert_eq!(
        with.figure("carbon-with-network").unwrap().interval().unwrap(),
        interval,
        "the same draws each time"
    );
}

#[test]
fn what_makes_a_figure_uncertain_adds_up() {
    let estimates = estimate(&[Row::default(), lambda(1_000.0), s3(5.0)]);
    let total = estimates.roll_up(&RollUp::by([])).unwrap().total;
    let shares = total.figure(CARBON).unwrap().uncertain_by(estimates.sources());
    near(shares.iter().map(|(_, share)| share).sum(), 1.0);
    assert!(shares.windows(2).all(|pair| pair[0].1 >= pair[1].1));
    assert!(shares.iter().any(|(factor, _)| factor == "grid-intensity-region"));
}

#[test]
fn enriched_rows_add_up_to_the_roll_up() {
    use arrow::array::{Array, AsArray};
    let rows = [
        Row::default(),
        lambda(500.0),
        ebs(3.0),
        s3(4.0),
        credit(),
        Row { quantity: Some(-0.25), ..Row::default() },
    ];
    let enriched = engine().enrich_batch(&batch(&rows)).unwrap();
    let rollup = estimate(&rows).roll_up(&RollUp::by([])).unwrap();
    assert_eq!(enriched.num_rows(), rows.len());
    for name in [CARBON, "it-energy", "water", "vcpu-hours"] {
        let column = enriched.column_by_name(name).unwrap().as_primitive::<arrow::datatypes::Float64Type>();
        let sum: f64 = column.iter().flatten().sum();
        let figure = rollup.total.figure(name).unwrap();
        near(sum, figure.amount.value_in(figure.amount.unit()).unwrap());
    }
    let field = enriched.schema().field_with_name(CARBON).unwrap().clone();
    assert_eq!(field.metadata()["unit"], "gCO2e");
    let low = enriched.column_by_name("carbon.low").unwrap().as_primitive::<arrow::datatypes::Float64Type>();
    assert!(low.is_valid(0) && low.is_null(5), "a negative row has no interval");
}

#[test]
fn provenance_names_plugins_and_factors_with_their_sources() {
    let provenance = joulework_engine::provenance::Provenance::of(engine().pipeline()).unwrap();
    assert_eq!(provenance.plugins.len(), 8);
    assert!(provenance.plugins.iter().all(|plugin| plugin.sha256.len() == 64 && !plugin.version.is_empty()));
    let ireland = provenance.factor("grid-carbon", "ember-irl-2024-eu-west-1").unwrap();
    assert_eq!((ireland.plugin.as_str(), ireland.licence.as_str()), ("grid-carbon", "CC-BY-4.0"));
    assert!(provenance.factors.iter().all(|factor| !factor.id.is_empty() && !factor.source.is_empty()));
}
