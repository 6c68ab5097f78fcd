//! The FOCUS sample of the `FinOps` Foundation, where `JOULEWORK_SAMPLES` names its folder.

use std::path::PathBuf;

use joulework_engine::bill::{BillColumn, Format};

use super::fixture::{batches, count, open, total};

#[test]
fn the_billed_cost_of_the_sample_is_kept_to_the_last_digit() {
    #[expect(clippy::disallowed_methods, reason = "the variable only adds a test")]
    let Some(folder) = std::env::var_os("JOULEWORK_SAMPLES") else { return };
    let path = PathBuf::from(folder).join("focus-1.0-sample.csv");
    let bill = open(&[&path]).unwrap();
    let batches = batches(&bill).unwrap();
    assert_eq!(bill.files()[0].format(), Format::Focus10);
    assert_eq!(count(&batches), 1000);
    assert_eq!(total(&batches, BillColumn::BilledCost).to_string(), "20.52022672899");
}
