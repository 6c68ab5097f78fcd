//! Rows of a bill, made by hand.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use joulework_engine::bill::UsageBatch;
use joulework_units::Money;

/// 2025-03-10T00:00:00Z.
pub(crate) const START: i64 = 1_741_564_800_000;
pub(crate) const HOUR: i64 = 3_600_000;

/// A row; unset texts are missing.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) account: &'static str,
    pub(crate) category: &'static str,
    pub(crate) class: &'static str,
    pub(crate) service: &'static str,
    pub(crate) meter: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) region: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) tags: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) quantity: Option<f64>,
    pub(crate) currency: &'static str,
    pub(crate) billed: &'static str,
    pub(crate) effective: &'static str,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            start: START,
            end: START + HOUR,
            account: "012345678901",
            category: "Usage",
            class: "",
            service: "Amazon Elastic Compute Cloud",
            meter: "EU-BoxUsage:m5.large",
            operation: "RunInstances",
            region: "eu-west-1",
            resource: "i-1",
            tags: "{\"app\":\"shop\"}",
            unit: "Hrs",
            quantity: Some(1.0),
            currency: "USD",
            billed: "0.107",
            effective: "0.107",
        }
    }
}

fn texts(rows: &[Row], of: fn(&Row) -> &'static str) -> ArrayRef {
    let text = |row: &Row| Some(of(row)).filter(|text| !text.is_empty());
    Arc::new(rows.iter().map(text).collect::<StringArray>())
}

fn money(rows: &[Row], of: fn(&Row) -> &'static str) -> ArrayRef {
    let raw = rows.iter().map(|row| Some(Money::parse(of(row)).unwrap().raw()));
    Arc::new(raw.collect::<Decimal128Array>().with_precision_and_scale(38, 24).unwrap())
}

fn instants(rows: &[Row], of: fn(&Row) -> i64) -> ArrayRef {
    Arc::new(rows.iter().map(|row| Some(of(row))).collect::<TimestampMillisecondArray>())
}

/// The rows as a batch.
pub(crate) fn batch(rows: &[Row]) -> UsageBatch {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("provider-name", Arc::new(rows.iter().map(|_| Some("AWS")).collect::<StringArray>())),
        ("sub-account-id", texts(rows, |row| row.account)),
        ("charge-period-start", instants(rows, |row| row.start)),
        ("charge-period-end", instants(rows, |row| row.end)),
        ("charge-category", texts(rows, |row| row.category)),
        ("charge-class", texts(rows, |row| row.class)),
        ("service-name", texts(rows, |row| row.service)),
        ("sku-meter", texts(rows, |row| row.meter)),
        ("operation", texts(rows, |row| row.operation)),
        ("region-id", texts(rows, |row| row.region)),
        ("resource-id", texts(rows, |row| row.resource)),
        ("tags", texts(rows, |row| row.tags)),
        ("consumed-unit", texts(rows, |row| row.unit)),
        ("consumed-quantity", Arc::new(rows.iter().map(|row| row.quantity).collect::<Float64Array>())),
        ("billing-currency", texts(rows, |row| row.currency)),
        ("billed-cost", money(rows, |row| row.billed)),
        ("effective-cost", money(rows, |row| row.effective)),
    ];
    UsageBatch::try_from(RecordBatch::try_from_iter(columns).unwrap()).unwrap()
}
