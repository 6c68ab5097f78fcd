//! What the gate refuses in a plugin's result.

use crate::descriptor::Kind;

/// Why a result did not pass the gate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Breach {
    /// The result has another number of rows than the input.
    #[error("returned {got} rows for {expected}")]
    Rows {
        /// Rows returned.
        got: usize,
        /// Rows passed in.
        expected: usize,
    },
    /// A column has another number of rows than the input.
    #[error("returned {got} values for {expected} rows")]
    Length {
        /// Values returned.
        got: usize,
        /// Rows passed in.
        expected: usize,
    },
    /// A declared column is not there.
    #[error("did not return this declared column")]
    Missing,
    /// A column was never declared.
    #[error("returned a column that it does not declare")]
    Undeclared,
    /// A column came twice.
    #[error("returned the column twice")]
    Twice,
    /// A column holds values of another kind.
    #[error("returned values of kind {got}, but declares {expected}")]
    Kind {
        /// Kind returned.
        got: Kind,
        /// Kind declared.
        expected: Kind,
    },
    /// The bits that say which rows are known do not fit the rows.
    #[error("returned {got} bytes of known bits for {rows} rows")]
    Known {
        /// Bytes returned.
        got: usize,
        /// Rows passed in.
        rows: usize,
    },
    /// A number is NaN or infinite.
    #[error("returned {value}, which is no finite number")]
    NotFinite {
        /// The number.
        value: f64,
    },
    /// A number is negative.
    #[error("returned {value}, but estimates are magnitudes: the host puts the sign back")]
    Negative {
        /// The number.
        value: f64,
    },
    /// A number is larger than any quantity is, so that it would leave the range of numbers further on.
    #[error("returned {value}, which is larger than the limit of {limit}")]
    TooLarge {
        /// The number.
        value: f64,
        /// The limit.
        limit: f64,
    },
    /// A geometric standard deviation is under 1.
    #[error("returned a geometric standard deviation of {value}, which must be at least 1")]
    Gsd {
        /// The deviation.
        value: f64,
    },
    /// A geometric standard deviation is missing where there is a value.
    #[error("returned no geometric standard deviation for a row that has a value")]
    GsdMissing,
    /// A grade is none of the four.
    #[error(
        "returned the grade `{value}`; it must be one of measured, known-hardware, unknown-hardware, proxy"
    )]
    Grade {
        /// What was returned.
        value: String,
    },
    /// A grade is missing where there is a value other than 0.
    #[error("returned no grade for a row that has a value other than 0")]
    GradeMissing,
    /// A code points at no value.
    #[error("returned the code {code} into {values} category values")]
    Code {
        /// The code.
        code: u32,
        /// How many values there are.
        values: usize,
    },
    /// Two category values are equal.
    #[error("returned the category value `{value}` twice")]
    Duplicate {
        /// The value.
        value: String,
    },
    /// A text is too long.
    #[error("returned a text of {bytes} bytes; the limit is {limit}")]
    Text {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A text has characters that steer a terminal or reorder what stands around them.
    #[error("returned the text `{text}`, which has control characters")]
    Control {
        /// The text, with those characters escaped.
        text: String,
    },
    /// Something that should have a name has none that can be used.
    #[error("returned the name `{name}`: {problem}")]
    Name {
        /// The name, fit to be shown.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Built-in tables hold more than they may.
    #[error("returned {what} of {found}; the limit is {limit}")]
    TableSize {
        /// What is too much.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A decimal has more digits after the point than an `i128` can hold.
    #[error("returned decimals with {scale} digits after the point; the limit is 38")]
    Scale {
        /// Digits after the point.
        scale: u8,
    },
    /// The high and low halves of decimals differ in number.
    #[error("returned {high} high and {low} low halves of decimals")]
    Halves {
        /// High halves.
        high: usize,
        /// Low halves.
        low: usize,
    },
    /// A step of an explanation names a row that was not asked for.
    #[error("explained row {row} of {rows}")]
    StepRow {
        /// Row named.
        row: usize,
        /// Rows passed in.
        rows: usize,
    },
    /// An explanation of one row has more parts than can be read.
    #[error("explained a row with {found} {what}; the limit is {limit}")]
    StepCount {
        /// Which parts.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Too much of something in the proposals for a resource.
    #[error("returned {found} {what} where {limit} are the limit")]
    ProposalCount {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A proposal changes nothing.
    #[error("returned the proposal `{code}`, which changes nothing")]
    ProposalEmpty {
        /// Its code.
        code: String,
    },
    /// A number of a proposal is out of range.
    #[error("returned the proposal `{code}` with the {what} {value}")]
    ProposalNumber {
        /// Its code.
        code: String,
        /// What the number is.
        what: &'static str,
        /// The number.
        value: f64,
    },
    /// A term of an explanation is NaN or infinite.
    #[error("explained with the term `{term}` of {value}, which is no finite number")]
    StepTerm {
        /// Name of the term.
        term: String,
        /// Its value.
        value: f64,
    },
}

impl Breach {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Rows { .. } | Self::Length { .. } => "gate.rows",
            Self::Missing => "gate.missing-column",
            Self::Undeclared => "gate.undeclared-column",
            Self::Twice => "gate.duplicate-column",
            Self::Kind { .. } => "gate.kind",
            Self::Known { .. } => "gate.known-bits",
            Self::NotFinite { .. } => "gate.not-finite",
            Self::Negative { .. } => "gate.negative",
            Self::Gsd { .. } | Self::GsdMissing => "gate.gsd",
            Self::Grade { .. } | Self::GradeMissing => "gate.basis",
            Self::Code { .. } | Self::Duplicate { .. } => "gate.category",
            Self::TooLarge { .. } => "gate.too-large",
            Self::Text { .. } | Self::Control { .. } => "gate.text",
            Self::Name { .. } | Self::TableSize { .. } => "gate.tables",
            Self::Scale { .. } | Self::Halves { .. } => "gate.decimal",
            Self::ProposalCount { .. } | Self::ProposalEmpty { .. } | Self::ProposalNumber { .. } => {
                "gate.proposal"
            }
            Self::StepRow { .. } | Self::StepCount { .. } | Self::StepTerm { .. } => "gate.explanation",
        }
    }
}
