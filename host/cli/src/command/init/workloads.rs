//! Which workloads are proposed, and what stands in comments instead.

use std::collections::BTreeSet;

use joulework::manifest::UNASSIGNED;
use joulework::survey::{Ranking, Survey};
use joulework::units::Money;

use super::toml;

/// The most workloads that are proposed.
const MOST: usize = 10;

/// The smallest share of the cost of usage that makes a workload.
const LEAST: f64 = 0.01;

/// What divides the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Division<'a> {
    /// The values of a tag.
    Tag(&'a Ranking),
    /// The accounts.
    Accounts(&'a Ranking),
}

/// A workload that takes one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proposed {
    pub(super) name: String,
    /// The condition of its rule, as a line of TOML.
    pub(super) condition: String,
    pub(super) cost: Money,
}

impl<'a> Division<'a> {
    /// What the workloads are made from: a tag, else several accounts, else nothing.
    pub(super) fn of(survey: &'a Survey) -> Option<Self> {
        if let Some(tag) = survey.proposed_tag() {
            return Some(Self::Tag(tag));
        }
        (survey.accounts.values.len() > 1).then_some(Self::Accounts(&survey.accounts))
    }

    pub(super) const fn ranking(self) -> &'a Ranking {
        match self {
            Self::Tag(ranking) | Self::Accounts(ranking) => ranking,
        }
    }

    /// The values with the most cost as workloads, none of them with a name in `taken`.
    pub(super) fn workloads(self, survey: &Survey, taken: &mut BTreeSet<String>) -> Vec<Proposed> {
        let large = self.ranking().values.iter().take(MOST).filter(|(_, cost)| survey.share(*cost) >= LEAST);
        large
            .map(|(value, cost)| Proposed {
                name: free(value, taken),
                condition: self.condition(value),
                cost: *cost,
            })
            .collect()
    }

    fn condition(self, value: &str) -> String {
        let glob = toml::quoted(&toml::glob(value));
        match self {
            Self::Tag(tag) => format!("tag = {{ {} = [{glob}] }}", toml::key(&tag.key)),
            Self::Accounts(_) => format!("account = [{glob}]"),
        }
    }
}

/// A name that is not taken yet, and takes it.
fn free(value: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = value.to_owned();
    let mut number = 2;
    while name == UNASSIGNED || !taken.insert(name.clone()) {
        name = format!("{value} {number}");
        number += 1;
    }
    name
}
