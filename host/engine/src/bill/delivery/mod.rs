//! Deliveries: which files are the same bill twice, which are parts of one, and which a newer delivery replaces.
//!
//! The unit is (export, account, billing period). A manifest names a delivery; files without one that share account and
//! billing period are one delivery and add, unless they are of two formats, share line item ids, or have most rows in common.

mod manifest;
mod overlap;
mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::PoisonError;

use super::error::BillError;
use super::input::BillKey;
use super::{Inner, Overlap};

pub(super) use manifest::{Deliveries, Manifest, Standing, manifest};

/// An export and billing period that a manifest speaks of; the account is the export's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Delivery {
    /// The folder of the export.
    export: PathBuf,
    /// The billing period as the folder spells it.
    period: String,
}

/// Holds all files against each other that share an account and billing period, as far as these are known, each pair once.
pub(super) fn settle(inner: &Inner) -> Result<(), BillError> {
    if inner.overlap == Overlap::Add || inner.files.len() < 2 {
        return Ok(());
    }
    let mut compared = inner.compared.lock().unwrap_or_else(PoisonError::into_inner);
    let fresh: Vec<(usize, usize)> =
        pairs(inner).into_iter().filter(|pair| !compared.contains(pair)).collect();
    let mut same_format = Vec::new();
    for (first, second) in fresh {
        let (Some(a), Some(b)) = (inner.files.get(first), inner.files.get(second)) else { continue };
        if a.format() != b.format() {
            return Err(BillError::Overlap {
                first: a.path().to_owned(),
                second: b.path().to_owned(),
                reason: format!(
                    "they are {} and {} of the same account and billing period",
                    a.format(),
                    b.format()
                ),
            });
        }
        same_format.push((first, second));
    }
    if let Some(found) = overlap::find(inner, &same_format)? {
        return Err(found);
    }
    compared.extend(same_format);
    Ok(())
}

/// Pairs of files that share an account and billing period and are not parts of one delivery.
fn pairs(inner: &Inner) -> BTreeSet<(usize, usize)> {
    let mut files: BTreeMap<BillKey, Vec<usize>> = BTreeMap::new();
    for (place, file) in inner.files.iter().enumerate() {
        for key in file.keys.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            files.entry(key.clone()).or_default().push(place);
        }
    }
    let delivery = |place: usize| inner.files.get(place).and_then(|file| file.delivery.as_ref());
    let mut pairs = BTreeSet::new();
    for sharing in files.values() {
        for (place, first) in sharing.iter().enumerate() {
            for second in sharing.iter().skip(place + 1) {
                if delivery(*first).is_none() || delivery(*first) != delivery(*second) {
                    pairs.insert((*first, *second));
                }
            }
        }
    }
    pairs
}
