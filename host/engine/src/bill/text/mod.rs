//! Values of a bill from bytes: money and numbers from decimal text, money from doubles.
//!
//! Nothing here allocates for a value in the usual form; unusual forms take a slower way to the same result.

mod decimal;
mod double;
mod number;
mod plain;

pub(super) use decimal::money;
pub(super) use double::{DoubleMoney, money_of_doubles};
pub(super) use number::{NUMBER_LIMIT, number};

/// Whether a field stands for "no value": empty, or the text `NULL`.
#[inline]
pub(super) fn is_missing(field: &[u8]) -> bool {
    field.is_empty() || field == b"NULL"
}

/// What a field should have been.
pub(super) mod expected {
    /// For money.
    pub(in super::super) const MONEY: &str =
        "a decimal number below 10^14 with at most 24 decimals, such as `-0.0000008`";
    /// For quantities.
    pub(in super::super) const NUMBER: &str =
        "a number between -2^63 and 2^63, such as `730` or `0.00200749`";
    /// For tags and price details.
    pub(in super::super) const OBJECT: &str = "a JSON object, such as `{\"team\":\"shop\"}`";
    /// For text.
    pub(in super::super) const TEXT: &str = "text in UTF-8 without NUL bytes";
}
