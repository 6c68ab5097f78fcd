//! `FilterLogEvents`: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html>.

use serde_json::{Value, json};

use super::fleet::{Fleet, noise};
use super::{Refusal, Server};

/// Events of a page: the API gives 10,000 or 1 MB at most, and fewer when it likes.
const EVENTS: usize = 20;

const DAY: i64 = 86_400_000;

pub(crate) fn answer(server: &Server, region: &str, body: &[u8]) -> Result<Value, Refusal> {
    let invalid = |text: &str| Refusal::new("InvalidParameterException", text);
    let request: Value = serde_json::from_slice(body).map_err(|_| invalid("no JSON"))?;
    let group = request["logGroupName"].as_str().ok_or_else(|| invalid("logGroupName is required"))?;
    let (Some(start), Some(end)) = (request["startTime"].as_i64(), request["endTime"].as_i64()) else {
        return Err(invalid("startTime and endTime are required here"));
    };
    if start > end {
        return Err(invalid("End time should not be less than start time."));
    }
    // The last function keeps no logs.
    let known = (0..server.fleet.functions.saturating_sub(1)).map(Fleet::function);
    if !known.into_iter().any(|name| group == format!("/aws/lambda/{name}")) {
        return Err(Refusal::new("ResourceNotFoundException", "The specified log group does not exist."));
    }
    let first = match request["nextToken"].as_str() {
        None => 0,
        Some(token) => server.redeem(token).ok_or_else(|| invalid("The specified nextToken is invalid."))?,
    };
    let pattern = request["filterPattern"].as_str().unwrap_or_default();
    // No two calls have one id.
    let place = noise(&format!("{region} {group}")) & 0xffff_ffff;
    let lines = (start.div_euclid(DAY)..=end.div_euclid(DAY)).flat_map(|day| {
        let at = day * DAY + 9 * 3_600_000;
        [
            (at, format!("START RequestId: {place:08x}-0000-4000-8000-{day:012} Version: $LATEST\n")),
            (
                at + 500,
                format!(
                    "REPORT RequestId: {place:08x}-0000-4000-8000-{day:012}\tDuration: 102.25 ms\tBilled Duration: 103 ms\t\
                     Memory Size: 512 MB\tMax Memory Used: 80 MB\t\n"
                ),
            ),
        ]
    });
    let events: Vec<Value> = lines
        .filter(|(at, line)| (start..=end).contains(at) && (pattern.is_empty() || line.starts_with("REPORT")))
        .map(|(at, line)| {
            json!({
                "logStreamName": "2026/01/01/[$LATEST]0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                "timestamp": at, "message": line, "ingestionTime": at, "eventId": at.to_string(),
            })
        })
        .collect();
    // A page may be empty although more pages follow.
    if first == 0 && request["nextToken"].is_null() {
        return Ok(json!({"events": [], "searchedLogStreams": [], "nextToken": server.token(0)}));
    }
    let page: Vec<&Value> = events.iter().skip(first).take(EVENTS).collect();
    let mut answer = json!({"events": page, "searchedLogStreams": []});
    if first + EVENTS < events.len() {
        answer["nextToken"] = json!(server.token(first + EVENTS));
    }
    Ok(answer)
}
