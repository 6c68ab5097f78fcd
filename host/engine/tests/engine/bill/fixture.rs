//! Small bills, written by the tests that read them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use joulework_engine::bill::{
    Bill, BillColumn, BillError, BillOptions, ColumnSet, Origin, Overlap, Source, UsageBatch,
};
use joulework_units::Money;

/// A folder that is gone after the test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create(&path).unwrap().write_all(bytes.as_ref()).unwrap();
        path
    }
}

pub(crate) fn gz(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// Columns of the legacy CUR as AWS spells them in CSV files and in Athena.
#[rustfmt::skip]
const SPELLINGS: [(&str, &str); 36] = [
    ("identity/LineItemId", "identity_line_item_id"),
    ("bill/PayerAccountId", "bill_payer_account_id"),
    ("bill/BillingPeriodStartDate", "bill_billing_period_start_date"),
    ("lineItem/UsageAccountId", "line_item_usage_account_id"),
    ("lineItem/LineItemType", "line_item_line_item_type"),
    ("lineItem/UsageStartDate", "line_item_usage_start_date"),
    ("lineItem/UsageEndDate", "line_item_usage_end_date"),
    ("lineItem/ProductCode", "line_item_product_code"),
    ("lineItem/UsageType", "line_item_usage_type"),
    ("lineItem/Operation", "line_item_operation"),
    ("lineItem/UsageAmount", "line_item_usage_amount"),
    ("lineItem/CurrencyCode", "line_item_currency_code"),
    ("lineItem/UnblendedCost", "line_item_unblended_cost"),
    ("lineItem/BlendedCost", "line_item_blended_cost"),
    ("lineItem/LineItemDescription", "line_item_line_item_description"),
    ("lineItem/ResourceId", "line_item_resource_id"),
    ("pricing/unit", "pricing_unit"),
    ("pricing/term", "pricing_term"),
    ("product/region", "product_region"),
    ("product/regionCode", "product_region_code"),
    ("product/instanceType", "product_instance_type"),
    ("product/operatingSystem", "product_operating_system"),
    ("product/vcpu", "product_vcpu"),
    ("product/memory", "product_memory"),
    ("reservation/ReservationARN", "reservation_reservation_a_r_n"),
    ("reservation/EffectiveCost", "reservation_effective_cost"),
    ("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod", "reservation_unused_amortized_upfront_fee_for_billing_period"),
    ("reservation/UnusedRecurringFee", "reservation_unused_recurring_fee"),
    ("savingsPlan/SavingsPlanEffectiveCost", "savings_plan_savings_plan_effective_cost"),
    ("savingsPlan/TotalCommitmentToDate", "savings_plan_total_commitment_to_date"),
    ("savingsPlan/UsedCommitment", "savings_plan_used_commitment"),
    ("splitLineItem/ParentResourceId", "split_line_item_parent_resource_id"),
    ("resourceTags/aws:createdBy", "resource_tags_aws_created_by"),
    ("resourceTags/user:team", "resource_tags_user_team"),
    ("resourceTags/user:CostCenter", "resource_tags_user_cost_center"),
    ("costCategory/Stage", "cost_category_stage"),
];

/// A table of text, with a row of defaults that each row changes in part.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    defaults: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// FOCUS 1.0: one row of Lambda per row that is added.
    pub(crate) fn focus() -> Self {
        Self::new(&[
            ("BilledCost", "0.00000080000"),
            ("BillingAccountId", "012345678901"),
            ("BillingCurrency", "USD"),
            ("BillingPeriodEnd", "2025-04-01 00:00:00"),
            ("BillingPeriodStart", "2025-03-01 00:00:00"),
            ("ChargeCategory", "Usage"),
            ("ChargeClass", "NULL"),
            ("ChargeDescription", "AWS Lambda, compute"),
            ("ChargePeriodEnd", "2025-03-02 01:00:00"),
            ("ChargePeriodStart", "2025-03-02 00:00:00"),
            ("CommitmentDiscountStatus", ""),
            ("ConsumedQuantity", "2.5"),
            ("ConsumedUnit", "Seconds"),
            ("EffectiveCost", "0.0000007"),
            ("PricingCategory", "Standard"),
            ("ProviderName", "AWS"),
            ("RegionId", "eu-west-1"),
            ("ResourceId", "arn:aws:lambda:eu-west-1:012345678901:function:checkout"),
            ("ServiceName", "AWS Lambda"),
            ("SubAccountId", "000000000042"),
            ("Tags", "{\"team\": \"shop\", \"env\": \"prod\"}"),
        ])
    }

    /// CUR 2.0: one hour of a machine per row that is added.
    pub(crate) fn cur() -> Self {
        Self::new(&[
            ("identity_line_item_id", "id"),
            ("bill_payer_account_id", "012345678901"),
            ("bill_billing_period_start_date", "2025-03-01T00:00:00.000Z"),
            ("line_item_usage_account_id", "000000000042"),
            ("line_item_line_item_type", "Usage"),
            ("line_item_usage_start_date", "2025-03-02T00:00:00.000Z"),
            ("line_item_usage_end_date", "2025-03-02T01:00:00.000Z"),
            ("line_item_product_code", "AmazonEC2"),
            ("line_item_usage_type", "EUW1-BoxUsage:m6g.large"),
            ("line_item_operation", "RunInstances"),
            ("line_item_usage_amount", "1.0"),
            ("line_item_currency_code", "USD"),
            ("line_item_unblended_cost", "0.086"),
            ("line_item_line_item_description", "$0.086 per hour"),
            ("line_item_resource_id", "i-0123"),
            ("pricing_unit", "Hrs"),
            ("pricing_term", "OnDemand"),
            ("product_region_code", "eu-west-1"),
            ("product_instance_type", "m6g.large"),
            ("product", "{\"vcpu\":\"2\",\"memory\":\"8 GiB\",\"region\":\"eu-west-1\"}"),
            ("resource_tags", "{\"user_team\":\"shop\"}"),
            ("reservation_reservation_a_r_n", ""),
            ("reservation_effective_cost", ""),
            ("reservation_unused_amortized_upfront_fee_for_billing_period", ""),
            ("reservation_unused_recurring_fee", ""),
            ("savings_plan_savings_plan_effective_cost", ""),
            ("savings_plan_total_commitment_to_date", ""),
            ("savings_plan_used_commitment", ""),
        ])
    }

    /// The legacy CUR in the spelling of its CSV files: the row of [`Table::cur`].
    pub(crate) fn legacy_cur() -> Self {
        let cur = Self::cur();
        let mut legacy = Self { header: Vec::new(), defaults: Vec::new(), rows: Vec::new() };
        for (name, default) in cur.header.iter().zip(&cur.defaults) {
            if let Some((slashed, _)) = SPELLINGS.iter().find(|(_, words)| words == name) {
                legacy = legacy.with(slashed, default);
            }
        }
        legacy
            .with("product/vcpu", "2")
            .with("product/memory", "8 GiB")
            .with("product/region", "eu-west-1")
            .with("resourceTags/aws:createdBy", "")
            .with("resourceTags/user:team", "shop")
    }

    /// A legacy CUR in the spelling of Athena and Parquet.
    pub(crate) fn in_words(mut self) -> Self {
        for name in &mut self.header {
            if let Some((_, words)) = SPELLINGS.iter().find(|(slashed, _)| slashed == name) {
                (*words).clone_into(name);
            }
        }
        self
    }

    fn new(columns: &[(&str, &str)]) -> Self {
        Self {
            header: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            defaults: columns.iter().map(|(_, value)| (*value).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a column.
    pub(crate) fn with(mut self, name: &str, default: &str) -> Self {
        self.header.push(name.to_owned());
        self.defaults.push(default.to_owned());
        self
    }

    /// Takes a column out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        let place = self.header.iter().position(|header| header == name).unwrap();
        self.header.remove(place);
        self.defaults.remove(place);
        for row in &mut self.rows {
            row.remove(place);
        }
        self
    }

    /// Gives a column another name.
    pub(crate) fn renamed(mut self, from: &str, to: &str) -> Self {
        let place = self.header.iter().position(|header| header == from).unwrap();
        to.clone_into(&mut self.header[place]);
        self
    }

    /// Adds a row with these values, and defaults for the rest.
    pub(crate) fn row(mut self, values: &[(&str, &str)]) -> Self {
        let mut row = self.defaults.clone();
        for (name, value) in values {
            let place = self.header.iter().position(|header| header == name).unwrap();
            (*value).clone_into(&mut row[place]);
        }
        self.rows.push(row);
        self
    }

    /// The table as CSV, text in quotes.
    pub(crate) fn csv(&self) -> String {
        let quoted = |row: &Vec<String>| {
            row.iter()
                .map(|value| format!("\"{}\"", value.replace('"', "\"\"")))
                .collect::<Vec<_>>()
                .join(",")
        };
        let mut out = quoted(&self.header);
        for row in &self.rows {
            out.push('\n');
            out.push_str(&quoted(row));
        }
        out.push('\n');
        out
    }
}

pub(crate) fn open(paths: &[&Path]) -> Result<Bill, BillError> {
    open_with(paths, &BillOptions::default())
}

pub(crate) fn open_adding(paths: &[&Path]) -> Result<Bill, BillError> {
    open_with(paths, &BillOptions { overlap: Overlap::Add, ..BillOptions::default() })
}

pub(crate) fn open_with(paths: &[&Path], options: &BillOptions) -> Result<Bill, BillError> {
    let sources: Vec<Source> = paths.iter().map(|path| Source::from(*path)).collect();
    Bill::open(&sources, options)
}

/// Every batch of every chunk, in order.
pub(crate) fn batches(bill: &Bill) -> Result<Vec<UsageBatch>, BillError> {
    let mut batches = Vec::new();
    for chunk in bill.chunks() {
        chunk.read(ColumnSet::all(), |batch| {
            batches.push(batch);
            Ok::<_, BillError>(())
        })?;
    }
    bill.finish()?;
    Ok(batches)
}

/// Every row as text by column; money and numbers without trailing zeros, instants as ISO text.
pub(crate) fn rows(bill: &Bill) -> Result<Vec<BTreeMap<&'static str, String>>, BillError> {
    Ok(batches(bill)?.iter().flat_map(rows_of).collect())
}

pub(crate) fn rows_of(batch: &UsageBatch) -> Vec<BTreeMap<&'static str, String>> {
    use arrow::array::Array;
    let text = |column: BillColumn, row: usize| {
        if let Some(categories) = batch.categories(column) {
            return categories.value(row).map(str::to_owned);
        }
        if batch.array(column).is_none_or(|array| array.is_null(row)) {
            return None;
        }
        if let Some(money) = batch.decimals(column) {
            return Some(Money::from_raw(money.value(row)).to_string());
        }
        if let Some(numbers) = batch.numbers(column) {
            return Some(numbers.value(row).to_string());
        }
        let instant = batch.instants(column)?.value(row);
        Some(jiff::Timestamp::from_millisecond(instant).unwrap().to_string())
    };
    (0..batch.rows())
        .map(|row| {
            BillColumn::ALL.iter().filter_map(|column| Some((column.name(), text(*column, row)?))).collect()
        })
        .collect()
}

/// The sum of a money column.
pub(crate) fn total(batches: &[UsageBatch], column: BillColumn) -> Money {
    let raw = batches.iter().flat_map(|batch| batch.decimals(column).unwrap().iter()).flatten().sum::<i128>();
    Money::from_raw(raw)
}

/// How many rows came from files.
pub(crate) fn count(batches: &[UsageBatch]) -> usize {
    batches.iter().filter(|batch| matches!(batch.origin(), Origin::Rows { .. })).map(UsageBatch::rows).sum()
}

/// The one row of a bill of one row.
pub(crate) fn one_row(table: &Table) -> BTreeMap<&'static str, String> {
    let folder = Folder::new();
    let path = folder.write("bill.csv", table.csv());
    let mut rows = rows(&open(&[&path]).unwrap()).unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

/// The error of a bill that cannot be read.
pub(crate) fn refusal(paths: &[&Path]) -> BillError {
    match open(paths).and_then(|bill| batches(&bill)) {
        Ok(batches) => panic!("{} rows were read", count(&batches)),
        Err(error) => error,
    }
}
