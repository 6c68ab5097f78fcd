//! What a plugin may use, and what happens to the run when it fails.

use std::time::Duration;

/// What one plugin may use. Overridable per plugin.
///
/// The defaults leave room for a plugin written in Python (about 3,200 fuel units a cell, 20 MiB) or JavaScript
/// (75 MiB) and stop an endless loop within seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory of an instance, in bytes. Default 128 MiB.
    pub memory_bytes: usize,
    /// Entries of all tables of an instance. Default 1,000,000.
    pub table_entries: usize,
    /// Fuel of a call, whatever its size. Default 1,000,000,000: half a second or so.
    pub base_fuel: u64,
    /// Fuel added for each cell (rows × columns, those that go in and those that come out). Default 20,000.
    pub fuel_per_cell: u64,
    /// Wall-clock time of a call. Default 60 s; it is the backstop behind fuel and ends the run.
    pub deadline: Duration,
    /// Bytes of a result, whatever was expected. Default 1 MiB.
    pub base_result_bytes: usize,
    /// Bytes added for each cell of the expected result. Default 64.
    pub result_bytes_per_cell: usize,
    /// Bytes of one text that a plugin returns. Default 4,096.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 128 << 20,
            table_entries: 1_000_000,
            base_fuel: 1_000_000_000,
            fuel_per_cell: 20_000,
            deadline: Duration::from_mins(1),
            base_result_bytes: 1 << 20,
            result_bytes_per_cell: 64,
            text_bytes: 4_096,
        }
    }
}

impl Limits {
    /// Fuel of a call over `cells` cells.
    #[must_use]
    pub fn fuel(&self, cells: usize) -> u64 {
        let cells = u64::try_from(cells).unwrap_or(u64::MAX);
        self.base_fuel.saturating_add(self.fuel_per_cell.saturating_mul(cells))
    }

    /// Bytes that a result of `cells` cells may take.
    #[must_use]
    pub const fn result_bytes(&self, cells: usize) -> usize {
        self.base_result_bytes.saturating_add(self.result_bytes_per_cell.saturating_mul(cells))
    }
}

/// What a fault of a plugin does to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFault {
    /// The run ends with the fault.
    #[default]
    Stop,
    /// The rows that cause it are marked as not estimated by this plugin, and counted. A deadline ends the run
    /// all the same, because it may fall elsewhere on another day.
    NotEstimated,
}
