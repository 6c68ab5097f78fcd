//! CPU families and accelerators: their power rows, and everything that follows from a row alone.

use std::collections::BTreeMap;

use joulework_sdk::math::ln;
use joulework_sdk::prelude::*;

use crate::choices::Choices;
use crate::curve::Range;
use crate::part::Part;

factors! {
    /// Power of a CPU family per hardware thread.
    pub(crate) struct CpuRow: "cpu-families" in "../data/cpu-families.csv",
        "Watts of whole servers per hardware thread, by CPU family: 10 %, 50 % and 90 % quantile over published results." {
        family: String = column("cpu-family").doc("CPU family"),
        idle_p10: Option<f64> = column("idle-p10").unit("W").doc("Watts per hardware thread without load, 10 % quantile"),
        idle: f64 = column("idle-p50").unit("W").doc("Watts per hardware thread without load"),
        idle_p90: Option<f64> = column("idle-p90").unit("W").doc("The same, 90 % quantile"),
        full_p10: Option<f64> = column("full-p10").unit("W").doc("Watts per hardware thread at full load, 10 % quantile"),
        full: f64 = column("full-p50").unit("W").doc("Watts per hardware thread at full load"),
        full_p90: Option<f64> = column("full-p90").unit("W").doc("The same, 90 % quantile"),
        threads: f64 = column("threads-per-vcpu").unit("1").doc("Hardware threads that one vCPU is"),
        known: String = column("known").doc("`yes`; `no` where another family stands in or the make is unknown"),
    }
}

factors! {
    /// Power of an accelerator.
    pub(crate) struct AcceleratorRow: "accelerators" in "../data/accelerators.csv", "Watts of one accelerator device." {
        accelerator: String = column("accelerator").doc("Accelerator model"),
        idle: f64 = column("idle").unit("W").doc("Watts without load"),
        full: f64 = column("full").unit("W").doc("Watts at full load"),
        known: String = column("known").doc("`yes`; `no` where another device stands in"),
    }
}

/// The smallest own error of a family: few published servers are no proof of a narrow spread.
const LEAST_OWN_GSD: f64 = 1.15;
/// Standard deviations between the 10 % and the 90 % quantile of a normal distribution.
const QUANTILES: f64 = 2.563;

/// A CPU family, ready for rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Family {
    /// Id of the factor row.
    pub(crate) factor: String,
    /// Watts per thread and threads per vCPU as the row states them.
    pub(crate) stated: [f64; 3],
    /// Watts per vCPU.
    pub(crate) range: Range,
    /// An idle vCPU.
    pub(crate) idle: Part,
    /// A vCPU with an unknown load.
    pub(crate) unknown: Part,
    /// The load alone of such a vCPU.
    pub(crate) unknown_dynamic: Part,
    /// Errors with a measured load; watts to be filled in.
    pub(crate) measured: Part,
}

impl Family {
    fn new(row: &Factor<CpuRow>, choices: &Choices) -> Result<Self, Fault> {
        let CpuRow { idle, full, threads, .. } = row.own;
        let known = check(&row.id, idle, full, &row.known)?;
        if threads <= 0.0 {
            return Err(Fault::table(format!("row `{}`: a vCPU has no hardware thread", row.id)));
        }
        let range = Range::new(idle * threads, full * threads, choices.unknown_load);
        let at = usize::from(!known);
        let (shared, fallback) = (choices.cpu_power[at], choices.cpu_power_family[at]);
        // The quantiles of the watts at half load stand for every load but idle.
        let half = choices.curve.fraction(0.5);
        let between = |idle: Option<f64>, full: Option<f64>| Some(idle? + half * (full? - idle?));
        let own = |p10: Option<f64>, p90: Option<f64>| match p10
            .zip(p90)
            .filter(|(p10, p90)| known && *p10 > 0.0 && p90 >= p10)
        {
            Some((p10, p90)) => (ln(p90 / p10) / QUANTILES).max(ln(LEAST_OWN_GSD)),
            None => fallback,
        };
        let own_idle = own(row.idle_p10, row.idle_p90);
        let own_load = own(between(row.idle_p10, row.full_p10), between(row.idle_p90, row.full_p90));
        let basis = if known { Basis::KnownHardware } else { Basis::UnknownHardware };
        let dynamic = range.mean - range.idle;
        Ok(Self {
            factor: row.id.clone(),
            stated: [idle, full, threads],
            range,
            idle: Part::new(range.idle, shared, own_idle, 0.0, basis),
            unknown: Part::new(range.mean, shared, own_load, range.sigma, basis),
            unknown_dynamic: Part::new(dynamic, shared, own_load, dynamic_sigma(range, range.mean), basis),
            measured: Part::measured(
                shared,
                own_load,
                choices.utilisation_resource,
                if known { Basis::Measured } else { basis },
            ),
        })
    }
}

