//! CUR 2.0: line types, amortised cost, unused commitments, maps, split rows.

use std::collections::BTreeMap;

use joulework_engine::bill::{BillColumn, Format, Origin};

use super::fixture::{Folder, Table, batches, count, one_row, open, rows, rows_of, total};

#[test]
fn a_row_has_its_standard_columns() {
    let row = one_row(&Table::cur().row(&[]));
    let expected = [
        ("billed-cost", "0.086"),
        ("billing-account-id", "012345678901"),
        ("billing-currency", "USD"),
        ("billing-period-start", "2025-03-01T00:00:00Z"),
        ("charge-category", "Usage"),
        ("charge-description", "$0.086 per hour"),
        ("charge-month", "2025-03"),
        ("charge-period-end", "2025-03-02T01:00:00Z"),
        ("charge-period-start", "2025-03-02T00:00:00Z"),
        ("charge-year", "2025"),
        ("consumed-quantity", "1"),
        ("consumed-unit", "Hrs"),
        ("effective-cost", "0.086"),
        ("operation", "RunInstances"),
        ("pricing-category", "Standard"),
        ("provider-name", "AWS"),
        ("region-id", "eu-west-1"),
        ("resource-id", "i-0123"),
        ("service-name", "AmazonEC2"),
        ("sku-meter", "EUW1-BoxUsage:m6g.large"),
        ("sku-price-details", r#"{"CoreCount":2,"InstanceType":"m6g.large","MemorySize":8}"#),
        ("sub-account-id", "000000000042"),
        ("tags", r#"{"team":"shop"}"#),
    ];
    assert_eq!(row.into_iter().collect::<Vec<_>>(), expected.map(|(name, value)| (name, value.to_owned())));
}

/// Line type with what is special about the row, and category, class, status, billed and effective cost, quantity.
type Case = (&'static str, &'static [(&'static str, &'static str)], [Option<&'static str>; 6]);

#[test]
fn every_line_type_has_the_words_of_focus_and_its_amortised_cost() {
    const PLAN: &str = "savings_plan_savings_plan_effective_cost";
    const ARN: (&str, &str) =
        ("reservation_reservation_a_r_n", "arn:aws:ec2:eu-west-1:012345678901:reserved-instances/1");
    let usage = |status, effective| [Some("Usage"), None, status, Some("0.086"), Some(effective), Some("1")];
    let money =
        |category, class, effective| [Some(category), class, None, Some("0.086"), Some(effective), None];
    let cases: [Case; 14] = [
        ("Usage", &[], usage(None, "0.086")),
        ("DiscountedUsage", &[("reservation_effective_cost", "0.05"), ARN], usage(Some("Used"), "0.05")),
        ("SavingsPlanCoveredUsage", &[(PLAN, "0.06")], usage(Some("Used"), "0.06")),
        ("SavingsPlanNegation", &[], money("Adjustment", None, "0")),
        ("RIFee", &[ARN], money("Purchase", None, "0")),
        ("Fee", &[ARN], money("Purchase", None, "0")),
        ("Fee", &[], money("Purchase", None, "0.086")),
        ("SavingsPlanRecurringFee", &[], money("Purchase", None, "0")),
        ("SavingsPlanUpfrontFee", &[], money("Purchase", None, "0")),
        ("Credit", &[], money("Credit", None, "0.086")),
        ("Refund", &[], money("Adjustment", Some("Correction"), "0.086")),
        ("Tax", &[], money("Tax", None, "0.086")),
        ("EdpDiscount", &[], money("Adjustment", None, "0.086")),
        ("SomethingNew", &[], money("Adjustment", None, "0.086")),
    ];
    for (line_type, special, expected) in cases {
        let values: Vec<_> =
            special.iter().copied().chain([("line_item_line_item_type", line_type)]).collect();
        let row = one_row(&Table::cur().row(&values));
        let found = [
            "charge-category",
            "charge-class",
            "commitment-discount-status",
            "billed-cost",
            "effective-cost",
            "consumed-quantity",
        ]
        .map(|column| row.get(column).map(String::as_str));
        assert_eq!(found, expected, "{line_type} {special:?}");
    }
}

#[test]
fn an_unused_commitment_is_a_line_of_its_own() {
    let table = Table::cur()
        .row(&[])
        .row(&[
            ("line_item_line_item_type", "RIFee"),
            ("line_item_unblended_cost", "72"),
            ("reservation_unused_amortized_upfront_fee_for_billing_period", "1.25"),
            ("reservation_unused_recurring_fee", "0.5"),
        ])
        .row(&[
            ("line_item_line_item_type", "SavingsPlanRecurringFee"),
            ("line_item_unblended_cost", "10"),
            ("savings_plan_total_commitment_to_date", "10"),
            ("savings_plan_used_commitment", "9.9"),
        ]);
    let folder = Folder::new();
    let path = folder.write("cur.csv", table.csv());
    let bill = open(&[&path]).unwrap();
    let batches = batches(&bill).unwrap();
    assert_eq!(bill.files()[0].format(), Format::Cur20);
    assert_eq!(count(&batches), 3);
    let unused: Vec<BTreeMap<_, _>> = batches
        .iter()
        .filter(|batch| matches!(batch.origin(), Origin::UnusedCommitment { .. }))
        .flat_map(rows_of)
        .collect();
    let costs: Vec<_> = unused.iter().map(|row| row["effective-cost"].as_str()).collect();
    assert_eq!(costs, ["1.75", "0.1"]);
    for row in &unused {
        assert_eq!(
            (row["charge-category"].as_str(), row["commitment-discount-status"].as_str()),
            ("Usage", "Unused")
        );
        assert_eq!((row["billed-cost"].as_str(), row.get("consumed-quantity")), ("0", None));
    }
    // What is billed is the file's; what is effective is used and unused.
    assert_eq!(total(&batches, BillColumn::BilledCost).to_string(), "82.086");
    assert_eq!(total(&batches, BillColumn::EffectiveCost).to_string(), "1.936");
}

#[test]
fn shares_of_a_row_are_not_counted_beside_it() {
    let table = Table::cur().with("split_line_item_parent_resource_id", "").row(&[]).row(&[
        ("split_line_item_parent_resource_id", "i-0123"),
        ("line_item_usage_amount", "0.5"),
        ("line_item_unblended_cost", "0"),
    ]);
    let folder = Folder::new();
    let path = folder.write("cur.csv", table.csv());
    let bill = open(&[&path]).unwrap();
    let rows = rows(&bill).unwrap();
    assert_eq!(rows[0]["charge-category"], "Usage");
    assert_eq!((rows[1]["charge-category"].as_str(), rows[1].get("consumed-quantity")), ("Adjustment", None));
    let notes = bill.notes();
    assert_eq!((notes[0].code, notes[0].rows), ("bill.split-rows", 1));
}

#[test]
fn prices_and_reservations_have_the_words_of_focus() {
    let word =
        |column: &str, values: &[(&str, &str)]| one_row(&Table::cur().row(values)).get(column).cloned();
    let price = |values: &[(&str, &str)]| word("pricing-category", values);
    assert_eq!(price(&[("pricing_term", "Spot")]).as_deref(), Some("Dynamic"));
    assert_eq!(
        price(&[("pricing_term", ""), ("line_item_usage_type", "SpotUsage:c7g.large")]).as_deref(),
        Some("Dynamic")
    );
    assert_eq!(price(&[("pricing_term", "Reserved")]).as_deref(), Some("Committed"));
    assert_eq!(price(&[("line_item_line_item_type", "DiscountedUsage")]).as_deref(), Some("Committed"));
    assert_eq!(price(&[("line_item_line_item_type", "Tax")]), None);
    let unused = [("line_item_usage_type", "EUW1-UnusedBox:m6g.large")];
    assert_eq!(word("capacity-reservation-status", &unused).as_deref(), Some("Unused"));
    assert_eq!(word("capacity-reservation-status", &[]), None);
}

#[test]
fn a_region_is_taken_from_the_product_where_it_has_no_column() {
    let row = one_row(&Table::cur().without("product_region_code").row(&[]));
    assert_eq!(row["region-id"], "eu-west-1");
    let row = one_row(&Table::cur().row(&[("product_region_code", "")]));
    assert_eq!(row["region-id"], "eu-west-1");
}

#[test]
fn tags_may_be_a_map_or_columns() {
    let table = Table::cur().with("resource_tags_user_env", "prod").row(&[]);
    assert_eq!(one_row(&table)["tags"], r#"{"env":"prod","team":"shop"}"#);
    assert_eq!(one_row(&Table::cur().row(&[("resource_tags", "{}")])).get("tags"), None);
}

#[test]
fn without_amortised_columns_the_unblended_cost_stands_in_and_is_noted() {
    let table = Table::cur()
        .without("savings_plan_savings_plan_effective_cost")
        .row(&[("line_item_line_item_type", "SavingsPlanCoveredUsage")]);
    let folder = Folder::new();
    let path = folder.write("cur.csv", table.csv());
    let bill = open(&[&path]).unwrap();
    assert_eq!(rows(&bill).unwrap()[0]["effective-cost"], "0.086");
    rows(&bill).unwrap();
    let notes = bill.notes();
    assert_eq!(
        (notes.len(), notes[0].code, notes[0].rows),
        (1, "bill.no-amortised-cost", 1),
        "counted once, read twice"
    );
}
