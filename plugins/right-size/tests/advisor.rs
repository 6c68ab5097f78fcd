//! What is proposed is enough for the demand that was shown.

use joulework_sdk::bindings::joulework::plugin::columns as wire;
use joulework_sdk::{AdvisorPlugin, Change, Proposal};
use right_size::RightSize;

/// Families as the host gives them.
fn families() -> Vec<(String, wire::Batch)> {
    let rows = [("m7g", 4.0, "large xlarge 2xlarge 4xlarge"), ("r7g", 8.0, "large xlarge 2xlarge 4xlarge")];
    let text = |values: Vec<&str>| {
        let codes = (0..).take(values.len()).collect();
        wire::Data::Categories(wire::Categories {
            values: values.into_iter().map(str::to_owned).collect(),
            codes,
        })
    };
    let one = |value: &str| {
        wire::Data::Categories(wire::Categories { values: vec![value.to_owned()], codes: vec![0, 0] })
    };
    let numbers = wire::Numbers { values: rows.iter().map(|row| row.1).collect(), known: Vec::new() };
    let columns = vec![
        ("factor-id", text(rows.iter().map(|row| row.0).collect())),
        ("family", text(rows.iter().map(|row| row.0).collect())),
        ("architecture", one("arm64")),
        ("gib-per-vcpu", wire::Data::Numbers(numbers)),
        ("sizes", text(vec![rows[0].2, "large xlarge 2xlarge  4xlarge"])),
    ];
    let columns =
        columns.into_iter().map(|(name, data)| wire::Column { name: name.to_owned(), data }).collect();
    vec![("instance-families".to_owned(), wire::Batch { rows: 2, columns })]
}

/// One machine and its hours: mean and highest use of its vCPU and its memory, as shares.
fn series(machine: &str, group: bool, vcpu: f64, cpu: &[(f64, f64)], memory: Option<&[f64]>) -> wire::Batch {
    let none = u32::MAX;
    let memory = memory.unwrap_or_default();
    let rows = 1 + cpu.len() + memory.len();
    let head = |value: &str, is: bool| {
        let mut codes = vec![none; rows];
        codes[0] = if is { 0 } else { none };
        let values = if is { vec![value.to_owned()] } else { Vec::new() };
        wire::Data::Categories(wire::Categories { values, codes })
    };
    let gib = vcpu * 4.0;
    let hours: Vec<(f64, f64, f64)> = cpu
        .iter()
        .map(|(mean, most)| (vcpu, mean * vcpu, most * vcpu))
        .chain(memory.iter().map(|used| (gib, used * gib, used * gib)))
        .collect();
    let numbers = |of: fn(&(f64, f64, f64)) -> f64| {
        let values = std::iter::once(0.0).chain(hours.iter().map(of)).collect();
        let known =
            (0..rows.div_ceil(8)).map(|byte| if byte == 0 { 0xfe } else { 0xff }).collect::<Vec<u8>>();
        let mut known = known;
        if let Some(last) = known.last_mut()
            && !rows.is_multiple_of(8)
        {
            *last &= (1 << (rows % 8)) - 1;
        }
        wire::Data::Numbers(wire::Numbers { values, known })
    };
    let capacity = {
        let mut codes = vec![none];
        codes.extend(std::iter::repeat_n(0, cpu.len()));
        codes.extend(std::iter::repeat_n(1, memory.len()));
        let mut values = vec!["vcpu".to_owned()];
        if !memory.is_empty() {
            values.push("memory".to_owned());
        }
        wire::Data::Categories(wire::Categories { values, codes })
    };
    let start = wire::Instants { epoch_ms: vec![0; rows], known: Vec::new() };
    let columns = vec![
        ("charge-period-start", wire::Data::Instants(start)),
        ("sku-meter", head("BoxUsage", true)),
        ("instance-type", head(machine, true)),
        ("tags", head("{\"aws:autoscaling:groupName\":\"g\"}", group)),
        ("capacity", capacity),
        ("capacity-supply", numbers(|hour| hour.0)),
        ("capacity-demand", numbers(|hour| hour.1)),
        ("capacity-peak", numbers(|hour| hour.2)),
    ];
    let columns =
        columns.into_iter().map(|(name, data)| wire::Column { name: name.to_owned(), data }).collect();
    wire::Batch { rows: u32::try_from(rows).unwrap_or(u32::MAX), columns }
}

