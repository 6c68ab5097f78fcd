//! FOCUS 1.0, 1.1 and 1.2 (`FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec`, tags v1.0, v1.1, v1.2).
//!
//! The columns of the AWS export of 1.0, `x_UsageType`, `x_Operation` and `x_ServiceCode`, stand in for `SkuMeter` and
//! the like where a row has none.

use arrow::array::AsArray;
use arrow::datatypes::Int32Type;

use super::fold::replace;
use super::{Derived, Fault, Format, Header, Layout, Map, NoLayout};
use crate::bill::calendar;
use crate::bill::column::{BillColumn, ColumnKind, ColumnSet};
use crate::bill::fields::{FieldArrays, FieldKind};

/// The 57 columns of FOCUS 1.2 with the version that brought them.
#[rustfmt::skip]
const COLUMNS: [(&str, u8); 57] = [
    ("AvailabilityZone", 0), ("BilledCost", 0), ("BillingAccountId", 0), ("BillingAccountName", 0),
    ("BillingAccountType", 2), ("BillingCurrency", 0), ("BillingPeriodEnd", 0), ("BillingPeriodStart", 0),
    ("CapacityReservationId", 1), ("CapacityReservationStatus", 1), ("ChargeCategory", 0), ("ChargeClass", 0),
    ("ChargeDescription", 0), ("ChargeFrequency", 0), ("ChargePeriodEnd", 0), ("ChargePeriodStart", 0),
    ("CommitmentDiscountCategory", 0), ("CommitmentDiscountId", 0), ("CommitmentDiscountName", 0),
    ("CommitmentDiscountQuantity", 1), ("CommitmentDiscountStatus", 0), ("CommitmentDiscountType", 0),
    ("CommitmentDiscountUnit", 1), ("ConsumedQuantity", 0), ("ConsumedUnit", 0), ("ContractedCost", 0),
    ("ContractedUnitPrice", 0), ("EffectiveCost", 0), ("InvoiceId", 2), ("InvoiceIssuerName", 0), ("ListCost", 0),
    ("ListUnitPrice", 0), ("PricingCategory", 0), ("PricingCurrency", 2), ("PricingCurrencyContractedUnitPrice", 2),
    ("PricingCurrencyEffectiveCost", 2), ("PricingCurrencyListUnitPrice", 2), ("PricingQuantity", 0),
    ("PricingUnit", 0), ("ProviderName", 0), ("PublisherName", 0), ("RegionId", 0), ("RegionName", 0),
    ("ResourceId", 0), ("ResourceName", 0), ("ResourceType", 0), ("ServiceCategory", 0), ("ServiceName", 0),
    ("ServiceSubcategory", 1), ("SkuId", 0), ("SkuMeter", 1), ("SkuPriceDetails", 1), ("SkuPriceId", 0),
    ("SubAccountId", 0), ("SubAccountName", 0), ("SubAccountType", 2), ("Tags", 0),
];

/// Columns without which no row can be placed, estimated or paid.
const NEEDED: [&str; 11] = [
    "BilledCost",
    "EffectiveCost",
    "BillingCurrency",
    "BillingAccountId",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ServiceName",
];

/// The columns that a standard column is taken from: the first that has a value in the row.
fn sources(column: BillColumn) -> &'static [&'static str] {
    match column {
        BillColumn::ProviderName => &["ProviderName", "ServiceProviderName"],
        BillColumn::BillingAccountId => &["BillingAccountId"],
        BillColumn::SubAccountId => &["SubAccountId"],
        BillColumn::BillingPeriodStart => &["BillingPeriodStart"],
        BillColumn::ChargePeriodStart | BillColumn::ChargeYear | BillColumn::ChargeMonth => {
            &["ChargePeriodStart"]
        }
        BillColumn::ChargePeriodEnd => &["ChargePeriodEnd"],
        BillColumn::ChargeCategory => &["ChargeCategory"],
        BillColumn::ChargeClass => &["ChargeClass"],
        BillColumn::ChargeDescription => &["ChargeDescription"],
        BillColumn::ServiceName => &["ServiceName", "x_ServiceCode"],
        BillColumn::SkuMeter => &["SkuMeter", "x_UsageType"],
        BillColumn::Operation => &["x_Operation"],
        BillColumn::SkuPriceDetails => &["SkuPriceDetails"],
        BillColumn::RegionId => &["RegionId"],
        BillColumn::ResourceId => &["ResourceId"],
        BillColumn::Tags => &["Tags"],
        BillColumn::ConsumedUnit => &["ConsumedUnit"],
        BillColumn::ConsumedQuantity => &["ConsumedQuantity"],
        BillColumn::PricingCategory => &["PricingCategory"],
        BillColumn::CommitmentDiscountStatus => &["CommitmentDiscountStatus"],
        BillColumn::CapacityReservationStatus => &["CapacityReservationStatus"],
        BillColumn::BillingCurrency => &["BillingCurrency"],
        BillColumn::BilledCost => &["BilledCost"],
        BillColumn::EffectiveCost => &["EffectiveCost"],
    }
}

/// Columns that no row may leave empty.
fn filled(column: BillColumn) -> bool {
    matches!(
        column,
        BillColumn::BilledCost
            | BillColumn::EffectiveCost
            | BillColumn::BillingCurrency
            | BillColumn::ChargeCategory
            | BillColumn::ChargePeriodStart
    )
}

