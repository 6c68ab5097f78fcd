//! What was bought against what was used.

use serde::{Deserialize, Serialize};

use super::{Figure, Money};

/// Supply against demand, as far as demand is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Supply {
    /// By what is supplied.
    pub capacities: Vec<SupplyCapacity>,
    /// What stands by for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standby: Option<Standby>,
    /// What a server room would take for the vCPU that are used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_premises: Option<ServerRoom>,
    /// Lambda functions by version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<Function>,
    /// Resources that are measured and that the bill does not have.
    pub unmatched: Vec<String>,
}

/// Supply and demand of one capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SupplyCapacity {
    /// Id, such as `vcpu`.
    pub id: String,
    /// In words, such as `vCPU`.
    pub name: String,
    /// What a supply at one time is counted in.
    pub unit: String,
    /// All resources.
    pub whole: SupplyLine,
    /// By service.
    pub services: Vec<SupplyLine>,
    /// By workload.
    pub workloads: Vec<SupplyLine>,
    /// The resources with the most idle energy, or that waste most.
    pub resources: Vec<SupplyLine>,
    /// How supply and demand went.
    pub over_time: SupplySeries,
    /// Supply and demand from the highest demand to the lowest.
    pub by_demand: Vec<SupplyAt>,
    /// Supply and demand by day and hour of the week, in UTC.
    pub by_week: Vec<WeekHour>,
}

/// Supply and demand of a resource, or of several together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SupplyLine {
    /// The resource, service or workload; `total` for all.
    pub name: String,
    /// The workload of a resource.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub workload: String,
    /// The region of a resource.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// How many resources.
    pub resources: u64,
    /// Hours whose demand is known.
    pub known_hours: u64,
    /// Mean supply of the hours whose demand is known.
    pub supply: Figure,
    /// Mean demand.
    pub demand: Figure,
    /// The highest demand of an hour.
    pub peak: Figure,
    /// Demand over supply.
    pub utilisation: Option<f64>,
    /// Mean of what was not used.
    pub waste: Figure,
    /// Mean of the demand beyond the supply.
    pub over_demand: Figure,
    /// The share of the supply whose demand is not known.
    pub unmeasured: f64,
    /// How supply follows demand: 1 in proportion, 0 not at all.
    pub elasticity: Option<f64>,
    /// Hours by which supply follows demand.
    pub lag_hours: Option<i64>,
    /// Mean supply over the demand that one hour in a hundred exceeds, less 1.
    pub over_provision: Option<f64>,
    /// Requests that were refused.
    pub refused: Option<f64>,
    /// Energy, carbon, water and money of what was idle.
    pub idle: Option<IdleUse>,
}

/// What idle capacity took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct IdleUse {
    /// Idle energy of the machines.
    pub energy: Figure,
    /// Its share of their carbon, by energy.
    pub carbon: Figure,
    /// The same of their water.
    pub water: Figure,
    /// Effective cost times the share that was not used.
    pub cost: Option<Figure>,
}

/// Supply and demand in spans of one length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SupplySeries {
    /// Hours of a span.
    pub span_hours: u32,
    /// The spans, in time order, without gaps.
    pub spans: Vec<SupplySpan>,
}

/// Supply and demand of a span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SupplySpan {
    /// First instant, ISO 8601.
    pub start: String,
    /// Mean supply; nothing where no demand is known.
    pub supply: Option<f64>,
    /// Mean demand.
    pub demand: Option<f64>,
    /// The highest demand of an hour.
    pub peak: Option<f64>,
    /// Mean of the demand beyond the supply.
    pub over_demand: f64,
}

/// Supply and demand of an hour that so large a share of the hours exceeds in demand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SupplyAt {
    /// The share of the hours with more demand, 0 to 1.
    pub share: f64,
    /// Supply.
    pub supply: f64,
    /// Demand.
    pub demand: f64,
}

