//! The steps by which a row got its energy.

use joulework_sdk::prelude::*;

use crate::curve::BAND;
use crate::hardware::{Device, Family};
use crate::{ComputeEnergy, In, Load, Share};

const CHOICE: &str = "setting";

/// The steps of one row; none where the energy is unknown.
pub(crate) fn row(model: &ComputeEnergy, input: &In, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
    let share = Share::of(input.share.get(row)).ok_or_else(|| Share::fault(row))?;
    let load = Load::of(input, row)?;
    let Some(hours) = input.vcpu_hours.get(row) else { return Ok(()) };
    let device_hours = match input.accelerator_hours.get(row) {
        Some(hours) => hours,
        None if input.accelerator_hours.is_present() => return Ok(()),
        None => 0.0,
    };
    let family = input.family.get(row).and_then(|name| model.hardware.families.get(name));
    let device = input.accelerator.get(row).and_then(|name| model.hardware.devices.get(name));
    let mut terms = Vec::new();
    let mut parts = Vec::new();
    if hours > 0.0 {
        let Some(family) = family else { return Ok(()) };
        let watts = cpu_watts(model, family, share, load, steps);
        terms.push(("vcpu-hours", hours, "compute-energy.watts-per-vcpu", watts));
        parts.push("[vcpu-hours] * [compute-energy.watts-per-vcpu] / 1000");
    }
    if device_hours > 0.0 {
        let Some(device) = device else { return Ok(()) };
        let watts = device_watts(model, device, share, steps);
        terms.push(("accelerator-hours", device_hours, "compute-energy.watts-per-accelerator", watts));
        parts.push("[accelerator-hours] * [compute-energy.watts-per-accelerator] / 1000");
    }
    if parts.is_empty() {
        for output in ["compute-energy", "compute-idle-energy", "compute-dynamic-energy"] {
            steps.zero(output);
        }
        return Ok(());
    }
    let kwh: f64 = terms.iter().map(|(_, hours, _, watts)| hours * watts / 1000.0).sum();
    terms
        .into_iter()
        .fold(steps.step("compute-energy", &parts.join(" + ")), |step, (column, hours, between, watts)| {
            step.input(column, hours).between(between, watts, "W")
        });
    split(family, share, load, [hours, device_hours], kwh, steps);
    Ok(())
}

/// Idle and dynamic energy, where they are known.
fn split(
    family: Option<&Family>,
    share: Share,
    load: Load,
    hours: [f64; 2],
    kwh: f64,
    steps: &mut Steps<'_>,
) {
    match (share, family) {
        (Share::Idle, _) => {
            steps.step("compute-idle-energy", "[compute-energy]").earlier("compute-energy", kwh);
            steps.zero("compute-dynamic-energy");
        }
        (Share::Dynamic, _) => {
            steps.zero("compute-idle-energy");
            steps.step("compute-dynamic-energy", "[compute-energy]").earlier("compute-energy", kwh);
        }
        (Share::Full, Some(family)) if hours[1] == 0.0 && matches!(load, Load::Measured(_)) => {
            let idle = family.range.idle;
            steps
                .step("compute-idle-energy", "[vcpu-hours] * [compute-energy.idle-watts] / 1000")
                .input("vcpu-hours", hours[0])
                .between("compute-energy.idle-watts", idle, "W");
            steps
                .step("compute-dynamic-energy", "max(0, [compute-energy] - [compute-idle-energy])")
                .earlier("compute-energy", kwh)
                .earlier("compute-idle-energy", hours[0] * idle / 1000.0);
        }
        (Share::Full, _) => {}
    }
}

