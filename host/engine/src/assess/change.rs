//! Changes between two figures of one run, which share the errors that they share.

use joulework_units::{Change, NoInterval, Spread, draws};

use super::figure::{Figure, SEED, SourceId};
use joulework_units::Interval;

/// The ratio of a later figure to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FigureChange {
    /// Ratio of the means; 1 is no change.
    pub ratio: f64,
    /// Its 90 % interval: narrow, because shared errors cancel.
    pub interval: Interval,
    /// The lognormal behind it, where the closed form holds.
    pub closed: Option<Change>,
}

/// The change from `before` to `after`.
///
/// # Errors
/// Why there is none: one of the two is negative or zero.
pub fn change(before: &Figure, after: &Figure) -> Result<FigureChange, NoInterval> {
    let ratio = after.value() / before.value();
    match joulework_units::change(&before.spread, &after.spread) {
        Ok(closed) => Ok(FigureChange { ratio, interval: closed.interval90(), closed: Some(closed) }),
        Err(NoInterval::NeedsDraws) => {
            let (before_classes, after_classes) = (classes(before), classes(after));
            let interval = draws::change90(&before_classes, &after_classes, SEED, draws::DRAWS)?;
            Ok(FigureChange { ratio, interval, closed: None })
        }
        Err(reason) => Err(reason),
    }
}

/// The change of a figure per unit of work: `before` and `after` are divided by the work done.
///
/// # Errors
/// Why there is none: one of the two figures is negative or zero, or no work was done.
pub fn change_per_unit(before: (&Figure, f64), after: (&Figure, f64)) -> Result<FigureChange, NoInterval> {
    if before.1 <= 0.0 || after.1 <= 0.0 {
        return Err(NoInterval::Zero);
    }
    let scale = before.1 / after.1;
    let level = change(before.0, after.0)?;
    Ok(FigureChange {
        ratio: level.ratio * scale,
        interval: Interval { low: level.interval.low * scale, high: level.interval.high * scale },
        closed: None,
    })
}

/// What a figure is drawn from: its classes, or all of it as one class.
pub(super) fn classes(figure: &Figure) -> Vec<draws::Class<SourceId>> {
    match &figure.drawn {
        Some(drawn) => drawn.classes.clone(),
        None => vec![one_class(&figure.spread)],
    }
}

/// A sum as one lognormal: its relative errors by source.
pub(crate) fn one_class(spread: &Spread<SourceId>) -> draws::Class<SourceId> {
    let total = spread.total();
    let relative = |(id, sum): (&SourceId, f64)| (*id, sum / total);
    (total, if total == 0.0 { Vec::new() } else { spread.sums().map(relative).collect() })
}