fn examine(settings: &str, batch: wire::Batch) -> Vec<Proposal> {
    let advisor = AdvisorPlugin::<RightSize>::configured(settings, families())
        .unwrap_or_else(|fault| panic!("{fault}"));
    advisor.proposals(batch).unwrap_or_else(|fault| panic!("{fault}"))
}

fn vcpu_of(to: &str) -> f64 {
    match to.split_once('.').map(|(_, size)| size) {
        Some("large") => 2.0,
        Some("xlarge") => 4.0,
        Some("2xlarge") => 8.0,
        _ => 16.0,
    }
}

/// Numbers that look like chance and are the same each time.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        #[allow(clippy::cast_precision_loss, reason = "53 bits")]
        let unit = (state >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }
}

#[test]
#[allow(clippy::cast_precision_loss, reason = "hours")]
fn no_proposal_has_less_than_the_demand_that_was_shown_but_in_the_hours_that_may_be() {
    let mut proposed = 0;
    for seed in 0..200 {
        let mut next = noise(seed);
        let (base, spread, spikes) = (0.02 + 0.5 * next(), 0.3 * next(), 0.02 * next());
        let cpu: Vec<(f64, f64)> = (0..400)
            .map(|_| {
                let mean = (base + spread * next()).min(1.0);
                (mean, if next() < spikes { 1.0 } else { (mean * 1.1).min(1.0) })
            })
            .collect();
        for (target, settings) in [(0.0, "{\"most-over-demand\":0}"), (0.01, "{\"most-over-demand\":0.01}")] {
            for group in [false, true] {
                for proposal in examine(settings, series("m7g.4xlarge", group, 16.0, &cpu, None)) {
                    proposed += 1;
                    let supply = |mean: f64| match &proposal.changes[0] {
                        Change::Value { to, .. } => vcpu_of(to),
                        Change::FollowDemand { utilisation } => mean * 16.0 / utilisation,
                        Change::Share { .. } => panic!("{proposal:?}"),
                    };
                    let above = cpu.iter().filter(|(mean, most)| most * 16.0 > supply(*mean) + 1e-9).count();
                    assert!(above as f64 <= target * cpu.len() as f64, "{seed}: {above} {proposal:?}");
                }
            }
        }
    }
    assert!(proposed > 100, "{proposed}");
}

#[test]
fn memory_is_not_taken_away_unless_it_is_measured() {
    let cpu = vec![(0.1, 0.2); 400];
    let to = |memory: Option<&[f64]>| {
        let proposals = examine("{}", series("m7g.4xlarge", false, 16.0, &cpu, memory));
        proposals.first().map(|own| match &own.changes[0] {
            Change::Value { to, .. } => to.clone(),
            other => panic!("{other:?}"),
        })
    };
    // 64 GiB stay: 8 vCPU of the family with twice the memory, although 4 would be enough.
    assert_eq!(to(None).as_deref(), Some("r7g.2xlarge"));
    assert_eq!(to(Some(&[0.2; 400])).as_deref(), Some("m7g.xlarge"));
    assert_eq!(to(Some(&[0.3; 400])).as_deref(), Some("r7g.xlarge"));
    assert_eq!(to(Some(&[0.9; 400])).as_deref(), None);
}

#[test]
fn too_short_a_time_and_idle_machines_are_left_alone() {
    assert!(examine("{}", series("m7g.4xlarge", false, 16.0, &[(0.1, 0.2); 300], None)).is_empty());
    assert!(examine("{}", series("m7g.4xlarge", false, 16.0, &[(0.01, 0.02); 400], None)).is_empty());
    assert!(examine("{}", series("m7g.4xlarge", false, 16.0, &[(0.5, 0.9); 400], None)).is_empty());
}
