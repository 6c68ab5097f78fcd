//! Deliveries: which files are the same bill twice, which are parts of one, and which a newer delivery replaces.
//!
//! The unit is (export, account, billing period). A manifest names a delivery; files without one that share account and
//! billing period are one delivery and add, unless they are of two formats, share line item ids, or have most rows in common.

mod manifest;
mod overlap;
mod place;
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};

use super::error::BillError;
use super::input::BillKey;
use super::{Format, Inner, Overlap};
use crate::memory::{self, Identity};

pub(super) use manifest::{Deliveries, Manifest, Standing, manifest};

/// An export and billing period that a manifest speaks of; the account is the export's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Delivery {
    /// The folder of the export.
    export: PathBuf,
    /// The billing period as the folder spells it.
    period: String,
}

impl Inner {
    /// Whether a manifest names two files as parts of one delivery.
    fn are_one_delivery(&self, one: usize, other: usize) -> bool {
        let delivery = |place: usize| self.files.get(place).and_then(|file| file.delivery.as_ref());
        delivery(one).is_some() && delivery(one) == delivery(other)
    }
}

/// Holds all files against each other that share an account and billing period, as far as these are known; the same
/// files once.
pub(super) fn settle(inner: &Inner) -> Result<(), BillError> {
    if inner.overlap == Overlap::Add || inner.files.len() < 2 {
        return Ok(());
    }
    let mut compared = inner.compared.lock().unwrap_or_else(PoisonError::into_inner);
    let fresh: Vec<Vec<usize>> =
        groups(inner).into_iter().filter(|group| !compared.contains(group)).collect();
    let Comparison { files, standing } = Comparison::of(inner, &fresh);
    let began = memory::now();
    let kept = inner.memory.as_ref().filter(|_| !fresh.is_empty());
    if kept.and_then(|memory| memory.recall(PURPOSE, &files)).as_ref() == Some(&standing) {
        compared.extend(fresh);
        return Ok(());
    }
    for group in &fresh {
        if let Some(found) = two_formats(inner, group) {
            return Err(found);
        }
    }
    if let Some(found) = overlap::find(inner, &fresh)? {
        return Err(found);
    }
    if let Some(memory) = kept {
        memory.keep(PURPOSE, &files, began, &standing);
    }
    compared.extend(fresh);
    Ok(())
}

/// What is remembered when files were held against each other and none was a delivery of another.
const PURPOSE: &str = "no overlap";

/// Files that are held against each other.
struct Comparison<'a> {
    files: Vec<&'a Identity>,
    /// The delivery of each file, and the groups by their places among the files.
    standing: (Vec<Option<Delivery>>, Vec<Vec<usize>>),
}

impl<'a> Comparison<'a> {
    fn of(inner: &'a Inner, groups: &[Vec<usize>]) -> Self {
        let places: BTreeSet<usize> = groups.iter().flatten().copied().collect();
        let places: Vec<usize> = places.into_iter().collect();
        let file = |place: &usize| inner.files.get(*place);
        let within = |place: &usize| places.binary_search(place).unwrap_or(usize::MAX);
        Self {
            files: places.iter().filter_map(|place| Some(&file(place)?.input.identity)).collect(),
            standing: (
                places.iter().map(|place| file(place)?.delivery.clone()).collect(),
                groups.iter().map(|group| group.iter().map(within).collect()).collect(),
            ),
        }
    }
}

/// The files, by place in rising order, of each account and billing period that several files have and that no manifest
/// makes one delivery. Equal groups are one.
fn groups(inner: &Inner) -> BTreeSet<Vec<usize>> {
    let mut files: BTreeMap<BillKey, Vec<usize>> = BTreeMap::new();
    for (place, file) in inner.files.iter().enumerate() {
        for key in file.findings().keys {
            files.entry(key).or_default().push(place);
        }
    }
    let is_one = |group: &[usize]| {
        group
            .split_first()
            .is_some_and(|(first, rest)| rest.iter().all(|other| inner.are_one_delivery(*first, *other)))
    };
    files.into_values().filter(|group| group.len() > 1 && !is_one(group)).collect()
}

/// Two files of a group that are not parts of one delivery have two formats.
fn two_formats(inner: &Inner, group: &[usize]) -> Option<BillError> {
    // One file stands for all of its format and delivery.
    let mut kinds: BTreeMap<(Format, Option<&Delivery>), usize> = BTreeMap::new();
    for place in group {
        if let Some(file) = inner.files.get(*place) {
            kinds.entry((file.format(), file.delivery.as_ref())).or_insert(*place);
        }
    }
    let formats: BTreeSet<Format> = kinds.keys().map(|(format, _)| *format).collect();
    if formats.len() < 2 {
        return None;
    }
    let files: BTreeSet<usize> = kinds.into_values().collect();
    let pairs = files.iter().flat_map(|one| files.range(one + 1..).map(move |other| (*one, *other)));
    pairs.filter(|(one, other)| !inner.are_one_delivery(*one, *other)).find_map(|(one, other)| {
        let (first, second) = (inner.files.get(one)?, inner.files.get(other)?);
        (first.format() != second.format()).then(|| BillError::Overlap {
            first: first.path().to_owned(),
            second: second.path().to_owned(),
            reason: format!(
                "they are {} and {} of the same account and billing period",
                first.format(),
                second.format()
            ),
        })
    })
}
