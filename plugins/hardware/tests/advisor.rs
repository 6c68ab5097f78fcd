//! Which hardware takes the place of which.

use hardware::Hardware;
use joulework_sdk::bindings::joulework::plugin::columns as wire;
use joulework_sdk::{AdvisorPlugin, Change};

/// What is proposed for a resource with one meter: code and change.
fn proposed(settings: &str, meter: &str, machine: &str, architecture: &str) -> Vec<(&'static str, Change)> {
    let one = |value: &str| {
        let values: Vec<String> =
            Some(value.to_owned()).filter(|value| !value.is_empty()).into_iter().collect();
        let codes = vec![if values.is_empty() { u32::MAX } else { 0 }];
        wire::Data::Categories(wire::Categories { values, codes })
    };
    let columns = [
        ("usage-kind", one("compute.vm")),
        ("sku-meter", one(meter)),
        ("instance-type", one(machine)),
        ("architecture", one(architecture)),
    ];
    let columns =
        columns.into_iter().map(|(name, data)| wire::Column { name: name.to_owned(), data }).collect();
    let advisor =
        AdvisorPlugin::<Hardware>::configured(settings, Vec::new()).unwrap_or_else(|fault| panic!("{fault}"));
    let found = advisor.proposals(wire::Batch { rows: 1, columns }).unwrap_or_else(|fault| panic!("{fault}"));
    found.into_iter().map(|own| (own.code, own.changes[0].clone())).collect()
}

#[test]
fn older_machines_have_successors_and_x86_has_twins() {
    let value = |to: &str, from: &str| Change::value("instance-type", from, to);
    assert_eq!(
        proposed("{}", "EU-BoxUsage:m4.xlarge", "m4.xlarge", ""),
        [
            ("hardware.generation", value("m6i.xlarge", "m4.xlarge")),
            ("hardware.arm64", value("m7g.xlarge", "m4.xlarge")),
        ]
    );
    assert_eq!(
        proposed("{\"arm64\":false}", "EU-BoxUsage:m4.xlarge", "m4.xlarge", ""),
        [("hardware.generation", value("m6i.xlarge", "m4.xlarge"))]
    );
    assert!(proposed("{}", "EU-BoxUsage:m7g.xlarge", "m7g.xlarge", "").is_empty());
    assert_eq!(
        proposed("{}", "EU-Lambda-GB-Second", "", "x86_64"),
        [("hardware.arm64", Change::value("architecture", "x86_64", "arm64"))]
    );
    assert!(proposed("{}", "EU-Lambda-GB-Second-ARM", "", "arm64").is_empty());
    assert_eq!(proposed("{}", "EU-EBS:VolumeUsage.gp2", "", "")[0].0, "hardware.volume");
    assert!(proposed("{}", "EU-EBS:VolumeUsage.gp3", "", "").is_empty());
}
