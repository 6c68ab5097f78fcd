//! The factor tables, and what of them holds for a region and a year.

use joulework_sdk::prelude::*;

factors! {
    /// One row of the table `grid-intensity`.
    pub struct Intensity: "grid-intensity" in "../data/grid-intensity.csv",
        "Location-based carbon intensity by region and year; scope `life-cycle` or `combustion`; `*` is everywhere else"
    {
        region: String = column("region").doc("Region id, or `*`; compared whole"),
        intensity: f64 = column("intensity").unit("gCO2e/kWh").doc("Annual mean; 0 is a value"),
        area: Option<String> = column("area").doc("What the mean is of: `zone`, `state`, `nation` or `world`"),
        kind: Option<String> = column("kind").doc("`average`; a `marginal` row is never used for a footprint"),
        region_gsd: Option<f64> = column("region-gsd").unit("1")
            .doc("GSD of the factor grid-intensity-region; by area where empty: zone 1.12, state 1.19, else 1.5"),
    }
}

factors! {
    /// One row of the table `grid-loss`.
    pub struct Loss: "grid-loss" in "../data/grid-loss.csv",
        "Share of generation that grids lose on the way, by region and year; `*` is everywhere else"
    {
        region: String = column("region").doc("Region id, or `*`; compared whole"),
        loss: f64 = column("loss").unit("1").doc("Losses / generation, under 1"),
    }
}

factors! {
    /// One row of the table `grid-upstream`.
    pub struct Upstream: "grid-upstream" in "../data/grid-upstream.csv",
        "Carbon of bringing fuel to power plants, for regions whose intensity is combustion-only; empty until the user fills it"
    {
        region: String = column("region").doc("Region id, or `*`; compared whole"),
        upstream: f64 = column("upstream").unit("gCO2e/kWh").doc("Added to a combustion-only intensity"),
        upstream_gsd: Option<f64> = column("upstream-gsd").unit("1").doc("Its GSD; 1.3 where empty"),
    }
}

factors! {
    /// One row of the table `grid-water`.
    pub struct Water: "grid-water" in "../data/grid-water.csv",
        "Water of electricity generation by region and year, per kWh of facility energy; empty until the user fills it"
    {
        region: String = column("region").doc("Region id, or `*`; compared whole"),
        water: f64 = column("water").unit("L/kWh").doc("Water consumed"),
    }
}

/// GSDs of METHOD.md, section 7.
pub(crate) const SHARED: f64 = 1.05;
const SHARED_UNKNOWN: f64 = 1.1;
pub(crate) const ROW: f64 = 1.03;
const WATER: f64 = 2.5;
/// Project choices: one national figure stands for a region; a user's factor without a GSD of its own.
const LOSS: f64 = 1.2;
const UPSTREAM: f64 = 1.3;

/// What an intensity covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Fuel supply, plants and their making included.
    LifeCycle,
    /// What leaves the chimneys.
    Combustion,
}

impl Scope {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::LifeCycle => "life-cycle",
            Self::Combustion => "combustion",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::LifeCycle, Self::Combustion].into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A figure with the id of its row and its GSDs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure<'a, const N: usize> {
    pub(crate) id: &'a str,
    pub(crate) value: f64,
    pub(crate) gsds: [f64; N],
}

/// Water of the grid at one place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum GridWater<'a> {
    /// The user gave no table: the total is water on site alone.
    NotAsked,
    /// Region, carried forward.
    Known(Figure<'a, 2>),
    /// The user gave a table without this region.
    Unknown,
}

/// What holds for one region and year.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// Shared, region, row, carried forward.
    pub(crate) intensity: Option<Figure<'a, 4>>,
    pub(crate) scope: Option<Scope>,
    pub(crate) basis: Basis,
    /// Its own error; carried forward.
    pub(crate) loss: Option<Figure<'a, 2>>,
    /// Its own error; carried forward.
    pub(crate) upstream: Option<Figure<'a, 2>>,
    pub(crate) water: GridWater<'a>,
}

/// The tables by region.
#[derive(Debug)]
pub(crate) struct Grid {
    intensity: Keyed<Intensity>,
    loss: Keyed<Loss>,
    upstream: Keyed<Upstream>,
    water: Keyed<Water>,
}

