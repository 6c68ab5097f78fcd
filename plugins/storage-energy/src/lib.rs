//! Energy of storage devices, copies included: `TB × W/TB × copies`.
//!
//! The number of copies that a service keeps is mostly another tool's assumption (six for S3, two for EBS), so it
//! errs by `replication` and `replication-service` unless the setting `copies-are-known` vouches for the column. A
//! row whose copies nobody states has no figure.

use joulework_sdk::prelude::*;

factors! {
    /// Power of a storage medium.
    pub struct MediumRow: "media" in "../data/media.csv", "Watts of storage media per terabyte of one copy." {
        medium: String = column("medium").doc("Medium, as in `storage-medium`"),
        watts_per_tb: f64 = column("watts-per-tb").unit("W/TB").doc("Watts per decimal terabyte"),
        known: String = column("known").doc("`yes`; `no` where another medium stands in"),
    }
}

inputs! {
    /// What the model reads.
    pub struct In {
        storage_hours: Numbers = input("storage-hours"),
        medium: Categories = input("storage-medium"),
        copies: Numbers = input("storage-copies"),
    }
}

outputs! {
    /// What the model returns.
    pub struct Out {
        energy: Graded<NumbersOut<4>> = output("storage-energy")
            .part_of("it-energy")
            .inherits("storage-hours", 1.0)
            .error("storage-power", &[])
            .error("storage-power-medium", &["storage-medium"])
            .error("replication", &[])
            .error("replication-service", &["service-name"]),
    }
}

/// The configured model.
#[derive(Debug)]
pub struct StorageEnergy {
    media: Keyed<MediumRow>,
    /// The four errors of a known medium and of a stand-in.
    gsds: [[f64; 4]; 2],
}

impl StorageEnergy {
    fn medium(&self, name: Option<&str>) -> Option<&Factor<MediumRow>> {
        self.media.at(name?, None).map(|found| found.row)
    }
}

/// Storage-hours, the medium and the copies; `None` where one of them is not known.
fn known<'a>(
    input: &In,
    row: usize,
    medium: Option<&'a Factor<MediumRow>>,
) -> Option<(f64, &'a Factor<MediumRow>, f64)> {
    Some((input.storage_hours.get(row)?, medium?, input.copies.get(row)?))
}

impl Estimator for StorageEnergy {
    type Inputs = In;
    type Outputs = Out;

    const ABOUT: About = about!()
        .settings(include_str!("../data/settings.schema.json"))
        .factors("2026.1", &[joulework_sdk::factors::table::<MediumRow>()])
        .cites(&[Citation {
            title: "United States Data Center Energy Usage Report, projected to 2020 by Cloud Carbon Footprint",
            publisher: "Lawrence Berkeley National Laboratory; Thoughtworks",
            published: "2024-03-25",
            locator: "https://www.cloudcarbonfootprint.org/docs/methodology",
            licence: "Apache-2.0",
        }]);

    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
        let media = Keyed::new(tables.load::<MediumRow>()?, |row| row.medium.clone());
        for row in media.rows() {
            if row.watts_per_tb < 0.0 || !matches!(row.known.as_str(), "yes" | "no") {
                return Err(Fault::table(format!(
                    "row `{}`: watts are 0 or more, and `known` is `yes` or `no`",
                    row.id
                )));
            }
        }
        let shared = settings.gsds("gsd-storage-power", [1.5, 1.8])?;
        let own = settings.gsds("gsd-storage-power-medium", [1.2, 1.4])?;
        let assumed = usize::from(!settings.flag("copies-are-known")?.unwrap_or(false));
        let copies = settings.gsds("gsd-replication", [1.0, 1.2])?[assumed];
        let service = settings.gsds("gsd-replication-service", [1.0, 1.3])?[assumed];
        let gsds = [0, 1].map(|at: usize| [shared[at], own[at], copies, service]);
        Ok(Self { media, gsds })
    }

    fn estimate(&self, input: &In, out: &mut Out) -> Result<(), Fault> {
        let media = input.medium.map(|name| self.medium(name));
        let [known_gsds, other_gsds] = self.gsds;
        for row in 0..input.rows {
            if input.storage_hours.get(row) == Some(0.0) {
                out.energy.zero();
                continue;
            }
            match known(input, row, *media.at(row)) {
                None => out.energy.unknown(),
                Some((hours, medium, copies)) => {
                    let kwh = hours * medium.watts_per_tb * copies / 1000.0;
                    if medium.known == "yes" {
                        out.energy.push(kwh, known_gsds, Basis::KnownHardware);
                    } else {
                        out.energy.push(kwh, other_gsds, Basis::UnknownHardware);
                    }
                }
            }
        }
        Ok(())
    }

    fn explain(&self, input: &In, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
        if input.storage_hours.get(row) == Some(0.0) {
            steps.zero("storage-energy");
        } else if let Some((hours, medium, copies)) = known(input, row, self.medium(input.medium.get(row))) {
            steps
                .step("storage-energy", "[storage-hours] * [watts-per-tb] * [storage-copies] / 1000")
                .input("storage-hours", hours)
                .factor("watts-per-tb", medium.watts_per_tb, "W/TB", &medium.id)
                .input("storage-copies", copies);
        }
        Ok(())
    }
}

plugin!(StorageEnergy);
