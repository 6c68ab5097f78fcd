//! What is not modelled, by the words of the bill, so that a user can see it and a rule can be written for it.

use std::collections::BTreeMap;

use joulework_units::Currency;

use super::Estimates;
use super::add::add_money;
use super::figure::{Grade, MoneyLine};
use crate::error::EngineError;

/// Usage of one service and meter that could not be modelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Name of the service; empty where the bill has none.
    pub service: String,
    /// The meter, or the description where the bill has no meter; empty where the plugins read neither.
    pub meter: String,
    /// What the row bought, as the plugins say.
    pub kind: String,
    /// The first quantity, in the order of the pipeline, that could not be said; empty where every plugin said something.
    pub unknown: String,
    /// Its rows and their money.
    pub line: MoneyLine,
}

impl Estimates {
    /// The usage rows that are not modelled, dearest first (by the sum over currencies of positive effective cost, as
    /// an order only), then by name.
    ///
    /// # Errors
    /// When a sum of money leaves its range.
    pub fn gaps(&self) -> Result<Vec<Gap>, EngineError> {
        let activity = &self.activity;
        let lane = |name: &str| activity.plan.column_lane(name);
        let (service, currency, category) =
            (lane("service-name"), lane("billing-currency"), lane("charge-category"));
        let meters = [lane("sku-meter"), lane("charge-description")];
        let mut lines: BTreeMap<(String, String, String, String), MoneyLine> = BTreeMap::new();
        for entry in &activity.entries {
            let text = |lane: Option<usize>| {
                let lane = lane?;
                activity
                    .text(&activity.cells, entry.cell, lane)
                    .or_else(|| activity.text(&activity.groups, entry.group, lane))
                    .filter(|text| !text.is_empty())
            };
            if self.units.grade(entry.cell) != Grade::NotModelled || text(category) != Some("Usage") {
                continue;
            }
            let Some(currency) = text(currency).map(Currency::parse).transpose()? else {
                return Err(EngineError::MissingColumn { column: "billing-currency" });
            };
            let key = (
                text(service).unwrap_or_default().to_owned(),
                meters.iter().find_map(|lane| text(*lane)).unwrap_or_default().to_owned(),
                self.units.kind(entry.cell).to_owned(),
                self.first_unknown(entry.cell).to_owned(),
            );
            let sum = lines.entry(key).or_default();
            sum.rows += entry.sums.rows;
            add_money(sum, currency, &entry.sums)?;
        }
        let mut gaps: Vec<Gap> = lines
            .into_iter()
            .map(|((service, meter, kind, unknown), line)| Gap { service, meter, kind, unknown, line })
            .collect();
        let dear = |gap: &Gap| gap.line.positive.values().map(|cost| cost.to_f64_lossy()).sum::<f64>();
        gaps.sort_by(|left, right| dear(right).total_cmp(&dear(left)));
        Ok(gaps)
    }

    fn first_unknown(&self, cell: u32) -> &str {
        let unknown = |number: &usize| self.units.value(*number, cell).is_nan();
        (0..self.units.quantities.len())
            .find(unknown)
            .and_then(|number| self.units.quantities.get(number))
            .map_or("", |quantity| quantity.name.as_str())
    }
}
