//! Horizontal bars, each under its own line of text, so that long names need no room at the side.

use super::axis::{LINE, Legend, Mark};
use super::canvas::{Anchor, Canvas, Label, draw, fitted, text_width};
use super::palette::Paint;
use super::{Chart, Table};
use crate::error::ReportError;

/// One bar.
pub(super) struct Bar {
    pub(super) name: String,
    /// The value as text.
    pub(super) text: String,
    /// Parts from the left, each a share of the longest possible bar.
    pub(super) parts: Vec<(Paint, f64)>,
    /// The interval as shares of the longest possible bar.
    pub(super) ends: Option<(f64, f64)>,
}

/// What a bar chart shows.
pub(super) struct Bars<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) description: String,
    pub(super) rows: Vec<Bar>,
    /// What the colours mean; empty where there is one.
    pub(super) legend: Vec<(Paint, &'a str)>,
    pub(super) table: Table,
}

impl Bars<'_> {
    /// Draws the chart in both widths.
    pub(super) fn chart(self) -> Result<Chart, ReportError> {
        Chart::new(self.id, self.title, &self.description, self.table.clone(), |label, width| {
            self.draw(label, width)
        })
    }

    fn draw(&self, label: Label<'_>, width: i32) -> Result<String, ReportError> {
        let mut legend = Legend::default();
        for (paint, text) in &self.legend {
            legend.push(Mark::Swatch, *paint, *text);
        }
        if self.rows.iter().any(|bar| bar.ends.is_some()) {
            legend.push(Mark::Whisker, Paint::Ink, "90 % interval");
        }
        let top = if self.legend.is_empty() { 0 } else { legend.height(width) };
        // On a narrow drawing the value has a line of its own.
        let lines = if width > 600 { 1 } else { 2 };
        let pitch = lines * LINE + 14 + 10;
        let rows = i32::try_from(self.rows.len()).unwrap_or(0);
        draw(label, (width, top + rows * pitch + 2), |canvas| {
            if top > 0 {
                legend.draw(canvas, width)?;
            }
            for (row, bar) in (0..rows).zip(&self.rows) {
                Self::bar(canvas, bar, width, lines, top + row * pitch)?;
            }
            Ok(())
        })
    }

    fn bar(canvas: &Canvas<'_>, bar: &Bar, width: i32, lines: i32, top: i32) -> Result<(), ReportError> {
        let first = top + LINE / 2;
        if lines == 1 {
            let name = fitted(&bar.name, width - text_width(&bar.text) - 16);
            canvas.text((0, first), &name, Paint::Ink, Anchor::Start)?;
            canvas.text((width, first), &bar.text, Paint::Muted, Anchor::End)?;
        } else {
            canvas.text((0, first), &fitted(&bar.name, width), Paint::Ink, Anchor::Start)?;
            let text = fitted(&bar.text, width);
            canvas.text((0, first + LINE), &text, Paint::Muted, Anchor::Start)?;
        }
        let (from, to) = (top + lines * LINE, top + lines * LINE + 14);
        canvas.rect((0, from), (width, to), Paint::Grid, 0.5)?;
        let mut sum = 0.0;
        for (paint, share) in &bar.parts {
            let start = pixel(sum, width);
            sum += share.max(0.0);
            let end = pixel(sum, width).max(start);
            if end > start {
                canvas.rect((start, from), (end, to), *paint, 1.0)?;
            }
        }
        if let Some((low, high)) = bar.ends {
            let (low, high) = (pixel(low, width), pixel(high, width));
            let middle = i32::midpoint(from, to);
            canvas.line(vec![(low, middle), (high, middle)], Paint::Page, 3)?;
            canvas.line(vec![(low, middle), (high, middle)], Paint::Ink, 1)?;
            for x in [low, high] {
                canvas.line(vec![(x, middle - 4), (x, middle + 4)], Paint::Ink, 1)?;
            }
        }
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "pixels")]
fn pixel(share: f64, width: i32) -> i32 {
    (share.clamp(0.0, 1.0) * f64::from(width - 1)).round() as i32
}
