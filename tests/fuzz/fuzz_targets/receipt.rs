//! Bytes as a receipt: what is read can be written, read again as the same, and fits the published schema.
#![no_main]

use std::sync::LazyLock;

use joulework::receipt::{RECEIPT_SCHEMA, RECEIPT_SCHEMA_VERSION, Receipt};
use jsonschema::Validator;
use libfuzzer_sys::fuzz_target;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::validator_for(&serde_json::from_str(RECEIPT_SCHEMA).expect("JSON")).expect("a schema")
});

fuzz_target!(|data: &[u8]| {
    let receipt = match Receipt::parse(data, "receipt.json") {
        Ok(receipt) => receipt,
        Err(error) => {
            assert!(error.code().starts_with("receipt."));
            assert!(error.to_string().starts_with("receipt.json is "), "{error}");
            assert!(error.hint().is_none_or(|hint| !hint.is_empty()));
            return;
        }
    };
    assert_eq!(receipt.schema_version, RECEIPT_SCHEMA_VERSION);
    for (name, total) in &receipt.outcome.figures {
        let ends = [Some(total.value), total.low, total.high];
        assert!(ends.into_iter().flatten().all(f64::is_finite), "{name}");
    }
    let value = serde_json::to_value(&receipt).expect("a receipt is JSON");
    if let Err(error) = VALIDATOR.validate(&value) {
        panic!("the schema refuses what is read: {error}");
    }
    let text = serde_json::to_vec(&receipt).expect("a receipt is JSON");
    let again = Receipt::parse(&text, "again.json").expect("what was written is read");
    assert_eq!(receipt, again);
});
