//! The points: `GetMetricData`, batch by batch, page by page.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::operation::get_metric_data::GetMetricDataOutput;
use aws_sdk_cloudwatch::types::{ScanBy, StatusCode};
use aws_smithy_types::DateTime;
use serde::Serialize;

use super::listing::is_of_token;
use super::series::{Batch, Request};
use crate::call::{Caller, Operation, failed};
use crate::days::seconds;
use crate::error::AwsError;
use crate::fetch::{Fetched, Gone, follow};
use crate::pages::Chain;
use crate::price::METRIC_READ;

/// 50 a second: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>; and 396,000 points a
/// second where they are older than three hours, which is four full answers.
pub(crate) const GET_METRIC_DATA: Operation =
    Operation { name: "GetMetricData", action: "cloudwatch:GetMetricData", per_second: 3.0, burst: 4.0 };

/// Times that a page is asked for whose results say that something inside `CloudWatch` failed.
const AGAIN: usize = 3;

/// A page, in the shape that `aws cloudwatch get-metric-data` prints, with its request and place beside it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page<'a> {
    account_id: &'a str,
    region: &'a str,
    request: &'a Request,
    metric_data_results: Vec<PageResult<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PageResult<'a> {
    id: &'a str,
    /// Seconds since 1970, as the API itself writes them.
    timestamps: Vec<i64>,
    values: &'a [f64],
    /// Said where it is the last word: a page that is followed by another always has but a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_code: Option<&'a str>,
}

/// Who asks where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) client: &'a Client,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    /// Account and region.
    pub(crate) place: &'a str,
}

/// Fetches what is missing of a batch.
pub(crate) async fn fetch(
    asked: &Asked<'_>,
    batch: &Batch,
    chain: &Chain,
    caller: &Caller,
) -> Result<(), AwsError> {
    let request = batch.request();
    let price = METRIC_READ.times(batch.series.len() as u64);
    follow(chain, async |token| {
        for left in (0..AGAIN).rev() {
            let attempt = caller.attempt(&GET_METRIC_DATA, asked.place, price).await;
            let answer = asked
                .client
                .get_metric_data()
                .set_metric_data_queries(Some(request.queries()))
                .start_time(DateTime::from_secs(seconds(batch.days.from)))
                .end_time(DateTime::from_secs(seconds(batch.days.to)))
                .scan_by(ScanBy::TimestampAscending)
                .set_next_token(token.clone())
                .customize()
                .interceptor(attempt)
                .send()
                .await;
            let answer = answer.map_err(|error| {
                let error = failed(&GET_METRIC_DATA, asked.region, &error);
                Gone { gone: token.is_some() && is_of_token(&error), error }
            })?;
            match trouble(&answer) {
                Some(StatusCode::InternalError) if left > 0 => {
                    let text =
                        format!("GetMetricData {}: an internal error of CloudWatch, asks again", asked.place);
                    caller.watch().detail(&text);
                }
                Some(status) => {
                    return Err(wrong(asked, format!("results of status {}", status.as_str())).into());
                }
                None => return Ok(Fetched { page: page(asked, &request, &answer)?, next: next(&answer) }),
            }
        }
        Err(wrong(asked, "internal errors again and again".to_owned()).into())
    })
    .await
}

fn wrong(asked: &Asked<'_>, what: String) -> AwsError {
    AwsError::Answer { operation: GET_METRIC_DATA.name, region: asked.region.to_owned(), what }
}

fn next(answer: &GetMetricDataOutput) -> Option<String> {
    answer.next_token().map(str::to_owned)
}

/// A status that leaves a result without its points.
fn trouble(answer: &GetMetricDataOutput) -> Option<StatusCode> {
    let statuses = answer.metric_data_results().iter().filter_map(|result| result.status_code());
    statuses
        .into_iter()
        .find(|status| !matches!(status, StatusCode::Complete | StatusCode::PartialData))
        .cloned()
}

fn page(asked: &Asked<'_>, request: &Request, answer: &GetMetricDataOutput) -> Result<Vec<u8>, AwsError> {
    let is_last = answer.next_token().is_none();
    let results = answer.metric_data_results().iter().map(|result| PageResult {
        id: result.id().unwrap_or_default(),
        timestamps: result.timestamps().iter().map(DateTime::secs).collect(),
        values: result.values(),
        status_code: result.status_code().filter(|_| is_last).map(StatusCode::as_str),
    });
    let page = Page {
        account_id: asked.account,
        region: asked.region,
        request,
        metric_data_results: results.collect(),
    };
    serde_json::to_vec(&page).map_err(|error| wrong(asked, error.to_string()))
}
