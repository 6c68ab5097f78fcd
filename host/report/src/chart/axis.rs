//! Axes and legends: round ticks, labels that never overlap, swatches that wrap.

use super::canvas::{Anchor, Canvas, TEXT, fitted, text_width};
use super::palette::Paint;
use crate::error::ReportError;
use crate::format::{Scale, THIN, rounded};
use crate::model::{Period, PeriodState};

/// Height of one line of labels.
pub(super) const LINE: i32 = TEXT + 6;

/// A value axis that ends on round numbers, in the unit of a scale.
#[derive(Debug, Clone)]
pub(super) struct ValueAxis {
    /// Ticks in scaled units, ascending.
    ticks: Vec<f64>,
    labels: Vec<String>,
    factor: f64,
}

impl ValueAxis {
    /// An axis that holds 0, `low` and `high` (in the unit of the figures) with four to eight ticks.
    pub(super) fn new(low: f64, high: f64, scale: &Scale) -> Self {
        let low = (low / scale.factor).min(0.0);
        let high = (high / scale.factor).max(0.0);
        let span = if high - low > 0.0 { high - low } else { 1.0 };
        // The mantissa is 1 to 10: take the step of 1, 2 or 5 next to it.
        let text = format!("{:e}", span / 6.0);
        let (mantissa, place) = text.split_once('e').unwrap_or(("1", "0"));
        let mantissa: f64 = mantissa.parse().unwrap_or(1.0);
        let place: i32 = place.parse().unwrap_or(0);
        let (lead, place) = match mantissa {
            m if m <= 1.0 => (1.0, place),
            m if m <= 2.0 => (2.0, place),
            m if m <= 5.0 => (5.0, place),
            _ => (1.0, place + 1),
        };
        let step: f64 = format!("{lead}e{place}").parse().unwrap_or(1.0);
        let first = (low / step).floor();
        let last = (high / step).ceil().max(first + 1.0);
        let mut ticks = Vec::new();
        let mut at = first;
        while at <= last && ticks.len() < 20 {
            ticks.push(at * step);
            at += 1.0;
        }
        let labels = ticks
            .iter()
            .map(|tick| format!("{}{THIN}{}", rounded(*tick, place.min(0)), scale.symbol))
            .collect();
        Self { ticks, labels, factor: scale.factor }
    }

    /// Width of the widest label.
    pub(super) fn width(&self) -> i32 {
        self.labels.iter().map(|l| text_width(l)).max().unwrap_or(0)
    }

    /// The pixel between `start` (lowest tick) and `end` (highest tick) of a value in the unit of the figures.
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    pub(super) fn pixel(&self, value: f64, start: i32, end: i32) -> i32 {
        let first = self.ticks.first().copied().unwrap_or(0.0);
        let last = self.ticks.last().copied().unwrap_or(1.0);
        let part = ((value / self.factor - first) / (last - first)).clamp(0.0, 1.0);
        start + (part * f64::from(end - start)).round() as i32
    }

    /// Horizontal grid lines with their labels to the left.
    pub(super) fn draw(
        &self,
        canvas: &Canvas<'_>,
        (left, right): (i32, i32),
        (bottom, top): (i32, i32),
    ) -> Result<(), ReportError> {
        for (tick, label) in self.ticks.iter().zip(&self.labels) {
            let y = self.pixel(tick * self.factor, bottom, top);
            let paint = if *tick == 0.0 { Paint::Muted } else { Paint::Grid };
            canvas.line(vec![(left, y), (right, y)], paint, 1)?;
            canvas.text((left - 8, y), label, Paint::Muted, Anchor::End)?;
        }
        Ok(())
    }
}

/// Pixel of the middle of slot `at` out of `slots`.
pub(super) fn slot(at: usize, slots: usize, left: i32, right: i32) -> i32 {
    let (at, slots) = (whole(at), whole(slots.max(1)));
    left + (right - left) * (2 * at + 1) / (2 * slots)
}

fn whole(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 4096).min(i32::MAX / 4096)
}

