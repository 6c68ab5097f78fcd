//! The catalogue against the counts of an independent list, and against what is known of machines.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "tests may")]

use std::collections::BTreeMap;

use joulework_sdk::factors::Tables;

use super::{Catalogue, Machine};

/// Families, sizes and largest vCPU of `aws-instances-latest-2026.csv` of ccf-coefficients@b0032d9 (2026-04-24).
const COUNTS: &str = include_str!("../../tests/ec2-counts.csv");

fn catalogue() -> Catalogue {
    Catalogue::load(&Tables::default()).unwrap()
}

/// The names of all listed machines of EC2 families that are sold, by family.
fn sold(catalogue: &Catalogue) -> BTreeMap<&str, Vec<Machine<'_>>> {
    let families = catalogue.families().iter().filter(|row| row.scope == "EC2 family");
    families.map(|row| (row.name.as_str(), catalogue.listed(row))).collect()
}

#[test]
fn families_and_types_are_those_of_the_list() {
    let catalogue = catalogue();
    let sold = sold(&catalogue);
    let mut types = 0;
    for record in COUNTS.lines().skip(1) {
        let [family, count, largest] = record.split(',').collect::<Vec<_>>()[..] else { panic!("{record}") };
        let machines = sold.get(family).unwrap_or_else(|| panic!("no family {family}"));
        let most = machines.iter().map(|machine| machine.vcpus).fold(0.0, f64::max);
        assert_eq!((machines.len(), most), (count.parse().unwrap(), largest.parse().unwrap()), "{family}");
        types += machines.len();
    }
    assert_eq!((sold.len(), COUNTS.lines().count() - 1, types), (175, 175, 1195));
}

#[test]
fn every_machine_fits_its_server() {
    let catalogue = catalogue();
    for row in catalogue.families() {
        for machine in catalogue.listed(row) {
            let family = machine.family;
            assert!(machine.vcpus > 0.0 && machine.vcpus <= family.server_vcpus, "{}", machine.name);
            assert!(machine.memory > 0.0 && machine.memory <= family.server_memory, "{}", machine.name);
            assert!(machine.accelerators <= family.server_accelerators.unwrap_or(0.0), "{}", machine.name);
            assert_eq!(machine.accelerators > 0.0, family.accelerator.is_some(), "{}", machine.name);
            assert_eq!(catalogue.machine(&machine.name).unwrap(), machine);
        }
    }
}

#[test]
fn small_sizes_sit_on_large_servers() {
    let catalogue = catalogue();
    for (name, vcpus) in [
        ("t3.micro", 96.0),
        ("t4g.nano", 64.0),
        ("g6f.large", 192.0),
        ("p5.4xlarge", 192.0),
        ("trn1.2xlarge", 128.0),
        ("m7i-flex.large", 192.0),
        ("g3s.xlarge", 64.0),
    ] {
        assert_eq!(catalogue.machine(name).unwrap().family.server_vcpus, vcpus, "{name}");
    }
}

#[test]
fn services_add_to_names() {
    let catalogue = catalogue();
    for name in
        ["db.r6g.large", "cache.r6g.large", "ml.r6g.large", "r6g.large.search", "r6g.large.elasticsearch"]
    {
        assert_eq!(catalogue.machine(name).unwrap().name, "r6g.large", "{name}");
    }
    assert_eq!(catalogue.machine("db.t3.medium").unwrap().default_load, Some(0.2));
    assert_eq!(catalogue.machine("m5.large").unwrap().default_load, None);
}

#[test]
fn a_size_that_is_not_listed_is_worked_out_inside_the_server_only() {
    let catalogue = catalogue();
    let machine = catalogue.machine("m5.6xlarge").unwrap();
    assert_eq!((machine.vcpus, machine.memory, machine.listed), (24.0, 96.0, false));
    for name in ["m5.48xlarge", "m5.huge", "m5", "m5.", "zz9.large", "g5.6xlarge", ".large", ""] {
        assert_eq!(catalogue.machine(name), None, "{name}");
    }
}
