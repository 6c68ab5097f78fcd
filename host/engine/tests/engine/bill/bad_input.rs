//! What is wrong is told with file, row, column and what was expected. Nothing is dropped, nothing panics.

use joulework_engine::bill::BillError;

use super::fixture::{Folder, Table, batches, count, gz, open, refusal};

fn csv_refusal(text: impl AsRef<[u8]>) -> BillError {
    let folder = Folder::new();
    let path = folder.write("bill.csv", text);
    refusal(&[&path])
}

/// The message without the folder of the test.
fn message(error: &BillError) -> String {
    let text = error.to_string();
    text.split_once("bill.csv").map_or(text.clone(), |(_, rest)| rest.to_owned())
}

#[test]
fn a_bad_value_is_named_by_file_row_line_column_and_expectation() {
    let good = || Table::focus().row(&[("ChargeDescription", "two\nlines")]).row(&[]);
    let cases: [(&str, &str, &str); 9] = [
        ("BilledCost", "1,50", "a decimal number below 10^14 with at most 24 decimals, such as `-0.0000008`"),
        ("BilledCost", "NULL", "a decimal number below 10^14 with at most 24 decimals, such as `-0.0000008`"),
        (
            "EffectiveCost",
            "0.0000000000000000000000001",
            "a decimal number below 10^14 with at most 24 decimals, such as `-0.0000008`",
        ),
        ("ConsumedQuantity", "many", "a number between -2^63 and 2^63, such as `730` or `0.00200749`"),
        ("ConsumedQuantity", "NaN", "a number between -2^63 and 2^63, such as `730` or `0.00200749`"),
        (
            "ChargePeriodStart",
            "18/09/2024",
            "a time of the years 1970 to 9998, such as `2024-09-18T22:00:00Z` or `2024-09-18 22:00:00`",
        ),
        (
            "ChargePeriodStart",
            "2025-02-30",
            "a time of the years 1970 to 9998, such as `2024-09-18T22:00:00Z` or `2024-09-18 22:00:00`",
        ),
        ("Tags", "team=shop", "a JSON object, such as `{\"team\":\"shop\"}`"),
        ("BillingCurrency", "", "a value"),
    ];
    for (column, found, expected) in cases {
        let error = csv_refusal(good().row(&[(column, found)]).csv());
        assert_eq!(error.code(), "bill.value");
        let expected = format!(": row 3 (line 5), column `{column}`: found `{found}`, expected {expected}");
        assert_eq!(message(&error), expected);
    }
    let error = csv_refusal(good().row(&[("BillingCurrency", "usd")]).csv());
    assert_eq!(
        message(&error),
        ": row 3, column `BillingCurrency`: found `usd`, expected a currency code of ISO 4217, such as `USD`"
    );
    let error = csv_refusal(good().row(&[("ChargeCategory", "Fun")]).csv());
    assert_eq!(
        message(&error),
        ": row 3, column `ChargeCategory`: found `Fun`, expected `Usage`, `Purchase`, `Tax`, `Credit` or `Adjustment`"
    );
}

#[test]
fn of_several_bad_values_the_first_row_is_named() {
    let table = Table::focus().row(&[]).row(&[("Tags", "[")]).row(&[("BilledCost", "x")]);
    assert!(message(&csv_refusal(table.csv())).starts_with(": row 2 (line 3), column `Tags`"));
}

#[test]
fn a_missing_column_is_named_with_the_nearest_header() {
    let error = csv_refusal(Table::focus().renamed("BilledCost", "BiledCost").row(&[]).csv());
    assert_eq!(
        (error.code(), message(&error)),
        ("bill.columns", ": FOCUS 1.0 needs the column `BilledCost`, which is missing".to_owned())
    );
    assert_eq!(error.hint().as_deref(), Some("the file has `BiledCost`: is that `BilledCost`?"));

    let error = csv_refusal(Table::focus().without("BilledCost").without("ConsumedUnit").row(&[]).csv());
    assert_eq!(
        message(&error),
        ": FOCUS 1.0 needs the columns `BilledCost`, `ConsumedUnit`, which are missing"
    );
    let error = csv_refusal(Table::cur().without("line_item_usage_type").row(&[]).csv());
    assert_eq!(message(&error), ": CUR 2.0 needs the column `line_item_usage_type`, which is missing");
}

#[test]
fn empty_files_and_files_of_a_header_alone_are_refused() {
    for (text, expected) in [
        (String::new(), ": the file is empty"),
        ("\n\n".to_owned(), ": the file is empty"),
        (Table::focus().csv(), ": the file has a header but no row"),
    ] {
        let error = csv_refusal(text);
        assert_eq!((error.code(), message(&error).as_str()), ("bill.empty", expected));
    }
    let error = csv_refusal(gz(""));
    assert_eq!(error.code(), "bill.empty");
}