/// Labels of the periods under an axis, thinned until none overlaps; the year or month below where it changes.
pub(super) fn period_labels(
    canvas: &Canvas<'_>,
    periods: &[Period],
    (left, right): (i32, i32),
    y: i32,
) -> Result<(), ReportError> {
    let room = (right - left) / whole(periods.len().max(1));
    let widest = periods.iter().map(|p| text_width(&short(p))).max().unwrap_or(1);
    let stride = [1, 2, 3, 4, 6, 12, 24, 48, 96]
        .into_iter()
        .find(|stride| room * whole(*stride) >= widest + 6)
        .unwrap_or(192);
    let mut group = "";
    let mut free_from = i32::MIN;
    for (at, period) in periods.iter().enumerate().step_by(stride) {
        let x = slot(at, periods.len(), left, right);
        canvas.text((x, y), &short(period), Paint::Muted, Anchor::Middle)?;
        if period.group == group {
            continue;
        }
        group = &period.group;
        let half = text_width(group) / 2;
        if x - half >= free_from {
            canvas.text((x, y + LINE - 2), group, Paint::Muted, Anchor::Middle)?;
            free_from = x + half + 8;
        }
    }
    Ok(())
}

fn short(period: &Period) -> String {
    match period.state {
        PeriodState::Whole => period.short.clone(),
        PeriodState::Partial => format!("{}*", period.short),
    }
}

/// How a legend shows an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Swatch,
    Band,
    Whisker,
    Text,
}

/// A legend that wraps.
#[derive(Debug, Default)]
pub(super) struct Legend {
    entries: Vec<(Mark, Paint, String)>,
}

impl Legend {
    /// Adds an entry.
    pub(super) fn push(&mut self, mark: Mark, paint: Paint, text: impl Into<String>) {
        self.entries.push((mark, paint, text.into()));
    }

    /// Left edge, line and text of each entry, and the number of lines.
    fn places(&self, width: i32) -> (Vec<(i32, i32, String)>, i32) {
        let (mut x, mut line) = (0, 0);
        let mut places = Vec::new();
        for (mark, _, text) in &self.entries {
            let indent = if *mark == Mark::Text { 0 } else { 18 };
            let text = fitted(text, (width - indent - 4).min(300));
            let needed = indent + text_width(&text) + 16;
            if x > 0 && x + needed - 16 > width {
                x = 0;
                line += 1;
            }
            places.push((x, line, text));
            x += needed;
        }
        (places, line + 1)
    }

    /// Height that the legend takes in a drawing of this width.
    pub(super) fn height(&self, width: i32) -> i32 {
        self.places(width).1 * (LINE + 2) + 6
    }

    /// Draws the entries from the top left on.
    pub(super) fn draw(&self, canvas: &Canvas<'_>, width: i32) -> Result<(), ReportError> {
        let (places, _) = self.places(width);
        for ((mark, paint, _), (x, line, text)) in self.entries.iter().zip(places) {
            let y = line * (LINE + 2) + LINE / 2 + 2;
            let indent = match mark {
                Mark::Swatch => {
                    canvas.rect((x, y - 6), (x + 12, y + 6), *paint, 1.0)?;
                    18
                }
                Mark::Band => {
                    canvas.rect((x, y - 6), (x + 12, y + 6), *paint, 0.2)?;
                    canvas.line(vec![(x, y), (x + 12, y)], *paint, 2)?;
                    18
                }
                Mark::Whisker => {
                    canvas.whisker(x + 6, y - 6, y + 6)?;
                    18
                }
                Mark::Text => 0,
            };
            canvas.text((x + indent, y), &text, Paint::Ink, Anchor::Start)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;
    use crate::format::scale_for;

    #[test]
    fn ticks_are_round_and_hold_the_data() {
        for (low, high) in [(0.0, 1.0), (0.0, 9.7), (0.0, 1234.0), (-3.0, 17.0), (0.0, 0.0)] {
            let axis = ValueAxis::new(low, high, &scale_for(1.0, "USD"));
            assert!(axis.ticks.len() >= 2 && axis.ticks.len() <= 8, "{low} {high} {axis:?}");
            assert!(axis.ticks[0] <= low && *axis.ticks.last().unwrap() >= high);
        }
        let axis = ValueAxis::new(0.0, 1_900.0, &scale_for(1_900.0, "kWh"));
        assert_eq!(axis.labels[1], "0.5\u{202f}MWh");
    }

    #[test]
    fn a_legend_wraps_and_cuts() {
        let mut legend = Legend::default();
        for at in 0..9 {
            legend.push(Mark::Swatch, Paint::Series(at), "a service of some length");
        }
        legend.push(Mark::Swatch, Paint::Other, "x".repeat(400));
        let (places, lines) = legend.places(360);
        assert!(lines > 3);
        for (x, _, text) in places {
            assert!(x + 18 + text_width(&text) <= 360);
        }
    }
}
