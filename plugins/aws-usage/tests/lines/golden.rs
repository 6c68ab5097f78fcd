//! Golden rows, at least one for every rule. `JOULEWORK_REFRESH=1 cargo test` writes the expected files anew; read the
//! difference before you keep it.

use std::collections::BTreeSet;

use aws_usage::AwsUsage;
use aws_usage::answer::Texts;
use aws_usage::catalogue::Catalogue;
use aws_usage::classify::Classifier;
use aws_usage::rules::Rules;
use joulework_sdk::factors::Tables;
use joulework_sdk::kit::{self, Case, Rows};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

#[test]
fn it_says_what_it_is() {
    kit::description::<AwsUsage>();
}

#[test]
fn golden_rows_stay() {
    kit::golden::<AwsUsage>(GOLDEN);
}

#[test]
fn every_rule_has_a_golden_row() {
    let tables = Tables::default();
    let classifier =
        Classifier { rules: Rules::load(&tables).unwrap(), catalogue: Catalogue::load(&tables).unwrap() };
    let mut met = BTreeSet::new();
    for folder in std::fs::read_dir(GOLDEN).unwrap() {
        let text = std::fs::read_to_string(folder.unwrap().path().join("input.csv")).unwrap();
        let rows = Case::<AwsUsage>::input(&text);
        met.extend((0..rows.len()).map(|row| rule(&classifier, &rows, row)));
    }
    let ids: BTreeSet<String> = classifier.rules.rules().iter().map(|rule| rule.row.id.clone()).collect();
    assert_eq!(ids.len(), classifier.rules.rules().len(), "the id of a rule occurs twice");
    assert_eq!(ids.difference(&met).collect::<Vec<_>>(), [""; 0], "rules without a golden row");
}

fn rule(classifier: &Classifier, rows: &Rows, row: usize) -> String {
    let get = |name: &str| rows.names().any(|found| found == name).then(|| rows.text(name, row)).flatten();
    let texts = Texts::of([
        get("provider-name"),
        get("service-name"),
        get("charge-category"),
        get("sku-meter"),
        get("operation"),
        get("charge-description"),
        get("consumed-unit"),
        get("sku-price-details"),
        get("commitment-discount-status"),
        get("capacity-reservation-status"),
    ]);
    classifier.answer(&classifier.rules.of_service(texts.service), &texts).rule
}

#[test]
fn the_rules_of_the_user_go_first() {
    let rule = "factor-id,reads,service,text,unit,kind,measure,medium,copies,cpu-family,vcpus,gib\n\
                mine,usage-type,*,Widget-Hours,hours,compute.container,units,,,unknown-arm,1/2,3\n\
                rule/s3,usage-type,s3,TimedStorage*,gb-months,storage.object,storage,ssd,3,,,\n";
    let input = crate::bill::csv(&[
        vec![
            ("service-name", "Some New Service"),
            ("sku-meter", "USE1-Widget-Hours"),
            ("consumed-unit", "Hrs"),
        ],
        vec![("service-name", "AmazonS3"), ("sku-meter", "TimedStorage-ByteHrs"), ("consumed-unit", "GB-Mo")],
    ]);
    let rows = Case::<AwsUsage>::new().table("rules", rule).run(&input).unwrap();
    assert_eq!((rows.number("vcpu-hours", 0), rows.number("memory-hours", 0)), (Some(0.5), Some(3.0)));
    assert_eq!((rows.text("storage-medium", 1), rows.number("storage-copies", 1)), (Some("ssd"), Some(3.0)));
}

#[test]
fn a_table_that_cannot_be_read_names_its_row() {
    let bad = [
        ("mine,usage-type,*,,hours,fee,none", "empty pattern"),
        ("mine,usage-type,*,x{y},hours,fee,none", "{y}"),
        ("mine,usage-type,nobody,x,hours,fee,none", "service"),
        ("mine,usage-type,*,x,parsecs,fee,none", "unit"),
        ("mine,usage-type,*,x,hours,fee,nothing", "measure"),
        ("mine,somewhere,*,x,hours,fee,none", "reads"),
        ("mine,usage-type,*,x,hours,fee,storage", "medium"),
        ("mine,usage-type,*,x,hours,fee,units", "cpu-family"),
    ];
    for (row, what) in bad {
        let table = format!("factor-id,reads,service,text,unit,kind,measure\n{row}\n");
        let fault = Case::<AwsUsage>::new().table("rules", &table).configured().map(|_| ()).unwrap_err();
        assert_eq!(fault.code, "table.invalid");
        assert!(fault.message.contains("mine") || fault.message.contains("`rules`"), "{}", fault.message);
        assert!(fault.message.contains(what) || what == "empty pattern", "{}", fault.message);
    }
}
