//! Functions: what their logs say, with the energy, carbon and money of it by the bill.

use joulework_engine::EngineError;
use joulework_engine::assess::{Estimates, HourlyNumbers, MeasuredResource, Tally, UseAmounts, UsePart};
use joulework_engine::loads::ResourceName;
use joulework_units::Currency;

use super::ready::READY;
use crate::lambda::{FunctionVersion, Invocations};
use crate::{Measure, Metrics, Statistic};

/// Memory in megabytes that buys a whole vCPU.
const MB_PER_VCPU: f64 = 1_769.0;

/// A version of a function.
#[derive(Debug, Clone)]
pub struct FunctionUse {
    /// Which.
    pub function: FunctionVersion,
    /// The workload of the function, where the bill has it.
    pub workload: String,
    /// What its logs say.
    pub invocations: Invocations,
    /// Calls of the function, of all versions, that were refused, where that is measured.
    pub throttles: Option<f64>,
    /// What the bill says of it; nothing where the bill does not have the function.
    pub bill: Option<FunctionBill>,
}

/// What parts of a version took, by the function's bill per memory and time.
#[derive(Debug, Clone)]
pub struct FunctionBill {
    /// All of it.
    pub whole: FunctionPart,
    /// Making environments ready, whether it was billed or not.
    pub init: FunctionPart,
    /// Memory that was not used, and that neither the CPU time nor the invocation with the most memory needs.
    pub unused: FunctionPart,
    /// Whether the CPU time is known, which bounds what memory could go.
    pub cpu_is_known: bool,
    /// Time in which a function used no CPU: it waited for others. Of versions that say their CPU time.
    pub wait: Option<FunctionPart>,
}

/// Energy, carbon, water and money of a part.
#[derive(Debug, Clone)]
pub struct FunctionPart {
    /// Figures.
    pub tally: Tally,
    /// Effective cost, by the share of all that the function costs.
    pub cost: Option<(Currency, f64)>,
}

impl Invocations {
    /// The share of the memory that could go: what is bought beyond the invocation with the most memory, and beyond the
    /// memory that buys the CPU time, where that is known.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "megabytes and milliseconds")]
    pub fn head_room(&self) -> f64 {
        let needs = |size: u64| {
            let cpu = self.memory_for_cpu(size).unwrap_or(0.0);
            (self.most_used_mb as f64).max(cpu).min(size as f64)
        };
        let unused: f64 =
            self.sizes.iter().map(|(size, billed)| (*size as f64 - needs(*size)) * *billed as f64).sum();
        if self.billed_mb_ms == 0 { 0.0 } else { unused / self.billed_mb_ms as f64 }
    }

    /// The memory in megabytes that buys the CPU time that is used with a memory size; nothing where no invocation says it.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "megabytes")]
    pub fn memory_for_cpu(&self, size: u64) -> Option<f64> {
        self.cpu_share().map(|share| share * (size as f64 / MB_PER_VCPU).min(1.0) * MB_PER_VCPU)
    }

    /// CPU time as a share of what the memory size buys; nothing where no invocation says it.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "microseconds")]
    pub fn cpu_share(&self) -> Option<f64> {
        let time: u64 = self.sizes.values().sum();
        let size = if time > 0 { self.billed_mb_ms as f64 / time as f64 } else { return None };
        let bought = (size / MB_PER_VCPU).max(f64::MIN_POSITIVE);
        (self.cpu_duration_us > 0)
            .then(|| (self.cpu_us as f64 / self.cpu_duration_us as f64 / bought).min(1.0))
    }

    /// The share of the time in which a function used no CPU; nothing where no invocation says it.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "microseconds")]
    pub fn wait_share(&self) -> Option<f64> {
        (self.cpu_duration_us > 0).then(|| self.wait_us as f64 / self.cpu_duration_us as f64)
    }
}

