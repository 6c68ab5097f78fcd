//! How the quantities of one row came about: quantity × what one unit is, by the rule and the catalogue.

use joulework_sdk::Steps;

use crate::answer::Answer;
use crate::fill::times;

/// The steps of one row.
pub(crate) fn steps(answer: &Answer<'_>, quantity: Option<f64>, hours: Option<f64>, steps: &mut Steps<'_>) {
    let amounts = &answer.amounts;
    let per_unit = [
        ("vcpu-hours", amounts.vcpus, "vCPU.h"),
        ("memory-hours", amounts.memory, "GiB.h"),
        ("network-volume", amounts.network, "GB"),
        ("accelerator-hours", amounts.accelerators, "h"),
    ];
    for (output, each, unit) in per_unit {
        one(steps, output, each, unit, quantity, &answer.rule);
    }
    match (amounts.storage, quantity, hours) {
        (Some(each), Some(quantity), Some(hours)) if answer.monthly => {
            steps
                .step("storage-hours", "[consumed-quantity] * ([tb-per-unit] * [hours-of-month])")
                .input("consumed-quantity", quantity)
                .factor("tb-per-unit", each, "TB", &answer.rule)
                .constant("hours-of-month", hours, "h", "charge-month");
        }
        (each, quantity, _) if !answer.monthly => {
            one(steps, "storage-hours", each, "TB.h", quantity, &answer.rule);
        }
        _ => {}
    }
    let mut fixed = |output: &str, value: Option<f64>, unit: &str, source: &str| {
        if let Some(value) = value {
            steps.step(output, "[value]").factor("value", value, unit, source);
        }
    };
    fixed("storage-copies", answer.storage.as_ref().map(|storage| storage.1), "1", &answer.rule);
    let Some(host) = &answer.host else { return };
    let burst = format!("burst/{}", host.machine.as_deref().unwrap_or_default());
    fixed("default-load", host.default_load, "1", &burst);
    let Some(family) = host.family else { return };
    fixed("server-vcpus", Some(family.server_vcpus), "vCPU", &family.id);
    fixed("server-memory", Some(family.server_memory), "GiB", &family.id);
    fixed("server-sockets", Some(family.server_sockets), "1", &family.id);
    fixed("server-accelerators", Some(family.server_accelerators.unwrap_or(0.0)), "1", &family.id);
}

fn one(
    steps: &mut Steps<'_>,
    output: &str,
    each: Option<f64>,
    unit: &str,
    quantity: Option<f64>,
    rule: &str,
) {
    match (each, times(each, quantity)) {
        (Some(0.0), _) => steps.zero(output),
        (Some(each), Some(_)) => {
            steps
                .step(output, "[consumed-quantity] * [per-unit]")
                .input("consumed-quantity", quantity.unwrap_or_default())
                .factor("per-unit", each, unit, rule);
        }
        _ => {}
    }
}
