//! Workloads: which rows belong to which, by rules on account, service, resource and tags.
//!
//! The first rule that takes a row wins; what no rule takes is [`UNASSIGNED`]. Pools are shared by workloads with
//! stated weights; their rows are split at the end, on sums, so that not a digit of money is lost. Rules are
//! evaluated once for each distinct value of a column, never once a row.

use std::collections::BTreeMap;

use glob::{MatchOptions, Pattern};
use serde::{Deserialize, Serialize};

use crate::error::EngineError;

/// The workload of rows that no rule takes.
pub const UNASSIGNED: &str = "unassigned";

/// What a rule asks of a row: every list that is not empty must have a glob that matches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Matcher {
    /// Globs on the account that used the service.
    pub accounts: Vec<String>,
    /// Globs on the service's name.
    pub services: Vec<String>,
    /// Globs on the resource's id.
    pub resources: Vec<String>,
    /// Per tag key, globs on its value.
    pub tags: BTreeMap<String, Vec<String>>,
}

/// A workload: rows that one of its rules takes belong to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Workload {
    /// Its name.
    pub name: String,
    /// Its rules; without any it only has parts of pools.
    pub rules: Vec<Matcher>,
}

/// A pool of rows that several workloads share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Pool {
    /// Its name, for messages.
    pub name: String,
    /// Which rows it takes; tried after all workloads.
    pub rules: Vec<Matcher>,
    /// The workloads and their weights.
    pub weights: Vec<(String, u64)>,
}

/// The rules of a run. Without rules every row is [`UNASSIGNED`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct WorkloadRules {
    /// The workloads, in the order in which their rules are tried.
    pub workloads: Vec<Workload>,
    /// The shared pools, tried after the workloads in this order.
    pub shared: Vec<Pool>,
}

impl WorkloadRules {
    /// The workloads in their order, then those that only pools name, then [`UNASSIGNED`].
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let stated = self.workloads.iter().map(|workload| &workload.name);
        let pooled = self.shared.iter().flat_map(|pool| pool.weights.iter().map(|(name, _)| name));
        for name in stated.chain(pooled) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        if !names.iter().any(|name| name == UNASSIGNED) {
            names.push(UNASSIGNED.to_owned());
        }
        names
    }
}

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: false,
    require_literal_leading_dot: false,
};

/// A list of globs of which one must match; an empty list takes everything, even no value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Globs(Vec<Pattern>);

impl Globs {
    /// Compiles the globs: `*` any text, `?` one character, `[a-z]` one of a set.
    pub(crate) fn compile(globs: &[String]) -> Result<Self, EngineError> {
        let compile = |glob: &String| {
            Pattern::new(glob)
                .map_err(|error| EngineError::Glob { glob: glob.clone(), reason: error.msg.to_owned() })
        };
        Ok(Self(globs.iter().map(compile).collect::<Result<_, _>>()?))
    }

    /// Whether it takes a value, or the lack of one.
    pub(crate) fn take(&self, value: Option<&str>) -> bool {
        self.0.is_empty()
            || value.is_some_and(|value| self.0.iter().any(|glob| glob.matches_with(value, OPTIONS)))
    }

    const fn is_open(&self) -> bool {
        self.0.is_empty()
    }
}

#[derive(Debug, Clone)]
struct CompiledMatcher {
    accounts: Globs,
    services: Globs,
    resources: Globs,
    tags: Vec<(String, Globs)>,
}

/// What the rules make of one distinct value of a column: a bit per rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mask(u128);

impl Mask {
    /// All rules.
    pub(crate) const ALL: Self = Self(u128::MAX);

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// Rules ready to be asked. At most 128 rules and pools.
#[derive(Debug, Clone)]
pub(crate) struct Assigner {
    matchers: Vec<CompiledMatcher>,
    /// Per rule the slot it leads to: a workload, or past the workloads a pool.
    slots: Vec<u32>,
    names: Vec<String>,
    /// Per pool its workloads' slots and weights.
    pools: Vec<(Vec<u32>, Vec<u64>)>,
    pool_names: Vec<String>,
}

impl Assigner {
    /// The most rules and pools of a run.
    pub(crate) const MOST: usize = 128;

    pub(crate) fn new(rules: &WorkloadRules) -> Result<Self, EngineError> {
        let own = rules.workloads.iter().map(|workload| workload.rules.len()).sum::<usize>();
        let count = own + rules.shared.iter().map(|pool| pool.rules.len()).sum::<usize>();
        if count > Self::MOST {
            return Err(EngineError::TooManyRules { count, most: Self::MOST });
        }
        let names = rules.names();
        let slot_of = |name: &str| {
            names
                .iter()
                .position(|known| known == name)
                .and_then(|slot| u32::try_from(slot).ok())
                .unwrap_or(0)
        };
        let mut matchers = Vec::with_capacity(count);
        let mut slots = Vec::with_capacity(count);
        for workload in &rules.workloads {
            for rule in &workload.rules {
                matchers.push(compile(rule)?);
                slots.push(slot_of(&workload.name));
            }
        }
        let mut pools = Vec::new();
        for (slot, pool) in (names.len()..).zip(&rules.shared) {
            if pool.weights.iter().all(|(_, weight)| *weight == 0) {
                return Err(EngineError::PoolWithoutWeight { pool: pool.name.clone() });
            }
            for rule in &pool.rules {
                matchers.push(compile(rule)?);
                slots.push(u32::try_from(slot).unwrap_or(0));
            }
            pools.push((
                pool.weights.iter().map(|(name, _)| slot_of(name)).collect(),
                pool.weights.iter().map(|(_, weight)| *weight).collect(),
            ));
        }
        let pool_names = rules.shared.iter().map(|pool| pool.name.clone()).collect();
        Ok(Self { matchers, slots, names, pools, pool_names })
    }

