//! A bill's columns: for each its name, its type, and how a line gives its value.

use std::borrow::Cow;

use crate::row::Row;

/// A cell of the table.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Text; empty stands for a missing value.
    Text(Cow<'a, str>),
    /// A decimal, as its text.
    Number(Option<crate::decimal::Decimal>),
    /// An instant, milliseconds since 1970.
    Instant(i64),
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, dictionary-encoded in Parquet.
    Text,
    /// A double in Parquet, as in AWS's own exports.
    Number,
    /// A timestamp with milliseconds (UTC).
    Instant,
}

/// How a line gives a value.
pub type Give = for<'a, 'b> fn(&'b Row<'a>) -> Value<'a>;

/// One column.
pub struct Column {
    /// Its name in the file.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Its value on a line.
    pub value: Give,
}

/// A text column.
pub const fn text(name: &'static str, value: Give) -> Column {
    Column { name, kind: Kind::Text, value }
}

/// A number column.
pub const fn number(name: &'static str, value: Give) -> Column {
    Column { name, kind: Kind::Number, value }
}

/// An instant column.
pub const fn instant(name: &'static str, value: Give) -> Column {
    Column { name, kind: Kind::Instant, value }
}

/// Text from anything.
pub fn words<'a>(text: impl Into<Cow<'a, str>>) -> Value<'a> {
    Value::Text(text.into())
}

/// No value.
pub fn none<'a>() -> Value<'a> {
    Value::Text(Cow::Borrowed(""))
}
