//! What the line types of CUR mean, in the words of FOCUS, and what of their cost is effective cost (METHOD, section 2).

use std::collections::BTreeMap;

/// `line_item_line_item_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineType {
    Usage,
    DiscountedUsage,
    SavingsPlanCoveredUsage,
    SavingsPlanNegation,
    ReservationFee,
    Fee,
    SavingsPlanRecurringFee,
    SavingsPlanUpfrontFee,
    Credit,
    Refund,
    Tax,
    /// `EdpDiscount`, `PrivateRateDiscount`, `BundledDiscount` …
    Discount,
    /// A line type that is not in the documentation of CUR.
    Unknown,
}

impl LineType {
    pub(super) fn of(text: &str) -> Self {
        match text {
            "Usage" => Self::Usage,
            "DiscountedUsage" => Self::DiscountedUsage,
            "SavingsPlanCoveredUsage" => Self::SavingsPlanCoveredUsage,
            "SavingsPlanNegation" => Self::SavingsPlanNegation,
            "RIFee" => Self::ReservationFee,
            "Fee" => Self::Fee,
            "SavingsPlanRecurringFee" => Self::SavingsPlanRecurringFee,
            "SavingsPlanUpfrontFee" => Self::SavingsPlanUpfrontFee,
            "Credit" => Self::Credit,
            "Refund" => Self::Refund,
            "Tax" => Self::Tax,
            text if text.ends_with("Discount") => Self::Discount,
            _ => Self::Unknown,
        }
    }

    /// Whether the line stands for something that ran.
    pub(super) fn is_physical(self) -> bool {
        matches!(self, Self::Usage | Self::DiscountedUsage | Self::SavingsPlanCoveredUsage)
    }

    /// `ChargeCategory` of FOCUS.
    pub(super) fn charge_category(self) -> &'static str {
        match self {
            Self::Usage | Self::DiscountedUsage | Self::SavingsPlanCoveredUsage => "Usage",
            Self::ReservationFee
            | Self::Fee
            | Self::SavingsPlanRecurringFee
            | Self::SavingsPlanUpfrontFee => "Purchase",
            Self::Credit => "Credit",
            Self::Tax => "Tax",
            Self::SavingsPlanNegation | Self::Refund | Self::Discount | Self::Unknown => "Adjustment",
        }
    }

    /// `ChargeClass` of FOCUS.
    pub(super) fn charge_class(self) -> Option<&'static str> {
        (self == Self::Refund).then_some("Correction")
    }

    /// `CommitmentDiscountStatus` of FOCUS.
    pub(super) fn commitment_status(self) -> Option<&'static str> {
        matches!(self, Self::DiscountedUsage | Self::SavingsPlanCoveredUsage).then_some("Used")
    }

    /// `PricingCategory` of FOCUS, from the line type, the pricing term and the usage type.
    pub(super) fn pricing_category(
        self,
        term: Option<&str>,
        usage_type: Option<&str>,
    ) -> Option<&'static str> {
        match self {
            Self::DiscountedUsage
            | Self::SavingsPlanCoveredUsage
            | Self::ReservationFee
            | Self::SavingsPlanRecurringFee
            | Self::SavingsPlanUpfrontFee => return Some("Committed"),
            Self::Usage => {}
            _ => return None,
        }
        if term == Some("Spot") || usage_type.is_some_and(|usage| usage.contains("SpotUsage")) {
            return Some("Dynamic");
        }
        match term {
            Some("Reserved") => Some("Committed"),
            _ => Some("Standard"),
        }
    }

    /// Which cost of the row is its effective cost.
    pub(super) fn effective(self, has_reservation: bool) -> Effective {
        match self {
            Self::SavingsPlanCoveredUsage => Effective::SavingsPlan,
            Self::DiscountedUsage => Effective::Reservation,
            Self::SavingsPlanNegation
            | Self::ReservationFee
            | Self::SavingsPlanRecurringFee
            | Self::SavingsPlanUpfrontFee => Effective::Zero,
            Self::Fee if has_reservation => Effective::Zero,
            _ => Effective::Unblended,
        }
    }
}

