//! One figure over time with its 90 % band. Partial periods are hollow and not joined to the line.

use super::axis::{LINE, Legend, Mark, ValueAxis, period_labels, slot};
use super::canvas::{Canvas, Label, draw};
use super::palette::Paint;
use super::{Chart, Table};
use crate::error::ReportError;
use crate::format::{in_words, scale_for, with_interval};
use crate::model::{Change, Figure, Period, PeriodState};

/// What a band chart shows.
pub(super) struct Band<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// What the line is called in the legend.
    pub(super) name: &'a str,
    pub(super) periods: &'a [Period],
    /// A figure for each period.
    pub(super) values: Vec<&'a Figure>,
    /// Work done in each period.
    pub(super) counts: Vec<&'a Figure>,
    /// Change against the period before.
    pub(super) changes: Vec<Option<&'a Change>>,
}

/// A point of the series in pixels.
#[derive(Clone, Copy)]
struct Point {
    x: i32,
    y: i32,
    ends: Option<(i32, i32)>,
    partial: bool,
}

impl Band<'_> {
    /// Draws the chart in both widths.
    pub(super) fn chart(&self) -> Result<Chart, ReportError> {
        let description = self.description();
        Chart::new(self.id, self.title, &description, self.table(), |label, width| self.draw(label, width))
    }

    fn draw(&self, label: Label<'_>, width: i32) -> Result<String, ReportError> {
        let numbers = || {
            self.values
                .iter()
                .flat_map(|figure| [figure.value, figure.low, figure.high].into_iter().flatten())
        };
        let (low, high) = (numbers().fold(0.0, f64::min), numbers().fold(0.0, f64::max));
        let unit = self.values.first().map_or("", |figure| figure.unit.as_str());
        let axis = ValueAxis::new(low, high, &scale_for(high.max(-low), unit));
        let mut legend = Legend::default();
        legend.push(Mark::Band, Paint::Series(0), format!("{}, with its 90 % interval", self.name));
        if super::any_partial(self.periods) {
            legend.push(Mark::Text, Paint::Ink, "* partial period");
        }
        let top = legend.height(width) + 8;
        let plot = if width > 600 { 220 } else { 190 };
        let (left, right, bottom) = (axis.width() + 10, width - 4, top + plot);
        draw(label, (width, bottom + 2 * LINE + 6), |canvas| {
            legend.draw(canvas, width)?;
            axis.draw(canvas, (left, right), (bottom, top))?;
            let points = self.points(&axis, (left, right), (bottom, top));
            Self::paint(canvas, &points)?;
            period_labels(canvas, self.periods, (left, right), bottom + LINE / 2 + 4)
        })
    }

    fn points(
        &self,
        axis: &ValueAxis,
        (left, right): (i32, i32),
        (bottom, top): (i32, i32),
    ) -> Vec<Option<Point>> {
        let pixel = |value| axis.pixel(value, bottom, top);
        self.periods
            .iter()
            .zip(&self.values)
            .enumerate()
            .map(|(at, (period, figure))| {
                figure.value.map(|value| Point {
                    x: slot(at, self.periods.len(), left, right),
                    y: pixel(value),
                    ends: figure.interval().map(|(low, high)| (pixel(low), pixel(high))),
                    partial: period.state == PeriodState::Partial,
                })
            })
            .collect()
    }

    fn paint(canvas: &Canvas<'_>, points: &[Option<Point>]) -> Result<(), ReportError> {
        let paint = Paint::Series(0);
        // Runs of neighbouring whole periods are joined; a gap stays a gap.
        for run in points.split(|point| point.is_none_or(|p| p.partial)) {
            let run: Vec<Point> = run.iter().flatten().copied().collect();
            let upper = run.iter().filter_map(|p| p.ends.map(|(_, high)| (p.x, high)));
            let lower = run.iter().filter_map(|p| p.ends.map(|(low, _)| (p.x, low)));
            let outline: Vec<_> = upper.chain(lower.rev()).collect();
            if run.len() > 1 {
                if outline.len() > 2 {
                    canvas.polygon(outline, paint, 0.2)?;
                }
                canvas.line(run.iter().map(|p| (p.x, p.y)).collect(), paint, 2)?;
            } else if let Some((x, (low, high))) = run.first().and_then(|p| p.ends.map(|ends| (p.x, ends))) {
                canvas.whisker(x, low, high)?;
            }
            for point in &run {
                canvas.dot((point.x, point.y), paint, true)?;
            }
        }
        for point in points.iter().flatten().filter(|p| p.partial) {
            if let Some((low, high)) = point.ends {
                canvas.whisker(point.x, low, high)?;
            }
            canvas.dot((point.x, point.y), paint, false)?;
        }
        Ok(())
    }

    fn description(&self) -> String {
        let mut text =
            format!("A line with its 90 % band over {}.", super::counted(self.periods.len(), "period"));
        let mut known = self
            .periods
            .iter()
            .zip(&self.values)
            .filter(|(period, figure)| period.state == PeriodState::Whole && figure.value.is_some());
        if let Some((first, figure)) = known.next() {
            text.extend([" ", &first.label, ": ", &with_interval(figure), "."]);
        }
        if let Some((last, figure)) = known.next_back() {
            text.extend([" ", &last.label, ": ", &with_interval(figure), "."]);
        }
        text.push_str(" The table after the chart has all figures.");
        text
    }

    fn table(&self) -> Table {
        let header = ["Period", "Work done", self.name, "Change"];
        let rows = self
            .periods
            .iter()
            .enumerate()
            .map(|(at, period)| {
                let change = self.changes.get(at).copied().flatten();
                vec![
                    super::period_name(period),
                    self.counts.get(at).map_or_else(String::new, |count| super::work_done(count)),
                    self.values.get(at).map_or_else(String::new, |f| with_interval(f)),
                    match change {
                        Some(change) => in_words(change, &super::label_of(self.periods, &change.before)),
                        None if period.state == PeriodState::Partial => "partial: not compared".to_owned(),
                        None => "nothing before it".to_owned(),
                    },
                ]
            })
            .collect();
        Table { header: header.map(str::to_owned).to_vec(), rows }
    }
}
