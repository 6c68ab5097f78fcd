//! A roll-up as JSON. `schema/estimate.schema.json` describes it and is generated from these types by a test.

use std::collections::BTreeMap;

use joulework_engine::assess::{Coverage, Figure, Grade, MoneyLine, Rollup, RollupRow, Tally};
use joulework_engine::calendar::instant;
use joulework_engine::pipeline::Assessment;
use joulework_units::{Currency, Money};
use serde::Serialize;
use serde_json::Value;

use super::Finite;

/// Version of the JSON form. It rises when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The JSON Schema of [`roll_up_json`]'s output.
pub const SCHEMA: &str = include_str!("../../schema/estimate.schema.json");

/// A roll-up with what it was made from: plugins, inputs and notes.
///
/// # Errors
/// When a value has no form in JSON.
pub fn roll_up_json(assessment: &Assessment, roll_up: &Rollup) -> Result<Value, serde_json::Error> {
    serde_json::to_value(Document::of(assessment, roll_up))
}

/// A roll-up with what it was made from.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Document {
    /// Version of this form.
    schema_version: u32,
    /// Version of the program.
    host_version: String,
    /// The dimensions of the rows, such as `service` or `tag:app`.
    by: Vec<String>,
    /// Length of a period: `hour`, `day` or `month`.
    step: String,
    /// The rows, in the order of their keys.
    rows: Vec<Row>,
    /// All rows together.
    total: Sums,
    /// The plugins, in the order in which they ran.
    plugins: Vec<Plugin>,
    /// The files that were read.
    inputs: Vec<Input>,
    /// What else to know.
    notes: Vec<Note>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Row {
    /// The value of each dimension; `null` where the bill says none.
    keys: BTreeMap<String, Option<String>>,
    /// Where the roll-up is by period.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Span>,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Span {
    /// First instant, in UTC.
    start: String,
    /// First instant after it.
    end: String,
    /// Whether the bill does not cover the whole month: to be kept out of trends.
    partial: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Sums {
    /// Rows of the bill.
    bill_rows: u64,
    /// What is invoiced, by currency, as exact decimals.
    billed_cost: BTreeMap<String, String>,
    /// Amortised cost, by currency, as exact decimals.
    effective_cost: BTreeMap<String, String>,
    /// By quantity, such as `it-energy` or `carbon`.
    figures: BTreeMap<String, Estimated>,
    coverage: Covered,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Estimated {
    /// The mean; `null` where it left the range of numbers.
    value: Option<f64>,
    /// Unit of value, low and high.
    unit: String,
    /// Lower end of the 90 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<f64>,
    /// Upper end of the 90 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<f64>,
    /// Why there is no interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_no_interval: Option<String>,
    /// Rows of the bill that have something of the kind which is not modelled, and so are not in the value.
    not_modelled_rows: u64,
    /// What is known of those rows by part of the total, in `unit`; beside the value, not in it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    known_parts_of_not_modelled: BTreeMap<String, Option<f64>>,
}

/// What is modelled how well.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Covered {
    /// Rows of usage by grade: `nothing`, `measured`, `known-hardware`, `unknown-hardware`, `proxy`, `not-modelled`.
    usage: BTreeMap<String, Line>,
    /// All other rows, by charge category.
    apart: BTreeMap<String, Line>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Line {
    /// Rows of the bill.
    rows: u64,
    /// What is invoiced, by currency.
    billed_cost: BTreeMap<String, String>,
    /// Amortised cost, by currency.
    effective_cost: BTreeMap<String, String>,
    /// Amortised cost of the rows where it is positive: what shares of coverage are measured in.
    positive_effective_cost: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Plugin {
    /// Its id.
    id: String,
    /// Its version.
    version: String,
    /// SHA-256 of the component, in lower-case hexadecimal.
    sha256: String,
    /// Version of its built-in tables; empty where it has none.
    factor_set: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Input {
    /// The path as given.
    path: String,
    /// SHA-256 of the file, in lower-case hexadecimal.
    sha256: String,
    /// What it is, such as `FOCUS 1.2 Parquet`.
    format: String,
    /// Its size in bytes.
    bytes: u64,
    /// How many rows it has.
    rows: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Note {
    /// A stable, dotted name.
    code: String,
    /// The sentence.
    text: String,
    /// How many rows it is about; 0 where it is about none.
    rows: u64,
}

impl Document {
    fn of(assessment: &Assessment, roll_up: &Rollup) -> Self {
        let by: Vec<String> = roll_up.question.by.iter().map(ToString::to_string).collect();
        let provenance = &assessment.provenance;
        let plugins = provenance.plugins.iter().map(|plugin| Plugin {
            id: plugin.id.clone(),
            version: plugin.version.clone(),
            sha256: plugin.sha256.clone(),
            factor_set: plugin.factor_set.clone(),
        });
        let inputs = provenance.inputs.iter().chain(&provenance.utilisation).map(|input| Input {
            path: input.path.clone(),
            sha256: input.sha256.clone(),
            format: input.format.clone(),
            bytes: input.bytes,
            rows: input.rows,
        });
        let notes = provenance.notes.iter().map(|note| Note {
            code: note.code.clone(),
            text: note.text.clone(),
            rows: note.rows,
        });
        Self {
            schema_version: SCHEMA_VERSION,
            host_version: provenance.host_version.clone(),
            step: roll_up.question.step.word().to_owned(),
            rows: roll_up.rows.iter().map(|row| Row::of(&by, row)).collect(),
            total: Sums::of(&roll_up.total),
            plugins: plugins.collect(),
            inputs: inputs.collect(),
            notes: notes.collect(),
            by,
        }
    }
}

impl Row {
    fn of(by: &[String], row: &RollupRow) -> Self {
        let key = |key: &String| (!key.is_empty()).then(|| key.clone());
        Self {
            keys: by.iter().cloned().zip(row.keys.iter().map(key)).collect(),
            period: row.period.map(|period| Span {
                start: instant(period.start_ms()),
                end: instant(period.end_ms()),
                partial: row.partial,
            }),
            sums: Sums::of(&row.tally),
        }
    }
}

impl Sums {
    fn of(tally: &Tally) -> Self {
        Self {
            bill_rows: tally.rows,
            billed_cost: amounts(&tally.billed),
            effective_cost: amounts(&tally.effective),
            figures: tally
                .figures
                .iter()
                .map(|(name, figure)| (name.clone(), Estimated::of(figure)))
                .collect(),
            coverage: Covered::of(&tally.coverage),
        }
    }
}

impl Estimated {
    fn of(figure: &Figure) -> Self {
        let unit = figure.amount.unit();
        let interval = figure.interval();
        let Finite { mean, low, high } = Finite::of(&figure.amount, &interval);
        let parts = figure.not_modelled.known_parts.iter();
        Self {
            value: mean,
            unit: unit.symbol().to_owned(),
            low,
            high,
            why_no_interval: interval.err().map(|why| why.to_string()),
            not_modelled_rows: figure.not_modelled.rows,
            known_parts_of_not_modelled: parts
                .map(|(name, amount)| {
                    (name.clone(), amount.value_in(unit).ok().filter(|part| part.is_finite()))
                })
                .collect(),
        }
    }
}

impl Covered {
    fn of(coverage: &Coverage) -> Self {
        let graded = |grade: &Grade| Some((grade.word().to_owned(), Line::of(coverage.usage.get(grade)?)));
        let apart = |(category, line): (&String, &MoneyLine)| (category.clone(), Line::of(line));
        Self {
            usage: Grade::ALL.iter().filter_map(graded).collect(),
            apart: coverage.apart.iter().map(apart).collect(),
        }
    }
}

impl Line {
    fn of(line: &MoneyLine) -> Self {
        Self {
            rows: line.rows,
            billed_cost: amounts(&line.billed),
            effective_cost: amounts(&line.effective),
            positive_effective_cost: amounts(&line.positive),
        }
    }
}

/// Amounts by the code of their currency, as exact decimals.
pub(crate) fn amounts(money: &BTreeMap<Currency, Money>) -> BTreeMap<String, String> {
    money.iter().map(|(currency, money)| (currency.code().to_owned(), money.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_in_the_repository_is_that_of_the_types() {
        let id = format!("urn:joulework:estimate:{SCHEMA_VERSION}");
        crate::export::schema_held_against::<Document>(&id, SCHEMA, "estimate.schema.json");
    }
}
