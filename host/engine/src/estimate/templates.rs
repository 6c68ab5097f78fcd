//! Sources of error whose key may hold a resource: one template for all bins of the resource.

use std::collections::BTreeMap;

use crate::activity::{BINS, RESOURCE};
use crate::assess::{Source, SourceId, Sources};

/// A source of error; a resource among its key columns has no value yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Template {
    pub(crate) factor: String,
    /// Key columns with their values; nothing for the bin of a resource.
    pub(crate) key: Vec<(String, Option<String>)>,
}

impl Template {
    /// Whether resources keep it apart.
    pub(crate) fn is_binned(&self) -> bool {
        self.key.iter().any(|(_, value)| value.is_none())
    }

    fn source(&self, bin: u32) -> Source {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| format!("{bin:02}"));
        Source {
            factor: self.factor.clone(),
            key: self.key.iter().map(|(name, text)| (name.clone(), value(text))).collect(),
        }
    }
}

/// Templates and their numbers, in the order of first sight.
#[derive(Debug, Clone, Default)]
pub(super) struct Templates {
    numbers: BTreeMap<Template, u32>,
}

impl Templates {
    pub(super) fn number(&mut self, template: Template) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(template).or_insert(next)
    }

    /// The template of a factor whose key columns have these values.
    pub(super) fn of(factor: &str, key: &[(String, Option<String>)]) -> Template {
        let value = |name: &str, value: &Option<String>| {
            (name != RESOURCE).then(|| value.clone().unwrap_or_default())
        };
        Template {
            factor: factor.to_owned(),
            key: key.iter().map(|(name, text)| (name.clone(), value(name, text))).collect(),
        }
    }

    /// The templates in the order of their numbers.
    pub(super) fn list(&self) -> Vec<Template> {
        let mut list: Vec<(u32, &Template)> =
            self.numbers.iter().map(|(template, number)| (*number, template)).collect();
        list.sort_unstable_by_key(|(number, _)| *number);
        list.into_iter().map(|(_, template)| template.clone()).collect()
    }
}

/// All sources of sorted templates, and per template the id of its first source; bins follow each other.
pub(super) fn expand(templates: &[Template]) -> (Sources, Vec<SourceId>) {
    let mut sources = Vec::new();
    let mut first = Vec::with_capacity(templates.len());
    for template in templates {
        first.push(SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX)));
        let bins = if template.is_binned() { BINS } else { 1 };
        sources.extend((0..bins).map(|bin| template.source(bin)));
    }
    (Sources(sources), first)
}
