//! What an estimate needs from an AWS account, fetched through the official SDK and left behind as ordinary files.
//!
//! [`collect`] asks Cost Explorer for a bill and `CloudWatch` for what was used. Every answer that was paid for is on disk
//! before the next is asked for, and is never asked for again; prices are told before the first of them. [`publish`] sends KPIs
//! to CloudWatch.

mod bucket;
mod call;
mod cloudwatch;
mod collect;
mod cost_explorer;
mod days;
mod error;
mod fetch;
mod logs;
mod meter;
mod namespaces;
mod pages;
mod policy;
mod price;
mod publish;
mod session;
mod settings;
mod watch;

pub use collect::{Collected, Collection, Failed, collect};
pub use days::Days;
pub use error::AwsError;
pub use meter::Limits;
pub use policy::{Task, policy};
pub use price::Usd;
pub use publish::{Kpi, KpiUnit, Publication, Worse, alarms, publish};
pub use session::Access;
pub use watch::{Quote, Watch};
