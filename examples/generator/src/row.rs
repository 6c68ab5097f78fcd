//! One line of a bill, and the price and product that stand behind it.

use crate::decimal::Decimal;

/// What stays the same on every line of one product and price.
#[derive(Debug, Clone, Default)]
pub struct Product {
    /// FOCUS ServiceName.
    pub service: String,
    /// AWS product code, as CUR names the service.
    pub code: String,
    /// FOCUS ServiceCategory.
    pub category: String,
    /// AWS usage type (FOCUS SkuMeter).
    pub meter: String,
    /// AWS operation.
    pub operation: String,
    /// Text on the invoice.
    pub description: String,
    /// Unit of the quantity.
    pub unit: String,
    /// Region id; empty for global charges.
    pub region: String,
    /// Region name.
    pub region_name: String,
    /// FOCUS SkuPriceDetails, JSON; empty for none.
    pub details: String,
    /// SKU id.
    pub sku: String,
    /// On-demand price per unit.
    pub price: Decimal,
}

/// How a line was charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    /// On-demand usage.
    Usage,
    /// Spot usage.
    Spot,
    /// Usage that a Savings Plan covers: billed 0, effective cost set.
    Covered,
    /// A Savings Plan's recurring fee: billed, effective cost 0.
    PlanFee,
    /// The part of a Savings Plan that nothing used: billed 0, effective cost set.
    PlanUnused,
    /// Promotional credit.
    Credit,
    /// Tax.
    Tax,
    /// A correction of an earlier period's usage.
    Correction,
    /// CUR only: takes the on-demand price of a covered line back.
    Negation,
}

/// One line.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// The product and its price.
    pub product: &'a Product,
    /// How it was charged.
    pub charge: Charge,
    /// Account that used it, with its name.
    pub account: (&'a str, &'a str),
    /// Start of the charge, milliseconds since 1970.
    pub start_ms: i64,
    /// End of the charge, exclusive.
    pub end_ms: i64,
    /// Start and end of the billing period.
    pub period_ms: (i64, i64),
    /// Resource id; empty for none.
    pub resource: &'a str,
    /// Resource name; empty for none.
    pub resource_name: &'a str,
    /// Tags as JSON with sorted keys; empty for none.
    pub tags: &'a str,
    /// Quantity in the product's unit; none for charges without one.
    pub quantity: Option<Decimal>,
    /// What is billed.
    pub billed: Decimal,
    /// Amortised cost.
    pub effective: Decimal,
    /// On a Savings Plan's fee: the part that nothing used.
    pub unused: Decimal,
    /// A number of its own, for the ids that every line has.
    pub serial: u64,
}

/// The account that pays.
pub const PAYER: &str = "012345678901";
/// Its name.
pub const PAYER_NAME: &str = "Example Shop (payer)";
/// The Savings Plan of the example.
pub const PLAN: &str = "arn:aws:savingsplans::012345678901:savingsplan/5d1c7f0e-2b6a-4a57-9d43-3f1c8d7e6a90";
