//! A row of CUR 2.0.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};

fn columns(period: &str, start: &str) -> Vec<(&'static str, String)> {
    [
        ("identity_line_item_id", start),
        ("bill_payer_account_id", "012345678901"),
        ("bill_billing_period_start_date", period),
        ("line_item_usage_account_id", "210987654321"),
        ("line_item_line_item_type", "Usage"),
        ("line_item_usage_start_date", start),
        ("line_item_usage_end_date", start),
        ("line_item_product_code", "AmazonEC2"),
        ("line_item_usage_type", "EU-BoxUsage:m6i.large"),
        ("line_item_operation", "RunInstances"),
        ("line_item_usage_amount", "1"),
        ("line_item_currency_code", "USD"),
        ("line_item_unblended_cost", "0.107"),
        ("pricing_unit", "Hrs"),
        ("product_region_code", "eu-west-1"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// A bill of one row, as CSV.
pub(crate) fn csv(period: &str, start: &str) -> String {
    let columns = columns(period, start);
    let line =
        |of: fn(&(&'static str, String)) -> String| columns.iter().map(of).collect::<Vec<_>>().join(",");
    format!("{}\n{}\n", line(|(name, _)| (*name).to_owned()), line(|(_, value)| value.clone()))
}

/// The same as columns of text.
pub(crate) fn texts(period: &str, start: &str) -> Vec<(String, ArrayRef)> {
    let array = |value: String| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    columns(period, start).into_iter().map(|(name, value)| (name.to_owned(), array(value))).collect()
}
