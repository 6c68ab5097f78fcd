//! Which columns an activity keeps apart, and what for.

use joulework_runtime::{Kind, Pipeline};
use serde::{Deserialize, Serialize};

use crate::assess::Dimension;
use crate::bill::{BillColumn, ColumnSet};
use crate::calendar::Step;
use crate::loads::Loads;
use crate::workload::WorkloadRules;

/// The column by whose magnitude unit estimates are scaled.
pub(crate) const QUANTITY: &str = "consumed-quantity";
/// The column that loads are joined to.
pub(crate) const UTILISATION: &str = "utilisation";
/// Error key that is hashed into bins.
pub(crate) const RESOURCE: &str = "resource-id";

/// The part of a bill that counts: rows whose charge begins in `[from, to)`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Window {
    /// From this instant on, in milliseconds since 1970-01-01T00:00:00Z.
    pub from_ms: Option<i64>,
    /// Before this instant.
    pub to_ms: Option<i64>,
}

impl Window {
    /// Whether an instant lies in it.
    #[must_use]
    pub fn holds(&self, epoch_ms: i64) -> bool {
        self.from_ms.is_none_or(|from| from <= epoch_ms) && self.to_ms.is_none_or(|to| epoch_ms < to)
    }
}

/// What the user wants to see apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The finest step of any roll-up.
    pub step: Step,
    /// The dimensions of any roll-up; period, workload and usage kind are always there.
    pub dimensions: Vec<Dimension>,
    /// Columns that cells keep apart although no plugin reads them.
    pub extra_columns: Vec<String>,
    /// The region of rows that state none.
    pub default_region: Option<String>,
    /// Which rows count.
    pub window: Window,
    /// Who they belong to.
    pub rules: WorkloadRules,
}

/// What a unit estimate is multiplied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// The consumed quantity: plugins see a quantity of 1.
    Quantity,
    /// The number of rows, signed: plugins see the row's own quantity, because some plugin reads another additive
    /// column of the bill, which does not scale with the quantity alone.
    Rows,
}

/// Where the values of a lane come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LaneSource {
    /// A column of the bill.
    Column { name: String, kind: Kind },
    /// `sub-account-id`, or `billing-account-id` where that is missing.
    Account,
    /// The value of a tag.
    Tag(String),
    /// Calendar year of the charge's begin.
    Year,
    /// Calendar month of the charge's begin.
    Month,
    /// Magnitude of the consumed quantity.
    Magnitude,
}

/// One component of the key of an entry, held as a number of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lane {
    pub(crate) source: LaneSource,
    /// Whether plugins or error keys tell its values apart.
    pub(crate) in_cell: bool,
    /// Whether roll-ups tell its values apart.
    pub(crate) in_group: bool,
}

/// The columns that an activity keeps apart. Made from a linked pipeline and from what the user wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub(crate) wanted: Wanted,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) bins: bool,
    pub(crate) scale: Scale,
    pub(crate) loads: Loads,
}

impl Plan {
    /// Makes the plan.
    #[must_use]
    pub fn new(pipeline: &Pipeline, wanted: Wanted) -> Self {
        let reads: Vec<(String, Kind, bool)> = pipeline
            .reads()
            .iter()
            .map(|read| (read.column.name.clone(), read.column.kind, read.column.additive))
            .collect();
        let keys: Vec<String> = pipeline
            .figures()
            .iter()
            .flat_map(|figure| figure.spreads.iter().flat_map(|spread| spread.key.iter().cloned()))
            .collect();
        Self::of(&reads, &keys, wanted)
    }

    /// Makes the plan from the root columns that plugins read (name, kind, additive) and the error keys.
    pub(crate) fn of(reads: &[(String, Kind, bool)], keys: &[String], wanted: Wanted) -> Self {
        let scale = if reads.iter().any(|(name, _, additive)| *additive && name != QUANTITY) {
            Scale::Rows
        } else {
            Scale::Quantity
        };
        let bins = keys.iter().any(|key| key == RESOURCE);
        let mut plan = Self { lanes: Vec::new(), bins, scale, loads: Loads::default(), wanted };
        for (name, kind, _) in reads {
            let source = match name.as_str() {
                QUANTITY if scale == Scale::Quantity => continue,
                QUANTITY => LaneSource::Magnitude,
                name => source_of(name, *kind),
            };
            plan.add(source, true, false);
        }
        for key in keys.iter().filter(|key| *key != RESOURCE && is_host_key(key)) {
            plan.add(source_of(key, Kind::Category), true, false);
        }
        for name in plan.wanted.extra_columns.clone() {
            plan.add(source_of(&name, Kind::Category), true, false);
        }
        for name in ["billing-currency", "charge-category"] {
            plan.add(source_of(name, Kind::Category), false, true);
        }
        for dimension in plan.wanted.dimensions.clone() {
            if let Some(source) = lane_of(&dimension) {
                plan.add(source, false, true);
            }
        }
        plan
    }

