//! JSON: answers of the AWS command, records of metric streams, answers of Prometheus.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use serde::Deserialize;
use serde_json::Deserializer;

use super::csv::{epoch, time};
use super::{MetricsError, Place, Reading};
use crate::catalogue::is_dimension;
use crate::describe::Role;
use crate::identify::Labels;
use crate::measure::Written;

/// One of the documents that are read; what is absent tells which it is not.
#[derive(Deserialize)]
struct Document {
    #[serde(rename = "MetricDataResults")]
    results: Option<Vec<DataResult>>,
    /// What was asked, where a page that `joulework collect` keeps says it beside the answer.
    #[serde(rename = "Request")]
    request: Option<Request>,
    #[serde(rename = "Datapoints")]
    datapoints: Option<Vec<Datapoint>>,
    #[serde(rename = "Label")]
    label: Option<String>,
    data: Option<RangeData>,
    metric_name: Option<String>,
    namespace: Option<String>,
    #[serde(alias = "AccountId")]
    account_id: Option<String>,
    #[serde(alias = "Region")]
    region: Option<String>,
    dimensions: Option<BTreeMap<String, String>>,
    timestamp: Option<Time>,
    value: Option<StreamValue>,
    unit: Option<String>,
}

/// A result of `get-metric-data`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DataResult {
    id: String,
    #[serde(default)]
    label: String,
    timestamps: Vec<Time>,
    values: Vec<f64>,
    #[serde(default)]
    status_code: String,
}

/// A point of `get-metric-statistics`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Datapoint {
    timestamp: Time,
    average: Option<f64>,
    maximum: Option<f64>,
    sum: Option<f64>,
    #[serde(default)]
    unit: String,
}

/// The data of a Prometheus answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RangeData {
    result_type: String,
    result: Vec<RangeSeries>,
}

#[derive(Deserialize)]
struct RangeSeries {
    metric: BTreeMap<String, String>,
    #[serde(default)]
    values: Vec<(f64, String)>,
}

/// The value of a metric stream.
#[derive(Deserialize)]
struct StreamValue {
    max: Option<f64>,
    sum: Option<f64>,
    count: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    Text(String),
    Number(f64),
}

