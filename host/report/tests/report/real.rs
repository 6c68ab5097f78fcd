//! A report of a real run: the example's bill through the engine and all first-party plugins.

use std::path::{Path, PathBuf};

use joulework_engine::pipeline::{Assessment, BillDescription, Description, Engine};
use joulework_manifest::Manifest;
use joulework_metrics::Metrics;
use joulework_report::model::*;
use joulework_report::{SCHEMA, html, json, markdown, summary};

/// Compiled plugins, so that each test does not compile them anew.
fn cache() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("plugins")
}

fn assess(description: Description) -> (Assessment, Metrics) {
    let metrics = Metrics::read(&description.utilisation, &description.lambda_logs).unwrap();
    let engine =
        Engine::with_utilisation(description, metrics.utilisation().unwrap(), Some(cache())).unwrap();
    (engine.assess(&|_| ()).unwrap(), metrics)
}

fn example() -> (Assessment, Metrics) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serverless-shop");
    assess(Description::from(&Manifest::load(&folder.join("joulework.toml")).unwrap()))
}

fn look(name: &str, report: &Report) {
    if let Some(folder) = std::env::var_os("REPORT_PAGES") {
        let folder = PathBuf::from(folder);
        std::fs::write(folder.join(format!("{name}.html")), html(report).unwrap()).unwrap();
        std::fs::write(folder.join(format!("{name}.md")), markdown(report)).unwrap();
        std::fs::write(folder.join(format!("{name}.txt")), summary(report, None)).unwrap();
        std::fs::write(folder.join(format!("{name}.json")), json(report).unwrap()).unwrap();
    }
}

#[test]
fn the_example_becomes_a_report() {
    let primary = Some(("shop".to_owned(), "order".to_owned()));
    let (assessment, metrics) = example();
    let report = Report::from_assessment(&assessment, &metrics, "Serverless shop", primary).unwrap();
    assert!(report.supply.is_some(), "the back office is measured");
    look("example", &report);

    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    assert!(schema.is_valid(&serde_json::to_value(&report).unwrap()));

    assert_eq!(report.work[0].unit, "order", "the primary unit stands first");
    let carbon = report.totals.carbon.value.unwrap();
    let parts =
        report.totals.operational_carbon.value.unwrap() + report.totals.embodied_carbon.value.unwrap();
    assert!((carbon - parts).abs() < 1e-9 * carbon, "O + M");
    let sum = |of: &dyn Fn(&Service) -> Option<f64>| -> f64 { report.services.iter().filter_map(of).sum() };
    let energy = report.totals.energy.value.unwrap();
    assert!((sum(&|service| service.energy.value) - energy).abs() < 1e-9 * energy, "services add up");
    let by_workload: f64 = report.workloads.iter().filter_map(|workload| workload.energy.value).sum();
    assert!((by_workload - energy).abs() < 1e-9 * energy, "workloads add up");
    assert!(
        report.factors.iter().any(|source| source.title.contains("Ember") || source.publisher == "Ember")
    );
    assert!(report.plugins.iter().all(|plugin| plugin.sha256.len() == 64));
    for currency in &report.coverage.by_cost {
        let whole: f64 = currency.grades.iter().map(|grade| grade.share).sum();
        assert!((whole - 1.0).abs() < 1e-9);
    }
    for unit in &report.work {
        for (period, own) in report.periods.iter().zip(&unit.periods) {
            assert_eq!(period.id, own.period);
            if period.state == PeriodState::Partial {
                assert_eq!(own.change, None, "a partial month is in no trend");
            }
        }
    }
}

#[test]
fn the_same_run_gives_the_same_page() {
    let page = || {
        let (assessment, metrics) = example();
        let report = Report::from_assessment(&assessment, &metrics, "Serverless shop", None).unwrap();
        (html(&report).unwrap(), json(&report).unwrap())
    };
    assert!(page() == page());
}

/// A path to a bill is enough; its money comes out to the last digit.
#[test]
fn a_bill_alone_becomes_a_report() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serverless-shop/focus");
    let bill = BillDescription { paths: vec![path], time_zone: "UTC".to_owned(), overlap_adds: false };
    let (assessment, _) = assess(Description { bills: vec![bill], ..Description::default() });
    let report = Report::from_assessment(&assessment, &Metrics::default(), "focus", None).unwrap();
    look("bill", &report);
    assert!(report.work.is_empty());
    assert!(html(&report).unwrap().contains("so there is no score"));
    let billed: Vec<String> = assessment
        .estimates
        .roll_up(&joulework_engine::assess::RollUp::by([]))
        .unwrap()
        .total
        .billed
        .values()
        .map(ToString::to_string)
        .collect();
    let shown: Vec<String> = report.totals.billed.iter().map(|money| money.amount.clone()).collect();
    assert_eq!(shown, billed);
}
