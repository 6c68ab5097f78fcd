//! `exp`, `ln` and `pow` that give the same bits on every machine.
//!
//! The methods of `f64` call the mathematics library of the platform, whose last bits differ; these call
//! `libm`, which is compiled with the program. (`sqrt` and the four operations are exact everywhere.)

/// e to the power of `x`.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm of `x`.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `base` to the power of `exponent`.
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// Probability that a standard normal variable is at most `z`.
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / core::f64::consts::SQRT_2)
}

/// Cosine and sine of one full turn times `turns`, with `turns` from 0 to 1.
pub(crate) fn cos_sin_of_turn(turns: f64) -> (f64, f64) {
    let angle = turns * core::f64::consts::TAU;
    (libm::cos(angle), libm::sin(angle))
}
