//! Stacked columns over time: one colour per service, the 90 % interval of the sum as a whisker.

use super::axis::{LINE, Legend, Mark, ValueAxis, period_labels, slot};
use super::canvas::{Canvas, Label, draw};
use super::palette::{Paint, SERIES};
use super::{Chart, Table};
use crate::error::ReportError;
use crate::format::{Scale, scale_for, show, with_interval};
use crate::model::{Figure, Period, PeriodState};

/// One series of a stacked chart.
pub(super) struct Series<'a> {
    pub(super) name: &'a str,
    /// A figure for each period.
    pub(super) values: Vec<&'a Figure>,
}

/// What a stacked chart shows.
pub(super) struct Stacked<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) periods: &'a [Period],
    /// Largest first.
    pub(super) series: Vec<Series<'a>>,
    /// The sum in each period, with its interval.
    pub(super) sums: Vec<&'a Figure>,
}

/// A layer after folding.
struct Layer {
    name: String,
    paint: Paint,
    values: Vec<f64>,
}

impl Stacked<'_> {
    /// Draws the chart in both widths.
    pub(super) fn chart(&self) -> Result<Chart, ReportError> {
        let layers = self.layers();
        let unit = self.sums.first().map_or("", |figure| figure.unit.as_str());
        let (low, high) = self.range(&layers);
        let scale = scale_for(high.max(-low), unit);
        let description = self.description();
        Chart::new(self.id, self.title, &description, self.table(&layers), |label, width| {
            self.draw(label, width, &layers, (low, high), &scale)
        })
    }

    /// The first seven series, and the rest as one. Only means are added here; no interval is.
    fn layers(&self) -> Vec<Layer> {
        let value = |figure: &&Figure| figure.value.unwrap_or(0.0);
        let all = self.series.len();
        // A single series beyond the last colour is better shown than called `other`.
        let own = if all <= SERIES { all } else { SERIES - 1 };
        let mut layers: Vec<Layer> = self
            .series
            .iter()
            .take(own)
            .enumerate()
            .map(|(rank, series)| Layer {
                name: series.name.to_owned(),
                paint: Paint::Series(rank),
                values: series.values.iter().map(value).collect(),
            })
            .collect();
        if all > own {
            let mut values = vec![0.0; self.periods.len()];
            for series in self.series.iter().skip(own) {
                for (sum, figure) in values.iter_mut().zip(&series.values) {
                    *sum += value(figure);
                }
            }
            layers.push(Layer { name: format!("{} other services", all - own), paint: Paint::Other, values });
        }
        layers
    }

    fn range(&self, layers: &[Layer]) -> (f64, f64) {
        let mut range = (0.0_f64, 0.0_f64);
        for at in 0..self.periods.len() {
            let (mut down, mut up) = (0.0, 0.0);
            for value in layers.iter().filter_map(|layer| layer.values.get(at)) {
                if *value < 0.0 { down += value } else { up += value }
            }
            range = (range.0.min(down), range.1.max(up));
        }
        for (low, high) in self.sums.iter().filter_map(|figure| figure.interval()) {
            range = (range.0.min(low), range.1.max(high));
        }
        range
    }

    fn draw(
        &self,
        label: Label<'_>,
        width: i32,
        layers: &[Layer],
        (low, high): (f64, f64),
        scale: &Scale,
    ) -> Result<String, ReportError> {
        let axis = ValueAxis::new(low, high, scale);
        let legend = self.legend(layers);
        let top = legend.height(width) + 8;
        let plot = if width > 600 { 240 } else { 200 };
        let (left, right, bottom) = (axis.width() + 10, width - 4, top + plot);
        draw(label, (width, bottom + 2 * LINE + 6), |canvas| {
            legend.draw(canvas, width)?;
            axis.draw(canvas, (left, right), (bottom, top))?;
            for at in 0..self.periods.len() {
                self.column(canvas, at, layers, &axis, (left, right), (bottom, top))?;
            }
            period_labels(canvas, self.periods, (left, right), bottom + LINE / 2 + 4)
        })
    }

    fn column(
        &self,
        canvas: &Canvas<'_>,
        at: usize,
        layers: &[Layer],
        axis: &ValueAxis,
        (left, right): (i32, i32),
        (bottom, top): (i32, i32),
    ) -> Result<(), ReportError> {
        let slots = self.periods.len();
        let middle = slot(at, slots, left, right);
        let room = slot(0, slots, 0, right - left) * 2;
        let half = (room * 7 / 20).clamp(1, 32);
        let partial = self.periods.get(at).is_some_and(|period| period.state == PeriodState::Partial);
        let alpha = if partial { 0.45 } else { 1.0 };
        let (mut up, mut down) = (0.0, 0.0);
        for layer in layers {
            let value = layer.values.get(at).copied().unwrap_or(0.0);
            let base = if value < 0.0 { &mut down } else { &mut up };
            let from = axis.pixel(*base, bottom, top);
            *base += value;
            let to = axis.pixel(*base, bottom, top);
            if from == to {
                continue;
            }
            canvas.rect((middle - half, from), (middle + half, to), layer.paint, alpha)?;
            // A hair of the page's colour keeps neighbours apart for those who do not see hues.
            if (from - to).abs() > 2 {
                canvas.line(vec![(middle - half, to), (middle + half, to)], Paint::Page, 1)?;
            }
        }
        match self.sums.get(at).and_then(|figure| figure.interval()) {
            Some((low, high)) => {
                canvas.whisker(middle, axis.pixel(low, bottom, top), axis.pixel(high, bottom, top))
            }
            None => Ok(()),
        }
    }

    fn legend(&self, layers: &[Layer]) -> Legend {
        let mut legend = Legend::default();
        for layer in layers {
            legend.push(Mark::Swatch, layer.paint, layer.name.clone());
        }
        legend.push(Mark::Whisker, Paint::Ink, "90 % interval of the sum");
        if super::any_partial(self.periods) {
            legend.push(Mark::Text, Paint::Ink, "* partial period");
        }
        legend
    }

    fn description(&self) -> String {
        let mut text = format!(
            "Stacked columns for {} and {}.",
            super::counted(self.periods.len(), "period"),
            super::counted(self.series.len(), "service"),
        );
        let mut ends = self.periods.iter().zip(&self.sums);
        let first = ends.next();
        for (period, sum) in first.into_iter().chain(ends.next_back()) {
            text.extend([" ", &period.label, ": ", &with_interval(sum), "."]);
        }
        text.push_str(" The table after the chart has all figures.");
        text
    }

    /// The columns of the drawing as text: one row per period.
    fn table(&self, layers: &[Layer]) -> Table {
        let mut header = vec!["Period".to_owned(), "Sum".to_owned()];
        header.extend(layers.iter().map(|layer| layer.name.clone()));
        let unit = self.sums.first().map_or("", |figure| figure.unit.as_str());
        let cell = |layer: usize, at: usize| {
            let own = self.series.get(layer).and_then(|series| series.values.get(at).copied());
            let folded = layers.get(layer).filter(|layer| layer.paint == Paint::Other);
            match folded.and_then(|layer| layer.values.get(at)) {
                Some(sum) => show(&Figure::exact(*sum, unit)).headline(),
                None => own.map_or_else(String::new, |figure| show(figure).headline()),
            }
        };
        let rows = self.periods.iter().enumerate().map(|(at, period)| {
            let mut row = vec![super::period_name(period)];
            row.push(self.sums.get(at).map_or_else(String::new, |f| with_interval(f)));
            row.extend((0..layers.len()).map(|layer| cell(layer, at)));
            row
        });
        Table { header, rows: rows.collect() }
    }
}
