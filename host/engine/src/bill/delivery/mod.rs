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

use super::error::BillError;
use super::input::BillKey;
use super::{Format, Inner, Overlap};

pub(super) use manifest::{Deliveries, Manifest, Standing, manifest};

/// An export and billing period that a manifest speaks of; the account is the export's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
    for group in &fresh {
        if let Some(found) = two_formats(inner, group) {
            return Err(found);
        }
    }
    if let Some(found) = overlap::find(inner, &fresh)? {
        return Err(found);
    }
    compared.extend(fresh);
    Ok(())
}

/// The files, by place in rising order, of each account and billing period that several files have and that no manifest
/// makes one delivery. Equal groups are one.
fn groups(inner: &Inner) -> BTreeSet<Vec<usize>> {
    let mut files: BTreeMap<BillKey, Vec<usize>> = BTreeMap::new();
    for (place, file) in inner.files.iter().enumerate() {
        for key in file.keys.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            files.entry(key.clone()).or_default().push(place);
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
