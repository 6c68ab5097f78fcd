//! Currency codes.

use crate::error::{UnitError, quoted};

/// A currency code of three capital letters, as in ISO 4217 (`USD`). Amounts of different currencies are never
/// added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads a code of three capital letters. It is not looked up in a list: bills may use one that is newer.
    ///
    /// # Errors
    /// [`UnitError::Currency`] for anything else.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        match *text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(UnitError::Currency { text: quoted(text) }),
        }
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        // Three ASCII capitals by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.code())
    }
}

impl std::str::FromStr for Currency {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        Self::parse(text)
    }
}
