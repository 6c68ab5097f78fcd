//! What can be wrong with a unit, a decimal, a sum or a standard deviation.

/// An error of this crate. Texts are quoted up to 80 characters.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// A part of a unit is no symbol that is known.
    #[error("`{part}` is no known unit symbol{}", within(part, text))]
    Symbol {
        /// The whole unit as written.
        text: String,
        /// The part that is not known.
        part: String,
        /// The symbol that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A unit is not written as products and at most one quotient of symbols.
    #[error("`{text}` is no unit: {reason}")]
    Syntax {
        /// The unit as written.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A unit multiplies so many symbols that its scale cannot be held exactly.
    #[error("`{text}` is no unit: its scale is too large")]
    Scale {
        /// The unit as written.
        text: String,
    },
    /// Two units measure different things.
    #[error("cannot convert `{from}` ({from_dimension}) to `{to}` ({to_dimension})")]
    Dimension {
        /// Symbol of the unit converted from.
        from: String,
        /// What it measures.
        from_dimension: String,
        /// Symbol of the unit converted to.
        to: String,
        /// What it measures.
        to_dimension: String,
    },
    /// A text is not a decimal number.
    #[error("`{text}` is no decimal number: {reason}")]
    DecimalSyntax {
        /// The text.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A decimal has more decimal places than can be held exactly.
    #[error("`{text}` has more than {places} decimal places")]
    DecimalPlaces {
        /// The text.
        text: String,
        /// Decimal places that can be held.
        places: u8,
    },
    /// A decimal or a sum of decimals is too large to be held exactly.
    #[error("{what} is too large to be held exactly")]
    Overflow {
        /// What is too large.
        what: String,
    },
    /// A double cannot be added up exactly: it is not finite, or 2^63 or more.
    #[error("{value} cannot be added up: it must be finite and its magnitude below 2^63")]
    SumRange {
        /// The value.
        value: f64,
    },
    /// Weights that nothing can be split by.
    #[error("{reason}")]
    Weights {
        /// What is wrong with them.
        reason: &'static str,
    },
    /// A text is no currency code.
    #[error("`{text}` is no currency code")]
    Currency {
        /// The text.
        text: String,
    },
    /// A geometric standard deviation is below 1 or not finite.
    #[error("{value} is no geometric standard deviation: it must be finite and at least 1")]
    Gsd {
        /// The value.
        value: f64,
    },
}

impl UnitError {
    /// A stable, dotted name of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Symbol { .. } => "unit.symbol",
            Self::Syntax { .. } => "unit.syntax",
            Self::Scale { .. } => "unit.scale",
            Self::Dimension { .. } => "unit.dimension",
            Self::DecimalSyntax { .. } => "decimal.syntax",
            Self::DecimalPlaces { .. } => "decimal.places",
            Self::Overflow { .. } => "decimal.overflow",
            Self::SumRange { .. } => "sum.range",
            Self::Weights { .. } => "split.weights",
            Self::Currency { .. } => "currency.code",
            Self::Gsd { .. } => "gsd.range",
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Symbol { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::Symbol { nearest: None, .. } => {
                Some(format!("known symbols: {}", crate::unit::known_symbols()))
            }
            Self::Syntax { .. } => Some("write a unit like `kWh`, `vCPU.h` or `gCO2e/kWh`".to_owned()),
            Self::DecimalSyntax { .. } => {
                Some("write digits with a point, such as `-1234.5` or `1.2E-7`".to_owned())
            }
            Self::Currency { .. } => Some("write an ISO 4217 code, such as `USD`".to_owned()),
            _ => None,
        }
    }
}

fn within(part: &str, text: &str) -> String {
    if part == text { String::new() } else { format!(" (in `{text}`)") }
}

/// The first 80 characters of a text, for a message.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
