//! Unit prices: those that the same bill shows.

use std::collections::BTreeMap;
use std::path::Path;

use joulework_runtime::read_whole;
use joulework_units::Currency;

use super::meter;
use super::select::text_of;
use super::{PriceBasis, UnitPrice};
use crate::activity::{Accumulator, Dictionary, Plan};
use crate::error::EngineError;
use crate::table_file::each_text_record;

/// What decides a price: service, operation, pricing category, region and currency.
type Terms = [String; 5];

/// Effective cost and quantity, by terms and meter without region.
#[derive(Debug, Default)]
pub(super) struct Prices {
    by_terms: BTreeMap<(Terms, String), (f64, f64)>,
    /// The price of each meter whatever the operation, which stands empty; nothing where several have one.
    of_any_operation: BTreeMap<(Terms, String), Option<f64>>,
}

/// The same terms for any operation.
fn any_operation((terms, meter): &(Terms, String)) -> (Terms, String) {
    let [service, _, pricing, region, currency] = terms.clone();
    ([service, String::new(), pricing, region, currency], meter.clone())
}

const TERMS: [&str; 5] = ["service-name", "operation", "pricing-category", "region-id", "billing-currency"];

/// The terms and the meter of a key; nothing for what is no usage or has no meter.
pub(super) fn terms_of(plan: &Plan, dictionaries: &[Dictionary], key: &[u32]) -> Option<(Terms, String)> {
    let word = |column: &str| text_of(dictionaries, key, plan.column_lane(column)?);
    if word("charge-category") != Some("Usage") {
        return None;
    }
    let terms = TERMS.map(|column| word(column).unwrap_or_default().to_owned());
    Some((terms, meter::bare(word("sku-meter")?).to_owned()))
}

impl Prices {
    /// Those of a bill.
    pub(super) fn of(sum: &Accumulator<'_>) -> Self {
        let mut prices = Self::default();
        for (key, sums) in sum.table.iter() {
            let quantity = sums.quantity.to_f64();
            let cost = sums.positive.to_f64_lossy();
            if quantity > 0.0
                && cost > 0.0
                && let Some(of) = terms_of(sum.plan, &sum.dictionaries, key)
            {
                let price = prices.by_terms.entry(of).or_default();
                *price = (price.0 + cost, price.1 + quantity);
            }
        }
        for (terms, (cost, quantity)) in &prices.by_terms {
            let price = Some(cost / quantity);
            let own = prices.of_any_operation.entry(any_operation(terms));
            own.and_modify(|several| *several = None).or_insert(price);
        }
        prices
    }

    /// What one unit costs. Where the bill has the meter with one other operation alone, that is its price: volumes of
    /// another class are made by another operation.
    fn of_terms(&self, terms: &(Terms, String)) -> Option<f64> {
        let own = self.by_terms.get(terms).map(|(cost, quantity)| cost / quantity);
        own.or_else(|| self.of_any_operation.get(&any_operation(terms)).copied().flatten())
    }

    /// By how much the money of a row grows that gets other terms, and how that is known. `vcpu` is that of a unit before
    /// and after.
    pub(super) fn factor(
        &self,
        from: &(Terms, String),
        to: &(Terms, String),
        vcpu: [f64; 2],
        given: &[UnitPrice],
    ) -> (f64, PriceBasis) {
        if from == to {
            return (1.0, PriceBasis::Same);
        }
        let Some(own) = self.of_terms(from) else { return (1.0, PriceBasis::Same) };
        if let Some(price) = self.of_terms(to) {
            return (price / own, PriceBasis::Bill);
        }
        let [.., region, currency] = &to.0;
        let fits = |price: &&UnitPrice| {
            meter::bare(&price.meter) == to.1
                && price.region == *region
                && Currency::parse(currency).is_ok_and(|currency| currency == price.currency)
        };
        if let Some(price) = given.iter().find(fits) {
            return (price.price / own, PriceBasis::Given);
        }
        let families = [&from.1, &to.1].map(|meter| meter::machine(meter).map(meter::family));
        let [before, after] = vcpu;
        match families {
            [Some(one), Some(two)] if one == two && from.0 == to.0 && before > 0.0 => {
                (after / before, PriceBasis::Proxy)
            }
            _ => (1.0, PriceBasis::Unknown),
        }
    }
}

/// Bytes that a table of prices may have.
const MOST: u64 = 64 << 20;
const COLUMNS: [&str; 4] = ["meter", "region", "price", "currency"];

impl UnitPrice {
    /// Reads a table of prices: CSV with the columns `meter`, `region`, `price` and `currency`.
    ///
    /// # Errors
    /// When the file cannot be read, or a row is not as it should be.
    pub fn read(path: &Path) -> Result<Vec<Self>, EngineError> {
        let bytes =
            read_whole(path, MOST).map_err(|source| EngineError::Read { path: path.to_owned(), source })?;
        let wrong = |row: u64, reason: String| EngineError::Table { path: path.to_owned(), row, reason };
        let mut places: [usize; 4] = [0; 4];
        let mut prices = Vec::new();
        each_text_record(&bytes, |row, fields| {
            if row == 0 {
                for (place, column) in places.iter_mut().zip(COLUMNS) {
                    let found = fields.iter().position(|field| field == column);
                    *place = found.ok_or_else(|| wrong(row, format!("there is no column `{column}`")))?;
                }
                return Ok::<(), EngineError>(());
            }
            let [meter, region, price, currency] =
                places.map(|place| fields.get(place).map(String::as_str).unwrap_or_default());
            let number = price.parse::<f64>().ok().filter(|price| price.is_finite() && *price >= 0.0);
            let number = number.ok_or_else(|| {
                wrong(row, format!("column `price`: found `{price}`, expected a price of 0 or more"))
            })?;
            let currency = Currency::parse(currency).map_err(|_| {
                wrong(row, format!("column `currency`: found `{currency}`, expected a code such as USD"))
            })?;
            prices.push(Self { meter: meter.to_owned(), region: region.to_owned(), price: number, currency });
            Ok(())
        })?;
        Ok(prices)
    }
}