/// A cost column of CUR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effective {
    /// `line_item_unblended_cost`
    Unblended,
    /// `savings_plan_savings_plan_effective_cost`
    SavingsPlan,
    /// `reservation_effective_cost`
    Reservation,
    /// Its cost is in the rows that it covers, or is unused commitment.
    Zero,
}

/// A capacity reservation's status from the usage type, where the report has no column for it.
pub(super) fn reservation_status(stated: Option<&str>, usage_type: Option<&str>) -> Option<&'static str> {
    match stated {
        Some(status) if status.eq_ignore_ascii_case("Unused") => return Some("Unused"),
        Some(status) if status.eq_ignore_ascii_case("Used") => return Some("Used"),
        _ => {}
    }
    usage_type.filter(|usage| usage.contains("UnusedBox:") || usage.contains("UnusedDed:")).map(|_| "Unused")
}

/// Facts of the product under the names that FOCUS 1.2 gives them in `SkuPriceDetails`: name, key in the `product` map.
/// The column of its own has `product_` before the key.
pub(super) const DETAILS: [(&str, &str); 8] = [
    ("InstanceType", "instance_type"),
    ("CoreCount", "vcpu"),
    ("MemorySize", "memory"),
    ("GpuCount", "gpu"),
    ("OperatingSystem", "operating_system"),
    ("DiskType", "volume_api_name"),
    ("Redundancy", "deployment_option"),
    ("StorageClass", "storage_class"),
];

/// A detail as JSON: counts and sizes as numbers (GiB for memory), anything else as text.
pub(super) fn detail(name: &str, value: &str) -> Option<String> {
    let value = value.trim();
    if value.is_empty() || value.eq_ignore_ascii_case("na") || value == "NULL" {
        return None;
    }
    if matches!(name, "CoreCount" | "MemorySize" | "GpuCount") {
        // `1,952 GiB` is 1952.
        let number: String = value.trim_end_matches("GiB").trim().chars().filter(|c| *c != ',').collect();
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if plain && serde_json::from_str::<f64>(&number).is_ok() {
            return Some(number);
        }
    }
    let mut out = String::new();
    crate::bill::json::string(value, &mut out)?;
    Some(out)
}

/// Tags of CUR under the keys that the user gave: CUR puts `user_` or `user:` before them, FOCUS does not. A key that is
/// there with and without the prefix keeps it.
pub(super) fn user_tags(tags: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    tags.iter()
        .map(|(key, value)| {
            let short = key.strip_prefix("user_").or_else(|| key.strip_prefix("user:"));
            let key = short.filter(|short| !short.is_empty() && !tags.contains_key(*short)).unwrap_or(key);
            (key, value.as_str())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_the_product_have_the_names_and_units_of_focus() {
        assert_eq!(detail("MemorySize", "1,952 GiB").as_deref(), Some("1952"));
        assert_eq!(detail("MemorySize", "7.5 GiB").as_deref(), Some("7.5"));
        assert_eq!(detail("CoreCount", "4").as_deref(), Some("4"));
        assert_eq!(detail("MemorySize", "NA"), None);
        assert_eq!(detail("MemorySize", "32 MB").as_deref(), Some("\"32 MB\""));
        assert_eq!(detail("InstanceType", "m6g.large").as_deref(), Some("\"m6g.large\""));
    }

    #[test]
    fn a_tag_is_found_under_the_key_that_the_user_gave() {
        let tags = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<BTreeMap<_, _>>()
        };
        let given = tags(&[("user_team", "shop"), ("aws_created_by", "x"), ("user_env", "a"), ("env", "b")]);
        let found: Vec<_> = user_tags(&given).into_iter().collect();
        assert_eq!(found, [("aws_created_by", "x"), ("env", "b"), ("team", "shop"), ("user_env", "a")]);
    }
}
