//! Plain numbers: rounding to a decimal place, grouping, percent.

use super::THIN;

/// The decimal exponent of a finite number: 3 for 1,234; 0 for 0.
pub(super) fn exponent(value: f64) -> i32 {
    // The shortest decimal text holds the exact exponent; a logarithm would round at powers of ten.
    format!("{value:e}").split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0)
}

/// `value` rounded to a multiple of 10^`place`, grouped in threes, with a real minus sign.
#[must_use]
pub fn rounded(value: f64, place: i32) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    let place = place.clamp(-30, 30);
    let digits = if place >= 0 {
        let step = (0..place).fold(1.0_f64, |s, _| s * 10.0);
        format!("{:.0}", (value / step).round() * step)
    } else {
        format!("{value:.*}", place.unsigned_abs() as usize)
    };
    grouped(&digits)
}

/// A plain decimal text with its digits grouped and its sign as a minus.
pub(super) fn grouped(digits: &str) -> String {
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let mut text = String::with_capacity(digits.len() * 2);
    if negative && digits.chars().any(|c| c.is_ascii_digit() && c != '0') {
        text.push('\u{2212}');
    }
    let length = whole.chars().count();
    for (at, digit) in whole.chars().enumerate() {
        // Four digits stay together, as most style guides have it.
        if at > 0 && length > 4 && (length - at).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A number with `digits` significant digits, but never with whole digits cut off.
#[must_use]
pub fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    rounded(value, (exponent(value) - digits + 1).min(0))
}

/// A whole count, such as rows.
#[must_use]
pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// The plural of a unit of work: `orders`, `queries`; a symbol such as `GB` stays as it is.
#[must_use]
pub fn plural(unit: &str) -> String {
    let vowel_before = |stem: &str| stem.ends_with(['a', 'e', 'i', 'o', 'u']);
    match unit.strip_suffix('y') {
        Some(stem) if !vowel_before(stem) && !stem.is_empty() => format!("{stem}ies"),
        _ if unit.ends_with('s') || !unit.ends_with(|c: char| c.is_ascii_lowercase()) => unit.to_owned(),
        _ => format!("{unit}s"),
    }
}

/// A share of 0 to 1 as percent. What is not all is never rounded to all, nor what is something to nothing.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let text = if percent == 0.0 {
        "0".to_owned()
    } else if percent.abs() < 0.1 {
        "<0.1".to_owned()
    } else if share < 1.0 && percent > 99.9 {
        ">99.9".to_owned()
    } else if percent.abs() < 9.95 || (share < 1.0 && percent >= 99.0) {
        rounded(percent, -1)
    } else {
        rounded(percent, 0)
    };
    format!("{text}{THIN}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_and_grouped() {
        assert_eq!(rounded(1_234_567.0, 3), "1\u{202f}235\u{202f}000");
        assert_eq!(rounded(-0.049, -2), "\u{2212}0.05");
        assert_eq!(rounded(-0.004, -2), "0.00", "no minus before a zero");
        assert_eq!(rounded(1_234.0, 0), "1234");
        assert_eq!(rounded(f64::NAN, 0), "unknown");
        assert_eq!(exponent(999.9), 2);
        assert_eq!(exponent(0.001), -3);
    }

    #[test]
    fn shares_are_never_rounded_to_all_or_nothing() {
        assert_eq!(percent(1.0), "100\u{202f}%");
        assert_eq!(percent(0.999_99), ">99.9\u{202f}%");
        assert_eq!(percent(0.996), "99.6\u{202f}%");
        assert_eq!(percent(0.000_01), "<0.1\u{202f}%");
        assert_eq!(percent(0.0), "0\u{202f}%");
        assert_eq!(percent(0.424), "42\u{202f}%");
    }

    #[test]
    fn units_of_work_have_a_plural() {
        for (one, many) in
            [("order", "orders"), ("query", "queries"), ("day", "days"), ("GB", "GB"), ("pages", "pages")]
        {
            assert_eq!(plural(one), many);
        }
    }
}
