//! The time zone of times that a file writes without one.

/// A time zone as the manifest states it. Whether a named zone exists is said by who reads the times.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TimeZone {
    /// UTC.
    #[default]
    Utc,
    /// A fixed distance from UTC, such as `+02:00`, east of Greenwich positive; less than a day.
    Offset {
        /// Minutes.
        minutes: i32,
    },
    /// A name of the IANA database, such as `Europe/Vienna`.
    Named(String),
}

impl TimeZone {
    /// What the manifest takes.
    pub(crate) const EXPECTED: &str =
        "`UTC`, an offset such as `+02:00`, or an IANA name such as `Europe/Vienna`";

    /// Reads a zone; nothing where the text is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            b"UTC" | b"Z" => Some(Self::Utc),
            [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
                let digit =
                    |byte: &u8| char::from(*byte).to_digit(10).and_then(|digit| i32::try_from(digit).ok());
                let (hours, minutes) = (digit(h1)? * 10 + digit(h2)?, digit(m1)? * 10 + digit(m2)?);
                let minutes = (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?;
                Some(match (minutes, sign) {
                    (0, _) => Self::Utc,
                    (_, b'-') => Self::Offset { minutes: -minutes },
                    _ => Self::Offset { minutes },
                })
            }
            [first, ..] if first.is_ascii_alphabetic() => {
                let of_a_name =
                    |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'+');
                text.bytes().all(of_a_name).then(|| Self::Named(text.to_owned()))
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for TimeZone {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Utc => formatter.write_str("UTC"),
            Self::Offset { minutes } => {
                let sign = if *minutes < 0 { '-' } else { '+' };
                let minutes = minutes.unsigned_abs();
                write!(formatter, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            Self::Named(name) => formatter.write_str(name),
        }
    }
}
