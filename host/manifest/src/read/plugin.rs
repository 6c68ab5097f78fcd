//! Settings, tables and limits of plugins, by plugin id.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Result;
use crate::json;
use crate::model::{Limits, OnFault, PluginOptions};
use crate::section::Section;

/// Keys of `[plugin.ID]`.
pub(crate) const PLUGIN: &[&str] = &["path", "enabled", "settings", "on-fault", "tables", "limits"];
/// Keys of `limits` of a plugin.
pub(crate) const LIMITS: &[&str] = &["fuel-per-cell", "memory-mib", "seconds", "result-mib"];

pub(super) fn plugins(root: &Section<'_>) -> Result<BTreeMap<String, PluginOptions>> {
    let Some(table) = root.open_table("plugin", "[plugin]")? else { return Ok(BTreeMap::new()) };
    let mut plugins = BTreeMap::new();
    for (id, span, value) in table.entries() {
        if !is_id(id) {
            let expected = "a plugin id: small letters, digits, `-` and `.`, such as `acme.cooling`";
            return Err(table.wrong_value("plugin", expected, id, span));
        }
        let section = table.known_table_of(id, &format!("[plugin.{}]", quoted(id)), value, PLUGIN)?;
        plugins.insert(id.to_owned(), plugin(&section)?);
    }
    Ok(plugins)
}

/// Words of small letters and digits that begin with a letter, joined by `-` and `.`.
fn is_id(id: &str) -> bool {
    id.split(['-', '.']).enumerate().all(|(index, word)| {
        word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && word.bytes().next().is_some_and(|first| index > 0 || first.is_ascii_lowercase())
    })
}

/// An id as TOML writes it in a header.
fn quoted(id: &str) -> String {
    if id.contains('.') { format!("\"{id}\"") } else { id.to_owned() }
}

fn plugin(section: &Section<'_>) -> Result<PluginOptions> {
    let on_fault =
        section.choice("on-fault", &[("fail", OnFault::Fail), ("not-estimated", OnFault::NotEstimated)])?;
    let mut options = PluginOptions {
        path: section.path("path")?,
        enabled: section.boolean("enabled")?.unwrap_or(true),
        on_fault: on_fault.unwrap_or_default(),
        place: section.place(),
        ..PluginOptions::default()
    };
    for (key, _, value) in section.entries() {
        match key {
            "settings" => {
                section.table_of(key, key, value)?;
                options.settings = json::value(section, key, value)?;
            }
            "tables" => {
                for (name, _, file) in section.table_of(key, key, value)?.entries() {
                    let file = section.text_of(&format!("tables.{name}"), file)?;
                    options.tables.insert(name.to_owned(), PathBuf::from(file.value));
                }
            }
            "limits" => {
                let name = format!("`limits` of {}", section.name);
                options.limits = limits(&section.known_table_of(key, &name, value, LIMITS)?)?;
            }
            _ => {}
        }
    }
    Ok(options)
}

fn limits(section: &Section<'_>) -> Result<Limits> {
    Ok(Limits {
        fuel_per_cell: section.whole("fuel-per-cell")?,
        memory_mib: section.whole("memory-mib")?,
        seconds: section.whole("seconds")?,
        result_mib: section.whole("result-mib")?,
    })
}
