//! The columns of a CUR 2.0 export that the shop's team chose.

use crate::columns::{Column, Value, instant, none, number, text, words};
use crate::decimal::Decimal;
use crate::row::{Charge, PAYER, PLAN, Row};

/// The columns in the order of AWS's table.
pub const COLUMNS: &[Column] = &[
    text("identity_line_item_id", |row| {
        words(format!("{:052x}", u128::from(row.serial) * 0x9e37_79b9_7f4a_7c15))
    }),
    text("bill_payer_account_id", |_| words(PAYER)),
    instant("bill_billing_period_start_date", |row| Value::Instant(row.period_ms.0)),
    instant("bill_billing_period_end_date", |row| Value::Instant(row.period_ms.1)),
    text("bill_bill_type", |_| words("Anniversary")),
    text("line_item_usage_account_id", |row| words(row.account.0)),
    text("line_item_usage_account_name", |row| words(row.account.1)),
    text("line_item_line_item_type", |row| {
        words(match row.charge {
            Charge::Usage | Charge::Spot | Charge::Correction => "Usage",
            Charge::Covered => "SavingsPlanCoveredUsage",
            Charge::Negation => "SavingsPlanNegation",
            Charge::PlanFee | Charge::PlanUnused => "SavingsPlanRecurringFee",
            Charge::Credit => "Credit",
            Charge::Tax => "Tax",
        })
    }),
    instant("line_item_usage_start_date", |row| Value::Instant(row.start_ms)),
    instant("line_item_usage_end_date", |row| Value::Instant(row.end_ms)),
    text("line_item_product_code", |row| words(row.product.code.as_str())),
    text("line_item_usage_type", |row| words(row.product.meter.as_str())),
    text("line_item_operation", |row| words(row.product.operation.as_str())),
    text("line_item_resource_id", |row| words(row.resource)),
    number("line_item_usage_amount", |row| Value::Number(Some(row.quantity.unwrap_or(Decimal::ZERO)))),
    text("pricing_unit", |row| words(row.product.unit.as_str())),
    text("line_item_currency_code", |_| words("USD")),
    number("line_item_unblended_cost", |row| Value::Number(Some(unblended(row)))),
    text("line_item_line_item_description", |row| words(row.product.description.as_str())),
    text("pricing_term", |row| match row.charge {
        Charge::Usage | Charge::Correction => words("OnDemand"),
        Charge::Spot => words("Spot"),
        _ => none(),
    }),
    text("product_region_code", |row| words(row.product.region.as_str())),
    text("product", |row| words(row.product.details.as_str())),
    text("product_instance_type", |row| words(detail(row, "InstanceType"))),
    text("savings_plan_savings_plan_a_r_n", |row| match row.charge {
        Charge::Covered | Charge::Negation | Charge::PlanFee | Charge::PlanUnused => words(PLAN),
        _ => none(),
    }),
    number("savings_plan_savings_plan_effective_cost", |row| {
        Value::Number((row.charge == Charge::Covered).then_some(row.effective))
    }),
    number("savings_plan_total_commitment_to_date", |row| {
        Value::Number((row.charge == Charge::PlanFee).then_some(row.billed))
    }),
    number("savings_plan_used_commitment", |row| {
        Value::Number((row.charge == Charge::PlanFee).then(|| row.billed.plus(row.unused.negated())))
    }),
    text("resource_tags", |row| words(row.tags)),
];

/// The lines that CUR has for a line of the bill: covered usage is billed at its on-demand price and taken
/// back on a second line; an unused commitment is no line but a number on the plan's fee.
pub fn lines<'a>(row: &Row<'a>) -> Vec<Row<'a>> {
    match row.charge {
        Charge::Covered => {
            vec![row.clone(), Row { charge: Charge::Negation, serial: row.serial | 1 << 63, ..row.clone() }]
        }
        Charge::PlanUnused => Vec::new(),
        _ => vec![row.clone()],
    }
}

fn unblended(row: &Row<'_>) -> Decimal {
    let on_demand = row.quantity.map_or(Decimal::ZERO, |quantity| quantity.times(row.product.price));
    match row.charge {
        Charge::Covered => on_demand,
        Charge::Negation => on_demand.negated(),
        _ => row.billed,
    }
}

fn detail(row: &Row<'_>, key: &str) -> String {
    serde_json::from_str::<serde_json::Value>(&row.product.details)
        .ok()
        .and_then(|details| Some(details.get(key)?.as_str()?.to_owned()))
        .unwrap_or_default()
}
