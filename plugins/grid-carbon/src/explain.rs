//! How one row's figures came about.

use joulework_sdk::prelude::*;

use crate::tables::{GridWater, Place, Scope};

pub(crate) fn row(facility: Option<f64>, network: Option<f64>, place: &Place<'_>, steps: &mut Steps<'_>) {
    let intensity = place.intensity;
    if let Some(grid) = intensity {
        steps.step("grid-intensity", "[intensity]").factor("intensity", grid.value, "gCO2e/kWh", grid.id);
    }
    match (network, intensity) {
        (Some(0.0), _) => steps.zero("network-carbon"),
        (Some(network), Some(grid)) => {
            steps
                .step("network-carbon", "[network-energy] * [grid-intensity]")
                .input("network-energy", network)
                .earlier("grid-intensity", grid.value);
        }
        _ => {}
    }
    match (facility, place.water) {
        (_, GridWater::NotAsked) | (Some(0.0), _) => steps.zero("grid-water"),
        (Some(facility), GridWater::Known(water)) => {
            steps
                .step("grid-water", "[facility-energy] * [water]")
                .input("facility-energy", facility)
                .factor("water", water.value, "L/kWh", water.id);
        }
        _ => {}
    }
    if facility == Some(0.0) {
        for output in ["operational-carbon", "transmission-carbon", "upstream-carbon"] {
            steps.zero(output);
        }
    } else if let (Some(facility), Some(grid)) = (facility, intensity) {
        let operational = facility * grid.value;
        steps
            .step("operational-carbon", "[facility-energy] * [grid-intensity]")
            .input("facility-energy", facility)
            .earlier("grid-intensity", grid.value);
        lines_of_their_own(facility, operational, place, steps);
    }
}

fn lines_of_their_own(facility: f64, operational: f64, place: &Place<'_>, steps: &mut Steps<'_>) {
    match place.loss {
        _ if operational == 0.0 => steps.zero("transmission-carbon"),
        Some(loss) => {
            steps
                .step("transmission-carbon", "[operational-carbon] * [loss] / (1 - [loss])")
                .earlier("operational-carbon", operational)
                .factor("loss", loss.value, "1", loss.id);
        }
        None => {}
    }
    match (place.scope, place.upstream) {
        _ if operational == 0.0 => steps.zero("upstream-carbon"),
        (Some(Scope::LifeCycle), _) => steps.zero("upstream-carbon"),
        (Some(Scope::Combustion), Some(upstream)) => {
            steps
                .step("upstream-carbon", "[facility-energy] * [upstream]")
                .input("facility-energy", facility)
                .factor("upstream", upstream.value, "gCO2e/kWh", upstream.id);
        }
        _ => {}
    }
}