/// All functions of the logs.
pub(super) fn all(estimates: &Estimates, metrics: &Metrics) -> Result<Vec<FunctionUse>, EngineError> {
    let of_bill: Vec<(ResourceName, MeasuredResource<'_>)> = estimates
        .measured_resources()
        .map(|resource| (ResourceName::of_bill(resource.id()), resource))
        .collect();
    let mut functions = Vec::new();
    for (function, invocations) in &metrics.functions {
        let name = function.resource();
        let resources = || of_bill.iter().filter(|(own, _)| own.fits(&name)).map(|(_, resource)| *resource);
        let throttled = metrics.series.iter().filter(|series| {
            series.measure == Measure::Throttles
                && series.statistic == Statistic::Sum
                && series.resource.fits(&name)
        });
        let throttles: Vec<f64> =
            throttled.flat_map(|series| series.values.iter().copied().map(f64::from)).collect();
        functions.push(FunctionUse {
            function: function.clone(),
            workload: resources().flat_map(|own| own.workloads()).next().unwrap_or_default().to_owned(),
            invocations: invocations.clone(),
            throttles: (!throttles.is_empty()).then(|| throttles.iter().sum()),
            bill: bill(estimates, resources(), invocations)?,
        });
    }
    Ok(functions)
}

/// Parts of a version by the rate of its function's bill. What is kept ready belongs to every invocation, and to no part of
/// its time.
#[allow(clippy::cast_precision_loss, reason = "megabytes and milliseconds")]
fn bill<'a>(
    estimates: &'a Estimates,
    resources: impl Iterator<Item = MeasuredResource<'a>> + Clone,
    invocations: &Invocations,
) -> Result<Option<FunctionBill>, EngineError> {
    let (mut whole, mut at_work) = (UseAmounts::default(), UseAmounts::default());
    let mut gib_hours = 0.0;
    for resource in resources.clone() {
        whole.add(&resource.amounts(UsePart::Whole));
        at_work.add(&resource.amounts_not_saying(UsePart::Whole, &READY));
        let sum = |hours: HourlyNumbers| hours.values.iter().sum::<f64>();
        gib_hours +=
            sum(resource.hourly("memory-hours")) - sum(resource.hourly_saying("memory-hours", &READY));
    }
    if gib_hours <= 0.0 {
        return Ok(None);
    }
    let whole_cost = sum_of(resources.clone().filter_map(|resource| resource.whole_cost()));
    let cost_at_work = sum_of(resources.filter_map(|resource| resource.cost_not_saying(&READY)));
    let part = |amounts: &UseAmounts, cost: Option<(Currency, f64)>, mb_ms: f64| {
        let share = mb_ms / 1_024.0 / 3_600_000.0 / gib_hours;
        let tally = estimates.tally_of(&amounts.scaled(share))?;
        Ok::<_, EngineError>(FunctionPart {
            tally,
            cost: cost.map(|(currency, cost)| (currency, cost * share)),
        })
    };
    let of_work = |mb_ms: f64| part(&at_work, cost_at_work, mb_ms);
    let billed = invocations.billed_mb_ms as f64;
    Ok(Some(FunctionBill {
        whole: part(&whole, whole_cost, billed)?,
        init: of_work(invocations.init_mb_us as f64 / 1_000.0)?,
        unused: of_work(billed * invocations.head_room())?,
        cpu_is_known: invocations.cpu_share().is_some(),
        wait: invocations.wait_share().map(|share| of_work(billed * share)).transpose()?,
    }))
}

/// Costs in one currency; nothing where there are several, or none.
fn sum_of(costs: impl Iterator<Item = (Currency, f64)>) -> Option<(Currency, f64)> {
    let mut sum: Option<(Currency, f64)> = None;
    for (currency, cost) in costs {
        match &mut sum {
            None => sum = Some((currency, cost)),
            Some((own, whole)) if *own == currency => *whole += cost,
            Some(_) => return None,
        }
    }
    sum
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn memory_that_buys_cpu_time_is_no_head_room() {
        let mut invocations = Invocations {
            billed_mb_ms: 1_024 * 1_000,
            most_used_mb: 256,
            sizes: [(1_024, 1_000)].into(),
            ..Invocations::default()
        };
        assert!((invocations.head_room() - 0.75).abs() < 1e-12);
        // It buys 0.58 vCPU and uses half of a vCPU: 884 MB buy that.
        (invocations.cpu_us, invocations.cpu_duration_us) = (500, 1_000);
        assert!((invocations.cpu_share().unwrap() - 0.5 / (1_024.0 / 1_769.0)).abs() < 1e-12);
        assert!((invocations.head_room() - (1_024.0 - 884.5) / 1_024.0).abs() < 1e-9);
    }
}
