//! The families that plugins speak of are the same everywhere: one that only some know would be silently unknown.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::BTreeSet;

/// The values of a column that stands before any quoted cell.
fn column(csv: &'static str, name: &str) -> BTreeSet<&'static str> {
    let mut lines = csv.lines();
    let at = lines.next().unwrap().split(',').position(|column| column == name).unwrap();
    lines.map(|line| line.split(',').nth(at).unwrap()).filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn every_plugin_knows_the_same_families() {
    let watts = column(include_str!("../data/cpu-families.csv"), "cpu-family");
    assert_eq!(watts, column(include_str!("../../memory-energy/data/cpu-families.csv"), "cpu-family"));
    assert_eq!(watts, column(include_str!("../../embodied-carbon/data/servers.csv"), "cpu-family"));
    let catalogue = column(include_str!("../../aws-usage/data/instances.csv"), "cpu-family");
    assert_eq!(catalogue.difference(&watts).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert!(watts.contains("unknown-x86") && watts.contains("unknown-arm"));
}

/// Accelerators of the catalogue without published watts: rows with them have no compute energy, and say so.
#[test]
fn accelerators_without_watts_are_these() {
    let watts = column(include_str!("../data/accelerators.csv"), "accelerator");
    let catalogue = column(include_str!("../../aws-usage/data/instances.csv"), "accelerator");
    let missing: Vec<&str> = catalogue.difference(&watts).copied().collect();
    assert_eq!(
        missing,
        [
            "amd-vu47p",
            "aws-inferentia1",
            "aws-inferentia2",
            "aws-trainium1",
            "aws-trainium2",
            "habana-gaudi",
            "nvidia-b300",
            "nvidia-gb200",
            "nvidia-rtx-pro-6000",
            "qualcomm-ai100",
            "xilinx-u30",
            "xilinx-vu9p",
        ]
    );
    let made = column(include_str!("../../embodied-carbon/data/accelerators.csv"), "accelerator");
    assert_eq!(catalogue.difference(&made).copied().collect::<Vec<_>>(), Vec::<&str>::new());
}
