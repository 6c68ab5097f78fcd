//! From the text to the model: every key with its type, its range and its place.

mod plugin;
mod rule;
mod unit;
mod utilisation;

use std::path::Path;

use toml::de::DeTable;

use crate::check;
use crate::error::{ManifestError, Problem};
use crate::model::{Bill, Manifest, Overlap, Shared, Workload};
use crate::section::{At, Section};
use crate::source::Source;
use crate::time_zone::TimeZone;
use crate::weights::Weights;

type Result<T> = std::result::Result<T, ManifestError>;

/// Keys of the manifest itself.
pub(crate) const ROOT: &[&str] = &[
    "title",
    "default-region",
    "bill",
    "utilisation",
    "lambda-logs",
    "workload",
    "shared",
    "unit",
    "on-premises",
    "report",
    "plugin",
];
/// Keys of `[[bill]]`.
pub(crate) const BILL: &[&str] = &["path", "time-zone", "overlap"];
/// Keys of `[[workload]]`.
pub(crate) const WORKLOAD: &[&str] = &["name", "rule"];
/// Keys of `[[shared]]`.
pub(crate) const SHARED: &[&str] = &["name", "weights", "rule"];
/// Keys of `[on-premises]`.
pub(crate) const ON_PREMISES: &[&str] = &["utilisation", "pue"];
/// Keys of `[report]`.
pub(crate) const REPORT: &[&str] = &["primary-unit"];

/// Reads and checks a manifest; its folder is left empty.
pub(crate) fn manifest(text: &str, file: &Path) -> Result<Manifest> {
    let source = Source { file, text };
    let table = DeTable::parse(text).map_err(|error| {
        let end = text.len();
        source
            .error(error.span().unwrap_or(end..end), Problem::Syntax { message: error.message().to_owned() })
    })?;
    let root = Section::open(source, "the manifest", &table, ROOT)?;
    let mut names = check::Names::new(source);
    let bills = root.tables("bill", "[[bill]]", BILL)?;
    if bills.is_empty() {
        return Err(root.missing("bill"));
    }
    let mut manifest = Manifest {
        text: text.to_owned(),
        title: root.text("title")?.map(|text| text.value),
        default_region: root.text("default-region")?.map(|text| text.value),
        bills: bills.iter().map(bill).collect::<Result<_>>()?,
        ..Manifest::default()
    };
    for section in root.tables("utilisation", "[[utilisation]]", utilisation::UTILISATION)? {
        manifest.utilisation.push(utilisation::utilisation(&section)?);
    }
    for section in root.tables("lambda-logs", "[[lambda-logs]]", utilisation::LAMBDA_LOGS)? {
        manifest.lambda_logs.push(utilisation::lambda_logs(&section)?);
    }
    for section in root.tables("workload", "[[workload]]", WORKLOAD)? {
        manifest.workloads.push(workload(&section, &mut names)?);
    }
    for section in root.tables("shared", "[[shared]]", SHARED)? {
        manifest.shared.push(shared(&section, &mut names)?);
    }
    for section in root.tables("unit", "[[unit]]", unit::UNIT)? {
        manifest.units.push(unit::unit(&section, &mut names)?);
    }
    if let Some(room) = root.table("on-premises", "[on-premises]", ON_PREMISES)? {
        let used = "two shares from 0.01 to 1, the lower first";
        let pue = "two numbers from 1 to 10, the lower first";
        manifest.on_premises.utilisation = room.ends("utilisation", 0.01, 1.0, used)?;
        manifest.on_premises.pue = room.ends("pue", 1.0, 10.0, pue)?;
    }
    if let Some(report) = root.table("report", "[report]", REPORT)?
        && let Some(name) = report.text("primary-unit")?
    {
        manifest.report.primary_unit = Some(names.unit(&report, "primary-unit", &name)?);
    }
    manifest.plugins = plugin::plugins(&root)?;
    Ok(manifest)
}

fn bill(section: &Section<'_>) -> Result<Bill> {
    Ok(Bill {
        path: section.path("path")?.ok_or_else(|| section.missing("path"))?,
        time_zone: time_zone(section)?,
        overlap: section
            .choice("overlap", &[("stop", Overlap::Stop), ("add", Overlap::Add)])?
            .unwrap_or_default(),
        place: section.place(),
    })
}

