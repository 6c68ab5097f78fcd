//! Energy of data transfer by distance: a line of its own, part of no total.
//!
//! Energy is not proportional to volume and the literature differs 5 to 26 times, so the figure stands beside the
//! others: it is no part of IT energy, no PUE applies to it, and no saving is claimed from it. A transfer of
//! unknown distance has no figure. The way past the provider's network is unknown hardware.

use joulework_sdk::prelude::*;

factors! {
    /// Energy of transfer over a distance.
    pub struct DistanceRow: "distance-classes" in "../data/distance-classes.csv", "Energy per gigabyte by distance." {
        class: String = column("network-class").doc("Distance, as in `network-class`"),
        kwh_per_gb: f64 = column("kwh-per-gb").unit("kWh/GB").doc("Energy per gigabyte, once per transfer"),
        known: String = column("known").doc("`yes` inside the provider's network; `no` where the way is not known"),
    }
}

inputs! {
    /// What the model reads.
    pub struct In {
        volume: Numbers = input("network-volume"),
        class: Categories = input("network-class"),
    }
}

outputs! {
    /// What the model returns.
    pub struct Out {
        energy: Graded<NumbersOut<1>> = output("network-energy")
            .inherits("network-volume", 1.0)
            .error("network-intensity", &[]),
    }
}

/// The configured model.
#[derive(Debug)]
pub struct NetworkEnergy {
    distances: Keyed<DistanceRow>,
    gsds: [f64; 2],
}

impl NetworkEnergy {
    fn distance(&self, class: Option<&str>) -> Option<&Factor<DistanceRow>> {
        self.distances.at(class?, None).map(|found| found.row)
    }
}

impl Estimator for NetworkEnergy {
    type Inputs = In;
    type Outputs = Out;

    const ABOUT: About = about!()
        .settings(include_str!("../data/settings.schema.json"))
        .factors("2026.1", &[joulework_sdk::factors::table::<DistanceRow>()])
        .cites(&[
            Citation {
                title: "SPRUCE: network coefficients of the Boavizta working group on cloud",
                publisher: "DigitalPebble",
                published: "2026-07-20",
                locator: "https://github.com/DigitalPebble/spruce",
                licence: "Apache-2.0",
            },
            Citation {
                title: "Electricity Intensity of Internet Data Transmission (why the error is so wide)",
                publisher: "Aslan, Mayers, Koomey, France; Journal of Industrial Ecology",
                published: "2018",
                locator: "https://doi.org/10.1111/jiec.12630",
                licence: "published fact",
            },
        ]);

    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
        let distances = Keyed::new(tables.load::<DistanceRow>()?, |row| row.class.clone());
        for row in distances.rows() {
            if row.kwh_per_gb < 0.0 || !matches!(row.known.as_str(), "yes" | "no") {
                return Err(Fault::table(format!(
                    "row `{}`: energy is 0 or more, and `known` is `yes` or `no`",
                    row.id
                )));
            }
        }
        Ok(Self { distances, gsds: settings.gsds("gsd-network-intensity", [4.0, 6.0])? })
    }

    fn estimate(&self, input: &In, out: &mut Out) -> Result<(), Fault> {
        let distances = input.class.map(|class| self.distance(class));
        let [inside, beyond] = self.gsds;
        for row in 0..input.rows {
            match (input.volume.get(row), *distances.at(row)) {
                (Some(0.0), _) => out.energy.zero(),
                (Some(volume), Some(distance)) if distance.known == "yes" => {
                    out.energy.push(volume * distance.kwh_per_gb, [inside], Basis::KnownHardware);
                }
                (Some(volume), Some(distance)) => {
                    out.energy.push(volume * distance.kwh_per_gb, [beyond], Basis::UnknownHardware);
                }
                _ => out.energy.unknown(),
            }
        }
        Ok(())
    }

    fn explain(&self, input: &In, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
        match (input.volume.get(row), self.distance(input.class.get(row))) {
            (Some(0.0), _) => steps.zero("network-energy"),
            (Some(volume), Some(distance)) => {
                steps
                    .step("network-energy", "[network-volume] * [kwh-per-gb]")
                    .input("network-volume", volume)
                    .factor("kwh-per-gb", distance.kwh_per_gb, "kWh/GB", &distance.id);
            }
            _ => {}
        }
        Ok(())
    }
}

plugin!(NetworkEnergy);
