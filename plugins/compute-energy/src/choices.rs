//! The choices of this project that a user may change: load curve, bounds of an unknown load, GSDs.

use joulework_sdk::math::ln;
use joulework_sdk::{Fault, Settings};

use crate::curve::Curve;

/// Settings with their defaults. GSDs are held as natural logarithms, the known case first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Choices {
    /// Power over load of a CPU.
    pub(crate) curve: Curve,
    /// Fractions of the way from idle to full CPU power that bound an unknown load.
    pub(crate) unknown_load: [f64; 2],
    /// The same for accelerators.
    pub(crate) unknown_accelerator_load: [f64; 2],
    /// `cpu-power`. The method's 1.7 held the other models for 10 of 14 instance types only, 1.8 for 12.
    pub(crate) cpu_power: [f64; 2],
    /// `cpu-power-family`, where a row has no quantiles.
    pub(crate) cpu_power_family: [f64; 2],
    /// `accelerator-power`.
    pub(crate) accelerator_power: [f64; 2],
    /// `accelerator-power-device`.
    pub(crate) accelerator_power_device: [f64; 2],
    /// `utilisation-resource` of a measured utilisation.
    pub(crate) utilisation_resource: f64,
}

impl Choices {
    /// From the settings of the manifest.
    ///
    /// # Errors
    /// `settings.invalid` where the curve would fall, or a band is empty or outside 0 to 1.
    pub(crate) fn read(settings: &Settings) -> Result<Self, Fault> {
        let default = Curve::default();
        let curve = Curve {
            at_10: settings.number("fraction-at-10")?.unwrap_or(default.at_10),
            at_50: settings.number("fraction-at-50")?.unwrap_or(default.at_50),
        };
        if !(0.0 <= curve.at_10 && curve.at_10 <= curve.at_50 && curve.at_50 <= 1.0) {
            return Err(Fault::settings("`fraction-at-10` and `fraction-at-50` must rise from 0 to 1"));
        }
        let gsd = settings.number("gsd-utilisation-resource")?.unwrap_or(1.05);
        if gsd < 1.0 {
            return Err(Fault::settings("`gsd-utilisation-resource` is below 1"));
        }
        let gsds = |key: &str, default| settings.gsds(key, default).map(|gsds| gsds.map(ln));
        Ok(Self {
            curve,
            unknown_load: band(settings, "unknown-load", [0.1, 0.9])?.map(|load| curve.fraction(load)),
            unknown_accelerator_load: band(settings, "unknown-accelerator-load", [0.3, 1.0])?,
            cpu_power: gsds("gsd-cpu-power", [1.8, 1.9])?,
            cpu_power_family: gsds("gsd-cpu-power-family", [1.25, 1.4])?,
            accelerator_power: gsds("gsd-accelerator-power", [1.2, 1.5])?,
            accelerator_power_device: gsds("gsd-accelerator-power-device", [1.25, 1.4])?,
            utilisation_resource: ln(gsd),
        })
    }
}

fn band(settings: &Settings, key: &str, default: [f64; 2]) -> Result<[f64; 2], Fault> {
    let [low, high] = settings.pair(key)?.unwrap_or(default);
    if 0.0 <= low && low <= high && high <= 1.0 {
        Ok([low, high])
    } else {
        Err(Fault::settings(format!("`{key}` must be two loads that rise from 0 to 1")))
    }
}