/// The zone that `time-zone` states, else UTC.
fn time_zone(section: &Section<'_>) -> Result<TimeZone> {
    let Some(text) = section.text("time-zone")? else { return Ok(TimeZone::Utc) };
    TimeZone::parse(&text.value)
        .ok_or_else(|| section.wrong_value("time-zone", TimeZone::EXPECTED, &text.value, text.span))
}

fn workload(section: &Section<'_>, names: &mut check::Names<'_>) -> Result<Workload> {
    let name = section.required_text("name")?;
    names.add_workload(section, &name)?;
    Ok(Workload {
        name: name.value,
        rules: rule::rules(section, "[[workload.rule]]")?,
        place: section.place(),
    })
}

fn shared(section: &Section<'_>, names: &mut check::Names<'_>) -> Result<Shared> {
    let name = section.required_text("name")?;
    names.add_shared(&name)?;
    let rules = rule::rules(section, "[[shared.rule]]")?;
    if rules.is_empty() {
        return Err(section.missing("rule"));
    }
    Ok(Shared { name: name.value, weights: weights(section, names)?, rules, place: section.place() })
}

/// Decimals above 0 that add up to exactly 1.
fn weights(section: &Section<'_>, names: &check::Names<'_>) -> Result<Weights> {
    const EXPECTED: &str = "a decimal above 0 and at most 1, with at most 18 places";
    let table = section.open_table("weights", "`weights`")?.ok_or_else(|| section.missing("weights"))?;
    let (mut weights, mut sum) = (Vec::new(), 0_i128);
    for (workload, span, value) in table.entries() {
        names.known_workload(section, "weights", &At { value: workload.to_owned(), span })?;
        let key = format!("weights.{workload}");
        let text = section.number_of(&key, EXPECTED, value)?;
        let weight = joulework_units::decimal::parse(&text.value, Weights::PLACES).ok();
        let weight = weight.and_then(|weight| u64::try_from(weight).ok());
        match weight.filter(|weight| (1..=Weights::WHOLE).contains(weight)) {
            Some(weight) => {
                sum += i128::from(weight);
                weights.push((workload.to_owned(), weight));
            }
            None => return Err(section.wrong_value(&key, EXPECTED, &text.value, text.span)),
        }
    }
    if sum != i128::from(Weights::WHOLE) {
        let sum = joulework_units::Money::from_scaled(sum, 18).map(|sum| sum.to_string()).unwrap_or_default();
        return Err(table.error(Problem::Weights { section: section.name.clone(), sum }));
    }
    Ok(Weights::new(weights))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]

    use super::*;

    /// The schema is for editors, the lists are for the reader: they say the same.
    #[test]
    fn the_schema_has_exactly_the_keys_that_are_read() {
        let schema: serde_json::Value = serde_json::from_str(crate::SCHEMA).unwrap();
        let places: [(&str, &[&str]); 15] = [
            ("", ROOT),
            ("/$defs/bill", BILL),
            ("/$defs/utilisation", utilisation::UTILISATION),
            ("/$defs/utilisation/properties/columns", utilisation::COLUMNS),
            ("/$defs/utilisation/properties/values", utilisation::VALUES),
            ("/$defs/lambda-logs", utilisation::LAMBDA_LOGS),
            ("/$defs/workload", WORKLOAD),
            ("/$defs/shared", SHARED),
            ("/$defs/rule", rule::RULE),
            ("/$defs/unit", unit::UNIT),
            ("/$defs/bill-lines", unit::BILL_LINES),
            ("/$defs/on-premises", ON_PREMISES),
            ("/$defs/report", REPORT),
            ("/$defs/plugin", plugin::PLUGIN),
            ("/$defs/limits", plugin::LIMITS),
        ];
        for (place, keys) in places {
            let table = schema.pointer(place).unwrap();
            assert_eq!(table["additionalProperties"], false, "{place}");
            let mut stated: Vec<&str> =
                table["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            let mut read = keys.to_vec();
            stated.sort_unstable();
            read.sort_unstable();
            assert_eq!(stated, read, "{place}");
        }
    }
}