    /// The same plan, with the loads that rows are joined with.
    #[must_use]
    pub fn with_loads(mut self, loads: Loads) -> Self {
        self.loads = loads;
        self
    }

    fn add(&mut self, source: LaneSource, in_cell: bool, in_group: bool) {
        match self.lanes.iter_mut().find(|lane| lane.source == source) {
            Some(lane) => {
                lane.in_cell |= in_cell;
                lane.in_group |= in_group;
            }
            None => self.lanes.push(Lane { source, in_cell, in_group }),
        }
    }

    /// The place of a lane.
    pub(crate) fn lane(&self, source: &LaneSource) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.source == *source)
    }

    /// The place of the lane of a column of the bill, or of a key that the host offers.
    pub(crate) fn column_lane(&self, name: &str) -> Option<usize> {
        self.lanes.iter().position(|lane| match &lane.source {
            LaneSource::Column { name: own, .. } => own == name,
            LaneSource::Year => name == "charge-year",
            LaneSource::Month => name == "charge-month",
            LaneSource::Magnitude => name == QUANTITY,
            LaneSource::Account | LaneSource::Tag(_) => false,
        })
    }

    /// The lane of loads, where there are any and a plugin reads them.
    pub(crate) fn loads_lane(&self) -> Option<usize> {
        if self.loads.is_empty() { None } else { self.column_lane(UTILISATION) }
    }

    /// The lanes that plugins or error keys tell apart, with the names of their columns.
    pub(crate) fn cell_lanes(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lanes.iter().enumerate().filter(|(_, lane)| lane.in_cell).map(|(index, lane)| {
            let name = match &lane.source {
                LaneSource::Column { name, .. } | LaneSource::Tag(name) => name.as_str(),
                LaneSource::Account => "sub-account-id",
                LaneSource::Year => "charge-year",
                LaneSource::Month => "charge-month",
                LaneSource::Magnitude => QUANTITY,
            };
            (index, name)
        })
    }

    /// The columns of a bill that have to be read.
    #[must_use]
    pub fn columns(&self) -> ColumnSet {
        let mut columns: ColumnSet = [
            BillColumn::ChargePeriodStart,
            BillColumn::ChargePeriodEnd,
            BillColumn::ConsumedQuantity,
            BillColumn::BilledCost,
            BillColumn::EffectiveCost,
        ]
        .into_iter()
        .collect();
        for lane in &self.lanes {
            columns = match &lane.source {
                LaneSource::Column { name, .. } => {
                    BillColumn::from_name(name).map_or(columns, |one| columns.with(one))
                }
                LaneSource::Account => {
                    columns.with(BillColumn::SubAccountId).with(BillColumn::BillingAccountId)
                }
                LaneSource::Tag(_) => columns.with(BillColumn::Tags),
                LaneSource::Year => columns.with(BillColumn::ChargeYear),
                LaneSource::Month => columns.with(BillColumn::ChargeMonth),
                LaneSource::Magnitude => columns,
            };
        }
        let rules = &self.wanted.rules;
        let mut matchers = rules
            .workloads
            .iter()
            .flat_map(|workload| &workload.rules)
            .chain(rules.shared.iter().flat_map(|pool| &pool.rules));
        let by_load = self.loads_lane().is_some();
        if self.bins || by_load || matchers.clone().any(|matcher| !matcher.resources.is_empty()) {
            columns = columns.with(BillColumn::ResourceId);
        }
        if matchers.clone().any(|matcher| !matcher.accounts.is_empty()) {
            columns = columns.with(BillColumn::SubAccountId).with(BillColumn::BillingAccountId);
        }
        if matchers.clone().any(|matcher| !matcher.services.is_empty()) {
            columns = columns.with(BillColumn::ServiceName);
        }
        if matchers.any(|matcher| !matcher.tags.is_empty()) {
            columns = columns.with(BillColumn::Tags);
        }
        columns
    }

    /// The finest step of a roll-up.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.wanted.step
    }
}

fn is_host_key(key: &str) -> bool {
    joulework_runtime::HOST_KEYS.contains(&key)
}

fn source_of(name: &str, kind: Kind) -> LaneSource {
    match name {
        "charge-year" => LaneSource::Year,
        "charge-month" => LaneSource::Month,
        name => LaneSource::Column { name: name.to_owned(), kind },
    }
}

/// The lane that holds a dimension; none for those that every entry or cell has anyway.
pub(crate) fn lane_of(dimension: &Dimension) -> Option<LaneSource> {
    let column = |name: &str| Some(LaneSource::Column { name: name.to_owned(), kind: Kind::Category });
    match dimension {
        Dimension::Period | Dimension::Workload | Dimension::UsageKind => None,
        Dimension::Account => Some(LaneSource::Account),
        Dimension::Region => column("region-id"),
        Dimension::Service => column("service-name"),
        Dimension::Resource => column(RESOURCE),
        Dimension::Tag(key) => Some(LaneSource::Tag(key.clone())),
    }
}
