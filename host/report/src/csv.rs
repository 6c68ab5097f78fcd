//! The roll-up as CSV (RFC 4180), for spreadsheets. Numbers are the model's, unscaled; the unit is in the header.

use std::fmt::Write as _;

use crate::model::{Figure, Report, RollUpRow};

/// Takes one figure of a row.
type OfRow = fn(&RollUpRow) -> &Figure;

/// Columns of figures: name and figure.
const FIGURES: [(&str, OfRow); 6] = [
    ("facility-energy-kwh", |row| &row.energy),
    ("operational-carbon-gco2e", |row| &row.operational_carbon),
    ("embodied-carbon-gco2e", |row| &row.embodied_carbon),
    ("water-l", |row| &row.water),
    ("network-energy-kwh", |row| &row.network_energy),
    ("network-carbon-gco2e", |row| &row.network_carbon),
];

/// The roll-up as CSV: the keys, then each figure with the ends of its 90 % interval, then exact money, a pair of
/// columns for each currency. An unknown figure is an empty cell.
///
/// Text that a spreadsheet would take for a formula gets an apostrophe in front: names and tags come from
/// outside. `report --format json` has them as they are.
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut text = String::new();
    let mut currencies: Vec<&str> =
        report.totals.billed.iter().chain(&report.totals.effective).map(|m| m.currency.as_str()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let mut header: Vec<String> = report.roll_up.dimensions.iter().map(|d| field(d)).collect();
    header.push("rows".to_owned());
    for (name, _) in FIGURES {
        header.extend([name.to_owned(), format!("{name}-low"), format!("{name}-high")]);
    }
    for currency in &currencies {
        header.extend(["billed-cost", "effective-cost"].map(|name| field(&format!("{name}-{currency}"))));
    }
    line(&mut text, &header);
    for row in &report.roll_up.rows {
        let mut cells: Vec<String> = row.keys.iter().map(|key| field(key)).collect();
        cells.push(row.rows.to_string());
        for (_, figure) in FIGURES {
            let figure = figure(row);
            cells.extend([figure.value, figure.low, figure.high].map(number));
        }
        for currency in &currencies {
            cells.extend([&row.billed, &row.effective].map(|list| {
                let own = list.iter().find(|money| money.currency == *currency);
                own.map(|money| money.amount.clone()).unwrap_or_default()
            }));
        }
        line(&mut text, &cells);
    }
    text
}

fn line(text: &mut String, cells: &[String]) {
    let written = writeln!(text, "{}", cells.join(","));
    debug_assert!(written.is_ok(), "a string takes any text");
}

fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A text cell, quoted where it must be.
fn field(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        text.push('\'');
    }
    text.push_str(value);
    if text.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}
