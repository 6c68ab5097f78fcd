//! What advisors propose.

use serde::{Deserialize, Serialize};

use super::{Figure, Money};

/// What advisors propose, the largest saving of carbon first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Advice {
    /// The proposals that save something.
    pub proposals: Vec<Proposal>,
    /// The first proposal of each resource, all together.
    pub together: Saving,
    /// Proposals that save neither carbon nor money, or cannot be made.
    pub left_out: u64,
    /// Who was asked.
    pub advisors: Vec<Advisor>,
}

/// A plugin that proposes changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Advisor {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its component.
    pub sha256: String,
}

/// A change that is proposed for a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Proposal {
    /// Stable code, such as `right-size.instance`.
    pub code: String,
    /// Who proposes it.
    pub advisor: String,
    /// The resource.
    pub resource: String,
    /// Its workload.
    pub workload: String,
    /// Its service.
    pub service: String,
    /// In a few words.
    pub title: String,
    /// What speaks for it.
    pub evidence: String,
    /// What speaks against it.
    pub risk: String,
    /// How sure the advisor is that the change is safe, 0 to 1.
    pub confidence: f64,
    /// The best practices that it serves, with their framework.
    pub best_practices: Vec<String>,
    /// What it saves.
    pub saving: Saving,
    /// Whether a commitment pays for some of the resource.
    pub committed: bool,
}

/// What a change saves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Saving {
    /// Carbon.
    pub carbon: Figure,
    /// Energy.
    pub energy: Figure,
    /// Water.
    pub water: Figure,
    /// Effective cost, where the price after the change is known.
    pub cost: Vec<Money>,
    /// What is saved of the carbon of before, as a share: lower end of the 90 % interval.
    pub carbon_share_low: Option<f64>,
    /// Upper end.
    pub carbon_share_high: Option<f64>,
}
