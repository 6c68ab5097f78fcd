//! The rows of a Cost and Usage Report, CUR 2.0 (AWS Data Exports, table `COST_AND_USAGE_REPORT`) or legacy.
//!
//! Split cost allocation: rows with a `split_line_item_parent_resource_id` share out a row that is in the report too. They are
//! read as adjustments with their own unblended cost (which is 0) and without a quantity, and are counted in a note: their parent carries the
//! machine and the money, so nothing counts twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Decimal128Array, Float64Array, UInt32Array};

use super::Derived;
use super::cur_layout::CurMap;
use super::cur_rows::{Rows, columns};
use super::cur_rules::{DETAILS, Effective, LineType, detail, reservation_status, user_tags};
use super::fold::{constant, fold, fold_with, nothing};
use crate::bill::calendar;
use crate::bill::column::{BillColumn, ColumnSet, MONEY_PRECISION, MONEY_SCALE};
use crate::bill::fields::{FieldArrays, TextColumn};
use crate::bill::findings::RowNote;
use crate::bill::json;

impl CurMap {
    pub(super) fn derive(&self, wanted: ColumnSet, arrays: &FieldArrays) -> Derived {
        let rows = Rows::new(arrays, self.line_type, self.split_parent);
        let mut derived = Derived::default();
        for column in wanted.iter() {
            if column == BillColumn::EffectiveCost {
                let (array, without) = self.effective(&rows);
                derived.columns.push((column, array));
                if without > 0 {
                    derived.notes.push((
                        RowNote::NoAmortisedCost,
                        "rows under a commitment state no amortised cost: their unblended cost stands in"
                            .into(),
                        without,
                    ));
                }
            } else if let Some(array) = self.column(column, &rows) {
                derived.columns.push((column, array));
            }
        }
        rows.count_notes(&mut derived);
        if wanted.contains(BillColumn::EffectiveCost) {
            derived.unused = self.unused(&rows, &derived.columns);
        }
        derived
    }

    fn column(&self, column: BillColumn, rows: &Rows<'_>) -> Option<ArrayRef> {
        let arrays = rows.arrays;
        let count = arrays.rows;
        let text = |field| arrays.array(field).cloned();
        match column {
            BillColumn::ProviderName => Some(constant(count, "AWS")),
            BillColumn::BillingAccountId => text(self.payer),
            BillColumn::SubAccountId => text(self.usage_account),
            BillColumn::BillingPeriodStart => text(self.period),
            BillColumn::ChargePeriodStart => text(self.start),
            BillColumn::ChargePeriodEnd => text(self.end),
            BillColumn::ChargeYear => arrays
                .instant(self.start)
                .and_then(|start| calendar::categories(start, calendar::Unit::Year).ok()),
            BillColumn::ChargeMonth => arrays
                .instant(self.start)
                .and_then(|start| calendar::categories(start, calendar::Unit::Month).ok()),
            BillColumn::ChargeCategory => Some(fold_with(
                count,
                rows.types_column.as_slice(),
                |row| u32::from(rows.is_split(row)),
                |texts, split| {
                    Some(
                        if split == 1 { "Adjustment" } else { line_type(texts)?.charge_category() }
                            .to_owned(),
                    )
                },
            )),
            BillColumn::ChargeClass => Some(fold(count, rows.types_column.as_slice(), |texts| {
                line_type(texts)?.charge_class().map(str::to_owned)
            })),
            BillColumn::CommitmentDiscountStatus => {
                Some(fold(count, rows.types_column.as_slice(), |texts| {
                    line_type(texts)?.commitment_status().map(str::to_owned)
                }))
            }
            BillColumn::ChargeDescription => text(self.description),
            BillColumn::ServiceName => text(self.product_code),
            BillColumn::SkuMeter => text(self.usage_type),
            BillColumn::Operation => text(self.operation),
            BillColumn::SkuPriceDetails => self.details(arrays),
            BillColumn::RegionId => self.region(arrays),
            BillColumn::ResourceId => text(self.resource),
            BillColumn::Tags => self.tags(arrays),
            BillColumn::ConsumedUnit => text(self.unit),
            BillColumn::ConsumedQuantity => {
                arrays.number(self.amount).map(|amounts| rows.quantities(amounts))
            }
            BillColumn::PricingCategory => Some(self.pricing(rows)),
            BillColumn::CapacityReservationStatus => {
                let columns = columns(arrays, &[self.reservation_status, self.usage_type]);
                let stated = arrays.text(self.reservation_status).is_some();
                Some(fold(count, &columns, |texts| {
                    let (stated, usage) =
                        if stated { (texts.first(), texts.get(1)) } else { (None, texts.first()) };
                    reservation_status(stated.copied().flatten(), usage.copied().flatten()).map(str::to_owned)
                }))
            }
            BillColumn::BillingCurrency => text(self.currency),
            BillColumn::BilledCost => text(self.unblended),
            BillColumn::EffectiveCost => None,
        }
    }