fn kind(column: BillColumn) -> FieldKind {
    match column {
        BillColumn::Tags | BillColumn::SkuPriceDetails => FieldKind::Object,
        BillColumn::ChargeYear | BillColumn::ChargeMonth => FieldKind::Instant,
        _ => match column.kind() {
            ColumnKind::Category => FieldKind::Text,
            ColumnKind::Number => FieldKind::Number,
            ColumnKind::Decimal => FieldKind::Money,
            ColumnKind::Instant => FieldKind::Instant,
        },
    }
}

/// How many columns of the header are FOCUS columns.
pub(super) fn familiar(header: &[String]) -> usize {
    header.iter().filter(|name| COLUMNS.iter().any(|(known, _)| name.eq_ignore_ascii_case(known))).count()
}

/// The layout of a FOCUS file.
pub(super) fn layout(names: &[String]) -> Result<Layout, NoLayout> {
    let newest = COLUMNS
        .iter()
        .filter(|(known, _)| names.iter().any(|name| name.eq_ignore_ascii_case(known)))
        .map(|(_, since)| *since)
        .max();
    let format = match newest {
        Some(2) => Format::Focus12,
        Some(1) => Format::Focus11,
        _ => Format::Focus10,
    };
    let mut header = Header::new(names);
    header.need(format, &NEEDED, &[], str::to_owned)?;
    let mut map = FocusMap { sources: vec![Vec::new(); BillColumn::ALL.len()] };
    for column in BillColumn::ALL {
        let found: Vec<usize> = sources(*column)
            .iter()
            .filter_map(|name| header.field(name, kind(*column), filled(*column)))
            .collect();
        if let Some(sources) = map.sources.get_mut(column.index()) {
            *sources = found;
        }
    }
    header.once(format)?;
    let mut notes = Vec::new();
    let read = |name: &str| {
        BillColumn::ALL
            .iter()
            .any(|column| sources(*column).iter().any(|source| source.eq_ignore_ascii_case(name)))
    };
    let unknown: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| {
            !name.is_empty()
                && !name.starts_with("x_")
                && !read(name)
                && !COLUMNS.iter().any(|(known, _)| name.eq_ignore_ascii_case(known))
        })
        .collect();
    if !unknown.is_empty() {
        notes.push((
            "bill.unknown-columns",
            format!("columns that FOCUS 1.2 does not have are not read: {}", super::few(&unknown)),
        ));
    }
    let first = |column: BillColumn| map.of(column).first().copied();
    Ok(Layout {
        format,
        account: first(BillColumn::BillingAccountId),
        period: first(BillColumn::BillingPeriodStart),
        line_id: None,
        notes,
        fields: header.fields,
        map: Map::Focus(map),
    })
}

/// For each standard column the fields that give it.
#[derive(Debug)]
pub(super) struct FocusMap {
    sources: Vec<Vec<usize>>,
}

impl FocusMap {
    fn of(&self, column: BillColumn) -> &[usize] {
        self.sources.get(column.index()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn fields_for(&self, wanted: ColumnSet) -> Vec<usize> {
        wanted.iter().flat_map(|column| self.of(column).iter().copied()).collect()
    }

    pub(super) fn derive(&self, wanted: ColumnSet, arrays: &FieldArrays) -> Result<Derived, Fault> {
        let mut derived = Derived::default();
        for column in wanted.iter() {
            let fields = self.of(column);
            let array = match column {
                BillColumn::ChargeYear | BillColumn::ChargeMonth => {
                    let unit = if column == BillColumn::ChargeYear {
                        calendar::Unit::Year
                    } else {
                        calendar::Unit::Month
                    };
                    // The readers only let instants through that a calendar holds.
                    arrays
                        .instant(fields.first().copied())
                        .and_then(|start| calendar::categories(start, unit).ok())
                }
                _ if column.kind() == ColumnKind::Category => arrays.first_text(fields),
                _ => arrays.array(fields.first().copied()).cloned(),
            };
            let Some(mut array) = array else { continue };
            if column == BillColumn::ChargeCategory {
                array = categories(&array, fields)?;
            }
            derived.columns.push((column, array));
        }
        Ok(derived)
    }
}

/// Holds charge categories against the five that FOCUS has, and spells them as FOCUS does.
fn categories(array: &arrow::array::ArrayRef, fields: &[usize]) -> Result<arrow::array::ArrayRef, Fault> {
    const KNOWN: [&str; 5] = ["Usage", "Purchase", "Tax", "Credit", "Adjustment"];
    let known = |text: &str| KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(text));
    let Some(column) = array.as_dictionary_opt::<Int32Type>() else { return Ok(array.clone()) };
    let Some(values) = column.values().as_string_opt::<i32>() else { return Ok(array.clone()) };
    if values.iter().flatten().all(|text| KNOWN.contains(&text)) {
        return Ok(array.clone());
    }
    let strange: Vec<bool> =
        values.iter().map(|text| text.is_none_or(|text| known(text).is_none())).collect();
    for row in 0..column.len() {
        let Some(code) = column.key(row) else { continue };
        if strange.get(code) == Some(&true) {
            return Err(Fault {
                row,
                field: fields.first().copied().unwrap_or_default(),
                found: crate::bill::error::shown(values.value(code).as_bytes()),
                expected: "`Usage`, `Purchase`, `Tax`, `Credit` or `Adjustment`",
            });
        }
    }
    Ok(replace(array, |text| known(text).unwrap_or(text).to_owned()).unwrap_or_else(|| array.clone()))
}
