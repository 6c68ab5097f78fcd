//! `GetCostAndUsage`: <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html>.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::fleet::Fleet;
use super::{Refusal, Server};

/// Days of an answer; the API documents no number, only that long answers come in pages.
const DAYS: usize = 10;

pub(crate) fn answer(server: &Server, body: &[u8]) -> Result<Value, Refusal> {
    let invalid = |text: &str| Refusal::new("ValidationException", text);
    let request: Value = serde_json::from_slice(body).map_err(|_| invalid("no JSON"))?;
    let day = |key: &str| {
        let text = request["TimePeriod"][key].as_str().unwrap_or_default();
        text.parse::<Date>().map_err(|_| invalid("a day is no day"))
    };
    let (start, end) = (day("Start")?, day("End")?);
    if start >= end {
        return Err(invalid("Start date (and hour) should be before end date (and hour)"));
    }
    let keys: Vec<&str> = request["GroupBy"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|group| group["Key"].as_str())
        .collect();
    if keys.len() > 2 {
        return Err(invalid("GroupBy: at most 2 groups are allowed"));
    }
    let metrics: Vec<&str> =
        request["Metrics"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if metrics.is_empty() {
        return Err(invalid("Metrics is required"));
    }
    let first = match request["NextPageToken"].as_str() {
        None => 0,
        Some(token) => server
            .redeem(token)
            .ok_or_else(|| Refusal::new("InvalidNextTokenException", "The pagination token is invalid"))?,
    };
    let filter = Filter::of(&request["Filter"]);
    let monthly = request["Granularity"] == "MONTHLY";
    let mut periods = Vec::new();
    let mut from = start;
    while from < end {
        let to = if monthly { from.first_of_month() + 1.month() } else { from + 1.day() }.min(end);
        periods.push((from, to));
        from = to;
    }
    let results: Vec<Value> = periods
        .iter()
        .skip(first)
        .take(DAYS)
        .map(|(from, to)| {
            json!({
                "TimePeriod": {"Start": from.to_string(), "End": to.to_string()},
                "Total": {},
                "Groups": groups(&server.fleet, (*from, *to), &keys, &metrics, &filter),
                "Estimated": *to > server.fleet.estimated_from,
            })
        })
        .collect();
    let mut answer = json!({"ResultsByTime": results, "DimensionValueAttributes": []});
    if first + DAYS < periods.len() {
        answer["NextPageToken"] = json!(server.token(first + DAYS));
    }
    Ok(answer)
}

/// What a filter asks for, as far as it is understood here.
#[derive(Default)]
struct Filter {
    account: Option<String>,
    region: Option<String>,
    /// Whether only usage, or only the rest, counts.
    usage: Option<bool>,
}

impl Filter {
    fn of(value: &Value) -> Self {
        let mut filter = Self::default();
        let one = std::slice::from_ref(value);
        for part in value["And"].as_array().map_or(one, Vec::as_slice) {
            let not = part.get("Not").is_some_and(|not| !not.is_null());
            let dimensions = if not { &part["Not"]["Dimensions"] } else { &part["Dimensions"] };
            let text = dimensions["Values"][0].as_str().map(str::to_owned);
            match dimensions["Key"].as_str() {
                Some("LINKED_ACCOUNT") => filter.account = text,
                Some("REGION") => filter.region = text,
                Some("RECORD_TYPE") => filter.usage = Some(!not),
                _ => {}
            }
        }
        filter
    }
}

/// The groups of a period, each with its figures.
fn groups(
    fleet: &Fleet,
    (from, to): (Date, Date),
    keys: &[&str],
    metrics: &[&str],
    filter: &Filter,
) -> Vec<Value> {
    // Keys, billionths of dollars, thousandths of the unit, unit.
    let mut lines: std::collections::BTreeMap<Vec<String>, (i64, i64, &str)> =
        std::collections::BTreeMap::new();
    let mut day = from;
    while day < to {
        let mut add = |service: &str,
                       usage_type: &str,
                       region: &str,
                       record: &str,
                       figures: (i64, i64, &'static str)| {
            let key = |key: &&str| match *key {
                "SERVICE" => service,
                "USAGE_TYPE" => usage_type,
                "REGION" => region,
                "RECORD_TYPE" => record,
                _ => fleet.account,
            };
            let line = lines
                .entry(keys.iter().map(|own| key(own).to_owned()).collect())
                .or_insert((0, 0, figures.2));
            line.0 += figures.0;
            line.1 += figures.1;
            // Hours and requests do not add: the unit is gone.
            if line.2 != figures.2 {
                line.2 = "N/A";
            }
        };
        let is_account = filter.account.as_deref().is_none_or(|account| account == fleet.account);
        for region in fleet.regions.iter().filter(|_| is_account && filter.usage != Some(false)) {
            if filter.region.as_deref().is_none_or(|wanted| wanted == *region) {
                for usage in fleet.usage(region, day) {
                    let figures = (usage.nano_dollars, usage.thousandths, usage.unit);
                    add(usage.service, &usage.usage_type, region, "Usage", figures);
                }
            }
        }
        if is_account && filter.usage != Some(true) && filter.region.is_none() {
            for (record, nano_dollars) in Fleet::other(day) {
                add("Tax", record, "NoRegion", record, (nano_dollars, 0, "N/A"));
            }
        }
        day += 1.day();
    }
    let decimal = |value: i64, scale: i64, places: usize| {
        let sign = if value < 0 { "-" } else { "" };
        format!("{sign}{}.{:0places$}", value.abs() / scale, value.abs() % scale)
    };
    let line = |(keys, (nano, thousandths, unit)): (Vec<String>, (i64, i64, &str))| {
        let figure = |metric: &&str| {
            let value = match *metric {
                "UsageQuantity" => json!({"Amount": decimal(thousandths, 1_000, 3), "Unit": unit}),
                _ => json!({"Amount": decimal(nano, 1_000_000_000, 9), "Unit": "USD"}),
            };
            ((*metric).to_owned(), value)
        };
        json!({"Keys": keys, "Metrics": metrics.iter().map(figure).collect::<serde_json::Map<_, _>>()})
    };
    lines.into_iter().map(line).collect()
}
