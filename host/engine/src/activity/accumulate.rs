//! Adds rows up: one pass per column to number its values, one pass over the rows, or their parts, to add.

use arrow::array::{Array, RecordBatch};
use joulework_runtime::Kind;
use joulework_units::{FixedSum, UnitError};

use super::chunk::{self, Facts, Numbering, Texts};
use super::dictionary::{Dictionary, NONE, renumber};
use super::followed::Followed;
use super::local::{BLOCK, Groups};
use super::parts::{Measured, Parts};
use super::plan::{LaneSource, Plan, RESOURCE, Scale};
use super::table::{Sums, Table};
use crate::bill::{Origin, UsageBatch};
use crate::calendar::Period;
use crate::error::EngineError;
use crate::hours::HourSet;
use crate::steps;
use crate::workload::{Assigner, Mask, Tags};

/// Lanes that every key begins with.
pub(crate) const FIXED: usize = 4;
/// Lane of the period's index.
pub(crate) const PERIOD: usize = 0;
/// Lane of the workload's slot.
pub(crate) const WORKLOAD: usize = 1;
/// Lane of the resource's bin.
pub(crate) const BIN: usize = 2;
/// Lane that is 1 where the quantity is known.
pub(crate) const KNOWN: usize = 3;

/// Bins that resources are hashed into, as keys of errors.
pub const BINS: u32 = 64;

/// The bin of a resource: FNV-1a with 64 bits, folded, so that it never depends on a seed.
#[must_use]
pub fn bin(resource: Option<&str>) -> u32 {
    let hash = resource.unwrap_or_default().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    u32::try_from((hash ^ (hash >> 32)) % u64::from(BINS)).unwrap_or(0)
}

/// A part of an activity: any rows, in any order. Parts add up to the same activity whatever the partition.
#[derive(Debug, Clone)]
pub struct Accumulator<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) assigner: Assigner,
    pub(crate) dictionaries: Vec<Dictionary>,
    pub(crate) table: Table,
    pub(crate) covered: Vec<HourSet>,
    pub(crate) followed: Followed,
    pub(crate) span: Option<(i64, i64)>,
    pub(crate) rows: u64,
    pub(crate) outside: u64,
    lanes: Vec<Vec<u32>>,
    numberings: Vec<Numbering>,
    groups: Groups,
    masks: Vec<Mask>,
}

impl<'a> Accumulator<'a> {
    /// Nothing yet.
    ///
    /// # Errors
    /// When a rule of the plan is not valid.
    pub fn new(plan: &'a Plan) -> Result<Self, EngineError> {
        let assigner = Assigner::new(&plan.wanted.rules)?;
        let dictionary = |source: &LaneSource| match source {
            LaneSource::Column { kind: Kind::Number | Kind::Decimal | Kind::Instant, .. }
            | LaneSource::Magnitude => Dictionary::exact(),
            _ => Dictionary::texts(),
        };
        Ok(Self {
            plan,
            dictionaries: plan.lanes.iter().map(|lane| dictionary(&lane.source)).collect(),
            table: Table::new(FIXED + plan.lanes.len()),
            covered: vec![HourSet::default(); assigner.slots()],
            assigner,
            followed: Followed::new(),
            span: None,
            rows: 0,
            outside: 0,
            lanes: vec![Vec::new(); FIXED + plan.lanes.len()],
            numberings: vec![Numbering::default(); plan.lanes.len()],
            groups: Groups::new(),
            masks: Vec::new(),
        })
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    /// A missing column or value, or a sum that leaves its range.
    pub fn add(&mut self, batch: &UsageBatch) -> Result<(), EngineError> {
        let first = match batch.origin() {
            Origin::Rows { first, .. } => first,
            Origin::UnusedCommitment { .. } | Origin::Memory => 1,
        };
        self.add_record_batch(batch.record_batch(), first)
    }

    fn add_record_batch(&mut self, batch: &RecordBatch, first: u64) -> Result<(), EngineError> {
        let facts = Facts::of(batch)?;
        self.number_lanes(batch)?;
        self.number_fixed(batch, &facts)?;
        self.cover(&facts);
        let measured = self.measured(batch)?;
        self.follow(&measured, &facts, first)?;
        let parts = self.split(batch.num_rows(), &measured, &facts)?;
        self.add_parts(batch.num_rows(), &parts, &facts, first)
    }

    /// The usage rows of resources that something is measured of.
    fn measured(&self, batch: &RecordBatch) -> Result<Measured<'a>, EngineError> {
        if self.plan.loads.is_empty() {
            Ok(Measured::default())
        } else {
            Measured::of(batch, &self.plan.loads)
        }
    }

