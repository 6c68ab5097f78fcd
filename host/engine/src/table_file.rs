//! Small CSV files that are read whole: series of work, and rows for the plugins' tables.

/// Gives every record with its number: 0 is the header. Fields are trimmed; a byte-order mark is skipped.
pub(crate) fn each_record<E>(
    bytes: &[u8],
    mut take: impl FnMut(u64, &[String]) -> Result<(), E>,
) -> Result<(), E> {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv_core::Reader::new();
    let (mut text, mut ends) = (vec![0_u8; 4_096], vec![0_usize; 64]);
    let mut number = 0;
    loop {
        let (mut written, mut ended) = (0, 0);
        loop {
            let (result, read, wrote, finished) = reader.read_record(
                rest,
                text.get_mut(written..).unwrap_or_default(),
                ends.get_mut(ended..).unwrap_or_default(),
            );
            rest = rest.get(read..).unwrap_or_default();
            written += wrote;
            ended += finished;
            match result {
                // The next call sees the empty rest, which ends the last record.
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => text.resize(text.len() * 2, 0),
                csv_core::ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                csv_core::ReadRecordResult::Record => break,
                csv_core::ReadRecordResult::End => return Ok(()),
            }
        }
        let mut start = 0;
        let field = |end: &usize| {
            let bytes = text.get(start..*end).unwrap_or_default();
            start = *end;
            String::from_utf8_lossy(bytes).trim().to_owned()
        };
        let fields: Vec<String> = ends.iter().take(ended).map(field).collect();
        take(number, &fields)?;
        number += 1;
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
        each_record(text.as_bytes(), |number, fields| {
            records.push((number, fields.join("|")));
            Ok::<_, ()>(())
        })
        .unwrap();
        assert_eq!(records, [(0, "a|b".into()), (1, "x, \"y\"|2".into()), (2, "3|4".into())]);
    }

    #[test]
    fn long_records_grow_the_buffers() {
        let line = vec!["0123456789".repeat(600); 100].join(",");
        let mut seen = 0;
        each_record(line.as_bytes(), |_, fields| {
            seen += fields.len();
            Ok::<_, ()>(())
        })
        .unwrap();
        assert_eq!(seen, 100);
    }
}
