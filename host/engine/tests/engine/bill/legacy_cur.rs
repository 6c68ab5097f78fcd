//! The legacy Cost and Usage Report, in both spellings of its columns, beside CUR 2.0.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Float64Array, StringArray, TimestampMillisecondArray};
use joulework_engine::assess::{Dimension, RollUp};
use joulework_engine::bill::{BillColumn, BillError, Container, Format, UsageBatch};

use super::fixture::{Folder, Table, batches, count, gz, one_row, open, refusal, rows, rows_of, total};
use super::parquet::{columns, with, write};
use crate::first_party::engine;

/// A value under the name that a column has in CUR 2.0, and under its slashed name.
type Change = (&'static str, &'static str, &'static str);

/// Rows of every kind that the money rules tell apart.
const ROWS: [&[Change]; 12] = [
    &[],
    &[
        ("line_item_line_item_type", "lineItem/LineItemType", "DiscountedUsage"),
        ("reservation_effective_cost", "reservation/EffectiveCost", "0.0512345678901234567890"),
        (
            "reservation_reservation_a_r_n",
            "reservation/ReservationARN",
            "arn:aws:ec2::1:reserved-instances/1",
        ),
    ],
    &[
        ("line_item_line_item_type", "lineItem/LineItemType", "SavingsPlanCoveredUsage"),
        ("savings_plan_savings_plan_effective_cost", "savingsPlan/SavingsPlanEffectiveCost", "0.06"),
    ],
    &[
        ("line_item_line_item_type", "lineItem/LineItemType", "SavingsPlanNegation"),
        ("line_item_unblended_cost", "lineItem/UnblendedCost", "-0.086"),
    ],
    &[
        ("line_item_line_item_type", "lineItem/LineItemType", "RIFee"),
        ("line_item_unblended_cost", "lineItem/UnblendedCost", "72"),
        (
            "reservation_unused_amortized_upfront_fee_for_billing_period",
            "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod",
            "1.25",
        ),
        ("reservation_unused_recurring_fee", "reservation/UnusedRecurringFee", "0.5"),
    ],
    &[
        ("line_item_line_item_type", "lineItem/LineItemType", "SavingsPlanRecurringFee"),
        ("savings_plan_total_commitment_to_date", "savingsPlan/TotalCommitmentToDate", "10"),
        ("savings_plan_used_commitment", "savingsPlan/UsedCommitment", "9.9"),
    ],
    &[("line_item_line_item_type", "lineItem/LineItemType", "SavingsPlanUpfrontFee")],
    &[
        ("line_item_line_item_type", "lineItem/LineItemType", "Fee"),
        (
            "reservation_reservation_a_r_n",
            "reservation/ReservationARN",
            "arn:aws:ec2::1:reserved-instances/1",
        ),
    ],
    &[("line_item_line_item_type", "lineItem/LineItemType", "Tax")],
    &[
        ("line_item_line_item_type", "lineItem/LineItemType", "Refund"),
        ("line_item_unblended_cost", "lineItem/UnblendedCost", "-0.0000000001"),
    ],
    &[
        ("line_item_product_code", "lineItem/ProductCode", "AWSLambda"),
        ("line_item_usage_type", "lineItem/UsageType", "EU-Lambda-GB-Second"),
        ("line_item_operation", "lineItem/Operation", "Invoke"),
        ("pricing_unit", "pricing/unit", "Lambda-GB-Second"),
        ("line_item_usage_amount", "lineItem/UsageAmount", "142.628"),
    ],
    &[
        ("split_line_item_parent_resource_id", "splitLineItem/ParentResourceId", "i-0123"),
        ("line_item_unblended_cost", "lineItem/UnblendedCost", "0"),
    ],
];

fn cur() -> Table {
    ROWS.iter().fold(Table::cur().with("split_line_item_parent_resource_id", ""), |table, changes| {
        table.row(&changes.iter().map(|(words, _, value)| (*words, *value)).collect::<Vec<_>>())
    })
}

fn legacy() -> Table {
    ROWS.iter().fold(Table::legacy_cur().with("splitLineItem/ParentResourceId", ""), |table, changes| {
        table.row(&changes.iter().map(|(_, slashed, value)| (*slashed, *value)).collect::<Vec<_>>())
    })
}

/// The batches of a file in the format that is expected.
fn read(path: &Path, format: Format, container: Container) -> Vec<UsageBatch> {
    let bill = open(&[path]).unwrap();
    assert_eq!((bill.files()[0].format(), bill.files()[0].container()), (format, container));
    batches(&bill).unwrap()
}

#[test]
fn the_same_rows_give_the_same_money_and_the_same_estimates_as_in_cur_2_0() {
    let folder = Folder::new();
    let path = |name: &str, bytes: &[u8]| folder.write(name, bytes);
    let expected = read(&path("cur.csv", cur().csv().as_bytes()), Format::Cur20, Container::Csv);
    assert_eq!(count(&expected), ROWS.len());
    assert_eq!(total(&expected, BillColumn::EffectiveCost).to_string(), "2.219234567790123456789");
    let all_rows = |batches: &[UsageBatch]| batches.iter().flat_map(rows_of).collect::<Vec<_>>();
    let estimates = |batches: &[UsageBatch]| {
        let question = RollUp::by([Dimension::Period, Dimension::Service, Dimension::Tag("app".into())]);
        format!("{:?}", engine().estimate_batches(batches).unwrap().roll_up(&question).unwrap())
    };
    let legacy = legacy();
    let words = legacy.clone().in_words();
    for (path, container) in [
        (path("slashes.csv", legacy.csv().as_bytes()), Container::Csv),
        (path("slashes.csv.gz", &gz(legacy.csv())), Container::CsvGz),
        (path("words.csv", words.csv().as_bytes()), Container::Csv),
        (write(&folder, "slashes.parquet", columns(&legacy), 5), Container::Parquet),
        (write(&folder, "words.parquet", columns(&words), 1_000), Container::Parquet),
    ] {
        let found = read(&path, Format::CurLegacy, container);
        assert_eq!(count(&found), ROWS.len());
        for money in [BillColumn::BilledCost, BillColumn::EffectiveCost] {
            assert_eq!(total(&found, money), total(&expected, money), "{} {path:?}", money.name());
        }
        let (mut found_rows, mut expected_rows) = (all_rows(&found), all_rows(&expected));
        // Row groups bring the lines of unused commitments in other places.
        found_rows.sort();
        expected_rows.sort();
        assert_eq!(found_rows, expected_rows, "{path:?}");
        assert_eq!(estimates(&found), estimates(&expected), "{path:?}");
    }
}

#[test]
fn parquet_may_have_doubles_decimals_and_timestamps() {
    let table = Table::legacy_cur().in_words().row(&[]).row(&[("line_item_unblended_cost", "0.1")]);
    let folder = Folder::new();
    let text = open(&[&folder.write("a.csv", table.csv())]).unwrap();
    let instants =
        |millisecond: i64| Arc::new(TimestampMillisecondArray::from(vec![millisecond; 2])) as ArrayRef;
    let decimals = Decimal128Array::from(vec![860, 1_000]).with_precision_and_scale(18, 4).unwrap();
    let others: Vec<(&str, ArrayRef)> = vec![
        ("bill_billing_period_start_date", instants(1_740_787_200_000)),
        ("line_item_usage_start_date", instants(1_740_873_600_000)),
        ("line_item_usage_end_date", instants(1_740_877_200_000)),
        ("line_item_usage_amount", Arc::new(Float64Array::from(vec![1.0; 2]))),
        ("line_item_unblended_cost", Arc::new(decimals)),
        ("reservation_effective_cost", Arc::new(Float64Array::new_null(2))),
        ("resource_tags_aws_created_by", Arc::new(StringArray::new_null(2))),
    ];
    let typed = write(&folder, "b.parquet", with(&table, &others), 1_000);
    assert_eq!(rows(&open(&[&typed]).unwrap()).unwrap(), rows(&text).unwrap());
}

#[test]
fn tags_have_the_keys_that_the_user_gave() {
    let table = Table::legacy_cur()
        .with("resourceTags/user:CostCenter", "4711")
        .with("resourceTags/user:Team", "Shop")
        .row(&[("resourceTags/aws:createdBy", "AssumedRole:x")]);
    // In words the capitals of a key are gone, as they are in CUR 2.0; and two keys have become one column name.
    let words = table.clone().without("resourceTags/user:Team").in_words();
    assert_eq!(
        one_row(&table)["tags"],
        r#"{"CostCenter":"4711","Team":"Shop","aws:createdBy":"AssumedRole:x","team":"shop"}"#
    );
    assert_eq!(
        one_row(&words)["tags"],
        r#"{"aws_created_by":"AssumedRole:x","cost_center":"4711","team":"shop"}"#
    );
    let none = Table::legacy_cur().row(&[("resourceTags/user:team", "")]);
    assert_eq!(one_row(&none).get("tags"), None);
}

#[test]
fn a_region_may_have_either_of_its_columns() {
    let table = Table::legacy_cur().without("product/regionCode").row(&[("product/region", "eu-north-1")]);
    assert_eq!(one_row(&table)["region-id"], "eu-north-1");
    let both = Table::legacy_cur().row(&[("product/region", ""), ("product/regionCode", "us-east-1")]);
    assert_eq!(one_row(&both)["region-id"], "us-east-1");
}

#[test]
fn ids_stay_text_and_money_stays_exact() {
    let row = one_row(&Table::legacy_cur().row(&[
        ("bill/PayerAccountId", "000000000001"),
        ("lineItem/UnblendedCost", "12345678901.123456789012345678901234"),
        ("resourceTags/user:team", "2024-01"),
    ]));
    assert_eq!(row["billing-account-id"], "000000000001");
    assert_eq!(row["billed-cost"], "12345678901.123456789012345678901234");
    assert_eq!(row["tags"], r#"{"team":"2024-01"}"#);
}

#[test]
fn the_report_is_told_by_its_columns_alone() {
    let format = |table: Table| {
        let folder = Folder::new();
        open(&[&folder.write("bill", table.row(&[]).csv())]).unwrap().files()[0].format()
    };
    let cur_without_maps = || Table::cur().without("product").without("resource_tags");
    for (table, expected) in [
        (Table::legacy_cur(), Format::CurLegacy),
        (Table::legacy_cur().in_words(), Format::CurLegacy),
        (Table::cur(), Format::Cur20),
        // A query took a tag out of the map; the map shows what it is.
        (Table::cur().with("resource_tags_user_env", "x"), Format::Cur20),
        (cur_without_maps(), Format::Cur20),
        (
            cur_without_maps().with("bill_payer_account_name", "x").with("resource_tags_user_a", "x"),
            Format::Cur20,
        ),
        (cur_without_maps().with("cost_category_stage", "x"), Format::CurLegacy),
        (cur_without_maps().with("product_product_name", "x"), Format::CurLegacy),
    ] {
        let header = table.header.join(",");
        assert_eq!(format(table), expected, "{header}");
    }
}

fn message(table: &Table) -> (BillError, String) {
    let folder = Folder::new();
    let error = refusal(&[&folder.write("bill.csv", table.csv())]);
    let text = error.to_string().split_once("bill.csv: ").unwrap().1.to_owned();
    (error, text)
}

#[test]
fn a_missing_column_is_named_as_the_file_would_spell_it() {
    let table = Table::legacy_cur().row(&[]);
    let (error, text) = message(&table.clone().renamed("lineItem/UsageType", "lineItem/UsageTyp"));
    assert_eq!(text, "legacy CUR needs the column `lineItem/UsageType`, which is missing");
    assert_eq!(
        error.hint().as_deref(),
        Some("the file has `lineItem/UsageTyp`: is that `lineItem/UsageType`?")
    );
    let (error, text) = message(&table.clone().in_words().without("line_item_unblended_cost"));
    assert_eq!(text, "legacy CUR needs the column `line_item_unblended_cost`, which is missing");
    assert_eq!(error.code(), "bill.columns");

    // The blended cost is a column of its own right, not a misspelling.
    let blended = table.without("lineItem/UnblendedCost").with("lineItem/BlendedCost", "1").row(&[]);
    let (error, _) = message(&blended);
    assert_eq!(error.hint().as_deref(), Some("add `lineItem/UnblendedCost` to the columns of the export"));

    let few = "identity/LineItemId,bill/PayerAccountId,lineItem/UsageType\n1,2,3\n";
    let folder = Folder::new();
    let error = refusal(&[&folder.write("bill.csv", few)]);
    assert_eq!(error.code(), "bill.columns", "{error}");
}

#[test]
fn a_column_in_both_spellings_is_refused() {
    let (error, text) = message(&Table::legacy_cur().with("line_item_unblended_cost", "1").row(&[]));
    assert_eq!(
        text,
        "`lineItem/UnblendedCost` and `line_item_unblended_cost` are the same column of legacy CUR"
    );
    assert_eq!(
        (error.code(), error.hint().as_deref()),
        ("bill.column-twice", Some("leave one of the two columns out"))
    );
}

#[test]
fn bad_values_are_named_in_the_spelling_of_the_file() {
    let (error, text) = message(&Table::legacy_cur().row(&[]).row(&[("lineItem/UnblendedCost", "1,5")]));
    assert_eq!(error.code(), "bill.value");
    assert!(text.starts_with("row 2 (line 3), column `lineItem/UnblendedCost`: found `1,5`"), "{text}");
}

#[test]
fn legacy_and_2_0_of_one_bill_overlap() {
    let folder = Folder::new();
    folder.write("a.csv", Table::cur().row(&[]).csv());
    folder.write("b.csv", Table::legacy_cur().row(&[]).csv());
    let error = refusal(&[folder.path()]);
    assert!(
        error.to_string().ends_with("they are CUR 2.0 and legacy CUR of the same account and billing period"),
        "{error}"
    );
}

const PERIOD: &str = "cur/report/20250301-20250401";

fn part(ids: std::ops::Range<u32>) -> String {
    ids.fold(Table::legacy_cur(), |table, id| table.row(&[("identity/LineItemId", &format!("id-{id}"))]))
        .csv()
}

fn manifest(assembly: &str, keys: &[&str]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("\"some/prefix/report/{key}\"")).collect();
    format!(
        "{{\"assemblyId\": \"{assembly}\", \"reportName\": \"report\", \"billingPeriod\": {{\"start\": \"20250301T000000.000Z\", \"end\": \"20250401T000000.000Z\"}}, \"reportKeys\": [{}]}}",
        keys.join(", ")
    )
}

fn codes(folder: &Folder) -> (usize, Vec<&'static str>) {
    let bill = open(&[folder.path()]).unwrap();
    (count(&batches(&bill).unwrap()), bill.notes().iter().map(|note| note.code).collect())
}

#[test]
fn the_manifest_of_the_billing_period_names_the_delivery_that_counts() {
    let folder = Folder::new();
    folder.write(&format!("{PERIOD}/aaaa/report-00001.csv.gz"), gz(part(0..10)));
    folder.write(&format!("{PERIOD}/bbbb/report-00001.csv.gz"), gz(part(0..10)));
    folder.write(&format!("{PERIOD}/bbbb/report-00002.csv.gz"), gz(part(5..25)));
    let older = manifest("aaaa", &["20250301-20250401/aaaa/report-00001.csv.gz"]);
    let newer = manifest(
        "bbbb",
        &["20250301-20250401/bbbb/report-00001.csv.gz", "20250301-20250401/bbbb/report-00002.csv.gz"],
    );
    folder.write(&format!("{PERIOD}/aaaa/report-Manifest.json"), &older);
    // A delivery alone speaks for itself; what it does not list may be newer, and is held against it.
    assert_eq!(refusal(&[folder.path()]).code(), "delivery.overlap");
    folder.write(&format!("{PERIOD}/bbbb/report-Manifest.json"), &newer);
    assert_eq!(refusal(&[folder.path()]).code(), "delivery.age");
    // Two parts of one delivery add, whatever they have in common; the older delivery is replaced whole.
    folder.write(&format!("{PERIOD}/report-Manifest.json"), &newer);
    assert_eq!(codes(&folder), (30, vec!["delivery.replaced"]));
    folder.write(&format!("{PERIOD}/report-Manifest.json"), &older);
    assert_eq!(codes(&folder), (10, vec!["delivery.replaced", "delivery.replaced"]));
}

#[test]
fn a_report_for_athena_has_its_manifest_beside_its_table() {
    let folder = Folder::new();
    let table = Table::legacy_cur().in_words().row(&[]);
    let file = |number: u32, resource: &str| {
        let table = table.clone().row(&[("line_item_resource_id", resource)]);
        let name = format!("cur/report/report/year=2025/month=3/report-{number:05}.snappy.parquet");
        write(&folder, &name, columns(&table), 1_000)
    };
    file(1, "a");
    file(2, "b");
    let keys = ["report/year=2025/month=3/report-00001.snappy.parquet"];
    folder.write(&format!("{PERIOD}/report-Manifest.json"), manifest("cccc", &keys));
    assert_eq!(codes(&folder), (2, vec!["delivery.replaced"]));
    let both = [keys[0], "report/year=2025/month=3/report-00002.snappy.parquet"];
    folder.write(&format!("{PERIOD}/report-Manifest.json"), manifest("cccc", &both));
    assert_eq!(codes(&folder), (4, vec![]));
    let more = [both[0], both[1], "report/year=2025/month=3/report-00003.snappy.parquet"];
    folder.write(&format!("{PERIOD}/report-Manifest.json"), manifest("cccc", &more));
    assert_eq!(refusal(&[folder.path()]).code(), "delivery.incomplete");
}
