//! Supply and demand as the report shows them.

use joulework_engine::assess::Tally;
use joulework_engine::calendar::{HOUR_MS, instant};
use joulework_metrics::supply::{
    Balance, Capacity, Counterfactual, GroupUse, Idle, ResourceUse, SupplyDemand, SupplyHours,
};

use super::{figures, functions};
use crate::model::{
    Figure, IdleUse, ServerRoom, Standby, Supply, SupplyAt, SupplyCapacity, SupplyLine, SupplySeries,
    SupplySpan, WeekHour,
};

/// Resources that the report lists of a capacity.
const RESOURCES: usize = 20;
/// Spans that a series over time has at most.
const SPANS: usize = 400;
/// Lengths of a span, in hours.
const LENGTHS: [u32; 9] = [1, 2, 3, 6, 12, 24, 48, 168, 336];
/// Points of a curve by demand.
const POINTS: usize = 200;

/// Supply and demand; nothing where nothing is measured.
pub(super) fn supply(all: &SupplyDemand, standby: &Tally, total: &Tally) -> Option<Supply> {
    let standby = (standby.rows > 0).then(|| stands_by(standby, total));
    if all.groups.is_empty() && all.functions.is_empty() && all.unmatched.is_empty() && standby.is_none() {
        return None;
    }
    let wholes = all.groups.iter().filter(|group| group.service.is_none() && group.workload.is_none());
    Some(Supply {
        capacities: wholes.map(|whole| capacity(all, whole)).collect(),
        standby,
        on_premises: all.on_premises.as_ref().map(on_premises),
        functions: all.functions.iter().map(functions::function).collect(),
        unmatched: all.unmatched.clone(),
    })
}

fn stands_by(of: &Tally, total: &Tally) -> Standby {
    let energy = figures::of(of, figures::ENERGY);
    let whole = figures::of(total, figures::ENERGY).value.filter(|whole| *whole > 0.0);
    Standby {
        energy_share: energy.value.zip(whole).map(|(own, whole)| own / whole),
        energy,
        carbon: figures::of(of, figures::CARBON),
        water: figures::of(of, figures::WATER),
        cost: figures::money(&of.effective),
    }
}

fn on_premises(of: &Counterfactual) -> ServerRoom {
    let [there, low, high] = of.there_kwh;
    ServerRoom {
        utilisation: of.inputs.utilisation,
        pue: of.inputs.pue,
        utilisation_here: of.utilisation,
        pue_here: of.pue,
        demand: Figure::exact(of.demand_hours, figures::VCPU_HOURS.1),
        energy_here: Figure::exact(of.energy_kwh, figures::ENERGY.1),
        energy_there: Figure::estimate(there, low, high, figures::ENERGY.1),
        saving: of.saving[0],
        saving_low: of.saving[1],
        saving_high: of.saving[2],
        dominant: of.dominant.0.to_owned(),
        dominant_share: of.dominant.1,
    }
}

fn capacity(all: &SupplyDemand, whole: &GroupUse) -> SupplyCapacity {
    let of = whole.capacity;
    let groups = || all.groups.iter().filter(move |group| group.capacity == of);
    let by = |name: fn(&GroupUse) -> Option<&String>| {
        groups().filter_map(|own| Some(group(own, name(own)?))).collect()
    };
    let resources = all.resources.iter().filter(|own| own.capacity == of).take(RESOURCES);
    SupplyCapacity {
        id: id(of).to_owned(),
        name: of.words().to_owned(),
        unit: of.unit().to_owned(),
        whole: group(whole, "total"),
        services: by(|own| own.service.as_ref()),
        workloads: by(|own| own.workload.as_ref()),
        resources: resources.map(resource).collect(),
        over_time: over_time(&whole.hours),
        by_demand: by_demand(&whole.hours),
        by_week: by_week(&whole.hours),
    }
}

const fn id(of: Capacity) -> &'static str {
    match of {
        Capacity::Vcpu => "vcpu",
        Capacity::Memory => "memory",
        Capacity::Storage => "volumes",
        Capacity::Reads => "reads",
        Capacity::Writes => "writes",
        Capacity::Instances => "instances",
        Capacity::Tasks => "tasks",
        Capacity::Ready => "provisioned-concurrency",
    }
}

fn group(of: &GroupUse, name: &str) -> SupplyLine {
    SupplyLine { resources: of.resources as u64, ..line(name, of.capacity, &of.balance, of.idle.as_ref()) }
}

