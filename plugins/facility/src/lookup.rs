//! Which row of the table holds for a region and a year.

use joulework_sdk::prelude::*;

factors! {
    /// One row of the table `pue-wue`.
    pub struct PueWue: "pue-wue" in "../data/pue-wue.csv",
        "PUE and WUE by region and year; `eu-*` is the other regions of a geography, `*` everywhere else"
    {
        region: String = column("region").doc("Region id, a geography such as `eu-*`, or `*`; compared whole"),
        pue: Option<f64> = column("pue").unit("1").doc("Power usage effectiveness"),
        pue_gsd: Option<f64> = column("pue-gsd").unit("1").doc("GSD of the factor pue-region; 1.02 where empty"),
        wue: Option<f64> = column("wue").unit("L/kWh").doc("Water for cooling per kWh of IT energy"),
        wue_gsd: Option<f64> = column("wue-gsd").unit("1").doc("GSD of the factor wue-region; 1.2 where empty"),
    }
}

/// GSD of a published row itself (METHOD.md, section 7).
const PUE_ROW: f64 = 1.01;
const WUE_ROW: f64 = 1.05;
/// GSD of a place that the operator lists.
const PUE_REGION: f64 = 1.02;
const WUE_REGION: f64 = 1.2;

/// The figures of both kinds, each by region and year.
#[derive(Debug)]
pub(crate) struct Usage {
    pue: Keyed<PueWue>,
    wue: Keyed<PueWue>,
}

/// What holds for one region and year.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) pue: Option<Figure<'a>>,
    pub(crate) wue: Option<Figure<'a>>,
}

/// One figure with its row and its errors: region, row, carried forward.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure<'a> {
    pub(crate) id: &'a str,
    pub(crate) value: f64,
    pub(crate) gsds: [f64; 3],
    pub(crate) basis: Basis,
}

impl Usage {
    pub(crate) fn new(rows: &[Factor<PueWue>]) -> Self {
        let having = |figure: fn(&PueWue) -> Option<f64>| {
            let rows = rows.iter().filter(|row| figure(row).is_some()).cloned().collect();
            Keyed::new(rows, |row: &Factor<PueWue>| row.region.clone())
        };
        Self { pue: having(|row| row.pue), wue: having(|row| row.wue) }
    }

    pub(crate) fn at(&self, region: Option<&str>, year: Option<&str>) -> Place<'_> {
        let year = year_of(year);
        Place {
            pue: found(&self.pue, region, year).and_then(|(found, basis)| {
                let region_gsd = found.row.pue_gsd.unwrap_or(PUE_REGION);
                let gsds = [region_gsd, PUE_ROW, found.carried_gsd()];
                found.row.pue.map(|value| Figure { id: &found.row.id, value, gsds, basis })
            }),
            wue: found(&self.wue, region, year).and_then(|(found, basis)| {
                let region_gsd = found.row.wue_gsd.unwrap_or(WUE_REGION);
                let gsds = [region_gsd, WUE_ROW, found.carried_gsd()];
                found.row.wue.map(|value| Figure { id: &found.row.id, value, gsds, basis })
            }),
        }
    }
}

/// The region's own rows, else its geography's, else those for everywhere.
fn found<'a>(
    rows: &'a Keyed<PueWue>,
    region: Option<&str>,
    year: Option<i32>,
) -> Option<(Found<'a, PueWue>, Basis)> {
    let region = region.filter(|region| !region.contains('*'));
    let own = region.and_then(|region| rows.at(region, year));
    let geography = || rows.at(&format!("{}-*", region?.split('-').next()?), year);
    own.map(|found| (found, Basis::Measured))
        .or_else(|| geography().or_else(|| rows.at("*", year)).map(|found| (found, Basis::UnknownHardware)))
}
