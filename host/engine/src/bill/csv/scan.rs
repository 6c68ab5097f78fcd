//! Where the fields of a CSV record begin and end (RFC 4180, with LF or CRLF).

use memchr::memchr;

/// A field in the buffer, without its quotes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    /// The end, with the upper bit set where the field has doubled quotes.
    end: u32,
}

const DOUBLED: u32 = 1 << 31;

impl Span {
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a buffer is far smaller than 2 GiB")]
    fn new(start: usize, end: usize, doubled: bool) -> Self {
        Self { start: start as u32, end: end as u32 | if doubled { DOUBLED } else { 0 } }
    }

    /// The bytes of the field as they stand in the buffer.
    #[inline]
    pub(super) fn raw(self, buffer: &[u8]) -> &[u8] {
        buffer.get(self.start as usize..(self.end & !DOUBLED) as usize).unwrap_or_default()
    }

    /// Whether doubled quotes must be made single.
    #[inline]
    pub(super) fn is_doubled(self) -> bool {
        self.end & DOUBLED != 0
    }
}

/// Makes doubled quotes single.
pub(super) fn undouble(raw: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut rest = raw;
    while let Some(quote) = memchr(b'"', rest) {
        let (head, tail) = rest.split_at(quote + 1);
        out.extend_from_slice(head);
        rest = tail.strip_prefix(b"\"").unwrap_or(tail);
    }
    out.extend_from_slice(rest);
}

/// What was found at a place of the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scan {
    /// A record with so many fields; the next begins at `next`.
    Record { fields: usize, next: usize },
    /// The buffer ends inside the record.
    Incomplete,
    /// The quotes do not match.
    Malformed(&'static str),
}

/// Finds the end of the record at `at`. The fields that `slots` names (place of the field → slot) go to `spans`.
///
/// `last` says that nothing comes after the buffer. The buffer must not be at its end.
#[inline]
pub(super) fn record(
    buffer: &[u8],
    mut at: usize,
    last: bool,
    delimiter: u8,
    slots: &[u32],
    spans: &mut [Span],
) -> Scan {
    let mut field = 0;
    loop {
        let (span, after) = if buffer.get(at) == Some(&b'"') {
            let mut from = at + 1;
            let mut doubled = false;
            let close = loop {
                let Some(quote) = find_quote(buffer, from) else {
                    return if last {
                        Scan::Malformed("a quote is opened and never closed")
                    } else {
                        Scan::Incomplete
                    };
                };
                match buffer.get(quote + 1) {
                    Some(b'"') => {
                        doubled = true;
                        from = quote + 2;
                    }
                    None if !last => return Scan::Incomplete,
                    _ => break quote,
                }
            };
            (Span::new(at + 1, close, doubled), close + 1)
        } else {
            match find_end(buffer, at, delimiter) {
                Some(end) => (Span::new(at, end, false), end),
                None if last => (Span::new(at, buffer.len(), false), buffer.len()),
                None => return Scan::Incomplete,
            }
        };
        if let Some(&slot) = slots.get(field)
            && let Some(place) = spans.get_mut(slot as usize)
        {
            *place = span;
        }
        field += 1;
        match buffer.get(after) {
            Some(byte) if *byte == delimiter => at = after + 1,
            Some(b'\n') => {
                trim(buffer, slots, field - 1, spans);
                return Scan::Record { fields: field, next: after + 1 };
            }
            Some(b'\r') if buffer.get(after + 1) == Some(&b'\n') => {
                return Scan::Record { fields: field, next: after + 2 };
            }
            Some(b'\r') if after + 1 == buffer.len() => {
                return if last { Scan::Record { fields: field, next: after + 1 } } else { Scan::Incomplete };
            }
            None => {
                trim(buffer, slots, field - 1, spans);
                return Scan::Record { fields: field, next: after };
            }
            Some(_) => return Scan::Malformed("text follows a closing quote"),
        }
    }
}

/// Takes the CR of a line end off an unquoted last field.
#[inline]
fn trim(buffer: &[u8], slots: &[u32], field: usize, spans: &mut [Span]) {
    if let Some(&slot) = slots.get(field)
        && let Some(span) = spans.get_mut(slot as usize)
        && span.raw(buffer).last() == Some(&b'\r')
        && buffer.get((span.end & !DOUBLED) as usize) != Some(&b'"')
    {
        span.end -= 1;
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The upper bit of each byte that is 0; above the first such byte there may be false ones.
#[inline]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// The first delimiter or line feed from `at` on. Fields are short: eight bytes at a time, without a call.
#[inline]
fn find_end(buffer: &[u8], at: usize, delimiter: u8) -> Option<usize> {
    let mut rest = buffer.get(at..)?;
    let mut at = at;
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*head);
        let hits = zeros(word ^ (ONES * u64::from(delimiter))) | zeros(word ^ (ONES * u64::from(b'\n')));
        if hits != 0 {
            return Some(at + hits.trailing_zeros() as usize / 8);
        }
        at += 8;
        rest = tail;
    }
    rest.iter().position(|byte| *byte == delimiter || *byte == b'\n').map(|place| at + place)
}

