//! Which series there are: `ListMetrics`, one metric after the other, page by page.
//!
//! It knows the metrics that had a value in the last two weeks: resources that are gone longer are not found by it.

use std::collections::BTreeSet;
use std::path::Path;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::DimensionFilter;
use jiff::civil::Date;
use joulework_metrics::CapacityMetric;
use serde::{Deserialize, Serialize};

use super::series::Series;
use crate::call::{Caller, Operation, failed};
use crate::error::AwsError;
use crate::fetch::{Fetched, Gone, follow};
use crate::pages::Chain;
use crate::price::CLOUDWATCH_REQUEST;

/// 25 a second: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>.
pub(crate) const LIST_METRICS: Operation =
    Operation { name: "ListMetrics", action: "cloudwatch:ListMetrics", per_second: 20.0, burst: 20.0 };

/// A page of a list.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    namespace: String,
    metric_name: String,
    /// Names and values of the dimensions of each series.
    metrics: Vec<Vec<(String, String)>>,
}

/// Where a list of today is kept.
pub(crate) fn chain(folder: &Path, metric: &CapacityMetric, today: Date) -> Chain {
    let namespace = metric.namespace.replace('/', "-");
    let dimensions = metric.dimensions.join("-");
    let name = format!("{namespace}.{}.{dimensions}.of.{today}", metric.metric);
    Chain::new(folder.to_owned(), name, ".json")
}

/// The series of a metric that are of resources as a whole.
pub(crate) async fn list(
    client: &Client,
    chain: &Chain,
    metric: &CapacityMetric,
    region: &str,
    place: &str,
    caller: &Caller,
) -> Result<BTreeSet<Series>, AwsError> {
    follow(chain, async |token| {
        let attempt = caller.attempt(&LIST_METRICS, place, CLOUDWATCH_REQUEST).await;
        let filters = metric.dimensions.iter().map(|name| DimensionFilter::builder().name(*name).build());
        let answer = client
            .list_metrics()
            .namespace(metric.namespace)
            .metric_name(metric.metric)
            .set_dimensions(Some(filters.collect()))
            .set_next_token(token.clone())
            .customize()
            .interceptor(attempt)
            .send()
            .await;
        let answer = answer.map_err(|error| {
            let error = failed(&LIST_METRICS, region, &error);
            Gone { gone: token.is_some() && is_of_token(&error), error }
        })?;
        let pair = |dimension: &aws_sdk_cloudwatch::types::Dimension| {
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            (text(dimension.name()), text(dimension.value()))
        };
        let metrics = answer.metrics().iter().map(|own| own.dimensions().iter().map(pair).collect());
        let page = Page {
            namespace: metric.namespace.to_owned(),
            metric_name: metric.metric.to_owned(),
            metrics: metrics.collect(),
        };
        let page = serde_json::to_vec(&page).map_err(|error| AwsError::Answer {
            operation: LIST_METRICS.name,
            region: region.to_owned(),
            what: error.to_string(),
        })?;
        Ok(Fetched { page, next: answer.next_token().map(str::to_owned) })
    })
    .await?;
    read(chain, metric)
}

/// Whether AWS refused a request for its token.
pub(crate) fn is_of_token(error: &AwsError) -> bool {
    let AwsError::Call { code: Some(code), message, .. } = error else { return false };
    code.contains("NextToken")
        || (matches!(code.as_str(), "InvalidParameterValue" | "ValidationError" | "InvalidParameter")
            && message.to_ascii_lowercase().contains("token"))
}

fn read(chain: &Chain, metric: &CapacityMetric) -> Result<BTreeSet<Series>, AwsError> {
    let mut found = BTreeSet::new();
    for path in chain.pages() {
        let bytes = std::fs::read(&path).map_err(|error| AwsError::file(&path, &error))?;
        let page: Page = serde_json::from_slice(&bytes).map_err(|error| AwsError::Page {
            file: path.clone(),
            reason: format!("it is no list of metrics: {error}"),
        })?;
        for dimensions in page.metrics {
            // A filter finds finer series too: a function by version, a table by index.
            let is_whole = dimensions.len() == metric.dimensions.len()
                && dimensions.iter().all(|(name, _)| metric.dimensions.contains(&name.as_str()));
            if !is_whole {
                continue;
            }
            found.extend(metric.statistics.iter().map(|stat| Series {
                namespace: page.namespace.clone(),
                metric_name: page.metric_name.clone(),
                dimensions: dimensions.clone(),
                stat: (*stat).to_owned(),
            }));
        }
    }
    Ok(found)
}
