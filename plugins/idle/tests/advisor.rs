//! What counts as idle.

use idle::Idle;
use joulework_sdk::bindings::joulework::plugin::columns as wire;
use joulework_sdk::{AdvisorPlugin, Change, Proposal};

/// Hours of a machine of two vCPU: the share of them that is used at most, and gigabytes.
fn machine(hours: &[(f64, Option<f64>)]) -> wire::Batch {
    let rows = hours.len();
    let same = |value: &str| {
        wire::Data::Categories(wire::Categories { values: vec![value.to_owned()], codes: vec![0; rows] })
    };
    let numbers = |of: &dyn Fn(usize) -> Option<f64>| {
        let mut known = vec![0_u8; rows.div_ceil(8)];
        (0..rows).filter(|row| of(*row).is_some()).for_each(|row| known[row / 8] |= 1 << (row % 8));
        let values = (0..rows).map(|row| of(row).unwrap_or_default()).collect();
        wire::Data::Numbers(wire::Numbers { values, known })
    };
    let start = wire::Instants { epoch_ms: vec![0; rows], known: Vec::new() };
    let columns = [
        ("charge-period-start", wire::Data::Instants(start)),
        ("usage-kind", same("compute.vm")),
        ("instance-type", same("m7g.large")),
        ("capacity", same("vcpu")),
        ("capacity-supply", numbers(&|_| Some(2.0))),
        ("capacity-demand", numbers(&|_| None)),
        ("capacity-peak", numbers(&|row| Some(hours[row].0 * 2.0))),
        ("calls", numbers(&|_| None)),
        ("traffic", numbers(&|row| hours[row].1)),
    ];
    let columns =
        columns.into_iter().map(|(name, data)| wire::Column { name: name.to_owned(), data }).collect();
    wire::Batch { rows: u32::try_from(rows).unwrap_or(u32::MAX), columns }
}

fn proposals(hours: &[(f64, Option<f64>)]) -> Vec<Proposal> {
    let advisor =
        AdvisorPlugin::<Idle>::configured("{}", Vec::new()).unwrap_or_else(|fault| panic!("{fault}"));
    advisor.proposals(machine(hours)).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn a_machine_is_idle_after_two_weeks_without_cpu_and_traffic() {
    let found = proposals(&[(0.02, Some(0.0001)); 400]);
    assert_eq!(found[0].changes, [Change::remove()]);
    assert_eq!(found[0].best_practices, ["aws-wa-2024/SUS02-BP03", "aws-wa-2024/SUS03-BP02"]);
    assert!(found[0].confidence > proposals(&[(0.02, None); 400])[0].confidence);
    for busy in [
        vec![(0.02, None); 300],
        vec![(0.06, None); 400],
        vec![(0.02, Some(0.01)); 400],
        [vec![(0.01, None); 399], vec![(0.9, None)]].concat(),
    ] {
        assert!(proposals(&busy).is_empty());
    }
}

#[test]
fn what_was_busy_before_keeps_its_share() {
    let hours = [vec![(0.5, None); 400], vec![(0.01, None); 1_600]].concat();
    assert_eq!(proposals(&hours)[0].changes, [Change::share("consumed-quantity", 0.2)]);
}
