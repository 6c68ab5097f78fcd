//! How the power of a CPU rises with its load, and what an unknown load means for the watts.

use joulework_sdk::math::{exp, ln};

/// Share of the way from idle to full power at a load, straight between 0, 10, 50 and 100 %.
///
/// The shape follows the instance measurements of Teads (2021): the first tenth of the load costs a fifth of
/// the way. The fractions are a choice of this project and settings of the plugin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Curve {
    /// At 10 % load.
    pub(crate) at_10: f64,
    /// At 50 % load.
    pub(crate) at_50: f64,
}

impl Default for Curve {
    fn default() -> Self {
        Self { at_10: 0.20, at_50: 0.64 }
    }
}

impl Curve {
    /// The piece of the curve on which a load lies: loads and fractions at its two ends.
    #[must_use]
    pub(crate) fn piece(self, load: f64) -> [(f64, f64); 2] {
        if load < 0.1 {
            [(0.0, 0.0), (0.1, self.at_10)]
        } else if load < 0.5 {
            [(0.1, self.at_10), (0.5, self.at_50)]
        } else {
            [(0.5, self.at_50), (1.0, 1.0)]
        }
    }

    /// The fraction at a load of 0 to 1.
    #[inline]
    #[must_use]
    pub(crate) fn fraction(self, load: f64) -> f64 {
        let [(from, low), (to, high)] = self.piece(load);
        low + (high - low) * (load - from) / (to - from)
    }
}

/// 90 % of a normal distribution lie within ± 1.645 standard deviations: the width of that band.
pub(crate) const BAND: f64 = 3.29;

/// Watts at idle and at full load, and the watts to expect where the load is not known.
///
/// The 90 % band without a load runs from the watts at a low to those at a high load; the stated value is the
/// mean of the log-normal with that band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    /// Watts without load.
    pub(crate) idle: f64,
    /// Watts at full load.
    pub(crate) full: f64,
    /// Lower end of the band without a known load.
    pub(crate) low: f64,
    /// Upper end of it.
    pub(crate) high: f64,
    /// `ln` of the geometric standard deviation without a known load.
    pub(crate) sigma: f64,
    /// Mean without a known load.
    pub(crate) mean: f64,
}

impl Range {
    /// From idle and full watts and the fractions of the way between them that bound an unknown load.
    #[must_use]
    pub(crate) fn new(idle: f64, full: f64, fractions: [f64; 2]) -> Self {
        let [low, high] = fractions.map(|fraction| idle + fraction * (full - idle));
        let (sigma, mean) = if low > 0.0 {
            let sigma = ln(high / low) / BAND;
            (sigma, (low * high).sqrt() * exp(sigma * sigma / 2.0))
        } else {
            (0.0, low.midpoint(high))
        };
        Self { idle, full, low, high, sigma, mean }
    }

    /// Watts at a fraction of the way from idle to full.
    #[inline]
    #[must_use]
    pub(crate) fn at(&self, fraction: f64) -> f64 {
        self.idle + fraction * (self.full - self.idle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_goes_through_its_points_and_never_falls() {
        let curve = Curve::default();
        for (load, fraction) in
            [(0.0, 0.0), (0.1, 0.20), (0.5, 0.64), (1.0, 1.0), (0.3, 0.42), (0.05, 0.10), (0.9, 0.928)]
        {
            assert!((curve.fraction(load) - fraction).abs() < 1e-12, "{load}");
        }
        let mut before = 0.0;
        for step in 0..=1000 {
            let now = curve.fraction(f64::from(step) / 1000.0);
            assert!(now >= before);
            before = now;
        }
    }

    #[test]
    fn the_band_of_an_unknown_load_ends_at_its_bounds() {
        let curve = Curve::default();
        let range = Range::new(0.53, 4.12, [curve.fraction(0.1), curve.fraction(0.9)]);
        let s = range.sigma;
        for (end, z) in [(range.low, -1.645), (range.high, 1.645)] {
            assert!((range.mean * exp(z * s - s * s / 2.0) / end - 1.0).abs() < 1e-12);
        }
        assert!(range.mean > range.low && range.mean < range.high);
    }
}
