//! What if: a bill against the same bill with changes.

use std::collections::BTreeMap;

use joulework_engine::EngineError;
use joulework_engine::assess::{Dimension, Estimates};
use joulework_engine::pipeline::{Assessment, Description, Engine, Progress};
use joulework_engine::variant::{ResourceOutcome, Scope, Throttled, Variant};

use crate::compare::{Comparison, compare};

/// A bill before and after changes.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// As it is.
    pub before: Assessment,
    /// As it would be.
    pub after: Assessment,
    /// The two side by side.
    pub comparison: Comparison,
    /// How far vCPU are used, before and after, where that is measured.
    pub vcpu: [VcpuUse; 2],
    /// What became of the resources that changes were meant for.
    pub resources: BTreeMap<String, ResourceOutcome>,
    /// What token buckets did to the demand behind them, in vCPU hours.
    pub throttled: Vec<Throttled>,
}

/// vCPU hours whose use is measured.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct VcpuUse {
    /// What is supplied.
    pub supply: f64,
    /// What is used of it.
    pub used: f64,
}

impl VcpuUse {
    fn of(estimates: &Estimates) -> Self {
        let mut sum = Self::default();
        for resource in estimates.measured_resources() {
            let Some(loads) = resource.loads() else { continue };
            let hours = resource.hourly("vcpu-hours");
            for (hour, supply) in (hours.first_hour..).zip(&hours.values) {
                if let Some(load) = loads.at(hour) {
                    sum.supply += supply;
                    sum.used += supply * f64::from(load);
                }
            }
        }
        sum
    }

    /// The share that is used.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.supply > 0.0).then(|| self.used / self.supply)
    }
}

/// The description of a run that can be changed.
#[must_use]
pub fn changeable(mut description: Description) -> Description {
    if !description.dimensions.contains(&Dimension::Resource) {
        description.dimensions.push(Dimension::Resource);
    }
    description.terms_apart = true;
    description
}

/// Estimates a bill as it is and with changes, and compares the two in total, by `dimensions` and per unit of work. The
/// engine is one of a [`changeable`] description.
///
/// # Errors
/// The first bad value, fault or overflow; a change that is not valid.
pub fn what_if(
    engine: &Engine,
    variant: &Variant,
    dimensions: &[Dimension],
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<WhatIf, EngineError> {
    let (before, base) = engine.base(tell)?;
    let varied = base.vary(variant, Scope::Whole)?;
    let after = Assessment {
        estimates: varied.estimates,
        description: before.description.clone(),
        provenance: before.provenance.clone(),
        recorded: before.recorded.clone(),
    };
    let comparison = compare(&before, &after, dimensions)?;
    let vcpu = [&before, &after].map(|side| VcpuUse::of(&side.estimates));
    Ok(WhatIf { comparison, vcpu, before, after, resources: varied.resources, throttled: varied.throttled })
}
