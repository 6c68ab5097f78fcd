//! What a collection leaves behind, whatever happens to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::server::fleet::Fleet;
use crate::server::{EXPIRED, Faults, KEY, Running, SECRET};

/// Requests for points that may be under way at once.
const AT_ONCE: usize = 4;

/// The first of the month three months ago: two whole months and four days from there are asked for, and CloudWatch still
/// has them.
fn start() -> Date {
    let month = Timestamp::now().to_zoned(TimeZone::UTC).date().first_of_month();
    month - 3.months()
}

fn fleet() -> Fleet {
    Fleet {
        account: "123456789012",
        regions: vec!["eu-west-1", "us-east-1"],
        machines: 70,
        functions: 3,
        estimated_from: start() + 2.months(),
    }
}

/// A call of the program that knows nothing of this machine.
fn calling(folder: &Path) -> Command {
    let home = folder.join("home");
    std::fs::create_dir_all(&home).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_joulework"));
    command
        .env_clear()
        .env("HOME", &home)
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("JOULEWORK_CACHE_DIR", std::env::temp_dir().join("joulework-tests-aws"))
        .stdin(Stdio::null());
    command
}

/// A collection.
fn command(server: &Running, folder: &Path, more: &[&str]) -> Command {
    let mut command = calling(folder);
    command
        .args(["collect", "aws"])
        .arg(folder.join("out"))
        .args(["--from", &start().to_string(), "--to", &(start() + 2.months() + 4.days()).to_string()])
        .args(["--endpoint-url", &server.url()])
        .args(more);
    command
}