    fn pricing(&self, rows: &Rows<'_>) -> ArrayRef {
        let mut columns: Vec<_> = rows.types_column.clone();
        let term = rows.arrays.text(self.term);
        let usage = rows.arrays.text(self.usage_type);
        columns.extend(term);
        columns.extend(usage);
        let (has_term, has_usage) = (term.is_some(), usage.is_some());
        fold(rows.arrays.rows, &columns, |texts| {
            let term = if has_term { texts.get(1).copied().flatten() } else { None };
            let usage = if has_usage { texts.last().copied().flatten() } else { None };
            line_type(texts)?.pricing_category(term, usage).map(str::to_owned)
        })
    }

    fn details(&self, arrays: &FieldArrays) -> Option<ArrayRef> {
        let product = arrays.text(self.product);
        let own: Vec<_> = self
            .details
            .iter()
            .filter_map(|(place, field)| Some((*place, arrays.text(Some(*field))?)))
            .collect();
        if product.is_none() && own.is_empty() {
            return None;
        }
        let all: Vec<TextColumn<'_>> = own.iter().map(|(_, column)| *column).chain(product).collect();
        let has_product = product.is_some();
        Some(fold(arrays.rows, &all, |texts| {
            let product = if has_product { texts.last().copied().flatten().map(json::members) } else { None };
            let mut facts: BTreeMap<&str, String> = BTreeMap::new();
            for (place, (name, key)) in DETAILS.iter().enumerate() {
                let column = own.iter().position(|(own, _)| *own == place);
                let stated = column.and_then(|column| texts.get(column).copied().flatten());
                let value = stated.or_else(|| product.as_ref()?.get(*key).map(String::as_str));
                if let Some(value) = value.and_then(|value| detail(name, value)) {
                    facts.insert(name, value);
                }
            }
            if facts.is_empty() {
                return None;
            }
            let members: Vec<String> =
                facts.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
            Some(format!("{{{}}}", members.join(",")))
        }))
    }

    fn region(&self, arrays: &FieldArrays) -> Option<ArrayRef> {
        let product = arrays.text(self.product);
        let mut all: Vec<TextColumn<'_>> =
            self.regions.iter().filter_map(|field| arrays.text(Some(*field))).collect();
        let own = all.len();
        if own == 1 && (product.is_none() || all.first().is_some_and(TextColumn::is_full)) {
            return arrays.array(self.regions.first().copied()).cloned();
        }
        all.extend(product);
        if all.is_empty() {
            return None;
        }
        Some(fold(arrays.rows, &all, |texts| {
            let (stated, product) = texts.split_at_checked(own)?;
            if let Some(region) = stated.iter().flatten().next() {
                return Some((*region).to_owned());
            }
            let product = json::members((*product.first()?)?);
            product.get("region_code").or_else(|| product.get("region")).cloned()
        }))
    }

