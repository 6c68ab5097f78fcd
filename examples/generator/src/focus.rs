//! The 57 columns of FOCUS 1.2 as AWS exports them.

use crate::columns::{Column, Value, instant, none, number, text, words};
use crate::row::{Charge, PAYER, PAYER_NAME, PLAN, Row};

/// The columns in alphabetical order.
pub const COLUMNS: &[Column] = &[
    text("AvailabilityZone", |row| words(zone(row))),
    number("BilledCost", |row| Value::Number(Some(row.billed))),
    text("BillingAccountId", |_| words(PAYER)),
    text("BillingAccountName", |_| words(PAYER_NAME)),
    text("BillingAccountType", |_| words("Organization")),
    text("BillingCurrency", |_| words("USD")),
    instant("BillingPeriodEnd", |row| Value::Instant(row.period_ms.1)),
    instant("BillingPeriodStart", |row| Value::Instant(row.period_ms.0)),
    text("CapacityReservationId", |_| none()),
    text("CapacityReservationStatus", |_| none()),
    text("ChargeCategory", |row| {
        words(match row.charge {
            Charge::Usage | Charge::Spot | Charge::Covered | Charge::Correction => "Usage",
            Charge::PlanUnused | Charge::Negation => "Usage",
            Charge::PlanFee => "Purchase",
            Charge::Credit => "Credit",
            Charge::Tax => "Tax",
        })
    }),
    text("ChargeClass", |row| if row.charge == Charge::Correction { words("Correction") } else { none() }),
    text("ChargeDescription", |row| words(row.product.description.as_str())),
    text("ChargeFrequency", |row| {
        words(match row.charge {
            Charge::PlanFee => "Recurring",
            Charge::Credit | Charge::Tax => "One-Time",
            _ => "Usage-Based",
        })
    }),
    instant("ChargePeriodEnd", |row| Value::Instant(row.end_ms)),
    instant("ChargePeriodStart", |row| Value::Instant(row.start_ms)),
    text("CommitmentDiscountCategory", |row| if committed(row) { words("Spend") } else { none() }),
    text("CommitmentDiscountId", |row| if committed(row) { words(PLAN) } else { none() }),
    text("CommitmentDiscountName", |_| none()),
    number("CommitmentDiscountQuantity", |row| Value::Number(committed(row).then_some(row.effective))),
    text("CommitmentDiscountStatus", |row| match row.charge {
        Charge::Covered => words("Used"),
        Charge::PlanUnused => words("Unused"),
        _ => none(),
    }),
    text("CommitmentDiscountType", |row| if committed(row) { words("Compute Savings Plan") } else { none() }),
    text("CommitmentDiscountUnit", |row| if committed(row) { words("USD") } else { none() }),
    number("ConsumedQuantity", |row| Value::Number(consumed(row))),
    text(
        "ConsumedUnit",
        |row| if consumed(row).is_some() { words(row.product.unit.as_str()) } else { none() },
    ),
    number("ContractedCost", |row| Value::Number(Some(list_cost(row)))),
    number("ContractedUnitPrice", |row| Value::Number(row.quantity.map(|_| row.product.price))),
    number("EffectiveCost", |row| Value::Number(Some(row.effective))),
    text("InvoiceId", |row| words(format!("EUINGB25-{}", row.period_ms.0 / 86_400_000))),
    text("InvoiceIssuerName", |_| words("Amazon Web Services EMEA SARL")),
    number("ListCost", |row| Value::Number(Some(list_cost(row)))),
    number("ListUnitPrice", |row| Value::Number(row.quantity.map(|_| row.product.price))),
    text("PricingCategory", |row| match row.charge {
        Charge::Covered | Charge::PlanUnused => words("Committed"),
        Charge::Spot => words("Dynamic"),
        Charge::Usage | Charge::Correction => words("Standard"),
        _ => none(),
    }),
    text("PricingCurrency", |_| words("USD")),
    number("PricingCurrencyContractedUnitPrice", |row| {
        Value::Number(row.quantity.map(|_| row.product.price))
    }),
    number("PricingCurrencyEffectiveCost", |row| Value::Number(Some(row.effective))),
    number("PricingCurrencyListUnitPrice", |row| Value::Number(row.quantity.map(|_| row.product.price))),
    number("PricingQuantity", |row| Value::Number(row.quantity)),
    text("PricingUnit", |row| if row.quantity.is_some() { words(row.product.unit.as_str()) } else { none() }),
    text("ProviderName", |_| words("AWS")),
    text("PublisherName", |_| words("Amazon Web Services, Inc.")),
    text("RegionId", |row| words(row.product.region.as_str())),
    text("RegionName", |row| words(row.product.region_name.as_str())),
    text("ResourceId", |row| words(row.resource)),
    text("ResourceName", |row| words(row.resource_name)),
    text("ResourceType", |_| none()),
    text("ServiceCategory", |row| words(row.product.category.as_str())),
    text("ServiceName", |row| words(row.product.service.as_str())),
    text("ServiceSubcategory", |_| none()),
    text("SkuId", |row| words(row.product.sku.as_str())),
    text("SkuMeter", |row| words(row.product.meter.as_str())),
    text("SkuPriceDetails", |row| words(row.product.details.as_str())),
    text("SkuPriceId", |row| words(format!("{}.JRTCKXETXF.6YS6EN2CT7", row.product.sku))),
    text("SubAccountId", |row| words(row.account.0)),
    text("SubAccountName", |row| words(row.account.1)),
    text("SubAccountType", |_| words("Account")),
    text("Tags", |row| words(row.tags)),
];

fn committed(row: &Row<'_>) -> bool {
    matches!(row.charge, Charge::Covered | Charge::PlanFee | Charge::PlanUnused)
}

/// FOCUS leaves the quantity out where a commitment was not used and where nothing was consumed.
fn consumed(row: &Row<'_>) -> Option<crate::decimal::Decimal> {
    matches!(row.charge, Charge::Usage | Charge::Spot | Charge::Covered | Charge::Correction)
        .then_some(row.quantity)
        .flatten()
}

fn list_cost(row: &Row<'_>) -> crate::decimal::Decimal {
    match row.charge {
        Charge::Covered | Charge::Spot => {
            row.quantity.map_or(row.billed, |quantity| quantity.times(row.product.price))
        }
        _ => row.billed,
    }
}

fn zone(row: &Row<'_>) -> String {
    if row.product.code == "AmazonEC2" && !row.resource.is_empty() && !row.product.region.is_empty() {
        let letter = ['a', 'b', 'c'][row.resource.len() % 3];
        format!("{}{letter}", row.product.region)
    } else {
        String::new()
    }
}
