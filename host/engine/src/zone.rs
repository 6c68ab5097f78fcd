//! Time zones by name, for times that a file writes without one.

use jiff::tz::{Offset, TimeZone};

use crate::error::EngineError;

/// The zone of a name: `UTC`, an offset such as `+02:00`, or a name of the IANA database such as `Europe/Vienna`,
/// which the system must have.
///
/// # Errors
/// A name that is none.
pub fn find(name: &str) -> Result<TimeZone, EngineError> {
    if name == "UTC" || name.is_empty() {
        return Ok(TimeZone::UTC);
    }
    offset(name)
        .map(TimeZone::fixed)
        .or_else(|| TimeZone::get(name).ok())
        .ok_or_else(|| EngineError::NoTimeZone { name: name.to_owned() })
}

/// An offset such as `+02:00`.
fn offset(name: &str) -> Option<Offset> {
    let (sign, rest) = match name.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let seconds = i32::from(hours.parse::<u8>().ok()?) * 3_600 + i32::from(minutes.parse::<u8>().ok()?) * 60;
    Offset::from_seconds(sign * seconds).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_east_of_greenwich_where_positive() {
        let zone = find("+02:00").unwrap();
        let time: jiff::civil::DateTime = "2025-03-01T07:00:00".parse().unwrap();
        assert_eq!(time.to_zoned(zone).unwrap().timestamp().to_string(), "2025-03-01T05:00:00Z");
        assert!(find("Atlantis/Capital").is_err());
        assert!(find("+99:99").is_err());
    }
}
