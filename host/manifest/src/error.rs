//! What can be wrong with a manifest.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::source::Place;

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its text is wrong somewhere.
    #[error("{}:{place}: {problem}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// The whole text.
        text: String,
        /// The bytes of the text that are wrong.
        span: Range<usize>,
        /// Line and column of their first one.
        place: Place,
        /// What is wrong.
        problem: Box<Problem>,
    },
}

/// What is wrong at a place of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text is no TOML.
    #[error("not valid TOML: {message}")]
    Syntax {
        /// What the reader of TOML says.
        message: String,
    },
    /// A key that means nothing here.
    #[error("unknown key `{key}` in {section}")]
    UnknownKey {
        /// The key.
        key: String,
        /// The part of the manifest, such as `[[bill]]`.
        section: String,
        /// The key that was probably meant.
        nearest: Option<String>,
        /// All keys that are known here.
        known: Vec<String>,
    },
    /// A key that must be there is not.
    #[error("{section} has no `{key}`")]
    MissingKey {
        /// The key.
        key: String,
        /// The part of the manifest.
        section: String,
    },
    /// A value of the wrong type.
    #[error("`{key}` of {section} is {found}, expected {expected}")]
    Type {
        /// The key.
        key: String,
        /// The part of the manifest.
        section: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: &'static str,
    },
    /// A value that is not allowed.
    #[error("`{key}` of {section} is `{found}`, expected {expected}")]
    Value {
        /// The key.
        key: String,
        /// The part of the manifest.
        section: String,
        /// What it should be.
        expected: String,
        /// The value.
        found: String,
        /// The value that was probably meant.
        nearest: Option<String>,
    },
    /// Two of one name.
    #[error("a second {what} is called `{name}`; the first one is at {first}")]
    Duplicate {
        /// What they are.
        what: &'static str,
        /// Their name.
        name: String,
        /// Where the first one is.
        first: Place,
    },
    /// A name that the manifest does not define.
    #[error("`{key}` of {section} names the {what} `{name}`, which the manifest does not have")]
    UnknownName {
        /// The key.
        key: String,
        /// The part of the manifest.
        section: String,
        /// What is named.
        what: &'static str,
        /// The name.
        name: String,
        /// The name that was probably meant.
        nearest: Option<String>,
        /// All names that there are.
        known: Vec<String>,
    },
    /// A name that more than one thing has.
    #[error("`{key}` of {section} is `{name}`, which is a unit of several workloads")]
    AmbiguousUnit {
        /// The key.
        key: String,
        /// The part of the manifest.
        section: String,
        /// The name.
        name: String,
        /// The names with their workload.
        candidates: Vec<String>,
    },
    /// Weights that do not add up to 1.
    #[error("the weights of {section} add up to {sum}, expected exactly 1")]
    Weights {
        /// The part of the manifest.
        section: String,
        /// Their exact sum.
        sum: String,
    },
    /// A rule or a choice of billing lines without any condition would take every row.
    #[error("{section} has no condition")]
    NoCondition {
        /// The part of the manifest.
        section: String,
        /// The conditions that are known here.
        known: Vec<String>,
    },
    /// Not exactly one of two keys.
    #[error("{section} has {} `{first}` {} `{second}`", if *both { "both" } else { "neither" }, if *both { "and" } else { "nor" })]
    OneOf {
        /// The part of the manifest.
        section: String,
        /// A key.
        first: &'static str,
        /// The other key.
        second: &'static str,
        /// Whether both are there, or none.
        both: bool,
    },
}

impl ManifestError {
    /// A stable, dotted name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "manifest.read",
            Self::Invalid { problem, .. } => problem.code(),
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => None,
            Self::Invalid { problem, .. } => problem.hint(),
        }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        match self {
            Self::Read { file, .. } | Self::Invalid { file, .. } => file,
        }
    }

    /// The whole text and the bytes of it that are wrong.
    #[must_use]
    pub fn excerpt(&self) -> Option<(&str, Range<usize>)> {
        match self {
            Self::Read { .. } => None,
            Self::Invalid { text, span, .. } => Some((text, span.clone())),
        }
    }

    /// Line and column of what is wrong.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Read { .. } => None,
            Self::Invalid { place, .. } => Some(*place),
        }
    }

    /// What is wrong, without the file and the place.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Read { .. } => None,
            Self::Invalid { problem, .. } => Some(problem),
        }
    }
}

impl Problem {
    /// A stable, dotted name of the problem.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "manifest.syntax",
            Self::UnknownKey { .. } => "manifest.unknown-key",
            Self::MissingKey { .. } => "manifest.missing-key",
            Self::Type { .. } => "manifest.type",
            Self::Value { .. } => "manifest.value",
            Self::Duplicate { .. } => "manifest.duplicate",
            Self::UnknownName { .. } => "manifest.unknown-name",
            Self::AmbiguousUnit { .. } => "manifest.ambiguous-unit",
            Self::Weights { .. } => "manifest.weights",
            Self::NoCondition { .. } => "manifest.no-condition",
            Self::OneOf { .. } => "manifest.one-of",
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownKey { nearest: Some(nearest), .. }
            | Self::UnknownName { nearest: Some(nearest), .. }
            | Self::Value { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::UnknownKey { known, .. } => Some(format!("known keys: {}", known.join(", "))),
            Self::UnknownName { what, known, .. } if known.is_empty() => {
                Some(format!("the manifest has no {what}"))
            }
            Self::UnknownName { known, .. } => Some(format!("it has: {}", known.join(", "))),
            Self::AmbiguousUnit { candidates, .. } => {
                Some(format!("write one of: {}", candidates.join(", ")))
            }
            Self::NoCondition { known, .. } => {
                Some(format!("without one it would take every row; state one of: {}", known.join(", ")))
            }
            Self::Weights { .. } => {
                Some("write decimals such as 0.7 and 0.3; a third is 0.3334, 0.3333, 0.3333".into())
            }
            Self::Type { expected, found: "a whole number" | "a number", .. }
                if expected.starts_with("a text") =>
            {
                Some("put it in quotes; ids are texts, so that leading zeros stay".into())
            }
            Self::OneOf { first, second, .. } => Some(format!("state either `{first}` or `{second}`")),
            _ => None,
        }
    }
}
