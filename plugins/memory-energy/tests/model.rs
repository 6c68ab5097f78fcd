//! What the model promises, on single rows.
#![allow(clippy::unwrap_used, reason = "tests may")]

use joulework_sdk::kit::{self, Case, Rows};
use memory_energy::MemoryEnergy;

fn run(rows: &str) -> Rows {
    let header = "memory-hours,vcpu-hours,cpu-family,compute-share,server-vcpus,server-sockets\n";
    Case::<MemoryEnergy>::new().run(&format!("{header}{rows}\n")).unwrap()
}

fn near(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() <= 1e-12 * b.abs())
}

#[test]
fn it_says_what_it_is() {
    kit::description::<MemoryEnergy>();
}

#[test]
fn golden_rows_stay() {
    kit::golden::<MemoryEnergy>(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
}

#[test]
fn only_memory_that_the_cpu_figure_does_not_hold_counts() {
    // m5.large: 8 GiB less 2 / 96 of two chips with 78.67 GiB; a c5.large has less than its CPU figure holds.
    let rows = run("8,2,intel-skylake,full,96,2\n4,2,intel-cascadelake,full,96,2\n8,2,intel-skylake,full,,");
    assert!(near(rows.number("memory-energy", 0), 0.37 * (8.0 - 4.0 * 78.67 / 96.0) / 1000.0));
    assert_eq!(rows.number("memory-energy", 1), Some(0.0));
    assert!(near(rows.number("memory-energy", 2), 0.37 * (8.0 - 2.0 * 78.67 / 48.0) / 1000.0));
    assert_eq!(rows.text("memory-energy.basis", 0), Some("known-hardware"));
    assert_eq!(rows.number("memory-energy.gsd.memory-power", 0), Some(1.35));
    assert_eq!(rows.number("memory-energy.gsd.memory-power-family", 0), Some(1.2));
    assert_eq!(rows.text("memory-energy.basis", 2), Some("unknown-hardware"), "the server is assumed");
    assert_eq!(rows.number("memory-energy.gsd.memory-power", 2), Some(1.5));
    assert_eq!(rows.number("memory-energy.gsd.memory-power-family", 2), Some(1.3));
}

#[test]
fn the_load_of_a_reservation_has_no_memory_of_its_own() {
    let rows =
        run("1,0.5789,unknown-x86,full,,\n1,0.5789,unknown-x86,idle,,\n1,0.5789,unknown-x86,dynamic,,");
    assert_eq!(rows.number("memory-energy", 0), rows.number("memory-energy", 1));
    assert_eq!(rows.number("memory-energy", 2), Some(0.0));
}

/// METHOD.md, section 8, faults 3 and 5: a row of memory alone is memory, neither NaN nor storage.
#[test]
fn fault_3_and_5_memory_without_vcpu_is_memory() {
    let rows = run("1000,0,unknown-x86,full,,\n1000,0,,full,,\n0,0,,,,");
    for row in [0, 1] {
        assert!(near(rows.number("memory-energy", row), 0.37));
        assert_eq!(rows.text("memory-energy.basis", row), Some("unknown-hardware"));
    }
    assert_eq!(rows.number("memory-energy", 2), Some(0.0));
}

/// METHOD.md, section 8, fault 9: no empty name and no pattern finds a family.
#[test]
fn fault_9_a_family_without_a_row_is_unknown() {
    for family in ["", "intel", "Intel-Skylake", "amd-epyc", "amd-epyc-6"] {
        assert_eq!(run(&format!("8,2,{family},full,96,2")).number("memory-energy", 0), None, "`{family}`");
    }
}

#[test]
fn unknown_hours_are_not_zero() {
    for row in [",2,intel-skylake,full,96,2", "8,,intel-skylake,full,96,2"] {
        assert_eq!(run(row).number("memory-energy", 0), None, "{row}");
    }
}

#[test]
fn settings_and_tables_that_make_no_sense_are_refused() {
    for settings in
        [r#"{"watts-per-gib": -1}"#, r#"{"gsd-memory-power": [1, 0.5]}"#, r#"{"watts-per-gib": "much"}"#]
    {
        let fault = Case::<MemoryEnergy>::new().settings(settings).configured().unwrap_err();
        assert_eq!(fault.code, "settings.invalid", "{settings}");
    }
    let table = "factor-id,cpu-family,gib-per-chip,vcpus-per-chip,known\nx,y,10,0,yes\n";
    let fault = Case::<MemoryEnergy>::new().table("cpu-families", table).configured().unwrap_err();
    assert_eq!(fault.code, "table.invalid");
}
