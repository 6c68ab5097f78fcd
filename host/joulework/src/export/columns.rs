//! A roll-up as columns.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, RecordBatch, StringArray, UInt64Array,
};
use joulework_engine::assess::{Dimension, Grade, Rollup, RollupRow};
use joulework_engine::bill::{MONEY_PRECISION, MONEY_SCALE};
use joulework_units::{Currency, Money};

use super::ExportError;

/// The rows of a roll-up as one batch: the keys (periods as their first instant's day, month or hour), whether the
/// data covers the period, how many rows of the bill, money per currency, and every figure with its 90 % interval.
///
/// # Errors
/// When a sum of money has more digits than a column can hold.
pub fn roll_up_batch(roll_up: &Rollup) -> Result<RecordBatch, ExportError> {
    let rows = &roll_up.rows;
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (index, dimension) in roll_up.question.by.iter().enumerate() {
        let texts: StringArray =
            rows.iter().map(|row| row.keys.get(index).filter(|key| !key.is_empty())).collect();
        columns.push((dimension.to_string(), Arc::new(texts)));
    }
    if roll_up.question.by.contains(&Dimension::Period) {
        let partial: BooleanArray = rows.iter().map(|row| Some(row.partial)).collect();
        columns.push(("partial".to_owned(), Arc::new(partial)));
    }
    let counts: UInt64Array = rows.iter().map(|row| Some(row.tally.rows)).collect();
    columns.push(("rows".to_owned(), Arc::new(counts)));
    money_columns(roll_up, &mut columns)?;
    figure_columns(roll_up, &mut columns);
    Ok(RecordBatch::try_from_iter(columns)?)
}

fn money_columns(roll_up: &Rollup, columns: &mut Vec<(String, ArrayRef)>) -> Result<(), ExportError> {
    let total = &roll_up.total;
    let currencies: BTreeSet<Currency> = total.billed.keys().chain(total.effective.keys()).copied().collect();
    for currency in currencies {
        let mut add = |name: &str, cost: &dyn Fn(&RollupRow) -> Option<Money>| -> Result<(), ExportError> {
            let amounts: Decimal128Array = roll_up.rows.iter().map(|row| cost(row).map(Money::raw)).collect();
            let amounts = amounts.with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?;
            columns.push((format!("{name}.{}", currency.code()), Arc::new(amounts)));
            Ok(())
        };
        add("billed-cost", &|row| row.tally.billed.get(&currency).copied())?;
        add("effective-cost", &|row| row.tally.effective.get(&currency).copied())?;
        add("not-modelled-cost", &|row| {
            row.tally.coverage.usage.get(&Grade::NotModelled)?.positive.get(&currency).copied()
        })?;
    }
    Ok(())
}

fn figure_columns(roll_up: &Rollup, columns: &mut Vec<(String, ArrayRef)>) {
    for (name, total) in &roll_up.total.figures {
        let unit = total.amount.unit();
        let figures: Vec<_> = roll_up
            .rows
            .iter()
            .map(|row| row.tally.figure(name).and_then(|figure| figure.in_unit(unit).ok()))
            .collect();
        let mut add = |part: &str, values: Float64Array| {
            columns.push((format!("{name}{part}.{}", unit.symbol()), Arc::new(values) as ArrayRef));
        };
        add("", figures.iter().map(|figure| figure.as_ref().map(|(value, _)| *value)).collect());
        add(".low", figures.iter().map(|figure| Some(figure.as_ref()?.1?.low)).collect());
        add(".high", figures.iter().map(|figure| Some(figure.as_ref()?.1?.high)).collect());
        let missing: UInt64Array = roll_up
            .rows
            .iter()
            .map(|row| Some(row.tally.figure(name).map_or(0, |figure| figure.not_modelled.rows)))
            .collect();
        columns.push((format!("{name}.not-modelled-rows"), Arc::new(missing)));
    }
}
