//! Inputs of cases that are too large, too binary or too strange to lie in a repository: they are made when the case
//! runs. The rest of such a case, its `command` and `expected`, is a folder like any other.

#![allow(clippy::unnecessary_wraps, reason = "all makers have one shape")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::made_parquet::{self as parquet, Codec};

/// Makes the inputs of a case in a folder, or says why this machine cannot.
type Maker = fn(&Path) -> Result<(), String>;

/// The cases whose inputs are made.
pub(crate) const MADE: &[(&str, Maker)] = &[
    ("hostile-broken-gzip", broken_gzip),
    ("hostile-broken-parquet", broken_parquet),
    ("hostile-empty-folder", empty_folder),
    ("hostile-large-cells", large_cells),
    ("hostile-links", links),
    ("hostile-many-columns", many_columns),
    ("hostile-many-files", many_files),
    ("hostile-mixed-folder", mixed_folder),
    ("hostile-no-file", no_file),
    ("hostile-parquet-shapes", parquet_shapes),
    ("hostile-parquet-types", parquet_types),
    ("hostile-unreadable", unreadable),
];

/// The columns of the bills here, and a row of them.
pub(crate) const COLUMNS: [(&str, &str); 14] = [
    ("BillingAccountId", "012345678901"),
    ("BillingPeriodStart", "2025-03-01T00:00:00Z"),
    ("ChargePeriodStart", "2025-03-04T00:00:00Z"),
    ("ChargePeriodEnd", "2025-03-04T01:00:00Z"),
    ("ChargeCategory", "Usage"),
    ("ChargeClass", ""),
    ("ServiceName", "Amazon Elastic Compute Cloud"),
    ("RegionId", "eu-west-1"),
    ("x_UsageType", "EU-BoxUsage:m6i.large"),
    ("ConsumedQuantity", "1"),
    ("ConsumedUnit", "Hrs"),
    ("BillingCurrency", "USD"),
    ("BilledCost", "0.107"),
    ("EffectiveCost", "0.107"),
];

/// A row with some values of its own.
pub(crate) fn row(own: &[(&str, &str)]) -> Vec<String> {
    let value = |(name, usual): &(&str, &str)| {
        own.iter().find(|(own, _)| own == name).map_or(*usual, |(_, value)| *value).to_owned()
    };
    COLUMNS.iter().map(value).collect()
}

