//! The parts list: what it takes to make a server, an accelerator, a storage device.

use std::collections::BTreeMap;

use joulework_sdk::prelude::*;

factors! {
    /// Carbon of a part.
    pub(crate) struct PartRow: "parts" in "../data/parts.csv", "Embodied carbon of the parts of a server." {
        part: String = column("part").doc("`base-server`, `dram`, `dram-in-base` or `extra-socket`"),
        value: f64 = column("value").unit("1").doc("kgCO2e, per GiB for `dram`; GiB for `dram-in-base`"),
    }
}

factors! {
    /// Carbon of an accelerator.
    pub(crate) struct AcceleratorRow: "accelerators" in "../data/accelerators.csv", "Embodied carbon of accelerators." {
        accelerator: String = column("accelerator").doc("Accelerator model"),
        kg_per_device: f64 = column("kg-per-device").unit("kgCO2e").doc("Carbon of one device"),
        known: String = column("known").doc("`yes`; `no` where another device stands in"),
    }
}

factors! {
    /// Carbon of a storage medium.
    pub(crate) struct MediumRow: "media" in "../data/media.csv", "Embodied carbon of storage devices." {
        medium: String = column("medium").doc("Medium, as in `storage-medium`"),
        kg_per_tb: f64 = column("kg-per-tb").unit("kgCO2e/TB").doc("Carbon per decimal terabyte of one copy"),
    }
}

factors! {
    /// The server of a CPU family.
    pub(crate) struct ServerRow: "servers" in "../data/servers.csv",
        "The server assumed for a CPU family where a row does not state its own." {
        family: String = column("cpu-family").doc("CPU family"),
        vcpus: f64 = column("vcpus").unit("vCPU").doc("vCPU of the whole server"),
        sockets: f64 = column("sockets").unit("1").doc("CPU sockets"),
        memory: f64 = column("memory").unit("GiB").doc("Memory of the whole server"),
        known: String = column("known").doc("`yes`; `no` for machines of unknown make"),
    }
}

/// A figure with the factor row that it came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// The figure, 0 or more.
    pub(crate) value: f64,
    /// Id of the factor row.
    pub(crate) factor: String,
    /// Whether it is of this very part, and not of one that stands in.
    pub(crate) known: bool,
}

/// A whole server.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Server {
    /// vCPU, above 0.
    pub(crate) vcpus: f64,
    /// CPU sockets, above 0.
    pub(crate) sockets: f64,
    /// GiB, above 0.
    pub(crate) memory: f64,
}

/// The server of a family.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assumed {
    /// Its size.
    pub(crate) server: Server,
    /// Id of the factor row.
    pub(crate) factor: String,
    /// Whether the family is a make that is known.
    pub(crate) known: bool,
}

/// All parts.
#[derive(Debug)]
pub(crate) struct Parts {
    /// A server with one socket, some memory and no disk.
    pub(crate) base: Figure,
    /// Each GiB beyond that memory.
    pub(crate) dram: Figure,
    /// GiB in the base server.
    pub(crate) dram_in_base: Figure,
    /// Each further CPU.
    pub(crate) extra_socket: Figure,
    /// kgCO2e per device.
    pub(crate) devices: BTreeMap<String, Figure>,
    /// kgCO2e per terabyte.
    pub(crate) media: BTreeMap<String, Figure>,
    /// By `cpu-family`.
    pub(crate) servers: BTreeMap<String, Assumed>,
}

impl Parts {
    /// Reads the tables with the user's rows.
    ///
    /// # Errors
    /// `table.invalid`.
    pub(crate) fn read(tables: &Tables) -> Result<Self, Fault> {
        let parts = figures(tables.load::<PartRow>()?, |row| row.part.clone(), |row| (row.value, true))?;
        let part = |name: &str| {
            parts
                .get(name)
                .cloned()
                .ok_or_else(|| Fault::table(format!("the table `parts` has no row `{name}`")))
        };
        let servers = Keyed::new(tables.load::<ServerRow>()?, |row| row.family.clone());
        let mut assumed = BTreeMap::new();
        for name in servers.rows().iter().map(|row| &row.family) {
            let Some(row) = servers.at(name, None).map(|found| found.row) else { continue };
            let server = Server { vcpus: row.vcpus, sockets: row.sockets, memory: row.memory };
            let sizes = [server.vcpus, server.sockets, server.memory];
            if sizes.iter().any(|size| *size <= 0.0) || !matches!(row.known.as_str(), "yes" | "no") {
                return Err(Fault::table(format!(
                    "row `{}`: sizes are above 0, and `known` is `yes` or `no`",
                    row.id
                )));
            }
            assumed
                .insert(name.clone(), Assumed { server, factor: row.id.clone(), known: row.known == "yes" });
        }
        Ok(Self {
            base: part("base-server")?,
            dram: part("dram")?,
            dram_in_base: part("dram-in-base")?,
            extra_socket: part("extra-socket")?,
            devices: figures(
                tables.load::<AcceleratorRow>()?,
                |row| row.accelerator.clone(),
                |row| (row.kg_per_device, row.known == "yes"),
            )?,
            media: figures(
                tables.load::<MediumRow>()?,
                |row| row.medium.clone(),
                |row| (row.kg_per_tb, true),
            )?,
            servers: assumed,
        })
    }

    /// kgCO2e of a server's memory beyond that of the base server.
    #[must_use]
    pub(crate) fn dram_kg(&self, server: Server) -> f64 {
        (server.memory - self.dram_in_base.value).max(0.0) * self.dram.value
    }

    /// kgCO2e of a server without that memory and without accelerators.
    #[must_use]
    pub(crate) fn machine_kg(&self, server: Server) -> f64 {
        self.base.value + (server.sockets - 1.0).max(0.0) * self.extra_socket.value
    }
}

/// The figures of a table by name, the user's before the built-in ones.
fn figures<R>(
    rows: Vec<Factor<R>>,
    key: impl Fn(&R) -> String,
    value: impl Fn(&R) -> (f64, bool),
) -> Result<BTreeMap<String, Figure>, Fault> {
    let rows = Keyed::new(rows, |row| key(row));
    let mut figures = BTreeMap::new();
    for name in rows.rows().iter().map(|row| key(row)) {
        let Some(row) = rows.at(&name, None).map(|found| found.row) else { continue };
        let (value, known) = value(row);
        if value < 0.0 {
            return Err(Fault::table(format!("row `{}` is negative", row.id)));
        }
        figures.insert(name, Figure { value, factor: row.id.clone(), known });
    }
    Ok(figures)
}
