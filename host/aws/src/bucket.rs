//! A token bucket: how often an operation may be asked.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Holds back requests so that at most `burst + rate · T` of them leave in any time `T`.
#[derive(Debug)]
pub(crate) struct Bucket {
    per_second: f64,
    burst: f64,
    state: Mutex<Option<(f64, Instant)>>,
}

impl Bucket {
    /// A full one.
    pub(crate) fn new(per_second: f64, burst: f64) -> Self {
        Self { per_second, burst, state: Mutex::new(None) }
    }

    /// Takes a token, and says how long to wait until it is there. Who waits has its token already: nobody overtakes.
    pub(crate) fn take(&self, now: Instant) -> Duration {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (tokens, since) = state.unwrap_or((self.burst, now));
        let refilled = tokens + now.saturating_duration_since(since).as_secs_f64() * self.per_second;
        let left = refilled.min(self.burst) - 1.0;
        *state = Some((left, now));
        if left < 0.0 { Duration::from_secs_f64(-left / self.per_second) } else { Duration::ZERO }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn no_stretch_of_time_lets_more_through_than_the_burst_and_the_rate() {
        let bucket = Bucket::new(5.0, 3.0);
        let start = Instant::now();
        // Requests come as fast as they can, then after a pause, then again.
        let mut leave: Vec<f64> = Vec::new();
        for number in 0..60_u32 {
            let pause = if number >= 30 { 4.0 } else { 0.0 };
            let now = start + Duration::from_secs_f64(f64::from(number) * 0.01 + pause);
            leave.push((now + bucket.take(now) - start).as_secs_f64());
        }
        for (first, from) in leave.iter().enumerate() {
            for (last, to) in leave.iter().enumerate().skip(first) {
                let count = f64::from(u32::try_from(last - first + 1).unwrap());
                assert!(count <= 3.0 + 5.0 * (to - from) + 1e-6, "{count} from {from} to {to}");
            }
        }
        assert!((leave[0], leave[2]) == (0.0, 0.02) && leave[3] > 0.1, "{leave:?}");
    }
}
