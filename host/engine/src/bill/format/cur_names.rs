//! How the columns of CUR are spelt: `lineItem/UsageType` in the CSV files of the legacy report, `line_item_usage_type`
//! in its Parquet files, in Athena and in CUR 2.0.
//!
//! Everything after the header knows the second spelling alone. What decides between the two is the name of a column,
//! never the container.

use std::borrow::Cow;

/// The spelling of a header, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `lineItem/UsageType`
    Slashes,
    /// `line_item_usage_type`
    Words,
}

/// The groups of columns, in both spellings.
const GROUPS: [(&str, &str); 11] = [
    ("identity", "identity"),
    ("bill", "bill"),
    ("lineItem", "line_item"),
    ("product", "product"),
    ("pricing", "pricing"),
    ("reservation", "reservation"),
    ("savingsPlan", "savings_plan"),
    ("splitLineItem", "split_line_item"),
    ("discount", "discount"),
    ("costCategory", "cost_category"),
    ("resourceTags", "resource_tags"),
];

impl Spelling {
    /// The spelling of a header: one column with a slash decides.
    pub(super) fn of(header: &[String]) -> Self {
        if header.iter().any(|name| is_slashed(name)) { Self::Slashes } else { Self::Words }
    }

    /// A column as this spelling has it; for the groups whose names begin with capitals, `bill` and `lineItem`.
    pub(super) fn spell(self, column: &str) -> String {
        let found = GROUPS
            .iter()
            .find_map(|(slashed, words)| Some((*slashed, column.strip_prefix(words)?.strip_prefix('_')?)));
        let (Self::Slashes, Some((group, rest))) = (self, found) else { return column.to_owned() };
        let mut out = format!("{group}/");
        for word in rest.split('_') {
            let mut letters = word.chars();
            out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            out.extend(letters);
        }
        out
    }
}

/// Whether a column is of a group of CUR, in either spelling.
pub(super) fn is_familiar(name: &str) -> bool {
    const USUAL: [&str; 6] = ["line_item_", "bill_", "identity_", "product_", "pricing_", "reservation_"];
    is_slashed(name) || USUAL.iter().any(|group| name.starts_with(group))
}

/// Whether a column is of a group of CUR, in the spelling of the legacy report's CSV files.
pub(super) fn is_slashed(name: &str) -> bool {
    name.split_once('/').is_some_and(|(group, _)| GROUPS.iter().any(|(slashed, _)| group == *slashed))
}

/// The name in words, by the rule that AWS states for Athena: an underscore before each capital and for anything that
/// is no letter or digit, never two of them, none at the ends.
pub(super) fn words(name: &str) -> Cow<'_, str> {
    if !is_slashed(name) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len() + 8);
    for letter in name.chars() {
        let separates = letter.is_ascii_uppercase() || !letter.is_alphanumeric();
        if separates && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        if letter.is_alphanumeric() {
            out.push(letter.to_ascii_lowercase());
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    Cow::Owned(out)
}

/// The key of a tag's own column, as the column spells it: `user:app` or `user_app`.
pub(super) fn tag_key(name: &str) -> Option<&str> {
    name.strip_prefix("resourceTags/").or_else(|| name.strip_prefix("resource_tags_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_name_one_column() {
        for (slashed, worded) in [
            ("lineItem/UsageType", "line_item_usage_type"),
            ("lineItem/LineItemType", "line_item_line_item_type"),
            ("bill/BillingPeriodStartDate", "bill_billing_period_start_date"),
            ("product/regionCode", "product_region_code"),
            ("product/vcpu", "product_vcpu"),
            ("product/ProductName", "product_product_name"),
            ("pricing/publicOnDemandCost", "pricing_public_on_demand_cost"),
            ("reservation/ReservationARN", "reservation_reservation_a_r_n"),
            ("savingsPlan/SavingsPlanEffectiveCost", "savings_plan_savings_plan_effective_cost"),
            ("splitLineItem/ParentResourceId", "split_line_item_parent_resource_id"),
            ("resourceTags/user:Cost Center ", "resource_tags_user_cost_center"),
        ] {
            assert_eq!(words(slashed), worded);
        }
        assert_eq!(words("some/Thing"), "some/Thing", "no column of CUR");
        for column in ["line_item_usage_type", "bill_payer_account_id", "reservation_reservation_a_r_n"] {
            assert_eq!(words(&Spelling::Slashes.spell(column)), column);
            assert_eq!(Spelling::Words.spell(column), column);
        }
    }
}
