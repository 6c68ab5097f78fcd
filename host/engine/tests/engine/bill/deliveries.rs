//! The same bill twice counts once, parts add, newer deliveries replace, and what cannot be told stops the run.

use joulework_engine::bill::BillError;

use super::fixture::{Folder, Table, batches, count, gz, open, open_adding, refusal};

/// Rows with resources of their own.
fn focus(rows: std::ops::Range<u32>) -> Table {
    rows.fold(Table::focus(), |table, row| table.row(&[("ResourceId", &format!("r-{row}"))]))
}

fn cur(rows: std::ops::Range<u32>) -> Table {
    rows.fold(Table::cur(), |table, row| table.row(&[("identity_line_item_id", &format!("id-{row}"))]))
}

fn rows_in(folder: &Folder) -> usize {
    count(&batches(&open(&[folder.path()]).unwrap()).unwrap())
}

fn overlap(folder: &Folder) -> String {
    let error = refusal(&[folder.path()]);
    assert!(matches!(error, BillError::Overlap { .. }), "{error}");
    assert_eq!(error.code(), "delivery.overlap");
    assert!(error.hint().unwrap().contains("overlap = \"add\""));
    error.to_string().replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn the_same_bytes_twice_count_once() {
    let folder = Folder::new();
    folder.write("a.csv", focus(0..10).csv());
    folder.write("copy/a.csv", focus(0..10).csv());
    let bill = open(&[folder.path()]).unwrap();
    assert_eq!(count(&batches(&bill).unwrap()), 10);
    assert_eq!(bill.notes()[0].code, "delivery.same-bytes");
    // The same path twice is not even worth a note.
    let path = folder.path().join("a.csv");
    let bill = open(&[&path, &path]).unwrap();
    assert_eq!((bill.files().len(), bill.notes().len()), (1, 0));
}

#[test]
fn files_of_one_account_and_period_are_parts_and_add() {
    let folder = Folder::new();
    folder.write("part-1.csv", focus(0..10).csv());
    folder.write("part-2.csv", focus(10..20).csv());
    // Up to half of the rows may be equal: equal rows both count.
    folder.write("part-3.csv", focus(15..25).csv());
    assert_eq!(rows_in(&folder), 30);
}

#[test]
fn equal_rows_in_one_file_both_count() {
    let folder = Folder::new();
    folder.write("a.csv", Table::focus().row(&[]).row(&[]).row(&[]).csv());
    assert_eq!(rows_in(&folder), 3);
}

#[test]
fn files_with_most_rows_in_common_overlap() {
    let folder = Folder::new();
    folder.write("first.csv", focus(0..10).csv());
    folder.write("second.csv.gz", gz(focus(4..40).csv()));
    assert_eq!(
        overlap(&folder),
        "first.csv and second.csv.gz overlap: they are of the same account and billing period, and 60 % of the rows of the smaller one are in the other"
    );
    let bill = open_adding(&[folder.path()]).unwrap();
    assert_eq!(count(&batches(&bill).unwrap()), 46);
}

#[test]
fn files_that_share_line_item_ids_overlap() {
    let folder = Folder::new();
    folder.write("first.csv", cur(0..10).csv());
    folder.write("second.csv", cur(10..20).csv());
    assert_eq!(rows_in(&folder), 20, "the rows are equal but for their ids");
    folder.write("third.csv", cur(19..30).csv());
    assert_eq!(
        overlap(&folder),
        "second.csv and third.csv overlap: they are of the same account and billing period and share line item ids"
    );
}

#[test]
fn two_formats_of_one_bill_overlap() {
    let folder = Folder::new();
    folder.write("cur.csv", cur(0..10).csv());
    folder.write("focus.csv", focus(0..10).csv());
    assert_eq!(
        overlap(&folder),
        "cur.csv and focus.csv overlap: they are CUR 2.0 and FOCUS 1.0 of the same account and billing period"
    );
}

#[test]
fn other_accounts_and_other_periods_never_overlap() {
    let folder = Folder::new();
    folder.write("march.csv", focus(0..10).csv());
    let other = |column: &str, value: &str| {
        let mut table = focus(0..10);
        let place = table.header.iter().position(|header| header == column).unwrap();
        table.rows.iter_mut().for_each(|row| value.clone_into(&mut row[place]));
        table.csv()
    };
    folder.write("april.csv", other("BillingPeriodStart", "2025-04-01"));
    folder.write("other-account.csv", other("BillingAccountId", "999999999999"));
    assert_eq!(rows_in(&folder), 30);
}

#[test]
fn an_overlap_that_shows_only_in_later_rows_is_found_at_the_end() {
    let april = [("BillingPeriodStart", "2025-04-01"), ("ResourceId", "r")];
    let long = focus(0..2_000).row(&april).csv();
    let folder = Folder::new();
    folder.write("a.csv", long);
    folder.write("b.csv", Table::focus().row(&april).csv());
    let bill = open(&[folder.path()]).unwrap();
    let error = batches(&bill).unwrap_err();
    assert_eq!(error.code(), "delivery.overlap");
}

const EXPORT: &str = "export/data/BILLING_PERIOD=2025-03";

fn manifest(files: &[&str]) -> String {
    let files: Vec<String> =
        files.iter().map(|file| format!("\"s3://bucket/prefix/{EXPORT}/{file}\"")).collect();
    format!("{{\"executionId\": \"4f1c\", \"dataFiles\": [{}], \"columns\": []}}", files.join(", "))
}

#[test]
fn a_manifest_names_the_files_of_the_newest_delivery() {
    let folder = Folder::new();
    folder.write(&format!("{EXPORT}/2025-04-01T02:00:00.000Z-aa/e-00001.csv"), focus(0..10).csv());
    folder.write(&format!("{EXPORT}/2025-04-02T02:00:00.000Z-bb/e-00001.csv"), focus(0..11).csv());
    folder.write(&format!("{EXPORT}/2025-04-02T02:00:00.000Z-bb/e-00002.csv"), focus(5..15).csv());
    // Two parts of one delivery add, whatever they have in common; the older delivery is replaced whole.
    let newest =
        manifest(&["2025-04-02T02:00:00.000Z-bb/e-00001.csv", "2025-04-02T02:00:00.000Z-bb/e-00002.csv"]);
    folder.write("export/metadata/BILLING_PERIOD=2025-03/e-Manifest.json", newest);
    let bill = open(&[folder.path()]).unwrap();
    assert_eq!(count(&batches(&bill).unwrap()), 21);
    assert_eq!(bill.notes().iter().map(|note| note.code).collect::<Vec<_>>(), ["delivery.replaced"]);

    // An older manifest beside it changes nothing.
    let older = manifest(&["2025-04-01T02:00:00.000Z-aa/e-00001.csv"]);
    folder.write("export/metadata/BILLING_PERIOD=2025-03/2025-04-01T02:00:00.000Z-aa/e-Manifest.json", older);
    assert_eq!(rows_in(&folder), 21);
}

#[test]
fn manifests_of_unknown_age_and_missing_files_stop_the_run() {
    let folder = Folder::new();
    let first = folder.write(&format!("{EXPORT}/e-00001.csv"), focus(0..10).csv());
    let metadata = "export/metadata/BILLING_PERIOD=2025-03";
    folder.write(&format!("{metadata}/e-Manifest.json"), manifest(&["e-00001.csv", "e-00002.csv"]));
    let error = refusal(&[folder.path()]);
    assert_eq!(error.code(), "delivery.incomplete");
    assert!(
        error.to_string().ends_with("e-Manifest.json: it lists `e-00002.csv`, which is not there"),
        "{error}"
    );
    // Who names the file itself wants that file.
    assert_eq!(count(&batches(&open(&[&first]).unwrap()).unwrap()), 10);
    folder.write(&format!("{EXPORT}/e-00002.csv"), focus(10..15).csv());
    assert_eq!(rows_in(&folder), 15);
    folder.write(&format!("{metadata}/other/e-Manifest.json"), manifest(&["e-00009.csv"]));
    assert_eq!(refusal(&[folder.path()]).code(), "delivery.age");
}

#[test]
fn a_manifest_that_cannot_be_read_stops_the_run() {
    let folder = Folder::new();
    folder.write(&format!("{EXPORT}/e-00001.csv"), focus(0..10).csv());
    for text in
        ["{\"dataFiles\": [", "{}", "{\"dataFiles\": []}", "{\"dataFiles\": [\"s3://bucket/e-00001.csv\"]}"]
    {
        folder.write("export/metadata/BILLING_PERIOD=2025-03/e-Manifest.json", text);
        assert_eq!(refusal(&[folder.path()]).code(), "delivery.manifest", "{text}");
    }
}
