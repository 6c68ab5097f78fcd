//! Reads a bill and holds what comes out against what the reader promises.

use std::path::Path;
use std::sync::Once;

use joulework::arrow::array::{Array, RecordBatch};
use joulework::engine::bill::{
    Bill, BillColumn, BillError, BillOptions, ColumnKind, ColumnSet, Format, Origin, Position, UsageBatch,
    panics_are_caught,
};
use joulework::units::Currency;

/// Most rows of a batch.
const BATCH: usize = 65_536;

/// What was read of a file.
#[derive(Debug, PartialEq)]
pub struct Reading {
    pub format: Format,
    pub rows: u64,
    pub batches: Vec<RecordBatch>,
    pub notes: Vec<String>,
}

/// Panics inside the reader's fence become errors there, and must not end the process.
pub fn keep_the_fence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panics_are_caught() {
                hook(panic);
            }
        }));
    });
}

/// Reads a file whole.
pub fn read(path: &Path) -> Result<Reading, BillError> {
    let bill = Bill::open(&[path.into()], &BillOptions::default())?;
    let [file] = bill.files() else { panic!("one file was named, {} were opened", bill.files().len()) };
    let stated = file.rows();
    let mut next = 1;
    let mut batches = Vec::new();
    for chunk in bill.chunks() {
        assert_eq!(chunk.file(), 0);
        let before = next;
        chunk.read(ColumnSet::all(), |batch| {
            check(&batch);
            if let Origin::Rows { file, first } = batch.origin() {
                assert_eq!((file, first), (0, next), "rows are left out, or there twice");
                next += batch.rows() as u64;
            }
            batches.push(batch.record_batch().clone());
            Ok::<_, BillError>(())
        })?;
        if let Some(rows) = chunk.rows() {
            assert_eq!(next - before, rows, "a chunk has other rows than it states");
        }
    }
    bill.finish()?;
    let rows = next - 1;
    if let Some(stated) = stated {
        assert_eq!(rows, stated, "the file has other rows than it states");
    }
    let notes = bill.notes().iter().map(|note| format!("{note:?}")).collect();
    Ok(Reading { format: file.format(), rows, batches, notes })
}

/// Holds a batch against the documented types and values of its columns.
fn check(batch: &UsageBatch) {
    assert!(batch.rows() <= BATCH, "{} rows in one batch", batch.rows());
    for column in BillColumn::ALL.iter().copied() {
        let Some(array) = batch.array(column) else { continue };
        let name = column.name();
        assert_eq!(array.len(), batch.rows(), "{name}");
        assert_eq!(*array.data_type(), column.kind().data_type(), "{name}");
        array.to_data().validate_full().unwrap_or_else(|error| panic!("{name}: {error}"));
        match column.kind() {
            ColumnKind::Category => {
                let categories = batch.categories(column).expect("a category");
                for row in 0..batch.rows() {
                    let Some(text) = categories.value(row) else { continue };
                    assert!(!text.is_empty(), "{name} has an empty text");
                    if column == BillColumn::BillingCurrency {
                        assert!(Currency::parse(text).is_ok(), "{text:?} is no currency");
                    }
                }
            }
            ColumnKind::Number => {
                let numbers = batch.numbers(column).expect("a number");
                assert!(numbers.iter().flatten().all(f64::is_finite), "{name} is not finite");
            }
            ColumnKind::Decimal => assert!(batch.decimals(column).is_some(), "{name} is no money"),
            ColumnKind::Instant => assert!(batch.instants(column).is_some(), "{name} is no instant"),
        }
    }
}

/// Holds an error against what it promises: a stable code, the file, and where in it.
pub fn check_error(error: &BillError, path: &Path) {
    let text = error.to_string();
    assert!(error.code().contains('.'), "{}", error.code());
    assert!(text.starts_with(&*path.to_string_lossy()), "the file is not named first: {text}");
    if let Some(hint) = error.hint() {
        assert!(!hint.is_empty());
    }
    if let BillError::Value { position, column, expected, .. } = error {
        check_position(position, path);
        assert!(!column.is_empty() && !expected.is_empty(), "{text}");
    }
    if let BillError::Row { position, reason } = error {
        check_position(position, path);
        assert!(!reason.is_empty(), "{text}");
    }
}

fn check_position(position: &Position, path: &Path) {
    assert_eq!(position.file, path);
    assert!(position.row >= 1, "rows are counted from 1");
}
