//! What the model promises, on single rows.
#![allow(clippy::unwrap_used, reason = "tests may")]

use joulework_sdk::kit::{self, Case, Rows};
use storage_energy::StorageEnergy;

fn run(case: &Case<StorageEnergy>, rows: &str) -> Rows {
    case.run(&format!("storage-hours,storage-medium,storage-copies\n{rows}\n")).unwrap()
}

#[test]
fn it_says_what_it_is() {
    kit::description::<StorageEnergy>();
}

#[test]
fn golden_rows_stay() {
    kit::golden::<StorageEnergy>(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
}

#[test]
fn a_terabyte_takes_its_watts_once_per_copy() {
    let rows = run(&Case::new(), "1000,ssd,2\n1000,hdd,6");
    assert!((rows.number("storage-energy", 0).unwrap() - 2.4).abs() < 1e-12);
    assert!((rows.number("storage-energy", 1).unwrap() - 3.9).abs() < 1e-12);
    assert_eq!(rows.text("storage-energy.basis", 0), Some("known-hardware"));
}

#[test]
fn copies_err_unless_somebody_vouches_for_them() {
    let gsd = |rows: &Rows, factor: &str| rows.number(&format!("storage-energy.gsd.{factor}"), 0);
    let rows = run(&Case::new(), "1,ssd,2");
    assert_eq!((gsd(&rows, "replication"), gsd(&rows, "replication-service")), (Some(1.2), Some(1.3)));
    let rows = run(&Case::new().settings(r#"{"copies-are-known": true}"#), "1,ssd,2");
    assert_eq!((gsd(&rows, "replication"), gsd(&rows, "replication-service")), (Some(1.0), Some(1.0)));
    assert_eq!((gsd(&rows, "storage-power"), gsd(&rows, "storage-power-medium")), (Some(1.5), Some(1.2)));
}

#[test]
fn what_nobody_states_is_unknown_and_nothing_is_zero() {
    for row in ["1,ssd,", "1,,2", "1,tape,2", "1,SSD,2", ",ssd,2"] {
        assert_eq!(run(&Case::new(), row).number("storage-energy", 0), None, "{row}");
    }
    let rows = run(&Case::new(), "0,,");
    assert_eq!(rows.number("storage-energy", 0), Some(0.0));
    assert_eq!(rows.text("storage-energy.basis", 0), None);
}
