//! `ListMetrics` and `GetMetricData`, in CBOR (`rpc-v2-cbor`), with the limits of
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>.

use ciborium::Value;

use super::fleet::{Fleet, value};
use super::{Published, Refusal, Server};

const QUERIES: usize = 500;
const POINTS: usize = 100_800;
/// Series of a page: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html>.
const LISTED: usize = 500;
/// Days that points are kept by the length of their period.
const KEPT: [(i64, i64); 3] = [(60, 15), (300, 63), (3_600, 455)];

fn get<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.as_map()?.iter().find(|(own, _)| own.as_text() == Some(key)).map(|(_, value)| value)
}

fn text(value: &Value, key: &str) -> String {
    get(value, key).and_then(Value::as_text).unwrap_or_default().to_owned()
}

fn time(value: &Value, key: &str) -> Option<i64> {
    let (1, inner) = get(value, key)?.as_tag()? else { return None };
    #[allow(clippy::cast_possible_truncation, reason = "whole seconds")]
    match inner {
        Value::Integer(seconds) => i64::try_from(*seconds).ok(),
        Value::Float(seconds) => Some(*seconds as i64),
        _ => None,
    }
}

pub(crate) fn map(pairs: Vec<(&str, Value)>) -> Value {
    Value::Map(pairs.into_iter().map(|(key, value)| (Value::from(key), value)).collect())
}

fn parse(body: &[u8]) -> Result<Value, Refusal> {
    ciborium::from_reader(body).map_err(|_| Refusal::new("SerializationException", "no CBOR"))
}

fn first(server: &Server, request: &Value) -> Result<usize, Refusal> {
    match get(request, "NextToken").and_then(Value::as_text) {
        None => Ok(0),
        Some(token) => server
            .redeem(token)
            .ok_or_else(|| Refusal::new("InvalidNextToken", "The next token is not valid")),
    }
}

pub(crate) fn list_metrics(server: &Server, region: &str, body: &[u8]) -> Result<Value, Refusal> {
    let request = parse(body)?;
    let (namespace, metric) = (text(&request, "Namespace"), text(&request, "MetricName"));
    let fleet = &server.fleet;
    let mut series: Vec<Vec<(&str, String)>> = match (namespace.as_str(), metric.as_str()) {
        ("AWS/EC2", "CPUUtilization") => {
            (0..fleet.machines).map(|number| vec![("InstanceId", Fleet::machine(region, number))]).collect()
        }
        ("AWS/Lambda", "Invocations") => (0..fleet.functions)
            .flat_map(|number| {
                let function = ("FunctionName", Fleet::function(number));
                // A finer series that is no resource of its own.
                [vec![function.clone()], vec![function, ("Resource", format!("shop-{number}:live"))]]
            })
            .collect(),
        _ => Vec::new(),
    };
    let filters = get(&request, "Dimensions").and_then(Value::as_array).cloned().unwrap_or_default();
    series.retain(|series| {
        filters.iter().all(|filter| series.iter().any(|(name, _)| *name == text(filter, "Name")))
    });
    let first = first(server, &request)?;
    let page = series.iter().skip(first).take(LISTED).map(|series| {
        let dimension = |(name, value): &(&str, String)| {
            map(vec![("Name", (*name).into()), ("Value", value.clone().into())])
        };
        map(vec![
            ("Namespace", namespace.clone().into()),
            ("MetricName", metric.clone().into()),
            ("Dimensions", Value::Array(series.iter().map(dimension).collect())),
        ])
    });
    let mut answer = vec![("Metrics", Value::Array(page.collect()))];
    if first + LISTED < series.len() {
        answer.push(("NextToken", server.token(first + LISTED).into()));
    }
    Ok(map(answer))
}

