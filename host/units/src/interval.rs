//! Intervals that hold the truth nine times out of ten.

/// Quantile of the standard normal distribution at 95 %: a 90 % interval reaches from −`Z90` to `Z90`.
/// (1.6449, as rounded in the method.)
pub const Z90: f64 = 1.645;

/// A 90 % interval, in the unit of the figure that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The truth is below it once in twenty times.
    pub low: f64,
    /// The truth is above it once in twenty times.
    pub high: f64,
}

impl Interval {
    /// `high − low`.
    #[must_use]
    pub const fn width(&self) -> f64 {
        self.high - self.low
    }

    /// Whether `value` lies in the interval, ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// Why a figure has no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoInterval {
    /// The total is negative: corrections or refunds outweigh the usage.
    #[error("the total is negative, so that it has no interval: corrections outweigh the usage")]
    Negative,
    /// The total is zero.
    #[error("the total is zero, so that it has no interval")]
    Zero,
    /// The closed form does not hold: the classes have to be drawn, see [`crate::draws`].
    #[error("an error is too wide for the closed form; the interval needs draws")]
    NeedsDraws,
    /// The total or an error is not a finite number.
    #[error("the total is too large for an interval")]
    NotFinite,
}

impl NoInterval {
    /// A stable, dotted name of the reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Negative => "interval.negative",
            Self::Zero => "interval.zero",
            Self::NeedsDraws => "interval.needs-draws",
            Self::NotFinite => "interval.not-finite",
        }
    }
}
