//! A drawing surface of whole pixels over the SVG backend of plotters, and what is done to its output:
//! placeholder colours become classes, and a title and a description go in.

use std::fmt::Write as _;

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, ShapeStyle, TextStyle};

use super::palette::{self, Paint};
use crate::error::ReportError;
use crate::format::clean;

/// Size of the text in pixels.
pub(super) const TEXT: i32 = 12;

/// Where a text hangs on its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A surface that is being drawn on.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    chart: &'a str,
}

impl Canvas<'_> {
    /// A filled rectangle, corners in pixels.
    pub(super) fn rect(
        &self,
        (x0, y0): (i32, i32),
        (x1, y1): (i32, i32),
        paint: Paint,
        alpha: f64,
    ) -> Result<(), ReportError> {
        self.done(self.area.draw(&Rectangle::new(
            [(x0.min(x1), y0.min(y1)), (x0.max(x1), y0.max(y1))],
            paint.placeholder().mix(alpha).filled(),
        )))
    }

    /// A line through points.
    pub(super) fn line(&self, points: Vec<(i32, i32)>, paint: Paint, width: u32) -> Result<(), ReportError> {
        self.done(
            self.area
                .draw(&PathElement::new(points, ShapeStyle::from(&paint.placeholder()).stroke_width(width))),
        )
    }

    /// A filled polygon.
    pub(super) fn polygon(
        &self,
        points: Vec<(i32, i32)>,
        paint: Paint,
        alpha: f64,
    ) -> Result<(), ReportError> {
        self.done(self.area.draw(&Polygon::new(points, paint.placeholder().mix(alpha))))
    }

    /// A dot, filled or hollow.
    pub(super) fn dot(&self, at: (i32, i32), paint: Paint, filled: bool) -> Result<(), ReportError> {
        if filled {
            return self.done(self.area.draw(&Circle::new(at, 4, paint.placeholder().filled())));
        }
        self.done(self.area.draw(&Circle::new(at, 4, Paint::Page.placeholder().filled())))?;
        self.done(self.area.draw(&Circle::new(at, 4, ShapeStyle::from(&paint.placeholder()).stroke_width(2))))
    }

    /// A vertical whisker with caps.
    pub(super) fn whisker(&self, x: i32, low: i32, high: i32) -> Result<(), ReportError> {
        // The page's colour around it keeps it readable on any column.
        self.line(vec![(x, low), (x, high)], Paint::Page, 3)?;
        self.line(vec![(x, low), (x, high)], Paint::Ink, 1)?;
        for y in [low, high] {
            self.line(vec![(x - 3, y), (x + 3, y)], Paint::Ink, 1)?;
        }
        Ok(())
    }

    /// One line of text, centred on `y`.
    pub(super) fn text(
        &self,
        (x, y): (i32, i32),
        text: &str,
        paint: Paint,
        anchor: Anchor,
    ) -> Result<(), ReportError> {
        let horizontal = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        // plotters divides the size of a font by 1.24 before it writes it down.
        let colour = paint.placeholder();
        let style = TextStyle::from(("sans-serif", f64::from(TEXT) * 1.24).into_font())
            .color(&colour)
            .pos(Pos::new(horizontal, VPos::Center));
        self.done(self.area.draw(&Text::new(clean(text), (x, y), style)))
    }

    fn done<E: std::error::Error>(&self, result: Result<(), E>) -> Result<(), ReportError> {
        result.map_err(|error| failed(self.chart, &error))
    }
}

fn failed(chart: &str, error: &dyn std::error::Error) -> ReportError {
    ReportError::Chart { chart: chart.to_owned(), reason: error.to_string() }
}

/// What a drawing says to those who do not see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label<'a> {
    /// Id of the drawing, unique on the page.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
}

/// Draws on a surface of the given size and returns the finished `svg` element.
pub(super) fn draw(
    label: Label<'_>,
    (width, height): (i32, i32),
    paint: impl FnOnce(&Canvas<'_>) -> Result<(), ReportError>,
) -> Result<String, ReportError> {
    let mut raw = String::new();
    let size = (width.unsigned_abs(), height.unsigned_abs());
    {
        let canvas =
            Canvas { area: SVGBackend::with_string(&mut raw, size).into_drawing_area(), chart: label.id };
        paint(&canvas)?;
        canvas.done(canvas.area.present())?;
    }
    Ok(finish(&raw, label, (width, height)))
}

/// Takes the drawing out of its element, tidies it and puts it into one with a name.
fn finish(raw: &str, label: Label<'_>, (width, height): (i32, i32)) -> String {
    let inner = raw.split_once(">\n").map_or("", |(_, rest)| rest).trim_end().trim_end_matches("</svg>");
    // Text from outside cannot hold these attributes: its quotes are escaped.
    let mut inner = inner
        .replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "")
        .replace(" font-family=\"sans-serif\"", "")
        .replace(" font-size=\"12\"", "")
        .replace("\n</text>", "</text>")
        .replace(" \"/>", "\"/>");
    for (class, colour) in palette::placeholders() {
        inner = inner
            .replace(&format!("fill=\"{colour}\""), &format!("class=\"f-{class}\""))
            .replace(&format!("stroke=\"{colour}\""), &format!("class=\"k-{class}\""));
    }
    let mut svg = String::with_capacity(inner.len() + 512);
    let id = label.id;
    let (title, description) = (escaped(label.title), escaped(label.description));
    let written = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" font-family=\"sans-serif\" \
         font-size=\"{TEXT}\">\n<title id=\"{id}-t\">{title}</title>\n<desc id=\"{id}-d\">{description}</desc>\n\
         {inner}</svg>"
    );
    debug_assert!(written.is_ok(), "a string takes any text");
    svg
}

/// Text for an XML element.
fn escaped(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Width of a text in pixels, estimated for a wide sans-serif face: the reader's font is not known here.
pub(super) fn text_width(text: &str) -> i32 {
    // Hundredths of an em, a little over those of Arial and Helvetica.
    let width: i32 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | '|' | '\'' => 27,
            't' | 'f' | 'r' | ' ' | '-' | '(' | ')' | '\u{202f}' | '\u{a0}' | '·' => 35,
            'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' => 90,
            'A'..='Z' => 72,
            c if c >= '\u{1100}' => 105,
            _ => 58,
        })
        .sum();
    (width * TEXT + 99) / 100
}

/// The text, cut with an ellipsis where it is wider than `width` pixels.
pub(super) fn fitted(text: &str, width: i32) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        if text_width(&short) + text_width("…") > width {
            short.pop();
            break;
        }
    }
    let mut short = short.trim_end().to_owned();
    short.push('…');
    short
}
