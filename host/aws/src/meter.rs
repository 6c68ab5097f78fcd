//! What was asked and what it cost, against what the user allows.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::AwsError;
use crate::price::Usd;

/// What a user allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Paid requests, retries counted.
    pub requests: Option<u64>,
    /// What they may cost.
    pub price: Option<Usd>,
}

/// Counts paid requests before they leave.
#[derive(Debug)]
pub(crate) struct Meter {
    limits: Limits,
    requests: AtomicU64,
    millionths: AtomicU64,
}

impl Meter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, requests: AtomicU64::new(0), millionths: AtomicU64::new(0) }
    }

    /// Paid requests and what they cost.
    pub(crate) fn spent(&self) -> (u64, Usd) {
        let millionths = self.millionths.load(Ordering::SeqCst);
        (self.requests.load(Ordering::SeqCst), Usd::from_millionths(millionths))
    }

    /// Counts a request that is about to leave. An attempt after the first counts again: whether AWS charges for one that
    /// it throttled or failed is not documented.
    ///
    /// # Errors
    /// It would be more than is allowed.
    pub(crate) fn count(&self, operation: &'static str, price: Usd) -> Result<(), AwsError> {
        if price == Usd::default() {
            return Ok(());
        }
        let requests = self.requests.fetch_add(1, Ordering::SeqCst);
        let before = self.millionths.fetch_add(price.millionths(), Ordering::SeqCst);
        let spent = Usd::from_millionths(before);
        let limit = match self.limits {
            Limits { requests: Some(most), .. } if requests >= most => format!("{most} requests"),
            Limits { price: Some(most), .. } if spent.plus(price) > most => most.to_string(),
            _ => return Ok(()),
        };
        self.requests.fetch_sub(1, Ordering::SeqCst);
        self.millionths.fetch_sub(price.millionths(), Ordering::SeqCst);
        Err(AwsError::Limit { operation, requests, spent, limit })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_never_passed_and_free_requests_do_not_count() {
        let price = Usd::from_millionths(10_000);
        let meter = Meter::new(Limits { requests: None, price: Some(price.times(3)) });
        for _ in 0..3 {
            meter.count("GetCostAndUsage", price).unwrap();
            meter.count("GetCallerIdentity", Usd::default()).unwrap();
        }
        assert_eq!(meter.count("GetCostAndUsage", price).unwrap_err().code(), "aws.limit");
        assert_eq!(meter.spent(), (3, price.times(3)));
        let meter = Meter::new(Limits { requests: Some(1), price: None });
        meter.count("ListMetrics", price).unwrap();
        assert!(meter.count("ListMetrics", price).is_err());
    }
}
