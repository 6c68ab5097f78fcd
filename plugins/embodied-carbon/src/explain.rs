//! The steps by which a row got its embodied carbon.

use joulework_sdk::{Steps, Terms};

use crate::parts::{Assumed, Figure, Server};
use crate::{EmbodiedCarbon, HOURS_PER_YEAR, In, Machine, Storage, is_dynamic};

const SERVER: &str = "server-embodied-carbon";
const STORAGE: &str = "storage-embodied-carbon";
const DRAM: &str = "embodied-carbon.dram";
const MACHINE: &str = "embodied-carbon.machine";
const LIFE: &str = "embodied-carbon.life";

/// The steps of one row; none for an output that is unknown.
pub(crate) fn row(model: &EmbodiedCarbon, input: &In, row: usize, steps: &mut Steps<'_>) {
    let assumed = input.family.get(row).and_then(|name| model.parts.servers.get(name));
    let device = input.accelerator.get(row).and_then(|name| model.parts.devices.get(name));
    match EmbodiedCarbon::machine(input, row, assumed, device, is_dynamic(input.share.get(row))) {
        Machine::Nothing => steps.zero(SERVER),
        Machine::Unknown => {}
        Machine::Share { vcpu_hours, memory_hours, server, devices, .. } => {
            machine(model, [vcpu_hours, memory_hours], server, devices, steps);
        }
    }
    let medium = input.medium.get(row).and_then(|name| model.parts.media.get(name));
    match EmbodiedCarbon::storage(input, row, medium) {
        Storage::Nothing => steps.zero(STORAGE),
        Storage::Unknown => {}
        Storage::Devices { hours, copies, medium } => {
            let life = life(model, steps);
            steps
                .step(
                    STORAGE,
                    "1000 * [storage-hours] * [storage-copies] * [kg-per-tb] / [embodied-carbon.life]",
                )
                .input("storage-hours", hours)
                .input("storage-copies", copies)
                .factor("kg-per-tb", medium.value, "kgCO2e/TB", &medium.factor)
                .between(LIFE, life, "h");
        }
    }
}

/// Hours of a life.
fn life(model: &EmbodiedCarbon, steps: &mut Steps<'_>) -> f64 {
    steps.step(LIFE, "[life-years] * 8760").constant("life-years", model.life_years, "a", "setting");
    model.life_years * HOURS_PER_YEAR
}

fn machine(
    model: &EmbodiedCarbon,
    [vcpu_hours, memory_hours]: [f64; 2],
    server: Option<(Server, Option<&Assumed>)>,
    devices: Option<(f64, &Figure)>,
    steps: &mut Steps<'_>,
) {
    let life = life(model, steps);
    let mut formula = Vec::new();
    if let Some((server, assumed)) = server {
        let parts = &model.parts;
        // A stated server is an input column; an assumed one is a factor row.
        let size = |terms: Terms<'_>, column: &str, factor: &str, value: f64, unit: &str| match assumed {
            None => {
                terms.input(column, value);
            }
            Some(assumed) => {
                terms.factor(factor, value, unit, &assumed.factor);
            }
        };
        let [vcpus, sockets, memory] = match assumed {
            None => ["server-vcpus", "server-sockets", "server-memory"],
            Some(_) => ["vcpus", "sockets", "memory"],
        };
        size(
            steps
                .step(DRAM, &format!("max(0, [{memory}] - [dram-in-base]) * [dram]"))
                .factor("dram-in-base", parts.dram_in_base.value, "GiB", &parts.dram_in_base.factor)
                .factor("dram", parts.dram.value, "kgCO2e/GiB", &parts.dram.factor),
            "server-memory",
            "memory",
            server.memory,
            "GiB",
        );
        size(
            steps
                .step(MACHINE, &format!("[base-server] + max(0, [{sockets}] - 1) * [extra-socket]"))
                .factor("base-server", parts.base.value, "kgCO2e", &parts.base.factor)
                .factor("extra-socket", parts.extra_socket.value, "kgCO2e", &parts.extra_socket.factor),
            "server-sockets",
            "sockets",
            server.sockets,
            "1",
        );
        formula
            .push(format!("[{DRAM}] * [memory-hours] / [{memory}] + [{MACHINE}] * [vcpu-hours] / [{vcpus}]"));
    }
    if devices.is_some() {
        formula.push("[accelerator-hours] * [kg-per-device]".to_owned());
    }
    let mut step =
        steps.step(SERVER, &format!("1000 * ({}) / [{LIFE}]", formula.join(" + "))).between(LIFE, life, "h");
    if let Some((server, assumed)) = server {
        step = step
            .between(DRAM, model.parts.dram_kg(server), "kgCO2e")
            .between(MACHINE, model.parts.machine_kg(server), "kgCO2e")
            .input("memory-hours", memory_hours)
            .input("vcpu-hours", vcpu_hours);
        step = match assumed {
            None => step.input("server-memory", server.memory).input("server-vcpus", server.vcpus),
            Some(assumed) => step.factor("memory", server.memory, "GiB", &assumed.factor).factor(
                "vcpus",
                server.vcpus,
                "vCPU",
                &assumed.factor,
            ),
        };
    }
    if let Some((hours, device)) = devices {
        step.input("accelerator-hours", hours).factor(
            "kg-per-device",
            device.value,
            "kgCO2e",
            &device.factor,
        );
    }
}
