//! From pages of Cost Explorer to a bill in the columns of FOCUS 1.2.
//!
//! Days of services and usage types, without resources: Cost Explorer does not tell them by day for longer than two weeks.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use joulework_units::Money;

use super::page::{Group, Page, Results};
use crate::days::next_month;
use crate::error::AwsError;
use crate::pages::write_whole;

const HEADER: &str = "ProviderName,BillingAccountId,SubAccountId,BillingPeriodStart,BillingPeriodEnd,\
ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeClass,ChargeDescription,ServiceName,RegionId,SkuMeter,\
ConsumedQuantity,ConsumedUnit,BilledCost,EffectiveCost,BillingCurrency,x_Estimated\n";

/// What a bill came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) rows: u64,
    /// Days with figures that may still change.
    pub(crate) estimated: u64,
    pub(crate) billed: Money,
}

/// Writes the bill of a month from its pages, without the accounts that are on another bill already.
pub(crate) fn write(path: &Path, pages: &[PathBuf], known: &BTreeSet<String>) -> Result<Written, AwsError> {
    let mut text = HEADER.to_owned();
    let mut written = Written::default();
    let mut estimated = BTreeSet::new();
    for file in pages {
        let page = Page::read(file)?;
        let refuse = |reason: String| AwsError::Page { file: file.clone(), reason };
        for results in &page.results_by_time {
            for group in &results.groups {
                let row = Row::of(&page, results, group).map_err(refuse)?;
                if known.contains(row.account) {
                    continue;
                }
                written.billed = written.billed.checked_add(row.billed).map_err(|e| refuse(e.to_string()))?;
                written.rows += 1;
                if results.estimated {
                    estimated.insert(results.time_period.start.clone());
                }
                row.write(&mut text);
            }
        }
    }
    written.estimated = estimated.len() as u64;
    write_whole(path, text.as_bytes())?;
    Ok(written)
}

/// A row of the bill.
struct Row<'a> {
    payer: &'a str,
    account: &'a str,
    region: &'a str,
    start: &'a str,
    end: &'a str,
    category: &'static str,
    class: &'static str,
    description: &'a str,
    service: &'a str,
    meter: &'a str,
    quantity: Option<(&'a str, &'a str)>,
    billed: Money,
    effective: Money,
    currency: &'a str,
    is_estimated: bool,
}

impl<'a> Row<'a> {
    fn of(page: &'a Page, results: &'a Results, group: &'a Group) -> Result<Self, String> {
        let [first, second] = group.keys.as_slice() else {
            return Err(format!("a group has the keys {:?}, expected two", group.keys));
        };
        let cost = group.metrics.get("UnblendedCost").ok_or("a group has no UnblendedCost")?;
        let (billed, effective) = (group.money("UnblendedCost")?, group.money("AmortizedCost")?);
        let usage = page.request.held("RECORD_TYPE").is_some();
        let common = Self {
            payer: &page.account_id,
            account: first,
            region: "",
            start: &results.time_period.start,
            end: &results.time_period.end,
            category: "Usage",
            class: "",
            description: "",
            service: "",
            meter: "",
            quantity: None,
            billed,
            effective,
            currency: &cost.unit,
            is_estimated: results.estimated,
        };
        if !usage {
            let (category, class) = category(second);
            return Ok(Self { category, class, description: second, ..common });
        }
        // A quantity counts only where one unit is meant: Cost Explorer adds hours to requests and writes `N/A` then.
        let quantity = group
            .metrics
            .get("UsageQuantity")
            .filter(|quantity| !quantity.unit.is_empty() && quantity.unit != "N/A")
            .map(|quantity| (quantity.amount.as_str(), quantity.unit.as_str()));
        let region = page.request.held("REGION").unwrap_or_default();
        let is_nowhere = matches!(region, "NoRegion" | "global" | "No Region");
        Ok(Self {
            account: page.request.held("LINKED_ACCOUNT").unwrap_or(&page.account_id),
            region: if is_nowhere { "" } else { region },
            service: first,
            meter: second,
            quantity,
            ..common
        })
    }

    fn write(&self, text: &mut String) {
        let month = self.start.parse().map(jiff::civil::Date::first_of_month).ok();
        let month_end = month.map(next_month);
        let day =
            |day: Option<jiff::civil::Date>| day.map(|day| midnight(&day.to_string())).unwrap_or_default();
        let (quantity, unit) = self.quantity.unwrap_or_default();
        let fields = [
            "AWS",
            self.payer,
            self.account,
            &day(month),
            &day(month_end),
            &midnight(self.start),
            &midnight(self.end),
            self.category,
            self.class,
            self.description,
            self.service,
            self.region,
            self.meter,
            quantity,
            unit,
            &self.billed.to_string(),
            &self.effective.to_string(),
            self.currency,
            if self.is_estimated { "true" } else { "false" },
        ];
        for (number, field) in fields.into_iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            if field.contains([',', '"', '\n', '\r']) {
                text.extend(["\"", &field.replace('"', "\"\""), "\""]);
            } else {
                text.push_str(field);
            }
        }
        text.push('\n');
    }
}

/// The instant at which a day begins.
fn midnight(day: &str) -> String {
    [day, "T00:00:00Z"].concat()
}

/// Category and class of FOCUS for a record type, as the reader of CUR has them for line types.
fn category(record: &str) -> (&'static str, &'static str) {
    match record {
        "Credit" => ("Credit", ""),
        "Tax" => ("Tax", ""),
        "Refund" => ("Adjustment", "Correction"),
        "SavingsPlanNegation" => ("Adjustment", ""),
        "Support" | "Upfront" | "Recurring" => ("Purchase", ""),
        text if text.to_ascii_lowercase().ends_with("fee") => ("Purchase", ""),
        _ => ("Adjustment", ""),
    }
}
