//! Markdown, JSON and CSV.

use crate::fixture::{self, Shape, report};
use joulework_report::{ReportError, SCHEMA, csv, from_json, json, markdown, summary};

#[test]
fn markdown_is_short() {
    let text = markdown(&fixture::shop());
    assert!(text.lines().count() < 60);
    insta::assert_snapshot!(text);
}

#[test]
fn the_summary_fits_a_terminal() {
    let text = summary(&fixture::shop(), Some(100));
    assert!(text.lines().all(|line| line.chars().count() <= 100));
    insta::assert_snapshot!(text);
}

#[test]
fn json_of_the_small_report() {
    insta::assert_snapshot!(json(&fixture::small()).unwrap());
}

#[test]
fn json_comes_back_as_the_same_report() {
    let report = fixture::shop();
    assert_eq!(from_json(&json(&report).unwrap()).unwrap(), report);
}

#[test]
fn json_of_another_version_is_refused_with_advice() {
    let text = json(&fixture::small()).unwrap().replacen("\"schema-version\": 1", "\"schema-version\": 2", 1);
    let error = from_json(&text).unwrap_err();
    assert!(matches!(error, ReportError::SchemaVersion { found: 2, expected: 1 }));
    assert_eq!(error.code(), "report.schema-version");
    assert!(error.hint().unwrap().contains("newer"));
}

#[test]
fn json_fits_its_schema() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [fixture::small(), fixture::shop(), report(&Shape { months: 0, services: 0, prefix: "" })] {
        let value = serde_json::to_value(&report).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    let mut wrong = serde_json::to_value(fixture::small()).unwrap();
    wrong["totals"]["energy"]["value"] = "much".into();
    assert!(!validator.is_valid(&wrong), "the schema can refuse");
}

#[test]
fn csv_of_the_small_report() {
    insta::assert_snapshot!(csv(&fixture::small()));
}

#[test]
fn a_figure_that_is_not_finite_has_no_value() {
    let figure = joulework_report::model::Figure::estimate(f64::INFINITY, 0.0, 1.0, "kWh");
    assert_eq!(figure.value, None);
    assert!(figure.why_none.is_some());
}
