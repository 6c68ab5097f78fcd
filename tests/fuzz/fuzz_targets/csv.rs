//! Bytes as a CSV bill, plain or gzip. Text must give the same plain and packed, and an error must point at its line.
#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use joulework::engine::bill::BillError;
use joulework_fuzz::{bill, file};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    // Parquet has a target of its own.
    if data.starts_with(b"PAR1") {
        return Corpus::Reject;
    }
    bill::keep_the_fence();
    let path = file("bill", data);
    let plain = bill::read(&path);
    if let Err(error) = &plain {
        bill::check_error(error, &path);
    }
    if data.is_empty() || data.starts_with(b"\x1f\x8b") {
        return Corpus::Keep;
    }
    if let Err(error) = &plain {
        check_place(error, data);
    }
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(data).expect("memory");
    file("bill", &packer.finish().expect("memory"));
    match (plain, bill::read(&path)) {
        (Ok(plain), Ok(packed)) => assert_eq!(plain, packed),
        (Err(plain), Err(packed)) => {
            assert_eq!(plain.code(), packed.code());
            if !matches!(plain, BillError::Format { .. }) {
                assert_eq!(plain.to_string(), packed.to_string());
            }
        }
        (plain, packed) => panic!("plain: {plain:?}\npacked: {packed:?}"),
    }
    Corpus::Keep
});

/// The line of an error is one of the file, the column one of its header, and what was found stands in that line.
fn check_place(error: &BillError, data: &[u8]) {
    let lines: Vec<&[u8]> = data.split(|byte| *byte == b'\n').collect();
    let line_of = |line: u64| {
        let line = usize::try_from(line).expect("a line");
        assert!((2..=lines.len()).contains(&line), "line {line} of {}: {error}", lines.len());
        lines[line - 1]
    };
    // With quotes a row may have several lines, and its text is not as it stands.
    let is_quoted = data.contains(&b'"');
    match error {
        BillError::Value { position, column, found, .. } => {
            let Some(line) = position.line.map(line_of) else { return };
            if is_quoted {
                return;
            }
            assert!(holds(lines[0], column), "`{column}` is no column: {error}");
            if found.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
                assert!(holds(line, found), "`{found}` is not there: {error}");
            }
            assert!(position.row < position.line.unwrap_or(u64::MAX), "{error}");
        }
        BillError::Row { position, .. } => {
            position.line.map(line_of);
        }
        _ => {}
    }
}

fn holds(line: &[u8], text: &str) -> bool {
    text.is_empty() || line.windows(text.len()).any(|part| part == text.as_bytes())
}
