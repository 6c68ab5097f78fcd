//! Parquet: types of all sorts, row groups, dictionaries, damage.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
    MapBuilder, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray, TimestampNanosecondArray,
};
use arrow::datatypes::Int32Type;
use joulework_engine::bill::{BillColumn, BillError, Container};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::fixture::{Folder, Table, batches, count, open, refusal, rows, total};

/// The columns of a table as text.
pub(super) fn columns(table: &Table) -> Vec<(String, ArrayRef)> {
    let column = |place: usize| {
        Arc::new(table.rows.iter().map(|row| Some(row[place].as_str())).collect::<StringArray>()) as ArrayRef
    };
    table.header.iter().enumerate().map(|(place, name)| (name.clone(), column(place))).collect()
}

/// The same with another array for some columns.
pub(super) fn with(table: &Table, others: &[(&str, ArrayRef)]) -> Vec<(String, ArrayRef)> {
    let mut columns = columns(table);
    for (name, array) in others {
        columns.iter_mut().find(|(column, _)| column == name).unwrap().1 = Arc::clone(array);
    }
    columns
}

pub(super) fn write(folder: &Folder, name: &str, columns: Vec<(String, ArrayRef)>, group: usize) -> PathBuf {
    folder.write(name, written(columns, group, Compression::UNCOMPRESSED))
}

fn written(columns: Vec<(String, ArrayRef)>, group: usize, codec: Compression) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap();
    let properties =
        WriterProperties::builder().set_max_row_group_row_count(Some(group)).set_compression(codec).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn map(rows: &[&[(&str, Option<&str>)]]) -> ArrayRef {
    let mut builder = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for row in rows {
        for (key, value) in *row {
            builder.keys().append_value(key);
            builder.values().append_option(*value);
        }
        builder.append(true).unwrap();
    }
    Arc::new(builder.finish())
}

#[test]
fn the_same_rows_as_csv_and_as_parquet_are_equal() {
    let table = Table::focus().row(&[]).row(&[
        ("Tags", "NULL"),
        ("ConsumedQuantity", ""),
        ("RegionId", "NULL"),
        ("BilledCost", "-12.34"),
    ]);
    let folder = Folder::new();
    let csv = folder.write("a.csv", table.csv());
    let expected = rows(&open(&[&csv]).unwrap()).unwrap();
    let text = write(&folder, "text.parquet", columns(&table), 1000);
    let bill = open(&[&text]).unwrap();
    assert_eq!((bill.files()[0].container(), bill.files()[0].rows()), (Container::Parquet, Some(2)));
    assert_eq!(rows(&bill).unwrap(), expected);

    // 2025-03-02T00:00:00Z and the start of March, in the types that exporters use.
    let typed: Vec<(&str, ArrayRef)> = vec![
        ("BilledCost", Arc::new(Float64Array::from(vec![0.000_000_8, -12.34]))),
        (
            "EffectiveCost",
            Arc::new(Decimal128Array::from(vec![7, 7]).with_precision_and_scale(20, 7).unwrap()),
        ),
        ("ConsumedQuantity", Arc::new(Float64Array::from(vec![Some(2.5), None]))),
        (
            "ChargePeriodStart",
            Arc::new(TimestampMicrosecondArray::from(vec![1_740_873_600_000_000; 2]).with_timezone("UTC")),
        ),
        ("ChargePeriodEnd", Arc::new(TimestampNanosecondArray::from(vec![1_740_877_200_000_000_000; 2]))),
        ("BillingPeriodStart", Arc::new(Date32Array::from(vec![20_148; 2]))),
        ("Tags", map(&[&[("team", Some("shop")), ("env", Some("prod")), ("none", None)], &[]])),
        ("ServiceName", Arc::new(BinaryArray::from(vec![b"AWS Lambda".as_slice(); 2]))),
    ];
    let typed = write(&folder, "typed.parquet", with(&table, &typed), 1000);
    assert_eq!(rows(&open(&[&typed]).unwrap()).unwrap(), expected);

    // And because they are, they are two deliveries of one bill.
    assert_eq!(refusal(&[&csv, &typed]).code(), "delivery.overlap");
}

#[test]
fn doubles_are_read_as_the_decimals_that_they_print() {
    let costs = [0.1, 0.2, 0.1 + 0.2, 1e-7, 123_456.789, -0.000_000_4, 2.0 / 3.0];
    let table = (0..costs.len()).fold(Table::focus(), |table, _| table.row(&[]));
    let folder = Folder::new();
    let path = write(
        &folder,
        "a.parquet",
        with(&table, &[("BilledCost", Arc::new(Float64Array::from(costs.to_vec())))]),
        1000,
    );
    let found: Vec<_> =
        rows(&open(&[&path]).unwrap()).unwrap().into_iter().map(|row| row["billed-cost"].clone()).collect();
    let expected =
        ["0.1", "0.2", "0.30000000000000004", "0.0000001", "123456.789", "-0.0000004", "0.6666666666666666"];
    assert_eq!(found, expected);
}

