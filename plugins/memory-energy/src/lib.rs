//! Energy of memory that the CPU figure does not hold already.
//!
//! The watts of a CPU family are those of whole servers with their memory. What such a server holds per chip is
//! taken off first: `W/GiB × max(0, GiB − vCPU × chips / vCPU_server × GiB-per-chip)`.
//!
//! - Where a row does not say how large its server is (Lambda, Fargate), the family's usual chip is assumed and the
//!   error is that of unknown hardware. For machines of unknown make that is the chip with the least memory per
//!   vCPU among the families behind their watts.
//! - A row of memory alone, without vCPU (the GB-hours of Fargate), counts all its memory: one row cannot see the
//!   vCPU that another row bills. At 2 GiB per vCPU this overstates a Fargate task by a fifth, at 8 GiB by a tenth.
//! - A `dynamic` row carries load only; its memory is on the row that reserved it.

use joulework_sdk::prelude::*;

factors! {
    /// Memory of the servers behind the watts of a CPU family.
    pub struct ChipRow: "cpu-families" in "../data/cpu-families.csv",
        "Memory per chip of the servers behind the watts of a CPU family, and the vCPU that AWS sells per chip." {
        family: String = column("cpu-family").doc("CPU family"),
        gib_per_chip: f64 = column("gib-per-chip").unit("GiB").doc("Memory per chip"),
        vcpus_per_chip: f64 = column("vcpus-per-chip").unit("1").doc("vCPU per chip where the row does not state its server"),
        known: String = column("known").doc("`yes`; `no` where another family stands in or the make is unknown"),
    }
}

factors! {
    /// Power of memory.
    pub struct MemoryRow: "memory" in "../data/memory.csv", "Watts of memory." {
        memory: String = column("memory").doc("Kind of memory; the model reads `ddr5`"),
        watts_per_gib: f64 = column("watts-per-gib").unit("W").doc("Watts per GiB"),
    }
}

inputs! {
    /// What the model reads.
    pub struct In {
        memory_hours: Numbers = input("memory-hours"),
        vcpu_hours: Numbers = input("vcpu-hours"),
        family: Categories = input("cpu-family"),
        share: Optional<Categories> = input("compute-share"),
        server_vcpus: Optional<Numbers> = input("server-vcpus"),
        server_sockets: Optional<Numbers> = input("server-sockets"),
    }
}

outputs! {
    /// What the model returns.
    pub struct Out {
        energy: Graded<NumbersOut<2>> = output("memory-energy")
            .part_of("it-energy")
            .inherits("memory-hours", 1.0)
            .error("memory-power", &[])
            .error("memory-power-family", &["cpu-family"]),
    }
}

/// The configured model.
#[derive(Debug)]
pub struct MemoryEnergy {
    chips: Keyed<ChipRow>,
    watts: f64,
    /// Where the watts come from.
    source: String,
    /// `memory-power` and its family, for known and for unknown servers.
    gsds: [[f64; 2]; 2],
}

/// How a row's memory is counted.
#[derive(Debug, Clone, Copy)]
enum Count<'a> {
    /// Nothing of the kind.
    Nothing,
    /// Something that cannot be said.
    Unknown,
    /// Memory without a vCPU.
    Alone(f64),
    /// Memory-hours and vCPU-hours on a chip, with the chips per vCPU of the server where the row states it.
    OnServer(f64, f64, &'a Factor<ChipRow>, Option<[f64; 2]>),
}

impl MemoryEnergy {
    #[inline]
    fn count<'a>(input: &In, row: usize, chip: Option<&'a Factor<ChipRow>>, dynamic: bool) -> Count<'a> {
        let memory = input.memory_hours.get(row);
        if dynamic || memory == Some(0.0) {
            return Count::Nothing;
        }
        let server = match (input.server_sockets.get(row), input.server_vcpus.get(row)) {
            (Some(sockets), Some(vcpus)) if sockets > 0.0 && vcpus > 0.0 => Some([sockets, vcpus]),
            _ => None,
        };
        match (memory, input.vcpu_hours.get(row), chip) {
            (Some(memory), Some(0.0), _) => Count::Alone(memory),
            (Some(memory), Some(vcpus), Some(chip)) => Count::OnServer(memory, vcpus, chip, server),
            _ => Count::Unknown,
        }
    }

    fn chip(&self, family: Option<&str>) -> Option<&Factor<ChipRow>> {
        self.chips.at(family?, None).map(|found| found.row)
    }
}

fn is_dynamic(share: Option<&str>) -> bool {
    share == Some("dynamic")
}

impl Estimator for MemoryEnergy {
    type Inputs = In;
    type Outputs = Out;

