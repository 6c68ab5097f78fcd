//! `joulework compare`: two periods, two runs or two manifests side by side, with change intervals.

use std::path::{Path, PathBuf};

use joulework::compare::{Compared, ComparedFigure, Comparison, compare};
use joulework::engine::assess::Dimension;
use joulework::engine::pipeline::{Assessment, Description};
use joulework::export::comparison_json;
use joulework::receipt::Receipt;
use joulework_report::{format, model};

use super::estimate::{keep_apart, write_file};
use super::{Failure, load};
use crate::arguments::{Common, Compare, CompareFormat};
use crate::printer::{self, Printer};
use crate::table::{Align, Table};

/// What the rows of the table show, and how it is called.
const SHOWN: [(&str, &str); 5] = [
    ("facility-energy", "energy"),
    ("operational-carbon", "operational carbon"),
    ("embodied-carbon", "embodied carbon"),
    ("carbon", "carbon"),
    ("water", "water"),
];

/// Does `joulework compare`.
pub(crate) fn run(arguments: &Compare, common: &Common, printer: &Printer) -> Result<(), Failure> {
    let by =
        arguments.by.iter().map(|word| Ok(word.parse()?)).collect::<Result<Vec<Dimension>, Failure>>()?;
    if by.contains(&Dimension::Period) {
        return Err(Failure::Argument {
            what: "--by",
            word: "period".to_owned(),
            expected: "a dimension that both sides have in common",
            hint: None,
        });
    }
    let names = [arguments.before.as_str(), arguments.after.as_str()];
    let descriptions = match names.map(span_of) {
        [Some(before), Some(after)] => {
            let of = |(from, to): (i64, i64)| -> Result<Description, Failure> {
                let mut description = load::project(std::slice::from_ref(&arguments.within))?.description;
                (description.window.from_ms, description.window.to_ms) = (Some(from), Some(to));
                Ok(description)
            };
            [of(before)?, of(after)?]
        }
        _ => [described(names[0])?, described(names[1])?],
    };
    let mut assessments: Vec<Assessment> = Vec::with_capacity(2);
    for (name, mut description) in names.iter().zip(descriptions) {
        keep_apart(&mut description, by.iter());
        let window = description.window;
        let assessment = load::assess(&load::engine(description, common)?, printer)?;
        warn_of_gaps(name, window.from_ms.zip(window.to_ms), &assessment, printer);
        assessments.push(assessment);
    }
    let [before, after] = assessments.as_slice() else { return Ok(()) };
    let comparison = compare(before, after, &by)?;
    let text = match arguments.format {
        CompareFormat::Table => table(&comparison, names, &by, &arguments.figure, super::terminal_width())?,
        CompareFormat::Json => {
            format!("{}\n", serde_json::to_string_pretty(&comparison_json(&comparison, names, &by)?)?)
        }
    };
    let text = printer.shared(text);
    match &arguments.output {
        Some(path) => write_file(path, anstream::adapter::strip_str(&text).to_string().as_bytes()),
        None => Ok(printer::text(&text)?),
    }
}

/// First instant and first instant after of `2025`, `2025-03`, `2025-03-01` or `2025-03-01..2025-03-08`.
fn span_of(word: &str) -> Option<(i64, i64)> {
    let day = joulework::engine::calendar::midnight;
    if let Some((from, to)) = word.split_once("..") {
        return Some((day(from)?, day(to)?)).filter(|(from, to)| from < to);
    }
    let digits = |text: &str, length: usize| {
        (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<u16>().ok())?
    };
    match word.split('-').collect::<Vec<_>>().as_slice() {
        [year] => {
            let year = digits(year, 4)?;
            Some((day(&format!("{year:04}-01-01"))?, day(&format!("{:04}-01-01", year + 1))?))
        }
        [year, month] => {
            let (year, month) = (digits(year, 4)?, digits(month, 2)?);
            let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            Some((day(&format!("{year:04}-{month:02}-01"))?, day(&format!("{next_year:04}-{next:02}-01"))?))
        }
        [_, _, _] => {
            let from = day(word)?;
            Some((from, from + joulework::engine::calendar::DAY_MS))
        }
        _ => None,
    }
}

/// The run of a receipt, or of a manifest or bill.
fn described(name: &str) -> Result<Description, Failure> {
    let path = Path::new(name);
    if !path.exists() {
        return Err(Failure::Argument {
            what: "side",
            word: name.to_owned(),
            expected: "a period such as 2025-03, a manifest, a bill or a receipt",
            hint: span_of(name).map(|_| "a period is compared with a period".to_owned()),
        });
    }
    if name.ends_with(".receipt.json") {
        return Ok(Receipt::read(path)?.run);
    }
    Ok(load::project(&[PathBuf::from(name)])?.description)
}

/// A side whose data does not cover its period is not comparable as a level.
fn warn_of_gaps(name: &str, window: Option<(i64, i64)>, assessment: &Assessment, printer: &Printer) {
    let Some((from, to)) = window else { return };
    let day = joulework::engine::calendar::DAY_MS;
    match assessment.estimates.activity().span() {
        None => printer.warn(&format!("there is no usage in {name}")),
        Some((first, last)) if first > from + day || last < to => {
            printer.warn(&format!("the data does not cover all of {name}: compare figures per unit of work"));
        }
        Some(_) => {}
    }
}

