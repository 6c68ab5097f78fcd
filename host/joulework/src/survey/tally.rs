//! Sums over the rows of billing files: exact, and the same whatever the order of the rows.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, Decimal128Array};
use joulework_engine::EngineError;
use joulework_engine::bill::{BillColumn, Categories, Origin, UsageBatch};
use joulework_engine::calendar::{Period, Step};
use joulework_units::{Currency, Money};

use super::MOST_VALUES;

/// What is kept of one file.
#[derive(Debug, Default)]
pub(super) struct FileTally {
    rows: u64,
    /// First instants of the earliest and the latest charge.
    span: Option<(i64, i64)>,
    pub(super) currencies: BTreeSet<Currency>,
}

impl FileTally {
    pub(super) fn add(&mut self, batch: &UsageBatch) -> Result<(), EngineError> {
        // A line that the method adds is no row of the file.
        if matches!(batch.origin(), Origin::UnusedCommitment { .. }) {
            return Ok(());
        }
        self.rows += batch.rows() as u64;
        let starts = batch.instants(BillColumn::ChargePeriodStart);
        let first = starts.and_then(arrow::compute::min);
        let last = starts.and_then(arrow::compute::max);
        if let (Some(first), Some(last)) = (first, last) {
            let (from, to) = self.span.unwrap_or((first, last));
            self.span = Some((from.min(first), to.max(last)));
        }
        if let Some(currencies) = batch.categories(BillColumn::BillingCurrency) {
            for code in used(&currencies, batch.rows()) {
                self.currencies.insert(Currency::parse(currencies.values.value(code))?);
            }
        }
        Ok(())
    }

    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn months(&self) -> Option<(Period, Period)> {
        let (first, last) = self.span?;
        Some((Period::containing(first, Step::Month), Period::containing(last, Step::Month)))
    }
}

/// The codes that rows have.
fn used(column: &Categories<'_>, rows: usize) -> BTreeSet<usize> {
    (0..rows).filter_map(|row| column.array.key(row)).collect()
}

/// Cost by value.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    /// Cost of the rows that have a value.
    pub(super) covered: Money,
    /// At most [`MOST_VALUES`] of them.
    pub(super) costs: BTreeMap<String, Money>,
    /// Whether there are more: how many there are does not depend on their order, which ones are kept does.
    pub(super) many: bool,
}

impl Values {
    fn add(&mut self, value: &str, cost: Money) -> Result<(), EngineError> {
        self.covered = self.covered.checked_add(cost)?;
        if let Some(sum) = self.costs.get_mut(value) {
            *sum = sum.checked_add(cost)?;
        } else if self.costs.len() < MOST_VALUES {
            self.costs.insert(value.to_owned(), cost);
        } else {
            self.many = true;
        }
        Ok(())
    }
}

/// Sums of one currency.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    rows: u64,
    pub(super) cost: Money,
    pub(super) tags: BTreeMap<String, Values>,
    pub(super) accounts: Values,
    pub(super) services: Values,
}

/// Sums of all currencies, which are never added.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<Currency, Sums>);

impl Tally {
    pub(super) fn add(&mut self, batch: &UsageBatch) -> Result<(), EngineError> {
        let (Some(currencies), Some(costs), Some(categories)) = (
            batch.categories(BillColumn::BillingCurrency),
            batch.decimals(BillColumn::EffectiveCost),
            batch.categories(BillColumn::ChargeCategory),
        ) else {
            return Ok(());
        };
        for code in used(&currencies, batch.rows()) {
            let counts = |row: usize| {
                currencies.array.key(row) == Some(code)
                    && categories.value(row) == Some("Usage")
                    && !costs.is_null(row)
                    && costs.value(row) > 0
            };
            let rows: Vec<usize> = (0..batch.rows()).filter(|row| counts(*row)).collect();
            if !rows.is_empty() {
                let currency = Currency::parse(currencies.values.value(code))?;
                self.0.entry(currency).or_default().add(batch, costs, &rows)?;
            }
        }
        Ok(())
    }

    /// The sums of the currency with the most rows.
    pub(super) fn main(self) -> Option<(Currency, Sums)> {
        // `max_by_key` takes the last of equal ones: in reverse that is the first in the alphabet.
        self.0.into_iter().rev().max_by_key(|(_, sums)| sums.rows)
    }
}

impl Sums {
    fn add(
        &mut self,
        batch: &UsageBatch,
        costs: &Decimal128Array,
        rows: &[usize],
    ) -> Result<(), EngineError> {
        self.rows += rows.len() as u64;
        for row in rows {
            self.cost = self.cost.checked_add(Money::from_raw(costs.value(*row)))?;
        }
        for (column, values) in
            [(BillColumn::SubAccountId, &mut self.accounts), (BillColumn::ServiceName, &mut self.services)]
        {
            for (text, cost) in by_text(batch, column, costs, rows)? {
                values.add(text, cost)?;
            }
        }
        for (tags, cost) in by_text(batch, BillColumn::Tags, costs, rows)? {
            for (key, value) in members(tags) {
                if !value.trim().is_empty() {
                    self.tags.entry(key).or_default().add(&value, cost)?;
                }
            }
        }
        Ok(())
    }
}

