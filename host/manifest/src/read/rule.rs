//! Rules: conditions on account, service, resource and tags.

use std::collections::BTreeMap;

use super::Result;
use crate::error::Problem;
use crate::model::Rule;
use crate::section::Section;

/// Keys of a rule.
pub(crate) const RULE: &[&str] = &["account", "service", "resource", "tag"];

/// The rules of a workload or of something shared.
pub(super) fn rules(section: &Section<'_>, name: &str) -> Result<Vec<Rule>> {
    section.tables("rule", name, RULE)?.iter().map(rule).collect()
}

fn rule(section: &Section<'_>) -> Result<Rule> {
    let mut tag = BTreeMap::new();
    if let Some(table) = section.open_table("tag", "`tag`")? {
        for (key, _, value) in table.entries() {
            let globs = section.globs_of(&format!("tag.{key}"), value)?;
            if !globs.is_empty() {
                tag.insert(key.to_owned(), globs);
            }
        }
    }
    let rule = Rule {
        account: section.globs("account")?,
        service: section.globs("service")?,
        resource: section.globs("resource")?,
        tag,
        place: section.place(),
    };
    let lists = [&rule.account, &rule.service, &rule.resource];
    if rule.tag.is_empty() && lists.iter().all(|globs| globs.is_empty()) {
        let known = RULE.iter().map(|key| (*key).to_owned()).collect();
        return Err(section.error(Problem::NoCondition { section: section.name.clone(), known }));
    }
    Ok(rule)
}
