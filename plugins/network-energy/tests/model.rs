//! What the model promises, on single rows.
#![allow(clippy::unwrap_used, reason = "tests may")]

use joulework_sdk::kit::{self, Case, Rows};
use network_energy::NetworkEnergy;

fn run(rows: &str) -> Rows {
    Case::<NetworkEnergy>::new().run(&format!("network-volume,network-class\n{rows}\n")).unwrap()
}

#[test]
fn it_says_what_it_is() {
    kit::description::<NetworkEnergy>();
}

#[test]
fn golden_rows_stay() {
    kit::golden::<NetworkEnergy>(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
}

#[test]
fn it_is_part_of_no_total() {
    let described = joulework_sdk::Plugin::<NetworkEnergy>::descriptor();
    assert!(described.outputs.iter().all(|output| output.part_of.is_empty()));
}

#[test]
fn a_gigabyte_takes_more_the_further_it_goes_and_errs_widely() {
    let rows = run("1000,intra-region\n1000,inter-region\n1000,internet");
    for (row, kwh, gsd) in [(0, 1.0, 4.0), (1, 1.5, 4.0), (2, 59.0, 6.0)] {
        assert!((rows.number("network-energy", row).unwrap() - kwh).abs() < 1e-9);
        assert_eq!(rows.number("network-energy.gsd.network-intensity", row), Some(gsd));
    }
    assert_eq!(rows.text("network-energy.basis", 2), Some("unknown-hardware"));
}

#[test]
fn an_unknown_distance_is_unknown_and_no_volume_is_zero() {
    let rows = run("1000,\n1000,lunar\n,internet\n0,");
    for row in 0..3 {
        assert_eq!(rows.number("network-energy", row), None);
    }
    assert_eq!(rows.number("network-energy", 3), Some(0.0));
}
