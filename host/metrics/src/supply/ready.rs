//! Provisioned concurrency: memory of functions that is kept ready, against what of it is at work.

use joulework_engine::assess::{Dimension, Estimates};
use joulework_engine::loads::ResourceName;

use super::{Balance, Capacity, ResourceUse, SupplyHour, SupplyHours};
use crate::{Measure, Metrics, Statistic};

/// Words of meters and descriptions of what is kept ready.
pub(super) const READY: [&str; 2] = ["Provisioned-Concurrency", "Provisioned Concurrency"];

/// Functions whose copies at work are measured and whose memory the logs say: the bill counts memory, not copies.
pub(super) fn all(estimates: &Estimates, metrics: &Metrics) -> Vec<ResourceUse> {
    let at_work = |name: &ResourceName| {
        metrics.series.iter().find(|series| {
            series.measure == Measure::ProvisionedConcurrencyUsed
                && series.statistic == Statistic::Mean
                && series.resource.fits(name)
        })
    };
    let mut found = Vec::new();
    for resource in estimates.measured_resources() {
        let name = ResourceName::of_bill(resource.id());
        let (Some(series), Some(size)) = (at_work(&name), memory_gib(metrics, &name)) else { continue };
        let supply = resource.hourly_saying("memory-hours", &READY);
        if supply.values.iter().all(|supply| *supply == 0.0) {
            continue;
        }
        let demand = |hour: i64| series.at(hour).map(|copies| f64::from(copies) * size);
        let hours = (supply.first_hour..).zip(&supply.values);
        let hours = hours.map(|(hour, supply)| SupplyHour::of(*supply, demand(hour)));
        let hours = SupplyHours { first_hour: supply.first_hour, hours: hours.collect() };
        let word = |dimension| resource.word(&dimension).unwrap_or_default().to_owned();
        found.push(ResourceUse {
            resource: resource.id().to_owned(),
            workload: resource.workloads().into_iter().collect::<Vec<_>>().join(", "),
            service: word(Dimension::Service),
            region: word(Dimension::Region),
            capacity: Capacity::Ready,
            balance: Balance::of(&hours),
            hours,
            refused: None,
            idle: None,
        });
    }
    found
}

/// The memory size of a function, by the most billed time; nothing without logs.
#[allow(clippy::cast_precision_loss, reason = "megabytes")]
fn memory_gib(metrics: &Metrics, name: &ResourceName) -> Option<f64> {
    let own = metrics.functions.iter().filter(|(function, _)| function.resource().fits(name));
    let sizes = own.flat_map(|(_, invocations)| &invocations.sizes);
    sizes.max_by_key(|(_, billed)| **billed).map(|(size, _)| *size as f64 / 1_024.0)
}
