//! Quantities: the double nearest to a decimal text.

use super::plain::Plain;

/// Powers of ten that doubles hold exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Quantities are added up as multiples of 2^-64 in 128 bits, so that this and more cannot be held.
pub(in crate::bill) const NUMBER_LIMIT: f64 = 9_223_372_036_854_775_808.0;

/// The double nearest to a decimal text; nothing for text that is no number, or one of 2^63 or more.
#[inline]
pub(in crate::bill) fn number(field: &[u8]) -> Option<f64> {
    quick(field).or_else(|| slow(field))
}

/// A whole number below 2^53 over an exact power of ten: one rounding, so the nearest double.
#[inline]
fn quick(field: &[u8]) -> Option<f64> {
    let Plain { negative, significand, decimals } = Plain::read(field)?;
    if significand >= 1 << 53 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let magnitude = significand as f64 / POWERS.get(decimals)?;
    Some(if negative { -magnitude } else { magnitude })
}

#[cold]
fn slow(field: &[u8]) -> Option<f64> {
    // Words such as `inf` and `nan` are no quantities.
    if !field.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
        return None;
    }
    let number: f64 = std::str::from_utf8(field).ok()?.parse().ok()?;
    (number.abs() < NUMBER_LIMIT).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_double_is_read() {
        for text in [
            "0",
            "-0",
            "2.000000000000000",
            "0.00200749",
            "142.62800000000",
            "4651.000000000000000",
            "9007199254740993",
            "1e-7",
            "-3.5E2",
            "0.1",
            "+1",
            "9223372036854774784",
            "0.30000000000000004",
        ] {
            assert_eq!(
                number(text.as_bytes()).map(f64::to_bits),
                text.parse::<f64>().ok().map(f64::to_bits),
                "{text}"
            );
        }
        for text in [
            "",
            "-",
            ".",
            "nan",
            "inf",
            "1e400",
            "1,5",
            "NULL",
            "1 ",
            "0x1",
            "1_0",
            "٣",
            "9223372036854775808",
            "-1e19",
        ] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
    }
}
