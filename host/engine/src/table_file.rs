//! CSV files: small ones that are read whole (series of work, rows for the plugins' tables), and large ones as they come.

use std::io::{self, BufRead};

/// A record: its fields as they are written, without quotes.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    text: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    /// A field by its place, trimmed; nothing where the record is shorter.
    #[must_use]
    pub fn field(&self, place: usize) -> Option<&'a [u8]> {
        let end = *self.ends.get(place)?;
        let start = match place.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        Some(self.text.get(start..end)?.trim_ascii())
    }

    /// All fields.
    pub fn fields(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        (0..self.ends.len()).map_while(|place| self.field(place))
    }
}

/// Gives every record with its number: 0 is the header. A byte-order mark is skipped.
///
/// # Errors
/// The reader's, and those of `take`.
pub fn each_record<E: From<io::Error>>(
    mut input: impl BufRead,
    mut take: impl FnMut(u64, Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = csv_core::Reader::new();
    let (mut text, mut ends) = (vec![0_u8; 4_096], vec![0_usize; 64]);
    let mut number = 0;
    if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    loop {
        let (mut written, mut ended) = (0, 0);
        loop {
            let (result, read, wrote, finished) = reader.read_record(
                input.fill_buf()?,
                text.get_mut(written..).unwrap_or_default(),
                ends.get_mut(ended..).unwrap_or_default(),
            );
            input.consume(read);
            written += wrote;
            ended += finished;
            match result {
                // The next call sees more, or nothing, which ends the last record.
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => text.resize(text.len() * 2, 0),
                csv_core::ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                csv_core::ReadRecordResult::Record => break,
                csv_core::ReadRecordResult::End => return Ok(()),
            }
        }
        let text = text.get(..written).unwrap_or_default();
        take(number, Record { text, ends: ends.get(..ended).unwrap_or_default() })?;
        number += 1;
    }
}

/// The same of a file that is in memory, with fields as text.
pub(crate) fn each_text_record<E>(
    bytes: &[u8],
    mut take: impl FnMut(u64, &[String]) -> Result<(), E>,
) -> Result<(), E> {
    /// What `take` said; nothing else can go wrong with bytes in memory.
    struct Taken<E>(Option<E>);
    impl<E> From<io::Error> for Taken<E> {
        fn from(_: io::Error) -> Self {
            Self(None)
        }
    }
    let read = each_record(bytes, |number, record| {
        let fields: Vec<String> =
            record.fields().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
        take(number, &fields).map_err(|error| Taken(Some(error)))
    });
    match read {
        Err(Taken(Some(error))) => Err(error),
        Ok(()) | Err(Taken(None)) => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_and_a_last_line_without_end_are_read() {
        let mut records = Vec::new();
        let text = "\u{feff}a,b\r\n\"x, \"\"y\"\"\", 2 \n3,4";
        each_record(text.as_bytes(), |number, record| {
            records
                .push((number, record.fields().map(String::from_utf8_lossy).collect::<Vec<_>>().join("|")));
            Ok::<_, io::Error>(())
        })
        .unwrap();
        assert_eq!(records, [(0, "a|b".into()), (1, "x, \"y\"|2".into()), (2, "3|4".into())]);
    }

    #[test]
    fn long_records_grow_the_buffers() {
        let line = vec!["0123456789".repeat(600); 100].join(",");
        let mut seen = 0;
        each_record(line.as_bytes(), |_, record| {
            seen += record.fields().count();
            Ok::<_, io::Error>(())
        })
        .unwrap();
        assert_eq!(seen, 100);
    }

    #[test]
    fn records_are_the_same_however_the_input_comes() {
        let text = "\u{feff}a,b\r\n\"x\ny\",2\n3,4\n";
        let read = |size: usize| {
            let mut records = Vec::new();
            each_record(io::BufReader::with_capacity(size, text.as_bytes()), |_, record| {
                records.push(record.fields().map(<[u8]>::to_vec).collect::<Vec<_>>());
                Ok::<_, io::Error>(())
            })
            .unwrap();
            records
        };
        assert_eq!(read(3), read(4_096));
        assert_eq!(read(5).len(), 3);
    }
}
