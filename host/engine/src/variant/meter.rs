//! What a meter of AWS says of its resource, and the same meter of a resource that has something else.
//!
//! A meter is `REGION-WHAT:TYPE`, such as `EUW2-BoxUsage:m5.large`; in the first region there is no prefix.

/// The meter without the prefix of its region.
pub(super) fn bare(meter: &str) -> &str {
    let Some((prefix, rest)) = meter.split_once('-') else { return meter };
    let is_prefix = (2..=5).contains(&prefix.len())
        && prefix.starts_with(|first: char| first.is_ascii_uppercase())
        && prefix.chars().all(|one| one.is_ascii_uppercase() || one.is_ascii_digit());
    if is_prefix { rest } else { meter }
}

/// Where the machine type stands in a meter, without the prefix of its service: `m5.large` of `db.m5.large`.
fn machine_span(meter: &str) -> Option<(usize, usize)> {
    let begin = meter.rfind(':').map_or(0, |colon| colon + 1);
    let tail = meter.get(begin..)?;
    let mut at = begin;
    let mut before: Option<usize> = None;
    for word in tail.split('.') {
        if let (Some(start), Some(length)) = (before, size_length(word)) {
            return Some((start, at + length));
        }
        before = word.chars().any(|one| one.is_ascii_digit()).then_some(at);
        at += word.len() + 1;
    }
    None
}

/// How much of a word is the size of a machine.
fn size_length(word: &str) -> Option<usize> {
    const NAMES: [&str; 7] = ["nano", "micro", "small", "medium", "large", "xlarge", "metal"];
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = word.get(digits..)?;
    let name = NAMES.into_iter().filter(|name| rest.starts_with(name)).max_by_key(|name| name.len())?;
    let is_whole = !rest.get(name.len()..)?.starts_with(|next: char| next.is_ascii_alphanumeric());
    (is_whole && (digits == 0 || name == "xlarge")).then_some(digits + name.len())
}

/// The machine type that a meter names.
pub(super) fn machine(meter: &str) -> Option<&str> {
    let (from, to) = machine_span(meter)?;
    meter.get(from..to)
}

/// The meter of another machine type.
pub(super) fn with_machine(meter: &str, machine: &str) -> Option<String> {
    let (from, to) = machine_span(meter)?;
    Some([meter.get(..from)?, machine, meter.get(to..)?].concat())
}

/// The family of a machine type: `m5` of `m5.large`.
pub(super) fn family(machine: &str) -> &str {
    machine.split_once('.').map_or(machine, |(family, _)| family)
}

const ARM: &str = "-ARM";

/// The architecture that a meter of functions or container tasks names.
pub(super) fn architecture(meter: &str) -> Option<&'static str> {
    let bare = bare(meter);
    if !bare.starts_with("Lambda-") && !bare.starts_with("Fargate-") && !bare.starts_with("Request") {
        return None;
    }
    Some(if bare.contains(ARM) { "arm64" } else { "x86_64" })
}

/// The meter of another architecture.
pub(super) fn with_architecture(meter: &str, wanted: &str) -> Option<String> {
    let own = architecture(meter)?;
    Some(match wanted {
        same if same == own => meter.to_owned(),
        "x86_64" => meter.replace(ARM, ""),
        "arm64" if bare(meter).starts_with("Fargate-") => meter.replacen("Fargate-", "Fargate-ARM-", 1),
        "arm64" => format!("{meter}{ARM}"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_of_a_meter_is_found_and_replaced() {
        for (meter, machine_of, changed) in [
            ("EUW2-BoxUsage:m5.large", Some("m5.large"), Some("EUW2-BoxUsage:m6g.xlarge")),
            ("BoxUsage:u-6tb1.metal", Some("u-6tb1.metal"), Some("BoxUsage:m6g.xlarge")),
            ("EU-InstanceUsage:db.r5.2xlarge", Some("r5.2xlarge"), Some("EU-InstanceUsage:db.m6g.xlarge")),
            ("USE2-Multi-AZUsage:db.t3.micro", Some("t3.micro"), Some("USE2-Multi-AZUsage:db.m6g.xlarge")),
            ("NodeUsage:cache.r6g.large", Some("r6g.large"), Some("NodeUsage:cache.m6g.xlarge")),
            ("ESInstance:r6g.large.search", Some("r6g.large"), Some("ESInstance:m6g.xlarge.search")),
            ("EU-EBS:VolumeUsage.gp2", None, None),
            ("EUC1-Lambda-GB-Second", None, None),
            ("EU-BoxUsage", None, None),
        ] {
            assert_eq!(machine(meter), machine_of, "{meter}");
            assert_eq!(with_machine(meter, "m6g.xlarge").as_deref(), changed, "{meter}");
        }
        assert_eq!(family("m5.large"), "m5");
    }

    #[test]
    fn the_prefix_of_a_region_is_no_part_of_a_meter() {
        for (meter, without) in [
            ("EUW2-BoxUsage:m5.large", "BoxUsage:m5.large"),
            ("EU-EBS:VolumeUsage.gp2", "EBS:VolumeUsage.gp2"),
            ("BoxUsage:m5.large", "BoxUsage:m5.large"),
            ("Lambda-GB-Second", "Lambda-GB-Second"),
            ("APN1-Lambda-GB-Second-ARM", "Lambda-GB-Second-ARM"),
        ] {
            assert_eq!(bare(meter), without);
        }
    }

    #[test]
    fn the_architecture_of_a_meter_can_be_changed_and_changed_back() {
        for (x86, arm) in [
            ("EUC1-Lambda-GB-Second", "EUC1-Lambda-GB-Second-ARM"),
            ("Request", "Request-ARM"),
            ("EU-Fargate-vCPU-Hours:perCPU", "EU-Fargate-ARM-vCPU-Hours:perCPU"),
        ] {
            assert_eq!(with_architecture(x86, "arm64").as_deref(), Some(arm));
            assert_eq!(with_architecture(arm, "x86_64").as_deref(), Some(x86));
            assert_eq!(with_architecture(arm, "arm64").as_deref(), Some(arm));
        }
        assert_eq!(with_architecture("BoxUsage:m5.large", "arm64"), None);
        assert_eq!(with_architecture("Lambda-GB-Second", "riscv64"), None);
    }
}
