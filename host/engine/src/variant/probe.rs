//! What the pipeline says of rows of a key, before they are added up.

use joulework_units::FixedSum;

use crate::activity::{Accumulator, Activity, BIN, Dictionary, PERIOD, Plan, Sums, WORKLOAD};
use crate::assess::Grade;
use crate::error::EngineError;
use crate::estimate::UnitEstimates;
use crate::pipeline::Engine;

/// What one unit of a key's quantity is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    pub(super) kind: String,
    pub(super) grade: Grade,
    pub(super) vcpu: f64,
    pub(super) memory: f64,
    pub(super) storage: f64,
    pub(super) network: f64,
}

/// What the pipeline says of each key. The keys are of the dictionaries.
pub(super) fn probe(
    engine: &Engine,
    plan: &Plan,
    dictionaries: &[Dictionary],
    keys: &[Box<[u32]>],
) -> Result<Vec<Option<Unit>>, EngineError> {
    let mut own = Accumulator::new(plan)?;
    own.dictionaries = dictionaries.to_vec();
    let mut key = Vec::new();
    for (number, of) in (0_u32..).zip(keys) {
        key.clear();
        key.extend_from_slice(of);
        // The period tells which key it was; the workload is one that no pool has to be split for.
        for (place, value) in [(PERIOD, number), (WORKLOAD, 0), (BIN, 0)] {
            if let Some(lane) = key.get_mut(place) {
                *lane = value;
            }
        }
        *own.table.sums(&key)? = Sums { quantity: FixedSum::ONE, rows: 1, ..Sums::default() };
    }
    let activity = Activity::of(own)?;
    let units = UnitEstimates::of(&activity, engine.pipeline(), engine.thread_count())?;
    let place = |name: &str| units.quantities.iter().position(|own| own.name == name);
    let [vcpu, memory, storage, network] =
        ["vcpu-hours", "memory-hours", "storage-hours", "network-volume"].map(place);
    let value = |place: Option<usize>, cell: u32| {
        place.map(|place| units.value(place, cell)).filter(|value| value.is_finite()).unwrap_or_default()
    };
    let mut found = vec![None; keys.len()];
    for entry in &activity.entries {
        let number =
            activity.groups.key(entry.group).first().and_then(|number| usize::try_from(*number).ok());
        if let Some(slot) = number.and_then(|number| found.get_mut(number)) {
            *slot = Some(Unit {
                kind: units.kind(entry.cell).to_owned(),
                grade: units.grade(entry.cell),
                vcpu: value(vcpu, entry.cell),
                memory: value(memory, entry.cell),
                storage: value(storage, entry.cell),
                network: value(network, entry.cell),
            });
        }
    }
    Ok(found)
}
