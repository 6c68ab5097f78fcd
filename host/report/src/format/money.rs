//! Money as text. Amounts are exact decimals and are rounded as text, never through a double.

use super::number::grouped;
use super::{THIN, clean};
use crate::model::Money;

/// The amount to the last digit: `USD 20.52022672899`.
#[must_use]
pub fn exact(money: &Money) -> String {
    format!("{}{THIN}{}", clean(&money.currency), grouped(&clean(&money.amount)))
}

/// The amount for people: two decimals, none from 10,000 on, and two significant digits under a cent.
#[must_use]
pub fn amount(money: &Money) -> String {
    match rounded_decimal(&money.amount) {
        Some(text) => format!("{}{THIN}{}", clean(&money.currency), grouped(&text)),
        None => exact(money),
    }
}

/// Several currencies side by side; they are never added.
#[must_use]
pub fn amounts(list: &[Money]) -> String {
    if list.is_empty() {
        return "none".to_owned();
    }
    list.iter().map(amount).collect::<Vec<_>>().join(" + ")
}

/// Rounds half away from zero on the decimal text. None for what is no plain decimal.
fn rounded_decimal(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !(whole.chars().chain(fraction.chars())).all(|c| c.is_ascii_digit()) {
        return None;
    }
    let leading = fraction.chars().take_while(|c| *c == '0').count();
    let keep = if whole.trim_start_matches('0').len() > 4 {
        0
    } else if whole.trim_matches('0').is_empty() && leading < fraction.len() {
        (leading + 2).max(2)
    } else {
        2
    };
    let mut kept: Vec<u8> = whole.bytes().chain(fraction.bytes().take(keep)).collect();
    kept.resize(whole.len() + keep, b'0');
    let up = fraction.as_bytes().get(keep).is_some_and(|d| *d >= b'5');
    let mut carry = up;
    for digit in kept.iter_mut().rev() {
        if !carry {
            break;
        }
        carry = *digit == b'9';
        *digit = if carry { b'0' } else { *digit + 1 };
    }
    if carry {
        kept.insert(0, b'1');
    }
    let point = kept.len().checked_sub(keep)?;
    let (whole, fraction) = kept.split_at(point);
    let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
    if fraction.is_empty() {
        return Some(format!("{sign}{}", text(whole)));
    }
    Some(format!("{sign}{}.{}", text(whole), text(fraction)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_rounded_as_text_and_kept_exact_beside_it() {
        for (amount_in, text) in [
            ("20.52022672899", "USD 20.52"),
            ("1234567.895", "USD 1 234 568"),
            ("999.999", "USD 1000.00"),
            ("9999.999", "USD 10 000.00"),
            ("59368.5", "USD 59 369"),
            ("0.000012345", "USD 0.000012"),
            ("0.0996", "USD 0.100"),
            ("-12.345", "USD −12.35"),
            ("7", "USD 7.00"),
            ("0", "USD 0.00"),
            ("1e5", "USD 1e5"),
        ] {
            let money = Money::new(amount_in, "USD");
            assert_eq!(amount(&money).replace('\u{202f}', " "), text);
        }
        assert_eq!(exact(&Money::new("20.52022672899", "USD")), "USD\u{202f}20.52022672899");
    }
}
