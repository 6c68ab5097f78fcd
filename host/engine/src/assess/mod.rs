//! From activity and unit estimates to answers: roll-ups with figures, spreads and coverage.

mod add;
mod change;
mod common;
mod compute;
mod figure;
mod gaps;
mod measured;
mod resources;
mod rollup;
mod scratch;
mod standby;

pub(crate) use add::Adder;
pub use change::{FigureChange, change, change_per_unit};
pub use common::CommonSources;
pub use figure::{
    CARBON, CARBON_WITH_NETWORK, Coverage, Figure, Grade, MoneyLine, NotModelled, Source, SourceId, Sources,
    Tally,
};
pub use gaps::Gap;
pub(crate) use measured::length;
pub use measured::{HourlyNumbers, MeasuredResource, UseAmounts, UsePart};
pub use resources::{GROUP_TAG, ResourceLine};
pub use rollup::{Contributor, Dimension, Filter, RollUp, Rollup, RollupRow};

use joulework_runtime::Pipeline;
use joulework_units::Unit;

use crate::activity::Activity;
use crate::calendar::{Period, Step};
use crate::error::EngineError;
use crate::estimate::UnitEstimates;
use crate::provenance::Note;

/// The estimates of a bill: its activity and what a unit of each cell means. Answers any number of roll-ups.
#[derive(Debug, Clone)]
pub struct Estimates {
    activity: Activity,
    units: UnitEstimates,
    sources: Sources,
    /// Per template the id of its first source.
    first: Vec<SourceId>,
}

impl Estimates {
    /// Runs the pipeline over the cells of an activity, on at most `threads` threads; the result does not depend on
    /// how many.
    ///
    /// # Errors
    /// When a plugin fails.
    pub fn of(activity: Activity, pipeline: &Pipeline, threads: usize) -> Result<Self, EngineError> {
        let units = UnitEstimates::of(&activity, pipeline, threads)?;
        let (sources, first) = units.sources();
        Ok(Self { activity, units, sources, first })
    }

    /// The rows of the bill, added up.
    #[must_use]
    pub const fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Fuel that each plugin used for the estimates, by its id.
    #[must_use]
    pub const fn fuel(&self) -> &std::collections::BTreeMap<String, u64> {
        &self.units.fuel
    }

    pub(crate) const fn units(&self) -> &UnitEstimates {
        &self.units
    }

    /// The places of the entries that a filter keeps, in rising order.
    pub(crate) fn select(&self, filter: &Filter) -> Result<Vec<usize>, EngineError> {
        compute::select(self, filter)
    }

    /// All sources of error; the ids in figures are places in it.
    #[must_use]
    pub const fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The additive quantities and their units, in the order of the pipeline; sums that the engine adds come last.
    pub fn quantities(&self) -> impl Iterator<Item = (&str, &Unit)> {
        self.units.quantities.iter().map(|quantity| (quantity.name.as_str(), &quantity.unit))
    }

    /// Groups, adds up and answers.
    ///
    /// # Errors
    /// When a dimension or step was not kept apart, a glob is not valid, or a sum leaves its range.
    pub fn roll_up(&self, question: &RollUp) -> Result<Rollup, EngineError> {
        compute::roll_up(self, question)
    }

    /// The month that the data does not cover to its end: the current one.
    #[must_use]
    pub fn partial_month(&self) -> Option<Period> {
        let (_, last) = self.activity.span()?;
        let month = Period::containing(last - 1, Step::Month);
        (last < month.end_ms()).then_some(month)
    }

    /// Cells that plugins did not estimate, and what they said, as notes.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let faulted = self.units.faulted.iter().map(|(plugin, (cells, first))| Note {
            code: "plugin.not-estimated".to_owned(),
            text: format!("`{plugin}` did not estimate {cells} kinds of rows; the first: {first}"),
            rows: 0,
        });
        let said = self.units.messages.iter().map(|(plugin, text)| Note {
            code: "plugin.message".to_owned(),
            text: format!("`{plugin}`: {text}"),
            rows: 0,
        });
        faulted.chain(said).collect()
    }
}