#[test]
fn rows_that_do_not_fit_the_header_are_refused() {
    let text = Table::focus().row(&[]).row(&[]).csv();
    let error = csv_refusal(format!("{}\"", text.trim_end().rsplit_once("\",\"").unwrap().0));
    assert_eq!(
        message(&error),
        ": row 2 (line 3): it has 20 fields, the header has 21; the file seems to be cut off"
    );
    let error = csv_refusal(format!("{},\"more\"\n", text.trim_end()));
    assert_eq!(message(&error), ": row 2 (line 3): it has 22 fields, the header has 21");
    let error = csv_refusal(text.trim_end().trim_end_matches('"'));
    assert_eq!(message(&error), ": row 2 (line 3): a quote is opened and never closed");
    assert_eq!(error.code(), "bill.row");
}

#[test]
fn a_compressed_file_that_is_cut_off_or_damaged_is_refused() {
    let mut table = Table::focus();
    for row in 0..5_000 {
        table = table.row(&[("ResourceId", &format!("arn:{}", row * 7_919 % 5_003))]);
    }
    let whole = gz(table.csv());
    for end in [whole.len() / 2, whole.len() - 4] {
        let error = csv_refusal(&whole[..end]);
        assert_eq!(
            (error.code(), message(&error).as_str()),
            ("bill.truncated", ": the file is cut off or damaged: the compressed data ends too early")
        );
    }
    let mut damaged = whole.clone();
    let checksum = damaged.len() - 6;
    damaged[checksum] ^= 0xFF;
    assert_eq!(csv_refusal(damaged).code(), "bill.truncated");
}

#[test]
fn text_that_is_no_utf_8_is_refused() {
    let text = Table::focus().row(&[]).row(&[("RegionId", "?")]).csv();
    let mut bytes = text.into_bytes();
    let place = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[place] = 0xE4;
    assert!(
        message(&csv_refusal(bytes))
            .contains(": row 2 (line 3), column `RegionId`: found `\u{FFFD}`, expected text in UTF-8")
    );
}

#[test]
fn a_named_file_that_is_no_bill_is_refused_and_says_what_it_is() {
    for (bytes, reason) in [
        (
            &b"timestamp,count\n2025-01-01,1\n"[..],
            "its columns (`timestamp`, `count`) are neither those of FOCUS nor of CUR",
        ),
        (b"{\"a\": 1}", "it is JSON"),
        (b"PK\x03\x04....", "it is a zip archive"),
        (b"\xFF\xFEi\x00d\x00", "it is text in UTF-16"),
        (b"<html>", "it is a web page or XML"),
        (b"\x00\x01\x02", "it is neither text nor gzip nor Parquet"),
    ] {
        let error = csv_refusal(bytes);
        assert_eq!((error.code(), message(&error)), ("bill.format", format!(": not billing data: {reason}")));
        assert!(error.hint().is_some());
    }
}

#[test]
fn a_folder_is_read_without_what_is_no_bill_and_says_so() {
    let folder = Folder::new();
    folder.write("bills/2025/march.csv", Table::focus().row(&[]).csv());
    folder.write("bills/orders.csv", "timestamp,count\n2025-01-01,1\n");
    folder.write("bills/_SUCCESS", "");
    folder.write("bills/joulework.toml", "[[bill]]\npath = \".\"\n");
    folder.write("bills/.hidden/bill.csv", Table::focus().row(&[]).csv());
    let bill = open(&[&folder.path().join("bills")]).unwrap();
    assert_eq!(count(&batches(&bill).unwrap()), 1);
    let notes: Vec<_> = bill
        .notes()
        .into_iter()
        .map(|note| (note.code, note.file.file_name().unwrap().to_owned(), note.text))
        .collect();
    assert_eq!(notes.len(), 2);
    assert_eq!(
        (notes[0].0, notes[0].1.to_str(), notes[0].2.as_str()),
        ("bill.skipped", Some("_SUCCESS"), "the file is empty")
    );
    assert_eq!((notes[1].0, notes[1].1.to_str()), ("bill.skipped", Some("orders.csv")));
    assert!(notes[1].2.starts_with("not billing data: its columns (`timestamp`, `count`)"), "{}", notes[1].2);
    let glob = folder.path().join("bills/**/*.csv");
    assert_eq!(count(&batches(&open(&[&glob]).unwrap()).unwrap()), 1);
}

#[test]
fn paths_that_lead_to_nothing_are_refused() {
    let folder = Folder::new();
    folder.write("notes/readme.txt", "nothing");
    let code = |path: &str| refusal(&[&folder.path().join(path)]).code();
    assert_eq!(code("missing.csv"), "bill.no-match");
    assert_eq!(code("*.parquet"), "bill.no-match");
    assert_eq!(code("[.csv"), "bill.glob");
    assert_eq!(code("notes"), "bill.none");
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_are_followed_once() {
    let folder = Folder::new();
    folder.write("bills/a.csv", Table::focus().row(&[]).csv());
    std::os::unix::fs::symlink(folder.path().join("bills"), folder.path().join("bills/again")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("bills/a.csv"), folder.path().join("bills/b.csv")).unwrap();
    let bill = open(&[folder.path()]).unwrap();
    assert_eq!(count(&batches(&bill).unwrap()), 1);
}
