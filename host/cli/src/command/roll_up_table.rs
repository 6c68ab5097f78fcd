//! A roll-up as a table for people: energy, carbon with its interval, water, money, and what is modelled.

use joulework::engine::assess::{CARBON, Figure, Grade, Rollup, Tally};
use joulework_report::format;
use joulework_report::model;

use crate::table::{Align, Table};

/// The columns of numbers.
const NUMBERS: [&str; 6] = ["energy", "carbon", "(90 %)", "water", "cost", "modelled"];
/// What is left out first where there is no room for words of [`LEAST`] characters.
const SPARED: [&[&str]; 2] = [&[], &["water"]];
const LEAST: usize = 16;

/// The table, with the sum of all rows as its last line.
pub(crate) fn table(roll_up: &Rollup, width: Option<usize>) -> String {
    let mut spared = SPARED.into_iter().map(|left_out| (with_columns(roll_up, left_out), left_out));
    let fits = |(table, _): &(Table, &[&str])| width.is_none_or(|width| table.fits(width, LEAST));
    let (table, left_out) = spared.find(fits).unwrap_or_else(|| (with_columns(roll_up, &[]), &[]));
    let mut text = table.render(width);
    if roll_up.rows.iter().any(|row| row.partial && row.period.is_some()) {
        text.push_str("* the data does not cover the whole month\n");
    }
    let tallies = roll_up.rows.iter().map(|row| &row.tally).chain([&roll_up.total]);
    if tallies.filter_map(|tally| tally.figure(CARBON)).any(is_negative) {
        text.push_str("a negative total has no interval: corrections outweigh the usage\n");
    }
    if !left_out.is_empty() {
        text.extend(["no room for ", &left_out.join(" and "), "; --format csv has everything\n"]);
    }
    text
}

fn with_columns(roll_up: &Rollup, left_out: &[&str]) -> Table {
    let mut heads: Vec<(String, Align)> =
        roll_up.question.by.iter().map(|dimension| (dimension.to_string(), Align::Left)).collect();
    let kept = |name: &&str| !left_out.contains(name);
    heads.extend(NUMBERS.into_iter().filter(kept).map(|head| (head.to_owned(), Align::Right)));
    let numbers = |tally: &Tally| -> Vec<String> {
        let named = NUMBERS.into_iter().zip(numbers(tally));
        named.filter(|(name, _)| kept(name)).map(|(_, cell)| cell).collect()
    };
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
    table
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

/// Value and interval of a figure, in the report's own way of writing numbers. Where nothing is known, that is said.
fn shown(figure: Option<&Figure>) -> (String, String) {
    let Some(figure) = figure else { return (String::new(), String::new()) };
    let is_zero = figure.amount.value_in(figure.amount.unit()).is_ok_and(|value| value == 0.0);
    if is_zero && figure.not_modelled.rows > 0 {
        return ("unknown".to_owned(), String::new());
    }
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
