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
fn decimals_are_read_exactly() {
    for (text, expected) in [
        ("0", 0),
        ("-0.000", 0),
        ("1", 1_000),
        ("+1.5", 1_500),
        ("-0.125", -125),
        (".25", 250),
        ("7.", 7_000),
        ("0001200", 1_200_000),
        ("1.2E-1", 120),
        ("1.2e+3", 1_200_000),
        ("120000e-6", 120),
        ("0e999999999999", 0),
        ("0.50000000000000000000000000000000000000000000000000", 500),
        ("000000000000000000000000000000000000000000000000000001", 1_000),
        ("1000000000000000000000000000000000000000000000E-45", 1_000),
    ] {
        assert_eq!(parse(text, 3), Ok(expected), "{text}");
    }
}

#[test]
fn nothing_is_rounded_or_guessed() {
    for (text, code) in [
        ("", "decimal.syntax"),
        ("-", "decimal.syntax"),
        (".", "decimal.syntax"),
        ("NULL", "decimal.syntax"),
        ("NaN", "decimal.syntax"),
        ("inf", "decimal.syntax"),
        ("1,234.5", "decimal.syntax"),
        ("1_000", "decimal.syntax"),
        ("1 000", "decimal.syntax"),
        (" 1", "decimal.syntax"),
        ("1.2.3", "decimal.syntax"),
        ("1e", "decimal.syntax"),
        ("1e2.5", "decimal.syntax"),
        ("0x10", "decimal.syntax"),
        ("٣", "decimal.syntax"),
        ("0.0001", "decimal.places"),
        ("1e-4", "decimal.places"),
        ("1e-999999999999999999999999", "decimal.places"),
        ("1e36", "decimal.overflow"),
        ("1e999999999999999999999999", "decimal.overflow"),
        ("123456789012345678901234567890123456789012345", "decimal.overflow"),
        ("170141183460469231731687303715884105.728", "decimal.overflow"),
    ] {
        assert_eq!(parse(text, 3).map_err(|error| error.code()), Err(code), "{text}");
    }
    assert_eq!(parse("170141183460469231731687303715884105.727", 3), Ok(i128::MAX));
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(
        parse("1,234.5", 24).unwrap_err().to_string(),
        "`1,234.5` is no decimal number: it has a separator; only one decimal point is taken"
    );
    assert_eq!(parse("1.23", 1).unwrap_err().to_string(), "`1.23` has more than 1 decimal places");
    assert!(parse(&"9".repeat(200), 24).unwrap_err().to_string().chars().count() < 140);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 2_000, ..Default::default() })]

    #[test]
    fn plain_decimals_are_read_the_same_way_fast_or_slow(text in "-?[0-9]{0,20}\\.?[0-9]{0,20}", places in 0_u8..30) {
        if let Some(fast) = parse_plain(text.as_bytes(), places) {
            proptest::prop_assert_eq!(parse_any(&text, places), Ok(fast), "{}", text);
        }
    }
}