fn resource(of: &ResourceUse) -> SupplyLine {
    SupplyLine {
        workload: of.workload.clone(),
        region: of.region.clone(),
        refused: of.refused,
        ..line(&of.resource, of.capacity, &of.balance, of.idle.as_ref())
    }
}

fn line(name: &str, capacity: Capacity, balance: &Balance, of_idle: Option<&Idle>) -> SupplyLine {
    let unit = capacity.unit();
    let mean = |amount: f64| {
        let mean = balance.mean(amount);
        mean.map_or_else(|| Figure::none(unit, "no demand is known"), |mean| Figure::exact(mean, unit))
    };
    let whole = balance.supply + balance.unmeasured;
    SupplyLine {
        name: name.to_owned(),
        workload: String::new(),
        region: String::new(),
        resources: 1,
        known_hours: balance.known_hours,
        supply: mean(balance.supply),
        demand: mean(balance.demand),
        peak: Figure::exact(balance.peak, unit),
        utilisation: balance.utilisation(),
        waste: mean(balance.waste),
        over_demand: mean(balance.over_demand),
        unmeasured: if whole > 0.0 { balance.unmeasured / whole } else { 0.0 },
        elasticity: balance.elasticity,
        lag_hours: balance.lag_hours,
        over_provision: balance.over_provision,
        refused: None,
        idle: of_idle.map(idle),
    }
}

fn idle(of: &Idle) -> IdleUse {
    IdleUse {
        energy: figures::of(&of.tally, figures::IT_ENERGY),
        carbon: figures::of(&of.tally, figures::CARBON),
        water: figures::of(&of.tally, figures::WATER),
        cost: of.cost.map(|(currency, cost)| Figure::exact(cost, currency.to_string())),
    }
}

/// Spans of whole lengths from the first hour that counts to the last.
#[allow(clippy::cast_precision_loss, reason = "a number of hours")]
fn over_time(hours: &SupplyHours) -> SupplySeries {
    let counts = || hours.by_hour().filter(|(_, hour)| hour.is_known());
    let (Some((first, _)), Some((last, _))) = (counts().next(), counts().last()) else {
        return SupplySeries { span_hours: 1, spans: Vec::new() };
    };
    let span = usize::try_from(last - first + 1).unwrap_or(1);
    let fits = |length: &u32| span / (*length as usize) < SPANS;
    let length = LENGTHS.into_iter().find(fits).unwrap_or(336);
    let length_hours = i64::from(length);
    let (from, to) = (first.div_euclid(length_hours), last.div_euclid(length_hours));
    let spans = (from..=to).map(|place| {
        let start = place * length_hours;
        let inside = hours.by_hour().skip(usize::try_from(start - hours.first_hour).unwrap_or(0));
        let known: Vec<_> = inside
            .take_while(|(hour, _)| *hour < start + length_hours)
            .filter(|(hour, own)| *hour >= start && own.is_known())
            .map(|(_, own)| own)
            .collect();
        let count = known.len() as f64;
        let mean = |sum: f64| (count > 0.0).then(|| sum / count);
        SupplySpan {
            start: instant(start * HOUR_MS),
            supply: mean(known.iter().map(|hour| hour.supply).sum()),
            demand: mean(known.iter().map(|hour| hour.demand).sum()),
            peak: known.iter().map(|hour| hour.demand).reduce(f64::max),
            over_demand: mean(known.iter().map(|hour| hour.over_demand).sum()).unwrap_or(0.0),
        }
    });
    SupplySeries { span_hours: length, spans: spans.collect() }
}

#[allow(clippy::cast_precision_loss, reason = "a number of hours")]
fn by_demand(hours: &SupplyHours) -> Vec<SupplyAt> {
    let all = hours.by_demand();
    let last = all.len().saturating_sub(1);
    let points = all.len().min(POINTS);
    let at = |point: usize| if points < 2 { 0 } else { point * last / (points - 1) };
    (0..points)
        .filter_map(|point| {
            let place = at(point);
            let (supply, demand) = *all.get(place)?;
            Some(SupplyAt { share: place as f64 / all.len() as f64, supply, demand })
        })
        .collect()
}

fn by_week(hours: &SupplyHours) -> Vec<WeekHour> {
    let week = hours.by_week();
    (0_u8..)
        .zip(week)
        .flat_map(|(day, of_day)| {
            (0_u8..).zip(of_day).map(move |(hour, sum)| WeekHour {
                day,
                hour,
                utilisation: sum.filter(|sum| sum.supply > 0.0).map(|sum| sum.demand / sum.supply),
            })
        })
        .collect()
}