/// The first quote from `at` on: three words by hand, then the library.
#[inline]
fn find_quote(buffer: &[u8], at: usize) -> Option<usize> {
    let mut rest = buffer.get(at..)?;
    let mut at = at;
    for _ in 0..3 {
        let Some((head, tail)) = rest.split_first_chunk::<8>() else { break };
        let hits = zeros(u64::from_le_bytes(*head) ^ (ONES * u64::from(b'"')));
        if hits != 0 {
            return Some(at + hits.trailing_zeros() as usize / 8);
        }
        at += 8;
        rest = tail;
    }
    memchr(b'"', rest).map(|place| at + place)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may")]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<Vec<String>> {
        let slots: Vec<u32> = (0..16).collect();
        let mut rows = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let mut spans = [Span::default(); 16];
            match record(text, at, true, b',', &slots, &mut spans) {
                Scan::Record { fields, next } => {
                    let mut out = Vec::new();
                    rows.push(
                        spans[..fields]
                            .iter()
                            .map(|span| {
                                undouble(span.raw(text), &mut out);
                                let bytes =
                                    if span.is_doubled() { out.clone() } else { span.raw(text).to_vec() };
                                String::from_utf8(bytes).unwrap()
                            })
                            .collect(),
                    );
                    at = next;
                }
                other => panic!("{other:?}"),
            }
        }
        rows
    }

    #[test]
    fn quotes_line_ends_and_empty_fields_are_read_as_rfc_4180_has_them() {
        assert_eq!(
            read(b"a,\"b, \"\"c\"\"\",\r\n\"x\r\ny\",,z\r\n1,2,3"),
            [["a", "b, \"c\"", ""], ["x\r\ny", "", "z"], ["1", "2", "3"]]
        );
        assert_eq!(read(b"\"\",\"\"\"\",\"a\"\n"), [["", "\"", "a"]]);
        assert_eq!(read(b"a\"b,c\n"), [["a\"b", "c"]]);
        assert_eq!(read(b"a,\"quoted\r\"\n"), [["a", "quoted\r"]]);
    }

    /// The fields as `csv-core` has them.
    fn oracle(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv_core::Reader::new();
        let (mut rows, mut input) = (Vec::new(), text);
        let (mut out, mut ends) = (vec![0; text.len() + 16], vec![0; text.len() + 16]);
        loop {
            let (result, read, _, count) = reader.read_record(input, &mut out, &mut ends);
            input = &input[read..];
            match result {
                csv_core::ReadRecordResult::Record => {
                    let starts = std::iter::once(0).chain(ends.iter().copied());
                    rows.push(
                        starts.zip(&ends).take(count).map(|(start, end)| out[start..*end].to_vec()).collect(),
                    );
                }
                csv_core::ReadRecordResult::End => return rows,
                _ => assert!(input.is_empty(), "the room is large enough"),
            }
        }
    }

    fn quoted(field: &str) -> String {
        format!("\"{}\"", field.replace('"', "\"\""))
    }

    proptest::proptest! {
        #[test]
        fn any_well_formed_text_is_read_as_csv_core_reads_it(
            rows in proptest::collection::vec(proptest::collection::vec(("[ab,\"\n\r ]{0,20}", proptest::bool::ANY), 2..6), 1..6),
            windows in proptest::bool::ANY,
        ) {
            let line_end = if windows { "\r\n" } else { "\n" };
            let field = |(text, quote): &(String, bool)| if *quote || text.contains([',', '"', '\n', '\r']) { quoted(text) } else { text.clone() };
            let lines: Vec<String> = rows.iter().map(|row| row.iter().map(field).collect::<Vec<_>>().join(",")).collect();
            // With a last line end: `csv-core` gives a last field that is cut in pieces.
            let text = lines.join(line_end) + line_end;
            let found: Vec<Vec<Vec<u8>>> = read(text.as_bytes()).into_iter().map(|row| row.into_iter().map(String::into_bytes).collect()).collect();
            proptest::prop_assert_eq!(found, oracle(text.as_bytes()));
        }
    }

    #[test]
    fn a_record_that_the_buffer_cuts_is_incomplete_wherever_it_is_cut() {
        let text = b"first,\"second, \"\"third\"\"\",0.00000080000,\"{\"\"k\"\": \"\"v\"\"}\"\r\n";
        let slots: Vec<u32> = (0..4).collect();
        for end in 0..text.len() {
            let mut spans = [Span::default(); 4];
            assert_eq!(record(&text[..end], 0, false, b',', &slots, &mut spans), Scan::Incomplete, "{end}");
        }
    }

    #[test]
    fn quotes_that_do_not_match_are_told() {
        let mut spans = [Span::default(); 4];
        assert!(matches!(record(b"a,\"b\n", 0, true, b',', &[0, 1], &mut spans), Scan::Malformed(_)));
        assert!(matches!(record(b"\"a\"b,c\n", 0, true, b',', &[0, 1], &mut spans), Scan::Malformed(_)));
    }
}
