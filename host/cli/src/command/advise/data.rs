//! Advice as data.

use std::collections::BTreeMap;

use joulework::advise::{Advice, Advised};
use joulework::compare::Compared;
use serde_json::{Value, json};

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;

/// The advice as JSON.
pub(super) fn advice(advice: &Advice) -> Result<Value, serde_json::Error> {
    let proposals = advice.proposals.iter().map(one).collect::<Result<Vec<Value>, _>>()?;
    Ok(json!({
        "schema-version": SCHEMA_VERSION,
        "proposals": proposals,
        "together": figures(&advice.together),
        "left-out": advice.left_out,
    }))
}

fn one(own: &Advised) -> Result<Value, serde_json::Error> {
    let proposal = &own.proposal;
    let saved: BTreeMap<&String, Value> = own
        .saved
        .iter()
        .map(|(quantity, interval)| (quantity, json!({ "low": interval.low, "high": interval.high })))
        .collect();
    Ok(json!({
        "advisor": own.advisor,
        "code": proposal.code,
        "resource": own.resource,
        "workload": own.workload,
        "service": own.service,
        "title": proposal.title,
        "evidence": proposal.evidence,
        "risk": proposal.risk,
        "confidence": proposal.confidence,
        "best-practices": proposal.best_practices,
        "extras": proposal.extras.iter().cloned().collect::<BTreeMap<String, String>>(),
        "changes": serde_json::to_value(own.changes())?,
        "figures": figures(&own.figures),
        "saved": saved,
        "price": serde_json::to_value(own.outcome.price)?,
        "committed": own.outcome.committed,
        "over-demand-vcpu-hours": own.outcome.over_demand,
        "left": own.outcome.left,
    }))
}

fn figures(compared: &Compared) -> Value {
    let of = |figure: &joulework::compare::ComparedFigure| {
        let change = figure.change.as_ref().ok().map(|change| {
            json!({ "mean": change.ratio, "low": change.interval.low, "high": change.interval.high })
        });
        json!({ "unit": figure.unit, "before": figure.before.mean, "after": figure.after.mean, "ratio": change })
    };
    let quantities: BTreeMap<&String, Value> =
        compared.figures.iter().map(|(quantity, figure)| (quantity, of(figure))).collect();
    let cost: BTreeMap<&str, [String; 2]> = compared
        .cost
        .iter()
        .map(|(currency, money)| (currency.code(), money.map(|money| money.to_string())))
        .collect();
    json!({ "quantities": quantities, "effective-cost": cost })
}
