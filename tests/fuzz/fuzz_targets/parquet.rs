//! Bytes as a Parquet bill: damaged files give errors, never other rows than they state, and the same each time.
#![no_main]

use joulework_fuzz::{bill, file};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    // Anything else is what the target `csv` has.
    if !data.starts_with(b"PAR1") {
        return Corpus::Reject;
    }
    bill::keep_the_fence();
    let path = file("bill", data);
    let reading = bill::read(&path);
    if let Err(error) = &reading {
        bill::check_error(error, &path);
    }
    match (reading, bill::read(&path)) {
        (Ok(first), Ok(second)) => assert_eq!(first, second),
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        (first, second) => panic!("first: {first:?}\nsecond: {second:?}"),
    }
    Corpus::Keep
});
