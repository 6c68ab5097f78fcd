//! Two runs share the errors that they share: their sources of error, put into one list.

use std::collections::{BTreeMap, BTreeSet};

use joulework_units::{Interval, NoInterval, Spread, draws};

use super::Estimates;
use super::change::{FigureChange, change, change_per_unit, classes};
use super::figure::{Drawn, Figure, SEED, Source, SourceId};

/// Relative deviation up to which a difference is taken for a lognormal.
const CLOSE: f64 = 0.3;
/// Draws of the interval of a saving: there are many of them.
const SAVING_DRAWS: usize = 1_000;

/// The sources of error of two runs. Sources of equal factor and key are one.
#[derive(Debug, Clone)]
pub struct CommonSources {
    before: Vec<SourceId>,
    after: Vec<SourceId>,
}

impl CommonSources {
    /// Of an earlier and a later run.
    #[must_use]
    pub fn of(before: &Estimates, after: &Estimates) -> Self {
        let sources = || before.sources().0.iter().chain(&after.sources().0);
        let mut numbers: BTreeMap<&Source, u32> = sources().map(|source| (source, 0)).collect();
        for (number, place) in (0_u32..).zip(numbers.values_mut()) {
            *place = number;
        }
        let of = |estimates: &Estimates| {
            let number = |source| SourceId(numbers.get(source).copied().unwrap_or(u32::MAX));
            estimates.sources().0.iter().map(number).collect()
        };
        Self { before: of(before), after: of(after) }
    }

    /// The change from a figure of the earlier run to one of the later run.
    ///
    /// # Errors
    /// Why there is none: one of the two is negative or zero.
    pub fn change(&self, before: &Figure, after: &Figure) -> Result<FigureChange, NoInterval> {
        change(&renumbered(before, &self.before), &renumbered(after, &self.after))
    }

    /// The 90 % interval of what the earlier figure has more than the later one, in the unit of both: what they share
    /// cancels. Nothing where it has not more.
    #[must_use]
    pub fn saving(&self, before: &Figure, after: &Figure) -> Option<Interval> {
        let (before, after) = (renumbered(before, &self.before), renumbered(after, &self.after));
        let mut ids: BTreeSet<SourceId> = before.spread.sums().map(|(id, _)| *id).collect();
        ids.extend(after.spread.sums().map(|(id, _)| *id));
        let sums = ids.into_iter().map(|id| (id, before.spread.sum_of(&id) - after.spread.sum_of(&id)));
        let mut saved = Spread::new();
        let widest = before.spread.widest().max(after.spread.widest());
        saved.add_sums(before.spread.total() - after.spread.total(), sums, widest);
        // A difference that may well be none is no lognormal: it is drawn.
        if saved.relative_variance() <= CLOSE * CLOSE
            && let Ok(interval) = saved.interval90()
        {
            return Some(interval);
        }
        let taken_back = classes(&after).into_iter().map(|(value, errors)| (-value, errors));
        let all: Vec<_> = classes(&before).into_iter().chain(taken_back).collect();
        draws::interval90(&all, SEED, SAVING_DRAWS).ok()
    }

    /// The change of a figure per unit of work: each is divided by the work done in its run.
    ///
    /// # Errors
    /// Why there is none: one of the two figures is negative or zero, or no work was done.
    pub fn change_per_unit(
        &self,
        before: (&Figure, f64),
        after: (&Figure, f64),
    ) -> Result<FigureChange, NoInterval> {
        let (was, is) = (renumbered(before.0, &self.before), renumbered(after.0, &self.after));
        change_per_unit((&was, before.1), (&is, after.1))
    }
}

/// A figure with the ids of its sources in the common list.
fn renumbered(figure: &Figure, ids: &[SourceId]) -> Figure {
    let id = |id: SourceId| {
        let place = usize::try_from(id.0).ok();
        place.and_then(|place| ids.get(place)).copied().unwrap_or(id)
    };
    let mut spread = Spread::new();
    let sums = figure.spread.sums().map(|(source, sum)| (id(*source), sum));
    spread.add_sums(figure.spread.total(), sums, figure.spread.widest());
    let drawn = figure.drawn.as_ref().map(|drawn| {
        let classes = drawn.classes.iter();
        let errors = |errors: &[(SourceId, f64)]| {
            let mut errors: Vec<_> = errors.iter().map(|(source, s)| (id(*source), *s)).collect();
            errors.sort_by_key(|(source, _)| *source);
            errors
        };
        Drawn { classes: classes.map(|(value, list)| (*value, errors(list))).collect(), draws: drawn.draws }
    });
    Figure { amount: figure.amount.clone(), spread, not_modelled: figure.not_modelled.clone(), drawn }
}
