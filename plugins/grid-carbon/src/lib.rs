//! Carbon of electricity where it is drawn.
//!
//! - `operational-carbon = facility-energy × intensity(region, time)`: location-based; the annual mean, or the mean of
//!   the row's hours where the user gives an hourly series that has them all. Regions of the United States have EPA
//!   eGRID subregions (combustion only), all others Ember's national means (life-cycle); each row says which. An
//!   intensity of 0 is a value.
//! - `network-carbon = network-energy × intensity`: a line of its own.
//! - `transmission-carbon = operational-carbon × loss / (1 − loss)` where a sourced loss exists, else unknown.
//! - `upstream-carbon = facility-energy × upstream` for combustion-only rows of which the user knows it, else
//!   unknown; 0 for life-cycle rows, which hold it already, and where operational carbon is 0.
//! - `grid-water = facility-energy × water of the grid` where the user supplies it; 0 where no table is given.
//!
//! A row without a region, or with one that no table has, takes the mean of the world, graded `unknown-hardware`,
//! with a wide error. Marginal rows are loaded and never used: they answer what a moved load would cost.

mod explain;
mod hourly;
mod tables;

use hourly::{Hourly, Series};
use joulework_sdk::prelude::*;
use tables::{Grid, GridWater, Intensity, Loss, Place, Scope, Upstream, Water};

inputs! {
    /// What the model reads.
    pub struct In {
        facility_energy: Numbers = input("facility-energy"),
        network_energy: Optional<Numbers> = input("network-energy"),
        region: Optional<Categories> = input("region-id"),
        year: Optional<Categories> = input("charge-year"),
        start: Optional<Instants> = input("charge-period-start").with_table("grid-intensity-hourly"),
        end: Optional<Instants> = input("charge-period-end").with_table("grid-intensity-hourly"),
    }
}

outputs! {
    /// What the model returns.
    pub struct Out {
        intensity: NumbersOut<4> = output("grid-intensity")
            .error("grid-intensity", &[])
            .error("grid-intensity-region", &["region-id"])
            .error("grid-intensity-row", &["grid-factor"])
            .error("carried-forward", &["region-id", "charge-year"]),
        factor: CategoriesOut = output("grid-factor"),
        scope: CategoriesOut = output("grid-scope"),
        operational: Graded<NumbersOut<4>> = output("operational-carbon")
            .inherits("facility-energy", 1.0)
            .error("grid-intensity", &[])
            .error("grid-intensity-region", &["region-id"])
            .error("grid-intensity-row", &["grid-factor"])
            .error("carried-forward", &["region-id", "charge-year"]),
        network: NumbersOut<4> = output("network-carbon")
            .inherits("network-energy", 1.0)
            .error("grid-intensity", &[])
            .error("grid-intensity-region", &["region-id"])
            .error("grid-intensity-row", &["grid-factor"])
            .error("carried-forward", &["region-id", "charge-year"]),
        transmission: NumbersOut<5> = output("transmission-carbon")
            .inherits("facility-energy", 1.0)
            .error("grid-intensity", &[])
            .error("grid-intensity-region", &["region-id"])
            .error("grid-intensity-row", &["grid-factor"])
            .error("grid-carbon.loss", &["region-id"])
            .error("carried-forward", &["region-id", "charge-year"]),
        upstream: NumbersOut<2> = output("upstream-carbon")
            .inherits("facility-energy", 1.0)
            .error("grid-carbon.upstream", &["region-id"])
            .error("carried-forward", &["region-id", "charge-year"]),
        water: NumbersOut<2> = output("grid-water")
            .part_of("water")
            .inherits("facility-energy", 1.0)
            .error("grid-water", &["region-id"])
            .error("carried-forward", &["region-id", "charge-year"]),
    }
}

/// Grid factors by region and year, or by region and hour.
#[derive(Debug)]
pub struct GridCarbon {
    grid: Grid,
    series: Series,
}

/// One place and time, with its codes in the batch.
struct Coded<'a> {
    place: Place<'a>,
    factor: Code,
    scope: Code,
}

impl Estimator for GridCarbon {
    type Inputs = In;
    type Outputs = Out;

