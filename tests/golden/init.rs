//! A proposed manifest runs as it is, and so does each of its examples.

use std::fs;
use std::path::Path;

use joulework::manifest::Manifest;

use crate::joulework;

fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = joulework(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A copy of the example shop's FOCUS bill, without its manifest.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let bills = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serverless-shop/focus");
    fs::create_dir(folder.path().join("focus")).unwrap();
    for file in fs::read_dir(bills).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.path().join("focus").join(file.file_name())).unwrap();
    }
    folder
}

#[test]
fn the_shops_bill_gives_a_manifest_that_estimates_its_workloads() {
    let folder = shop();
    assert_eq!(run(folder.path(), &["init", "focus"]), "", "standard output is for data");
    let manifest = Manifest::load(&folder.path().join("focus")).unwrap();
    let paths: Vec<_> = manifest.bills.iter().map(|bill| bill.path.to_str().unwrap()).collect();
    assert_eq!(paths, ["*.parquet"]);
    let names: Vec<_> = manifest.workloads.iter().map(|workload| workload.name.as_str()).collect();
    assert!(names.contains(&"shop") && names.contains(&"analytics"), "{names:?}");

    let output = joulework(folder.path(), &["estimate", "focus", "--by", "workload", "--format", "csv"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "the manifest takes the bills and nothing else");
    let text = String::from_utf8(output.stdout).unwrap();
    for name in names.into_iter().chain(["unassigned"]) {
        assert!(text.lines().any(|line| line.starts_with(&format!("{name},"))), "{name} is not in\n{text}");
    }
}

#[test]
fn a_manifest_elsewhere_leads_to_the_bills() {
    let folder = shop();
    fs::create_dir(folder.path().join("plans")).unwrap();
    run(folder.path(), &["init", "focus", "--output", "plans/shop.toml"]);
    let manifest = Manifest::load(&folder.path().join("plans/shop.toml")).unwrap();
    assert_eq!(manifest.bills[0].path.to_str(), Some("../focus/*.parquet"));
    run(&folder.path().join("plans"), &["estimate", "shop.toml", "--by", "workload", "--format", "csv"]);

    // From above the folder goes as a whole, and on standard output paths are those of the current folder.
    assert!(run(folder.path(), &["init", "--output", "-"]).contains("\npath = \"focus\"\n"));
    assert!(
        run(folder.path(), &["init", "focus", "--output", "-"]).contains("\npath = \"focus/*.parquet\"\n")
    );
}

/// Where a manifest of the export stands beside the files, it has to be read with them.
#[test]
fn files_that_a_newer_delivery_replaces_stay_out() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/cases");
    let bill = fs::read_to_string(cases.join("legacy-cur-csv/bill.csv")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let period = folder.path().join("20250301-20250401");
    fs::create_dir(&period).unwrap();
    fs::write(period.join("report-00001.csv"), &bill).unwrap();
    fs::write(period.join("report-00002.csv"), bill.replace("\nline", "\nolder")).unwrap();
    let manifest = r#"{"assemblyId": "a", "reportKeys": ["p/report/20250301-20250401/report-00001.csv"]}"#;
    fs::write(period.join("report-Manifest.json"), manifest).unwrap();
    run(folder.path(), &["init", "20250301-20250401"]);
    let written = Manifest::load(&period).unwrap();
    assert_eq!(written.bills[0].path.to_str(), Some("."));
    let estimate = |path: &str| run(folder.path(), &["estimate", path, "--by", "service", "--format", "csv"]);
    assert_eq!(estimate("20250301-20250401"), estimate("20250301-20250401/report-00001.csv"));
}

#[test]
fn every_example_that_is_left_out_can_be_taken_in() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/cases");
    let mut seen = 0;
    for case in crate::folders(&cases) {
        let Ok(text) = fs::read_to_string(case.join("expected/1.stdout")) else { continue };
        if !text.starts_with("# Proposed by `joulework init`") {
            continue;
        }
        seen += 1;
        let whole: String = text
            .lines()
            .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
            .flat_map(|line| [line, "\n"])
            .collect();
        let manifest =
            Manifest::parse(&whole, Path::new("")).unwrap_or_else(|error| panic!("{error}\n{whole}"));
        assert!(!manifest.workloads.is_empty() && !manifest.shared.is_empty(), "{whole}");
        assert_eq!((manifest.units.len(), manifest.plugins.len()), (2, 1), "{whole}");
    }
    assert!(seen >= 3, "{seen} cases propose a manifest");
}
