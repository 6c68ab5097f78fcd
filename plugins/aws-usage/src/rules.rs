//! The rules: which line of a bill is what. They are data (`data/rules.csv`); this module finds the first one that
//! takes a line. Services and units are known by name, and a unit alone never decides what a line is.

use std::collections::BTreeMap;

pub mod table;

use joulework_sdk::prelude::*;

use crate::pattern::Pattern;
pub use table::{RuleRow, ServiceRow, UnitRow};

/// What a rule does with the quantity.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// Hours of a machine whose type is in the text, in the facts of the bill, or fixed.
    Machine(Option<String>),
    /// Hours of a whole server of a family.
    Server,
    /// Time of capacity units.
    Units,
    /// Gigabytes (2^30) for a time.
    Storage,
    /// Gigabytes moved.
    Transfer,
    /// Nothing physical.
    Nothing,
    /// Something that cannot be said.
    Unknown,
}

/// One rule, ready for use.
#[derive(Debug)]
pub struct Rule {
    /// The row of the table.
    pub row: Factor<RuleRow>,
    /// What it does with the quantity.
    pub measure: Measure,
    /// vCPU per unit.
    pub vcpus: f64,
    /// Its grade at best.
    pub basis: Basis,
    text: Pattern,
    operation: Option<Pattern>,
    by_description: bool,
}

/// The unit of a line: hours or GB in it, or the hours of the calendar month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// A fixed factor.
    Fixed(f64),
    /// Times the hours of the month.
    Month,
}

/// The unit that a line states.
#[derive(Debug, Clone, Copy)]
enum Unit<'r> {
    Unstated,
    Unheard,
    Known(&'r str, Scale),
}

/// The columns that rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Line<'l> {
    /// sku-meter
    pub meter: Option<&'l str>,
    /// operation
    pub operation: Option<&'l str>,
    /// charge-description
    pub description: Option<&'l str>,
    /// consumed-unit
    pub unit: Option<&'l str>,
}

/// A rule that takes a line.
#[derive(Debug)]
pub struct Taken<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// The machine type or family in the text, in lower case.
    pub machine: Option<String>,
    /// The unit of the quantity.
    pub scale: Scale,
}

/// All rules.
#[derive(Debug)]
pub struct Rules {
    ordered: Vec<Rule>,
    services: Vec<(String, Pattern)>,
    units: BTreeMap<String, (String, Scale)>,
    defaults: BTreeMap<String, Scale>,
}

impl Rules {
    /// The built-in rules, and before them those of the user.
    ///
    /// # Errors
    /// `table.invalid`, naming the row.
    pub fn load(tables: &Tables) -> Result<Self, Fault> {
        let mut rows = tables.load::<RuleRow>()?;
        rows.sort_by_key(|row| !row.user);
        let mut rules = Self {
            ordered: Vec::new(),
            services: Vec::new(),
            units: BTreeMap::new(),
            defaults: BTreeMap::new(),
        };
        for row in tables.load::<ServiceRow>()? {
            rules.services.push((row.service.clone(), pattern(&row.id, &row.names)?));
        }
        for row in tables.load::<UnitRow>()? {
            let scale = match &row.factor {
                Some(factor) => Scale::Fixed(fraction(&row.id, factor)?),
                None => Scale::Month,
            };
            rules.defaults.insert(row.unit.clone(), scale);
            for spelling in row.spellings.split('|') {
                rules.units.insert(spelling.to_owned(), (row.unit.clone(), scale));
            }
        }
        rules.ordered = rows.into_iter().map(|row| rules.ready(row)).collect::<Result<_, _>>()?;
        Ok(rules)
    }

    fn ready(&self, row: Factor<RuleRow>) -> Result<Rule, Fault> {
        let bad = |what: &str| Fault::table(format!("table `rules`, row `{}`: {what}", row.id));
        let measure = match row.measure.as_str() {
            "machine" => Measure::Machine(None),
            "server" => Measure::Server,
            "units" => Measure::Units,
            "storage" => Measure::Storage,
            "transfer" => Measure::Transfer,
            "none" => Measure::Nothing,
            "unknown" => Measure::Unknown,
            other => Measure::Machine(Some(
                other.strip_prefix("machine:").ok_or_else(|| bad("unknown measure"))?.to_owned(),
            )),
        };
        let basis = match row.basis.as_deref() {
            None | Some("known-hardware") => Basis::KnownHardware,
            Some("unknown-hardware") => Basis::UnknownHardware,
            Some("proxy") => Basis::Proxy,
            Some(_) => return Err(bad("unknown basis")),
        };
        if row.unit != "any" && !row.unit.split('|').all(|unit| self.defaults.contains_key(unit)) {
            return Err(bad("unknown unit"));
        }
        if row.service != "*"
            && !row.service.split('|').all(|name| self.services.iter().any(|known| known.0 == name))
        {
            return Err(bad("unknown service"));
        }
        if measure == Measure::Units && (row.cpu.is_none() || row.vcpus.is_none() || row.memory.is_none()) {
            return Err(bad("capacity units need vcpus, gib and cpu-family"));
        }
        if measure == Measure::Storage && (row.medium.is_none() || row.copies.is_none()) {
            return Err(bad("storage needs medium and copies"));
        }
        let by_description = match row.reads.as_str() {
            "usage-type" => false,
            "description" => true,
            _ => return Err(bad("`reads` is neither `usage-type` nor `description`")),
        };
        Ok(Rule {
            measure,
            basis,
            by_description,
            vcpus: row.vcpus.as_ref().map_or(Ok(0.0), |vcpus| fraction(&row.id, vcpus))?,
            text: pattern(&row.id, &row.text)?,
            operation: row.operation.as_ref().map(|text| pattern(&row.id, text)).transpose()?,
            row,
        })
    }

