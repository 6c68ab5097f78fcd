//! KPIs as custom metrics of CloudWatch, and alarms for them.

use std::sync::Arc;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{Dimension, MetricDatum, StandardUnit};
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::call::{Caller, Operation, failed};
use crate::error::AwsError;
use crate::meter::{Limits, Meter};
use crate::price::{ALARM_MONTH, CLOUDWATCH_REQUEST, CUSTOM_METRIC_MONTH, Usd};
use crate::session::{Access, Session, http_client, runtime};
use crate::watch::{Quote, Watch};

/// 500 a second: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>.
pub(crate) const PUT_METRIC_DATA: Operation =
    Operation { name: "PutMetricData", action: "cloudwatch:PutMetricData", per_second: 10.0, burst: 10.0 };

/// Metrics that a request may have:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>.
const METRICS: usize = 1_000;

/// What a value of a KPI is counted in, as far as CloudWatch knows; where it does not, the name says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KpiUnit {
    /// Hundredths.
    Percent,
    /// The unit stands in the name.
    InName,
}

/// Which way a KPI gets worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worse {
    /// Larger is worse.
    Above,
    /// Smaller is worse.
    Below,
}

/// A figure that is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Kpi {
    /// Its name, with its unit where [`KpiUnit`] does not say it.
    pub name: &'static str,
    /// What it is about, in words.
    pub description: String,
    /// Names and values of its dimensions.
    pub dimensions: Vec<(&'static str, String)>,
    /// The unit of `value` and `threshold`.
    pub unit: KpiUnit,
    /// The figure.
    pub value: f64,
    /// From where on it is worse than it may be today: the end of its interval, where it has one.
    pub threshold: f64,
    /// Which way.
    pub worse: Worse,
}

/// What to publish.
#[derive(Debug, Clone)]
pub struct Publication {
    /// The namespace of CloudWatch; those that begin with `AWS/` belong to AWS.
    pub namespace: String,
    /// The figures.
    pub kpis: Vec<Kpi>,
    /// What may be spent.
    pub limits: Limits,
    /// Now: CloudWatch takes values of the last two weeks alone.
    pub now: Timestamp,
}

/// Sends the figures. Gives the paid requests and their price by the list.
///
/// # Errors
/// There is no account to ask, nobody agreed to the price, or CloudWatch did not take them.
pub fn publish(
    publication: &Publication,
    access: &Access,
    watch: Arc<dyn Watch>,
) -> Result<(u64, Usd), AwsError> {
    let meter = Arc::new(Meter::new(publication.limits));
    let caller = Caller::new(watch, Arc::clone(&meter));
    runtime()?.block_on(send(publication, access, &caller))?;
    Ok(meter.spent())
}

async fn send(publication: &Publication, access: &Access, caller: &Caller) -> Result<(), AwsError> {
    let profile = access.profiles.first().map(String::as_str);
    let session = Session::open(profile, access, &http_client(), caller).await?;
    let region = session.config.region().map(ToString::to_string).unwrap_or_default();
    let requests = publication.kpis.len().div_ceil(METRICS) as u64;
    let months = CUSTOM_METRIC_MONTH.times(publication.kpis.len() as u64);
    let quote = Quote {
        what: format!(
            "{} custom metrics in `{}` of {} {region}, {months} for each month in which they are published",
            publication.kpis.len(),
            publication.namespace,
            session.account
        ),
        requests,
        price: CLOUDWATCH_REQUEST.times(requests).plus(months),
        more: "an alarm is $0.10 a month",
    };
    if !caller.watch().agree(&quote) {
        return Err(AwsError::Declined(quote.price));
    }
    let client = Client::new(&session.config);
    let place = format!("{} {region}", session.account);
    for kpis in publication.kpis.chunks(METRICS) {
        let attempt = caller.attempt(&PUT_METRIC_DATA, &place, CLOUDWATCH_REQUEST).await;
        client
            .put_metric_data()
            .namespace(&publication.namespace)
            .set_metric_data(Some(kpis.iter().map(|kpi| datum(kpi, publication.now)).collect()))
            .customize()
            .interceptor(attempt)
            .send()
            .await
            .map_err(|error| failed(&PUT_METRIC_DATA, &region, &error))?;
    }
    Ok(())
}

fn datum(kpi: &Kpi, now: Timestamp) -> MetricDatum {
    let dimension = |(name, value): &(&str, String)| Dimension::builder().name(*name).value(value).build();
    MetricDatum::builder()
        .metric_name(kpi.name)
        .set_dimensions(Some(kpi.dimensions.iter().map(dimension).collect()))
        .timestamp(DateTime::from_secs(now.as_second()))
        .value(kpi.value)
        .unit(match kpi.unit {
            KpiUnit::Percent => StandardUnit::Percent,
            KpiUnit::InName => StandardUnit::None,
        })
        .build()
}

/// A template of CloudFormation with an alarm for each figure, as JSON.
///
/// # Errors
/// It cannot be put into JSON.
pub fn alarms(namespace: &str, kpis: &[Kpi]) -> Result<String, serde_json::Error> {
    let mut resources = Map::new();
    for kpi in kpis {
        let words =
            kpi.dimensions.iter().flat_map(|(_, value)| value.split(|c: char| !c.is_ascii_alphanumeric()));
        let id: String = std::iter::once(kpi.name).chain(words).map(capital).collect();
        let comparison = match kpi.worse {
            Worse::Above => "GreaterThanThreshold",
            Worse::Below => "LessThanThreshold",
        };
        let dimensions: Vec<Value> =
            kpi.dimensions.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
        let alarm = json!({
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmDescription": kpi.description,
                "Namespace": namespace,
                "MetricName": kpi.name,
                "Dimensions": dimensions,
                "Statistic": "Average",
                "Period": 86_400,
                "EvaluationPeriods": 1,
                "ComparisonOperator": comparison,
                "Threshold": kpi.threshold,
                // A day on which nothing was published says nothing.
                "TreatMissingData": "missing",
            },
        });
        resources.insert(id, alarm);
    }
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Alarms for the KPIs of joulework, {ALARM_MONTH} each a month"),
        "Resources": resources,
    });
    serde_json::to_string_pretty(&template)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