/// The cost of the rows of each text of a column.
fn by_text<'a>(
    batch: &'a UsageBatch,
    column: BillColumn,
    costs: &Decimal128Array,
    rows: &[usize],
) -> Result<Vec<(&'a str, Money)>, EngineError> {
    let Some(texts) = batch.categories(column) else { return Ok(Vec::new()) };
    let mut sums: Vec<Option<Money>> = vec![None; texts.values.len()];
    for row in rows {
        let Some(sum) = texts.array.key(*row).and_then(|code| sums.get_mut(code)) else { continue };
        *sum = Some(sum.unwrap_or_default().checked_add(Money::from_raw(costs.value(*row)))?);
    }
    let texts = sums.into_iter().enumerate().filter_map(|(code, sum)| Some((texts.values.value(code), sum?)));
    // A blank is no value: no rule can ask for it.
    Ok(texts.filter(|(text, _)| !text.trim().is_empty()).collect())
}

/// The members of a JSON object; a value that is no text is kept as its JSON, as the rules of workloads see it.
fn members(json: &str) -> BTreeMap<String, String> {
    let members = serde_json::from_str::<BTreeMap<String, serde_json::Value>>(json).unwrap_or_default();
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    members.into_iter().map(|(key, value)| (key, text(value))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray};

    use super::*;

    /// Category, currency, cost and tags.
    type Row<'a> = (&'a str, &'a str, &'a str, &'a str);

    fn batch(rows: &[Row<'_>]) -> UsageBatch {
        let text = |of: &dyn Fn(&Row<'_>) -> String| {
            Arc::new(rows.iter().map(|row| Some(of(row))).collect::<StringArray>()) as ArrayRef
        };
        let costs: Vec<i128> = rows.iter().map(|row| Money::parse(row.2).unwrap().raw()).collect();
        let costs = Decimal128Array::from(costs).with_precision_and_scale(38, 24).unwrap();
        let starts = TimestampMillisecondArray::from(vec![1_741_564_800_000; rows.len()]);
        let batch = RecordBatch::try_from_iter([
            ("charge-category", text(&|row| row.0.to_owned())),
            ("billing-currency", text(&|row| row.1.to_owned())),
            ("billed-cost", Arc::new(costs) as ArrayRef),
            ("tags", text(&|row| row.3.to_owned())),
            ("service-name", text(&|_| "AmazonEC2".to_owned())),
            ("charge-period-start", Arc::new(starts) as ArrayRef),
        ]);
        UsageBatch::try_from(batch.unwrap()).unwrap()
    }

    #[test]
    fn only_usage_that_costs_something_counts_and_currencies_are_kept_apart() {
        let rows: [Row<'_>; 7] = [
            ("Usage", "USD", "0.1", r#"{"app":"shop","n":1.10}"#),
            ("Usage", "USD", "0.2", r#"{"app":"lab"}"#),
            ("Usage", "USD", "-5", r#"{"app":"shop"}"#),
            ("Usage", "USD", "0", r#"{"app":"shop"}"#),
            ("Tax", "USD", "9", r#"{"app":"shop"}"#),
            ("Usage", "EUR", "1000", r#"{"app":"shop"}"#),
            ("Usage", "USD", "0.4", r#"{"app":" "}"#),
        ];
        let mut whole = Tally::default();
        whole.add(&batch(&rows)).unwrap();
        let (head, tail) = rows.split_at(3);
        let mut parts = Tally::default();
        parts.add(&batch(tail)).unwrap();
        parts.add(&batch(head)).unwrap();
        for tally in [whole, parts] {
            let (currency, sums) = tally.main().unwrap();
            let app = sums.tags.get("app").unwrap();
            let costs: Vec<_> = app.costs.iter().map(|(value, cost)| format!("{value} {cost}")).collect();
            assert_eq!((currency.code(), sums.cost.to_string().as_str()), ("USD", "0.7"));
            assert_eq!(
                (costs.join(", "), app.covered.to_string()),
                ("lab 0.2, shop 0.1".into(), "0.3".into())
            );
            assert_eq!(sums.tags.len(), 2, "a value that is no text is one too");
        }
    }

    #[test]
    fn of_two_currencies_with_as_many_rows_the_first_in_the_alphabet_is_taken() {
        let mut tally = Tally::default();
        tally.add(&batch(&[("Usage", "USD", "5", "{}"), ("Usage", "EUR", "1", "{}")])).unwrap();
        assert_eq!(tally.main().unwrap().0.code(), "EUR");
    }

    #[test]
    fn a_key_with_very_many_values_keeps_its_cost_and_not_its_values() {
        let mut values = Values::default();
        for value in 0..MOST_VALUES + 5 {
            values.add(&value.to_string(), Money::parse("1").unwrap()).unwrap();
        }
        values.add("0", Money::parse("1").unwrap()).unwrap();
        assert_eq!((values.many, values.costs.len()), (true, MOST_VALUES));
        assert_eq!(values.covered.to_string(), (MOST_VALUES + 6).to_string());
    }
}
