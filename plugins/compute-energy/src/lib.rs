//! Energy of CPUs and accelerators from hours, make and load.
//!
//! - Watts per vCPU by CPU family: `SPECpower` medians of whole servers per hardware thread at idle and at full
//!   load, and a curve between them (`curve`). A family without a row has no figure: unknown, never an average.
//! - Load: `utilisation` where metrics were joined. Without it the 90 % band runs from 10 to 90 % load. A burstable
//!   type states its baseline as `default-load`: the mean is then the power at that load, and the error stays as
//!   wide as without any, because the baseline is what is paid for and not what is used.
//! - Accelerators: idle and full watts per device. Their load is never known (`utilisation` is that of the vCPU):
//!   the 90 % band runs from 30 to 100 %.
//! - `compute-share`: an `idle` row carries the watts without load, a `dynamic` row those above them.
//! - Idle and dynamic energy are known with `utilisation`, and where a row is one of both by its `compute-share` or
//!   has nothing at all; otherwise unknown, as beside an accelerator.
//! - `cpu-power` is 1.8 where the method began with 1.7: see `tests/plausible.rs`.
//! - Grades: `measured` where the load is and the family has its own results; `known-hardware` where the load is
//!   not; `unknown-hardware`, with wider errors, for machines of unknown make and where another family's results
//!   stand in (Graviton).

mod choices;
mod curve;
mod explain;
mod hardware;
mod part;

use joulework_sdk::prelude::*;

use choices::Choices;
use hardware::{Device, Family, Hardware, dynamic_sigma};
use part::{Part, Piece, add};

inputs! {
    /// What the model reads.
    pub struct In {
        vcpu_hours: Numbers = input("vcpu-hours"),
        family: Categories = input("cpu-family"),
        share: Optional<Categories> = input("compute-share"),
        default_load: Optional<Numbers> = input("default-load"),
        utilisation: Optional<Numbers> = input("utilisation"),
        accelerator_hours: Optional<Numbers> = input("accelerator-hours"),
        accelerator: Optional<Categories> = input("accelerator"),
    }
}

outputs! {
    /// What the model returns. Idle and dynamic energy stand beside the energy and are no parts of a total.
    pub struct Out {
        energy: Graded<NumbersOut<7>> = output("compute-energy")
            .part_of("it-energy")
            .inherits("vcpu-hours", 1.0)
            .error("cpu-power", &[])
            .error("cpu-power-family", &["cpu-family"])
            .error("accelerator-power", &[])
            .error("accelerator-power-device", &["accelerator"])
            .error("utilisation-service", &["service-name"])
            .error("utilisation-resource", &["resource-id"])
            .error("utilisation-month", &["resource-id", "charge-month"]),
        idle: NumbersOut<4> = output("compute-idle-energy")
            .inherits("vcpu-hours", 1.0)
            .error("cpu-power", &[])
            .error("cpu-power-family", &["cpu-family"])
            .error("accelerator-power", &[])
            .error("accelerator-power-device", &["accelerator"]),
        dynamic: NumbersOut<7> = output("compute-dynamic-energy")
            .inherits("vcpu-hours", 1.0)
            .error("cpu-power", &[])
            .error("cpu-power-family", &["cpu-family"])
            .error("accelerator-power", &[])
            .error("accelerator-power-device", &["accelerator"])
            .error("utilisation-service", &["service-name"])
            .error("utilisation-resource", &["resource-id"])
            .error("utilisation-month", &["resource-id", "charge-month"]),
    }
}

/// What a row carries of its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    Full,
    Idle,
    Dynamic,
}

impl Share {
    fn of(text: Option<&str>) -> Option<Self> {
        match text {
            None | Some("full") => Some(Self::Full),
            Some("idle") => Some(Self::Idle),
            Some("dynamic") => Some(Self::Dynamic),
            Some(_) => None,
        }
    }

    #[cold]
    fn fault(row: usize) -> Fault {
        Fault::out_of_range("`compute-share` is `full`, `idle` or `dynamic`").row(row).column("compute-share")
    }
}

/// What is known of a row's load.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Load {
    Measured(f64),
    Assumed(f64),
    Unknown,
}

impl Load {
    fn of(input: &In, row: usize) -> Result<Self, Fault> {
        let (load, column) = if let Some(load) = input.utilisation.get(row) {
            (Self::Measured(load), "utilisation")
        } else if let Some(load) = input.default_load.get(row) {
            (Self::Assumed(load), "default-load")
        } else {
            return Ok(Self::Unknown);
        };
        match load {
            Self::Measured(at) | Self::Assumed(at) if !(0.0..=1.0).contains(&at) => {
                Err(Fault::out_of_range(format!("a load of {at} is outside 0 to 1")).row(row).column(column))
            }
            load => Ok(load),
        }
    }
}

/// The configured model.
#[derive(Debug)]
pub struct ComputeEnergy {
    choices: Choices,
    hardware: Hardware,
}

impl ComputeEnergy {
    /// Watts and errors of one vCPU.
    #[inline]
    fn cpu(&self, family: &Family, share: Share, load: Load) -> Part {
        let range = &family.range;
        match (share, load) {
            (Share::Idle, _) => family.idle,
            (Share::Full, Load::Unknown) => family.unknown,
            (Share::Dynamic, Load::Unknown) => family.unknown_dynamic,
            (Share::Full, Load::Assumed(load)) => {
                family.unknown.at(range.at(self.choices.curve.fraction(load)))
            }
            (Share::Dynamic, Load::Assumed(load)) => {
                let watts = range.at(self.choices.curve.fraction(load));
                family.unknown.at(watts - range.idle).with_load_error(dynamic_sigma(*range, watts))
            }
            (Share::Full, Load::Measured(load)) => {
                family.measured.at(range.at(self.choices.curve.fraction(load)))
            }
            (Share::Dynamic, Load::Measured(load)) => {
                family.measured.at(range.at(self.choices.curve.fraction(load)) - range.idle)
            }
        }
    }

