//! The instance catalogue: families with their sizes, the server that they sit on, and the load that a
//! burstable type implies. It knows names and sizes and nothing of bills.

use joulework_sdk::prelude::*;

factors! {
    /// One family of machine types.
    pub struct Family: "instances" in "../data/instances.csv",
        "Machine types by family: sizes as NAME[:VCPU[/GIB]][*ACCELERATORS], where large is 2 vCPU and Nxlarge 4N \
         unless stated, metal is the whole server, and memory is the family's ratio unless stated. The server is \
         what can be sold of it: threads kept back for the hypervisor are carried by those sold." {
        pub(crate) name: String = column("family").doc("Family, such as `m5`"),
        pub(crate) cpu: String = column("cpu-family").doc("CPU family"),
        pub(crate) architecture: String = column("architecture").doc("`x86_64` or `arm64`"),
        pub(crate) vcpu_is: String = column("vcpu-is").doc("What one vCPU is: a `core` or a hardware `thread`"),
        pub(crate) ratio: Option<f64> = column("gib-per-vcpu").unit("GiB/vCPU").doc("Memory of a size that states none"),
        pub(crate) sizes: Option<String> = column("sizes").doc("The sizes"),
        pub(crate) server_vcpus: f64 = column("server-vcpus").unit("vCPU").doc("vCPU of the whole server"),
        pub(crate) server_memory: f64 = column("server-memory").unit("GiB").doc("Memory of the whole server"),
        pub(crate) server_sockets: f64 = column("server-sockets").unit("1").doc("CPU sockets of the whole server"),
        pub(crate) accelerator: Option<String> = column("accelerator").doc("Model of the accelerators"),
        pub(crate) server_accelerators: Option<f64> = column("server-accelerators").unit("1").doc("Accelerators of the whole server"),
    }
}

factors! {
    /// The baseline of one burstable type.
    pub struct Burst: "burst-baselines" in "../data/burst.csv",
        "Baselines of burstable types, which are the load to assume without utilisation" {
        pub(crate) name: String = column("type").doc("Machine type"),
        pub(crate) baseline: f64 = column("baseline").unit("1").doc("Share of each vCPU that the type earns, 0 to 1"),
    }
}

/// One machine type, worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine<'c> {
    /// Its family.
    pub family: &'c Factor<Family>,
    /// Its name without the prefix of a service.
    pub name: String,
    /// vCPU.
    pub vcpus: f64,
    /// Memory in GiB.
    pub memory: f64,
    /// Accelerators.
    pub accelerators: f64,
    /// Load to assume without utilisation, 0 to 1.
    pub default_load: Option<f64>,
    /// Whether the size is listed; otherwise it was worked out from its name.
    pub listed: bool,
}

/// The catalogue.
#[derive(Debug)]
pub struct Catalogue {
    families: Keyed<Family>,
    bursts: Keyed<Burst>,
}

/// What services put before a type, and after it.
const PREFIXES: [&str; 9] = ["db.", "cache.", "ml.", "dax.", "mq.", "kafka.", "express.", "search.", "ec2."];
const SUFFIXES: [&str; 2] = [".search", ".elasticsearch"];

impl Catalogue {
    /// The built-in families and those of the user.
    ///
    /// # Errors
    /// `table.invalid`, naming the family whose sizes cannot be read.
    pub fn load(tables: &Tables) -> Result<Self, Fault> {
        let families = Keyed::new(tables.load::<Family>()?, |row| row.name.clone());
        for row in families.rows() {
            if !matches!(row.vcpu_is.as_str(), "core" | "thread") {
                return Err(Fault::table(format!(
                    "table `instances`, family `{}`: `{}` is neither `core` nor `thread`",
                    row.name, row.vcpu_is
                )));
            }
            for token in row.sizes.iter().flat_map(|sizes| sizes.split_whitespace()) {
                if read_size(row, token).is_none() {
                    return Err(Fault::table(format!(
                        "table `instances`, family `{}`: size `{token}`",
                        row.name
                    )));
                }
            }
        }
        Ok(Self { families, bursts: Keyed::new(tables.load::<Burst>()?, |row| row.name.clone()) })
    }