#[test]
fn row_groups_are_parts_and_row_numbers_go_on() {
    let table =
        (0..2_500).fold(Table::focus(), |table, row| table.row(&[("BilledCost", &format!("0.{row:04}"))]));
    let folder = Folder::new();
    let path = write(&folder, "a.parquet", columns(&table), 1000);
    let bill = open(&[&path]).unwrap();
    assert_eq!(
        bill.chunks().iter().map(|chunk| chunk.rows().unwrap()).collect::<Vec<_>>(),
        [1000, 1000, 500]
    );
    let batches = batches(&bill).unwrap();
    assert_eq!(
        (count(&batches), total(&batches, BillColumn::BilledCost).to_string()),
        (2_500, "312.375".to_owned())
    );

    let mut broken = table;
    broken.rows[2_100][0] = "x".into();
    let path = write(&folder, "b.parquet", columns(&broken), 1000);
    let error = super::fixture::batches(&open(&[&path]).unwrap()).unwrap_err();
    assert!(error.to_string().ends_with("b.parquet: row 2101, column `BilledCost`: found `x`, expected a decimal number below 10^14 with at most 24 decimals, such as `-0.0000008`"), "{error}");
}

#[test]
fn dictionaries_of_the_file_are_kept() {
    let table =
        (0..1_000).fold(Table::focus(), |table, row| table.row(&[("ResourceId", &format!("r-{}", row % 3))]));
    let folder = Folder::new();
    let path = write(&folder, "a.parquet", columns(&table), 1000);
    let batches = batches(&open(&[&path]).unwrap()).unwrap();
    let resources = batches[0].array(BillColumn::ResourceId).unwrap().as_dictionary::<Int32Type>();
    assert_eq!(resources.values().len(), 3);
}

#[test]
fn columns_with_few_values_or_none_are_read_right() {
    let class = |row: usize| if row % 900 == 7 { "Correction" } else { "" };
    let table = (0..3_000).fold(Table::focus(), |table, row| table.row(&[("ChargeClass", class(row))]));
    let few: StringArray = (0..3_000).map(|row| Some(class(row)).filter(|text| !text.is_empty())).collect();
    let none: ArrayRef = Arc::new(StringArray::new_null(3_000));
    let folder = Folder::new();
    let others: [(&str, ArrayRef); 3] =
        [("ChargeClass", Arc::new(few)), ("CommitmentDiscountStatus", Arc::clone(&none)), ("Tags", none)];
    let path = write(&folder, "a.parquet", with(&table, &others), 1_000);
    let rows = rows(&open(&[&path]).unwrap()).unwrap();
    for (place, row) in rows.iter().enumerate() {
        assert_eq!(row.get("charge-class").map_or("", String::as_str), class(place), "{place}");
        assert!(!row.contains_key("commitment-discount-status") && !row.contains_key("tags"));
    }
    let none: ArrayRef = Arc::new(StringArray::new_null(3_000));
    let path = write(&folder, "b.parquet", with(&table, &[("BillingCurrency", none)]), 1_000);
    assert_eq!(refusal(&[&path]).code(), "bill.value");
}