/// The load of a machine errs by as many watts as the whole machine, so by more of itself.
pub(crate) fn dynamic_sigma(range: Range, watts: f64) -> f64 {
    if watts > range.idle { range.sigma * watts / (watts - range.idle) } else { 0.0 }
}

/// An accelerator, ready for rows. Its utilisation is never known: `utilisation` is that of the vCPU.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Device {
    /// Id of the factor row.
    pub(crate) factor: String,
    /// Watts per device.
    pub(crate) range: Range,
    /// An idle device.
    pub(crate) idle: Part,
    /// A device with an unknown load.
    pub(crate) unknown: Part,
    /// The load alone of such a device.
    pub(crate) unknown_dynamic: Part,
}

impl Device {
    fn new(row: &Factor<AcceleratorRow>, choices: &Choices) -> Result<Self, Fault> {
        let AcceleratorRow { idle, full, .. } = row.own;
        let known = check(&row.id, idle, full, &row.known)?;
        let at = usize::from(!known);
        let (shared, own) = (choices.accelerator_power[at], choices.accelerator_power_device[at]);
        let basis = if known { Basis::KnownHardware } else { Basis::UnknownHardware };
        let range = Range::new(idle, full, choices.unknown_accelerator_load);
        let dynamic = range.mean - idle;
        Ok(Self {
            factor: row.id.clone(),
            range,
            idle: Part::new(idle, shared, own, 0.0, basis),
            unknown: Part::new(range.mean, shared, own, range.sigma, basis),
            unknown_dynamic: Part::new(dynamic, shared, own, dynamic_sigma(range, range.mean), basis),
        })
    }
}

fn check(id: &str, idle: f64, full: f64, known: &str) -> Result<bool, Fault> {
    if !(0.0 <= idle && idle <= full) {
        return Err(Fault::table(format!(
            "row `{id}`: idle watts must be 0 or more and full watts not below them"
        )));
    }
    match known {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Fault::table(format!("row `{id}`: `known` is `yes` or `no`, not `{known}`"))),
    }
}

/// Power rows by name. Names are compared whole: a family that has no row is unknown, never an average.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hardware {
    /// By `cpu-family`.
    pub(crate) families: BTreeMap<String, Family>,
    /// By `accelerator`.
    pub(crate) devices: BTreeMap<String, Device>,
}

impl Hardware {
    /// Reads both tables with the user's rows.
    ///
    /// # Errors
    /// `table.invalid`.
    pub(crate) fn read(tables: &Tables, choices: &Choices) -> Result<Self, Fault> {
        let families = Keyed::new(tables.load::<CpuRow>()?, |row| row.family.clone());
        let devices = Keyed::new(tables.load::<AcceleratorRow>()?, |row| row.accelerator.clone());
        let mut hardware = Self { families: BTreeMap::new(), devices: BTreeMap::new() };
        for name in families.rows().iter().map(|row| &row.family) {
            if let Some(found) = families.at(name, None) {
                hardware.families.insert(name.clone(), Family::new(found.row, choices)?);
            }
        }
        for name in devices.rows().iter().map(|row| &row.accelerator) {
            if let Some(found) = devices.at(name, None) {
                hardware.devices.insert(name.clone(), Device::new(found.row, choices)?);
            }
        }
        Ok(hardware)
    }
}
