//! The figures beside those of other models.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, reason = "tests may")]

use compute_energy::ComputeEnergy;
use joulework_sdk::kit::{Case, Rows};
use joulework_sdk::math::{exp, ln};
use memory_energy::MemoryEnergy;

/// vCPU of a billed GB-second of Lambda: one vCPU per 1,769 MB.
const VCPU_PER_GB: f64 = 1024.0 / 1769.0;

fn compute(row: &str) -> Rows {
    Case::<ComputeEnergy>::new().run(&format!("vcpu-hours,cpu-family,utilisation\n{row}\n")).unwrap()
}

fn memory(row: &str) -> Rows {
    let header = "memory-hours,vcpu-hours,cpu-family,server-vcpus,server-sockets\n";
    Case::<MemoryEnergy>::new().run(&format!("{header}{row}\n")).unwrap()
}

/// Joules per GB-second of Lambda without PUE. The models that were compared (Cloud Carbon Footprint, `SPECpower`,
/// Boavizta, Tailpipe) lie between 1.4 and 5.2 on x86-64 and between 0.7 and 1.8 on arm64.
#[test]
fn a_gigabyte_second_of_lambda_is_where_the_models_are() {
    for (family, low, high) in [("unknown-x86", 1.4, 5.2), ("unknown-arm", 0.7, 1.8)] {
        let cpu = compute(&format!("{VCPU_PER_GB},{family},"));
        let ram = memory(&format!("1,{VCPU_PER_GB},{family},,"));
        let watts =
            1000.0 * (cpu.number("compute-energy", 0).unwrap() + ram.number("memory-energy", 0).unwrap());
        assert!((low..=high).contains(&watts), "{family}: {watts} J per GB-second");
    }
}

/// The 90 % band of compute and memory together: total and both ends.
fn band(cpu: &Rows, ram: &Rows) -> [f64; 3] {
    let parts = [(cpu, "compute-energy"), (ram, "memory-energy")];
    let total: f64 = parts.iter().map(|(rows, name)| rows.number(name, 0).unwrap()).sum();
    let mut variance = 0.0;
    for (rows, name) in parts {
        let share = rows.number(name, 0).unwrap() / total;
        for factor in rows.names().filter(|column| column.starts_with(&format!("{name}.gsd."))) {
            let s = share * ln(rows.number(factor, 0).unwrap());
            variance += s * s;
        }
    }
    let end = |z: f64| 1000.0 * total * exp(z * variance.sqrt() - variance / 2.0);
    [1000.0 * total, end(-1.645), end(1.645)]
}

/// Cloud Carbon Footprint's watts per thread (aws package 0.16.0, Apache-2.0) at half load.
#[test]
fn the_band_holds_cloud_carbon_footprint_by_family() {
    for (family, idle, full) in [
        ("intel-sandybridge", 2.17, 8.58),
        ("intel-ivybridge", 3.04, 8.25),
        ("intel-haswell", 1.0, 4.74),
        ("intel-broadwell", 0.71, 3.69),
        ("intel-skylake", 0.65, 4.26),
        ("intel-cascadelake", 0.64, 3.97),
        ("amd-epyc-1", 0.82, 2.55),
        ("amd-epyc-2", 0.47, 1.69),
        ("graviton2", 0.47, 1.69),
    ] {
        let [_, low, high] = band(&compute(&format!("1,{family},0.5")), &memory("0,0,,,"));
        let other = f64::midpoint(idle, full);
        assert!(low <= other && other <= high, "{family}: {other} W outside {low}…{high}");
    }
}

/// One instance, other models: watts at half load. The figures of Teads and Boavizta may not be copied into this
/// repository, so the test reads a table that the environment names: CSV with the columns `instance`, `teads_50`,
/// `boavizta_50`, alone in its file or in a fenced block of a Markdown file.
///
/// Read on 2026-11-23: with `cpu-power` at 1.7 the band held both models for 10 of 14 CPU-only types, with 1.8, the
/// default of this plugin, for 12 (86 %). Outside are c5.large, which both put at 2.4 times our mean, and
/// r5.large in one of them, whose memory was measured under stress.
#[test]
fn the_band_holds_the_other_models_for_most_instances() {
    let Some(path) = std::env::var_os("JOULEWORK_INSTANCE_MODELS") else {
        println!("not run: JOULEWORK_INSTANCE_MODELS names no table of other models");
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().skip_while(|line| !line.starts_with("instance,"));
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let (teads, boavizta) = (at("teads_50"), at("boavizta_50"));
    let (mut types, mut held) = (0, 0);
    for line in lines.take_while(|line| line.contains(',')) {
        let cells: Vec<&str> = line.split(',').collect();
        let Some((_, [vcpus, gib], family, [server, sockets])) =
            TYPES.iter().find(|(name, ..)| *name == cells[0])
        else {
            continue;
        };
        let cpu = compute(&format!("{vcpus},{family},0.5"));
        let [watts, low, high] = band(&cpu, &memory(&format!("{gib},{vcpus},{family},{server},{sockets}")));
        let others: Vec<f64> = [teads, boavizta].iter().filter_map(|at| cells[*at].parse().ok()).collect();
        let all = others.iter().all(|other| low <= *other && *other <= high);
        println!(
            "{:12} {watts:7.2} W, {low:.2}…{high:.2}: {others:?} {}",
            cells[0],
            if all { "held" } else { "outside" }
        );
        types += 1;
        held += usize::from(all);
    }
    assert_eq!(types, TYPES.len(), "the table has not all CPU-only types");
    assert!(held * 100 >= types * 80, "{held} of {types}");
}

/// Type, vCPU and GiB, family, vCPU and sockets of the server.
#[allow(clippy::type_complexity, reason = "a table")]
const TYPES: &[(&str, [u32; 2], &str, [u32; 2])] = &[
    ("t3.micro", [2, 1], "intel-skylake", [96, 2]),
    ("t3.medium", [2, 4], "intel-skylake", [96, 2]),
    ("m5.large", [2, 8], "intel-skylake", [96, 2]),
    ("m5.24xlarge", [96, 384], "intel-skylake", [96, 2]),
    ("c5.large", [2, 4], "intel-cascadelake", [96, 2]),
    ("r5.large", [2, 16], "intel-skylake", [96, 2]),
    ("m6i.large", [2, 8], "intel-icelake", [128, 2]),
    ("m6g.large", [2, 8], "graviton2", [64, 1]),
    ("c6g.large", [2, 4], "graviton2", [64, 1]),
    ("m6a.large", [2, 8], "amd-epyc-3", [192, 2]),
    ("m7g.large", [2, 8], "graviton3", [64, 1]),
    ("m7i.large", [2, 8], "intel-sapphirerapids", [192, 2]),
    ("c7g.large", [2, 4], "graviton3", [64, 1]),
    ("m8g.large", [2, 8], "graviton4", [192, 2]),
];
