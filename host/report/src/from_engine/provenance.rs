//! Notices, factors, plugins and inputs.

use std::collections::BTreeMap;

use joulework_engine::assess::Rollup;
use joulework_engine::pipeline::Assessment;
use joulework_engine::provenance::Provenance;
use joulework_engine::work::WorkReport;

use crate::model::{FactorSource, InputFile, Level, Notice, PluginUsed};

/// Codes of notes that mean that a figure is wrong or missing.
const WARNINGS: [&str; 5] = [
    "bill.no-amortised-cost",
    "bill.skipped",
    "bill.unknown-line-type",
    "plugin.message",
    "plugin.not-estimated",
];

/// What the run has to say, and which months are partial.
pub(super) fn notices(assessment: &Assessment, by_period: &Rollup) -> Vec<Notice> {
    let mut notices: Vec<Notice> = assessment
        .provenance
        .notes
        .iter()
        .map(|note| Notice {
            level: if WARNINGS.contains(&note.code.as_str()) { Level::Warning } else { Level::Note },
            code: note.code.clone(),
            text: match note.rows {
                0 => note.text.clone(),
                1 => format!("{} (1 row)", note.text),
                rows => format!("{} ({} rows)", note.text, crate::format::count(rows)),
            },
            hint: None,
        })
        .collect();
    let note =
        |code: &str, text: String| Notice { level: Level::Note, code: code.to_owned(), text, hint: None };
    for row in by_period.rows.iter().filter(|row| row.partial) {
        let month = row.keys.first().map_or("", String::as_str);
        notices.push(note(
            "period.partial",
            format!("the data does not cover the whole of {month}: it is shown and kept out of trends"),
        ));
    }
    let outside = assessment.estimates.activity().rows_outside();
    if outside > 0 {
        notices.push(note(
            "window.rows-outside",
            format!("{} rows lie outside the chosen span and are left out", crate::format::count(outside)),
        ));
    }
    notices.sort_by(|left, right| {
        (left.level, &left.code, &left.text).cmp(&(right.level, &right.code, &right.text))
    });
    notices.dedup();
    notices
}

/// What the plugins cite, then the sources of their tables' rows, each source once.
pub(super) fn factors(provenance: &Provenance) -> Vec<FactorSource> {
    let mut factors: Vec<FactorSource> = Vec::new();
    for plugin in &provenance.plugins {
        factors.extend(plugin.citations.iter().map(|citation| FactorSource {
            plugin: plugin.id.clone(),
            table: String::new(),
            rows: 0,
            title: citation.title.clone(),
            publisher: citation.publisher.clone(),
            published: citation.published.clone(),
            locator: citation.locator.clone(),
            licence: citation.licence.clone(),
        }));
    }
    // Per source: rows, and the first and last date of publication.
    let mut sources: BTreeMap<[&str; 4], (u64, &str, &str)> = BTreeMap::new();
    for row in &provenance.factors {
        let key = [row.plugin.as_str(), &row.table, head(&row.source), &row.licence];
        let (rows, first, last) = sources.entry(key).or_insert((0, &row.published, &row.published));
        *rows += 1;
        *first = (*first).min(row.published.as_str());
        *last = (*last).max(row.published.as_str());
    }
    factors.extend(sources.into_iter().map(|([plugin, table, title, licence], (rows, first, last))| {
        FactorSource {
            plugin: plugin.to_owned(),
            table: table.to_owned(),
            rows,
            title: title.to_owned(),
            publisher: String::new(),
            published: if first == last { first.to_owned() } else { format!("{first} to {last}") },
            locator: String::new(),
            licence: licence.to_owned(),
        }
    }));
    factors
}

/// The source of a row without what is special about the row, where it is long enough to stand alone.
fn head(source: &str) -> &str {
    let ends = [": ", "; "].into_iter().filter_map(|mark| source.find(mark)).filter(|end| *end >= 20);
    ends.min().and_then(|end| source.get(..end)).unwrap_or(source)
}

/// The plugins that ran, in order.
pub(super) fn plugins(assessment: &Assessment) -> Vec<PluginUsed> {
    let settings = |id: &str| {
        let set = assessment.description.plugins.get(id).map(|plugin| &plugin.settings);
        set.filter(|set| !set.is_null() && set.as_object().is_none_or(|set| !set.is_empty()))
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    assessment
        .provenance
        .plugins
        .iter()
        .map(|plugin| PluginUsed {
            id: plugin.id.clone(),
            version: plugin.version.clone(),
            summary: plugin.summary.clone(),
            licence: plugin.licence.clone(),
            sha256: plugin.sha256.clone(),
            factor_set: plugin.factor_set.clone(),
            settings: settings(&plugin.id),
        })
        .collect()
}

/// The bills, the metrics, then the series of work.
pub(super) fn inputs(assessment: &Assessment, work: &[WorkReport]) -> Vec<InputFile> {
    let file = |file: &joulework_engine::provenance::InputFile, holds: &str| InputFile {
        path: file.path.clone(),
        holds: holds.to_owned(),
        rows: file.rows,
        sha256: file.sha256.clone(),
    };
    let bills = assessment.provenance.inputs.iter().map(|own| file(own, "bill"));
    let series = work
        .iter()
        .filter_map(|report| Some(file(report.file.as_ref()?, &format!("work: {}", report.unit.name))));
    let metrics = assessment.provenance.utilisation.iter().map(|own| file(own, "utilisation"));
    bills.chain(metrics).chain(series).collect()
}
