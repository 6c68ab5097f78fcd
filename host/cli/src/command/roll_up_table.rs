//! A roll-up as a table for people: energy, carbon with its interval, water, money, and what is modelled.

use joulework::engine::assess::{CARBON, Figure, Grade, Rollup, Tally};
use joulework_report::format;
use joulework_report::model;

use crate::table::{Align, Table};

/// The table, with the sum of all rows as its last line.
pub(crate) fn table(roll_up: &Rollup, width: Option<usize>) -> String {
    let mut heads: Vec<(String, Align)> =
        roll_up.question.by.iter().map(|dimension| (dimension.to_string(), Align::Left)).collect();
    for head in ["energy", "carbon", "(90 %)", "water", "cost", "modelled"] {
        heads.push((head.to_owned(), Align::Right));
    }
    let mut table = Table::with_heads(heads);
    for row in &roll_up.rows {
        let mut cells: Vec<String> = row
            .keys
            .iter()
            .map(|key| if key.is_empty() { "(none)".to_owned() } else { format::clean(key) })
            .collect();
        if row.partial
            && row.period.is_some()
            && let Some(first) = cells.first_mut()
        {
            first.push('*');
        }
        cells.extend(numbers(&row.tally));
        table.push(cells);
    }
    let mut total = vec![String::new(); roll_up.question.by.len()];
    if let Some(first) = total.first_mut() {
        "total".clone_into(first);
    }
    total.extend(numbers(&roll_up.total));
    table.push(total);
    let mut text = table.render(width);
    if roll_up.rows.iter().any(|row| row.partial && row.period.is_some()) {
        text.push_str("* the data does not cover the whole month\n");
    }
    let tallies = roll_up.rows.iter().map(|row| &row.tally).chain([&roll_up.total]);
    if tallies.filter_map(|tally| tally.figure(CARBON)).any(is_negative) {
        text.push_str("a negative total has no interval: corrections outweigh the usage\n");
    }
    text
}

fn is_negative(figure: &Figure) -> bool {
    figure.in_unit(figure.amount.unit()).is_ok_and(|(value, _)| value < 0.0)
}

fn numbers(tally: &Tally) -> [String; 6] {
    let (energy, _) = shown(tally.figure("facility-energy"));
    let (carbon, interval) = shown(tally.figure(CARBON));
    let (water, _) = shown(tally.figure("water"));
    let money: Vec<model::Money> = tally
        .effective
        .iter()
        .map(|(currency, amount)| model::Money::new(amount.to_string(), currency.code()))
        .collect();
    [energy, carbon, interval, water, format::amounts(&money), modelled(tally)]
}

/// Value and interval of a figure, in the report's own way of writing numbers.
fn shown(figure: Option<&Figure>) -> (String, String) {
    let Some(figure) = figure else { return (String::new(), String::new()) };
    let unit = figure.amount.unit();
    let Ok((value, interval)) = figure.in_unit(unit) else { return (String::new(), String::new()) };
    let plain = match interval {
        Some(interval) => model::Figure::estimate(value, interval.low, interval.high, unit.symbol()),
        None => model::Figure::exact(value, unit.symbol()),
    };
    let shown = format::show(&plain);
    (shown.headline(), shown.interval.unwrap_or_default())
}

/// The share of the positive effective cost of usage rows that is modelled, or of the rows where nothing costs.
fn modelled(tally: &Tally) -> String {
    let coverage = &tally.coverage;
    let shares: Vec<String> = coverage
        .currencies()
        .into_iter()
        .filter_map(|currency| coverage.cost_share(currency, Grade::NotModelled))
        .map(|share| format::percent(1.0 - share))
        .collect();
    if !shares.is_empty() {
        return shares.join(", ");
    }
    coverage.row_share(Grade::NotModelled).map(|share| format::percent(1.0 - share)).unwrap_or_default()
}
