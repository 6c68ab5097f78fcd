//! What the model promises, on single rows.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "tests may")]

use compute_energy::ComputeEnergy;
use joulework_sdk::kit::{self, Case, Rows};

const HEADER: &str =
    "vcpu-hours,cpu-family,compute-share,default-load,utilisation,accelerator-hours,accelerator\n";

fn run(rows: &str) -> Rows {
    Case::<ComputeEnergy>::new().run(&format!("{HEADER}{rows}\n")).unwrap()
}

fn near(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() <= 1e-12 * b.abs())
}

fn gsd(rows: &Rows, factor: &str, row: usize) -> f64 {
    rows.number(&format!("compute-energy.gsd.{factor}"), row).unwrap()
}

fn ln_gsd(rows: &Rows, factor: &str, row: usize) -> f64 {
    joulework_sdk::math::ln(gsd(rows, factor, row))
}

#[test]
fn it_says_what_it_is() {
    kit::description::<ComputeEnergy>();
}

#[test]
fn golden_rows_stay() {
    kit::golden::<ComputeEnergy>(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
}

#[test]
fn a_measured_load_gives_the_watts_of_the_curve() {
    // m5.large for an hour at 50 %: 2 × (0.53 + 0.64 × (4.12 − 0.53)) W.
    let rows = run("2,intel-skylake,full,,0.5,0,");
    assert!(near(rows.number("compute-energy", 0), 0.005_655_2));
    assert!(near(rows.number("compute-idle-energy", 0), 0.001_06));
    assert!(near(rows.number("compute-dynamic-energy", 0), 0.004_595_2));
    assert_eq!(rows.text("compute-energy.basis", 0), Some("measured"));
    assert!((gsd(&rows, "cpu-power", 0) - 1.8).abs() < 1e-12);
    assert!(
        (gsd(&rows, "cpu-power-family", 0) - 1.15).abs() < 1e-12,
        "the quantiles of Skylake are narrower"
    );
    assert!((gsd(&rows, "utilisation-resource", 0) - 1.05).abs() < 1e-12);
    assert_eq!((gsd(&rows, "utilisation-service", 0), gsd(&rows, "utilisation-month", 0)), (1.0, 1.0));
}

#[test]
fn without_a_load_the_band_runs_from_10_to_90_percent() {
    let rows =
        run("1000,intel-skylake,full,,,0,\n1000,intel-skylake,full,,0.1,0,\n1000,intel-skylake,full,,0.9,0,");
    let mean = rows.number("compute-energy", 0).unwrap();
    let [service, resource, month] = ["utilisation-service", "utilisation-resource", "utilisation-month"]
        .map(|factor| ln_gsd(&rows, factor, 0));
    let variance = service * service + resource * resource + month * month;
    for (part, share) in [(service, 0.3), (resource, 0.4), (month, 0.3)] {
        assert!((part * part / variance - share).abs() < 1e-12);
    }
    for (row, z) in [(1, -1.645), (2, 1.645)] {
        let end = mean * joulework_sdk::math::exp(z * variance.sqrt() - variance / 2.0);
        assert!((end / rows.number("compute-energy", row).unwrap() - 1.0).abs() < 1e-9);
    }
    assert_eq!(rows.number("compute-idle-energy", 0), None);
    assert_eq!(rows.number("compute-dynamic-energy", 0), None);
    assert_eq!(rows.text("compute-energy.basis", 0), Some("known-hardware"));
}

#[test]
fn a_burstable_baseline_moves_the_mean_and_keeps_the_width() {
    let rows =
        run("1000,intel-skylake,full,0.2,,0,\n1000,intel-skylake,full,,0.2,0,\n1000,intel-skylake,full,,,0,");
    assert_eq!(rows.number("compute-energy", 0), rows.number("compute-energy", 1));
    assert_eq!(gsd(&rows, "utilisation-month", 0), gsd(&rows, "utilisation-month", 2));
    assert_eq!(rows.number("compute-idle-energy", 0), None);
}

#[test]
fn idle_and_dynamic_rows_add_up_to_a_full_one() {
    for load in [",", "0.3,", ",0.3"] {
        let row = |share: &str| format!("1769,unknown-x86,{share},{load},0,");
        let rows = run(&format!("{}\n{}\n{}", row("full"), row("idle"), row("dynamic")));
        let kwh = |row| rows.number("compute-energy", row).unwrap();
        assert!((kwh(1) + kwh(2) - kwh(0)).abs() < 1e-12 * kwh(0));
        assert_eq!(gsd(&rows, "utilisation-service", 1), 1.0, "idle power does not depend on the load");
        // Both carry the same watts of error.
        if load != ",0.3" {
            let watts = |row| kwh(row) * ln_gsd(&rows, "utilisation-resource", row);
            assert!((watts(0) - watts(2)).abs() < 1e-9 * watts(0));
        }
        assert_eq!(rows.number("compute-idle-energy", 1), rows.number("compute-energy", 1));
        assert_eq!(rows.number("compute-dynamic-energy", 1), Some(0.0));
        assert_eq!(rows.number("compute-dynamic-energy", 2), rows.number("compute-energy", 2));
    }
}

#[test]
fn a_vcpu_is_a_core_on_new_amd_and_on_graviton() {
    let rows = run("1000,amd-epyc-3,full,,1,0,\n1000,amd-epyc-4,full,,1,0,\n1000,graviton2,full,,1,0,");
    assert!(near(rows.number("compute-energy", 0), 1.92), "one thread");
    assert!(near(rows.number("compute-energy", 1), 3.7), "two threads of 1.85 W");
    assert!(near(rows.number("compute-energy", 2), 1.92), "one core");
}

#[test]
fn unknown_make_and_stand_ins_err_more_and_are_graded_so() {
    let rows = run("1,unknown-x86,full,,0.5,0,\n1,graviton4,full,,0.5,0,\n1,intel-icelake,full,,0.5,0,");
    for row in [0, 1] {
        assert_eq!(rows.text("compute-energy.basis", row), Some("unknown-hardware"));
        assert!((gsd(&rows, "cpu-power", row) - 1.9).abs() < 1e-12);
        assert!((gsd(&rows, "cpu-power-family", row) - 1.4).abs() < 1e-12);
    }
    assert_eq!(rows.text("compute-energy.basis", 2), Some("measured"));
}

/// METHOD.md, section 8, faults 7 and 9: no new family gets an average, no pattern matches.
#[test]
fn fault_7_and_9_a_family_without_a_row_is_unknown() {
    for family in
        ["", "intel", "INTEL-SKYLAKE", "intel-skylake ", "intel-graniterapids-2", "graviton5", "graviton"]
    {
        let rows = run(&format!("1,{family},full,,0.5,0,"));
        assert_eq!(rows.number("compute-energy", 0), None, "`{family}`");
        assert_eq!(rows.text("compute-energy.basis", 0), None);
    }
}

/// METHOD.md, section 8, fault 3: a row without vCPU is 0 and leaves the others alone.
#[test]
fn fault_3_a_row_without_vcpu_is_zero_and_no_nan() {
    let rows = run("0,,full,,,0,\n2,intel-skylake,full,,0.5,0,\n0,,,,0.5,0,nvidia-t4");
    for column in ["compute-energy", "compute-idle-energy", "compute-dynamic-energy"] {
        assert_eq!((rows.number(column, 0), rows.number(column, 2)), (Some(0.0), Some(0.0)));
        assert!(rows.number(column, 1).unwrap() > 0.0);
    }
    assert_eq!(
        run(",intel-skylake,full,,0.5,0,").number("compute-energy", 0),
        None,
        "unknown hours are not 0"
    );
}

#[test]
fn an_accelerator_errs_the_whole_by_its_share() {
    let rows = run(
        "4,intel-cascadelake,full,,0.5,1,nvidia-t4\n4,intel-cascadelake,full,,0.5,0,\n0,,full,,,1,nvidia-t4",
    );
    let kwh = |row| rows.number("compute-energy", row).unwrap();
    assert!((kwh(0) - kwh(1) - kwh(2)).abs() < 1e-15);
    let (cpu, device) = (kwh(1) / kwh(0), kwh(2) / kwh(0));
    for (factor, share, alone) in [
        ("cpu-power", cpu, 1),
        ("cpu-power-family", cpu, 1),
        ("accelerator-power", device, 2),
        ("accelerator-power-device", device, 2),
        ("utilisation-service", device, 2),
    ] {
        assert!((ln_gsd(&rows, factor, 0) - share * ln_gsd(&rows, factor, alone)).abs() < 1e-12, "{factor}");
    }
    let both =
        cpu * ln_gsd(&rows, "utilisation-resource", 1) + device * ln_gsd(&rows, "utilisation-resource", 2);
    assert!((ln_gsd(&rows, "utilisation-resource", 0) - both).abs() < 1e-12);
    // 30 to 100 % of the way from 8 to 71 W.
    assert!(kwh(2) > 0.0269 && kwh(2) < 0.071);
    assert_eq!(rows.number("compute-idle-energy", 0), None, "the load of the accelerator is not known");
    assert_eq!(rows.text("compute-energy.basis", 0), Some("known-hardware"));
}

#[test]
fn an_accelerator_without_a_row_makes_the_energy_unknown() {
    for row in [
        "4,intel-cascadelake,full,,0.5,1,aws-trainium2",
        "4,intel-cascadelake,full,,0.5,1,",
        "4,intel-cascadelake,full,,0.5,,",
    ] {
        assert_eq!(run(row).number("compute-energy", 0), None, "{row}");
    }
    let rows = Case::<ComputeEnergy>::new().run("vcpu-hours,cpu-family\n4,intel-cascadelake\n").unwrap();
    assert!(rows.number("compute-energy", 0).is_some(), "a pipeline without accelerators has none");
}

#[test]
fn what_no_row_may_have_is_a_fault_that_names_it() {
    for (row, column) in [
        ("1,intel-skylake,full,,1.2,0,", "utilisation"),
        ("1,intel-skylake,full,-0.1,,0,", "default-load"),
        ("1,intel-skylake,half,,0.5,0,", "compute-share"),
    ] {
        let rows = format!("{HEADER}1,intel-skylake,full,,0.5,0,\n{row}\n");
        let fault = Case::<ComputeEnergy>::new().run(&rows).unwrap_err();
        assert_eq!(
            (fault.code.as_str(), fault.row, fault.column.as_deref()),
            ("input.out-of-range", Some(1), Some(column))
        );
    }
}

#[test]
fn settings_that_make_no_curve_are_refused() {
    for settings in [
        r#"{"fraction-at-10": 0.7}"#,
        r#"{"unknown-load": [0.9, 0.1]}"#,
        r#"{"unknown-accelerator-load": [0.3, 1.5]}"#,
        r#"{"gsd-cpu-power": [0.9, 1.9]}"#,
        r#"{"gsd-cpu-power": [1.9]}"#,
        r#"{"gsd-utilisation-resource": 0.5}"#,
    ] {
        let fault = Case::<ComputeEnergy>::new().settings(settings).configured().unwrap_err();
        assert_eq!(fault.code, "settings.invalid", "{settings}");
    }
}

/// Energy counts joules of electricity: what carbon a machine took to make is in no column that this model reads or
/// writes (METHOD.md, section 8, fault 1; the other half of the test is in `embodied-carbon`).
#[test]
fn fault_1_no_carbon_comes_in() {
    let text = format!("{:?}", joulework_sdk::Plugin::<ComputeEnergy>::descriptor());
    assert!(!text.contains("carbon\"") && !text.contains("gCO2e"));
}