pub(crate) fn get_metric_data(server: &Server, body: &[u8], now: i64) -> Result<Value, Refusal> {
    let request = parse(body)?;
    let invalid = |text: &str| Refusal::new("ValidationError", text);
    let queries = get(&request, "MetricDataQueries").and_then(Value::as_array).cloned().unwrap_or_default();
    if queries.is_empty() || queries.len() > QUERIES {
        return Err(invalid("The collection MetricDataQueries must not have a size greater than 500."));
    }
    let (Some(start), Some(end)) = (time(&request, "StartTime"), time(&request, "EndTime")) else {
        return Err(invalid("StartTime and EndTime are required"));
    };
    if start >= end {
        return Err(invalid("The parameter StartTime must be less than the parameter EndTime."));
    }
    let skip = first(server, &request)?;
    let mut results = Vec::new();
    let (mut seen, mut taken) = (0, 0);
    for query in &queries {
        let stat = get(query, "MetricStat").ok_or_else(|| invalid("MetricStat is required"))?;
        let metric = get(stat, "Metric").ok_or_else(|| invalid("Metric is required"))?;
        let period = get(stat, "Period")
            .and_then(Value::as_integer)
            .map_or(0, |period| i64::try_from(period).unwrap());
        let Some(kept) = KEPT.iter().rev().find(|(length, _)| period >= *length && period % length == 0)
        else {
            return Err(invalid("Period must be a multiple of 60"));
        };
        let dimensions = get(metric, "Dimensions").and_then(Value::as_array).cloned().unwrap_or_default();
        let resource: Vec<String> = dimensions.iter().map(|dimension| text(dimension, "Value")).collect();
        let name = format!("{} {}", text(metric, "MetricName"), text(stat, "Stat"));
        let (mut times, mut values, mut left) = (Vec::new(), Vec::new(), false);
        // Points of an hour are there for 455 days, shorter ones for less.
        let oldest = now - kept.1 * 86_400;
        let mut at = start.div_euclid(period) * period;
        while at < end {
            if at >= oldest {
                seen += 1;
                if seen > skip && taken < POINTS {
                    taken += 1;
                    times.push(Value::Tag(1, Box::new(at.into())));
                    values.push(Value::Float(value(&name, &resource.join(" "), at / 3_600)));
                } else if seen > skip {
                    left = true;
                }
            }
            at += period;
        }
        let status = if left { "PartialData" } else { "Complete" };
        results.push(map(vec![
            ("Id", text(query, "Id").into()),
            ("Label", name.into()),
            ("Timestamps", Value::Array(times)),
            ("Values", Value::Array(values)),
            ("StatusCode", status.into()),
        ]));
    }
    let mut answer =
        vec![("MetricDataResults", Value::Array(results)), ("Messages", Value::Array(Vec::new()))];
    if seen > skip + taken {
        answer.push(("NextToken", server.token(skip + taken).into()));
    }
    Ok(map(answer))
}

/// `PutMetricData`: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>.
pub(crate) fn put_metric_data(body: &[u8], now: i64) -> Result<Vec<Published>, Refusal> {
    let request = parse(body)?;
    let invalid = |text: &str| Refusal::new("InvalidParameterValue", text);
    let namespace = text(&request, "Namespace");
    if namespace.is_empty() || namespace.starts_with("AWS/") {
        return Err(invalid("The value AWS/ for parameter Namespace is invalid."));
    }
    let data = get(&request, "MetricData").and_then(Value::as_array).cloned().unwrap_or_default();
    if data.is_empty() || data.len() > 1_000 {
        return Err(invalid("The collection MetricData must not have a size greater than 1000."));
    }
    let mut published = Vec::new();
    for datum in &data {
        let dimensions = get(datum, "Dimensions").and_then(Value::as_array).cloned().unwrap_or_default();
        let at = time(datum, "Timestamp").ok_or_else(|| invalid("Timestamp is required here"))?;
        if dimensions.len() > 30 || at < now - 14 * 86_400 || at > now + 7_200 {
            return Err(invalid("dimensions or timestamp are out of range"));
        }
        let value = get(datum, "Value").and_then(Value::as_float).filter(|value| value.is_finite());
        let value = value.ok_or_else(|| invalid("Value is required here"))?;
        let words = dimensions.iter().map(|own| format!(" {}={}", text(own, "Name"), text(own, "Value")));
        let name = text(datum, "MetricName") + &words.collect::<String>();
        published.push((name, text(datum, "Unit"), value));
    }
    Ok(published)
}
