//! Supply and demand: what was bought against what was used, by resource, service and workload.

mod balance;
mod functions;
mod hours;
mod metered;
mod on_premises;
mod ready;
mod shape;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use joulework_engine::EngineError;
use joulework_engine::assess::{Dimension, Estimates, MeasuredResource, Tally, UseAmounts, UsePart};
use joulework_engine::loads::ResourceName;
use joulework_engine::pipeline::OnPremises;
use joulework_units::Currency;

use crate::{HourlySeries, Measure, Metrics, Statistic};

pub use balance::Balance;
pub use functions::{FunctionBill, FunctionPart, FunctionUse};
pub use hours::{SupplyHour, SupplyHours};
pub use joulework_engine::variant::{Throttled, TokenBucket};
pub use on_premises::Counterfactual;

/// What is supplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capacity {
    /// Virtual CPUs.
    Vcpu,
    /// Memory.
    Memory,
    /// Volumes.
    Storage,
    /// Reads of a table.
    Reads,
    /// Writes of a table.
    Writes,
    /// Instances of a group.
    Instances,
    /// Virtual CPUs of the tasks of a service.
    Tasks,
    /// Memory of functions that is kept ready.
    Ready,
}

impl Capacity {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Vcpu => "vCPU",
            Self::Memory => "memory",
            Self::Storage => "volumes",
            Self::Reads => "read capacity",
            Self::Writes => "write capacity",
            Self::Instances => "instances",
            Self::Tasks => "vCPU of container tasks",
            Self::Ready => "provisioned concurrency",
        }
    }

    /// What a supply at one time is counted in.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Vcpu | Self::Tasks => "vCPU",
            Self::Memory | Self::Ready => "GiB",
            Self::Storage => "TB",
            Self::Reads => "read units/s",
            Self::Writes => "write units/s",
            Self::Instances => "instances",
        }
    }

    /// The quantity of a bill that supplies it, what is measured of it, and how the quantity is counted.
    const fn of_bill(self) -> Option<(&'static str, Measure)> {
        match self {
            Self::Vcpu => Some(("vcpu-hours", Measure::CpuUtilisation)),
            Self::Memory => Some(("memory-hours", Measure::MemoryUtilisation)),
            Self::Storage => Some(("storage-hours", Measure::VolumeUtilisation)),
            Self::Reads | Self::Writes | Self::Instances | Self::Tasks | Self::Ready => None,
        }
    }
}

/// What was not used of the energy, and what it cost; of hours whose demand is known.
#[derive(Debug, Clone)]
pub struct Idle {
    /// The idle part of all figures: of `it-energy`, `carbon`, `water` and the rest.
    pub tally: Tally,
    /// Effective cost times the share that was not used, where the resource has a cost.
    pub cost: Option<(Currency, f64)>,
}

/// A resource against its demand.
#[derive(Debug, Clone)]
pub struct ResourceUse {
    /// Its id as the bill writes it, or its name in the metrics where the bill has no such capacity.
    pub resource: String,
    /// The workload; several with commas.
    pub workload: String,
    /// Service and region, as the bill writes them.
    pub service: String,
    /// The region.
    pub region: String,
    /// What it supplies.
    pub capacity: Capacity,
    /// The hours.
    pub hours: SupplyHours,
    /// What they say.
    pub balance: Balance,
    /// Requests that were refused, where that is measured.
    pub refused: Option<f64>,
    /// Idle energy and what it cost; of vCPU.
    pub idle: Option<Idle>,
}

/// What resources of one capacity add up to.
#[derive(Debug, Clone)]
pub struct GroupUse {
    /// What they supply.
    pub capacity: Capacity,
    /// The service; nothing for all services.
    pub service: Option<String>,
    /// The workload; nothing for all workloads.
    pub workload: Option<String>,
    /// How many resources.
    pub resources: usize,
    /// Their hours.
    pub hours: SupplyHours,
    /// What the hours say.
    pub balance: Balance,
    /// Idle energy and what it cost; of vCPU.
    pub idle: Option<Idle>,
}

/// All supply against all demand that is measured.
#[derive(Debug, Clone, Default)]
pub struct SupplyDemand {
    /// By capacity, the most idle energy first. Of resources beyond the first fifty the hours are not kept.
    pub resources: Vec<ResourceUse>,
    /// By capacity: all, then by service, then by workload.
    pub groups: Vec<GroupUse>,
    /// What a server room would take for the vCPU that are used; nothing where none are measured.
    pub on_premises: Option<Counterfactual>,
    /// Functions by version, as their logs say.
    pub functions: Vec<FunctionUse>,
    /// Metrics of resources that the bill does not have.
    pub unmatched: Vec<String>,
}

/// Resources whose hours are kept.
const KEPT: usize = 50;

