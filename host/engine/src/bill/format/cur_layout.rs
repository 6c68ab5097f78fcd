//! The header of a Cost and Usage Report: CUR 2.0, or the legacy report in either spelling of its columns.
//!
//! Both reports have the same columns where they differ in nothing but the shape: CUR 2.0 has maps (`product`,
//! `resource_tags`) where the legacy report has a column for each fact and tag. Whatever a column is taken from, the rows
//! after it are read by the same rules.

use super::cur_names::{Spelling, is_familiar, tag_key, words};
use super::cur_rules::DETAILS;
use super::{Format, Header, Layout, Map, NoLayout};
use crate::bill::column::{BillColumn, ColumnSet};
use crate::bill::fields::FieldKind;

/// Columns without which no row can be placed, estimated or paid.
const NEEDED: [&str; 10] = [
    "bill_payer_account_id",
    "bill_billing_period_start_date",
    "line_item_line_item_type",
    "line_item_usage_start_date",
    "line_item_usage_account_id",
    "line_item_product_code",
    "line_item_usage_type",
    "line_item_usage_amount",
    "line_item_unblended_cost",
    "line_item_currency_code",
];

/// Columns of their own right whose names are near those of needed ones, and so are never a misspelling of them.
const NEIGHBOURS: [&str; 8] = [
    "bill_billing_period_end_date",
    "bill_payer_account_name",
    "line_item_usage_end_date",
    "line_item_usage_account_name",
    "line_item_blended_cost",
    "line_item_net_unblended_cost",
    "line_item_unblended_rate",
    "line_item_normalized_usage_amount",
];

/// Columns that CUR 2.0 has and the legacy report has not.
const ONLY_IN_2_0: [&str; 8] = [
    "product",
    "resource_tags",
    "cost_category",
    "discount",
    "tags",
    "bill_payer_account_name",
    "line_item_usage_account_name",
    "capacity_reservation_capacity_reservation_status",
];

/// The columns of the group `product_` that CUR 2.0 has beside its map; the legacy report has any number of others.
const PRODUCT_IN_2_0: [&str; 21] = [
    "comment",
    "fee_code",
    "fee_description",
    "from_location",
    "from_location_type",
    "from_region_code",
    "instance_family",
    "instance_type",
    "instancesku",
    "location",
    "location_type",
    "operation",
    "pricing_unit",
    "product_family",
    "region_code",
    "servicecode",
    "sku",
    "to_location",
    "to_location_type",
    "to_region_code",
    "usagetype",
];

/// How many columns of the header are of CUR.
pub(super) fn familiar(header: &[String]) -> usize {
    header.iter().filter(|name| is_familiar(name)).count()
}

/// Which of the reports it is. A query can give CUR 2.0 the very columns of the legacy report; then the name is a matter
/// of taste, and the rows mean the same.
fn format(spelling: Spelling, names: &[String]) -> Format {
    let has = |wanted: &dyn Fn(&str) -> bool| names.iter().any(|name| wanted(name));
    if spelling == Spelling::Slashes {
        return Format::CurLegacy;
    }
    let varying = |name: &str| {
        name.starts_with("resource_tags_")
            || name.starts_with("cost_category_")
            || name.strip_prefix("product_").is_some_and(|key| !PRODUCT_IN_2_0.contains(&key))
    };
    if !has(&|name| ONLY_IN_2_0.contains(&name)) && has(&varying) { Format::CurLegacy } else { Format::Cur20 }
}

/// Places of the columns of CUR in the list of fields.
#[derive(Debug, Default)]
pub(super) struct CurMap {
    pub(super) line_type: Option<usize>,
    pub(super) usage_account: Option<usize>,
    pub(super) payer: Option<usize>,
    pub(super) period: Option<usize>,
    pub(super) start: Option<usize>,
    pub(super) end: Option<usize>,
    pub(super) description: Option<usize>,
    pub(super) product_code: Option<usize>,
    pub(super) usage_type: Option<usize>,
    pub(super) operation: Option<usize>,
    pub(super) regions: Vec<usize>,
    pub(super) resource: Option<usize>,
    pub(super) unit: Option<usize>,
    pub(super) amount: Option<usize>,
    pub(super) term: Option<usize>,
    pub(super) reservation_status: Option<usize>,
    pub(super) currency: Option<usize>,
    pub(super) unblended: Option<usize>,
    pub(super) savings_plan_effective: Option<usize>,
    pub(super) reservation_effective: Option<usize>,
    pub(super) reservation_arn: Option<usize>,
    /// Unused parts of a reservation, in its `RIFee` row.
    pub(super) reservation_unused: Vec<usize>,
    pub(super) savings_plan_total: Option<usize>,
    pub(super) savings_plan_used: Option<usize>,
    pub(super) split_parent: Option<usize>,
    pub(super) product: Option<usize>,
    /// Place in [`DETAILS`] and field.
    pub(super) details: Vec<(usize, usize)>,
    pub(super) tags: Option<usize>,
    /// Key and field of tags that have a column of their own: in the legacy report, or because a query has taken them
    /// out of the map.
    pub(super) tag_columns: Vec<(String, usize)>,
}

