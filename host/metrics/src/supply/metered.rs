//! Capacities whose supply is measured too: tables, groups of instances, tasks of services.

use std::collections::BTreeMap;

use joulework_engine::assess::{Dimension, Estimates};
use joulework_engine::loads::ResourceName;

use super::{Balance, Capacity, ResourceUse, SupplyHour, SupplyHours};
use crate::{HourlySeries, Measure, Metrics, Statistic};

/// Seconds of an hour.
const HOUR: f64 = 3_600.0;

/// What supplies a capacity, what demands it, and what is refused for want of it.
struct Pair {
    capacity: Capacity,
    supply: Measure,
    demand: Measure,
    /// What the demand is multiplied by to be counted as the supply is.
    scale: Scale,
    refused: Option<Measure>,
}

enum Scale {
    /// A count in an hour, against a rate per second.
    PerSecond,
    /// A share of the supply.
    Share,
    /// Counted alike.
    Same,
}

const PAIRS: [Pair; 4] = [
    Pair {
        capacity: Capacity::Reads,
        supply: Measure::ProvisionedReadCapacity,
        demand: Measure::ConsumedReadCapacity,
        scale: Scale::PerSecond,
        refused: Some(Measure::ThrottledReads),
    },
    Pair {
        capacity: Capacity::Writes,
        supply: Measure::ProvisionedWriteCapacity,
        demand: Measure::ConsumedWriteCapacity,
        scale: Scale::PerSecond,
        refused: Some(Measure::ThrottledWrites),
    },
    Pair {
        capacity: Capacity::Instances,
        supply: Measure::InServiceInstances,
        demand: Measure::CpuUtilisation,
        scale: Scale::Share,
        refused: None,
    },
    Pair {
        capacity: Capacity::Tasks,
        supply: Measure::ReservedCpu,
        demand: Measure::UsedCpu,
        scale: Scale::Same,
        refused: None,
    },
];

/// All of them, by resource.
pub(super) fn all(metrics: &Metrics, estimates: &Estimates) -> Vec<ResourceUse> {
    let (mut found, places) = (Vec::new(), places(estimates));
    for same in metrics.series.chunk_by(|one, two| one.resource == two.resource) {
        let of = |measure: Measure, statistic: Statistic| {
            same.iter().find(|series| series.measure == measure && series.statistic == statistic)
        };
        for pair in &PAIRS {
            let demand = match pair.scale {
                Scale::PerSecond => of(pair.demand, Statistic::Sum),
                Scale::Share | Scale::Same => of(pair.demand, Statistic::Mean),
            };
            let Some((supply, demand)) = of(pair.supply, Statistic::Mean).zip(demand) else { continue };
            let refused = pair.refused.and_then(|measure| of(measure, Statistic::Sum));
            found.push(resource(pair, supply, demand, refused, &places));
        }
    }
    found
}

/// Workload, service and region of the resources of the bill, by short name.
fn places(estimates: &Estimates) -> BTreeMap<String, [String; 3]> {
    let resources = estimates.measured_resources();
    let place = |resource: joulework_engine::assess::MeasuredResource<'_>| {
        let word = |dimension| resource.word(&dimension).unwrap_or_default().to_owned();
        let workload = resource.workloads().into_iter().collect::<Vec<_>>().join(", ");
        let name = ResourceName::of_bill(resource.id()).name;
        (name, [workload, word(Dimension::Service), word(Dimension::Region)])
    };
    resources.map(place).collect()
}

fn resource(
    pair: &Pair,
    supply: &HourlySeries,
    demand: &HourlySeries,
    refused: Option<&HourlySeries>,
    places: &BTreeMap<String, [String; 3]>,
) -> ResourceUse {
    let used = |hour: i64, supply: f64| {
        let demand = demand.at(hour).map(f64::from);
        match pair.scale {
            Scale::PerSecond => demand.map(|count| count / HOUR),
            Scale::Share => demand.map(|share| share * supply),
            Scale::Same => demand,
        }
    };
    let hours = (supply.first_hour..)
        .zip(supply.values.iter())
        .map(|(hour, supply)| match f64::from(*supply) {
            unknown if unknown.is_nan() => SupplyHour::default(),
            supply => SupplyHour::of(supply, used(hour, supply)),
        })
        .collect();
    let hours = SupplyHours { first_hour: supply.first_hour, hours };
    let [workload, service, region] = places.get(&supply.resource.name).cloned().unwrap_or_default();
    ResourceUse {
        resource: supply.resource.to_string(),
        workload,
        service: if service.is_empty() { supply.resource.service.clone() } else { service },
        region: if region.is_empty() { supply.resource.region.clone() } else { region },
        capacity: pair.capacity,
        balance: Balance::of(&hours),
        hours,
        refused: refused.map(|series| series.values.iter().copied().map(f64::from).sum()),
        idle: None,
    }
}