    /// The rules that may hold for a service, by the name that the bill gives it.
    #[must_use]
    pub fn of_service(&self, name: Option<&str>) -> Vec<&Rule> {
        let name = name.unwrap_or_default().to_ascii_lowercase();
        let known = self
            .services
            .iter()
            .find(|(_, names)| names.find(&name).is_some())
            .map(|(service, _)| service.as_str());
        let holds = |rule: &&Rule| {
            rule.row.service.split('|').any(|service| service == "*" || Some(service) == known)
        };
        self.ordered.iter().filter(holds).collect()
    }

    /// The first of these rules that takes the line: by its usage type, and where none does, by its description.
    #[must_use]
    pub fn find<'r>(&self, rules: &[&'r Rule], line: &Line<'_>) -> Option<Taken<'r>> {
        let operation = line.operation.unwrap_or_default().to_ascii_lowercase();
        let unit = match line.unit {
            None => Unit::Unstated,
            Some(unit) => self
                .units
                .get(&squeezed(unit))
                .map_or(Unit::Unheard, |(name, scale)| Unit::Known(name, *scale)),
        };
        let texts = [line.meter.map(after_region), line.description];
        texts.into_iter().zip([false, true]).find_map(|(text, by_description)| {
            let text = text?.to_ascii_lowercase();
            rules.iter().filter(|rule| rule.by_description == by_description).find_map(|rule| {
                let scale = self.scale(rule, unit)?;
                if rule.operation.as_ref().is_some_and(|pattern| pattern.find(&operation).is_none()) {
                    return None;
                }
                let machine = rule.text.find(&text)?.machine.map(str::to_owned);
                Some(Taken { rule, machine, scale })
            })
        })
    }

    /// The scale of the line's unit, if the rule takes it.
    fn scale(&self, rule: &Rule, unit: Unit<'_>) -> Option<Scale> {
        let accepted = rule.row.unit.as_str();
        match unit {
            _ if accepted == "any" => Some(Scale::Fixed(1.0)),
            Unit::Known(name, scale) => accepted.split('|').any(|one| one == name).then_some(scale),
            Unit::Unstated => self.defaults.get(accepted.split('|').next()?).copied(),
            Unit::Unheard => None,
        }
    }

    /// The rows of the table.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.ordered
    }
}

fn pattern(id: &str, text: &str) -> Result<Pattern, Fault> {
    Pattern::parse(text).map_err(|what| Fault::table(format!("row `{id}`: {what}")))
}

/// `1024/1769` or `0.25`.
fn fraction(id: &str, text: &str) -> Result<f64, Fault> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let value = match text.split_once('/') {
        Some((above, below)) => number(above).zip(number(below)).map(|(above, below)| above / below),
        None => number(text),
    };
    value
        .filter(|value| value.is_finite())
        .ok_or_else(|| Fault::table(format!("row `{id}`: `{text}` is not a number")))
}

fn squeezed(unit: &str) -> String {
    unit.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '/')).map(|c| c.to_ascii_lowercase()).collect()
}

/// Edge locations of `CloudFront` and the oldest regions, whose codes have no number.
const EDGES: [&str; 12] = ["US", "EU", "AP", "JP", "SA", "IN", "AU", "ZA", "CA", "ME", "CN", "Global"];

/// The usage type after its region prefixes: `EUW2-BoxUsage:t3.xlarge`, `USE1-EUW1-AWS-Out-Bytes`.
fn after_region(meter: &str) -> &str {
    let mut rest = meter.trim();
    while let Some((code, after)) = rest.split_once('-') {
        let numbered = code.len() >= 4
            && code.len() <= 5
            && code.ends_with(|c: char| c.is_ascii_digit())
            && code[..code.len() - 1].bytes().all(|c| c.is_ascii_uppercase());
        if !numbered && !EDGES.contains(&code) {
            break;
        }
        rest = after;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::after_region;

    #[test]
    fn region_prefixes_are_taken_off_and_nothing_else() {
        for (meter, rest) in [
            ("EUW2-BoxUsage:t3.xlarge", "BoxUsage:t3.xlarge"),
            ("BoxUsage:t3.xlarge", "BoxUsage:t3.xlarge"),
            ("USE1-EUW1-AWS-Out-Bytes", "AWS-Out-Bytes"),
            ("EU-EBS:VolumeUsage.gp2", "EBS:VolumeUsage.gp2"),
            ("LAX1-EBS:VolumeUsage.gp2", "EBS:VolumeUsage.gp2"),
            ("IA-TimedStorage-ByteHrs", "IA-TimedStorage-ByteHrs"),
            ("ECS-EC2-GB-Hours", "ECS-EC2-GB-Hours"),
            ("EMR-SERVERLESS-vCPUHours", "EMR-SERVERLESS-vCPUHours"),
            ("é-x", "é-x"),
        ] {
            assert_eq!(after_region(meter), rest);
        }
    }
}