fn run(server: &Running, folder: &Path, more: &[&str]) -> Output {
    command(server, folder, more).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The report of what a collection left behind, as JSON.
fn report(folder: &Path, name: &str) -> Vec<u8> {
    let written = folder.join(name);
    let output = Command::new(env!("CARGO_BIN_EXE_joulework"))
        .args(["report", "--format", "json", "--output"])
        .arg(&written)
        .arg(folder.join("out"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    std::fs::read(&written).unwrap()
}

/// Every file that an estimate reads, by its path.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.join("out")];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !name.starts_with('.') {
                let key = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(key, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn paid(server: &Running) -> Vec<(String, String)> {
    let mut answered = server.server.answered();
    answered.retain(|(operation, _)| operation != "GetCallerIdentity");
    answered
}

#[test]
fn a_collection_becomes_the_same_report_twice_and_pays_for_nothing_twice() {
    let server = Running::start(fleet(), Faults::default());
    let folder = tempfile::tempdir().unwrap();
    let output = run(&server, folder.path(), &["--yes"]);
    assert!(output.status.success(), "{}", said(&output));
    let (first, asked) = (files(folder.path()), paid(&server).len());

    // Nothing that is final is asked for again, and nothing changes.
    let output = run(&server, folder.path(), &["--yes"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(paid(&server).len(), asked, "{}", said(&output));
    assert!(said(&output).contains("paid requests: 0, $0.00"), "{}", said(&output));
    assert_eq!(files(folder.path()), first);

    // The bill has the account's own figures to the last digit.
    let bill = format!("out/bill/123456789012-{}.csv", start().strftime("%Y-%m"));
    let bill = String::from_utf8(first[Path::new(&bill)].clone()).unwrap();
    let machines = bill.lines().find(|line| line.contains("EU-BoxUsage:m5.large")).unwrap();
    assert!(machines.contains(",1680.000,Hrs,179.76,179.76,USD,false"), "{machines}");
    // Hours and requests have no unit together, so there is no quantity.
    let keys = bill.lines().find(|line| line.contains("EU-KMS-Requests")).unwrap();
    assert!(keys.contains("EU-KMS-Requests,,,0.030000001,0.030000001,USD"), "{keys}");
    assert!(bill.contains(",Tax,,Tax,") && bill.contains(",Credit,,Credit,"), "{bill}");

    let first = report(folder.path(), "first.json");
    assert!(first == report(folder.path(), "second.json"), "the reports differ");
}

#[test]
fn ten_kills_at_odd_moments_change_nothing_in_the_result() {
    let calm = Running::start(fleet(), Faults::default());
    let expected = tempfile::tempdir().unwrap();
    assert!(run(&calm, expected.path(), &["--yes"]).status.success());

    let slow = Running::start(fleet(), Faults { slow: 20, ..Faults::default() });
    let folder = tempfile::tempdir().unwrap();
    for number in 0..10_u64 {
        let mut child = command(&slow, folder.path(), &["--yes"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(150 + number * 137 % 700));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let output = run(&slow, folder.path(), &["--yes"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(
        files(folder.path()).keys().collect::<Vec<_>>(),
        files(expected.path()).keys().collect::<Vec<_>>()
    );
    assert!(files(folder.path()) == files(expected.path()), "a file differs");

    // What was under way when it was killed may have been answered for nobody: nothing else was asked twice.
    let (asked, needed) = (paid(&slow).len(), paid(&calm).len());
    assert!(asked <= needed + 10 * AT_ONCE, "{asked} requests for {needed}");
}

#[test]
fn throttling_errors_and_cut_connections_are_lived_through_and_visible() {
    let calm = Running::start(fleet(), Faults::default());
    let expected = tempfile::tempdir().unwrap();
    assert!(run(&calm, expected.path(), &["--yes"]).status.success());

    let faults = Faults { throttled: 5, broken: 7, cut: 11, ..Faults::default() };
    let server = Running::start(fleet(), faults);
    let folder = tempfile::tempdir().unwrap();
    let output = run(&server, folder.path(), &["--yes", "--verbose"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(files(folder.path()) == files(expected.path()), "a file differs");
    assert!(said(&output).contains("attempt 2"), "{}", said(&output));
    assert!(!said(&output).contains(SECRET));
}

#[test]
fn a_clock_that_is_wrong_is_corrected_and_an_expired_token_is_told() {
    let server = Running::start(fleet(), Faults { skew: 3_600, ..Faults::default() });
    let folder = tempfile::tempdir().unwrap();
    let output = run(&server, folder.path(), &["--yes", "--what", "bill"]);
    assert!(output.status.success(), "{}", said(&output));

    let server = Running::start(fleet(), Faults::default());
    let output =
        command(&server, folder.path(), &["--yes"]).env("AWS_ACCESS_KEY_ID", EXPIRED).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = said(&output);
    assert!(said.contains("ExpiredToken") && said.contains("sign in again"), "{said}");
    assert!(!said.contains(SECRET) && !said.contains(EXPIRED), "{said}");
}

#[test]
fn a_region_that_is_down_leaves_the_others_as_they_are() {
    let server = Running::start(fleet(), Faults { down: Some("eu-west-1"), ..Faults::default() });
    let folder = tempfile::tempdir().unwrap();
    let output = command(&server, folder.path(), &["--yes"]).env("AWS_MAX_ATTEMPTS", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("not fetched: CloudWatch of 123456789012 eu-west-1"), "{}", said(&output));
    let files = files(folder.path());
    assert!(files.keys().any(|path| path.starts_with("out/cloudwatch/123456789012/us-east-1")));
    assert!(files.keys().any(|path| path.starts_with("out/bill")));
}

#[test]
fn nothing_is_paid_for_without_a_yes_or_beyond_a_limit() {
    let server = Running::start(fleet(), Faults::default());
    let folder = tempfile::tempdir().unwrap();
    let output = run(&server, folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("aws.declined") && said(&output).contains("--yes"), "{}", said(&output));
    assert_eq!(paid(&server), []);

    let output = run(&server, folder.path(), &["--yes", "--max-usd", "0.05"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("aws.limit"), "{}", said(&output));
    assert_eq!(paid(&server).len(), 5);
    // A higher limit goes on from there.
    let output = run(&server, folder.path(), &["--yes", "--max-requests", "1000"]);
    assert!(output.status.success(), "{}", said(&output));
    let mut asked: Vec<_> = paid(&server);
    let all = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), all, "a request was asked twice");
}

#[test]
fn a_token_that_is_not_good_any_more_begins_its_request_again() {
    let server = Running::start(fleet(), Faults::default());
    let folder = tempfile::tempdir().unwrap();
    // The overview has one page, the first month of usage has four: it stops after its second.
    let output = run(&server, folder.path(), &["--yes", "--max-requests", "3"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    server.server.forget_tokens();
    let output = run(&server, folder.path(), &["--yes"]);
    assert!(output.status.success(), "{}", said(&output));
    let calm = tempfile::tempdir().unwrap();
    assert!(run(&server, calm.path(), &["--yes"]).status.success());
    assert!(files(folder.path()) == files(calm.path()), "a file differs");
}

#[test]
fn reports_of_functions_are_fetched_and_counted() {
    let server = Running::start(fleet(), Faults::default());
    let folder = tempfile::tempdir().unwrap();
    let output = run(&server, folder.path(), &["--yes", "--what", "bill,logs"]);
    assert!(output.status.success(), "{}", said(&output));
    let nowhere = "eu-west-1: `shop-2` has no log group `/aws/lambda/shop-2`";
    assert!(said(&output).contains(nowhere), "{}", said(&output));
    let manifest = std::fs::read_to_string(folder.path().join("out/joulework.toml")).unwrap();
    let section =
        "path = \"logs/123456789012/eu-west-1\"\naccount = \"123456789012\"\nregion = \"eu-west-1\"";
    assert!(manifest.contains(section), "{manifest}");
    let report = report(folder.path(), "report.json");
    // A call each morning.
    let days = i64::from(start().until(start() + 2.months()).unwrap().get_days()) + 4;
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let functions = report["supply"]["functions"].as_array().expect("functions in the report").clone();
    assert_eq!(functions.len(), 4, "two functions in two regions");
    for function in &functions {
        assert_eq!(function["invocations"].as_i64(), Some(days), "{function}");
    }
}

#[test]
fn the_policy_allows_every_call_that_is_made_and_no_other() {
    let server = Running::start(fleet(), Faults::default());
    let folder = tempfile::tempdir().unwrap();
    for what in ["bill", "utilisation", "logs", "bill,utilisation,logs"] {
        let before = paid(&server).len();
        let folder = folder.path().join(what);
        assert!(run(&server, &folder, &["--yes", "--what", what]).status.success());
        let mut made: Vec<String> =
            paid(&server).into_iter().skip(before).map(|(operation, _)| operation).collect();
        made.sort();
        made.dedup();
        assert_eq!(made, allowed(what), "{what}");
    }
}

/// The operations that the policy for a task allows.
fn allowed(what: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_joulework"))
        .args(["aws", "policy", "--what", what])
        .output()
        .unwrap();
    let policy: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let actions = statements.iter().flat_map(|statement| statement["Action"].as_array().unwrap());
    let mut names: Vec<String> =
        actions.map(|action| action.as_str().unwrap().rsplit_once(':').unwrap().1.to_owned()).collect();
    names.sort();
    names
}

#[test]
fn kpis_become_metrics_with_a_price_and_alarms() {
    let server = Running::start(fleet(), Faults::default());
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serverless-shop");
    let publish = |more: &[&str]| {
        let mut command = calling(folder.path());
        command.args(["publish", "cloudwatch"]).arg(&example);
        command.args(["--endpoint-url", &server.url()]).args(more).output().unwrap()
    };
    let output = publish(&["--alarms-only"]);
    assert!(output.status.success(), "{}", said(&output));
    let template: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let alarms = template["Resources"].as_object().unwrap();
    let carbon = &alarms["CarbonPerUnitGramsCO2eShopOrder"]["Properties"];
    assert_eq!(carbon["ComparisonOperator"], "GreaterThanThreshold");
    assert_eq!(alarms["CoverageUSD"]["Properties"]["ComparisonOperator"], "LessThanThreshold");
    assert_eq!(paid(&server), []);

    assert_eq!(publish(&[]).status.code(), Some(2), "nobody agreed to the price");
    assert_eq!(paid(&server), []);

    let output = publish(&["--yes"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("custom metrics in `joulework` of 123456789012"), "{}", said(&output));
    let published = server.server.published();
    assert_eq!(published.len(), alarms.len(), "an alarm for each metric");
    let (_, unit, value) = published
        .iter()
        .find(|(name, ..)| name == "CarbonPerUnitGramsCO2e Workload=shop Unit=order")
        .unwrap();
    // Carbon of an order in the last month: 21 mg, 10 to 39.
    assert!((0.010..0.039).contains(value) && unit == "None", "{value} {unit}");
    assert!(carbon["Threshold"].as_f64().unwrap() > *value);
    assert_eq!(paid(&server).len(), 1);
}
