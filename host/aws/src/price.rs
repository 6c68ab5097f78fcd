//! What AWS asks for its answers: list prices with their source.

use std::fmt;

/// Dollars of the United States, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Usd(u64);

impl Usd {
    /// From millionths of a dollar.
    #[must_use]
    pub const fn from_millionths(millionths: u64) -> Self {
        Self(millionths)
    }

    /// In millionths of a dollar.
    #[must_use]
    pub const fn millionths(self) -> u64 {
        self.0
    }

    /// From a decimal such as `2.50`, with six places at most.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && part.is_empty()) || part.len() > 6 || !digits(whole) || !digits(part) {
            return None;
        }
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part: u64 = format!("{part:0<6}").parse().ok()?;
        whole.checked_mul(1_000_000)?.checked_add(part).map(Self)
    }

    /// The price of so many.
    #[must_use]
    pub const fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Usd {
    /// In dollars and cents, rounded up: a price is never told too low.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0 && self.0 <= 10_000 {
            return out.write_str("$0.01 or less");
        }
        let cents = self.0.div_ceil(10_000);
        write!(out, "${}.{:02}", cents / 100, cents % 100)
    }
}

/// A request of Cost Explorer: <https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/>, $0.01 a request.
pub(crate) const COST_EXPLORER_REQUEST: Usd = Usd(10_000);

/// A request of `ListMetrics`: <https://aws.amazon.com/cloudwatch/pricing/>, $0.01 for 1,000 requests. The million that
/// is free each month is not taken off: others use it too.
pub(crate) const CLOUDWATCH_REQUEST: Usd = Usd(10);

/// A metric that `GetMetricData` is asked for: <https://aws.amazon.com/cloudwatch/pricing/>, $0.01 for 1,000 metrics, each
/// time they are asked for.
pub(crate) const METRIC_READ: Usd = Usd(10);

/// A custom metric for a month: <https://aws.amazon.com/cloudwatch/pricing/>, $0.30, by the hours in which it is published.
pub(crate) const CUSTOM_METRIC_MONTH: Usd = Usd(300_000);

/// An alarm for a month: <https://aws.amazon.com/cloudwatch/pricing/>, $0.10.
pub(crate) const ALARM_MONTH: Usd = Usd(100_000);

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_exactly_and_told_rounded_up() {
        assert_eq!(Usd::parse("2.5"), Some(Usd(2_500_000)));
        assert_eq!(Usd::parse(".01"), Some(Usd(10_000)));
        for wrong in ["", ".", "-1", "1e3", "1.0000001", "1,5", "99999999999999999999"] {
            assert_eq!(Usd::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Usd(780_001).to_string(), "$0.79");
        assert_eq!(Usd(120).to_string(), "$0.01 or less");
        assert_eq!(Usd::default().to_string(), "$0.00");
    }
}
