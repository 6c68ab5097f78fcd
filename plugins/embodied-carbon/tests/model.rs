//! What the model promises, on single rows.
#![allow(clippy::unwrap_used, reason = "tests may")]

use embodied_carbon::EmbodiedCarbon;
use joulework_sdk::kit::{self, Case, Rows};

const HEADER: &str = "vcpu-hours,memory-hours,cpu-family,compute-share,accelerator-hours,accelerator,\
    server-vcpus,server-memory,server-sockets,storage-hours,storage-medium,storage-copies\n";
const SERVER: &str = "server-embodied-carbon";
const STORAGE: &str = "storage-embodied-carbon";
/// Hours of a life of 4.9 years.
const LIFE: f64 = 4.9 * 8760.0;

fn run(rows: &str) -> Rows {
    Case::<EmbodiedCarbon>::new().run(&format!("{HEADER}{rows}\n")).unwrap()
}

fn near(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() <= 1e-9 * b.abs())
}

#[test]
fn it_says_what_it_is() {
    kit::description::<EmbodiedCarbon>();
}

#[test]
fn golden_rows_stay() {
    kit::golden::<EmbodiedCarbon>(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
}

/// METHOD.md, section 8, fault 1: embodied carbon is never energy, and no grid touches it.
#[test]
fn fault_1_embodied_carbon_is_never_energy() {
    let described = joulework_sdk::Plugin::<EmbodiedCarbon>::descriptor();
    for output in &described.outputs {
        assert_eq!((output.unit.as_str(), output.part_of.as_str()), ("gCO2e", "embodied-carbon"));
    }
    for input in &described.inputs {
        let grid =
            ["region", "grid", "intensity", "energy", "pue"].iter().any(|word| input.name.contains(word));
        assert!(!grid, "`{}` would make it depend on the grid", input.name);
    }
}

/// METHOD.md, section 8, fault 2: in proportion to the size of the machine; the whole server carries the whole.
#[test]
fn fault_2_embodied_carbon_is_in_proportion_to_size() {
    let rows = run("2,8,intel-skylake,full,0,,96,384,2,0,,\n96,384,intel-skylake,full,0,,96,384,2,0,,");
    let whole = (1000.0 + 100.0 + 368.0 * 1.388_020_833) * 1000.0 / LIFE;
    assert!(near(rows.number(SERVER, 1), whole));
    assert!(near(rows.number(SERVER, 0), whole / 48.0));
    assert_eq!(rows.text("server-embodied-carbon.basis", 0), Some("known-hardware"));
}

/// METHOD.md, section 8, fault 3: a row without vCPU is no NaN, here or in its neighbours.
#[test]
fn fault_3_a_row_without_vcpu_is_no_nan() {
    let rows = run(
        "0,0,,full,0,,,,,0,,\n0,2,unknown-x86,full,0,,,,,0,,\n0,0,,full,0,,0,0,0,0,,\n2,8,intel-skylake,full,0,,0,0,0,0,,",
    );
    assert_eq!(rows.number(SERVER, 0), Some(0.0));
    assert!(near(rows.number(SERVER, 1), 496.0 * 1.388_020_833 * 2.0 / 512.0 * 1000.0 / LIFE));
    assert_eq!(rows.number(SERVER, 2), Some(0.0));
    assert!(rows.number(SERVER, 3).unwrap() > 0.0, "a server of no size is not stated");
    assert_eq!(rows.text("server-embodied-carbon.basis", 3), Some("unknown-hardware"));
}

/// METHOD.md, section 8, faults 7 and 9: no family gets zero or an average because its name is not found.
#[test]
fn fault_7_and_9_a_family_without_a_row_is_unknown_unless_its_server_is_stated() {
    for family in ["", "intel", "graviton9"] {
        assert_eq!(run(&format!("2,8,{family},full,0,,,,,0,,")).number(SERVER, 0), None, "`{family}`");
        let rows = run(&format!("2,8,{family},full,0,,96,384,2,0,,"));
        assert!(rows.number(SERVER, 0).unwrap() > 0.0);
        assert_eq!(rows.text("server-embodied-carbon.basis", 0), Some("unknown-hardware"));
    }
}

#[test]
fn machines_of_unknown_make_sit_on_an_assumed_server() {
    let rows = run("0.5789,1,unknown-x86,full,0,,,,,0,,");
    let share = 1100.0 * 0.5789 / 128.0 + 496.0 * 1.388_020_833 / 512.0;
    assert!(near(rows.number(SERVER, 0), share * 1000.0 / LIFE));
    assert_eq!(rows.number("server-embodied-carbon.gsd.embodied", 0), Some(1.5));
    assert_eq!(rows.number("server-embodied-carbon.gsd.embodied-family", 0), Some(1.3));
}

#[test]
fn a_reservation_carries_the_machine_and_its_load_does_not() {
    let rows = run(
        "1,2,unknown-x86,full,0,,,,,0,,\n1,2,unknown-x86,idle,0,,,,,0,,\n1,2,unknown-x86,dynamic,0,,,,,0,,",
    );
    assert_eq!(rows.number(SERVER, 0), rows.number(SERVER, 1));
    assert_eq!(rows.number(SERVER, 2), Some(0.0));
}

#[test]
fn an_accelerator_adds_its_own_making() {
    let rows = run(
        "4,16,intel-cascadelake,full,1,nvidia-t4,96,384,2,0,,\n4,16,intel-cascadelake,full,0,,96,384,2,0,,\n4,16,intel-cascadelake,full,1,made-up,96,384,2,0,,",
    );
    let difference = rows.number(SERVER, 0).unwrap() - rows.number(SERVER, 1).unwrap();
    assert!(near(Some(difference), 150_000.0 / LIFE));
    assert_eq!(rows.number(SERVER, 2), None);
}

#[test]
fn storage_is_made_once_per_copy() {
    let rows = run(
        "0,0,,full,0,,,,,1000,ssd,2\n0,0,,full,0,,,,,1000,ssd,\n0,0,,full,0,,,,,1000,tape,1\n0,0,,full,0,,,,,0,,",
    );
    assert!(near(rows.number(STORAGE, 0), 1000.0 * 2.0 * 17.325 * 1000.0 / LIFE));
    assert_eq!(rows.number(STORAGE, 1), None);
    assert_eq!(rows.number(STORAGE, 2), None);
    assert_eq!(rows.number(STORAGE, 3), Some(0.0));
    assert_eq!(rows.number(SERVER, 0), Some(0.0), "a disk is no server");
    let rows =
        Case::<EmbodiedCarbon>::new().run("vcpu-hours,memory-hours,cpu-family\n2,8,intel-skylake\n").unwrap();
    assert_eq!(rows.number(STORAGE, 0), Some(0.0), "a pipeline without storage has none");
}

#[test]
fn six_years_instead_of_four_cut_a_third() {
    let of = |years: u32| {
        let settings = format!(r#"{{"life-years": {years}}}"#);
        let rows = format!("{HEADER}2,8,intel-skylake,full,0,,96,384,2,0,,\n");
        Case::<EmbodiedCarbon>::new().settings(&settings).run(&rows).unwrap().number(SERVER, 0).unwrap()
    };
    assert!((of(6) / of(4) - 2.0 / 3.0).abs() < 1e-12);
    let fault = Case::<EmbodiedCarbon>::new().settings(r#"{"life-years": 0}"#).configured().unwrap_err();
    assert_eq!(fault.code, "settings.invalid");
}
