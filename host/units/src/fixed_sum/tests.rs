#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::float_cmp,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests may"
)]

use super::*;

#[test]
fn doubles_are_held_to_the_nearest_quantum() {
    let quantum = 1.0 / 18_446_744_073_709_551_616.0;
    for (value, raw) in [
        (0.0, 0),
        (-0.0, 0),
        (1.0, 1_i128 << 64),
        (-0.5, -(1_i128 << 63)),
        (quantum, 1),
        (quantum / 2.0, 0),
        (quantum * 1.5, 2),
        (quantum * 2.5, 2),
        (-quantum * 0.75, -1),
        (quantum / 2.1, 0),
        (f64::MIN_POSITIVE, 0),
        (5e-324, 0),
    ] {
        assert_eq!(FixedSum::from_f64(value).unwrap().raw(), raw, "{value:e}");
    }
}

#[test]
fn what_is_too_large_or_not_finite_is_an_error() {
    for value in [9_223_372_036_854_775_808.0, -9.3e18, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]
    {
        assert_eq!(FixedSum::from_f64(value).unwrap_err().code(), "sum.range", "{value}");
    }
    let most = FixedSum::from_f64(9_223_372_036_854_774_784.0).unwrap();
    assert_eq!(most.to_f64(), 9_223_372_036_854_774_784.0);
    assert_eq!(most.checked_add(most).unwrap_err().code(), "decimal.overflow");
}

#[test]
fn a_double_of_ordinary_size_comes_back_unchanged() {
    for value in [142.628, 0.1, -1e-3, 744.0, 1e15, 123_456.789, 1.0 / 3.0] {
        assert_eq!(FixedSum::from_f64(value).unwrap().to_f64(), value);
    }
}
