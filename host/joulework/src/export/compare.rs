//! A comparison as JSON. `schema/compare.schema.json` describes it and is generated from these types by a test.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::Finite;
use crate::Dimension;
use crate::compare::{Compared, ComparedFigure, Comparison, Level};

/// Version of the JSON form. It rises when a field changes its meaning or goes away.
pub const COMPARE_SCHEMA_VERSION: u32 = 1;

/// The JSON Schema of [`comparison_json`]'s output.
pub const COMPARE_SCHEMA: &str = include_str!("../../schema/compare.schema.json");

/// A comparison, with the names of its two sides and the dimensions of its rows.
///
/// # Errors
/// When a value has no form in JSON.
pub fn comparison_json(
    comparison: &Comparison,
    [before, after]: [&str; 2],
    by: &[Dimension],
) -> Result<Value, serde_json::Error> {
    let by: Vec<String> = by.iter().map(ToString::to_string).collect();
    let row = |(keys, compared): &(Vec<String>, Compared)| Row {
        keys: by.iter().cloned().zip(keys.iter().map(|key| (!key.is_empty()).then(|| key.clone()))).collect(),
        sides: Sides::of(compared),
    };
    serde_json::to_value(Document {
        schema_version: COMPARE_SCHEMA_VERSION,
        before: before.to_owned(),
        after: after.to_owned(),
        total: Sides::of(&comparison.total),
        rows: comparison.rows.iter().map(row).collect(),
        units: comparison
            .units
            .iter()
            .map(|unit| Unit {
                unit: unit.unit.clone(),
                workload: unit.workload.clone(),
                work: unit.work,
                figures: figures(&unit.figures),
            })
            .collect(),
        by,
    })
}

/// A later run against an earlier one.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Document {
    /// Version of this form.
    schema_version: u32,
    /// Name of the earlier side.
    before: String,
    /// Name of the later side.
    after: String,
    /// The dimensions of the rows.
    by: Vec<String>,
    /// All rows of the bills.
    total: Sides,
    /// By the dimensions.
    rows: Vec<Row>,
    /// Per unit of work.
    units: Vec<Unit>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Row {
    /// The value of each dimension; `null` where the bill says none.
    keys: BTreeMap<String, Option<String>>,
    #[serde(flatten)]
    sides: Sides,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Unit {
    /// The unit of work.
    unit: String,
    /// The workload that does it.
    workload: String,
    /// How many were done, before and after.
    work: [f64; 2],
    /// The figures per unit, by quantity.
    figures: BTreeMap<String, Change>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Sides {
    /// By quantity.
    figures: BTreeMap<String, Change>,
    /// Amortised cost before and after by currency, as exact decimals.
    effective_cost: BTreeMap<String, [String; 2]>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Change {
    /// Unit of the values.
    unit: String,
    /// Before.
    before: Value90,
    /// After.
    after: Value90,
    /// After divided by before, with its 90 % interval; `null` where it cannot be said.
    ratio: Option<Ratio>,
    /// Why there is no ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_no_ratio: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Value90 {
    /// The mean; `null` where it left the range of numbers.
    mean: Option<f64>,
    /// Lower end of the 90 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<f64>,
    /// Upper end of the 90 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<f64>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Ratio {
    /// The ratio of the means.
    mean: f64,
    /// Lower end of its 90 % interval: narrow, because errors that both sides share cancel.
    low: f64,
    /// Upper end.
    high: f64,
}

impl Sides {
    fn of(compared: &Compared) -> Self {
        let cost = compared.cost.iter().map(|(currency, [before, after])| {
            (currency.code().to_owned(), [before.to_string(), after.to_string()])
        });
        Self { figures: figures(&compared.figures), effective_cost: cost.collect() }
    }
}

fn figures(figures: &BTreeMap<String, ComparedFigure>) -> BTreeMap<String, Change> {
    let level = |level: &Level| {
        let Finite { mean, low, high } = Finite::new(level.mean, &level.interval);
        Value90 { mean, low, high }
    };
    let change = |figure: &ComparedFigure| Change {
        unit: figure.unit.clone(),
        before: level(&figure.before),
        after: level(&figure.after),
        ratio: figure.change.as_ref().ok().map(|change| Ratio {
            mean: change.ratio,
            low: change.interval.low,
            high: change.interval.high,
        }),
        why_no_ratio: figure.change.as_ref().err().map(ToString::to_string),
    };
    figures.iter().map(|(name, figure)| (name.clone(), change(figure))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_in_the_repository_is_that_of_the_types() {
        let id = format!("urn:joulework:compare:{COMPARE_SCHEMA_VERSION}");
        crate::export::schema_held_against::<Document>(&id, COMPARE_SCHEMA, "compare.schema.json");
    }
}
