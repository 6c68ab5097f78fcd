//! Which changes are meant for which rows.

use std::collections::BTreeMap;

use super::{Change, SHARES, Set, Target, VALUES, Variant};
use crate::activity::{Accumulator, Dictionary, FIXED, RESOURCE, WORKLOAD, lane_of};
use crate::assess::Dimension;
use crate::error::EngineError;
use crate::workload::Globs;

/// The changes of a variant, ready to be asked for rows.
pub(super) struct Selector<'a> {
    by_resource: BTreeMap<&'a str, Vec<&'a Set>>,
    matching: Vec<(Vec<(Place, Globs)>, &'a Set)>,
    /// The lane of resources.
    resource: usize,
}

/// Where the value of a dimension stands in a key.
#[derive(Clone, Copy)]
enum Place {
    Workload,
    Lane(usize),
}

impl<'a> Selector<'a> {
    pub(super) fn of(variant: &'a Variant, sum: &Accumulator<'_>) -> Result<Self, EngineError> {
        let not_kept = || EngineError::DimensionNotKept { dimension: Dimension::Resource.to_string() };
        let resource = sum.plan.column_lane(RESOURCE).ok_or_else(not_kept)?;
        let (mut by_resource, mut matching): (BTreeMap<&str, Vec<&Set>>, _) = (BTreeMap::new(), Vec::new());
        for Change { target, set } in &variant.changes {
            check(set)?;
            match target {
                Target::Resource(id) => by_resource.entry(id.as_str()).or_default().push(set),
                Target::Matching(globs) => {
                    let compiled = globs
                        .iter()
                        .map(|(dimension, globs)| Ok((place(sum, dimension)?, Globs::compile(globs)?)));
                    matching.push((compiled.collect::<Result<_, EngineError>>()?, set));
                }
            }
        }
        Ok(Self { by_resource, matching, resource })
    }

    /// The resource of a key.
    pub(super) fn resource<'s>(&self, sum: &'s Accumulator<'_>, key: &[u32]) -> Option<&'s str> {
        text(sum, key, self.resource)
    }

    /// The changes that are meant for a key; nothing where none is.
    pub(super) fn changes(&self, sum: &Accumulator<'_>, key: &[u32]) -> Option<Vec<&'a Set>> {
        let id = self.resource(sum, key).unwrap_or_default();
        let of_id = self.by_resource.get(id).into_iter().flatten().copied();
        let takes = |(place, globs): &(Place, Globs)| match place {
            Place::Lane(lane) => globs.take(text(sum, key, *lane)),
            Place::Workload => {
                let slot = key.get(WORKLOAD).copied().unwrap_or_default();
                globs.take(sum.assigner.name(slot).as_deref())
            }
        };
        let of_globs = self.matching.iter().filter(|(globs, _)| globs.iter().all(takes)).map(|(_, set)| *set);
        let found: Vec<&Set> = of_id.chain(of_globs).collect();
        (!found.is_empty()).then_some(found)
    }
}

fn place(sum: &Accumulator<'_>, dimension: &Dimension) -> Result<Place, EngineError> {
    if *dimension == Dimension::Workload {
        return Ok(Place::Workload);
    }
    lane_of(dimension)
        .and_then(|source| sum.plan.lane(&source))
        .map(Place::Lane)
        .ok_or_else(|| EngineError::DimensionNotKept { dimension: dimension.to_string() })
}

/// The text that a key has in a lane of the plan.
pub(super) fn text<'s>(sum: &'s Accumulator<'_>, key: &[u32], lane: usize) -> Option<&'s str> {
    text_of(&sum.dictionaries, key, lane)
}

/// The same by dictionaries that have more values.
pub(super) fn text_of<'s>(dictionaries: &'s [Dictionary], key: &[u32], lane: usize) -> Option<&'s str> {
    dictionaries.get(lane)?.text(*key.get(lane + FIXED)?)
}

fn check(set: &Set) -> Result<(), EngineError> {
    let (column, known) = match set {
        Set::Supply(rule) => return rule.check(),
        Set::Value { column, .. } => (column, VALUES),
        Set::Share { column, share, .. } if !share.is_finite() || *share < 0.0 => {
            return Err(EngineError::BadShare { column: column.clone(), share: *share });
        }
        Set::Share { column, .. } => (column, SHARES),
    };
    if known.contains(&column.as_str()) {
        return Ok(());
    }
    let known = known.map(str::to_owned).to_vec();
    Err(EngineError::NotChangeable { column: column.clone(), known })
}
