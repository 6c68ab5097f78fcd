//! The share of a row in the making of servers and storage devices.
//!
//! `M per hour = [DRAM × GiB/GiB_server + (total − DRAM − GPU) × vCPU/vCPU_server + GPU × gpus/gpus_server] / life`,
//! after SCI (ISO/IEC 21031): `M = TE × (TiR/EL) × (RR/ToR)`. The server's totals come from a parts list. All
//! accelerators of a server are alike, so the last term is the carbon of one device per device-hour.
//!
//! - Embodied carbon stays carbon: it is never turned into energy, and no grid touches it.
//! - It is in proportion to the size of the machine: a row that is the whole server carries the whole.
//! - Where a row does not state its server (Lambda, Fargate), one is assumed by CPU family: for machines of
//!   unknown make 128 vCPU, 2 sockets, 512 GiB (x86) and 64 vCPU, 1 socket, 256 GiB (arm), a choice of this
//!   project, with the errors of unknown hardware.
//! - A `dynamic` row carries load only; the making of its machine is on the row that reserved it.
//! - Local disks of a server are in no figure: a bill does not tell them.

mod explain;
mod parts;

use joulework_sdk::prelude::*;

use parts::{Assumed, Figure, Parts, Server};

inputs! {
    /// What the model reads.
    pub struct In {
        vcpu_hours: Numbers = input("vcpu-hours"),
        memory_hours: Numbers = input("memory-hours"),
        family: Categories = input("cpu-family"),
        share: Optional<Categories> = input("compute-share"),
        accelerator_hours: Optional<Numbers> = input("accelerator-hours"),
        accelerator: Optional<Categories> = input("accelerator"),
        server_vcpus: Optional<Numbers> = input("server-vcpus"),
        server_memory: Optional<Numbers> = input("server-memory"),
        server_sockets: Optional<Numbers> = input("server-sockets"),
        storage_hours: Optional<Numbers> = input("storage-hours"),
        medium: Optional<Categories> = input("storage-medium"),
        copies: Optional<Numbers> = input("storage-copies"),
    }
}

outputs! {
    /// What the model returns.
    pub struct Out {
        server: Graded<NumbersOut<2>> = output("server-embodied-carbon")
            .part_of("embodied-carbon")
            .inherits("vcpu-hours", 1.0)
            .error("embodied", &[])
            .error("embodied-family", &["cpu-family"]),
        storage: Graded<NumbersOut<4>> = output("storage-embodied-carbon")
            .part_of("embodied-carbon")
            .inherits("storage-hours", 1.0)
            .error("embodied", &[])
            .error("embodied-carbon.medium", &["storage-medium"])
            .error("replication", &[])
            .error("replication-service", &["service-name"]),
    }
}

/// What a row has of servers.
#[derive(Debug, Clone, Copy)]
enum Machine<'a> {
    /// Nothing of the kind.
    Nothing,
    /// Something that cannot be said.
    Unknown,
    /// Hours of its parts.
    Share {
        vcpu_hours: f64,
        memory_hours: f64,
        /// The server, needed where there are vCPU or memory; and the factor row where it is assumed.
        server: Option<(Server, Option<&'a Assumed>)>,
        /// Device-hours and carbon per device.
        devices: Option<(f64, &'a Figure)>,
        known: bool,
    },
}

/// What a row has of storage.
#[derive(Debug, Clone, Copy)]
enum Storage<'a> {
    Nothing,
    Unknown,
    Devices { hours: f64, copies: f64, medium: &'a Figure },
}

/// The configured model.
#[derive(Debug)]
pub struct EmbodiedCarbon {
    parts: Parts,
    life_years: f64,
    known: [f64; 2],
    unknown: [f64; 2],
    storage: [f64; 4],
}

const HOURS_PER_YEAR: f64 = 8_760.0;

impl EmbodiedCarbon {
    #[inline]
    fn machine<'a>(
        input: &In,
        row: usize,
        assumed: Option<&'a Assumed>,
        device: Option<&'a Figure>,
        dynamic: bool,
    ) -> Machine<'a> {
        if dynamic {
            return Machine::Nothing;
        }
        let device_hours =
            if input.accelerator_hours.is_present() { input.accelerator_hours.get(row) } else { Some(0.0) };
        let (Some(vcpu_hours), Some(memory_hours), Some(device_hours)) =
            (input.vcpu_hours.get(row), input.memory_hours.get(row), device_hours)
        else {
            return Machine::Unknown;
        };
        let devices = if device_hours > 0.0 {
            let Some(device) = device else { return Machine::Unknown };
            Some((device_hours, device))
        } else {
            None
        };
        let mut known = devices.is_none_or(|(_, device)| device.known);
        let server = if vcpu_hours > 0.0 || memory_hours > 0.0 {
            let stated = stated(input, row);
            known &= stated.is_some() && assumed.is_some_and(|assumed| assumed.known);
            match (stated, assumed) {
                (Some(server), _) => Some((server, None)),
                (None, Some(assumed)) => Some((assumed.server, Some(assumed))),
                (None, None) => return Machine::Unknown,
            }
        } else {
            None
        };
        if server.is_none() && devices.is_none() {
            return Machine::Nothing;
        }
        Machine::Share { vcpu_hours, memory_hours, server, devices, known }
    }

    #[inline]
    fn storage<'a>(input: &In, row: usize, medium: Option<&'a Figure>) -> Storage<'a> {
        if !input.storage_hours.is_present() {
            return Storage::Nothing;
        }
        match (input.storage_hours.get(row), medium, input.copies.get(row)) {
            (Some(0.0), ..) => Storage::Nothing,
            (Some(hours), Some(medium), Some(copies)) => Storage::Devices { hours, copies, medium },
            _ => Storage::Unknown,
        }
    }

    /// kgCO2e-hours: to be divided by the hours of a life.
    #[inline]
    fn kg_hours(
        &self,
        vcpu_hours: f64,
        memory_hours: f64,
        server: Option<Server>,
        devices: Option<(f64, &Figure)>,
    ) -> f64 {
        let server = server.map_or(0.0, |server| {
            self.parts.dram_kg(server) * memory_hours / server.memory
                + self.parts.machine_kg(server) * vcpu_hours / server.vcpus
        });
        server + devices.map_or(0.0, |(hours, device)| hours * device.value)
    }
}