/// A bill as CSV.
pub(crate) fn csv(rows: &[Vec<String>]) -> String {
    let names: Vec<String> = COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect();
    std::iter::once(&names).chain(rows).map(|row| row.join(",") + "\n").collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A few thousand rows that do not compress to nothing.
fn long() -> Vec<Vec<String>> {
    (0..4_000_u64)
        .map(|number| {
            row(&[("BilledCost", &format!("0.{}", number.wrapping_mul(2_654_435_761) % 99_999_989))])
        })
        .collect()
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// The bytes with one bit turned over, at so many thousandths of their length.
fn flipped(bytes: &[u8], thousandths: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let place = bytes.len() * thousandths / 1_000;
    bytes[place] ^= 0x10;
    bytes
}

fn broken_gzip(folder: &Path) -> Result<(), String> {
    let whole = gzip(csv(&long()).as_bytes());
    write(folder, "cut-in-the-header.csv.gz", &whole[..24]);
    write(folder, "cut-in-the-middle.csv.gz", &whole[..whole.len() / 2]);
    write(folder, "cut-at-the-end.csv.gz", &whole[..whole.len() - 3]);
    write(folder, "flipped.csv.gz", flipped(&whole, 500));
    let mut wrong_sum = whole.clone();
    let sum = wrong_sum.len() - 7;
    wrong_sum[sum] ^= 1;
    write(folder, "wrong-checksum.csv.gz", wrong_sum);
    write(folder, "followed-by-other-bytes.csv.gz", [whole.as_slice(), b"and more"].concat());
    write(folder, "twice.csv.gz", gzip(&whole));
    write(folder, "web-page.csv.gz", gzip(b"<html>Forbidden</html>"));
    write(folder, "parquet.csv.gz", gzip(b"PAR1 and so on"));
    Ok(())
}

fn broken_parquet(folder: &Path) -> Result<(), String> {
    let columns = parquet::texts(&long());
    for (name, codec) in
        [("snappy", Codec::Snappy), ("zstd", Codec::Zstd), ("gzip", Codec::Gzip), ("plain", Codec::None)]
    {
        let whole = parquet::file(&columns, codec, 1_000);
        write(folder, &format!("{name}-whole.parquet"), &whole);
        write(folder, &format!("{name}-cut.parquet"), &whole[..whole.len() / 2]);
        write(folder, &format!("{name}-zeros.parquet"), {
            let mut bytes = whole.clone();
            let middle = whole.len() / 3;
            bytes[middle..middle + 400].fill(0);
            bytes
        });
    }
    write(folder, "footer-flipped.parquet", flipped(&parquet::file(&columns, Codec::Snappy, 1_000), 990));
    Ok(())
}

fn empty_folder(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder.join("bills/2025/march")).unwrap();
    write(folder, "hidden/.cache/bill.csv", csv(&[row(&[])]));
    Ok(())
}

fn large_cells(folder: &Path) -> Result<(), String> {
    let megabyte = |letter: &str| letter.repeat(1 << 20);
    let rows: Vec<Vec<String>> =
        ["a", "b", "c"].iter().map(|letter| row(&[("RegionId", &megabyte(letter))])).collect();
    write(folder, "region.csv", csv(&rows));
    write(folder, "cost.csv", csv(&[row(&[("BilledCost", &megabyte("7"))])]));
    write(folder, "category.csv", csv(&[row(&[("ChargeCategory", &megabyte("é"))])]));
    Ok(())
}

#[cfg(unix)]
fn links(folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::symlink;
    write(folder, "bills/a.csv", csv(&[row(&[])]));
    // Two links back make every path of two steps four paths.
    symlink("../bills", folder.join("bills/again")).unwrap();
    symlink("../bills", folder.join("bills/and-again")).unwrap();
    symlink("circle", folder.join("bills/circle")).unwrap();
    symlink("gone.csv", folder.join("bills/dangling.csv")).unwrap();
    Ok(())
}

#[cfg(not(unix))]
fn links(_: &Path) -> Result<(), String> {
    Err("links need rights here".to_owned())
}

fn many_columns(folder: &Path) -> Result<(), String> {
    let wide = |columns: usize| {
        let names: Vec<String> = (0..columns).map(|column| format!("extra-{column}")).collect();
        let (names, none) = (names.join(","), ",".repeat(columns - 1));
        let text = csv(&[row(&[]), row(&[])]);
        let more = text.lines().zip([&names, &none, &none]);
        more.map(|(line, more)| [line, more].join(",")).collect::<Vec<_>>().join("\n")
    };
    write(folder, "wide.csv", wide(10_000));
    write(folder, "too-wide.csv", wide(70_000));
    let mut columns = parquet::texts(&[row(&[]), row(&[])]);
    let empty: ArrayRef = Arc::new(StringArray::new_null(2));
    columns.extend((0..2_000).map(|column| (format!("extra-{column}"), Arc::clone(&empty))));
    write(folder, "wide.parquet", parquet::file(&columns, Codec::None, 1_000));
    Ok(())
}

fn many_files(folder: &Path) -> Result<(), String> {
    for file in 0..2_000 {
        let own = [("x_UsageType", format!("EU-BoxUsage:m6i.large-{file}"))];
        let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // A row that all files have makes no overlap.
        let rows = [row(&own), row(&[]), row(&[&own[..], &[("BilledCost", "0.1")]].concat())];
        write(folder, &format!("bills/{}/{file:04}.csv", file % 7), csv(&rows));
    }
    Ok(())
}

fn mixed_folder(folder: &Path) -> Result<(), String> {
    let april =
        [("BillingPeriodStart", "2025-04-01T00:00:00Z"), ("ChargePeriodStart", "2025-04-02T00:00:00Z")];
    let may = [("BillingPeriodStart", "2025-05-01T00:00:00Z"), ("ChargePeriodStart", "2025-05-02T00:00:00Z")];
    write(folder, "bills/march.csv", csv(&[row(&[])]));
    // FOCUS 1.2 by a column that only it has.
    let newer = csv(&[row(&april)]).replace("ChargeClass", "InvoiceId");
    write(folder, "bills/april.csv.gz", gzip(newer.as_bytes()));
    let columns = parquet::texts(&[row(&may)]);
    write(folder, "bills/may.parquet", parquet::file(&columns, Codec::Zstd, 1_000));
    write(folder, "bills/june.csv", crate::made_cur::csv("2025-06-01T00:00:00Z", "2025-06-02T00:00:00Z"));
    let cur = crate::made_cur::texts("2025-07-01T00:00:00Z", "2025-07-02T00:00:00Z");
    write(folder, "bills/july.parquet", parquet::file(&cur, Codec::Snappy, 1_000));
    write(folder, "bills/notes.txt", "The bills of 2025.\n");
    // The same month in two formats.
    write(folder, "two/march.csv", csv(&[row(&[])]));
    write(folder, "two/march-cur.csv", crate::made_cur::csv("2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z"));
    Ok(())
}

fn no_file(folder: &Path) -> Result<(), String> {
    write(folder, "bills/a.csv", csv(&[row(&[])]));
    let made = Command::new("mkfifo").arg(folder.join("bills/pipe.csv")).status();
    if !made.is_ok_and(|status| status.success()) {
        return Err("this machine makes no pipes".to_owned());
    }
    if !Path::new("/dev/zero").exists() {
        return Err("this machine has no /dev/zero".to_owned());
    }
    Ok(())
}

fn parquet_shapes(folder: &Path) -> Result<(), String> {
    let columns = parquet::texts(&[row(&[]), row(&[])]);
    let whole = parquet::file(&columns, Codec::Snappy, 1_000);
    write(folder, "no-rows.parquet", parquet::file(&parquet::texts(&[]), Codec::Snappy, 1_000));
    write(folder, "empty-group.parquet", parquet::with_empty_group(&columns));
    write(folder, "more-rows.parquet", parquet::with_stated_rows(&whole, 1 << 62, None));
    write(folder, "negative-rows.parquet", parquet::with_stated_rows(&whole, -2, None));
    write(folder, "more-values.parquet", parquet::with_stated_rows(&whole, 1 << 40, Some(1 << 40)));
    write(folder, "fewer-values.parquet", parquet::with_stated_rows(&whole, 1, Some(1)));
    write(folder, "other-sum.parquet", parquet::with_file_rows(&row(&[])));
    let mut encrypted = whole.clone();
    encrypted[..4].copy_from_slice(b"PARE");
    let end = encrypted.len() - 4;
    encrypted[end..].copy_from_slice(b"PARE");
    write(folder, "encrypted.parquet", encrypted);
    Ok(())
}

fn parquet_types(folder: &Path) -> Result<(), String> {
    let columns = parquet::texts(&[row(&[]), row(&[])]);
    for (name, column, array) in parquet::strange_arrays() {
        let mut columns = columns.clone();
        match columns.iter_mut().find(|(own, _)| own == column) {
            Some((_, own)) => *own = array,
            None => columns.push((column.to_owned(), array)),
        }
        write(folder, &format!("{name}.parquet"), parquet::file(&columns, Codec::None, 1_000));
    }
    let mut twice = columns.clone();
    twice.push(("BilledCost".to_owned(), Arc::clone(&columns[12].1)));
    write(folder, "column-twice.parquet", parquet::file(&twice, Codec::None, 1_000));
    Ok(())
}

#[cfg(unix)]
fn unreadable(folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    write(folder, "bills/a.csv", csv(&[row(&[])]));
    write(folder, "bills/secret.csv", csv(&[row(&[])]));
    let secret = folder.join("bills/secret.csv");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    match fs::read(&secret) {
        Ok(_) => Err("this user may read everything".to_owned()),
        Err(_) => Ok(()),
    }
}

#[cfg(not(unix))]
fn unreadable(_: &Path) -> Result<(), String> {
    Err("permissions are other here".to_owned())
}
