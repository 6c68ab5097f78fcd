//! A mean and its 90 % interval as JSON can hold them: without what left the range of numbers.

use joulework_units::{Amount, Interval, NoInterval};

/// What is finite of a mean and its interval.
pub(crate) struct Finite {
    pub(crate) mean: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
}

impl Finite {
    pub(crate) fn new(mean: f64, interval: &Result<Interval, NoInterval>) -> Self {
        let finite = |value: f64| value.is_finite().then_some(value);
        let interval = interval.as_ref().ok();
        Self {
            mean: finite(mean),
            low: interval.and_then(|interval| finite(interval.low)),
            high: interval.and_then(|interval| finite(interval.high)),
        }
    }

    /// The same of an amount, in its own unit.
    pub(crate) fn of(amount: &Amount, interval: &Result<Interval, NoInterval>) -> Self {
        Self::new(amount.value_in(amount.unit()).unwrap_or(f64::NAN), interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_without_end_is_left_out_alone() {
        let interval = Ok(Interval { low: 1.0, high: f64::INFINITY });
        let Finite { mean, low, high } = Finite::new(2.0, &interval);
        assert_eq!((mean, low, high), (Some(2.0), Some(1.0), None));
        let Finite { mean, low, high } = Finite::new(f64::NAN, &Err(NoInterval::NeedsDraws));
        assert_eq!((mean, low, high), (None, None, None));
    }
}