    /// Watts and errors of one accelerator.
    fn device(device: &Device, share: Share) -> Part {
        match share {
            Share::Full => device.unknown,
            Share::Idle => device.idle,
            Share::Dynamic => device.unknown_dynamic,
        }
    }

    #[inline]
    fn cpu_piece(&self, hours: Option<f64>, family: Option<&Family>, share: Share, load: Load) -> Piece {
        match (hours, family) {
            (Some(0.0), _) => Piece::Nothing,
            (Some(hours), Some(family)) => Piece::Hours(hours, self.cpu(family, share, load)),
            _ => Piece::Unknown,
        }
    }

    /// A pipeline without the column has no accelerators; a row without a value has an unknown number.
    #[inline]
    fn device_piece(input: &In, row: usize, device: Option<&Device>, share: Share) -> Piece {
        if !input.accelerator_hours.is_present() {
            return Piece::Nothing;
        }
        match (input.accelerator_hours.get(row), device) {
            (Some(0.0), _) => Piece::Nothing,
            (Some(hours), Some(device)) => Piece::Hours(hours, Self::device(device, share)),
            _ => Piece::Unknown,
        }
    }
}

impl Estimator for ComputeEnergy {
    type Inputs = In;
    type Outputs = Out;

    const ABOUT: About = about!()
        .settings(include_str!("../data/settings.schema.json"))
        .factors("2026.1", &[
            joulework_sdk::factors::table::<hardware::CpuRow>(),
            joulework_sdk::factors::table::<hardware::AcceleratorRow>(),
        ])
        .cites(&[
            Citation {
                title: "SPECpower_ssj2008 published results",
                publisher: "Standard Performance Evaluation Corporation",
                published: "2026-03-09",
                locator: "https://www.spec.org/power_ssj2008/results/",
                licence: "published results; collection of cloud-carbon-footprint/ccf-coefficients under Apache-2.0",
            },
            Citation {
                title: "Cloud Carbon Footprint: constants and GPU watts",
                publisher: "Thoughtworks",
                published: "2024-03-25",
                locator: "https://github.com/cloud-carbon-footprint/cloud-carbon-footprint",
                licence: "Apache-2.0",
            },
            Citation {
                title: "SPRUCE: watts of newer accelerators",
                publisher: "DigitalPebble",
                published: "2026-07-20",
                locator: "https://github.com/DigitalPebble/spruce",
                licence: "Apache-2.0",
            },
        ]);

    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
        let choices = Choices::read(settings)?;
        let hardware = Hardware::read(tables, &choices)?;
        Ok(Self { choices, hardware })
    }

    fn estimate(&self, input: &In, out: &mut Out) -> Result<(), Fault> {
        let families = input.family.map(|name| self.hardware.families.get(name?));
        let devices = input.accelerator.map(|name| self.hardware.devices.get(name?));
        let shares = input.share.map(Share::of);
        for row in 0..input.rows {
            let share = shares.at(row).ok_or_else(|| Share::fault(row))?;
            let load = Load::of(input, row)?;
            let family = *families.at(row);
            let cpu = self.cpu_piece(input.vcpu_hours.get(row), family, share, load);
            let device = Self::device_piece(input, row, *devices.at(row), share);
            let Some(energy) = add(cpu, device) else {
                out.energy.unknown();
                out.idle.unknown();
                out.dynamic.unknown();
                continue;
            };
            if energy.kwh > 0.0 {
                out.energy.push(energy.kwh, energy.gsds, energy.basis);
            } else {
                out.energy.zero();
            }
            let [cpu_gsd, family_gsd, accelerator_gsd, device_gsd, ..] = energy.gsds;
            match (share, cpu, device) {
                (Share::Idle, ..) => {
                    out.idle.push(energy.kwh, [cpu_gsd, family_gsd, accelerator_gsd, device_gsd]);
                    out.dynamic.zero();
                }
                (Share::Dynamic, ..) => {
                    out.idle.zero();
                    out.dynamic.push(energy.kwh, energy.gsds);
                }
                (Share::Full, Piece::Nothing, Piece::Nothing) => {
                    out.idle.zero();
                    out.dynamic.zero();
                }
                (Share::Full, Piece::Hours(hours, _), Piece::Nothing)
                    if matches!(load, Load::Measured(_)) =>
                {
                    let idle = family.map_or(0.0, |family| hours * family.range.idle / 1000.0);
                    let [cpu_gsd, family_gsd, ..] = family.map_or([1.0; 7], |family| family.idle.as_cpu());
                    out.idle.push(idle, [cpu_gsd, family_gsd, 1.0, 1.0]);
                    out.dynamic.push((energy.kwh - idle).max(0.0), energy.gsds);
                }
                (Share::Full, ..) => {
                    out.idle.unknown();
                    out.dynamic.unknown();
                }
            }
        }
        Ok(())
    }

    fn explain(&self, input: &In, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
        explain::row(self, input, row, steps)
    }
}

plugin!(ComputeEnergy);
