//! What advisors are shown of a resource: its meters, and its hours with what is measured of them.

use std::collections::{BTreeMap, BTreeSet};

use joulework_engine::assess::{Estimates, MeasuredResource, ResourceLine};
use joulework_engine::loads::ResourceName;
use joulework_engine::variant::named_by;
use joulework_runtime::{Batch, Column, Data};

use crate::lambda::Invocations;
use crate::supply::ByName;
use crate::{HourlySeries, Measure, Metrics, Statistic};

const HOUR_MS: i64 = 3_600_000;
/// Seconds of an hour.
const HOUR: f64 = 3_600.0;
/// Bytes of a gigabyte.
const GIGABYTE: f64 = 1e9;

/// Resources as advisors are shown them.
#[derive(Debug)]
pub struct Reviewed<'a> {
    estimates: &'a Estimates,
    metrics: &'a Metrics,
    series: ByName<'a>,
}

/// Rows of a resource under way.
#[derive(Debug, Default)]
struct Rows<'a> {
    start: Vec<Option<i64>>,
    lines: Vec<Option<&'a ResourceLine>>,
    capacity: Vec<Option<&'static str>>,
    supply: Vec<Option<f64>>,
    demand: Vec<Option<f64>>,
    peak: Vec<Option<f64>>,
    calls: Vec<Option<f64>>,
    traffic: Vec<Option<f64>>,
}

/// An hour of a capacity.
#[derive(Clone, Copy, Default)]
struct Hour {
    supply: Option<f64>,
    demand: Option<f64>,
    peak: Option<f64>,
    calls: Option<f64>,
    traffic: Option<f64>,
}

impl<'a> Rows<'a> {
    fn meter(&mut self, line: &'a ResourceLine) {
        self.push(None, Some(line), None, Hour::default());
    }

    fn hour(&mut self, hour: i64, capacity: Option<&'static str>, of: Hour) {
        self.push(Some(hour * HOUR_MS), None, capacity, of);
    }

    fn push(
        &mut self,
        start: Option<i64>,
        line: Option<&'a ResourceLine>,
        capacity: Option<&'static str>,
        of: Hour,
    ) {
        self.start.push(start);
        self.lines.push(line);
        self.capacity.push(capacity);
        self.supply.push(of.supply);
        self.demand.push(of.demand);
        self.peak.push(of.peak);
        self.calls.push(of.calls);
        self.traffic.push(of.traffic);
    }

    fn batch(self, id: &str) -> Batch {
        let rows = self.start.len();
        let texts = |of: &dyn Fn(&'a ResourceLine) -> Option<&'a str>| {
            Data::categories(self.lines.iter().map(|line| line.and_then(of).filter(|text| !text.is_empty())))
        };
        let tags: Vec<Option<String>> = self
            .lines
            .iter()
            .map(|line| {
                let group = line.and_then(|line| line.group.as_ref())?;
                Some(serde_json::json!({ joulework_engine::assess::GROUP_TAG: group }).to_string())
            })
            .collect();
        let columns = [
            ("charge-period-start", Data::instants(self.start.iter().copied())),
            ("resource-id", Data::categories(std::iter::repeat_n(Some(id), rows))),
            ("service-name", texts(&|line| Some(&line.service))),
            ("region-id", texts(&|line| Some(&line.region))),
            ("usage-kind", texts(&|line| Some(&line.kind))),
            ("sku-meter", texts(&|line| Some(&line.meter))),
            ("instance-type", texts(&|line| named_by(&line.meter).0)),
            ("architecture", texts(&|line| named_by(&line.meter).1)),
            ("tags", Data::categories(tags.iter().map(Option::as_deref))),
            ("capacity", Data::categories(self.capacity.iter().copied())),
            ("capacity-supply", Data::numbers(self.supply)),
            ("capacity-demand", Data::numbers(self.demand)),
            ("capacity-peak", Data::numbers(self.peak)),
            ("calls", Data::numbers(self.calls)),
            ("traffic", Data::numbers(self.traffic)),
        ];
        let columns = columns.into_iter().map(|(name, data)| Column::new(name, data)).collect();
        Batch { rows, columns }
    }
}

/// What the bill supplies, what is measured of it, and what an advisor calls it.
const OF_BILL: [(&str, &str, Measure); 3] = [
    ("vcpu", "vcpu-hours", Measure::CpuUtilisation),
    ("memory", "memory-hours", Measure::MemoryUtilisation),
    ("storage", "storage-hours", Measure::VolumeUtilisation),
];
/// What counts calls of a resource.
const CALLS: [Measure; 4] =
    [Measure::Invocations, Measure::Requests, Measure::VolumeReads, Measure::VolumeWrites];
/// What is supplied and used by the metrics alone.
const METERED: [(&str, Measure, Measure); 2] = [
    ("reads", Measure::ProvisionedReadCapacity, Measure::ConsumedReadCapacity),
    ("writes", Measure::ProvisionedWriteCapacity, Measure::ConsumedWriteCapacity),
];

impl<'a> Reviewed<'a> {
    /// The resources of a bill, with their metrics.
    #[must_use]
    pub fn new(estimates: &'a Estimates, metrics: &'a Metrics) -> Self {
        Self { estimates, metrics, series: ByName::of(metrics) }
    }