    /// The names of the workload slots.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a slot: a workload, or `shared: ` and the name of a pool.
    pub(crate) fn name(&self, slot: u32) -> Option<String> {
        let slot = usize::try_from(slot).ok()?;
        let pool =
            || self.pool_names.get(slot.checked_sub(self.names.len())?).map(|name| format!("shared: {name}"));
        self.names.get(slot).cloned().or_else(pool)
    }

    /// How many slots there are: workloads, then pools.
    pub(crate) fn slots(&self) -> usize {
        self.names.len() + self.pools.len()
    }

    /// The workloads and weights behind a slot, where it is a pool.
    pub(crate) fn pool(&self, slot: u32) -> Option<(&[u32], &[u64])> {
        let index = usize::try_from(slot).ok()?.checked_sub(self.names.len())?;
        self.pools.get(index).map(|(slots, weights)| (slots.as_slice(), weights.as_slice()))
    }

    /// Which columns any rule looks at: account, service, resource, tags.
    pub(crate) fn looks_at(&self) -> [bool; 4] {
        let any = |look: fn(&CompiledMatcher) -> bool| self.matchers.iter().any(look);
        [
            any(|rule| !rule.accounts.is_open()),
            any(|rule| !rule.services.is_open()),
            any(|rule| !rule.resources.is_open()),
            any(|rule| !rule.tags.is_empty()),
        ]
    }

    fn mask(&self, takes: impl Fn(&CompiledMatcher) -> bool) -> Mask {
        let bits = self.matchers.iter().enumerate().filter(|(_, rule)| takes(rule));
        Mask(bits.fold(0, |mask, (bit, _)| mask | 1 << bit))
    }

    pub(crate) fn account(&self, value: Option<&str>) -> Mask {
        self.mask(|rule| rule.accounts.take(value))
    }

    pub(crate) fn service(&self, value: Option<&str>) -> Mask {
        self.mask(|rule| rule.services.take(value))
    }

    pub(crate) fn resource(&self, value: Option<&str>) -> Mask {
        self.mask(|rule| rule.resources.take(value))
    }

    pub(crate) fn tags(&self, value: &Tags) -> Mask {
        self.mask(|rule| rule.tags.iter().all(|(key, globs)| globs.take(value.get(key))))
    }

    /// The slot of a row: that of the first rule which every column's mask holds.
    pub(crate) fn slot(&self, mask: Mask) -> u32 {
        let first = usize::try_from(mask.0.trailing_zeros()).unwrap_or(usize::MAX);
        let unassigned = || self.names.iter().position(|name| name == UNASSIGNED);
        self.slots
            .get(first)
            .copied()
            .or_else(|| unassigned().and_then(|slot| u32::try_from(slot).ok()))
            .unwrap_or(0)
    }
}

fn compile(matcher: &Matcher) -> Result<CompiledMatcher, EngineError> {
    let tag = |(key, globs): (&String, &Vec<String>)| Ok((key.clone(), Globs::compile(globs)?));
    Ok(CompiledMatcher {
        accounts: Globs::compile(&matcher.accounts)?,
        services: Globs::compile(&matcher.services)?,
        resources: Globs::compile(&matcher.resources)?,
        tags: matcher.tags.iter().map(tag).collect::<Result<_, EngineError>>()?,
    })
}

/// The tags of a row, read from the column `tags`. Values are texts: `2024-01` and `012345678901` stay as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tags(BTreeMap<String, String>);

impl Tags {
    /// Reads one JSON object; anything else has no tags. A value that is no text is kept as its JSON.
    pub(crate) fn read(json: Option<&str>) -> Self {
        let parsed =
            json.and_then(|json| serde_json::from_str::<BTreeMap<String, serde_json::Value>>(json).ok());
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        Self(parsed.unwrap_or_default().into_iter().map(|(key, value)| (key, text(value))).collect())
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn workload(name: &str, services: &[&str]) -> Workload {
        let services = services.iter().map(|glob| (*glob).to_owned()).collect();
        Workload { name: name.into(), rules: vec![Matcher { services, ..Matcher::default() }] }
    }

    #[test]
    fn the_first_rule_that_matches_takes_the_row() {
        let rules = WorkloadRules {
            workloads: vec![workload("shop", &["AWS Lambda"]), workload("rest", &["AWS *"])],
            shared: Vec::new(),
        };
        let assigner = Assigner::new(&rules).unwrap();
        let name = |service: &str| {
            let slot = assigner.slot(Mask::ALL.and(assigner.service(Some(service))));
            assigner.names()[slot as usize].clone()
        };
        assert_eq!(name("AWS Lambda"), "shop");
        assert_eq!(name("AWS Glue"), "rest");
        assert_eq!(name("Amazon S3"), UNASSIGNED);
    }

    #[test]
    fn tags_that_look_like_numbers_or_dates_stay_texts() {
        let tags = Tags::read(Some(r#"{"month":"2024-01","owner":"012345678901"}"#));
        assert_eq!(tags.get("month"), Some("2024-01"));
        assert_eq!(tags.get("owner"), Some("012345678901"));
        assert_eq!(Tags::read(Some("no json")), Tags::default());
    }
}