/// An hour of the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct WeekHour {
    /// The day; Monday is 0.
    pub day: u8,
    /// The hour of the day.
    pub hour: u8,
    /// Demand over supply.
    pub utilisation: Option<f64>,
}

/// Machines and volumes that stand by for others in another zone: a fact, not a fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Standby {
    /// Energy with cooling and losses.
    pub energy: Figure,
    /// Its share of the energy of the bill.
    pub energy_share: Option<f64>,
    /// Carbon.
    pub carbon: Figure,
    /// Water.
    pub water: Figure,
    /// Effective cost.
    pub cost: Vec<Money>,
}

/// A server room that would do the work whose demand for vCPU is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct ServerRoom {
    /// How far servers there are used: ends of a 90 % interval.
    pub utilisation: (f64, f64),
    /// Facility over IT energy there: ends of a 90 % interval.
    pub pue: (f64, f64),
    /// How far the supply here is used.
    pub utilisation_here: f64,
    /// Facility over IT energy here.
    pub pue_here: f64,
    /// The demand.
    pub demand: Figure,
    /// Energy with cooling and losses here. Errors of the machines are those of the energy there, too.
    pub energy_here: Figure,
    /// Energy there, by the inputs alone.
    pub energy_there: Figure,
    /// The part of the energy there that is saved here; negative where here is more.
    pub saving: f64,
    /// Lower end of its 90 % interval.
    pub saving_low: f64,
    /// Upper end of its 90 % interval.
    pub saving_high: f64,
    /// The input that the saving depends on most.
    pub dominant: String,
    /// Its share of the variance.
    pub dominant_share: f64,
}

/// A version of a Lambda function, as its logs say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Function {
    /// The function.
    pub name: String,
    /// The version; empty where the logs do not say it.
    pub version: String,
    /// The workload, where the bill has the function.
    pub workload: String,
    /// Invocations.
    pub invocations: u64,
    /// The share that ended without an error in time.
    pub success: f64,
    /// The share that failed.
    pub errors: f64,
    /// The share that took longer than it may.
    pub timeouts: f64,
    /// The share of the calls of the function, of all versions, that were refused.
    pub throttled: Option<f64>,
    /// Time of the handler that half of the invocations do not exceed, in milliseconds.
    pub p50_ms: Option<f64>,
    /// The same for 95 of 100.
    pub p95_ms: Option<f64>,
    /// The same for 99 of 100.
    pub p99_ms: Option<f64>,
    /// The share of the invocations that had to make an environment ready first.
    pub cold: f64,
    /// Time of making ready that half of the cold starts do not exceed, in milliseconds.
    pub init_p50_ms: Option<f64>,
    /// Seconds of making ready in all.
    pub init_seconds: f64,
    /// Attempts to make ready that failed.
    pub failed_inits: u64,
    /// Memory sizes in MB, by billed time, the most first.
    pub memory_mb: Vec<u64>,
    /// The most memory that an invocation used, in MB.
    pub most_used_mb: u64,
    /// The share of the memory that could go.
    pub head_room: f64,
    /// Whether the CPU time is known, without which less memory may be slower.
    pub cpu_is_known: bool,
    /// The share of the time in which it used no CPU.
    pub wait: Option<f64>,
    /// Whether the way in which initialisation is billed changes between the first and the last invocation.
    pub metering_break: bool,
    /// What a thousand invocations take.
    pub per_thousand: Option<FunctionCost>,
    /// What making ready takes.
    pub init: Option<FunctionCost>,
    /// What memory takes that could go.
    pub unused: Option<FunctionCost>,
    /// What waiting takes.
    pub waiting: Option<FunctionCost>,
}

/// Energy, carbon and money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct FunctionCost {
    /// Energy with cooling and losses.
    pub energy: Figure,
    /// Carbon.
    pub carbon: Figure,
    /// Effective cost.
    pub cost: Option<Figure>,
}