impl SupplyDemand {
    /// Holds what a bill bought against what metrics measured, and what is used against a server room.
    ///
    /// # Errors
    /// When a sum leaves its range.
    pub fn of(estimates: &Estimates, metrics: &Metrics, room: &OnPremises) -> Result<Self, EngineError> {
        let series = ByName::of(metrics);
        let mut sums = Sums::default();
        let mut resources = Vec::new();
        let (mut met, mut known): (BTreeSet<&ResourceName>, UseAmounts) = Default::default();
        for resource in estimates.measured_resources() {
            met.extend(series.name(resource.id()));
            for capacity in [Capacity::Vcpu, Capacity::Memory, Capacity::Storage] {
                let has_loads = capacity == Capacity::Vcpu && resource.loads().is_some();
                let idle = has_loads.then(|| resource.amounts(UsePart::Idle));
                let Some(found) = of_bill(estimates, resource, capacity, &series, idle.as_ref())? else {
                    continue;
                };
                sums.add(&found, idle.as_ref());
                if capacity == Capacity::Vcpu {
                    known.add(&resource.amounts(UsePart::Known));
                }
                resources.push(found);
                drop_hours(&mut resources, capacity);
            }
        }
        for found in metered::all(metrics, estimates).into_iter().chain(ready::all(estimates, metrics)) {
            sums.add(&found, None);
            resources.push(found);
        }
        resources.sort_by(|one, two| one.capacity.cmp(&two.capacity).then_with(|| most_wasteful(one, two)));
        let unmatched = series.unmatched(&met, &resources);
        let functions = functions::all(estimates, metrics)?;
        let mut all =
            Self { resources, groups: sums.finish(estimates)?, on_premises: None, functions, unmatched };
        if let Some(balance) = all.whole(Capacity::Vcpu).map(|whole| whole.balance) {
            all.on_premises = on_premises::of(estimates, &known, balance.demand, balance.supply, room)?;
        }
        Ok(all)
    }

    /// The group of all resources of a capacity.
    #[must_use]
    pub fn whole(&self, capacity: Capacity) -> Option<&GroupUse> {
        self.groups
            .iter()
            .find(|group| group.capacity == capacity && group.service.is_none() && group.workload.is_none())
    }
}

/// Idle energy in kWh; 0 where it is not known.
fn idle_energy(of: &ResourceUse) -> f64 {
    of.idle.as_ref().map_or(0.0, |idle| energy(&idle.tally))
}

fn energy(tally: &Tally) -> f64 {
    let unit = joulework_units::Unit::parse("kWh").ok();
    let figure = tally.figure("it-energy").zip(unit);
    figure.and_then(|(figure, unit)| figure.in_unit(&unit).ok()).map_or(0.0, |(value, _)| value)
}

/// Frees the hours of all but those that waste most of a capacity.
fn drop_hours(resources: &mut [ResourceUse], capacity: Capacity) {
    let is_kept = |own: &&mut ResourceUse| own.capacity == capacity && !own.hours.hours.is_empty();
    let mut kept: Vec<&mut ResourceUse> = resources.iter_mut().filter(is_kept).collect();
    if kept.len() < 2 * KEPT {
        return;
    }
    kept.sort_by(|one, two| most_wasteful(one, two));
    kept.into_iter().skip(KEPT).for_each(|own| own.hours = SupplyHours::default());
}

/// By idle energy, then by what is not used, the most first.
fn most_wasteful(one: &ResourceUse, two: &ResourceUse) -> Ordering {
    let key = |own: &ResourceUse| (idle_energy(own), own.balance.waste);
    let ((one_idle, one_waste), (two_idle, two_waste)) = (key(one), key(two));
    two_idle
        .total_cmp(&one_idle)
        .then(two_waste.total_cmp(&one_waste))
        .then_with(|| one.resource.cmp(&two.resource))
}

/// A resource of the bill against one of its demands; nothing where neither says anything.
fn of_bill(
    estimates: &Estimates,
    resource: MeasuredResource<'_>,
    capacity: Capacity,
    series: &ByName<'_>,
    idle: Option<&UseAmounts>,
) -> Result<Option<ResourceUse>, EngineError> {
    let Some((quantity, measure)) = capacity.of_bill() else { return Ok(None) };
    let measured = series.of_measure(resource.id(), measure);
    if measured.is_none() {
        return Ok(None);
    }
    let supply = resource.hourly(quantity);
    if supply.values.iter().all(|supply| *supply == 0.0) {
        return Ok(None);
    }
    let load = |hour: i64| measured.and_then(|series| series.at(hour)).map(f64::from);
    let hours = (supply.first_hour..)
        .zip(&supply.values)
        .map(|(hour, supply)| SupplyHour::of(*supply, load(hour).map(|load| supply * load)));
    let hours = SupplyHours { first_hour: supply.first_hour, hours: hours.collect() };
    let idle = if let Some(idle) = idle {
        let cost = resource.hourly_cost(quantity).map(|(currency, cost)| {
            let unused = (cost.first_hour..).zip(&cost.values);
            let unused = unused.filter_map(|(hour, cost)| Some(cost * (1.0 - load(hour)?).max(0.0)));
            (currency, unused.sum())
        });
        Some(Idle { tally: estimates.tally_of(idle)?, cost })
    } else {
        None
    };
    let word = |dimension| resource.word(&dimension).unwrap_or_default().to_owned();
    Ok(Some(ResourceUse {
        resource: resource.id().to_owned(),
        workload: resource.workloads().into_iter().collect::<Vec<_>>().join(", "),
        service: word(Dimension::Service),
        region: word(Dimension::Region),
        capacity,
        balance: Balance::of(&hours),
        hours,
        refused: None,
        idle,
    }))
}