    const ABOUT: About = about!()
        .settings(include_str!("../data/settings.schema.json"))
        .factors("2026.1", &[
            joulework_sdk::factors::table::<ChipRow>(),
            joulework_sdk::factors::table::<MemoryRow>(),
        ])
        .cites(&[
            Citation {
                title: "SPECpower_ssj2008 published results: memory per chip",
                publisher: "Standard Performance Evaluation Corporation",
                published: "2026-03-09",
                locator: "https://www.spec.org/power_ssj2008/results/",
                licence: "published results; collection of cloud-carbon-footprint/ccf-coefficients under Apache-2.0",
            },
            Citation {
                title: "Designing Cloud Servers for Lower Carbon (GreenSKU): DDR5 watts",
                publisher: "Microsoft",
                published: "2023",
                locator: "https://github.com/Azure/AzurePublicDataset/blob/master/AzureGreenSKUFramework2023.md",
                licence: "published fact",
            },
        ]);

    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
        let chips = Keyed::new(tables.load::<ChipRow>()?, |row| row.family.clone());
        for row in chips.rows() {
            if row.gib_per_chip < 0.0
                || row.vcpus_per_chip <= 0.0
                || !matches!(row.known.as_str(), "yes" | "no")
            {
                return Err(Fault::table(format!(
                    "row `{}`: memory is 0 or more, vCPU above 0, and `known` is `yes` or `no`",
                    row.id
                )));
            }
        }
        let memory = Keyed::new(tables.load::<MemoryRow>()?, |row| row.memory.clone());
        let row =
            memory.at("ddr5", None).ok_or_else(|| Fault::table("the table `memory` has no row `ddr5`"))?.row;
        let (watts, source) = match settings.number("watts-per-gib")? {
            Some(watts) => (watts, "setting".to_owned()),
            None => (row.watts_per_gib, row.id.clone()),
        };
        if watts < 0.0 {
            return Err(Fault::settings("the watts per GiB are negative"));
        }
        let [shared, shared_unknown] = settings.gsds("gsd-memory-power", [1.35, 1.5])?;
        let [own, own_unknown] = settings.gsds("gsd-memory-power-family", [1.2, 1.3])?;
        Ok(Self { chips, watts, source, gsds: [[shared, own], [shared_unknown, own_unknown]] })
    }

    fn estimate(&self, input: &In, out: &mut Out) -> Result<(), Fault> {
        let chips = input.family.map(|family| self.chip(family));
        let dynamic = input.share.map(is_dynamic);
        let [known, unknown] = self.gsds;
        for row in 0..input.rows {
            let (gib_hours, is_known) = match Self::count(input, row, *chips.at(row), *dynamic.at(row)) {
                Count::Nothing => {
                    out.energy.zero();
                    continue;
                }
                Count::Unknown => {
                    out.energy.unknown();
                    continue;
                }
                Count::Alone(memory) => (memory, false),
                Count::OnServer(memory, vcpus, chip, server) => {
                    let [sockets, server_vcpus] = server.unwrap_or([1.0, chip.vcpus_per_chip]);
                    let held = vcpus * sockets / server_vcpus * chip.gib_per_chip;
                    ((memory - held).max(0.0), server.is_some() && chip.known == "yes")
                }
            };
            if gib_hours == 0.0 {
                out.energy.zero();
            } else if is_known {
                out.energy.push(self.watts * gib_hours / 1000.0, known, Basis::KnownHardware);
            } else {
                out.energy.push(self.watts * gib_hours / 1000.0, unknown, Basis::UnknownHardware);
            }
        }
        Ok(())
    }

    fn explain(&self, input: &In, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
        let chip = self.chip(input.family.get(row));
        match Self::count(input, row, chip, is_dynamic(input.share.get(row))) {
            Count::Nothing => steps.zero("memory-energy"),
            Count::Unknown => {}
            Count::Alone(memory) => {
                steps
                    .step("memory-energy", "[watts-per-gib] * [memory-hours] / 1000")
                    .factor("watts-per-gib", self.watts, "W/GiB", &self.source)
                    .input("memory-hours", memory);
            }
            Count::OnServer(memory, vcpus, chip, server) => {
                let gib = chip.gib_per_chip;
                let [sockets, server_vcpus] = server.unwrap_or([1.0, chip.vcpus_per_chip]);
                let held = vcpus * sockets / server_vcpus * gib;
                if server.is_some() {
                    steps
                        .step(
                            "memory-energy.held",
                            "[vcpu-hours] * [server-sockets] / [server-vcpus] * [gib-per-chip]",
                        )
                        .input("vcpu-hours", vcpus)
                        .input("server-sockets", sockets)
                        .input("server-vcpus", server_vcpus)
                        .factor("gib-per-chip", gib, "GiB", &chip.id);
                } else {
                    steps
                        .step("memory-energy.held", "[vcpu-hours] / [vcpus-per-chip] * [gib-per-chip]")
                        .input("vcpu-hours", vcpus)
                        .factor("vcpus-per-chip", server_vcpus, "1", &chip.id)
                        .factor("gib-per-chip", gib, "GiB", &chip.id);
                }
                steps
                    .step(
                        "memory-energy",
                        "[watts-per-gib] * max(0, [memory-hours] - [memory-energy.held]) / 1000",
                    )
                    .factor("watts-per-gib", self.watts, "W/GiB", &self.source)
                    .input("memory-hours", memory)
                    .between("memory-energy.held", held, "GiB.h");
            }
        }
        Ok(())
    }
}

plugin!(MemoryEnergy);