#[test]
fn maps_of_cur_are_folded_into_price_details_and_tags() {
    let table = Table::cur().row(&[]).row(&[]);
    let folder = Folder::new();
    let product: &[(&str, Option<&str>)] =
        &[("vcpu", Some("4")), ("memory", Some("16 GiB")), ("region_code", Some("eu-west-1"))];
    let maps = [
        ("product", map(&[product, &[]])),
        (
            "resource_tags",
            map(&[
                &[("user_team", Some("shop"))],
                &[("aws_created_by", Some("x")), ("user_team", Some("shop"))],
            ]),
        ),
    ];
    let path = write(&folder, "cur.parquet", with(&table, &maps), 1000);
    let rows = rows(&open(&[&path]).unwrap()).unwrap();
    assert_eq!(rows[0]["sku-price-details"], r#"{"CoreCount":4,"InstanceType":"m6g.large","MemorySize":16}"#);
    assert_eq!(rows[1]["sku-price-details"], r#"{"InstanceType":"m6g.large"}"#);
    assert_eq!(
        (rows[0]["tags"].as_str(), rows[1]["tags"].as_str()),
        (r#"{"team":"shop"}"#, r#"{"aws_created_by":"x","team":"shop"}"#)
    );
}

#[test]
fn fault_13_a_column_of_numbers_is_never_taken_for_ids() {
    let folder = Folder::new();
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![12_345_678_901]));
    let path =
        write(&folder, "a.parquet", with(&Table::focus().row(&[]), &[("SubAccountId", numbers)]), 1000);
    let error = refusal(&[&path]);
    assert_eq!(error.code(), "bill.column-type");
    assert!(
        error.to_string().ends_with("column `SubAccountId` has the type Int64, expected text"),
        "{error}"
    );
}

#[test]
fn bad_values_are_named_by_row_and_column() {
    let table = Table::focus().row(&[]).row(&[]);
    let cases: [(&str, ArrayRef, &str); 5] = [
        ("BilledCost", Arc::new(Float64Array::from(vec![1.0, f64::NAN])), "found `NaN`, expected a decimal"),
        ("BilledCost", Arc::new(Float64Array::from(vec![Some(1.0), None])), "found ``, expected a decimal"),
        (
            "ConsumedQuantity",
            Arc::new(Float64Array::from(vec![1.0, f64::INFINITY])),
            "found `inf`, expected a number",
        ),
        (
            "ChargePeriodStart",
            Arc::new(StringArray::from(vec!["2025-03-01", "soon"])),
            "found `soon`, expected a time",
        ),
        (
            "Tags",
            Arc::new(StringArray::from(vec!["{}", "team=shop"])),
            "found `team=shop`, expected a JSON object",
        ),
    ];
    let folder = Folder::new();
    for (place, (column, array, expected)) in cases.into_iter().enumerate() {
        let path = write(&folder, &format!("{place}.parquet"), with(&table, &[(column, array)]), 1000);
        let error = refusal(&[&path]);
        assert_eq!(error.code(), "bill.value");
        assert!(error.to_string().contains(&format!("row 2, column `{column}`: {expected}")), "{error}");
    }
}

#[test]
fn a_file_that_is_cut_off_or_empty_is_refused() {
    let folder = Folder::new();
    let table = (0..100).fold(Table::focus(), |table, row| table.row(&[("ResourceId", &format!("{row}"))]));
    let path = write(&folder, "a.parquet", columns(&table), 50);
    let whole = std::fs::read(&path).unwrap();
    for end in [4, 11, whole.len() / 2, whole.len() - 1] {
        let path = folder.write("cut.parquet", &whole[..end]);
        let error = refusal(&[&path]);
        assert!(matches!(error, BillError::Truncated { .. }), "{end}: {error}");
    }
    // The footer is whole, a page is not.
    let mut damaged = whole.clone();
    damaged[4..400].fill(0xFF);
    let path = folder.write("damaged.parquet", damaged);
    assert_eq!(refusal(&[&path]).code(), "bill.truncated");
    let path = write(&folder, "empty.parquet", columns(&Table::focus()), 50);
    assert_eq!(refusal(&[&path]).code(), "bill.empty");
}

#[test]
fn a_missing_column_is_named() {
    let folder = Folder::new();
    let path = write(
        &folder,
        "a.parquet",
        columns(&Table::focus().renamed("ServiceName", "SerivceName").row(&[])),
        50,
    );
    let error = refusal(&[&path]);
    assert_eq!(error.hint().as_deref(), Some("the file has `SerivceName`: is that `ServiceName`?"));
}

#[test]
fn a_turned_bit_is_told_or_changes_nothing_but_its_value_and_never_panics() {
    let folder = Folder::new();
    let table = Table::focus().row(&[]).row(&[("BilledCost", "0.25"), ("Tags", "")]);
    let codecs = [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())];
    for codec in codecs {
        // Some columns are enough: each adds two hundred bytes.
        let columns = with(&table, &[("BilledCost", Arc::new(Float64Array::from(vec![0.5, 0.25])))]);
        let whole = written(columns, 2, codec);
        let mut refused = 0;
        for place in (0..whole.len()).step_by(29) {
            let mut turned = whole.clone();
            turned[place] ^= 1 << (place % 8);
            let path = folder.write("turned.parquet", turned);
            match open(&[&path]).and_then(|bill| batches(&bill)) {
                // A value may be another one; a row is never lost.
                Ok(batches) => assert_eq!(count(&batches), 2, "byte {place}"),
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 10, "{refused} of {} were refused", whole.len() / 29);
    }
}

#[test]
fn lists_that_the_library_would_skip_for_ever_are_refused() {
    let folder = Folder::new();
    for (seed, reason) in [
        ("list-past-the-end", "the header of a page is damaged: "),
        ("footer-list-of-nothing", "its footer is damaged: "),
    ] {
        let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fuzz/seeds/parquet/");
        let path = folder.write("bill.parquet", std::fs::read(format!("{seeds}{seed}")).unwrap());
        let error = refusal(&[&path]);
        assert!(matches!(error, BillError::Truncated { .. }), "{seed}: {error}");
        assert!(error.to_string().contains(reason), "{seed}: {error}");
    }
}
