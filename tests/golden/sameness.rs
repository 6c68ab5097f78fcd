//! The same inputs give the same bytes, and two exports of one bill the same money.

use std::fs;
use std::path::{Path, PathBuf};

use crate::joulework;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serverless-shop")
}

fn report(format: &str, threads: &str, folder: &Path) -> Vec<u8> {
    let name = format!("{format}-{threads}");
    let output = joulework(
        &example(),
        &[
            "report",
            ".",
            "--format",
            format,
            "--threads",
            threads,
            "--output",
            folder.join(&name).to_str().unwrap(),
        ],
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut written = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_report = |path: &PathBuf| {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        file.starts_with(&name) && !file.ends_with(".receipt.json")
    };
    fs::read(written.find(is_report).unwrap()).unwrap()
}

fn money(manifest: &str) -> String {
    let output = joulework(&example(), &["estimate", manifest, "--by", "period,account", "--format", "csv"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap().split(',').collect();
    let wanted: Vec<usize> = heads
        .iter()
        .enumerate()
        .filter(|(_, head)| ["period", "account", "billed-cost.USD", "effective-cost.USD"].contains(head))
        .map(|(at, _)| at)
        .collect();
    assert_eq!(wanted.len(), 4, "{heads:?}");
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            wanted.iter().map(|at| cells[*at]).collect::<Vec<_>>().join(" ") + "\n"
        })
        .collect()
}

#[test]
fn one_thread_and_two_and_a_second_run_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let second = tempfile::tempdir().unwrap();
    for format in ["html", "json"] {
        let one = report(format, "1", folder.path());
        assert_eq!(one, report(format, "2", folder.path()), "{format} with two threads");
        assert_eq!(one, report(format, "1", second.path()), "{format} again");
    }
}

#[test]
fn focus_and_cur_give_the_same_money_to_the_last_digit() {
    let focus = money("joulework.toml");
    assert!(focus.lines().count() > 12, "{focus}");
    assert_eq!(focus, money("cur2.toml"));
}