    /// Notes what resources had over time.
    fn follow(&mut self, measured: &Measured<'a>, facts: &Facts<'_>, first: u64) -> Result<(), EngineError> {
        let load = self.plan.loads_lane();
        let numbers = measured
            .resources
            .iter()
            .map(|(id, _)| self.followed.resource(id))
            .collect::<Result<Vec<u32>, _>>()?;
        for (row, resource) in measured.rows.iter().enumerate() {
            let Some(resource) = resource.and_then(|place| numbers.get(place)) else { continue };
            let Some(start) = facts.starts.get(row).filter(|start| self.plan.wanted.window.holds(**start))
            else {
                continue;
            };
            let quantity = scale(self.plan.scale, facts.quantity(row)).map_err(|source| {
                EngineError::Sum { file: None, row: first + row as u64, source: Box::new(source) }
            })?;
            let lanes = self.lanes.iter().map(|lane| lane.get(row).copied().unwrap_or(NONE));
            let amounts = (quantity, facts.effective(row));
            self.followed.add(*resource, lanes, load, (*start, facts.end(row)), amounts);
        }
        Ok(())
    }

    /// Splits the rows by their loads: from then on the lanes have a number per part.
    fn split(
        &mut self,
        rows: usize,
        measured: &Measured<'_>,
        facts: &Facts<'_>,
    ) -> Result<Parts, EngineError> {
        let Some(lane) = self.plan.loads_lane() else { return Ok(Parts::default()) };
        let Some(dictionary) = self.dictionaries.get_mut(lane) else { return Ok(Parts::default()) };
        let parts = Parts::of(rows, measured, facts, dictionary)?;
        parts.spread(&mut self.lanes, lane + FIXED);
        Ok(parts)
    }

