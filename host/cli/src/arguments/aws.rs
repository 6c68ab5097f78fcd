//! The words of the commands that speak with AWS.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Span;

/// The namespace of KPIs where nobody says another.
const NAMESPACE: &str = "joulework";

/// Where to collect.
#[derive(Debug, Subcommand)]
pub(crate) enum Collect {
    /// From AWS accounts: a bill from Cost Explorer, what was used from CloudWatch.
    Aws(CollectAws),
}

/// How to reach accounts.
#[derive(Debug, Clone, Args)]
pub(crate) struct Reach {
    /// A profile of the AWS configuration, each an account; without one, what the standard chain finds.
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Vec<String>,
    /// Send requests here and not to AWS: an endpoint in your own network, or a server for tests.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
}

/// What may be spent.
#[derive(Debug, Clone, Args)]
pub(crate) struct Spending {
    /// Agree to the prices beforehand.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Stop before more paid requests than this; what was fetched is kept.
    #[arg(long, value_name = "N")]
    pub(crate) max_requests: Option<u64>,
    /// Stop before they cost more than this, in dollars.
    #[arg(long, value_name = "USD")]
    pub(crate) max_usd: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CollectAws {
    /// The folder that everything goes into; the same folder again fetches only what is not there.
    #[arg(value_name = "FOLDER", default_value = "aws")]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) span: Span,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// A region to look into; without one, those of the bill.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Vec<String>,
    /// What to fetch.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT", default_value = "bill,utilisation")]
    pub(crate) what: Vec<Fetch>,
    #[command(flatten)]
    pub(crate) spending: Spending,
}

/// What is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fetch {
    /// A bill by day, service, usage type and region, from Cost Explorer.
    Bill,
    /// Hours of what resources used, from CloudWatch.
    Utilisation,
    /// Reports of Lambda functions, from their logs.
    Logs,
}

/// What is asked of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AwsTask {
    /// A bill by day, service, usage type and region, from Cost Explorer.
    Bill,
    /// Hours of what resources used, from CloudWatch.
    Utilisation,
    /// Reports of Lambda functions, from their logs.
    Logs,
    /// KPIs as custom metrics (`publish cloudwatch`).
    Publish,
}

/// Where to publish.
#[derive(Debug, Subcommand)]
pub(crate) enum Publish {
    /// As custom metrics of CloudWatch; prints a CloudFormation template with an alarm for each.
    Cloudwatch(PublishCloudwatch),
}

#[derive(Debug, Args)]
pub(crate) struct PublishCloudwatch {
    /// A manifest, a folder that holds `joulework.toml`, or a billing file or folder.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) span: Span,
    /// The namespace of the metrics.
    #[arg(long, value_name = "NAME", default_value = NAMESPACE)]
    pub(crate) namespace: String,
    /// Print the alarms and publish nothing.
    #[arg(long)]
    pub(crate) alarms_only: bool,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// The region of the metrics; without it, that of the profile.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    #[command(flatten)]
    pub(crate) spending: Spending,
}

/// What helps with AWS.
#[derive(Debug, Subcommand)]
pub(crate) enum Aws {
    /// Print the least policy of IAM that `collect aws` and `publish cloudwatch` need.
    Policy(AwsPolicy),
}

#[derive(Debug, Args)]
pub(crate) struct AwsPolicy {
    /// What is to be done.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT", default_value = "bill,utilisation")]
    pub(crate) what: Vec<AwsTask>,
    /// The namespace that KPIs are published in.
    #[arg(long, value_name = "NAME", default_value = NAMESPACE)]
    pub(crate) namespace: String,
}
