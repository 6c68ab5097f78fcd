//! From an accumulator to an activity: shares out pools and puts everything into its canonical order.

use std::collections::BTreeMap;

use joulework_units::{FixedSum, Money};

use super::accumulate::{Accumulator, BIN, FIXED, KNOWN, PERIOD, WORKLOAD};
use super::dictionary::{Dictionary, renumber};
use super::followed::{Finishing, FollowedRates};
use super::plan::Plan;
use super::table::{Sums, Table};
use super::{Activity, Entry, Keys};
use crate::calendar::Period;
use crate::error::EngineError;
use crate::hours::HourSet;
use crate::loads::ResourceName;
use crate::workload::Assigner;

/// Finishes: the same rows give the same activity, whatever their order and partition.
pub(super) fn finish(parts: Accumulator<'_>) -> Result<Activity, EngineError> {
    let plan = parts.plan.clone();
    let workloads = parts.assigner.names().to_vec();
    let (table, covered) = share_pools(parts.table, parts.covered, &parts.assigner, plan.lanes.len())?;
    let (dictionaries, renumbered): (Vec<Dictionary>, Vec<Vec<u32>>) =
        parts.dictionaries.into_iter().map(Dictionary::sort).unzip();
    let canonical = |old: &[u32], new: &mut Vec<u32>| {
        new.clear();
        new.extend(old.iter().take(FIXED));
        new.extend(old.iter().skip(FIXED).zip(&renumbered).map(|(number, map)| renumber(*number, map)));
    };

    let (group_lanes, cell_lanes) = (group_lanes(&plan), cell_lanes(&plan));
    let mut groups = KeyNumbers::new(group_lanes.len());
    let mut cells = KeyNumbers::new(cell_lanes.len());
    let mut entries = Vec::with_capacity(table.len());
    let (mut key, mut projected) = (Vec::new(), Vec::new());
    for (old, sums) in table.iter() {
        canonical(old, &mut key);
        let group = groups.number(&key, &group_lanes, &mut projected)?;
        let cell = cells.number(&key, &cell_lanes, &mut projected)?;
        let bin = key.get(BIN).copied().unwrap_or_default();
        entries.push(Entry { group, cell, bin, sums: sums.clone() });
    }
    let (groups, group_map) = groups.sort();
    let (cells, cell_map) = cells.sort();
    for entry in &mut entries {
        entry.group = renumber(entry.group, &group_map);
        entry.cell = renumber(entry.cell, &cell_map);
    }
    // Keys are unique, so that an unstable sort has one outcome.
    entries.sort_unstable_by_key(|entry| (entry.group, entry.cell, entry.bin));
    let groups = Keys { lanes: group_lanes, numbers: groups };
    let cells = Keys { lanes: cell_lanes, numbers: cells };
    let followed = {
        let into = Finishing::new(&plan, &parts.assigner, &renumbered, &dictionaries, &groups, &cells);
        parts.followed.finish(&into)
    };
    refuse_one_name_of_two(&plan, &followed)?;
    Ok(Activity {
        groups,
        cells,
        followed,
        dictionaries,
        entries,
        workloads: workloads.clone(),
        covered: workloads.into_iter().zip(covered).collect(),
        span: parts.span,
        rows: parts.rows,
        outside: parts.outside,
        plan,
    })
}

/// Holds that no short name of a series stands for two resources of the bill.
fn refuse_one_name_of_two(plan: &Plan, followed: &[FollowedRates]) -> Result<(), EngineError> {
    let mut found: BTreeMap<&ResourceName, (&str, ResourceName)> = BTreeMap::new();
    for rates in followed {
        let Some(name) = plan.loads.short_name(&rates.resource) else { continue };
        let own = ResourceName::of_bill(&rates.resource);
        let (one, first) = found.entry(name).or_insert_with(|| (&rates.resource, own.clone()));
        if !first.fits(&own) {
            let (one, two) = ((*one).to_owned(), rates.resource.clone());
            return Err(EngineError::OneNameOfTwo { name: name.to_string(), one, two });
        }
    }
    Ok(())
}

/// The lanes of a group's key: period, workload, and what roll-ups tell apart.
pub(super) fn group_lanes(plan: &Plan) -> Vec<usize> {
    let wanted =
        plan.lanes.iter().enumerate().filter(|(_, lane)| lane.in_group).map(|(index, _)| index + FIXED);
    [PERIOD, WORKLOAD].into_iter().chain(wanted).collect()
}

/// The lanes of a cell's key: whether the quantity is known, and what plugins tell apart.
pub(super) fn cell_lanes(plan: &Plan) -> Vec<usize> {
    let wanted =
        plan.lanes.iter().enumerate().filter(|(_, lane)| lane.in_cell).map(|(index, _)| index + FIXED);
    std::iter::once(KNOWN).chain(wanted).collect()
}

