//! Logs of functions: the lines in which Lambda reports calls and starts, month by month.

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::operation::filter_log_events::FilterLogEventsError;
use serde::Serialize;

use crate::call::{Caller, Operation, failed};
use crate::days::{Days, seconds};
use crate::error::AwsError;
use crate::fetch::{Fetched, Gone, follow};
use crate::pages::{Chain, Standing};
use crate::price::Usd;
use crate::session::Session;

/// 5 a second in most regions: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>.
/// Costs nothing: <https://aws.amazon.com/cloudwatch/pricing/> has a price for queries of Logs Insights alone.
pub(crate) const FILTER_LOG_EVENTS: Operation =
    Operation { name: "FilterLogEvents", action: "logs:FilterLogEvents", per_second: 4.0, burst: 5.0 };

/// Lines of the two formats that reports have, text and JSON.
const PATTERN: &str = r#"?REPORT ?INIT_REPORT ?"platform.report" ?"platform.initReport""#;

/// A page, in the shape that `aws logs filter-log-events` prints, with its log group.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    log_group: &'a str,
    events: Vec<Event<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    log_stream_name: &'a str,
    timestamp: i64,
    message: &'a str,
}

/// Fetches the reports of a function, from the log group that Lambda makes for it. Whether the function has that group.
pub(crate) async fn collect(
    session: &Session,
    region: &str,
    folder: &std::path::Path,
    function: &str,
    days: Days,
    caller: &Caller,
) -> Result<bool, AwsError> {
    let client = Client::new(&session.at(region));
    let group = format!("/aws/lambda/{function}");
    let folder = folder.join("logs").join(&session.account).join(region).join(function);
    let place = format!("{} {region}", session.account);
    for part in days.months() {
        let start = format!("{}.", part.from);
        let chain = Chain::new(folder.clone(), format!("{start}{}", part.to), ".json.gz");
        if chain.standing()? == Standing::Complete {
            continue;
        }
        let fetched = follow(&chain, async |token| {
            let attempt = caller.attempt(&FILTER_LOG_EVENTS, &place, Usd::default()).await;
            let answer = client
                .filter_log_events()
                .log_group_name(&group)
                .filter_pattern(PATTERN)
                .start_time(seconds(part.from) * 1_000)
                .end_time(seconds(part.to) * 1_000 - 1)
                .set_next_token(token.clone())
                .customize()
                .interceptor(attempt)
                .send()
                .await;
            let answer = answer.map_err(|error| {
                let gone = token.is_some()
                    && matches!(
                        error.as_service_error(),
                        Some(FilterLogEventsError::InvalidParameterException(_))
                    );
                Gone { gone, error: failed(&FILTER_LOG_EVENTS, region, &error) }
            })?;
            let events = answer.events().iter().map(|event| Event {
                log_stream_name: event.log_stream_name().unwrap_or_default(),
                timestamp: event.timestamp().unwrap_or_default(),
                message: event.message().unwrap_or_default(),
            });
            let page = Page { log_group: &group, events: events.collect() };
            let page = serde_json::to_vec(&page).map_err(|error| AwsError::Answer {
                operation: FILTER_LOG_EVENTS.name,
                region: region.to_owned(),
                what: error.to_string(),
            })?;
            Ok(Fetched { page, next: answer.next_token().map(str::to_owned) })
        })
        .await;
        match fetched {
            Err(AwsError::Call { code: Some(code), .. }) if code == "ResourceNotFoundException" => {
                return Ok(false);
            }
            other => other?,
        }
        // A shorter part of the same month is in this one.
        for older in Chain::all(&folder, ".json.gz")? {
            if older.name() != chain.name() && older.name().starts_with(&start) {
                older.forget()?;
            }
        }
    }
    Ok(true)
}