    /// Gives each resource with the kinds of its rows and what advisors are shown of it, in the order of the ids.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn each<E>(
        &self,
        mut take: impl FnMut(&str, &BTreeSet<ResourceLine>, Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut measured = self.estimates.measured_resources().peekable();
        for (id, lines) in &self.estimates.resource_lines() {
            while measured.next_if(|own| own.id() < *id).is_some() {}
            let own = measured.next_if(|own| own.id() == *id);
            take(id, lines, self.rows(id, lines, own).batch(id))?;
        }
        Ok(())
    }

    fn rows<'l>(
        &self,
        id: &str,
        lines: &'l BTreeSet<ResourceLine>,
        measured: Option<MeasuredResource<'_>>,
    ) -> Rows<'l> {
        let mut rows = Rows::default();
        lines.iter().for_each(|line| rows.meter(line));
        if let Some(resource) = measured {
            self.of_bill(id, resource, &mut rows);
        }
        self.metered(id, &mut rows);
        self.calls(id, &mut rows);
        self.function(id, &mut rows);
        rows
    }

    fn one(&self, id: &str, measure: Measure, statistic: Statistic) -> Option<&'a HourlySeries> {
        self.series.all(id).find(|series| series.measure == measure && series.statistic == statistic)
    }

    fn of_bill(&self, id: &str, resource: MeasuredResource<'_>, rows: &mut Rows<'_>) {
        let traffic =
            [Measure::NetworkIn, Measure::NetworkOut].map(|measure| self.one(id, measure, Statistic::Sum));
        for (capacity, quantity, measure) in OF_BILL {
            let [mean, peak] =
                [Statistic::Mean, Statistic::Maximum].map(|statistic| self.one(id, measure, statistic));
            if mean.is_none() && peak.is_none() {
                continue;
            }
            let hours = resource.hourly(quantity);
            for (hour, supply) in (hours.first_hour..).zip(&hours.values).filter(|(_, supply)| **supply > 0.0)
            {
                let used = |series: Option<&HourlySeries>| Some(f64::from(series?.at(hour)?) * supply);
                let bytes = || traffic.iter().map(|series| Some(f64::from((*series)?.at(hour)?))).sum();
                let traffic: Option<f64> = if capacity == "vcpu" { bytes() } else { None };
                let of = Hour {
                    supply: Some(*supply),
                    demand: used(mean),
                    peak: used(peak),
                    calls: None,
                    traffic: traffic.map(|bytes| bytes / GIGABYTE),
                };
                rows.hour(hour, Some(capacity), of);
            }
        }
    }

    fn metered(&self, id: &str, rows: &mut Rows<'_>) {
        for (capacity, supply, demand) in METERED {
            let (Some(supply), Some(demand)) =
                (self.one(id, supply, Statistic::Mean), self.one(id, demand, Statistic::Sum))
            else {
                continue;
            };
            for (hour, value) in (supply.first_hour..).zip(supply.values.iter()) {
                let supply = Some(f64::from(*value)).filter(|value| *value > 0.0);
                let demand = demand.at(hour).map(|count| f64::from(count) / HOUR);
                rows.hour(hour, Some(capacity), Hour { supply, demand, ..Hour::default() });
            }
        }
    }

    fn calls(&self, id: &str, rows: &mut Rows<'_>) {
        let mut hours: BTreeMap<i64, f64> = BTreeMap::new();
        for measure in CALLS {
            let Some(series) = self.one(id, measure, Statistic::Sum) else { continue };
            for (hour, value) in (series.first_hour..).zip(series.values.iter()) {
                if !value.is_nan() {
                    *hours.entry(hour).or_default() += f64::from(*value);
                }
            }
        }
        for (hour, calls) in hours {
            rows.hour(hour, None, Hour { calls: Some(calls), ..Hour::default() });
        }
    }

    /// The memory of a function that was given one size alone: the most that an invocation used, and what the CPU time
    /// needs. Versions of other sizes are other supplies, and nothing is said of them.
    fn function(&self, id: &str, rows: &mut Rows<'_>) {
        let name = ResourceName::of_bill(id);
        let own = self.metrics.functions.iter().filter(|(function, _)| function.resource().fits(&name));
        let own: Vec<&Invocations> = own.map(|(_, invocations)| invocations).collect();
        let sizes: BTreeSet<u64> = own.iter().flat_map(|own| own.sizes.keys().copied()).collect();
        let [size] = sizes.into_iter().collect::<Vec<_>>()[..] else { return };
        let used = own.iter().map(|own| own.most_used_mb).max().unwrap_or_default();
        let for_cpu = own.iter().map(|own| own.memory_for_cpu(size)).collect::<Option<Vec<f64>>>();
        let first =
            own.iter().filter_map(|own| own.span_ms).map(|(first, _)| first).min().unwrap_or_default();
        #[allow(clippy::cast_precision_loss, reason = "megabytes")]
        let gib = |megabytes: u64| Some(megabytes as f64 / 1_024.0);
        let of = Hour {
            supply: gib(size),
            demand: for_cpu.map(|all| all.into_iter().fold(0.0, f64::max) / 1_024.0),
            peak: gib(used),
            ..Hour::default()
        };
        rows.hour(first.div_euclid(HOUR_MS), Some("function-memory"), of);
    }
}
