//! FOCUS as CSV: versions, values, spellings.

use jiff::tz::{TimeZone, offset};
use joulework_engine::bill::{BillColumn, BillOptions, Format};
use joulework_units::Money;

use super::fixture::{Folder, Table, batches, count, gz, one_row, open, open_with, rows, total};

#[test]
fn a_row_has_its_standard_columns() {
    let row = one_row(&Table::focus().row(&[]));
    let expected = [
        ("billed-cost", "0.0000008"),
        ("billing-account-id", "012345678901"),
        ("billing-currency", "USD"),
        ("billing-period-start", "2025-03-01T00:00:00Z"),
        ("charge-category", "Usage"),
        ("charge-description", "AWS Lambda, compute"),
        ("charge-month", "2025-03"),
        ("charge-period-end", "2025-03-02T01:00:00Z"),
        ("charge-period-start", "2025-03-02T00:00:00Z"),
        ("charge-year", "2025"),
        ("consumed-quantity", "2.5"),
        ("consumed-unit", "Seconds"),
        ("effective-cost", "0.0000007"),
        ("pricing-category", "Standard"),
        ("provider-name", "AWS"),
        ("region-id", "eu-west-1"),
        ("resource-id", "arn:aws:lambda:eu-west-1:012345678901:function:checkout"),
        ("service-name", "AWS Lambda"),
        ("sub-account-id", "000000000042"),
        ("tags", r#"{"env":"prod","team":"shop"}"#),
    ];
    assert_eq!(row.into_iter().collect::<Vec<_>>(), expected.map(|(name, value)| (name, value.to_owned())));
}

#[test]
fn fault_13_ids_that_look_like_numbers_stay_text() {
    let row = one_row(&Table::focus().row(&[
        ("BillingAccountId", "012345678901"),
        ("SubAccountId", "2024-01"),
        ("ResourceId", "1e5"),
        ("Tags", r#"{"cost-center": "007", "build": 12345678901234567890123, "version": 1.10}"#),
    ]));
    assert_eq!(row["billing-account-id"], "012345678901");
    assert_eq!(row["sub-account-id"], "2024-01");
    assert_eq!(row["resource-id"], "1e5");
    assert_eq!(row["tags"], r#"{"build":12345678901234567890123,"cost-center":"007","version":1.10}"#);
}

#[test]
fn fault_4_a_row_knows_the_calendar_month_that_its_hours_are_of() {
    // Gigabyte-months are turned into hours by the month of the charge, so the month must be the charge's own.
    for (start, month) in
        [("2024-02-29 23:00:00", "2024-02"), ("2024-12-31T23:59:59Z", "2024-12"), ("2025-01-01", "2025-01")]
    {
        assert_eq!(one_row(&Table::focus().row(&[("ChargePeriodStart", start)]))["charge-month"], month);
    }
}

#[test]
fn the_text_null_and_empty_text_are_missing() {
    let row = one_row(&Table::focus().row(&[
        ("ConsumedQuantity", "NULL"),
        ("ConsumedUnit", ""),
        ("RegionId", "NULL"),
        ("Tags", "NULL"),
        ("ResourceId", ""),
        ("ChargePeriodEnd", "NULL"),
    ]));
    for column in [
        "consumed-quantity",
        "consumed-unit",
        "region-id",
        "tags",
        "resource-id",
        "charge-period-end",
        "charge-class",
    ] {
        assert!(!row.contains_key(column), "{column}");
    }
}

#[test]
fn corrections_and_credits_keep_their_sign() {
    let row = one_row(&Table::focus().row(&[
        ("ChargeClass", "Correction"),
        ("ConsumedQuantity", "-2.5"),
        ("BilledCost", "-2.61370000000"),
        ("EffectiveCost", "-0.00000756000"),
    ]));
    assert_eq!((row["consumed-quantity"].as_str(), row["charge-class"].as_str()), ("-2.5", "Correction"));
    assert_eq!((row["billed-cost"].as_str(), row["effective-cost"].as_str()), ("-2.6137", "-0.00000756"));
}

#[test]
fn billed_cost_adds_up_to_the_last_digit() {
    let mut table = Table::focus();
    for row in 0..1000 {
        let cost = format!(
            "{}0.{:011}",
            if row % 7 == 0 { "-" } else { "" },
            12_345_678_901_u64.wrapping_mul(row + 1) % 100_000_000_000
        );
        table = table.row(&[("BilledCost", &cost)]);
    }
    // The same sum in whole numbers of 10^-11.
    let expected: i128 = (0..1000_u64)
        .map(|row| {
            let value = i128::from(12_345_678_901_u64.wrapping_mul(row + 1) % 100_000_000_000);
            if row % 7 == 0 { -value } else { value }
        })
        .sum();
    let folder = Folder::new();
    let path = folder.write("bill.csv", table.csv());
    let total = total(&batches(&open(&[&path]).unwrap()).unwrap(), BillColumn::BilledCost);
    assert_eq!(total, Money::from_raw(expected * 10_i128.pow(13)));
}

#[test]
fn times_with_and_without_zone_are_put_on_one_clock() {
    let folder = Folder::new();
    let table = Table::focus()
        .row(&[("ChargePeriodStart", "2025-03-02 10:00:00")])
        .row(&[("ChargePeriodStart", "2025-03-02T10:00:00Z")])
        .row(&[("ChargePeriodStart", "2025-03-02T10:00:00.000+02:00")]);
    let path = folder.write("bill.csv", table.csv());
    let starts = |options: &BillOptions| -> Vec<String> {
        let bill = open_with(&[&path], options).unwrap();
        rows(&bill).unwrap().into_iter().map(|row| row["charge-period-start"].clone()).collect()
    };
    assert_eq!(
        starts(&BillOptions::default()),
        ["2025-03-02T10:00:00Z", "2025-03-02T10:00:00Z", "2025-03-02T08:00:00Z"]
    );
    let east = BillOptions { zone: TimeZone::fixed(offset(2)), ..BillOptions::default() };
    assert_eq!(starts(&east), ["2025-03-02T08:00:00Z", "2025-03-02T10:00:00Z", "2025-03-02T08:00:00Z"]);
}

#[test]
fn the_version_is_told_from_the_columns_and_unknown_columns_are_noted() {
    let folder = Folder::new();
    let cases = [
        (Table::focus(), Format::Focus10, 0),
        (
            Table::focus().with("x_UsageType", "EUW1-Lambda-GB-Second").with("x_Operation", "Invoke"),
            Format::Focus10,
            0,
        ),
        (Table::focus().with("SkuMeter", "EUW1-Lambda-GB-Second"), Format::Focus11, 0),
        (
            Table::focus().with("SkuMeter", "m").with("InvoiceId", "7").with("AllocatedTags", ""),
            Format::Focus12,
            1,
        ),
        (Table::focus().with("Id", "1"), Format::Focus10, 1),
    ];
    for (place, (table, format, notes)) in cases.into_iter().enumerate() {
        let path = folder.write(&format!("{place}.csv"), table.row(&[]).csv());
        let bill = open(&[&path]).unwrap();
        assert_eq!(bill.files()[0].format(), format);
        assert_eq!(bill.notes().len(), notes, "{:?}", bill.notes());
        assert!(bill.notes().iter().all(|note| note.code == "bill.unknown-columns"));
    }
}

#[test]
fn the_usage_type_of_the_aws_export_stands_in_for_the_meter() {
    let table = Table::focus()
        .with("SkuMeter", "")
        .with("x_UsageType", "EUW1-Requests")
        .with("x_Operation", "Invoke");
    let row = one_row(&table.clone().row(&[]));
    assert_eq!((row["sku-meter"].as_str(), row["operation"].as_str()), ("EUW1-Requests", "Invoke"));
    let row = one_row(&table.row(&[("SkuMeter", "EUW1-Lambda-GB-Second")]));
    assert_eq!(row["sku-meter"], "EUW1-Lambda-GB-Second");
}

#[test]
fn plain_and_compressed_files_in_any_spelling_of_csv_give_the_same_rows() {
    let table =
        Table::focus().row(&[("Tags", r#"{"a": "x,\"y\""}"#)]).row(&[("ChargeDescription", "two\nlines")]);
    let folder = Folder::new();
    let text = table.csv();
    let plain = folder.write("a.csv", &text);
    let expected = rows(&open(&[&plain]).unwrap()).unwrap();
    assert_eq!(expected.len(), 2);
    let spellings: [(&str, Vec<u8>); 5] = [
        // The name does not matter, the bytes do.
        ("b.txt", gz(&text)),
        ("two-members.csv.gz", [gz(&text[..300]), gz(&text[300..])].concat()),
        ("bom.csv", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("no-last-line-end.csv", text.trim_end().as_bytes().to_vec()),
        ("blank-lines.csv", format!("{text}\n\r\n").into_bytes()),
    ];
    for (name, bytes) in spellings {
        let path = folder.write(name, bytes);
        assert_eq!(rows(&open(&[&path]).unwrap()).unwrap(), expected, "{name}");
    }
    let windows = folder.write("windows.csv", Table::focus().row(&[]).csv().replace('\n', "\r\n"));
    assert_eq!(rows(&open(&[&windows]).unwrap()).unwrap(), [one_row(&Table::focus().row(&[]))]);
    let semicolons =
        Table::focus().without("Tags").row(&[("ChargeDescription", "x")]).csv().replace("\",\"", "\";\"");
    let semicolons = folder.write("semicolons.csv", semicolons);
    assert_eq!(count(&batches(&open(&[&semicolons]).unwrap()).unwrap()), 1);
}

#[test]
fn columns_may_be_spelt_in_lower_case() {
    let mut table = Table::focus().row(&[]);
    table.header = table.header.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(one_row(&table)["service-name"], "AWS Lambda");
}

#[test]
fn only_what_is_asked_for_is_read() {
    use joulework_engine::bill::{BillError, ColumnSet};
    let folder = Folder::new();
    let path = folder.write("bill.csv", Table::focus().row(&[("Tags", "not read, so not refused")]).csv());
    let bill = open(&[&path]).unwrap();
    let wanted: ColumnSet = [BillColumn::BilledCost, BillColumn::ChargeMonth].into_iter().collect();
    for chunk in bill.chunks() {
        chunk
            .read(wanted, |batch| {
                let names: Vec<_> =
                    batch.record_batch().schema().fields().iter().map(|field| field.name().clone()).collect();
                assert_eq!(names, ["charge-month", "billed-cost"]);
                Ok::<_, BillError>(())
            })
            .unwrap();
    }
}
