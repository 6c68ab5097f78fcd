//! What a data centre adds to the energy of its IT equipment: PUE, and water for cooling on site.
//!
//! - `facility-energy = it-energy × PUE(region, year)`
//! - `on-site-water = it-energy × WUE(region, year)`: litres per kWh of IT energy (ISO/IEC 30134-9), so *not*
//!   times PUE.
//!
//! A region that the operator does not list takes its geography's row (`eu-*`), a row without a region or of no
//! listed geography the operator's global mean (`*`); both are graded `unknown-hardware`, with a wider error.

mod lookup;

use joulework_sdk::prelude::*;
use lookup::{Place, Usage};

inputs! {
    /// What the model reads.
    pub struct In {
        it_energy: Numbers = input("it-energy"),
        region: Optional<Categories> = input("region-id"),
        year: Optional<Categories> = input("charge-year"),
    }
}

outputs! {
    /// What the model returns.
    pub struct Out {
        pue: NumbersOut<3> = output("pue")
            .error("pue-region", &["region-id"])
            .error("pue-row", &["pue-factor"])
            .error("carried-forward", &["region-id", "charge-year"]),
        pue_factor: CategoriesOut = output("pue-factor"),
        facility_energy: Graded<NumbersOut<3>> = output("facility-energy")
            .inherits("it-energy", 1.0)
            .error("pue-region", &["region-id"])
            .error("pue-row", &["pue-factor"])
            .error("carried-forward", &["region-id", "charge-year"]),
        wue_factor: CategoriesOut = output("wue-factor"),
        on_site_water: NumbersOut<3> = output("on-site-water")
            .part_of("water")
            .inherits("it-energy", 1.0)
            .error("wue-region", &["region-id"])
            .error("wue-row", &["wue-factor"])
            .error("carried-forward", &["region-id", "charge-year"]),
    }
}

/// PUE and WUE by region and year.
#[derive(Debug)]
pub struct Facility {
    usage: Usage,
}

/// One place and year, with the codes of its rows in the batch.
struct Coded<'a> {
    place: Place<'a>,
    pue_code: Code,
    wue_code: Code,
}

impl Estimator for Facility {
    type Inputs = In;
    type Outputs = Out;

    const ABOUT: About = about!().factors("2026-11-23", &[table::<lookup::PueWue>()]).cites(&[
        Citation {
            title: "Power and water usage effectiveness of AWS regions, 2022 to 2024",
            publisher: "Amazon Web Services, in the Green Software Foundation's region metadata",
            published: "2026-03-12",
            locator: "github.com/Green-Software-Foundation/real-time-cloud, Cloud_Region_Metadata.csv @b2858aa",
            licence: "published fact",
        },
        Citation {
            title: "ISO/IEC 30134-2 (PUE) and 30134-9 (WUE)",
            publisher: "ISO/IEC",
            published: "2022",
            locator: "definitions",
            licence: "cited",
        },
    ]);

    fn configure(_: &Settings, tables: &Tables) -> Result<Self, Fault> {
        Ok(Self { usage: Usage::new(&tables.load()?) })
    }

    fn estimate(&self, input: &In, out: &mut Out) -> Result<(), Fault> {
        let places = combine([&input.region, &input.year], |[region, year]| {
            let place = self.usage.at(region, year);
            Coded {
                pue_code: out.pue_factor.code_of(place.pue.map(|pue| pue.id)),
                wue_code: out.wue_factor.code_of(place.wue.map(|wue| wue.id)),
                place,
            }
        });
        for (energy, coded) in input.it_energy.iter().zip(places.iter()) {
            out.pue_factor.push(coded.pue_code);
            out.wue_factor.push(coded.wue_code);
            match coded.place.pue {
                Some(pue) => out.pue.push(pue.value, pue.gsds),
                None => out.pue.unknown(),
            }
            match (energy, coded.place.pue) {
                (Some(0.0), _) => out.facility_energy.zero(),
                (Some(energy), Some(pue)) => {
                    out.facility_energy.push(energy * pue.value, pue.gsds, pue.basis);
                }
                _ => out.facility_energy.unknown(),
            }
            match (energy, coded.place.wue) {
                (Some(0.0), _) => out.on_site_water.zero(),
                (Some(energy), Some(wue)) => out.on_site_water.push(energy * wue.value, wue.gsds),
                _ => out.on_site_water.unknown(),
            }
        }
        Ok(())
    }

    fn explain(&self, input: &In, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
        let place = self.usage.at(input.region.get(row), input.year.get(row));
        let energy = input.it_energy.get(row);
        if let Some(pue) = place.pue {
            steps.step("pue", "[published-pue]").factor("published-pue", pue.value, "1", pue.id);
            match energy {
                Some(0.0) => steps.zero("facility-energy"),
                Some(energy) => {
                    steps
                        .step("facility-energy", "[it-energy] * [pue]")
                        .input("it-energy", energy)
                        .earlier("pue", pue.value);
                }
                None => {}
            }
        }
        match (energy, place.wue) {
            (Some(0.0), _) => steps.zero("on-site-water"),
            (Some(energy), Some(wue)) => {
                steps
                    .step("on-site-water", "[it-energy] * [wue]")
                    .input("it-energy", energy)
                    .factor("wue", wue.value, "L/kWh", wue.id);
            }
            _ => {}
        }
        Ok(())
    }
}

plugin!(Facility);
