//! Which cell each row of one batch belongs to, for results row by row.

use joulework_units::FixedSum;

use super::accumulate::{Accumulator, WORKLOAD};
use super::finish::{KeyNumbers, cell_lanes, group_lanes};
use super::plan::Plan;
use super::{Activity, Keys};
use crate::bill::UsageBatch;
use crate::error::EngineError;

/// The rows of one batch and their cells. All lists are as long as the batch has rows.
#[derive(Debug)]
pub(crate) struct RowCells {
    /// The cells, without entries, in the order of their first row.
    pub(crate) activity: Activity,
    /// The cells of each row, each with what its unit estimates are multiplied by: several where its hours had several
    /// loads, what has no load first.
    pub(crate) cells: Vec<Vec<(u32, FixedSum)>>,
    /// The workload of each row; for a row of a pool `shared: ` and the pool's name.
    pub(crate) workloads: Vec<String>,
    /// Whether the row lies inside the window.
    pub(crate) inside: Vec<bool>,
}

impl Activity {
    /// Finds the cells of a batch's rows.
    pub(crate) fn row_cells(plan: &Plan, batch: &UsageBatch) -> Result<RowCells, EngineError> {
        let mut rows = Accumulator::new(plan)?;
        let parts = rows.number(batch)?;
        let lanes = cell_lanes(plan);
        let mut numbers = KeyNumbers::new(lanes.len());
        let mut projected = Vec::new();
        let mut cells: Vec<Vec<(u32, FixedSum)>> = vec![Vec::new(); batch.rows()];
        let mut workloads = vec![String::new(); batch.rows()];
        for ((key, row), scale) in parts.keys.iter().zip(&parts.rows).zip(&parts.scales) {
            let cell = numbers.number(key, &lanes, &mut projected)?;
            let slot = key.get(WORKLOAD).copied().unwrap_or_default();
            if let (Some(cells), Some(workload)) = (cells.get_mut(*row), workloads.get_mut(*row)) {
                cells.push((cell, *scale));
                *workload = rows.assigner.name(slot).unwrap_or_default();
            }
        }
        let activity = Self {
            groups: Keys { lanes: group_lanes(plan), numbers: Vec::new() },
            cells: Keys { lanes, numbers: numbers.in_order() },
            dictionaries: rows.dictionaries,
            entries: Vec::new(),
            followed: Vec::new(),
            workloads: rows.assigner.names().to_vec(),
            covered: std::collections::BTreeMap::new(),
            span: None,
            rows: 0,
            outside: 0,
            plan: plan.clone(),
        };
        Ok(RowCells { activity, cells, workloads, inside: parts.inside })
    }
}
