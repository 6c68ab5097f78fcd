//! A figure as text: `1.2 kWh (0.6…2.1)`.

use super::number::{exponent, rounded, significant};
use super::{Scale, THIN, clean, scale_for};
use crate::model::Figure;

/// A figure in the pieces that a renderer lays out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The number, or `unknown`.
    pub value: String,
    /// The unit as it is printed, with ` per order` where the figure is per unit of work.
    pub unit: String,
    /// The 90 % interval in the same unit, such as `0.6…2.1`.
    pub interval: Option<String>,
    /// Why there is no value, or no interval.
    pub why_none: Option<String>,
}

impl Shown {
    /// Number and unit.
    #[must_use]
    pub fn headline(&self) -> String {
        if self.unit.is_empty() { self.value.clone() } else { format!("{}{THIN}{}", self.value, self.unit) }
    }
}

/// Splits a figure into its pieces. All three numbers are rounded to the same place, which is the second
/// significant digit of the width of the interval; without an interval a value has three significant
/// digits. An interval of no width is left out: nothing in the figure is uncertain.
#[must_use]
#[expect(clippy::float_cmp, reason = "a rung is exactly 1 or is not")]
pub fn show(figure: &Figure) -> Shown {
    let per = figure.per.as_deref().map(|unit| format!(" per {}", clean(unit))).unwrap_or_default();
    let why_none = figure.why_none.as_deref().map(clean);
    let Some(value) = figure.value else {
        return Shown {
            value: "unknown".to_owned(),
            unit: String::new(),
            interval: None,
            why_none: why_none.or_else(|| Some("no reason was given".to_owned())),
        };
    };
    let interval = figure.interval().filter(|(low, high)| high > low);
    let scale = scale_of(value, interval, &figure.unit);
    // A currency stands before its amount.
    let currency = figure.unit.len() == 3 && figure.unit.chars().all(|c| c.is_ascii_uppercase());
    let before = |number: String| if currency { format!("{}{THIN}{number}", figure.unit) } else { number };
    let unit = if scale.symbol == "1" || currency {
        per.trim_start().to_owned()
    } else {
        format!("{}{per}", scale.symbol)
    };
    let value = value / scale.factor;
    let Some((low, high)) = interval else {
        // What is counted stays whole.
        let counted = value.fract() == 0.0 && scale.factor == 1.0 && !currency;
        let number = if counted { rounded(value, 0) } else { significant(value, 3) };
        return Shown { value: before(number), unit, interval: None, why_none };
    };
    let (low, high) = (low / scale.factor, high / scale.factor);
    let place = exponent(high - low) - 1;
    let ends = [low, high].map(|end| at_least_one_digit(end, place));
    Shown {
        value: before(at_least_one_digit(value, place)), interval: Some(ends.join("…")), unit, why_none
    }
}

/// The unit for a value; where rounding to fit the interval gives a thousand, the next one: 1 kg, not 1000 g.
fn scale_of(value: f64, interval: Option<(f64, f64)>, unit: &str) -> Scale {
    let scale = scale_for(value, unit);
    let Some((low, high)) = interval else { return scale };
    let place = exponent((high - low) / scale.factor) - 1;
    let step = (0..place.max(0)).fold(1.0_f64, |step, _| step * 10.0);
    scale_for((value / scale.factor / step).round() * step * scale.factor, unit).larger(scale)
}

/// Rounds to the place, or finer where nothing would be left of a number that is not zero.
fn at_least_one_digit(value: f64, place: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    rounded(value, place.min(exponent(value)))
}

/// The figure in one piece: `1.2 kWh (0.6…2.1)`, or `unknown: reason`.
#[must_use]
pub fn with_interval(figure: &Figure) -> String {
    let shown = show(figure);
    if figure.value.is_none() {
        return format!("unknown: {}", shown.why_none.unwrap_or_default());
    }
    match &shown.interval {
        Some(interval) => format!("{} ({interval})", shown.headline()),
        None => shown.headline(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(figure: &Figure) -> String {
        with_interval(figure).replace(['\u{202f}', '\u{a0}'], " ")
    }

    #[test]
    fn digits_fit_the_interval() {
        for (value, low, high, unit, text) in [
            (1.234, 0.61, 2.1, "kWh", "1.2 kWh (0.6…2.1)"),
            (1_234.0, 600.0, 2_100.0, "kWh", "1.2 MWh (0.6…2.1)"),
            (412.7, 405.1, 420.2, "gCO2e", "413 g CO₂e (405…420)"),
            (412.7, 120.0, 950.0, "gCO2e", "410 g CO₂e (120…950)"),
            (10.0, 0.02, 15.0, "L", "10 L (0.02…15)"),
            (0.000_012, 0.000_006, 0.000_02, "gCO2e", "12 µg CO₂e (6…20)"),
            (5.0, 5.0, 5.0, "kWh", "5 kWh"),
            (987.0, 300.0, 2_400.0, "gCO2e", "1.0 kg CO₂e (0.3…2.4)"),
            (1.5, 0.9, 2.4, "vCPU.h", "1.5 vCPU·h (0.9…2.4)"),
        ] {
            assert_eq!(plain(&Figure::estimate(value, low, high, unit)), text);
        }
    }

    #[test]
    fn a_number_never_stands_without_its_unit() {
        assert_eq!(plain(&Figure::exact(0.012_34, "USD").per("order")), "USD 0.0123 per order");
        assert_eq!(plain(&Figure::exact(0.0, "kWh")), "0 kWh");
        assert_eq!(plain(&Figure::exact(123_456.0, "order")), "123 456 order");
        assert_eq!(plain(&Figure::none("kWh", "no work was done")), "unknown: no work was done");
        assert_eq!(
            plain(&Figure::exact(-3.0, "kWh").because("negative: corrections outweigh usage")),
            "−3 kWh"
        );
    }
}