/// A query of `get-metric-data`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    id: String,
    metric_stat: Option<MetricStat>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStat {
    metric: Metric,
    period: Option<u32>,
    stat: String,
    #[serde(default)]
    unit: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    #[serde(default)]
    namespace: String,
    metric_name: String,
    #[serde(default)]
    dimensions: Vec<Dimension>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Queries {
    List(Vec<Query>),
    Request(Request),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    metric_data_queries: Vec<Query>,
}

/// Reads documents that follow each other, and tells what the last of them was.
pub(super) fn read(input: impl BufRead, reading: &mut Reading<'_>) -> Result<&'static str, MetricsError> {
    let queries = queries(reading)?;
    let mut kind = "JSON";
    for (number, document) in (1..).zip(Deserializer::from_reader(input).into_iter::<Document>()) {
        let document = document.map_err(|error| {
            if error.is_io() {
                let file = reading.path.to_owned();
                return MetricsError::Unreadable { file, source: error.into() };
            }
            reading.error(format!("it is no JSON that is read here: {error}"))
        })?;
        kind = document.take(number, &queries, reading)?;
    }
    Ok(kind)
}

/// What the queries of the user's file ask for, by id.
fn queries(reading: &Reading<'_>) -> Result<BTreeMap<String, Labels>, MetricsError> {
    let Some(path) = &reading.setup.queries else { return Ok(BTreeMap::new()) };
    let refuse = |file: &Path, reason: String| MetricsError::File { file: file.to_owned(), reason };
    let text = joulework_runtime::read_whole(path, 16 << 20)
        .map_err(|error| refuse(path, format!("cannot be read: {error}")))?;
    let queries: Queries = serde_json::from_slice(&text).map_err(|_| {
        refuse(path, "it is no list of queries as `--metric-data-queries` takes them".to_owned())
    })?;
    let (Queries::List(queries) | Queries::Request(Request { metric_data_queries: queries })) = queries;
    Ok(labels_of_queries(queries))
}

fn labels_of_queries(queries: Vec<Query>) -> BTreeMap<String, Labels> {
    let labels = |query: Query| {
        let stat = query.metric_stat?;
        let mut labels = Labels::default();
        labels.role(Role::Namespace, &stat.metric.namespace);
        labels.role(Role::Metric, &stat.metric.metric_name);
        labels.role(Role::Statistic, &stat.stat);
        labels.role(Role::Unit, &stat.unit);
        if let Some(period) = stat.period {
            labels.role(Role::Period, &period.to_string());
        }
        stat.metric
            .dimensions
            .iter()
            .for_each(|dimension| labels.dimension(&dimension.name, &dimension.value));
        Some((query.id, labels))
    };
    queries.into_iter().filter_map(labels).collect()
}

impl Document {
    fn take(
        self,
        number: u64,
        queries: &BTreeMap<String, Labels>,
        reading: &mut Reading<'_>,
    ) -> Result<&'static str, MetricsError> {
        if let Some(results) = self.results {
            let mut own = self.request.map(|request| labels_of_queries(request.metric_data_queries));
            for labels in own.iter_mut().flat_map(BTreeMap::values_mut) {
                labels.role(Role::Region, self.region.as_deref().unwrap_or_default());
                labels.role(Role::Account, self.account_id.as_deref().unwrap_or_default());
            }
            let queries = own.as_ref().unwrap_or(queries);
            results.into_iter().try_for_each(|result| result.take(queries, reading))?;
            return Ok("get-metric-data");
        }
        if let Some(points) = self.datapoints {
            statistics(&self.label.unwrap_or_default(), &points, reading)?;
            return Ok("get-metric-statistics");
        }
        if let Some(data) = self.data {
            data.take(reading)?;
            return Ok("Prometheus");
        }
        let (Some(metric), Some(timestamp), Some(value)) = (self.metric_name, self.timestamp, self.value)
        else {
            let reason =
                format!("document {number} has no MetricDataResults, Datapoints, data or metric_name");
            return Err(reading.error(reason));
        };
        let mut labels = Labels::default();
        for (role, text) in [
            (Role::Namespace, self.namespace),
            (Role::Region, self.region),
            (Role::Account, self.account_id),
            (Role::Unit, self.unit),
            (Role::Metric, Some(metric)),
        ] {
            labels.role(role, &text.unwrap_or_default());
        }
        self.dimensions.iter().flatten().for_each(|(name, value)| labels.dimension(name, value));
        let time = timestamp.at(number, "timestamp", reading)?;
        let mean = value.sum.zip(value.count).map(|(sum, count)| sum / count);
        each_statistic(&labels, time, [mean, value.max, value.sum], reading)?;
        Ok("metric stream")
    }
}

/// Takes the mean, the maximum and the sum of a time, as far as they are given.
fn each_statistic(
    labels: &Labels,
    time: i64,
    values: [Option<f64>; 3],
    reading: &mut Reading<'_>,
) -> Result<(), MetricsError> {
    for (written, value) in [Written::Average, Written::Maximum, Written::Sum].into_iter().zip(values) {
        if let Some(value) = value {
            let place = reading.place(labels, Some(written))?;
            reading.point(place, time, value);
        }
    }
    Ok(())
}

impl Time {
    fn at(&self, row: u64, column: &str, reading: &Reading<'_>) -> Result<i64, MetricsError> {
        let found = match self {
            Self::Text(text) => time(text.as_bytes(), &reading.setup.zone),
            Self::Number(number) => epoch(*number),
        };
        found.ok_or_else(|| {
            let written = match self {
                Self::Text(text) => text.clone(),
                Self::Number(number) => number.to_string(),
            };
            reading.cell_error(row, column, &written, reading.setup.zone.expected())
        })
    }
}

impl DataResult {
    fn take(self, queries: &BTreeMap<String, Labels>, reading: &mut Reading<'_>) -> Result<(), MetricsError> {
        let (times, values) = (self.timestamps.len(), self.values.len());
        if times != values {
            let reason = format!("the result `{}` has {times} timestamps and {values} values", self.id);
            return Err(reading.error(reason));
        }
        if self.status_code == "PartialData" {
            let file = reading.path.display();
            let text = format!("{file}: the result `{}` says that it has but a part of the data", self.id);
            reading.say("metrics.partial", text);
        }
        let by_label;
        let labels = if let Some(labels) = queries.get(&self.id) {
            labels
        } else {
            by_label = labels_of(&self.label, reading);
            &by_label
        };
        let place = reading.place(labels, None)?;
        for (number, (time, value)) in (1..).zip(self.timestamps.iter().zip(&self.values)) {
            let time = time.at(number, &self.id, reading)?;
            reading.point(place, time, *value);
        }
        Ok(())
    }
}

/// A label in words: the resource alone where the user says the metric, else `RESOURCE METRIC` or `RESOURCE METRIC
/// STATISTIC`, as dynamic labels write it.
fn labels_of(label: &str, reading: &Reading<'_>) -> Labels {
    let mut labels = Labels::default();
    let words: Vec<&str> = label.split_whitespace().collect();
    match words.as_slice() {
        _ if reading.setup.value(Role::Metric).is_some() => labels.role(Role::Resource, label.trim()),
        [resource, metric, rest @ ..] if rest.len() < 2 => {
            labels.role(Role::Resource, resource);
            labels.role(Role::Metric, metric);
            rest.iter().for_each(|statistic| labels.role(Role::Statistic, statistic));
        }
        [metric] => labels.role(Role::Metric, metric),
        _ => {}
    }
    labels
}

fn statistics(metric: &str, points: &[Datapoint], reading: &mut Reading<'_>) -> Result<(), MetricsError> {
    for (number, point) in (1..).zip(points) {
        let mut labels = Labels::default();
        labels.role(Role::Metric, metric);
        labels.role(Role::Unit, &point.unit);
        let time = point.timestamp.at(number, "Timestamp", reading)?;
        each_statistic(&labels, time, [point.average, point.maximum, point.sum], reading)?;
    }
    Ok(())
}

impl RangeData {
    fn take(self, reading: &mut Reading<'_>) -> Result<(), MetricsError> {
        if self.result_type != "matrix" {
            let kind = self.result_type;
            return Err(
                reading.error(format!("it answers with a {kind}, expected a matrix: ask for a range"))
            );
        }
        reading.at_end = true;
        for series in self.result {
            let mut labels = Labels::default();
            for (name, value) in &series.metric {
                let described = reading.setup.columns.get(name).copied();
                let is_taken = |role: Role| reading.setup.columns.values().any(|own| *own == role);
                match (described, name.as_str()) {
                    (Some(role), _) => labels.role(role, value),
                    (None, "__name__") if !is_taken(Role::Metric) => labels.role(Role::Metric, value),
                    (None, "instance") if !is_taken(Role::Resource) => labels.role(Role::Resource, value),
                    (None, name) if is_dimension(name) => labels.dimension(name, value),
                    _ => {}
                }
            }
            let place: Place = reading.place(&labels, None)?;
            for (number, (seconds, text)) in (1..).zip(&series.values) {
                let time = Time::Number(*seconds).at(number, "values", reading)?;
                let Ok(value) = text.parse() else {
                    return Err(reading.cell_error(number, "values", text, "a number"));
                };
                reading.point(place, time, value);
            }
        }
        Ok(())
    }
}
