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

fn money(text: &str) -> Money {
    Money::parse(text).unwrap()
}

#[test]
fn an_amount_is_shown_as_it_was_read() {
    for text in [
        "0",
        "20.52022672899",
        "-3",
        "0.000000000000000000000001",
        "-0.5",
        "170141183460469.231731687303715884105727",
    ] {
        assert_eq!(money(text).to_string(), text);
    }
    assert_eq!(money("1.2E-7").to_string(), "0.00000012");
    assert_eq!(money("1.50").to_string(), "1.5");
    assert_eq!(Money::from_raw(i128::MIN).to_string(), "-170141183460469.231731687303715884105728");
}

#[test]
fn more_than_24_decimals_and_overflow_are_errors() {
    assert_eq!(Money::parse("0.0000000000000000000000001").unwrap_err().code(), "decimal.places");
    assert_eq!(Money::parse("0.0000000000000000000000010").unwrap().raw(), 1);
    assert_eq!(Money::parse("200000000000000").unwrap_err().code(), "decimal.overflow");
    let most = Money::from_raw(i128::MAX);
    assert_eq!(most.checked_add(Money::from_raw(1)).unwrap_err().code(), "decimal.overflow");
    assert_eq!(Money::from_raw(i128::MIN).checked_neg().unwrap_err().code(), "decimal.overflow");
    assert_eq!(
        Money::from_raw(i128::MIN).checked_sub(Money::from_raw(1)).unwrap_err().code(),
        "decimal.overflow"
    );
}

#[test]
fn a_double_is_its_shortest_decimal() {
    for (value, text) in [
        (0.1, "0.1"),
        (-20.520_226_728_99, "-20.52022672899"),
        (1e-7, "0.0000001"),
        (0.0, "0"),
        (-0.0, "0"),
        (123_456_789.25, "123456789.25"),
        // 25 decimals: cut after the 24th.
        (1.234_567_8e-18, "0.000000000000000001234567"),
        (-1.9e-24, "-0.000000000000000000000001"),
        (9.9e-25, "0"),
        (f64::MIN_POSITIVE, "0"),
    ] {
        assert_eq!(Money::from_f64_shortest(value).unwrap().to_string(), text, "{value}");
    }
    assert_eq!(Money::from_f64_shortest(f64::NAN).unwrap_err().code(), "decimal.syntax");
    assert_eq!(Money::from_f64_shortest(1e15).unwrap_err().code(), "decimal.overflow");
}

#[test]
fn scaled_integers_are_exact() {
    assert_eq!(Money::from_scaled(-12_345, 3).unwrap(), money("-12.345"));
    assert_eq!(Money::from_scaled(12, -2).unwrap(), money("1200"));
    assert_eq!(Money::from_scaled(1_230_000, 28).unwrap(), money("0.000000000000000000000123"));
    assert_eq!(Money::from_scaled(1, 25).unwrap_err().code(), "decimal.places");
    assert_eq!(Money::from_scaled(1, 127).unwrap_err().code(), "decimal.places");
    assert_eq!(Money::from_scaled(1, -128).unwrap_err().code(), "decimal.overflow");
    assert_eq!(Money::from_scaled(0, 127).unwrap(), Money::ZERO);
    assert_eq!(Money::from_scaled(i128::MAX, 38).unwrap_err().code(), "decimal.places");
}

#[test]
fn what_cannot_be_divided_goes_to_the_largest_remainders() {
    assert_eq!(Money::from_raw(10).split(&[1, 1, 1]).unwrap(), [4, 3, 3].map(Money::from_raw));
    assert_eq!(Money::from_raw(-10).split(&[1, 1, 1]).unwrap(), [-4, -3, -3].map(Money::from_raw));
    assert_eq!(Money::from_raw(1).split(&[1, 9]).unwrap(), [0, 1].map(Money::from_raw));
    assert_eq!(money("1").split(&[7, 3]).unwrap(), [money("0.7"), money("0.3")]);
    assert_eq!(money("1").split(&[0, 5]).unwrap(), [Money::ZERO, money("1")]);
    assert_eq!(Money::from_raw(i128::MIN).split(&[1]).unwrap(), [Money::from_raw(i128::MIN)]);
}

#[test]
fn nothing_is_split_by_no_weight() {
    assert_eq!(Money::ONE.split(&[]).unwrap_err().code(), "split.weights");
    assert_eq!(Money::ONE.split(&[0, 0]).unwrap_err().code(), "split.weights");
    assert_eq!(Money::ONE.split(&[u64::MAX, 1]).unwrap_err().code(), "split.weights");
}

#[test]
fn showing_rounds_halves_to_even() {
    assert_eq!(format!("{:.2}", money("1.005")), "1.00");
    assert_eq!(format!("{:.2}", money("1.015")), "1.02");
    assert_eq!(format!("{:.2}", money("-1.0251")), "-1.03");
    assert_eq!(format!("{:.0}", money("2.5")), "2");
    assert_eq!(format!("{:.3}", money("2")), "2.000");
    assert_eq!(format!("{:>8.2}", money("2")), "    2.00");
    assert_eq!(format!("{:.2}", money("-0.001")), "0.00");
    assert_eq!(money("9.999").rounded(2), money("10"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 5_000, ..Default::default() })]

    /// The fast way and the way by text give the same, for short decimals and for any double.
    #[test]
    fn a_double_is_read_the_same_way_fast_or_slow(digits in 0_i64..10_000_000_000_000_000, places in 0_u32..26, any: f64) {
        let short: f64 = format!("{digits}e-{places}").parse().unwrap();
        for value in [short, -short, any, 1e-3 * any.abs().min(1e12)] {
            if let Some(fast) = Money::from_short_f64(value) {
                proptest::prop_assert_eq!(Money::parse(&format!("{value:e}")), Ok(fast), "{:e}", value);
            }
        }
        if digits < 10_000_000_000_000 && places <= 14 {
            proptest::prop_assert!(Money::from_short_f64(short).is_some(), "{:e} went the slow way", short);
        }
    }
}
