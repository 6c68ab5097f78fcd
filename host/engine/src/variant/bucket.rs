//! A token bucket in front of a demand: what it lets through, what it turns away, and how much less has to stand ready.
//!
//! Demand is replayed in the steps of its series, evenly spread inside each. Bursts that are shorter than a step are not
//! seen.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// A token bucket with a queue behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TokenBucket {
    /// Requests per second that are let through for ever.
    pub rate: f64,
    /// Requests that are let through at once after a rest.
    pub burst: f64,
    /// Requests that may wait.
    pub queue: f64,
    /// Seconds that a request may wait.
    pub longest_wait: f64,
}

/// What became of a demand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Throttled {
    /// Requests that came.
    pub arrived: f64,
    /// Requests that were let through.
    pub admitted: f64,
    /// Requests that were turned away: at once, or because they had waited too long.
    pub rejected: f64,
    /// Requests that wait at the end.
    pub waiting: f64,
    /// Requests that were let through, by step.
    pub by_step: Vec<f64>,
    /// The most requests that came in a step.
    pub peak_before: f64,
    /// The most requests that were let through in a step.
    pub peak_after: f64,
}

impl TokenBucket {
    /// Replays a demand: requests by step of so many seconds. The bucket is full at the beginning.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a number of steps")]
    pub fn replay(&self, demand: &[f64], step_seconds: f64) -> Throttled {
        let mut result = Throttled::default();
        let mut tokens = self.burst;
        // Requests that wait, by the step in which they came.
        let mut queue: VecDeque<(usize, f64)> = VecDeque::new();
        for (step, arriving) in demand.iter().enumerate() {
            let is_late = |came: usize| (step - came) as f64 * step_seconds > self.longest_wait;
            while let Some((_, late)) = queue.pop_front_if(|(came, _)| is_late(*came)) {
                result.rejected += late;
            }
            let mut room = tokens + self.rate * step_seconds;
            let before = room;
            while let Some((_, waiting)) = queue.front_mut() {
                let taken = waiting.min(room);
                *waiting -= taken;
                room -= taken;
                if *waiting > 0.0 {
                    break;
                }
                queue.pop_front();
            }
            let at_once = arriving.min(room);
            room -= at_once;
            let waiting: f64 = queue.iter().map(|(_, waiting)| waiting).sum();
            let joins = (arriving - at_once).min((self.queue - waiting).max(0.0));
            if joins > 0.0 {
                queue.push_back((step, joins));
            }
            result.rejected += arriving - at_once - joins;
            result.arrived += arriving;
            result.admitted += before - room;
            result.by_step.push(before - room);
            result.peak_before = result.peak_before.max(*arriving);
            result.peak_after = result.peak_after.max(before - room);
            tokens = room.min(self.burst);
        }
        result.waiting = queue.iter().map(|(_, waiting)| waiting).sum();
        result
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_goes_through_at_once_and_the_rest_at_the_rate() {
        let bucket = TokenBucket { rate: 2.0, burst: 10.0, queue: 100.0, longest_wait: 60.0 };
        let result = bucket.replay(&[30.0, 0.0, 0.0, 0.0], 5.0);
        assert_eq!(result.by_step, [20.0, 10.0, 0.0, 0.0]);
        assert_eq!(
            (result.rejected, result.waiting, result.peak_before, result.peak_after),
            (0.0, 0.0, 30.0, 20.0)
        );
    }

    #[test]
    fn what_finds_no_room_or_waits_too_long_is_turned_away() {
        let none = TokenBucket { rate: 1.0, burst: 0.0, queue: 0.0, longest_wait: 0.0 };
        assert_eq!(none.replay(&[5.0, 0.0], 1.0).rejected, 4.0);
        let short = TokenBucket { queue: 10.0, longest_wait: 2.0, ..none };
        let result = short.replay(&[9.0, 0.0, 0.0, 0.0], 1.0);
        // One a second for the second in which they came and the two that they may wait.
        assert_eq!((result.admitted, result.rejected, result.waiting), (3.0, 6.0, 0.0));
    }

    proptest! {
        #[test]
        fn a_bucket_loses_nothing_and_admits_at_most_its_burst_and_its_rate(
            rate in 0.0_f64..50.0,
            burst in 0.0_f64..500.0,
            queue in 0.0_f64..500.0,
            longest_wait in 0.0_f64..600.0,
            demand in prop::collection::vec(0.0_f64..5_000.0, 1..60),
            step in 1.0_f64..60.0,
        ) {
            let result = TokenBucket { rate, burst, queue, longest_wait }.replay(&demand, step);
            let kept = result.admitted + result.rejected + result.waiting;
            prop_assert!((kept - result.arrived).abs() <= 1e-9 * result.arrived.max(1.0));
            prop_assert!(result.waiting <= queue + 1e-9 && result.rejected >= -1e-9);
            for from in 0..result.by_step.len() {
                let mut sum = 0.0;
                for (length, admitted) in (1..).zip(&result.by_step[from..]) {
                    sum += admitted;
                    let most = burst + rate * step * f64::from(length);
                    prop_assert!(sum <= most * (1.0 + 1e-9) + 1e-9, "{sum} in {length} steps, at most {most}");
                }
            }
        }
    }
}
