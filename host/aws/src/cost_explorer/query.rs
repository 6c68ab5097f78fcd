//! What Cost Explorer is asked, in the words of its API.

use aws_sdk_costexplorer::types::{
    DateInterval, DimensionValues, Expression, Granularity, GroupDefinition, GroupDefinitionType,
};
use serde::{Deserialize, Serialize};

use crate::days::Days;
use crate::error::AwsError;

/// Keys of groups that a request may have: `GetCostAndUsage`, parameter `GroupBy`,
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html>.
pub(crate) const GROUPS: usize = 2;

/// Lines of a bill that stand for something that ran.
const USAGE: [&str; 3] = ["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"];

/// A condition: a dimension has one of the values, or none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Condition {
    dimension: String,
    values: Vec<String>,
    not: bool,
}

/// A request, as it is kept beside its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Query {
    start: String,
    end: String,
    granularity: String,
    metrics: Vec<String>,
    group_by: Vec<String>,
    filter: Vec<Condition>,
}

fn has(dimension: &str, values: &[&str], not: bool) -> Condition {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Condition { dimension: dimension.to_owned(), values, not }
}

impl Query {
    fn new(days: Days, granularity: &str, metrics: &[&str], group_by: [&str; GROUPS]) -> Self {
        Self {
            start: days.from.to_string(),
            end: days.to.to_string(),
            granularity: granularity.to_owned(),
            metrics: metrics.iter().map(|metric| (*metric).to_owned()).collect(),
            group_by: group_by.iter().map(|key| (*key).to_owned()).collect(),
            filter: Vec::new(),
        }
    }

    /// What there is: cost by month, account and region.
    pub(crate) fn overview(days: Days) -> Self {
        Self::new(days, "MONTHLY", &["UnblendedCost"], ["LINKED_ACCOUNT", "REGION"])
    }

    /// What ran in an account and region, by day, service and usage type.
    pub(crate) fn usage(days: Days, account: &str, region: &str) -> Self {
        let metrics = ["UnblendedCost", "AmortizedCost", "UsageQuantity"];
        let mut query = Self::new(days, "DAILY", &metrics, ["SERVICE", "USAGE_TYPE"]);
        query.filter = vec![
            has("LINKED_ACCOUNT", &[account], false),
            has("REGION", &[region], false),
            has("RECORD_TYPE", &USAGE, false),
        ];
        query
    }

    /// Everything else on the bill, by day, account and type.
    pub(crate) fn other(days: Days) -> Self {
        let metrics = ["UnblendedCost", "AmortizedCost"];
        let mut query = Self::new(days, "DAILY", &metrics, ["LINKED_ACCOUNT", "RECORD_TYPE"]);
        query.filter = vec![has("RECORD_TYPE", &USAGE, true)];
        query
    }

    /// The value that a dimension is held to.
    pub(crate) fn held(&self, dimension: &str) -> Option<&str> {
        let condition = self.filter.iter().find(|own| own.dimension == dimension && !own.not)?;
        condition.values.first().map(String::as_str)
    }

    /// The keys of its groups.
    pub(crate) fn group_by(&self) -> Vec<GroupDefinition> {
        let group =
            |key: &String| GroupDefinition::builder().r#type(GroupDefinitionType::Dimension).key(key).build();
        self.group_by.iter().map(group).collect()
    }

    pub(crate) fn metrics(&self) -> Vec<String> {
        self.metrics.clone()
    }

    pub(crate) fn granularity(&self) -> Granularity {
        Granularity::from(self.granularity.as_str())
    }

    pub(crate) fn period(&self) -> Result<DateInterval, AwsError> {
        DateInterval::builder()
            .start(&self.start)
            .end(&self.end)
            .build()
            .map_err(|error| AwsError::Period(error.to_string()))
    }

    /// Its conditions as one expression.
    pub(crate) fn expression(&self) -> Option<Expression> {
        let mut all: Vec<Expression> = Vec::new();
        for condition in &self.filter {
            let values = DimensionValues::builder()
                .key(condition.dimension.as_str().into())
                .set_values(Some(condition.values.clone()))
                .build();
            let plain = Expression::builder().dimensions(values).build();
            all.push(if condition.not { Expression::builder().not(plain).build() } else { plain });
        }
        // `And` needs two.
        if all.len() > 1 { Some(Expression::builder().set_and(Some(all)).build()) } else { all.pop() }
    }
}
