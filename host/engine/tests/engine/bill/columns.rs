//! The columns of a batch, and batches of library users.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::Int8Type;
use joulework_engine::bill::{BillColumn, BillError, ColumnKind, ColumnSet, Origin, UsageBatch};

use super::fixture::rows_of;

#[test]
fn bill_columns_are_the_bill_rows_of_the_standard_list() {
    let list = include_str!("../../../../../wit/standard-columns.csv");
    let listed: Vec<(&str, &str)> = list
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|fields| fields[4] == "bill")
        .map(|fields| (fields[0], fields[1]))
        .collect();
    let ours: Vec<(&str, &str)> = BillColumn::ALL
        .iter()
        .map(|column| {
            let kind = match column.kind() {
                ColumnKind::Category => "category",
                ColumnKind::Number => "number",
                ColumnKind::Decimal => "decimal",
                ColumnKind::Instant => "instant",
            };
            (column.name(), kind)
        })
        .collect();
    assert_eq!(ours, listed);
    assert_eq!(ColumnSet::all().iter().count(), listed.len());
    assert_eq!(BillColumn::from_name("sku-meter"), Some(BillColumn::SkuMeter));
}

fn columns() -> Vec<(&'static str, ArrayRef)> {
    let services: DictionaryArray<Int8Type> = ["AWS Lambda", "Amazon S3"].into_iter().collect();
    vec![
        (
            "charge-period-start",
            Arc::new(TimestampMicrosecondArray::from(vec![1_740_873_600_000_000, 1_743_465_600_000_000])),
        ),
        ("charge-category", Arc::new(StringArray::from(vec!["Usage", "Usage"]))),
        ("billing-currency", Arc::new(StringArray::from(vec!["EUR", "EUR"]))),
        (
            "billed-cost",
            Arc::new(Decimal128Array::from(vec![125, -5]).with_precision_and_scale(10, 2).unwrap()),
        ),
        ("service-name", Arc::new(services)),
        ("consumed-quantity", Arc::new(Int64Array::from(vec![Some(3), None]))),
        ("somebody-elses", Arc::new(Float64Array::from(vec![1.0, 2.0]))),
    ]
}

#[test]
fn a_batch_of_a_library_user_is_brought_to_the_standard_types() {
    let batch = UsageBatch::try_from(RecordBatch::try_from_iter(columns()).unwrap()).unwrap();
    let rows = rows_of(&batch);
    assert_eq!(batch.origin(), Origin::Memory);
    assert_eq!(rows[0]["billed-cost"], "1.25");
    assert_eq!(rows[0]["effective-cost"], "1.25");
    assert_eq!(rows[1]["billed-cost"], "-0.05");
    assert_eq!(rows[0]["charge-month"], "2025-03");
    assert_eq!(rows[1]["charge-year"], "2025");
    assert_eq!(rows[1]["charge-month"], "2025-04");
    assert_eq!(rows[0]["consumed-quantity"], "3");
    assert!(!rows[1].contains_key("consumed-quantity"));
    for column in BillColumn::ALL {
        if let Some(array) = batch.array(*column) {
            assert_eq!(*array.data_type(), column.kind().data_type(), "{}", column.name());
        }
    }
    assert!(batch.record_batch().column_by_name("somebody-elses").is_none());
}

#[test]
fn a_batch_without_money_or_with_numbers_for_ids_is_refused() {
    let without: Vec<_> = columns().into_iter().filter(|(name, _)| *name != "billed-cost").collect();
    let error = UsageBatch::try_from(RecordBatch::try_from_iter(without).unwrap()).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string()),
        ("bill.schema", "the batch lacks the columns billed-cost".to_owned())
    );

    let mut numbers = columns();
    numbers.push(("sub-account-id", Arc::new(Int64Array::from(vec![42, 42]))));
    let error = UsageBatch::try_from(RecordBatch::try_from_iter(numbers).unwrap()).unwrap_err();
    assert!(
        matches!(error, BillError::Schema { .. }) && error.to_string().contains("`sub-account-id` as Int64"),
        "{error}"
    );
}