pub(super) fn table(
    comparison: &Comparison,
    names: [&str; 2],
    by: &[Dimension],
    figure: &str,
    width: Option<usize>,
) -> Result<String, Failure> {
    if !SHOWN.iter().any(|(quantity, _)| *quantity == figure) {
        let known: Vec<&str> = SHOWN.iter().map(|(quantity, _)| *quantity).collect();
        return Err(Failure::Argument {
            what: "--figure",
            word: figure.to_owned(),
            expected: "a quantity that is compared",
            hint: Some(format!("there is {}", known.join(", "))),
        });
    }
    let [before, after] = names.map(format::clean);
    let heads = |first: Vec<String>| {
        let words = first.into_iter().map(|head| (head, Align::Left));
        let numbers = [before.clone(), after.clone(), "change".to_owned(), "(90 %)".to_owned()];
        words.chain(numbers.into_iter().map(|head| (head, Align::Right))).collect()
    };
    let mut totals = Table::with_heads(heads(vec![String::new()]));
    whole(&mut totals, "", &comparison.total);
    for unit in &comparison.units {
        let per = format!(" per {}", unit.unit);
        for (quantity, name) in SHOWN {
            if let Some(figure) = unit.figures.get(quantity) {
                totals.push(line(vec![format!("{name}{per}")], figure));
            }
        }
    }
    let mut text = totals.render(width);
    if !by.is_empty() {
        let name = SHOWN.iter().find(|(quantity, _)| *quantity == figure).map_or(figure, |(_, name)| name);
        let mut rows = Table::with_heads(heads(by.iter().map(ToString::to_string).collect()));
        for (keys, compared) in &comparison.rows {
            let keys: Vec<String> = keys
                .iter()
                .map(|key| if key.is_empty() { "(none)".to_owned() } else { format::clean(key) })
                .collect();
            let figure = compared.figures.get(figure);
            if let Some(figure) =
                figure.filter(|figure| figure.before.mean != 0.0 || figure.after.mean != 0.0)
            {
                rows.push(line(keys, figure));
            }
        }
        text.extend([
            "\n",
            name,
            " by ",
            &by.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            "\n",
        ]);
        text.push_str(&rows.render(width));
    }
    Ok(text)
}

/// A line for each quantity and currency.
fn whole(table: &mut Table, suffix: &str, compared: &Compared) {
    for (quantity, name) in SHOWN {
        if let Some(figure) = compared.figures.get(quantity) {
            table.push(line(vec![format!("{name}{suffix}")], figure));
        }
    }
    for (currency, [before, after]) in &compared.cost {
        let (was, is) = (before.to_f64_lossy(), after.to_f64_lossy());
        let money = |amount: &joulework::units::Money| {
            format::amounts(&[model::Money::new(amount.to_string(), currency.code())])
        };
        let change = if was > 0.0 { percent(is / was) } else { String::new() };
        table.push(vec!["effective cost".to_owned(), money(before), money(after), change]);
    }
}

fn line(mut keys: Vec<String>, figure: &ComparedFigure) -> Vec<String> {
    let mean = |mean: f64| format::show(&model::Figure::exact(mean, &figure.unit)).headline();
    keys.extend([mean(figure.before.mean), mean(figure.after.mean)]);
    match &figure.change {
        Ok(change) => keys.extend([
            percent(change.ratio),
            format!("{}…{}", percent(change.interval.low), percent(change.interval.high)),
        ]),
        Err(_) if figure.before.mean == 0.0 && figure.after.mean == 0.0 => keys.push(String::new()),
        Err(_) if figure.before.mean == 0.0 => keys.push("new".to_owned()),
        Err(_) if figure.after.mean == 0.0 => keys.push("ended".to_owned()),
        Err(why) => keys.push(why.to_string()),
    }
    keys
}

/// A ratio as a signed change in percent.
fn percent(ratio: f64) -> String {
    let text = format::rounded((ratio - 1.0) * 100.0, -1);
    let sign = if ratio > 1.0 && text.chars().any(|digit| ('1'..='9').contains(&digit)) { "+" } else { "" };
    format!("{sign}{text}{}%", format::THIN)
}

#[cfg(test)]
mod tests {
    use super::span_of;

    #[test]
    fn words_for_periods_are_read() {
        let day = joulework::engine::calendar::midnight;
        for (word, from, to) in [
            ("2025", "2025-01-01", "2026-01-01"),
            ("2025-12", "2025-12-01", "2026-01-01"),
            ("2024-02", "2024-02-01", "2024-03-01"),
            ("2024-02-29", "2024-02-29", "2024-03-01"),
            ("2025-03-01..2025-03-08", "2025-03-01", "2025-03-08"),
        ] {
            assert_eq!(span_of(word), day(from).zip(day(to)), "{word}");
        }
        for word in ["bill", "2025-13", "20256", "2025-3", "2025-03-08..2025-03-01", "2023-02-29", "a-b-c"] {
            assert_eq!(span_of(word), None, "{word}");
        }
    }
}
