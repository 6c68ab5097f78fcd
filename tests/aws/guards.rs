//! The server is as strict as the APIs: a client without its guard is refused.

use std::collections::BTreeMap;

use ciborium::Value;
use jiff::Timestamp;
use serde_json::json;

use crate::server::fleet::Fleet;
use crate::server::http::Request;
use crate::server::signature::{Scope, signature};
use crate::server::{Faults, KEY, Running, SECRET};

fn server() -> Running {
    let fleet = Fleet {
        account: "123456789012",
        regions: vec!["eu-west-1"],
        machines: 2,
        functions: 0,
        estimated_from: "2026-03-01".parse().unwrap(),
    };
    Running::start(fleet, Faults::default())
}

/// A request that is signed at a time.
fn signed(path: &str, headers: &[(&str, &str)], body: Vec<u8>, at: Timestamp) -> Request {
    let mut all: BTreeMap<String, String> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    all.insert("host".to_owned(), "localhost".to_owned());
    all.insert("x-amz-date".to_owned(), at.strftime("%Y%m%dT%H%M%SZ").to_string());
    let mut request = Request {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: all,
        body,
    };
    let scope = Scope {
        key: KEY.to_owned(),
        day: at.strftime("%Y%m%d").to_string(),
        region: "eu-west-1".to_owned(),
        service: "test".to_owned(),
    };
    let signature = signature(&request, "host;x-amz-date", &scope, SECRET);
    let text = format!(
        "AWS4-HMAC-SHA256 Credential={KEY}/{}/eu-west-1/test/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}",
        scope.day
    );
    request.headers.insert("authorization".to_owned(), text);
    request
}

fn cost(server: &Running, body: &serde_json::Value, at: Timestamp) -> (u16, serde_json::Value) {
    let headers = [("x-amz-target", "AWSInsightsIndexService.GetCostAndUsage")];
    let (status, body) = server.send(&signed("/", &headers, body.to_string().into_bytes(), at));
    (status, serde_json::from_slice(&body).unwrap())
}

fn usage(keys: &[&str]) -> serde_json::Value {
    let groups: Vec<_> = keys.iter().map(|key| json!({"Type": "DIMENSION", "Key": key})).collect();
    json!({
        "TimePeriod": {"Start": "2026-01-01", "End": "2026-02-01"},
        "Granularity": "DAILY", "Metrics": ["UnblendedCost"], "GroupBy": groups,
    })
}

#[test]
fn three_keys_of_groups_are_refused() {
    let (server, now) = (server(), Timestamp::now());
    assert_eq!(cost(&server, &usage(&["SERVICE", "USAGE_TYPE"]), now).0, 200);
    let (status, answer) = cost(&server, &usage(&["SERVICE", "USAGE_TYPE", "REGION"]), now);
    assert_eq!((status, answer["__type"].as_str()), (400, Some("ValidationException")));
}

#[test]
fn a_long_answer_comes_in_pages_and_a_token_that_is_made_up_is_refused() {
    let (server, now) = (server(), Timestamp::now());
    let (_, answer) = cost(&server, &usage(&["SERVICE"]), now);
    assert!(answer["NextPageToken"].is_string());
    assert!(answer["ResultsByTime"].as_array().unwrap().len() < 31, "a client that stops here misses days");
    let mut request = usage(&["SERVICE"]);
    request["NextPageToken"] = json!("made-up");
    let (status, answer) = cost(&server, &request, now);
    assert_eq!((status, answer["__type"].as_str()), (400, Some("InvalidNextTokenException")));
}

#[test]
fn a_signature_of_long_ago_or_of_another_secret_is_refused() {
    let (server, now) = (server(), Timestamp::now());
    let old = Timestamp::from_second(now.as_second() - 600).unwrap();
    let (status, answer) = cost(&server, &usage(&["SERVICE"]), old);
    assert_eq!((status, answer["message"].as_str()), (403, Some("Signature expired")));
    let headers = [("x-amz-target", "AWSInsightsIndexService.GetCostAndUsage")];
    let mut request = signed("/", &headers, usage(&["SERVICE"]).to_string().into_bytes(), now);
    request.body.push(b' ');
    assert_eq!(server.send(&request).0, 403, "a body that was changed after it was signed");
}

/// Asks for points of so many series.
fn points(server: &Running, series: usize, (start, end): (i64, i64), period: i64) -> (u16, Value) {
    let map = |pairs: Vec<(&str, Value)>| {
        Value::Map(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())
    };
    let query = |number: usize| {
        let metric = map(vec![("Namespace", "AWS/EC2".into()), ("MetricName", "CPUUtilization".into())]);
        let stat = map(vec![("Metric", metric), ("Period", period.into()), ("Stat", "Average".into())]);
        map(vec![("Id", format!("m{number}").into()), ("MetricStat", stat)])
    };
    let time = |seconds: i64| Value::Tag(1, Box::new(seconds.into()));
    let body = map(vec![
        ("MetricDataQueries", Value::Array((0..series).map(query).collect())),
        ("StartTime", time(start)),
        ("EndTime", time(end)),
    ]);
    let mut bytes = Vec::new();
    ciborium::into_writer(&body, &mut bytes).unwrap();
    let headers = [("smithy-protocol", "rpc-v2-cbor")];
    let path = "/service/GraniteServiceVersion20100801/operation/GetMetricData";
    let (status, body) = server.send(&signed(path, &headers, bytes, Timestamp::now()));
    (status, ciborium::from_reader(body.as_slice()).unwrap())
}

fn field<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.as_map().unwrap().iter().find(|(own, _)| own.as_text() == Some(key)).map(|(_, value)| value)
}

fn count(answer: &Value) -> usize {
    let results = field(answer, "MetricDataResults").unwrap().as_array().unwrap();
    results.iter().map(|result| field(result, "Values").unwrap().as_array().unwrap().len()).sum()
}

#[test]
fn more_than_500_queries_are_refused() {
    let (server, now) = (server(), Timestamp::now().as_second());
    assert_eq!(points(&server, 500, (now - 7_200, now), 3_600).0, 200);
    let (status, answer) = points(&server, 501, (now - 7_200, now), 3_600);
    assert_eq!(status, 400);
    assert_eq!(field(&answer, "__type").unwrap().as_text(), Some("ValidationError"));
}

#[test]
fn an_answer_has_100_800_points_at_most() {
    let (server, now) = (server(), Timestamp::now().as_second());
    let start = now - 100 * 86_400;
    let (_, answer) = points(&server, 100, (start, now), 3_600);
    assert_eq!(count(&answer), 100_800, "a client that stops here misses points");
    assert!(field(&answer, "NextToken").is_some());
}

#[test]
fn points_are_gone_when_their_period_is_too_short_for_their_age() {
    let (server, now) = (server(), Timestamp::now().as_second());
    let days = |count: i64| count * 86_400;
    for (period, kept) in [(60, 15), (300, 63), (3_600, 455)] {
        let old = (now - days(kept + 3), now - days(kept + 2));
        let (status, answer) = points(&server, 1, old, period);
        assert_eq!((status, count(&answer)), (200, 0), "{period} s after {kept} days");
        let young = (now - days(kept - 2), now - days(kept - 3));
        assert!(count(&points(&server, 1, young, period).1) >= 24, "{period} s within {kept} days");
    }
}