    /// The family of that name.
    #[must_use]
    pub fn family(&self, name: &str) -> Option<&Factor<Family>> {
        self.families.at(name, None).map(|found| found.row)
    }

    /// The machine of that name, in lower case, with or without the prefix of a service. A size that is not listed
    /// is worked out from its name while it fits the server; of a family with accelerators it is unknown.
    #[must_use]
    pub fn machine(&self, name: &str) -> Option<Machine<'_>> {
        let name = bare(name);
        let mut parts = name.split('.');
        let (family, size) = (self.family(parts.next()?)?, parts.next()?);
        let plain = parts.next().is_none();
        let sizes = family.sizes.iter().flat_map(|sizes| sizes.split_whitespace());
        let mut listed = sizes.filter_map(|token| read_size(family, token));
        let found = listed.find(|found| found.0 == size).map(|found| (found.1, plain));
        let ((vcpus, memory, accelerators), listed) = match found {
            Some(found) => found,
            None if family.accelerator.is_some() => return None,
            None => (read_size(family, size).filter(|found| found.1.0 <= family.server_vcpus)?.1, false),
        };
        let name = format!("{}.{size}", family.name);
        let default_load = self.bursts.at(&name, None).map(|burst| burst.row.baseline);
        Some(Machine { family, name, vcpus, memory, accelerators, default_load, listed })
    }

    /// The listed machines of a family.
    #[must_use]
    pub fn listed(&self, family: &Factor<Family>) -> Vec<Machine<'_>> {
        let sizes = family.sizes.iter().flat_map(|sizes| sizes.split_whitespace());
        sizes
            .filter_map(|token| self.machine(&format!("{}.{}", family.name, read_size(family, token)?.0)))
            .collect()
    }

    /// The rows of the catalogue.
    #[must_use]
    pub fn families(&self) -> &[Factor<Family>] {
        self.families.rows()
    }
}

/// The type without what services add to it.
#[must_use]
pub fn bare(name: &str) -> &str {
    let name = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
}

/// Name, and vCPU, GiB and accelerators, of `NAME[:VCPU[/GIB]][*ACCELERATORS]`.
fn read_size<'t>(family: &Family, token: &'t str) -> Option<(&'t str, (f64, f64, f64))> {
    let (token, accelerators) = match token.split_once('*') {
        Some((token, count)) => (token, count.parse().ok()?),
        None => (token, 0.0),
    };
    let (name, stated) = token.split_once(':').map_or((token, None), |(name, stated)| (name, Some(stated)));
    let (vcpus, memory) = match stated {
        Some(stated) => match stated.split_once('/') {
            Some((vcpus, memory)) => (vcpus.parse().ok()?, memory.parse().ok()?),
            None => (stated.parse().ok()?, stated.parse::<f64>().ok()? * family.ratio?),
        },
        None if name == "metal" => (family.server_vcpus, family.server_memory),
        None => {
            let vcpus = vcpus_by_name(name)?;
            (vcpus, vcpus * family.ratio?)
        }
    };
    Some((name, (vcpus, memory, accelerators)))
}

/// The regular ladder: medium 1, large 2, xlarge 4, 2xlarge 8 … and metal-24xl as 24xlarge.
fn vcpus_by_name(size: &str) -> Option<f64> {
    match size {
        "medium" => return Some(1.0),
        "large" => return Some(2.0),
        "xlarge" => return Some(4.0),
        _ => {}
    }
    let times = size.strip_suffix("xlarge").or_else(|| size.strip_prefix("metal-")?.strip_suffix("xl"))?;
    times.parse::<u32>().ok().filter(|times| *times > 0).map(|times| 4.0 * f64::from(times))
}

#[cfg(test)]
mod tests;
