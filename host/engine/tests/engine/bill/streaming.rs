//! Chunks depend on the file alone; files larger than a chunk are read whole and right.

use std::fmt::Write;

use joulework_engine::bill::{BillColumn, BillError, ColumnSet, Origin};

use super::fixture::{Folder, Table, batches, count, gz, open, total};

/// 150,000 rows with long quoted fields, so that records lie across every border of the reader's buffer.
fn long() -> (String, i128) {
    let header = Table::focus().csv();
    let row = Table::focus()
        .row(&[("ResourceId", "@resource"), ("BilledCost", "@cost"), ("ChargeDescription", "@text")])
        .csv();
    let row = row.split_once('\n').unwrap().1;
    let mut out = header;
    let mut sum = 0;
    for place in 0..150_000_u32 {
        let cost = place.wrapping_mul(2_654_435_761) % 1_000_000;
        sum += i128::from(cost);
        let text = "x\"\",\n".repeat(place as usize % 40);
        let filled = row.replace("@resource", &format!("r-{}", place % 30_011)).replace("@text", &text);
        write!(out, "{}", filled.replace("@cost", &format!("0.{cost:06}"))).unwrap();
    }
    (out, sum)
}

#[test]
fn a_long_file_is_cut_into_chunks_of_65_536_rows_and_nothing_is_lost() {
    let (text, sum) = long();
    let folder = Folder::new();
    for (name, bytes) in [("a.csv", text.clone().into_bytes()), ("b.csv.gz", gz(&text))] {
        let path = folder.write(name, bytes);
        let bill = open(&[&path]).unwrap();
        let batches = batches(&bill).unwrap();
        let sizes: Vec<_> = batches.iter().map(|batch| (batch.rows(), batch.origin())).collect();
        assert_eq!(
            sizes,
            [
                (65_536, Origin::Rows { file: 0, first: 1 }),
                (65_536, Origin::Rows { file: 0, first: 65_537 }),
                (18_928, Origin::Rows { file: 0, first: 131_073 }),
            ]
        );
        assert_eq!(total(&batches, BillColumn::BilledCost).raw(), sum * 10_i128.pow(18));
        let resources = batches[1].categories(BillColumn::ResourceId).unwrap();
        for row in [0, 1, 40_000, 65_535] {
            assert_eq!(resources.value(row), Some(format!("r-{}", (65_536 + row) % 30_011).as_str()));
        }
        assert_eq!(count(&batches), 150_000);
    }
}

#[test]
fn a_fault_far_into_a_file_names_its_row_and_line() {
    let mut text = Table::focus().row(&[]).csv();
    let row = text.split_once('\n').unwrap().1.to_owned();
    for _ in 0..69_998 {
        text.push_str(&row);
    }
    text.push_str(&row.replace("0.00000080000", "abc"));
    let folder = Folder::new();
    for (name, bytes) in [("a.csv", text.clone().into_bytes()), ("b.csv.gz", gz(&text))] {
        let path = folder.write(name, bytes);
        let error = batches(&open(&[&path]).unwrap()).unwrap_err();
        assert!(error.to_string().ends_with(&format!("{name}: row 70000 (line 70001), column `BilledCost`: found `abc`, expected a decimal number below 10^14 with at most 24 decimals, such as `-0.0000008`")), "{error}");
    }
}

#[test]
fn parts_of_a_bill_may_be_read_by_several_threads() {
    let folder = Folder::new();
    for month in 1..=6 {
        let mut table = Table::focus();
        for row in 0..500 {
            let start = format!("2025-{month:02}-01");
            table = table.row(&[("BillingPeriodStart", &start), ("BilledCost", &format!("0.{row:03}"))]);
        }
        folder.write(&format!("{month}.csv"), table.csv());
    }
    let bill = open(&[folder.path()]).unwrap();
    let alone = total(&batches(&bill).unwrap(), BillColumn::BilledCost);
    let sums: Vec<i128> = std::thread::scope(|scope| {
        let workers: Vec<_> = bill
            .chunks()
            .into_iter()
            .rev()
            .map(|chunk| {
                scope.spawn(move || {
                    let mut sum = 0;
                    chunk
                        .read(ColumnSet::all(), |batch| {
                            sum += batch
                                .decimals(BillColumn::BilledCost)
                                .unwrap()
                                .iter()
                                .flatten()
                                .sum::<i128>();
                            Ok::<_, BillError>(())
                        })
                        .unwrap();
                    sum
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(sums.iter().sum::<i128>(), alone.raw());
    bill.finish().unwrap();
}
