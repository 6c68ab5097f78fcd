//! A change in words. Only the change interval says whether something fell or rose.

use super::number::{exponent, rounded};
use super::{THIN, clean};
use crate::model::Change;

/// Where a change points, as far as its interval allows one to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The whole interval is under zero.
    Fell,
    /// The whole interval is over zero.
    Rose,
    /// The interval holds zero.
    Unclear,
    /// There is nothing to compare.
    Unknown,
}

/// Where a change points.
#[must_use]
pub fn direction(change: &Change) -> Direction {
    match (change.relative, change.low, change.high) {
        (Some(_), Some(_), Some(high)) if high < 0.0 => Direction::Fell,
        (Some(_), Some(low), Some(_)) if low > 0.0 => Direction::Rose,
        (Some(_), Some(_), Some(_)) => Direction::Unclear,
        _ => Direction::Unknown,
    }
}

/// `fell by 4 % (−7…−1 %) against October 2025`. `before` is the name of the earlier period.
#[must_use]
pub fn in_words(change: &Change, before: &str) -> String {
    let before = clean(before);
    let why = change.why_none.as_deref().map(clean);
    let (Some(relative), Some(low), Some(high)) = (change.relative, change.low, change.high) else {
        let why = why.unwrap_or_else(|| "no reason was given".to_owned());
        return format!("no comparison with {before}: {why}");
    };
    let (relative, low, high) = (relative * 100.0, low * 100.0, high * 100.0);
    let width = high - low;
    let place = if width > 0.0 { exponent(width).clamp(-2, 0) } else { -1 };
    let signed = |value: f64| {
        let text = rounded(value, place);
        if value > 0.0 && text.chars().any(|c| ('1'..='9').contains(&c)) { format!("+{text}") } else { text }
    };
    let interval = format!("({}…{}{THIN}%)", signed(low), signed(high));
    let size = format!("{}{THIN}%", rounded(relative.abs(), place));
    match direction(change) {
        Direction::Fell => format!("fell by {size} {interval} against {before}"),
        Direction::Rose => format!("rose by {size} {interval} against {before}"),
        _ if relative == 0.0 && width <= 0.0 => format!("unchanged against {before}"),
        _ => format!("no clear change against {before}: {}{THIN}% {interval}", signed(relative)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(relative: f64, low: f64, high: f64) -> Change {
        Change {
            before: "2025-10".to_owned(),
            after: "2025-11".to_owned(),
            relative: Some(relative),
            low: Some(low),
            high: Some(high),
            why_none: None,
        }
    }

    fn plain(change: &Change) -> String {
        in_words(change, "October 2025").replace('\u{202f}', " ")
    }

    #[test]
    fn only_an_interval_clear_of_zero_gives_a_direction() {
        assert_eq!(plain(&change(-0.04, -0.07, -0.01)), "fell by 4 % (−7…−1 %) against October 2025");
        assert_eq!(plain(&change(0.123, 0.08, 0.21)), "rose by 12 % (+8…+21 %) against October 2025");
        assert_eq!(
            plain(&change(-0.01, -0.05, 0.04)),
            "no clear change against October 2025: −1 % (−5…+4 %)"
        );
        assert_eq!(plain(&change(0.0, 0.0, 0.0)), "unchanged against October 2025");
        let mut gap = change(0.0, 0.0, 0.0);
        gap.relative = None;
        gap.why_none = Some("no work was done".to_owned());
        assert_eq!(plain(&gap), "no comparison with October 2025: no work was done");
    }
}