/// The layout of a Cost and Usage Report.
///
/// # Errors
/// A needed column is missing, or a column that is read is there twice, be it in two spellings.
pub(super) fn layout(names: &[String]) -> Result<Layout, NoLayout> {
    use FieldKind::{Instant, Money, Number, Object, Text};
    let spelling = Spelling::of(names);
    let format = format(spelling, names);
    let mut header = Header::spelt(names, names.iter().map(|name| words(name).into_owned()).collect());
    header.need(format, &NEEDED, &NEIGHBOURS, |column| spelling.spell(column))?;
    let mut map = CurMap {
        line_type: header.field("line_item_line_item_type", Text, true),
        usage_account: header.field("line_item_usage_account_id", Text, false),
        payer: header.field("bill_payer_account_id", Text, false),
        period: header.field("bill_billing_period_start_date", Instant, false),
        start: header.field("line_item_usage_start_date", Instant, true),
        end: header.field("line_item_usage_end_date", Instant, false),
        description: header.field("line_item_line_item_description", Text, false),
        product_code: header.field("line_item_product_code", Text, false),
        usage_type: header.field("line_item_usage_type", Text, false),
        operation: header.field("line_item_operation", Text, false),
        resource: header.field("line_item_resource_id", Text, false),
        unit: header.field("pricing_unit", Text, false),
        amount: header.field("line_item_usage_amount", Number, false),
        term: header.field("pricing_term", Text, false),
        reservation_status: header.field("capacity_reservation_capacity_reservation_status", Text, false),
        currency: header.field("line_item_currency_code", Text, true),
        unblended: header.field("line_item_unblended_cost", Money, true),
        savings_plan_effective: header.field("savings_plan_savings_plan_effective_cost", Money, false),
        reservation_effective: header.field("reservation_effective_cost", Money, false),
        reservation_arn: header.field("reservation_reservation_a_r_n", Text, false),
        savings_plan_total: header.field("savings_plan_total_commitment_to_date", Money, false),
        savings_plan_used: header.field("savings_plan_used_commitment", Money, false),
        split_parent: header.field("split_line_item_parent_resource_id", Text, false),
        product: header.field("product", Object, false),
        tags: header.field("resource_tags", Object, false),
        ..CurMap::default()
    };
    for name in ["product_region_code", "product_region"] {
        map.regions.extend(header.field(name, Text, false));
    }
    for name in
        ["reservation_unused_amortized_upfront_fee_for_billing_period", "reservation_unused_recurring_fee"]
    {
        map.reservation_unused.extend(header.field(name, Money, false));
    }
    for (place, (_, key)) in DETAILS.iter().enumerate() {
        map.details.extend(header.field(&format!("product_{key}"), Text, false).map(|field| (place, field)));
    }
    let line_id = header.field("identity_line_item_id", Text, false);
    header.once(format)?;
    // By place: the keys `App` and `app` are two tags, and one column name in words.
    for (place, name) in names.iter().enumerate() {
        if let Some(key) = tag_key(name) {
            map.tag_columns.push((key.to_owned(), header.field_at(place, name, Text, false)));
        }
    }
    Ok(Layout {
        format,
        account: map.payer,
        period: map.period,
        line_id,
        notes: Vec::new(),
        fields: header.fields,
        map: Map::Cur(Box::new(map)),
    })
}

impl CurMap {
    pub(super) fn fields_for(&self, wanted: ColumnSet) -> Vec<usize> {
        let mut fields: Vec<usize> = wanted.iter().flat_map(|column| self.fields_of(column)).collect();
        // The unused commitment is a line of its own: every column of it is wanted with the money.
        if wanted.contains(BillColumn::EffectiveCost) {
            fields.extend(self.line_type);
        }
        fields
    }

    fn fields_of(&self, column: BillColumn) -> Vec<usize> {
        let of = |fields: &[Option<usize>]| fields.iter().flatten().copied().collect::<Vec<_>>();
        match column {
            BillColumn::ProviderName => Vec::new(),
            BillColumn::BillingAccountId => of(&[self.payer]),
            BillColumn::SubAccountId => of(&[self.usage_account]),
            BillColumn::BillingPeriodStart => of(&[self.period]),
            BillColumn::ChargePeriodStart | BillColumn::ChargeYear | BillColumn::ChargeMonth => {
                of(&[self.start])
            }
            BillColumn::ChargePeriodEnd => of(&[self.end]),
            BillColumn::ChargeCategory => of(&[self.line_type, self.split_parent]),
            BillColumn::ChargeClass | BillColumn::CommitmentDiscountStatus => of(&[self.line_type]),
            BillColumn::ChargeDescription => of(&[self.description]),
            BillColumn::ServiceName => of(&[self.product_code]),
            BillColumn::SkuMeter => of(&[self.usage_type]),
            BillColumn::Operation => of(&[self.operation]),
            BillColumn::SkuPriceDetails => {
                of(&[self.product]).into_iter().chain(self.details.iter().map(|(_, field)| *field)).collect()
            }
            BillColumn::RegionId => {
                of(&[self.product]).into_iter().chain(self.regions.iter().copied()).collect()
            }
            BillColumn::ResourceId => of(&[self.resource]),
            BillColumn::Tags => {
                of(&[self.tags]).into_iter().chain(self.tag_columns.iter().map(|(_, field)| *field)).collect()
            }
            BillColumn::ConsumedUnit => of(&[self.unit]),
            BillColumn::ConsumedQuantity => of(&[self.amount, self.line_type, self.split_parent]),
            BillColumn::PricingCategory => of(&[self.line_type, self.term, self.usage_type]),
            BillColumn::CapacityReservationStatus => of(&[self.reservation_status, self.usage_type]),
            BillColumn::BillingCurrency => of(&[self.currency]),
            BillColumn::BilledCost => of(&[self.unblended]),
            BillColumn::EffectiveCost => of(&[
                self.line_type,
                self.unblended,
                self.savings_plan_effective,
                self.reservation_effective,
                self.reservation_arn,
                self.savings_plan_total,
                self.savings_plan_used,
            ])
            .into_iter()
            .chain(self.reservation_unused.iter().copied())
            .collect(),
        }
    }
}
