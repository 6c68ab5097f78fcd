//! What one line of a bill is: worked out once per distinct combination of its texts, as quantities per unit of
//! consumed-quantity. Method: METHOD.md section 2.

use joulework_sdk::Basis;

use crate::answer::{Amounts, Answer, Host, Texts};
use crate::catalogue::{Catalogue, Machine, bare};
use crate::facts::Facts;
use crate::rules::{Measure, Rule, Rules, Scale, Taken};

/// AWS's gigabyte of memory and storage, 2^30 bytes, in decimal terabytes.
pub const GIB_IN_TB: f64 = 1_073_741_824.0 / 1e12;

/// Rules and catalogue together.
#[derive(Debug)]
pub struct Classifier {
    /// The rules.
    pub rules: Rules,
    /// The catalogue.
    pub catalogue: Catalogue,
}

impl Classifier {
    /// What the line is; `rules` are those of its service.
    #[must_use]
    pub fn answer(&self, rules: &[&Rule], texts: &Texts<'_>) -> Answer<'_> {
        match texts.category {
            Some("Usage") => {}
            Some(other) => return Answer::money(&other.to_ascii_lowercase(), "charge-category"),
            None => return Answer::not_modelled("charge-category"),
        }
        if texts
            .provider
            .is_some_and(|name| !matches!(name, "AWS" | "Amazon Web Services" | "Amazon Web Services, Inc."))
        {
            return Answer::not_modelled("provider-name");
        }
        if texts.commitment == Some("Unused") {
            return Answer::money("commitment", "commitment-discount-status");
        }
        match self.rules.find(rules, &texts.line) {
            Some(taken) => self.by_rule(&taken, texts),
            None => Answer::not_modelled("none"),
        }
    }

    fn by_rule(&self, taken: &Taken<'_>, texts: &Texts<'_>) -> Answer<'_> {
        let rule = taken.rule;
        let (row, id) = (&rule.row, rule.row.id.as_str());
        let count = row.count.unwrap_or(1.0);
        let Scale::Fixed(scale) = taken.scale else {
            // Only storage is billed by the month.
            return if rule.measure == Measure::Storage {
                storage(rule, 1.0, true)
            } else {
                Answer::not_modelled(id)
            };
        };
        let share = match (&row.share, texts.reservation) {
            (None, Some("Unused")) => "idle",
            (share, _) => share.as_deref().unwrap_or("full"),
        };
        match &rule.measure {
            Measure::Unknown => Answer::not_modelled(id),
            Measure::Nothing => Answer::new(&row.kind, Some(rule.basis), Amounts::NOTHING, id),
            Measure::Storage => storage(rule, scale, false),
            Measure::Transfer => {
                let amounts = Amounts { network: Some(scale * count), ..Amounts::NOTHING };
                let class = row.class.clone();
                Answer { class, ..Answer::new(&row.kind, Some(rule.basis), amounts, id) }
            }
            Measure::Units => self.units(rule, scale * count, share),
            Measure::Server => match taken.machine.as_deref().and_then(|name| self.catalogue.family(name)) {
                Some(family) => {
                    let whole = Machine {
                        family,
                        name: format!("{}.host", family.name),
                        vcpus: family.server_vcpus,
                        memory: family.server_memory,
                        accelerators: family.server_accelerators.unwrap_or(0.0),
                        default_load: None,
                        listed: true,
                    };
                    machine(rule, &whole, &Facts::default(), scale * count, share)
                }
                None => Answer::not_modelled(id),
            },
            Measure::Machine(fixed) => {
                let facts = Facts::read(texts.details);
                let name = facts.machine.clone().or(taken.machine.clone()).or(fixed.clone());
                match name.as_deref().and_then(|name| self.catalogue.machine(name)) {
                    Some(found) => machine(rule, &found, &facts, scale * count, share),
                    None => stranger(rule, name.as_deref(), &facts, scale * count, share),
                }
            }
        }
    }

