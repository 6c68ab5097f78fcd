//! Inputs that try to fill the memory: the run stops with an error, and its memory stays small.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::made;

/// What a run may take: the program with its plugins takes about 50 MiB, its largest buffer 64 MiB.
const MOST_MIB: u64 = 180;

/// Runs the program and gives its exit code, what it said, and its largest memory in MiB where the system tells that.
fn run(folder: &Path, file: &str) -> (i32, String, Option<u64>) {
    let said = File::create(folder.join("said")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_joulework"))
        .args(["estimate", file, "--by", "service", "--threads", "1"])
        .current_dir(folder)
        .env("JOULEWORK_CACHE_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said)
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let begin = Instant::now();
    let mut peak = None;
    let code = loop {
        if let Some(code) = child.try_wait().unwrap() {
            break code.code().unwrap();
        }
        // The highest so far; the last look before the end is near enough.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kib.map(|kib| kib / 1_024));
        if begin.elapsed() > crate::LONGEST {
            child.kill().unwrap();
            panic!("{file}: the run hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    (code, std::fs::read_to_string(folder.join("said")).unwrap(), peak)
}

fn stops(folder: &Path, file: &str, expected: &str) {
    let (code, said, peak) = run(folder, file);
    assert_eq!((code, said.as_str()), (2, expected));
    match peak {
        Some(peak) => assert!(peak < MOST_MIB, "{file}: {peak} MiB"),
        None => println!("not run: the memory of {file}: this system does not tell it"),
    }
}

/// After `start`, so many MiB of one byte, compressed: gzip members one after the other, made once.
fn bomb(path: &Path, start: &str, byte: u8, mebibytes: usize) {
    let mut file = File::create(path).unwrap();
    file.write_all(&made::gzip(start.as_bytes())).unwrap();
    let block = made::gzip(&vec![byte; 1 << 20]);
    for _ in 0..mebibytes {
        file.write_all(&block).unwrap();
    }
}

#[test]
fn a_bomb_of_zeros_stops_at_once() {
    let folder = tempfile::tempdir().unwrap();
    bomb(&folder.path().join("zeros.csv.gz"), "", 0, 4_096);
    stops(
        folder.path(),
        "zeros.csv.gz",
        "error[bill.format]: zeros.csv.gz: not billing data: inside the gzip it is neither text nor gzip nor Parquet\n  \
         help: joulework reads FOCUS 1.0, 1.1, 1.2, CUR 2.0 and legacy CUR as CSV, CSV.gz or Parquet\n",
    );
}

#[test]
fn a_bomb_behind_a_good_row_stops_at_the_bad_one() {
    let folder = tempfile::tempdir().unwrap();
    let start = made::csv(&[made::row(&[])]);
    // A row that never ends, and a header that never ends.
    bomb(&folder.path().join("row.csv.gz"), &start, b'7', 4_096);
    stops(
        folder.path(),
        "row.csv.gz",
        "error[bill.row]: row.csv.gz: row 2 (line 3): it is longer than 64 MiB; a quote seems to be open\n",
    );
    bomb(&folder.path().join("header.csv.gz"), "BillingAccountId,", b'7', 4_096);
    stops(
        folder.path(),
        "header.csv.gz",
        "error[bill.format]: header.csv.gz: not billing data: the first line: it is longer than 64 MiB; a quote seems to be open\n  \
         help: joulework reads FOCUS 1.0, 1.1, 1.2, CUR 2.0 and legacy CUR as CSV, CSV.gz or Parquet\n",
    );
    // Delimiters only: the row has far too many fields.
    bomb(&folder.path().join("fields.csv.gz"), &start, b',', 4_096);
    let (code, said, _) = run(folder.path(), "fields.csv.gz");
    assert_eq!(code, 2);
    assert!(said.starts_with("error[bill.row]: fields.csv.gz: row 2 (line 3): "), "{said}");
}

#[test]
fn rows_of_huge_distinct_cells_do_not_pile_up() {
    const ROWS: usize = 160;
    let folder = tempfile::tempdir().unwrap();
    let filler = made::gzip("x".repeat(1 << 20).as_bytes());
    // Resources are read, for the bins of their errors, and not kept.
    let text = made::csv(&[made::row(&[])]);
    let (header, row) = text.split_once('\n').unwrap();
    let mut file = File::create(folder.path().join("cells.csv.gz")).unwrap();
    let mut write = |bytes: &[u8]| file.write_all(bytes).unwrap();
    write(&made::gzip(format!("ResourceId,{header}\n").as_bytes()));
    let rest = made::gzip(format!(",{row}").as_bytes());
    for number in 0..ROWS {
        write(&made::gzip(number.to_string().as_bytes()));
        write(&filler);
        write(&rest);
    }
    write(&made::gzip(format!("i-1,{}", made::row(&[("BilledCost", "much")]).join(",")).as_bytes()));
    stops(
        folder.path(),
        "cells.csv.gz",
        "error[bill.value]: cells.csv.gz: row 161 (line 162), column `BilledCost`: found `much`, expected a decimal number below 10^14 with at most 24 decimals, such as `-0.0000008`\n",
    );
}
