//! Finds the rows that make a plugin fail, by halving the batch: by contract that changes nothing for the others.

use std::ops::Range;

use crate::assemble::{Piece, assemble};
use crate::breach::Breach;
use crate::columns::{Batch, Column};
use crate::fault::{FaultKind, PluginFault};
use crate::link::PlannedStage;
use crate::session::Faulted;

/// What failed calls may cost in one batch of one plugin, see [`cost`]. With the default limits that is about a
/// minute in the worst case.
const BUDGET: usize = 2_048;

/// A call of the stage over some rows.
type Attempt<'a> = dyn FnMut(&Batch) -> Result<Vec<Column>, PluginFault> + 'a;

/// The outputs of a batch, and the rows that have none.
#[derive(Debug)]
pub(crate) struct Isolated {
    pub(crate) columns: Vec<Column>,
    pub(crate) faulted: Option<Faulted>,
}

/// Estimates all rows but those that make the plugin fail; `fault` is that of the whole batch.
///
/// When the budget is spent, the rows that still stand in failing parts count as not estimated, too: unknown is honest,
/// and which rows these are depends on the batch alone.
///
/// # Errors
/// A fault that may fall elsewhere on another day, such as a deadline.
pub(crate) fn isolate(
    fault: &PluginFault,
    batch: &Batch,
    planned: &PlannedStage,
    attempt: &mut Attempt<'_>,
) -> Result<Isolated, PluginFault> {
    let mut spent = cost(fault);
    let mut pieces = Vec::new();
    let mut rows = Vec::new();
    let mut untried = 0;
    let mut first = None;
    // Parts that are still to be tried, the next one last.
    let mut parts = Vec::new();
    split(0..batch.rows, fault, &mut parts);
    while let Some(range) = parts.pop() {
        if spent >= BUDGET {
            untried += range.len();
            rows.extend(range.clone());
            pieces.push(Piece::Unknown { rows: range.len() });
            first.get_or_insert_with(|| fault.clone());
            continue;
        }
        match attempt(&batch.slice(range.clone())) {
            Ok(columns) => pieces.push(Piece::Estimated { rows: range.len(), columns }),
            Err(fault) if !fault.is_deterministic() => return Err(fault.moved_by(range.start)),
            Err(fault) => {
                spent += cost(&fault);
                if range.len() > 1 {
                    split(range, &fault, &mut parts);
                } else {
                    rows.push(range.start);
                    pieces.push(Piece::Unknown { rows: 1 });
                    first.get_or_insert_with(|| fault.at_row(range.start));
                }
            }
        }
    }
    let id = planned.id();
    let columns = assemble(planned.stage.plugin.descriptor(), &pieces)
        .ok_or_else(|| PluginFault::new(id, Breach::Scale { scale: u8::MAX }))?;
    let faulted = first.map(|first| Faulted { plugin: id.to_owned(), rows, untried, first });
    Ok(Isolated { columns, faulted })
}

/// Cuts a failing range: out comes the row that the fault names, or else the middle. A batch of one row is tried again
/// alone, so that one path decides.
fn split(range: Range<usize>, fault: &PluginFault, parts: &mut Vec<Range<usize>>) {
    let named = fault.row().map(|row| range.start + row).filter(|row| range.contains(row));
    let cuts = if let Some(row) = named {
        [range.start, row, row + 1, range.end]
    } else {
        let middle = range.start + range.len() / 2;
        [range.start, middle, middle, range.end]
    };
    let ranges = cuts.windows(2).filter_map(|pair| match pair {
        [start, end] if start < end => Some(*start..*end),
        _ => None,
    });
    parts.extend(ranges.rev());
}

/// A call that runs into a limit takes far longer than one that stops by itself.
fn cost(fault: &PluginFault) -> usize {
    match fault.kind() {
        FaultKind::Fuel { .. } => 32,
        FaultKind::Memory { .. } | FaultKind::Result { .. } | FaultKind::Diagnostics { .. } => 8,
        _ => 1,
    }
}

/// The same fault with the first row that causes it alone, where a quick failure names no row. Anything that speaks
/// against one guilty row leaves the fault as it was.
pub(crate) fn locate(fault: PluginFault, batch: &Batch, attempt: &mut Attempt<'_>) -> PluginFault {
    let quick = matches!(
        fault.kind(),
        FaultKind::Panic
            | FaultKind::Trap { .. }
            | FaultKind::Stack
            | FaultKind::MemoryAccess
            | FaultKind::Malformed { .. }
            | FaultKind::Returned { .. }
    );
    if !quick || fault.row().is_some() || batch.rows == 0 {
        return fault;
    }
    let mut range = 0..batch.rows;
    while range.len() > 1 {
        let middle = range.start + range.len() / 2;
        match attempt(&batch.slice(range.start..middle)) {
            Ok(_) => range.start = middle,
            Err(other) if other.is_deterministic() => range.end = middle,
            Err(_) => return fault,
        }
    }
    match attempt(&batch.slice(range.clone())) {
        Err(alone) if alone.code() == fault.code() => alone.at_row(range.start),
        _ => fault,
    }
}