    /// Capacity that is billed by vCPU and GiB: a machine of unknown make.
    fn units(&self, rule: &Rule, hours: f64, share: &str) -> Answer<'_> {
        let row = &rule.row;
        let cpu = row.cpu.clone().unwrap_or_default();
        let Some(family) = self.catalogue.family(&cpu) else { return Answer::not_modelled(&row.id) };
        let amounts = Amounts {
            vcpus: Some(hours * rule.vcpus),
            memory: Some(hours * row.memory.unwrap_or(0.0)),
            ..Amounts::NOTHING
        };
        let host = Host {
            machine: None,
            cpu,
            architecture: family.architecture.clone(),
            accelerator: None,
            share: share.to_owned(),
            default_load: None,
            family: Some(family),
        };
        Answer { host: Some(host), ..Answer::new(&row.kind, Some(rule.basis), amounts, &row.id) }
    }
}

fn storage<'c>(rule: &Rule, hours: f64, monthly: bool) -> Answer<'c> {
    let row = &rule.row;
    let amounts = Amounts { storage: Some(hours * GIB_IN_TB), ..Amounts::NOTHING };
    let storage = row.medium.clone().zip(row.copies);
    Answer { monthly, storage, ..Answer::new(&row.kind, Some(rule.basis), amounts, &row.id) }
}

/// A machine of the catalogue; what the bill states of it goes first.
fn machine<'c>(rule: &Rule, found: &Machine<'c>, facts: &Facts, hours: f64, share: &str) -> Answer<'c> {
    let family = found.family;
    let amounts = Amounts {
        vcpus: Some(hours * facts.vcpus.unwrap_or(found.vcpus)),
        memory: Some(hours * facts.memory.unwrap_or(found.memory)),
        accelerators: Some(hours * found.accelerators),
        ..Amounts::NOTHING
    };
    let by_size = if found.listed || (facts.vcpus.is_some() && facts.memory.is_some()) {
        Basis::KnownHardware
    } else {
        Basis::Proxy
    };
    let by_make =
        if family.cpu.starts_with("unknown-") { Basis::UnknownHardware } else { Basis::KnownHardware };
    let host = Host {
        machine: Some(found.name.clone()),
        cpu: family.cpu.clone(),
        architecture: family.architecture.clone(),
        accelerator: family.accelerator.clone(),
        share: share.to_owned(),
        default_load: found.default_load,
        family: Some(family),
    };
    let basis = Some(rule.basis.max(by_size).max(by_make));
    Answer { host: Some(host), ..Answer::new(&rule.row.kind, basis, amounts, &rule.row.id) }
}

/// A type that the catalogue does not have: never the fleet's average. What the bill states of it holds, on a server
/// of unknown make; without vCPU and memory it is not modelled.
fn stranger<'c>(rule: &Rule, name: Option<&str>, facts: &Facts, hours: f64, share: &str) -> Answer<'c> {
    let (Some(name), Some(vcpus), Some(memory)) = (name, facts.vcpus, facts.memory) else {
        return Answer::not_modelled(&rule.row.id);
    };
    let name = bare(name);
    let arm = name.split('.').next().is_some_and(by_graviton);
    let accelerated = ["p", "g", "trn", "inf", "dl", "f", "vt"].iter().any(|prefix| {
        name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let accelerators = match facts.gpus {
        Some(gpus) => Some(hours * gpus),
        None if accelerated => None,
        None => Some(0.0),
    };
    let host = Host {
        machine: Some(name.to_owned()),
        cpu: if arm { "unknown-arm" } else { "unknown-x86" }.to_owned(),
        architecture: if arm { "arm64" } else { "x86_64" }.to_owned(),
        accelerator: None,
        share: share.to_owned(),
        default_load: None,
        family: None,
    };
    let amounts = Amounts {
        vcpus: Some(hours * vcpus),
        memory: Some(hours * memory),
        accelerators,
        ..Amounts::NOTHING
    };
    let basis = Some(rule.basis.max(Basis::UnknownHardware));
    Answer { host: Some(host), ..Answer::new(&rule.row.kind, basis, amounts, &rule.row.id) }
}

/// AWS's way of naming: the attribute `g` after the generation, as in `m9gd`.
fn by_graviton(family: &str) -> bool {
    let attributes = family
        .trim_start_matches(|c: char| !c.is_ascii_digit())
        .trim_start_matches(|c: char| c.is_ascii_digit());
    attributes.starts_with('g')
}
