//! Pieces that every section uses: figures, tables, charts.

use maud::{Markup, PreEscaped, html};

use crate::chart::{Chart, Table};
use crate::format::{clean, show};
use crate::model::Figure;

/// A figure in a cell: value with unit, the interval under it, or the reason why there is none.
pub(super) fn figure(figure: &Figure) -> Markup {
    let shown = show(figure);
    html! {
        span class="value" { (shown.headline()) }
        @if let Some(interval) = &shown.interval { " " span class="interval" { "(" (interval) ")" } }
        @if let Some(why) = &shown.why_none { " " span class="why" { (why) } }
    }
}

/// A cell of a table.
pub(super) enum Cell {
    /// Text; it is cleaned and escaped.
    Text(String),
    /// A number, set to the right.
    Number(String),
    /// A figure, set to the right.
    Figure(Markup),
    /// Markup that is set like text.
    Markup(Markup),
    /// An id or a digest.
    Code(String),
}

impl Cell {
    /// A text cell.
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A figure cell.
    pub(super) fn of(value: &Figure) -> Self {
        Self::Figure(figure(value))
    }

    const fn class(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Code(_) | Self::Markup(_) => "text",
            Self::Number(_) | Self::Figure(_) => "number",
        }
    }

    fn content(&self) -> Markup {
        match self {
            Self::Text(text) | Self::Number(text) => html! { (clean(text)) },
            Self::Code(text) => html! { code { (clean(text)) } },
            Self::Figure(markup) | Self::Markup(markup) => markup.clone(),
        }
    }
}

/// A table with a caption that scrolls sideways where it is too wide. The first cell of a row is its heading.
pub(super) fn table(caption: &str, header: &[&str], rows: &[Vec<Cell>]) -> Markup {
    html! {
        div class="scroll" role="region" aria-label=(clean(caption)) tabindex="0" {
            table {
                caption { (clean(caption)) }
                thead {
                    tr {
                        @for (at, name) in header.iter().enumerate() {
                            th scope="col" class=[rows.first().and_then(|row| row.get(at)).map(Cell::class)] {
                                (clean(name))
                            }
                        }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            @for (at, cell) in row.iter().enumerate() {
                                @if at == 0 { th scope="row" { (cell.content()) } }
                                @else { td class=(cell.class()) { (cell.content()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A chart with its figures as a table that opens on demand and on paper.
pub(super) fn chart(chart: &Chart) -> Markup {
    drawing(chart, false)
}

/// A chart with its figures as a table that is open from the start.
pub(super) fn chart_and_table(chart: &Chart) -> Markup {
    drawing(chart, true)
}

fn drawing(chart: &Chart, open: bool) -> Markup {
    html! {
        figure class="chart" {
            figcaption { h3 { (clean(&chart.title)) } }
            div class="wide" { (PreEscaped(&chart.wide)) }
            div class="narrow" { (PreEscaped(&chart.narrow)) }
            details open[open] {
                summary { "Figures of this chart as a table" }
                (chart_table(&chart.title, &chart.table))
            }
        }
    }
}

/// The table of a chart.
pub(super) fn chart_table(caption: &str, table_of: &Table) -> Markup {
    let header: Vec<&str> = table_of.header.iter().map(String::as_str).collect();
    let rows: Vec<Vec<Cell>> =
        table_of.rows.iter().map(|row| row.iter().map(|cell| Cell::text(cell)).collect()).collect();
    table(caption, &header, &rows)
}

/// A web address as a link; anything else, such as a page number or another scheme, as text.
pub(super) fn link(locator: &str) -> Markup {
    let locator = clean(locator);
    let web = (locator.starts_with("https://") || locator.starts_with("http://"))
        && !locator.contains(char::is_whitespace);
    html! {
        @if web { a href=(locator) rel="noreferrer noopener" { (locator) } }
        @else { (locator) }
    }
}