    fn tags(&self, arrays: &FieldArrays) -> Option<ArrayRef> {
        let own: Vec<_> = self
            .tag_columns
            .iter()
            .filter_map(|(key, field)| Some((key, arrays.text(Some(*field))?)))
            .collect();
        let map = arrays.text(self.tags);
        if map.is_none() && own.is_empty() {
            return None;
        }
        let all: Vec<TextColumn<'_>> = own.iter().map(|(_, column)| *column).chain(map).collect();
        let has_map = map.is_some();
        Some(fold(arrays.rows, &all, |texts| {
            let mut tags = if has_map {
                texts.last().copied().flatten().map(json::members).unwrap_or_default()
            } else {
                BTreeMap::new()
            };
            for ((key, _), text) in own.iter().zip(texts) {
                if let Some(text) = text {
                    tags.insert((*key).clone(), (*text).to_owned());
                }
            }
            (!tags.is_empty()).then(|| json::object(user_tags(&tags)))
        }))
    }

    /// The effective cost, and how many covered rows have none of their own.
    fn effective(&self, rows: &Rows<'_>) -> (ArrayRef, u64) {
        let arrays = rows.arrays;
        let arn = arrays.text(self.reservation_arn);
        let plan = arrays.money(self.savings_plan_effective);
        let reservation = arrays.money(self.reservation_effective);
        let mut without = 0;
        let mut values = Vec::with_capacity(arrays.rows);
        for row in 0..arrays.rows {
            let reserved = arn.is_some_and(|arn| arn.code(row).is_some());
            let amortised = match rows.line_type(row).effective(reserved) {
                Effective::Zero => {
                    values.push(0);
                    continue;
                }
                Effective::Unblended => {
                    values.push(arrays.money_at(self.unblended, row));
                    continue;
                }
                Effective::SavingsPlan => plan,
                Effective::Reservation => reservation,
            };
            values.push(if let Some(money) = amortised.filter(|money| !money.is_null(row)) {
                money.value(row)
            } else {
                without += 1;
                arrays.money_at(self.unblended, row)
            });
        }
        (money(values), without)
    }

    /// What a commitment cost without being used, as lines of their own: usage with the status `Unused`, as FOCUS has it.
    fn unused(
        &self,
        rows: &Rows<'_>,
        columns: &[(BillColumn, ArrayRef)],
    ) -> Option<(Vec<(BillColumn, ArrayRef)>, usize)> {
        let arrays = rows.arrays;
        let (mut places, mut costs) = (Vec::new(), Vec::new());
        for row in 0..arrays.rows {
            let cost = match rows.line_type(row) {
                LineType::ReservationFee => self
                    .reservation_unused
                    .iter()
                    .fold(0_i128, |sum, field| sum.saturating_add(arrays.money_at(Some(*field), row))),
                LineType::SavingsPlanRecurringFee => arrays
                    .money_at(self.savings_plan_total, row)
                    .saturating_sub(arrays.money_at(self.savings_plan_used, row)),
                _ => 0,
            };
            if cost != 0 {
                places.push(u32::try_from(row).ok()?);
                costs.push(cost);
            }
        }
        if places.is_empty() {
            return None;
        }
        let count = places.len();
        let places = UInt32Array::from(places);
        let lines = columns
            .iter()
            .filter_map(|(column, array)| {
                let array = match column {
                    BillColumn::ChargeCategory => constant(count, "Usage"),
                    BillColumn::CommitmentDiscountStatus => constant(count, "Unused"),
                    BillColumn::PricingCategory => constant(count, "Committed"),
                    BillColumn::ConsumedUnit => nothing(count),
                    BillColumn::ConsumedQuantity => Arc::new(Float64Array::new_null(count)),
                    BillColumn::BilledCost => money(vec![0; count]),
                    BillColumn::EffectiveCost => money(costs.clone()),
                    _ => arrow::compute::take(array, &places, None).ok()?,
                };
                Some((*column, array))
            })
            .collect();
        Some((lines, count))
    }
}

fn line_type(texts: &[Option<&str>]) -> Option<LineType> {
    Some(LineType::of((*texts.first()?)?))
}

fn money(values: Vec<i128>) -> ArrayRef {
    // The values come from money columns or are sums of two of them.
    match Decimal128Array::from(values).with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE) {
        Ok(array) => Arc::new(array),
        Err(_) => Arc::new(Decimal128Array::from(Vec::<i128>::new())),
    }
}
