//! What a plugin says about itself: our own mirror of `interface description` in `wit/plugin.wit`.
//!
//! These types only carry what was said. Whether it may be said is decided in `validate`.

use std::fmt;

/// The kind of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A 64-bit floating-point number with a unit.
    Number,
    /// An exact decimal, such as money.
    Decimal,
    /// Text with few distinct values.
    Category,
    /// Text with many distinct values.
    Text,
    /// A point in time.
    Instant,
}

impl Kind {
    /// The word of the standard column list: `number`, `decimal`, `category`, `text` or `instant`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Decimal => "decimal",
            Self::Category => "category",
            Self::Text => "text",
            Self::Instant => "instant",
        }
    }

    /// The kind that a word of the standard column list names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Number, Self::Decimal, Self::Category, Self::Text, Self::Instant]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Where a figure or a formula comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Citation {
    /// Title of the work.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// When, as the publisher writes it.
    pub published: String,
    /// Where to find it: an address, a DOI, a page.
    pub locator: String,
    /// Licence of what was taken from it.
    pub licence: String,
}

/// A column that a plugin reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Name of the column.
    pub name: String,
    /// Kind of its values.
    pub kind: Kind,
    /// Symbol of the unit in which the plugin wants it; empty for what is no number.
    pub unit: String,
    /// Whether the value doubles when the row's quantity doubles.
    pub additive: bool,
    /// Whether the plugin works without it.
    pub optional: bool,
    /// The reference table without which the plugin has no use for it; empty where it is always read.
    pub with_table: String,
    /// What the plugin uses it for.
    pub doc: String,
}

/// One source of error of an output.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spread {
    /// Name of the factor.
    pub factor: String,
    /// Columns whose equal values share the error; empty when all rows share it.
    pub key: Vec<String>,
}

/// A column that a plugin adds.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Name of the column.
    pub name: String,
    /// Kind of its values.
    pub kind: Kind,
    /// Symbol of the unit in which the plugin gives it.
    pub unit: String,
    /// Whether it may be summed.
    pub additive: bool,
    /// What it means.
    pub doc: String,
    /// The total that it is added to; empty for none.
    pub part_of: String,
    /// The inputs whose relative error it inherits, each with its power.
    pub inherits: Vec<(String, f64)>,
    /// Its own sources of error.
    pub spreads: Vec<Spread>,
    /// Whether the plugin grades it in the column `NAME.basis`.
    pub graded: bool,
}

impl Output {
    /// Name of the column that holds the geometric standard deviation of `factor`.
    #[must_use]
    pub fn gsd_column(&self, factor: &str) -> String {
        format!("{}.gsd.{factor}", self.name)
    }

    /// Name of the column that holds the grade.
    #[must_use]
    pub fn basis_column(&self) -> String {
        format!("{}.basis", self.name)
    }
}

/// The grades of a `NAME.basis` column, from the best to the weakest.
pub const GRADES: [&str; 4] = ["measured", "known-hardware", "unknown-hardware", "proxy"];

/// A reference table that the user may replace or extend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceTable {
    /// Name of the table.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Input>,
    /// What it is for.
    pub doc: String,
}

/// What a plugin is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Adds columns to rows.
    Estimator,
    /// Proposes changes to resources.
    Advisor,
}

/// What an advisor proposes for a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Stable code such as `right-size.instance`.
    pub code: String,
    /// In a few words.
    pub title: String,
    /// What speaks for it.
    pub evidence: String,
    /// What speaks against it.
    pub risk: String,
    /// 0 to 1: how sure the advisor is that the change is safe.
    pub confidence: f64,
    /// What changes.
    pub changes: Vec<ProposedChange>,
    /// Ids of best practices with their framework.
    pub best_practices: Vec<String>,
    /// Pairs beside them.
    pub extras: Vec<(String, String)>,
}

/// A change of the rows of a resource.
#[derive(Debug, Clone, PartialEq)]
pub enum ProposedChange {
    /// A column takes another value where it has `from`.
    Value {
        /// The column.
        column: String,
        /// What it has.
        from: String,
        /// What it takes.
        to: String,
    },
    /// A share of a quantity is left.
    Share {
        /// The column.
        column: String,
        /// The meter of the rows, without the prefix of a region; empty for any.
        meter: String,
        /// The share.
        share: f64,
    },
    /// As many machine hours as the mean demand of each hour needs.
    FollowDemand {
        /// The share of use.
        utilisation: f64,
    },
}

/// What a plugin says about itself before it is given any data.
#[derive(Debug, Clone, PartialEq)]
pub struct Descriptor {
    /// Id, of `a-z`, `0-9`, `.` and `-`.
    pub id: String,
    /// Version of the plugin.
    pub version: String,
    /// One line on what it does.
    pub summary: String,
    /// SPDX expression.
    pub licence: String,
    /// Columns that it reads.
    pub inputs: Vec<Input>,
    /// Columns that it adds.
    pub outputs: Vec<Output>,
    /// Tables that the user may replace or extend.
    pub tables: Vec<ReferenceTable>,
    /// JSON Schema of the settings; empty where there are none.
    pub settings_schema: String,
    /// Where its figures come from.
    pub citations: Vec<Citation>,
    /// Version of the built-in tables; empty where there are none.
    pub factor_set: String,
    /// Pairs that this host does not know.
    pub extras: Vec<(String, String)>,
}

/// A number that went into a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Name by which the formula calls it.
    pub name: String,
    /// Its value, in `unit`.
    pub value: f64,
    /// Symbol of the unit.
    pub unit: String,
    /// An input column, or the id of a factor row.
    pub source: String,
}

/// One step of an explanation: a formula over its terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Row of the batch that is explained.
    pub row: usize,
    /// What the step gives: an output, or an intermediate figure that a later step uses.
    pub output: String,
    /// Numbers, `[term]`, `+ - * / ^ ( )`, `min max sqrt exp ln`.
    pub formula: String,
    /// What the formula names.
    pub terms: Vec<Term>,
}
