//! The least that commands need to be allowed.

use serde::Serialize;
use serde_json::{Value, json};

use crate::call::Operation;
use crate::cloudwatch::{GET_METRIC_DATA, LIST_METRICS};
use crate::cost_explorer::GET_COST_AND_USAGE;
use crate::logs::FILTER_LOG_EVENTS;
use crate::publish::PUT_METRIC_DATA;

/// Something that commands do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// A bill from Cost Explorer.
    Bill,
    /// What resources used, from `CloudWatch`.
    Utilisation,
    /// Reports of functions.
    Logs,
    /// KPIs as custom metrics.
    Publish,
}

impl Task {
    /// What is asked for it.
    fn operations(self) -> Vec<&'static Operation> {
        match self {
            Self::Bill => vec![&GET_COST_AND_USAGE],
            Self::Utilisation => vec![&LIST_METRICS, &GET_METRIC_DATA],
            // Functions are found by their metrics.
            Self::Logs => vec![&LIST_METRICS, &FILTER_LOG_EVENTS],
            Self::Publish => vec![&PUT_METRIC_DATA],
        }
    }

    fn sid(self) -> &'static str {
        match self {
            Self::Bill => "JouleworkBill",
            Self::Utilisation => "JouleworkUtilisation",
            Self::Logs => "JouleworkLogs",
            Self::Publish => "JouleworkPublish",
        }
    }
}

/// The resources that an action can be held to; most of these actions know none.
fn resources(action: &str) -> &'static str {
    if action == FILTER_LOG_EVENTS.action { "arn:*:logs:*:*:log-group:/aws/lambda/*" } else { "*" }
}

/// What an action that knows no resource can be held to all the same.
fn condition(action: &str, namespace: &str) -> Option<Value> {
    let is_held = action == PUT_METRIC_DATA.action;
    is_held.then(|| json!({"StringEquals": {"cloudwatch:namespace": namespace}}))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: String,
    effect: &'static str,
    action: Vec<&'static str>,
    resource: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Value>,
}

/// A policy of IAM that allows the tasks and nothing else, as JSON. KPIs may be put into the namespace alone.
///
/// # Errors
/// It cannot be put into JSON.
pub fn policy(tasks: &[Task], namespace: &str) -> Result<String, serde_json::Error> {
    let mut tasks = tasks.to_vec();
    tasks.sort();
    tasks.dedup();
    let mut statement: Vec<Statement> = Vec::new();
    for task in tasks {
        for operation in task.operations() {
            let (action, resource) = (operation.action, resources(operation.action));
            if statement.iter().any(|own| own.action.contains(&action)) {
                continue;
            }
            if let Some(own) =
                statement.iter_mut().find(|own| own.sid.starts_with(task.sid()) && own.resource == resource)
            {
                own.action.push(action);
                continue;
            }
            let part = if resource == "*" { "" } else { "Resources" };
            let sid = [task.sid(), part].concat();
            let condition = condition(action, namespace);
            statement.push(Statement { sid, effect: "Allow", action: vec![action], resource, condition });
        }
    }
    serde_json::to_string_pretty(&Policy { version: "2012-10-17", statement })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_policy_allows_what_is_named_and_nothing_else() {
        let text = policy(&[Task::Logs, Task::Bill, Task::Publish], "shop").unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let actions: Vec<&str> = value["Statement"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|statement| statement["Action"].as_array().unwrap())
            .map(|action| action.as_str().unwrap())
            .collect();
        assert_eq!(
            actions,
            [
                "ce:GetCostAndUsage",
                "cloudwatch:ListMetrics",
                "logs:FilterLogEvents",
                "cloudwatch:PutMetricData"
            ]
        );
        assert!(text.contains(r#""cloudwatch:namespace": "shop""#), "{text}");
        assert!(!text.contains("GetMetricData"));
    }
}
