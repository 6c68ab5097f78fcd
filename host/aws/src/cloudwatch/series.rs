//! What is asked of `CloudWatch`: series of resources, in batches that fill what one request may ask for.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::days::{Days, seconds};

/// Queries that a request may have and data points that an answer has:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>.
pub(crate) const QUERIES: usize = 500;
pub(crate) const POINTS: u64 = 100_800;

/// Seconds of a period. Points of an hour are kept for 455 days, those of shorter periods for 15 and 63 days; an hour is
/// what the bill is joined by.
pub(crate) const PERIOD: i32 = 3_600;

/// Days after which points of an hour are gone.
pub(crate) const KEPT: i32 = 455;

/// A metric of a resource in a statistic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Series {
    pub(crate) namespace: String,
    pub(crate) metric_name: String,
    pub(crate) dimensions: Vec<(String, String)>,
    pub(crate) stat: String,
}

/// A request, as it is kept beside its answer: `GetMetricData` in the words of its API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Request {
    start_time: i64,
    end_time: i64,
    metric_data_queries: Vec<Query>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    id: String,
    metric_stat: Stat,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Stat {
    metric: MetricName,
    period: i32,
    stat: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricName {
    namespace: String,
    metric_name: String,
    dimensions: Vec<NameValue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NameValue {
    name: String,
    value: String,
}

/// Series that are asked for together over the same days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) days: Days,
    pub(crate) series: Vec<Series>,
}

impl Batch {
    /// The request of a batch.
    pub(crate) fn request(&self) -> Request {
        let query = |(number, series): (usize, &Series)| Query {
            id: format!("m{number}"),
            metric_stat: Stat {
                metric: MetricName {
                    namespace: series.namespace.clone(),
                    metric_name: series.metric_name.clone(),
                    dimensions: series
                        .dimensions
                        .iter()
                        .map(|(name, value)| NameValue { name: name.clone(), value: value.clone() })
                        .collect(),
                },
                period: PERIOD,
                stat: series.stat.clone(),
            },
        };
        Request {
            start_time: seconds(self.days.from),
            end_time: seconds(self.days.to),
            metric_data_queries: self.series.iter().enumerate().map(query).collect(),
        }
    }

    /// A name that no other request has.
    pub(crate) fn name(&self) -> String {
        let bytes = serde_json::to_vec(&self.request()).unwrap_or_default();
        let start = Sha256::digest(&bytes).iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte));
        format!("{}.{}.{start:016x}", self.days.from, self.days.to)
    }
}

impl Request {
    /// The queries for the SDK.
    pub(crate) fn queries(&self) -> Vec<MetricDataQuery> {
        let query = |query: &Query| {
            let stat = &query.metric_stat;
            let dimension = |own: &NameValue| Dimension::builder().name(&own.name).value(&own.value).build();
            let metric = Metric::builder()
                .namespace(&stat.metric.namespace)
                .metric_name(&stat.metric.metric_name)
                .set_dimensions(Some(stat.metric.dimensions.iter().map(dimension).collect()))
                .build();
            let stat = MetricStat::builder().metric(metric).period(stat.period).stat(&stat.stat).build();
            MetricDataQuery::builder().id(&query.id).metric_stat(stat).return_data(true).build()
        };
        self.metric_data_queries.iter().map(query).collect()
    }
}

/// Puts what is missing of series into batches. A request is paid for by its series, not by its points: so a batch has as
/// few series as fill an answer, each over as many days as possible.
pub(crate) fn batches(missing: &BTreeMap<Series, Vec<Days>>) -> Vec<Batch> {
    let mut by_days: BTreeMap<Days, Vec<&Series>> = BTreeMap::new();
    for (series, parts) in missing {
        for days in parts {
            by_days.entry(*days).or_default().push(series);
        }
    }
    let mut batches = Vec::new();
    for (days, series) in by_days {
        let each = (days.count() * 86_400 / u64::from(PERIOD.unsigned_abs())).max(1);
        let most = usize::try_from(POINTS / each).unwrap_or(1).clamp(1, QUERIES);
        for part in series.chunks(most) {
            batches.push(Batch { days, series: part.iter().map(|series| (*series).clone()).collect() });
        }
    }
    batches
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn days(from: &str, to: &str) -> Days {
        Days::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_batch_fills_an_answer_and_never_asks_for_more_than_one_may() {
        let series = |number: usize| Series {
            namespace: "AWS/EC2".to_owned(),
            metric_name: "CPUUtilization".to_owned(),
            dimensions: vec![("InstanceId".to_owned(), format!("i-{number:04}"))],
            stat: "Average".to_owned(),
        };
        for (from, to, most) in [
            ("2025-01-01", "2025-02-01", 135),
            ("2025-01-01", "2025-01-02", 500),
            ("2024-01-01", "2025-03-31", 9),
        ] {
            let missing: BTreeMap<_, _> =
                (0..1_201).map(|number| (series(number), vec![days(from, to)])).collect();
            let found = batches(&missing);
            assert_eq!(found.iter().map(|batch| batch.series.len()).max(), Some(most), "{from} {to}");
            assert_eq!(found.iter().map(|batch| batch.series.len()).sum::<usize>(), 1_201);
            assert!(found.iter().all(|batch| batch.series.len() as u64 * batch.days.count() * 24 <= POINTS));
        }
    }
}