    const ABOUT: About = about!()
        .factors(
            "2026-11-23",
            &[
                table::<Intensity>(),
                table::<Hourly>(),
                table::<Loss>(),
                table::<Upstream>(),
                table::<Water>(),
            ],
        )
        .cites(&[
            Citation {
                title: "Yearly electricity data: emissions intensity (life-cycle, 100-year GWP)",
                publisher: "Ember",
                published: "2022 to 2024",
                locator: "ember-energy.org, as kept in github.com/thegreenwebfoundation/co2.js",
                licence: "CC-BY-4.0",
            },
            Citation {
                title: "eGRID2023 rev2 and eGRID2024: subregion total output emission rates, grid gross loss",
                publisher: "United States Environmental Protection Agency",
                published: "2025-06-12 and 2026",
                locator: "epa.gov/egrid",
                licence: "public domain",
            },
        ]);

    fn configure(_: &Settings, tables: &Tables) -> Result<Self, Fault> {
        Ok(Self { grid: Grid::load(tables)?, series: Series::load(tables)? })
    }

    fn estimate(&self, input: &In, out: &mut Out) -> Result<(), Fault> {
        let places = combine([&input.region, &input.year], |[region, year]| {
            Coded::of(self.grid.at(region, year), out)
        });
        let rows = input.facility_energy.iter().zip(input.network_energy.iter()).zip(places.iter());
        if self.series.is_empty() {
            for ((facility, network), coded) in rows {
                out.push(facility, network, coded);
            }
        } else {
            for (row, ((facility, network), annual)) in rows.enumerate() {
                let coded = Coded::of(self.hourly(&annual.place, input, row), out);
                out.push(facility, network, &coded);
            }
        }
        Ok(())
    }

    fn explain(&self, input: &In, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
        let annual = self.grid.at(input.region.get(row), input.year.get(row));
        let place = self.hourly(&annual, input, row);
        explain::row(input.facility_energy.get(row), input.network_energy.get(row), &place, steps);
        Ok(())
    }
}

impl GridCarbon {
    fn hourly<'a>(&'a self, annual: &Place<'a>, input: &In, row: usize) -> Place<'a> {
        self.series.at(annual, input.region.get(row), input.start.get(row), input.end.get(row))
    }
}

impl<'a> Coded<'a> {
    fn of(place: Place<'a>, out: &mut Out) -> Self {
        Self {
            factor: out.factor.code_of(place.intensity.map(|intensity| intensity.id)),
            scope: out.scope.code_of(place.scope.map(Scope::as_str)),
            place,
        }
    }
}

impl Out {
    /// The outputs of one row.
    #[inline]
    fn push(&mut self, facility: Option<f64>, network: Option<f64>, coded: &Coded<'_>) {
        let place = &coded.place;
        self.factor.push(coded.factor);
        self.scope.push(coded.scope);
        match place.intensity {
            Some(intensity) => self.intensity.push(intensity.value, intensity.gsds),
            None => self.intensity.unknown(),
        }
        match (network, place.intensity) {
            (Some(0.0), _) => self.network.zero(),
            (Some(network), Some(grid)) => self.network.push(network * grid.value, grid.gsds),
            _ => self.network.unknown(),
        }
        self.facility(facility, place);
    }

    /// The outputs that follow from facility energy.
    #[inline]
    fn facility(&mut self, facility: Option<f64>, place: &Place<'_>) {
        match (facility, place.water) {
            (_, GridWater::NotAsked) | (Some(0.0), _) => self.water.zero(),
            (Some(facility), GridWater::Known(water)) => self.water.push(facility * water.value, water.gsds),
            _ => self.water.unknown(),
        }
        if facility == Some(0.0) {
            self.operational.zero();
            self.transmission.zero();
            self.upstream.zero();
            return;
        }
        let (Some(facility), Some(grid)) = (facility, place.intensity) else {
            self.operational.unknown();
            self.transmission.unknown();
            self.upstream.unknown();
            return;
        };
        let operational = facility * grid.value;
        self.operational.push(operational, grid.gsds, place.basis);
        match place.loss {
            _ if operational == 0.0 => self.transmission.zero(),
            Some(loss) => {
                let [shared, region, row, _] = grid.gsds;
                let [own, carried] = loss.gsds;
                let carbon = operational * loss.value / (1.0 - loss.value);
                self.transmission.push(carbon, [shared, region, row, own, carried]);
            }
            None => self.transmission.unknown(),
        }
        match (place.scope, place.upstream) {
            _ if operational == 0.0 => self.upstream.zero(),
            (Some(Scope::LifeCycle), _) => self.upstream.zero(),
            (Some(Scope::Combustion), Some(upstream)) => {
                self.upstream.push(facility * upstream.value, upstream.gsds);
            }
            _ => self.upstream.unknown(),
        }
    }
}

plugin!(GridCarbon);
