//! Opening a bill: from sources to the files that count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use super::delivery::{self, Deliveries, Manifest, Standing, manifest};
use super::error::BillError;
use super::find::{Found, Source, find};
use super::input::Input;
use super::note::Notes;
use super::{Bill, BillFile, BillOptions, Findings, Inner};
use crate::instant::Zone;

pub(super) fn open(sources: &[Source], options: &BillOptions) -> Result<Bill, BillError> {
    let zone = Zone::new(&options.zone);
    let notes = Notes::default();
    let groups = find(sources, &notes)?;
    let all = || groups.iter().flat_map(|(_, files)| files);
    let mut manifests: Vec<Manifest> = Vec::new();
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    for found in all().filter(|found| !found.named) {
        if let Some(manifest) = manifest(&found.path)? {
            known.insert(found.path.clone());
            manifests.push(manifest);
        }
    }
    let deliveries = Deliveries::new(manifests)?;
    // A delivery counts whole or not at all.
    if let Some((manifest, missing)) = deliveries.missing(all().map(|found| found.path.as_path())) {
        return Err(BillError::Incomplete { manifest, missing });
    }

    let mut files = Vec::new();
    for (pattern, found) in &groups {
        let before = files.len();
        let mut replaced = false;
        for found in found.iter().filter(|found| !known.contains(&found.path)) {
            let delivery = match deliveries.standing(&found.path) {
                Standing::Replaced { by } => {
                    replaced = true;
                    let text =
                        format!("not read: the newer delivery of {} stands in its place", by.display());
                    notes.add("delivery.replaced", found.path.clone(), text, 0);
                    continue;
                }
                Standing::Part(delivery) => Some(delivery),
                Standing::Unlisted => None,
            };
            if let Some(input) = open_one(found, &zone, &notes)? {
                files.push((input.0, input.1, delivery));
            }
        }
        // A file that an earlier source has found already is not found again.
        if files.len() == before && !replaced && !found.is_empty() {
            return Err(BillError::NoBill { pattern: pattern.clone(), files: found.len() });
        }
    }

    let files = drop_same_bytes(files, &notes)?;
    for file in &files {
        for (code, text) in &file.input.layout.notes {
            notes.add(code, file.input.path.to_path_buf(), text.clone(), 0);
        }
    }
    let inner = Inner {
        files,
        zone,
        zone_name: format!("{:?}", options.zone),
        overlap: options.overlap,
        notes,
        memory: options.memory.clone(),
        compared: Mutex::default(),
    };
    delivery::settle(&inner)?;
    Ok(Bill { inner: Arc::new(inner) })
}

type Opened = (Input, BTreeSet<super::input::BillKey>);

/// Opens a file. In a folder, what is no bill or has no row is left out with a note.
fn open_one(found: &Found, zone: &Zone, notes: &Notes) -> Result<Option<Opened>, BillError> {
    let opened = Input::open(&found.path).and_then(|input| {
        let keys = input.sample(zone)?;
        if keys.is_empty() {
            return Err(BillError::Empty {
                file: found.path.clone(),
                what: "the file has a header but no row",
            });
        }
        Ok((input, keys))
    });
    match opened {
        Ok(opened) => Ok(Some(opened)),
        Err(error @ (BillError::Format { .. } | BillError::Empty { .. })) if !found.named => {
            let text = error.to_string();
            let about = format!("{}: ", found.path.display());
            notes.add("bill.skipped", found.path.clone(), text.strip_prefix(&about).unwrap_or(&text), 0);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The same bytes twice count once. Only files of one size can be the same.
fn drop_same_bytes(
    opened: Vec<(Input, BTreeSet<super::input::BillKey>, Option<super::Delivery>)>,
    notes: &Notes,
) -> Result<Vec<BillFile>, BillError> {
    let mut sizes: BTreeMap<u64, usize> = BTreeMap::new();
    for (input, ..) in &opened {
        *sizes.entry(input.identity.bytes).or_default() += 1;
    }
    let mut seen: BTreeMap<super::Digest, PathBuf> = BTreeMap::new();
    let mut files = Vec::new();
    for (input, keys, delivery) in opened {
        let findings = Mutex::new(Findings::of(keys));
        let file = BillFile { input, delivery, findings, digest: OnceLock::new() };
        if sizes.get(&file.bytes()).is_some_and(|count| *count > 1) {
            let path: &Path = file.path();
            if let Some(first) = seen.get(&file.digest()?) {
                notes.add(
                    "delivery.same-bytes",
                    path.to_owned(),
                    format!("not read: it is the same as {}", first.display()),
                    0,
                );
                continue;
            }
            seen.insert(file.digest()?, path.to_owned());
        }
        files.push(file);
    }
    Ok(files)
}
