//! Decimal numbers read exactly: as an integer number of 10^-places, or not at all.

use crate::error::{UnitError, quoted};

/// Ten to the power of `exponent`, where it fits.
pub(crate) fn power_of_ten(exponent: u32) -> Option<u128> {
    /// 10^0 … 10^38.
    const POWERS: [u128; 39] = {
        let mut powers = [1; 39];
        let mut exponent = 1;
        #[allow(clippy::indexing_slicing, reason = "in a constant, checked by the compiler")]
        while exponent < powers.len() {
            powers[exponent] = powers[exponent - 1] * 10;
            exponent += 1;
        }
        powers
    };
    POWERS.get(usize::try_from(exponent).ok()?).copied()
}

/// Reads `text` as a decimal and returns it times 10^`places`, exactly.
///
/// A sign, digits, one point and an exponent are taken (`-0.5`, `+3`, `.25`, `1.2E-7`); spaces, thousands
/// separators and words are not.
///
/// # Errors
/// [`UnitError::DecimalSyntax`] for any other text, [`UnitError::DecimalPlaces`] when a decimal place beyond
/// `places` is not zero, [`UnitError::Overflow`] when the result does not fit.
pub fn parse(text: &str, places: u8) -> Result<i128, UnitError> {
    match parse_plain(text.as_bytes(), places) {
        Some(value) => Ok(value),
        None => parse_any(text, places),
    }
}

/// What nearly every amount of a bill is: a sign, at most 18 digits and a point. Nothing for all else, which
/// may be a decimal all the same.
#[inline]
fn parse_plain(text: &[u8], places: u8) -> Option<i128> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if digits.len() > 19 {
        return None;
    }
    let (mut value, mut whole) = (0_u64, None);
    for (index, byte) in digits.iter().enumerate() {
        match byte.wrapping_sub(b'0') {
            digit @ 0..=9 => value = value.wrapping_mul(10).wrapping_add(u64::from(digit)),
            _ if *byte == b'.' && whole.is_none() => whole = Some(index),
            _ => return None,
        }
    }
    let decimals = whole.map_or(0, |whole| digits.len() - 1 - whole);
    // 18 digits always fit.
    let count = digits.len() - usize::from(whole.is_some());
    if count == 0 || count > 18 {
        return None;
    }
    let shift = u32::from(places).checked_sub(u32::try_from(decimals).ok()?)?;
    let magnitude = power_of_ten(shift)?.checked_mul(u128::from(value))?;
    let magnitude = i128::try_from(magnitude).ok()?;
    Some(if negative { -magnitude } else { magnitude })
}

fn parse_any(text: &str, places: u8) -> Result<i128, UnitError> {
    let syntax = |reason| UnitError::DecimalSyntax { text: quoted(text), reason };
    let overflow = || UnitError::Overflow { what: format!("`{}`", quoted(text)) };
    let (negative, unsigned) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let (digits, exponent) = match unsigned.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(end) => {
            let (digits, exponent) = unsigned.split_at(end);
            (digits, read_exponent(exponent.get(1..).unwrap_or_default()).map_err(syntax)?)
        }
        None => (unsigned, 0),
    };
    let Some(significand) = read_significand(digits).map_err(syntax)? else { return Err(overflow()) };
    if significand.digits == 0 {
        return Ok(0);
    }
    let shift = i64::from(places) + exponent - significand.decimals;
    // The significand has no trailing zero, so that a negative shift would cut a digit off.
    let shift = u32::try_from(shift).map_err(|_| UnitError::DecimalPlaces { text: quoted(text), places })?;
    let magnitude =
        power_of_ten(shift).and_then(|power| significand.digits.checked_mul(power)).ok_or_else(overflow)?;
    let magnitude = i128::try_from(magnitude).map_err(|_| overflow())?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// `digits × 10^-decimals`, without trailing zeros in `digits`.
struct Significand {
    digits: u128,
    decimals: i64,
}

/// The digits; nothing where they do not fit.
fn read_significand(text: &[u8]) -> Result<Option<Significand>, &'static str> {
    let (mut digits, mut zeros, mut fits) = (0_u128, 0_u32, true);
    let (mut seen, mut last, mut whole) = (0_i64, 0_i64, None);
    for byte in text {
        match byte {
            b'0' => {
                seen += 1;
                zeros = zeros.saturating_add(1);
            }
            b'1'..=b'9' => {
                seen += 1;
                last = seen;
                let next = append(digits, zeros, u128::from(byte - b'0'));
                fits &= next.is_some();
                digits = next.unwrap_or(0);
                zeros = 0;
            }
            b'.' if whole.is_some() => return Err("it has two decimal points"),
            b'.' => whole = Some(seen),
            b',' | b'_' | b'\'' => return Err("it has a separator; only one decimal point is taken"),
            byte if byte.is_ascii_whitespace() => return Err("it has a space"),
            _ => return Err("it has a character that is no digit"),
        }
    }
    if seen == 0 {
        return Err("it has no digit");
    }
    Ok(fits.then_some(Significand { digits, decimals: last - whole.unwrap_or(seen) }))
}

/// `digits` followed by `zeros` zeros and `digit`; nothing where that does not fit.
fn append(digits: u128, zeros: u32, digit: u128) -> Option<u128> {
    if digits == 0 {
        return Some(digit);
    }
    digits.checked_mul(power_of_ten(zeros.checked_add(1)?)?)?.checked_add(digit)
}

/// An exponent: a sign and digits. Larger ones than any decimal can have are as good as 10^9.
fn read_exponent(text: &[u8]) -> Result<i64, &'static str> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err("its exponent is no whole number");
    }
    let exponent =
        digits.iter().fold(0_i64, |value, digit| (value * 10 + i64::from(digit - b'0')).min(1_000_000_000));
    Ok(if negative { -exponent } else { exponent })
}

#[cfg(test)]
mod tests;
