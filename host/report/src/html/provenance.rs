//! Notices, method, factors, plugins and inputs.

use maud::{Markup, html};

use super::pieces::{Cell, link, table};
use crate::format::{clean, count, sentence};
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
                            (sentence(&notice.text))
                            @if let Some(hint) = &notice.hint { " What to do: " (sentence(hint)) }
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
    let cited = report.factors.iter().filter(|source| source.table.is_empty());
    let cited: Vec<Vec<Cell>> = cited
        .map(|source| {
            vec![
                Cell::text(&source.title),
                Cell::text(&source.publisher),
                Cell::text(&source.published),
                Cell::text(&source.licence),
                Cell::Code(source.plugin.clone()),
                Cell::Markup(link(&source.locator)),
            ]
        })
        .collect();
    let filled = report.factors.iter().filter(|source| !source.table.is_empty());
    let filled: Vec<Vec<Cell>> = filled
        .map(|source| {
            vec![
                Cell::text(&source.title),
                Cell::text(&source.published),
                Cell::text(&source.licence),
                Cell::Code(format!("{} · {}", source.plugin, source.table)),
                Cell::Number(count(source.rows)),
            ]
        })
        .collect();
    html! {
        section id="factors" aria-labelledby="factors-h" {
            h2 id="factors-h" { "Factors and their sources" }
            (table("Cited by the plugins", &["Source", "Publisher", "Published", "Licence", "Plugin", "Where"], &cited))
            (table("Sources of the factor tables", &["Source", "Published", "Licence", "Table", "Rows"], &filled))
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
                Cell::text(&plugin.factor_set),
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
                &["Plugin", "Version", "What it does", "Licence", "Factor set", "Settings", "SHA-256"],
                &rows,
            ))
        }
    }
}

/// The files that were read.
pub(super) fn inputs(report: &Report) -> Markup {
    let rows: Vec<Vec<Cell>> = report
        .inputs
        .iter()
        .map(|file| {
            vec![
                Cell::Code(file.path.clone()),
                Cell::text(&file.holds),
                Cell::Number(count(file.rows)),
                Cell::Code(file.sha256.clone()),
            ]
        })
        .collect();
    html! {
        section id="inputs" aria-labelledby="inputs-h" {
            h2 id="inputs-h" { "Inputs" }
            (table("Files", &["File", "Holds", "Rows", "SHA-256"], &rows))
        }
    }
}