    /// Numbers the values of the plan's lanes.
    fn number_lanes(&mut self, batch: &RecordBatch) -> Result<(), EngineError> {
        let lanes = self.lanes.iter_mut().skip(FIXED).zip(&mut self.dictionaries).zip(&mut self.numberings);
        for (lane, ((numbers, dictionary), numbering)) in self.plan.lanes.iter().zip(lanes) {
            match &lane.source {
                LaneSource::Column { name, kind: Kind::Category | Kind::Text } => {
                    chunk::text_lane(batch, name, dictionary, numbering, numbers)?;
                    if let ("region-id", Some(region)) = (name.as_str(), &self.plan.wanted.default_region) {
                        let default = dictionary.intern_text(region)?;
                        numbers
                            .iter_mut()
                            .filter(|number| **number == NONE)
                            .for_each(|number| *number = default);
                    }
                }
                LaneSource::Column { name, .. } => {
                    chunk::exact_lane(batch, dictionary, numbers, chunk::exact_reader(batch, name))?;
                }
                LaneSource::Magnitude => {
                    let read = chunk::exact_reader(batch, super::plan::QUANTITY);
                    // The bits of a double without its sign.
                    let magnitude = |row: usize| read(row).map(|bits| bits & i128::from(i64::MAX));
                    chunk::exact_lane(batch, dictionary, numbers, magnitude)?;
                }
                LaneSource::Year => chunk::text_lane(batch, "charge-year", dictionary, numbering, numbers)?,
                LaneSource::Month => chunk::text_lane(batch, "charge-month", dictionary, numbering, numbers)?,
                LaneSource::Account => {
                    chunk::text_lane(batch, "sub-account-id", dictionary, numbering, numbers)?;
                    if numbers.contains(&NONE) {
                        let mut billing = Vec::new();
                        let numbering = &mut Numbering::default();
                        chunk::text_lane(batch, "billing-account-id", dictionary, numbering, &mut billing)?;
                        for (own, billing) in numbers.iter_mut().zip(billing) {
                            *own = if *own == NONE { billing } else { *own };
                        }
                    }
                }
                LaneSource::Tag(key) => {
                    numbers.clear();
                    numbers.resize(batch.num_rows(), NONE);
                    if let Some(texts) = Texts::of(batch, "tags") {
                        let mut number = |json: Option<&str>| match Tags::read(json).get(key) {
                            Some(value) => Ok(dictionary.intern_text(value)?),
                            None => Ok(NONE),
                        };
                        texts.map(&mut number, |row, number| {
                            if let Some(slot) = numbers.get_mut(row) {
                                *slot = number;
                            }
                        })?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Numbers period, workload, bin and known quantity.
    fn number_fixed(&mut self, batch: &RecordBatch, facts: &Facts<'_>) -> Result<(), EngineError> {
        let rows = batch.num_rows();
        let assign = self.assign(batch)?;
        let [periods, workloads, bins, known, ..] = self.lanes.as_mut_slice() else {
            return Err(EngineError::TooManyValues);
        };
        periods.clear();
        let mut last: Option<(i64, i64, u32)> = None;
        for (row, start) in facts.starts.iter().enumerate() {
            let index = match last {
                Some((from, to, index)) if (from..to).contains(start) => index,
                _ => {
                    let period = Period::containing(*start, self.plan.wanted.step);
                    let index = u32::try_from(period.index())
                        .map_err(|_| EngineError::MissingValue { column: "charge-period-start", row })?;
                    last = Some((period.start_ms(), period.end_ms(), index));
                    index
                }
            };
            periods.push(index);
        }
        workloads.clear();
        match assign {
            Some(slots) => workloads.extend(slots),
            None => workloads.resize(rows, self.assigner.slot(Mask::ALL)),
        }
        bins.clear();
        bins.resize(rows, 0);
        if self.plan.bins {
            let of_none = bin(None);
            bins.fill(of_none);
            if let Some(texts) = Texts::of(batch, RESOURCE) {
                texts.map(&mut |resource| Ok(bin(resource)), |row, number| {
                    if let Some(slot) = bins.get_mut(row) {
                        *slot = number;
                    }
                })?;
            }
        }
        known.clear();
        known.extend((0..rows).map(|row| u32::from(facts.quantity(row).is_some())));
        Ok(())
    }

    /// The workload slot of each row, where rules look at anything.
    fn assign(&mut self, batch: &RecordBatch) -> Result<Option<Vec<u32>>, EngineError> {
        let [account, service, resource, tags] = self.assigner.looks_at();
        if ![account, service, resource, tags].contains(&true) {
            return Ok(None);
        }
        let assigner = &self.assigner;
        let masks = &mut self.masks;
        masks.clear();
        masks.resize(batch.num_rows(), Mask::ALL);
        let mut narrow = |name: &str, make: &dyn Fn(Option<&str>) -> Mask, skip: &dyn Fn(usize) -> bool| {
            let Some(texts) = Texts::of(batch, name) else {
                let none = make(None);
                masks
                    .iter_mut()
                    .enumerate()
                    .filter(|(row, _)| !skip(*row))
                    .for_each(|(_, mask)| *mask = mask.and(none));
                return Ok(());
            };
            texts.map(&mut |text| Ok(make(text)), |row, narrower| {
                if let Some(mask) = masks.get_mut(row)
                    && !skip(row)
                {
                    *mask = mask.and(narrower);
                }
            })
        };
        if account {
            let own = batch.column_by_name("sub-account-id");
            let has_own = |row: usize| own.is_some_and(|own| own.is_valid(row));
            narrow("sub-account-id", &|text| assigner.account(text), &|row| !has_own(row))?;
            narrow("billing-account-id", &|text| assigner.account(text), &has_own)?;
        }
        if service {
            narrow("service-name", &|text| assigner.service(text), &|_| false)?;
        }
        if resource {
            narrow(RESOURCE, &|text| assigner.resource(text), &|_| false)?;
        }
        if tags {
            narrow("tags", &|text| assigner.tags(&Tags::read(text)), &|_| false)?;
        }
        Ok(Some(masks.iter().map(|mask| assigner.slot(*mask)).collect()))
    }

    /// Adds the parts of `rows` numbered rows into the table, block by block; `first` is the number of the first row.
    fn add_parts(
        &mut self,
        rows: usize,
        parts: &Parts,
        facts: &Facts<'_>,
        first: u64,
    ) -> Result<(), EngineError> {
        let at = |row: usize| {
            move |source| EngineError::Sum { file: None, row: first + row as u64, source: Box::new(source) }
        };
        let mut sums: Vec<Sums> = Vec::new();
        let mut key: Vec<u32> = Vec::with_capacity(self.lanes.len());
        let mut added = 0;
        for from in (0..parts.count(rows)).step_by(BLOCK) {
            let to = (from + BLOCK).min(parts.count(rows));
            self.groups.make(&self.lanes, from, to);
            sums.clear();
            sums.resize(self.groups.first.len(), Sums::default());
            for (place, group) in (from..to).zip(&self.groups.of_row) {
                let (row, part) = parts.at(place);
                let inside = facts.starts.get(row).is_some_and(|start| self.plan.wanted.window.holds(*start));
                if !inside {
                    continue;
                }
                let quantity = part.quantity(scale(self.plan.scale, facts.quantity(row)).map_err(at(row))?);
                let (billed, effective) = (part.money(facts.billed(row)), part.money(facts.effective(row)));
                if let Some(sum) = usize::try_from(*group).ok().and_then(|group| sums.get_mut(group)) {
                    sum.add_part(quantity, billed, effective, part.counts()).map_err(at(row))?;
                    added += u64::from(part.counts());
                }
            }
            for (first, sum) in self.groups.first.iter().zip(&sums).filter(|(_, sum)| !sum.is_nothing()) {
                key.clear();
                key.extend(self.lanes.iter().filter_map(|lane| lane.get(*first)));
                self.table.sums(&key)?.add(sum).map_err(at(parts.at(*first).0))?;
            }
        }
        self.rows += added;
        self.outside += rows as u64 - added;
        Ok(())
    }

    /// Notes the hours in which workloads have usage.
    fn cover(&mut self, facts: &Facts<'_>) {
        let category =
            self.plan.lane(&LaneSource::Column { name: "charge-category".into(), kind: Kind::Category });
        let usage = category
            .and_then(|lane| self.dictionaries.get(lane))
            .and_then(|dictionary| dictionary.find_text("Usage"));
        let (Some(usage), Some(categories), Some(slots)) =
            (usage, category.and_then(|lane| self.lanes.get(lane + FIXED)), self.lanes.get(WORKLOAD))
        else {
            return;
        };
        let mut last: Vec<Option<(i64, i64)>> = vec![None; self.covered.len()];
        for (row, ((start, category), slot)) in facts.starts.iter().zip(categories).zip(slots).enumerate() {
            if *category != usage || !self.plan.wanted.window.holds(*start) {
                continue;
            }
            if facts.quantity(row).is_some_and(|quantity| quantity <= 0.0) {
                continue;
            }
            let ends = facts.ends.filter(|ends| ends.is_valid(row));
            let end = ends.map_or(*start, |ends| ends.value(row)).max(start + 1);
            let Ok(slot) = usize::try_from(*slot) else { continue };
            let (Some(hours), Some(last)) = (self.covered.get_mut(slot), last.get_mut(slot)) else {
                continue;
            };
            if *last != Some((*start, end)) {
                *last = Some((*start, end));
                hours.cover(*start, end);
                let (first, until) = self.span.unwrap_or((*start, end));
                self.span = Some((first.min(*start), until.max(end)));
            }
        }
    }

    /// Numbers the parts of the rows of a batch without adding them.
    pub(crate) fn number(&mut self, batch: &UsageBatch) -> Result<NumberedParts, EngineError> {
        let batch = batch.record_batch();
        let facts = Facts::of(batch)?;
        self.number_lanes(batch)?;
        self.number_fixed(batch, &facts)?;
        let measured = self.measured(batch)?;
        let parts = self.split(batch.num_rows(), &measured, &facts)?;
        let places = 0..parts.count(batch.num_rows());
        let key = |place: usize| self.lanes.iter().filter_map(|lane| lane.get(place).copied()).collect();
        let of_part = |place: usize| {
            let (row, part) = parts.at(place);
            Ok::<_, UnitError>(part.quantity(scale(self.plan.scale, facts.quantity(row))?))
        };
        let inside = |start: &i64| self.plan.wanted.window.holds(*start);
        Ok(NumberedParts {
            keys: places.clone().map(key).collect(),
            rows: places.clone().map(|place| parts.at(place).0).collect(),
            scales: places.map(of_part).collect::<Result<_, _>>()?,
            inside: facts.starts.iter().map(inside).collect(),
        })
    }

    /// Whether no row was added yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0 && self.outside == 0
    }

    /// Takes in another part.
    ///
    /// # Errors
    /// When a sum leaves its range.
    pub fn merge(&mut self, other: &Self) -> Result<(), EngineError> {
        let renumbered: Vec<Vec<u32>> = self
            .dictionaries
            .iter_mut()
            .zip(&other.dictionaries)
            .map(|(own, other)| own.absorb(other))
            .collect::<Result<_, _>>()?;
        let mut key = Vec::new();
        for (old, sums) in other.table.iter() {
            steps::add(1);
            key.clear();
            key.extend(old.iter().take(FIXED));
            key.extend(old.iter().skip(FIXED).zip(&renumbered).map(|(number, new)| renumber(*number, new)));
            self.table.sums(&key)?.add(sums)?;
        }
        self.followed.merge(&other.followed, &renumbered)?;
        for (own, other) in self.covered.iter_mut().zip(&other.covered) {
            steps::add(other.length());
            own.merge(other);
        }
        self.span = match (self.span, other.span) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, two) => one.or(two),
        };
        self.rows += other.rows;
        self.outside += other.outside;
        Ok(())
    }
}

/// The rows of one batch in parts, by their keys.
pub(crate) struct NumberedParts {
    /// Per part.
    pub(crate) keys: Vec<Vec<u32>>,
    /// Per part.
    pub(crate) rows: Vec<usize>,
    /// Per part.
    pub(crate) scales: Vec<FixedSum>,
    /// Per row.
    pub(crate) inside: Vec<bool>,
}

/// What unit estimates are multiplied by for one row: its quantity with the sign, or the sign alone.
#[inline]
fn scale(by: Scale, quantity: Option<f64>) -> Result<FixedSum, UnitError> {
    Ok(match (by, quantity) {
        (Scale::Quantity, Some(quantity)) => FixedSum::from_f64(quantity)?,
        (Scale::Rows, Some(quantity)) if quantity < 0.0 => FixedSum::ONE.checked_neg()?,
        _ => FixedSum::ONE,
    })
}

impl From<super::table::Full> for EngineError {
    fn from(_: super::table::Full) -> Self {
        Self::TooManyValues
    }
}
