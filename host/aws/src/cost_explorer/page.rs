//! What Cost Explorer answered, in the shape that `aws ce get-cost-and-usage` prints, with the request beside it.

use std::collections::BTreeMap;
use std::path::Path;

use aws_sdk_costexplorer::operation::get_cost_and_usage::GetCostAndUsageOutput;
use aws_sdk_costexplorer::types::DateInterval;
use joulework_units::Money;
use serde::{Deserialize, Serialize};

use super::query::Query;
use crate::error::AwsError;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Page {
    /// The account that was asked.
    pub(crate) account_id: String,
    /// What was asked.
    pub(crate) request: Query,
    /// The answer.
    pub(crate) results_by_time: Vec<Results>,
}

/// What is known of a day or a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Results {
    pub(crate) time_period: Period,
    pub(crate) groups: Vec<Group>,
    /// The figures may still change.
    pub(crate) estimated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Period {
    pub(crate) start: String,
    pub(crate) end: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Group {
    pub(crate) keys: Vec<String>,
    pub(crate) metrics: BTreeMap<String, Amount>,
}

/// A figure as it was written: no digit of it is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Amount {
    pub(crate) amount: String,
    pub(crate) unit: String,
}

impl Page {
    pub(crate) fn of(account: &str, request: &Query, answer: &GetCostAndUsageOutput) -> Self {
        let results_by_time = answer.results_by_time().iter().map(|results| {
            let period = results.time_period();
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            let groups = results.groups().iter().map(|group| Group {
                keys: group.keys().to_vec(),
                metrics: group
                    .metrics()
                    .into_iter()
                    .flatten()
                    .map(|(name, value)| {
                        (name.clone(), Amount { amount: text(value.amount()), unit: text(value.unit()) })
                    })
                    .collect(),
            });
            Results {
                time_period: Period {
                    start: text(period.map(DateInterval::start)),
                    end: text(period.map(DateInterval::end)),
                },
                groups: groups.collect(),
                estimated: results.estimated(),
            }
        });
        Self {
            account_id: account.to_owned(),
            request: request.clone(),
            results_by_time: results_by_time.collect(),
        }
    }

    /// A page that was kept.
    pub(crate) fn read(path: &Path) -> Result<Self, AwsError> {
        let bytes = std::fs::read(path).map_err(|error| AwsError::file(path, &error))?;
        serde_json::from_slice(&bytes).map_err(|error| AwsError::Page {
            file: path.to_owned(),
            reason: format!("it is no page of Cost Explorer: {error}"),
        })
    }
}

impl Group {
    /// A figure of the group, exactly.
    pub(crate) fn money(&self, metric: &str) -> Result<Money, String> {
        let Some(amount) = self.metrics.get(metric) else { return Ok(Money::default()) };
        Money::parse(&amount.amount).map_err(|error| format!("{metric} of {}: {error}", self.keys.join(", ")))
    }
}
