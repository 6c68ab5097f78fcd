//! Smaller machines.

use std::collections::BTreeMap;

use joulework_sdk::prelude::*;

use crate::capacity::{Hours, percent};
use crate::{Family, Goal, WORTH};

/// What nobody looked at.
const NOT_SEEN: &str = "network and disk of the smaller machine are not looked at";

/// Families of machines and their sizes.
#[derive(Debug)]
pub(crate) struct Families(BTreeMap<String, OneFamily>);

#[derive(Debug)]
struct OneFamily {
    architecture: String,
    sizes: Vec<Size>,
}

#[derive(Debug, Clone, PartialEq)]
struct Size {
    name: String,
    vcpu: f64,
    gib: f64,
}

impl Size {
    /// `xlarge`, or `8xlarge:36/60` where vCPU and memory do not follow the rule.
    fn of(word: &str, gib_per_vcpu: Option<f64>) -> Option<Self> {
        let (name, stated) = word.split_once(':').map_or((word, None), |(name, stated)| (name, Some(stated)));
        if let Some((vcpu, gib)) = stated.and_then(|stated| stated.split_once('/')) {
            return Some(Self { name: name.to_owned(), vcpu: vcpu.parse().ok()?, gib: gib.parse().ok()? });
        }
        let vcpu = match name {
            "medium" => 1.0,
            "large" => 2.0,
            "xlarge" => 4.0,
            _ => 4.0 * name.strip_suffix("xlarge")?.parse::<f64>().ok()?,
        };
        Some(Self { name: name.to_owned(), vcpu, gib: vcpu * gib_per_vcpu? })
    }
}

/// Families with more memory by vCPU, of the same make: `m5` and `r5` of `c5`.
fn richer(family: &str) -> impl Iterator<Item = String> + '_ {
    const KINDS: [char; 3] = ['c', 'm', 'r'];
    let first = family.chars().next();
    let place = KINDS.into_iter().position(|kind| Some(kind) == first);
    let others = place.map_or(&KINDS[3..], |place| &KINDS[place + 1..]);
    others.iter().map(move |kind| format!("{kind}{}", &family[1..]))
}

impl Families {
    pub(crate) fn of(rows: Vec<Factor<Family>>) -> Self {
        let families = rows.into_iter().map(|factor| {
            let sizes = factor.sizes.as_deref().unwrap_or_default().split_whitespace();
            let sizes = sizes.filter_map(|word| Size::of(word, factor.gib_per_vcpu)).collect();
            let architecture = factor.architecture.clone().unwrap_or_default();
            (factor.family.clone(), OneFamily { architecture, sizes })
        });
        Self(families.collect())
    }

    /// The smallest machine that is enough, where it is much smaller than what there is.
    pub(crate) fn smaller(
        &self,
        machine: &str,
        vcpu: &Hours,
        memory: &Hours,
        goal: &Goal,
    ) -> Option<Proposal> {
        let (family, size) = machine.split_once('.')?;
        let own = self.0.get(family)?;
        let now = own.sizes.iter().find(|own| own.name == size)?;
        let memory_is_known = memory.known() >= goal.hours;
        let gib = if memory_is_known { memory.enough(goal) } else { now.gib };
        let enough = vcpu.enough(goal);
        let fits =
            |size: &&Size| size.vcpu >= enough && size.gib >= gib && size.vcpu <= now.vcpu * (1.0 - WORTH);
        let others = richer(family).filter_map(|name| {
            let other = self.0.get_key_value(&name)?;
            (other.1.architecture == own.architecture).then_some(other)
        });
        let mut found: Vec<(&str, &Size)> = Vec::new();
        for (name, one) in self.0.get_key_value(family).into_iter().chain(others) {
            found.extend(one.sizes.iter().filter(fits).map(|size| (name.as_str(), size)));
        }
        // Least vCPU first, then least memory; of equals the family that is there.
        found.sort_by(|(_, one), (_, two)| one.vcpu.total_cmp(&two.vcpu).then(one.gib.total_cmp(&two.gib)));
        let (name, size) = found.first()?;
        let to = format!("{name}.{}", size.name);
        let memory_words = if memory_is_known {
            format!("of {} GiB of memory at most {:.1} are used", now.gib, memory.highest())
        } else {
            format!("memory is not measured, and stays at {} GiB or more", now.gib)
        };
        Some(Proposal {
            code: "right-size.instance",
            title: format!("{machine} to {to}"),
            evidence: format!(
                "of {} vCPU at most {:.2} ({}) are used in {} hours ({}); {memory_words}",
                now.vcpu,
                vcpu.highest(),
                percent(vcpu.highest() / now.vcpu),
                vcpu.known(),
                vcpu.basis(),
            ),
            risk: if vcpu.unknown > 0 {
                format!("demand of {} hours is not known; {NOT_SEEN}", vcpu.unknown)
            } else {
                NOT_SEEN.to_owned()
            },
            confidence: if vcpu.has_peaks && memory_is_known { 0.9 } else { 0.7 },
            changes: vec![Change::value("instance-type", machine, to)],
            best_practices: vec!["aws-wa-2024/SUS05-BP01"],
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_by_the_rule_or_as_stated() {
        let size = |name: &str, vcpu, gib| Size { name: name.to_owned(), vcpu, gib };
        assert_eq!(Size::of("2xlarge", Some(4.0)).unwrap(), size("2xlarge", 8.0, 32.0));
        assert_eq!(Size::of("8xlarge:36/60", Some(1.875)).unwrap(), size("8xlarge", 36.0, 60.0));
        assert_eq!(Size::of("metal", Some(4.0)), None);
        assert_eq!(richer("c5").collect::<Vec<_>>(), ["m5", "r5"]);
        assert_eq!(richer("t3").count(), 0);
    }
}
