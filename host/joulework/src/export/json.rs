//! A roll-up as JSON. `schema/estimate.schema.json` describes it.

use std::collections::BTreeMap;

use joulework_engine::assess::{Coverage, Figure, Grade, MoneyLine, Rollup, RollupRow, Tally};
use joulework_engine::calendar::instant;
use joulework_engine::pipeline::Assessment;
use joulework_units::{Currency, Money};
use serde_json::{Map, Value, json};

/// Version of the JSON form. It rises when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// A roll-up with what it was made from: plugins, inputs and notes.
#[must_use]
pub fn roll_up_json(assessment: &Assessment, roll_up: &Rollup) -> Value {
    let by: Vec<String> = roll_up.question.by.iter().map(ToString::to_string).collect();
    let rows: Vec<Value> = roll_up.rows.iter().map(|row| row_json(&by, row)).collect();
    let provenance = &assessment.provenance;
    let plugins: Vec<Value> = provenance
        .plugins
        .iter()
        .map(|plugin| {
            json!({ "id": plugin.id, "version": plugin.version, "sha256": plugin.sha256,
                    "factor-set": plugin.factor_set })
        })
        .collect();
    json!({
        "schema-version": SCHEMA_VERSION,
        "host-version": provenance.host_version,
        "by": by,
        "step": roll_up.question.step.word(),
        "rows": rows,
        "total": tally_json(&roll_up.total),
        "plugins": plugins,
        "inputs": provenance.inputs,
        "notes": provenance.notes.iter()
            .map(|note| json!({ "code": note.code, "text": note.text, "rows": note.rows }))
            .collect::<Vec<_>>(),
    })
}

fn row_json(by: &[String], row: &RollupRow) -> Value {
    let keys: Map<String, Value> = by
        .iter()
        .zip(&row.keys)
        .map(|(name, key)| (name.clone(), if key.is_empty() { Value::Null } else { json!(key) }))
        .collect();
    let mut value = tally_json(&row.tally);
    if let Value::Object(map) = &mut value {
        map.insert("keys".to_owned(), Value::Object(keys));
        if let Some(period) = row.period {
            let span = json!({ "start": instant(period.start_ms()), "end": instant(period.end_ms()),
                               "partial": row.partial });
            map.insert("period".to_owned(), span);
        }
    }
    value
}

fn tally_json(tally: &Tally) -> Value {
    let figures: Map<String, Value> =
        tally.figures.iter().map(|(name, figure)| (name.clone(), figure_json(figure))).collect();
    json!({
        "bill-rows": tally.rows,
        "billed-cost": money_json(&tally.billed),
        "effective-cost": money_json(&tally.effective),
        "figures": figures,
        "coverage": coverage_json(&tally.coverage),
    })
}

fn figure_json(figure: &Figure) -> Value {
    let unit = figure.amount.unit();
    let mut map = Map::new();
    map.insert("value".to_owned(), json!(figure.amount.value_in(unit).ok()));
    map.insert("unit".to_owned(), json!(unit.symbol()));
    match figure.interval() {
        Ok(interval) => {
            map.insert("low".to_owned(), json!(interval.low));
            map.insert("high".to_owned(), json!(interval.high));
        }
        Err(why) => {
            map.insert("why-no-interval".to_owned(), json!(why.to_string()));
        }
    }
    map.insert("not-modelled-rows".to_owned(), json!(figure.not_modelled.rows));
    let parts: Map<String, Value> = figure
        .not_modelled
        .known_parts
        .iter()
        .map(|(name, amount)| (name.clone(), json!(amount.value_in(amount.unit()).ok())))
        .collect();
    if !parts.is_empty() {
        map.insert("known-parts-of-not-modelled".to_owned(), Value::Object(parts));
    }
    Value::Object(map)
}

fn money_json(money: &BTreeMap<Currency, Money>) -> Value {
    let amounts: Map<String, Value> = money
        .iter()
        .map(|(currency, money)| (currency.code().to_owned(), json!(money.to_string())))
        .collect();
    Value::Object(amounts)
}

fn coverage_json(coverage: &Coverage) -> Value {
    let line = |line: &MoneyLine| {
        json!({ "rows": line.rows, "billed-cost": money_json(&line.billed),
                "effective-cost": money_json(&line.effective), "positive-effective-cost": money_json(&line.positive) })
    };
    let usage: Map<String, Value> = Grade::ALL
        .iter()
        .filter_map(|grade| Some((grade.word().to_owned(), line(coverage.usage.get(grade)?))))
        .collect();
    let apart: Map<String, Value> =
        coverage.apart.iter().map(|(category, money)| (category.clone(), line(money))).collect();
    json!({ "usage": usage, "apart": apart })
}