impl Grid {
    pub(crate) fn load(tables: &Tables) -> Result<Self, Fault> {
        let mut intensity = tables.load::<Intensity>()?;
        for row in &intensity {
            let words = [row.kind.as_deref(), row.area.as_deref()];
            check_intensity(&row.id, row.intensity, words, row.region_gsd, &row.scope)?;
        }
        intensity.retain(|row| row.kind.as_deref() != Some("marginal"));
        let (loss, upstream, water) =
            (tables.load::<Loss>()?, tables.load::<Upstream>()?, tables.load::<Water>()?);
        for row in &loss {
            check("loss", &row.id, (0.0..1.0).contains(&row.loss), "is not from 0 to under 1")?;
        }
        for row in &upstream {
            check("upstream", &row.id, row.upstream >= 0.0, "is negative")?;
            check("upstream-gsd", &row.id, row.upstream_gsd.is_none_or(|gsd| gsd >= 1.0), "is under 1")?;
        }
        for row in &water {
            check("water", &row.id, row.water >= 0.0, "is negative")?;
        }
        Ok(Self {
            intensity: Keyed::new(intensity, |row| row.region.clone()),
            loss: Keyed::new(loss, |row| row.region.clone()),
            upstream: Keyed::new(upstream, |row| row.region.clone()),
            water: Keyed::new(water, |row| row.region.clone()),
        })
    }

    /// A region is compared whole; a row without one, or with one that no table has, takes the rows for everywhere.
    pub(crate) fn at(&self, region: Option<&str>, year: Option<&str>) -> Place<'_> {
        let year = year_of(year);
        let region = region.filter(|region| *region != "*");
        let own = region.and_then(|region| self.intensity.at(region, year));
        let found = own.or_else(|| self.intensity.at("*", year));
        let (shared, basis) =
            if own.is_some() { (SHARED, Basis::Measured) } else { (SHARED_UNKNOWN, Basis::UnknownHardware) };
        let intensity = found.map(|found| Figure {
            id: found.row.id.as_str(),
            value: found.row.intensity,
            gsds: [
                shared,
                region_gsd(found.row.region_gsd, found.row.area.as_deref()),
                ROW,
                found.carried_gsd(),
            ],
        });
        let carried = found.map_or(1.0, |found| found.carried_gsd());
        Place {
            intensity,
            scope: found.and_then(|found| Scope::parse(&found.row.scope)),
            basis,
            loss: at(&self.loss, region, year).map(|found| Figure {
                id: &found.row.id,
                value: found.row.loss,
                gsds: [LOSS, carried * found.carried_gsd()],
            }),
            upstream: at(&self.upstream, region, year).map(|found| Figure {
                id: &found.row.id,
                value: found.row.upstream,
                gsds: [found.row.upstream_gsd.unwrap_or(UPSTREAM), found.carried_gsd()],
            }),
            water: match at(&self.water, region, year) {
                _ if self.water.rows().is_empty() => GridWater::NotAsked,
                Some(found) => GridWater::Known(Figure {
                    id: &found.row.id,
                    value: found.row.water,
                    gsds: [WATER, found.carried_gsd()],
                }),
                None => GridWater::Unknown,
            },
        }
    }
}

fn at<'a, R>(rows: &'a Keyed<R>, region: Option<&str>, year: Option<i32>) -> Option<Found<'a, R>> {
    region.and_then(|region| rows.at(region, year)).or_else(|| rows.at("*", year))
}

/// The GSD of the factor `grid-intensity-region`.
pub(crate) fn region_gsd(own: Option<f64>, area: Option<&str>) -> f64 {
    own.unwrap_or(match area {
        Some("zone") => 1.12,
        Some("state") => 1.19,
        Some("world") => 2.0,
        _ => 1.5,
    })
}

/// Refuses an intensity that cannot be, of a row with these words for `kind` and `area`.
pub(crate) fn check_intensity(
    id: &str,
    intensity: f64,
    [kind, area]: [Option<&str>; 2],
    region_gsd: Option<f64>,
    scope: &str,
) -> Result<(), Fault> {
    let one_of = |text: Option<&str>, known: &[&str]| text.is_none_or(|text| known.contains(&text));
    check("intensity", id, intensity >= 0.0, "is negative")?;
    check("region-gsd", id, region_gsd.is_none_or(|gsd| gsd >= 1.0), "is under 1")?;
    let kind = one_of(kind, &["average", "marginal"]);
    check("kind", id, kind, "is neither `average` nor `marginal`")?;
    let area = one_of(area, &["zone", "state", "nation", "world"]);
    check("area", id, area, "is none of `zone`, `state`, `nation`, `world`")?;
    let scope = scope.is_empty() || Scope::parse(scope).is_some();
    check("scope", id, scope, "is neither `life-cycle` nor `combustion`")
}

fn check(column: &str, id: &str, holds: bool, what: &str) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault::table(format!("row `{id}`: `{column}` {what}")).column(column)) }
}
