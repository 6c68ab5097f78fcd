//! Notices, method, factors, plugins and inputs.

use maud::{Markup, html};

use super::pieces::{Cell, link, table};
use crate::format::{bytes, clean, count};
use crate::model::{Level, Report};

/// Everything that the reader must know, warnings first.
pub(super) fn notices(report: &Report) -> Markup {
    let mut sorted: Vec<_> = report.notices.iter().collect();
    sorted.sort_by_key(|notice| notice.level);
    html! {
        @if !sorted.is_empty() {
            section id="notices" aria-labelledby="notices-h" {
                h2 id="notices-h" { "Notices" }
                ul class="notices" {
                    @for notice in sorted {
                        li class=(match notice.level { Level::Warning => "warning", Level::Note => "note" }) {
                            strong { (match notice.level { Level::Warning => "Warning", Level::Note => "Note" }) ": " }
                            (clean(&notice.text)) "."
                            @if let Some(hint) = &notice.hint { " What to do: " (clean(hint)) "." }
                            " " code { (clean(&notice.code)) }
                        }
                    }
                }
            }
        }
    }
}

/// How the figures are made.
pub(super) fn method(report: &Report) -> Markup {
    html! {
        section id="method" aria-labelledby="method-h" {
            h2 id="method-h" { "Method" }
            dl class="method" {
                @for statement in &report.method {
                    div { dt { (clean(&statement.title)) } dd { (clean(&statement.text)) } }
                }
            }
        }
    }
}

/// Where the factors come from, and under which licence.
pub(super) fn factors(report: &Report) -> Markup {
    let rows: Vec<Vec<Cell>> = report
        .factors
        .iter()
        .map(|source| {
            vec![
                Cell::text(&source.title),
                Cell::text(&source.publisher),
                Cell::text(&source.published),
                Cell::text(&source.licence),
                Cell::Text(if source.table.is_empty() {
                    source.plugin.clone()
                } else {
                    format!("{} · {}", source.plugin, source.table)
                }),
                Cell::text(&source.factor_set),
                Cell::Figure(link(&source.locator)),
            ]
        })
        .collect();
    html! {
        section id="factors" aria-labelledby="factors-h" {
            h2 id="factors-h" { "Factors and their sources" }
            (table(
                "Sources of the factors",
                &["Source", "Publisher", "Published", "Licence", "Used by", "Factor set", "Where"],
                &rows,
            ))
        }
    }
}

/// The plugins, by the digest of what ran.
pub(super) fn plugins(report: &Report) -> Markup {
    let rows: Vec<Vec<Cell>> = report
        .plugins
        .iter()
        .map(|plugin| {
            vec![
                Cell::Code(plugin.id.clone()),
                Cell::text(&plugin.version),
                Cell::text(&plugin.summary),
                Cell::text(&plugin.licence),
                Cell::Code(if plugin.settings.is_empty() {
                    "defaults".to_owned()
                } else {
                    plugin.settings.clone()
                }),
                Cell::Code(plugin.sha256.clone()),
            ]
        })
        .collect();
    html! {
        section id="plugins" aria-labelledby="plugins-h" {
            h2 id="plugins-h" { "Plugins" }
            p { "Each ran in a sandbox that gives it columns of numbers and nothing else." }
            (table(
                "Plugins in the order in which they ran",
                &["Plugin", "Version", "What it does", "Licence", "Settings", "SHA-256"],
                &rows,
            ))
        }
    }
}

/// The files that were read, and those that were left out.
pub(super) fn inputs(report: &Report) -> Markup {
    let rows: Vec<Vec<Cell>> = report
        .inputs
        .iter()
        .map(|file| {
            vec![
                Cell::Code(file.path.clone()),
                Cell::text(&file.format),
                Cell::Number(count(file.rows)),
                Cell::Number(bytes(file.bytes)),
                Cell::Text(if file.left_out.is_empty() {
                    "counts".to_owned()
                } else {
                    format!("left out: {}", file.left_out)
                }),
                Cell::Code(file.sha256.clone()),
            ]
        })
        .collect();
    html! {
        section id="inputs" aria-labelledby="inputs-h" {
            h2 id="inputs-h" { "Inputs" }
            (table("Files", &["File", "Format", "Rows", "Size", "Use", "SHA-256"], &rows))
        }
    }
}
