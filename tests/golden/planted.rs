//! The faults that were planted in the example's back office: advisors find them, with their sizes, and nothing else. Other
//! seeds have other resources, sizes and hours.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::joulework;

/// The account of the back office.
const ACCOUNT: &str = ":456789012345:";

/// A manifest for a back office alone.
const MANIFEST: &str = r#"
[[bill]]
path = "bill.parquet"
[[utilisation]]
path = "metrics"
measures = { disk_used_percent = "volume-utilisation" }
[[lambda-logs]]
path = "logs"
function = "{file}"
region = "eu-west-1"
[plugin.placement]
settings = { regions = ["eu-west-1"] }
"#;

fn run(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = joulework(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// What was planted, by code and resource. Cold starts are no advisor's: the report shows them.
fn planted(truth: &Value) -> BTreeMap<(String, String), &Value> {
    let faults = truth["faults"].as_array().unwrap().iter();
    faults
        .map(|fault| ((text(&fault["code"]), text(&fault["resource"])), fault))
        .filter(|((code, _), _)| code != "cold-starts")
        .collect()
}

/// What advisors propose, by code and resource.
fn proposed(advice: &Value) -> BTreeMap<(String, String), &Value> {
    let proposals = advice["proposals"].as_array().unwrap().iter();
    proposals.map(|own| ((text(&own["code"]), text(&own["resource"])), own)).collect()
}

/// Holds that a proposal has the size of the fault.
fn assert_size(fault: &Value, proposal: &Value) {
    let set = &proposal["changes"][0]["set"];
    if let Some(to) = fault.get("to") {
        assert_eq!(&set["value"]["to"], to, "{fault}");
    }
    if let Some(share) = fault.get("share").and_then(Value::as_f64) {
        // What follows its demand has no share of its own, but its money has.
        let money =
            |side: usize| text(&proposal["figures"]["effective-cost"]["USD"][side]).parse::<f64>().unwrap();
        let found = set["share"]["share"].as_f64().unwrap_or_else(|| money(1) / money(0));
        let tolerance = fault["tolerance"].as_f64().unwrap();
        assert!((found - share).abs() <= tolerance, "{found}: {fault}");
    }
}

fn assert_solved(truth: &Value, advice: &Value) {
    let (planted, all) = (planted(truth), proposed(advice));
    let found: BTreeMap<_, _> = all.iter().filter(|((_, resource), _)| resource.contains(ACCOUNT)).collect();
    let missing: Vec<_> = planted.keys().filter(|key| !found.contains_key(key)).collect();
    let wrong: Vec<_> = found.keys().filter(|key| !planted.contains_key(**key)).collect();
    assert!(missing.is_empty() && wrong.is_empty(), "not found: {missing:?}; not planted: {wrong:?}");
    for (key, fault) in &planted {
        assert_size(fault, all[key]);
        // What a change saves is the host's to say, and a change never asks for more than there is.
        assert!(all[key]["over-demand-vcpu-hours"].as_f64().unwrap() < 1e-3 || key.0 == "idle.instance");
    }
}

/// Holds that the report shows what starts cold.
fn assert_cold_starts(truth: &Value, folder: &Path) {
    let report = folder.join("planted-report");
    run(folder, &["report", ".", "--format", "json", "--output", report.to_str().unwrap()]);
    let written: Value = serde_json::from_slice(&fs::read(report.with_extension("json")).unwrap()).unwrap();
    let functions = written["supply"]["functions"].as_array().unwrap();
    let faults = truth["faults"].as_array().unwrap().iter();
    let cold: Vec<&Value> = faults.filter(|fault| fault["code"] == "cold-starts").collect();
    assert_eq!(cold.len(), 1);
    let name = text(&cold[0]["resource"]).rsplit(':').next().unwrap().to_owned();
    for function in functions {
        let share = function["cold"].as_f64().unwrap();
        if function["name"] == name.as_str() {
            assert!(
                (share - cold[0]["share"].as_f64().unwrap()).abs() <= cold[0]["tolerance"].as_f64().unwrap()
            );
            let (init, planted) =
                (function["init-p50-ms"].as_f64().unwrap(), cold[0]["milliseconds"].as_f64().unwrap());
            assert!((init / planted - 1.0).abs() < 0.05, "{init} {planted}");
        } else {
            assert!(share < 0.1, "{function}");
        }
    }
}

fn read(path: PathBuf) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_faults_of_the_example_are_found_and_nothing_else() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serverless-shop");
    let truth = read(example.join("fleet/truth.json"));
    let advice: Value = serde_json::from_slice(&run(&example, &["advise", ".", "--format", "json"])).unwrap();
    assert_solved(&truth, &advice);
    // Of the shop itself nothing is measured: all that can be said is which hardware it is on.
    for ((code, resource), _) in proposed(&advice) {
        assert!(resource.contains(ACCOUNT) || code == "hardware.arm64", "{code} {resource}");
    }
}

#[test]
fn the_faults_of_other_seeds_are_found_and_nothing_else() {
    for seed in [7, 4_711] {
        let folder = tempfile::tempdir().unwrap();
        shop_generator::fleet::write(folder.path(), seed).unwrap();
        fs::write(folder.path().join("joulework.toml"), MANIFEST).unwrap();
        let truth = read(folder.path().join("truth.json"));
        let advice = run(folder.path(), &["advise", ".", "--format", "json"]);
        assert_solved(&truth, &serde_json::from_slice(&advice).unwrap());
        assert_cold_starts(&truth, folder.path());
    }
}

#[test]
fn the_example_is_what_the_generator_writes() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serverless-shop/fleet");
    let folder = tempfile::tempdir().unwrap();
    shop_generator::fleet::write(folder.path(), 2_025).unwrap();
    let same =
        |name: &str| fs::read(example.join(name)).unwrap() == fs::read(folder.path().join(name)).unwrap();
    for name in ["truth.json", "bill.parquet", "metrics/ec2.parquet"] {
        assert!(same(name), "{name}");
    }
}