/// Gives the rows of pools to their workloads, split by weight; every part adds up to the whole, to the last digit.
fn share_pools(
    table: Table,
    covered: Vec<HourSet>,
    assigner: &Assigner,
    lanes: usize,
) -> Result<(Table, Vec<HourSet>), EngineError> {
    let names = assigner.names().len();
    if assigner.slots() == names {
        return Ok((table, covered));
    }
    let mut shared = Table::new(FIXED + lanes);
    let mut key = Vec::new();
    for (old, sums) in table.iter() {
        let slot = old.get(WORKLOAD).copied().unwrap_or_default();
        let Some((slots, weights)) = assigner.pool(slot) else {
            shared.sums(old)?.add(sums)?;
            continue;
        };
        for (slot, part) in slots.iter().zip(split(sums, weights)?) {
            if part == Sums::default() {
                continue;
            }
            key.clear();
            key.extend_from_slice(old);
            if let Some(workload) = key.get_mut(WORKLOAD) {
                *workload = *slot;
            }
            shared.sums(&key)?.add(&part)?;
        }
    }
    let mut hours: Vec<HourSet> = covered.iter().take(names).cloned().collect();
    for (slot, pool) in covered.iter().enumerate().skip(names) {
        let slots = u32::try_from(slot).ok().and_then(|slot| assigner.pool(slot));
        let (slots, weights) = slots.unwrap_or_default();
        for (slot, _) in slots.iter().zip(weights).filter(|(_, weight)| **weight > 0) {
            if let Some(own) = usize::try_from(*slot).ok().and_then(|slot| hours.get_mut(slot)) {
                own.merge(pool);
            }
        }
    }
    Ok((shared, hours))
}

/// Splits every sum by weights; rows are counted where the largest remainder falls.
fn split(sums: &Sums, weights: &[u64]) -> Result<Vec<Sums>, EngineError> {
    // All of them are integers: the same exact split serves quantities and counts.
    let exact = |raw: i128| Money::from_raw(raw).split(weights);
    let quantity = exact(sums.quantity.raw())?;
    let (billed, effective) = (sums.billed.split(weights)?, sums.effective.split(weights)?);
    let (positive, rows) = (sums.positive.split(weights)?, exact(i128::from(sums.rows))?);
    let mut parts = vec![Sums::default(); weights.len()];
    for (place, part) in parts.iter_mut().enumerate() {
        let of = |split: &[Money]| split.get(place).copied().unwrap_or_default();
        part.quantity = FixedSum::from_raw(of(&quantity).raw());
        part.billed = of(&billed);
        part.effective = of(&effective);
        part.positive = of(&positive);
        part.rows = u64::try_from(of(&rows).raw()).unwrap_or_default();
    }
    Ok(parts)
}

/// Projections of keys and their numbers.
pub(super) struct KeyNumbers {
    stride: usize,
    table: Table,
}

impl KeyNumbers {
    pub(super) fn new(stride: usize) -> Self {
        Self { stride, table: Table::new(stride) }
    }

    pub(super) fn number(
        &mut self,
        key: &[u32],
        lanes: &[usize],
        projected: &mut Vec<u32>,
    ) -> Result<u32, EngineError> {
        projected.clear();
        projected.extend(lanes.iter().filter_map(|lane| key.get(*lane)));
        let number = self.table.number(projected)?;
        u32::try_from(number).map_err(|_| EngineError::TooManyValues)
    }

    /// The keys in the order of their numbers.
    pub(super) fn in_order(&self) -> Vec<u32> {
        (0..self.table.len()).flat_map(|entry| self.table.key(entry)).copied().collect()
    }

    /// The keys in rising order, and the new numbers by the old ones.
    fn sort(self) -> (Vec<u32>, Vec<u32>) {
        let mut order: Vec<(&[u32], usize)> =
            (0..self.table.len()).map(|entry| (self.table.key(entry), entry)).collect();
        order.sort_unstable();
        let mut renumbered = vec![0; order.len()];
        let mut keys = Vec::with_capacity(order.len() * self.stride);
        for (number, (key, old)) in (0_u32..).zip(order) {
            keys.extend_from_slice(key);
            if let Some(slot) = renumbered.get_mut(old) {
                *slot = number;
            }
        }
        (keys, renumbered)
    }
}

impl Activity {
    /// The period of a group.
    pub(crate) fn period(&self, group: u32) -> Period {
        let index = self.groups.key(group).first().copied().unwrap_or_default();
        Period::from_index(i64::from(index), self.plan.wanted.step)
    }
}
