//! Charts as SVG with a text alternative. Each is drawn for a wide page and for a phone; no font file, no script.

mod axis;
mod band;
mod bars;
mod canvas;
mod palette;
mod stacked;
mod supply;
mod views;

use canvas::Label;
pub(crate) use palette::style;
pub use supply::{capacity, supply};
pub(crate) use supply::{cost as supply_cost, share as supply_share};
pub use views::{charts, contributors, of_unit, over_time, uncertainty};
pub(crate) use views::{full_name, work_done};

use crate::error::ReportError;
use crate::model::{Period, PeriodState};

/// Width of the drawing for a wide page, in pixels.
const WIDE: i32 = 960;
/// Width of the drawing for a phone, in pixels.
const NARROW: i32 = 340;

/// A chart and what it says in words and numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Id, unique in the report; also a good file name.
    pub id: String,
    /// Title.
    pub title: String,
    /// The chart in one or two sentences.
    pub description: String,
    /// All its figures.
    pub table: Table,
    /// `svg` element for a wide page.
    pub wide: String,
    /// `svg` element for a phone.
    pub narrow: String,
}

/// The figures of a chart as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns.
    pub header: Vec<String>,
    /// Rows, as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl Chart {
    fn new(
        id: &str,
        title: &str,
        description: &str,
        table: Table,
        draw: impl Fn(Label<'_>, i32) -> Result<String, ReportError>,
    ) -> Result<Self, ReportError> {
        let one = |width: i32, suffix: &str| {
            let id = format!("{id}-{suffix}");
            draw(Label { id: &id, title, description }, width)
        };
        Ok(Self {
            wide: one(WIDE, "wide")?,
            narrow: one(NARROW, "narrow")?,
            id: id.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            table,
        })
    }

    /// The wide drawing as a file of its own, with its style sheet inside.
    #[must_use]
    pub fn standalone(&self) -> String {
        let style = format!("<style>{}</style>\n", style());
        // The style goes behind the title and the description.
        match self.wide.split_once("</desc>\n") {
            Some((head, body)) => format!("{head}</desc>\n{style}{body}\n"),
            None => self.wide.clone(),
        }
    }
}

/// The period's name, marked where it is partial.
pub(crate) fn period_name(period: &Period) -> String {
    match period.state {
        PeriodState::Whole => period.label.clone(),
        PeriodState::Partial => format!("{} (partial)", period.label),
    }
}

/// The label of the period with this id, or the id.
pub(crate) fn label_of(periods: &[Period], id: &str) -> String {
    periods.iter().find(|period| period.id == id).map_or_else(|| id.to_owned(), |period| period.label.clone())
}

fn any_partial(periods: &[Period]) -> bool {
    periods.iter().any(|period| period.state == PeriodState::Partial)
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