/// The server that the row states, if it states all of it.
#[inline]
fn stated(input: &In, row: usize) -> Option<Server> {
    let server = Server {
        vcpus: input.server_vcpus.get(row)?,
        sockets: input.server_sockets.get(row)?,
        memory: input.server_memory.get(row)?,
    };
    (server.vcpus > 0.0 && server.sockets > 0.0 && server.memory > 0.0).then_some(server)
}

fn is_dynamic(share: Option<&str>) -> bool {
    share == Some("dynamic")
}

impl Estimator for EmbodiedCarbon {
    type Inputs = In;
    type Outputs = Out;

    const ABOUT: About = about!()
        .settings(include_str!("../data/settings.schema.json"))
        .factors("2026.1", &[
            joulework_sdk::factors::table::<parts::PartRow>(),
            joulework_sdk::factors::table::<parts::AcceleratorRow>(),
            joulework_sdk::factors::table::<parts::MediumRow>(),
            joulework_sdk::factors::table::<parts::ServerRow>(),
        ])
        .cites(&[
            Citation {
                title: "Software Carbon Intensity specification (ISO/IEC 21031)",
                publisher: "Green Software Foundation",
                published: "2024",
                locator: "https://sci.greensoftware.foundation",
                licence: "CC BY 4.0",
            },
            Citation {
                title: "Embodied carbon of server parts, Teads method",
                publisher: "Thoughtworks (cloud-carbon-footprint/ccf-coefficients)",
                published: "2021",
                locator: "https://github.com/cloud-carbon-footprint/ccf-coefficients",
                licence: "Apache-2.0",
            },
            Citation {
                title: "Designing Cloud Servers for Lower Carbon (GreenSKU): SSD carbon",
                publisher: "Microsoft",
                published: "2023",
                locator: "https://github.com/Azure/AzurePublicDataset/blob/master/AzureGreenSKUFramework2023.md",
                licence: "published fact",
            },
        ]);

    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
        let life_years = settings.number("life-years")?.unwrap_or(4.9);
        let medium = settings.number("gsd-medium")?.unwrap_or(1.3);
        if life_years <= 0.0 || medium < 1.0 {
            return Err(Fault::settings("`life-years` must be above 0 and `gsd-medium` 1 or more"));
        }
        let [shared, shared_unknown] = settings.gsds("gsd-embodied", [1.3, 1.5])?;
        let [own, own_unknown] = settings.gsds("gsd-embodied-family", [1.2, 1.3])?;
        let assumed = usize::from(!settings.flag("copies-are-known")?.unwrap_or(false));
        let copies = settings.gsds("gsd-replication", [1.0, 1.2])?[assumed];
        let service = settings.gsds("gsd-replication-service", [1.0, 1.3])?[assumed];
        Ok(Self {
            parts: Parts::read(tables)?,
            life_years,
            known: [shared, own],
            unknown: [shared_unknown, own_unknown],
            // The medium is known, but nobody says whose drives a cloud buys: the wider error.
            storage: [shared_unknown, medium, copies, service],
        })
    }

    fn estimate(&self, input: &In, out: &mut Out) -> Result<(), Fault> {
        let families = input.family.map(|name| self.parts.servers.get(name?));
        let devices = input.accelerator.map(|name| self.parts.devices.get(name?));
        let media = input.medium.map(|name| self.parts.media.get(name?));
        let dynamic = input.share.map(is_dynamic);
        let life_hours = self.life_years * HOURS_PER_YEAR;
        for row in 0..input.rows {
            match Self::machine(input, row, *families.at(row), *devices.at(row), *dynamic.at(row)) {
                Machine::Nothing => out.server.zero(),
                Machine::Unknown => out.server.unknown(),
                Machine::Share { vcpu_hours, memory_hours, server, devices, known } => {
                    let kg_hours =
                        self.kg_hours(vcpu_hours, memory_hours, server.map(|(server, _)| server), devices);
                    let grams = kg_hours * 1000.0 / life_hours;
                    if known {
                        out.server.push(grams, self.known, Basis::KnownHardware);
                    } else {
                        out.server.push(grams, self.unknown, Basis::UnknownHardware);
                    }
                }
            }
            match Self::storage(input, row, *media.at(row)) {
                Storage::Nothing => out.storage.zero(),
                Storage::Unknown => out.storage.unknown(),
                Storage::Devices { hours, copies, medium } => {
                    let grams = hours * copies * medium.value * 1000.0 / life_hours;
                    out.storage.push(grams, self.storage, Basis::KnownHardware);
                }
            }
        }
        Ok(())
    }

    fn explain(&self, input: &In, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
        explain::row(self, input, row, steps);
        Ok(())
    }
}

plugin!(EmbodiedCarbon);