impl HourlySeries {
    /// The value of an hour, where it is known.
    #[must_use]
    pub fn at(&self, hour: i64) -> Option<f32> {
        let place = usize::try_from(hour.checked_sub(self.first_hour)?).ok()?;
        self.values.get(place).copied().filter(|value| !value.is_nan())
    }
}

/// Series by the name of their resource.
#[derive(Debug)]
pub(crate) struct ByName<'a>(BTreeMap<&'a str, Vec<&'a HourlySeries>>);

impl<'a> ByName<'a> {
    pub(crate) fn of(metrics: &'a Metrics) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&HourlySeries>> = BTreeMap::new();
        for series in &metrics.series {
            by_name.entry(&series.resource.name).or_default().push(series);
        }
        Self(by_name)
    }

    /// All series of a resource of a bill.
    pub(crate) fn all(&self, id: &str) -> impl Iterator<Item = &'a HourlySeries> {
        let of_bill = ResourceName::of_bill(id);
        let whole = self.0.get(id).into_iter().flatten().copied();
        let short = self.0.get(of_bill.name.as_str()).into_iter().flatten().copied();
        whole
            .filter(|series| series.resource.is_whole_id())
            .chain(short.filter(move |series| series.resource.fits(&of_bill)))
    }

    fn of_measure(&self, id: &str, measure: Measure) -> Option<&'a HourlySeries> {
        self.all(id).find(|series| series.measure == measure && series.statistic == Statistic::Mean)
    }

    fn name(&self, id: &str) -> Option<&'a ResourceName> {
        self.all(id).next().map(|series| &series.resource)
    }

    /// Names of resources that are measured, and that neither the bill has nor supply themselves.
    fn unmatched(&self, met: &BTreeSet<&ResourceName>, resources: &[ResourceUse]) -> Vec<String> {
        let supplied: BTreeSet<&str> = resources.iter().map(|own| own.resource.as_str()).collect();
        let measured: BTreeSet<&ResourceName> =
            self.0.values().flatten().map(|series| &series.resource).collect();
        let names = measured.difference(met).map(ToString::to_string);
        let mut names: Vec<String> = names.filter(|name| !supplied.contains(name.as_str())).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// Groups while resources are added.
#[derive(Default)]
struct Sums(BTreeMap<(Capacity, u8, String), Sum>);

#[derive(Default)]
struct Sum {
    count: usize,
    hours: SupplyHours,
    idle: UseAmounts,
    cost: Option<(Currency, f64)>,
    mixed: bool,
}

impl Sums {
    fn add(&mut self, of: &ResourceUse, idle: Option<&UseAmounts>) {
        for (order, name) in [(0, ""), (1, of.service.as_str()), (2, of.workload.as_str())] {
            if order > 0 && name.is_empty() {
                continue;
            }
            let sum = self.0.entry((of.capacity, order, name.to_owned())).or_default();
            sum.count += 1;
            sum.hours.add(&of.hours);
            if let Some(idle) = idle {
                sum.idle.add(idle);
            }
            if let Some((currency, cost)) = of.idle.as_ref().and_then(|idle| idle.cost) {
                match &mut sum.cost {
                    None => sum.cost = Some((currency, cost)),
                    Some((own, whole)) if *own == currency => *whole += cost,
                    Some(_) => sum.mixed = true,
                }
            }
        }
    }

    fn finish(self, estimates: &Estimates) -> Result<Vec<GroupUse>, EngineError> {
        let group = |((capacity, order, name), sum): ((Capacity, u8, String), Sum)| {
            let idle = if sum.idle.is_empty() {
                None
            } else {
                let tally = estimates.tally_of(&sum.idle)?;
                Some(Idle { tally, cost: sum.cost.filter(|_| !sum.mixed) })
            };
            Ok(GroupUse {
                capacity,
                service: (order == 1).then(|| name.clone()),
                workload: (order == 2).then_some(name),
                resources: sum.count,
                balance: Balance::of(&sum.hours),
                hours: sum.hours,
                idle,
            })
        };
        self.0.into_iter().map(group).collect()
    }
}