fn cpu_watts(model: &ComputeEnergy, family: &Family, share: Share, load: Load, steps: &mut Steps<'_>) -> f64 {
    const WATTS: &str = "compute-energy.watts-per-vcpu";
    let range = &family.range;
    let [idle, full, threads] = family.stated;
    for (output, formula, name, watts) in [
        ("compute-energy.idle-watts", "[idle-p50] * [threads-per-vcpu]", "idle-p50", idle),
        ("compute-energy.full-watts", "[full-p50] * [threads-per-vcpu]", "full-p50", full),
    ] {
        steps.step(output, formula).factor(name, watts, "W", &family.factor).factor(
            "threads-per-vcpu",
            threads,
            "1",
            &family.factor,
        );
    }
    let part = model.cpu(family, share, load);
    let (column, at) = match (share, load) {
        (Share::Idle, _) => {
            steps.step(WATTS, "[compute-energy.idle-watts]").between(
                "compute-energy.idle-watts",
                range.idle,
                "W",
            );
            return part.watts;
        }
        (_, Load::Measured(at)) => ("utilisation", at),
        (_, Load::Assumed(at)) => ("default-load", at),
        (_, Load::Unknown) => {
            band(
                "compute-energy",
                [range.idle, range.full, range.low, range.high, range.sigma],
                model.choices.unknown_load,
                steps,
            );
            mean(WATTS, "compute-energy", [range.idle, range.low, range.high, range.sigma], share, steps);
            return part.watts;
        }
    };
    let [(from, low), (to, high)] = model.choices.curve.piece(at);
    steps
        .step(
            "compute-energy.load-fraction",
            &format!("[fraction-from] + ([fraction-to] - [fraction-from]) * ([{column}] - [load-from]) / ([load-to] - [load-from])"),
        )
        .input(column, at)
        .constant("load-from", from, "1", CHOICE)
        .constant("load-to", to, "1", CHOICE)
        .constant("fraction-from", low, "1", CHOICE)
        .constant("fraction-to", high, "1", CHOICE);
    let machine = "[compute-energy.idle-watts] + [compute-energy.load-fraction] * ([compute-energy.full-watts] - [compute-energy.idle-watts])";
    let formula = match share {
        Share::Dynamic => format!("{machine} - [compute-energy.idle-watts]"),
        _ => machine.to_owned(),
    };
    steps
        .step(WATTS, &formula)
        .between("compute-energy.idle-watts", range.idle, "W")
        .between("compute-energy.full-watts", range.full, "W")
        .between("compute-energy.load-fraction", model.choices.curve.fraction(at), "1");
    part.watts
}

fn device_watts(model: &ComputeEnergy, device: &Device, share: Share, steps: &mut Steps<'_>) -> f64 {
    const PREFIX: &str = "compute-energy.accelerator";
    const WATTS: &str = "compute-energy.watts-per-accelerator";
    let range = &device.range;
    for (output, name, watts) in [
        ("compute-energy.accelerator-idle-watts", "idle", range.idle),
        ("compute-energy.accelerator-full-watts", "full", range.full),
    ] {
        steps.step(output, &format!("[{name}]")).factor(name, watts, "W", &device.factor);
    }
    if share == Share::Idle {
        steps.step(WATTS, "[compute-energy.accelerator-idle-watts]").between(
            "compute-energy.accelerator-idle-watts",
            range.idle,
            "W",
        );
    } else {
        let figures = [range.idle, range.full, range.low, range.high, range.sigma];
        band(PREFIX, figures, model.choices.unknown_accelerator_load, steps);
        mean(WATTS, PREFIX, [range.idle, range.low, range.high, range.sigma], share, steps);
    }
    ComputeEnergy::device(device, share).watts
}

/// Both ends of the band of an unknown load, and its width as `ln` of a GSD.
fn band(prefix: &str, [idle, full, low, high, sigma]: [f64; 5], fractions: [f64; 2], steps: &mut Steps<'_>) {
    let name = |suffix: &str| format!("{}{}{suffix}", prefix, if prefix.contains('.') { "-" } else { "." });
    let (idle_watts, full_watts) = (name("idle-watts"), name("full-watts"));
    for (suffix, fraction) in [("low-watts", fractions[0]), ("high-watts", fractions[1])] {
        steps
            .step(&name(suffix), &format!("[{idle_watts}] + [fraction] * ([{full_watts}] - [{idle_watts}])"))
            .between(&idle_watts, idle, "W")
            .between(&full_watts, full, "W")
            .constant("fraction", fraction, "1", CHOICE);
    }
    let (low_watts, high_watts) = (name("low-watts"), name("high-watts"));
    let formula =
        if low > 0.0 { format!("ln([{high_watts}] / [{low_watts}]) / {BAND}") } else { "0".to_owned() };
    steps.step(&name("sigma"), &formula).between(&low_watts, low, "W").between(&high_watts, high, "W");
    debug_assert!(sigma >= 0.0);
}

/// The mean of a log-normal with that band; less the idle watts for a row that carries the load only.
fn mean(output: &str, prefix: &str, [idle, low, high, sigma]: [f64; 4], share: Share, steps: &mut Steps<'_>) {
    let name = |suffix: &str| format!("{}{}{suffix}", prefix, if prefix.contains('.') { "-" } else { "." });
    let (low_watts, high_watts, width, idle_watts) =
        (name("low-watts"), name("high-watts"), name("sigma"), name("idle-watts"));
    let mean = if low > 0.0 {
        format!("sqrt([{low_watts}] * [{high_watts}]) * exp([{width}] * [{width}] / 2)")
    } else {
        format!("([{low_watts}] + [{high_watts}]) / 2")
    };
    let (formula, dynamic) = match share {
        Share::Dynamic => (format!("{mean} - [{idle_watts}]"), true),
        _ => (mean, false),
    };
    let step = steps
        .step(output, &formula)
        .between(&low_watts, low, "W")
        .between(&high_watts, high, "W")
        .between(&width, sigma, "1");
    if dynamic {
        step.between(&idle_watts, idle, "W");
    }
}
