//! What the shop's customers do: page requests and orders, hour by hour.
//!
//! The shape is invented: a daily wave with its peak in the evening, quieter week-ends, a rise towards
//! December, slow growth, and noise.

use crate::random::Random;

/// Requests and orders of one hour.
#[derive(Debug, Clone, Copy)]
pub struct Hour {
    /// Start, milliseconds since 1970 (UTC).
    pub start_ms: i64,
    /// Page and API requests.
    pub requests: u64,
    /// Orders placed.
    pub orders: u64,
}

/// Every hour of `days` days from `first_day_ms` on (a midnight, UTC).
pub fn hours(seed: u64, first_day_ms: i64, first_weekday: usize, days: usize) -> Vec<Hour> {
    let mut random = Random::new(seed, "demand");
    let mut all = Vec::with_capacity(days * 24);
    for day in 0..days {
        let weekday = (first_weekday + day) % 7;
        let week_end = if weekday >= 5 { 0.78 } else { 1.0 };
        let growth = 1.0 + 0.22 * day as f64 / 365.0;
        let season = if day >= 320 { 1.45 } else { 1.0 };
        for hour in 0..24 {
            let angle = (hour as f64 - 19.0) / 24.0 * core::f64::consts::TAU;
            let wave = 1.0 + 0.85 * libm::cos(angle);
            let requests = 42_000.0 * growth * season * week_end * wave * random.around_one(0.25);
            let conversion = 0.031 * random.around_one(0.2);
            // The shop takes no orders between 3 and 4 at night: it settles its accounts.
            let orders = if hour == 3 { 0.0 } else { requests * conversion };
            all.push(Hour {
                start_ms: first_day_ms + (day as i64 * 24 + i64::from(hour)) * 3_600_000,
                requests: requests as u64,
                orders: orders as u64,
            });
        }
    }
    all
}
