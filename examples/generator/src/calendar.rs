//! Days and months of one calendar year (UTC).

/// One month: its first instant and the first of the next, milliseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Month {
    /// 1 to 12.
    pub number: u8,
    /// First instant.
    pub start_ms: i64,
    /// First instant of the next month.
    pub end_ms: i64,
}

impl Month {
    /// Days in the month.
    pub fn days(self) -> i64 {
        (self.end_ms - self.start_ms) / DAY_MS
    }
}

/// A day in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// The twelve months of `year`.
pub fn months(year: i16) -> Vec<Month> {
    let start = |year: i16, month: i8| -> i64 {
        jiff::civil::date(year, month, 1)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map_or(0, |midnight| midnight.timestamp().as_millisecond())
    };
    (1..=12_i8)
        .map(|month| Month {
            number: month.unsigned_abs(),
            start_ms: start(year, month),
            end_ms: if month == 12 { start(year + 1, 1) } else { start(year, month + 1) },
        })
        .collect()
}
