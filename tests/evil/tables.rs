//! Built-in tables: the plugin hands them out for provenance, so they are kept for the whole run.

use joulework::engine::provenance::Provenance;

use crate::guest::early;
use crate::run::{EVIL, FILE, is_fit_to_be_shown, runtime, the_next_run_is_right, with};
use joulework::runtime::{Runtime, RuntimeOptions, Stage};

macro_rules! tables {
    ($($name:ident: $trick:literal => $code:literal, $row:expr, $column:expr;)*) => {
        $(
            #[test]
            fn $name() {
                misdeed($trick, $code, $row, $column);
            }
        )*
    };
}

/// The plugin is admitted and runs; whoever asks for its tables, such as the provenance of a run, gets the fault.
fn misdeed(trick: &str, code: &str, row: Option<usize>, column: Option<&str>) {
    let plugin = runtime().admit(FILE, &early(trick)).unwrap();
    let fault = plugin.tables().unwrap_err();
    assert_eq!((fault.plugin(), fault.code()), (EVIL, code), "{fault}");
    assert_eq!((fault.row(), fault.column()), (row, column), "{fault}");
    is_fit_to_be_shown(&fault);
    let pipeline = with(Stage::new(plugin));
    assert_eq!(Provenance::of(&pipeline).unwrap_err().code(), code);
    the_next_run_is_right();
}

tables! {
    a_table_shorter_than_it_says: "tables-short" => "gate.rows", None, Some("factor-id");
    a_table_of_four_thousand_million_rows_without_a_column: "tables-endless" => "gate.tables", None, None;
    a_table_that_is_small_until_it_is_written_out: "tables-written-out" => "gate.tables", None, None;
    a_thousand_tables: "tables-many" => "gate.tables", None, None;
    a_table_twice: "tables-twice" => "gate.tables", None, None;
    a_table_with_a_column_twice: "tables-column-twice" => "gate.duplicate-column", None, Some("factor-id");
    a_factor_that_is_no_number: "tables-nan" => "gate.not-finite", None, Some("kwh");
    an_escape_sequence_in_a_table: "tables-escape" => "gate.text", None, Some("factor-id");
    a_path_as_the_name_of_a_table: "tables-path" => "gate.tables", None, None;
    a_table_whose_name_is_not_utf_8: "tables-not-utf-8" => "plugin.malformed", None, None;
    a_panic_in_tables: "tables-panic" => "plugin.panic", None, None;
}

/// A plugin with room for so much in its own memory may not hand it over.
#[test]
fn a_table_of_seventy_megabytes() {
    let runtime = Runtime::new(RuntimeOptions::default()).unwrap();
    let plugin = runtime.admit(FILE, &early("tables-flood")).unwrap();
    let fault = plugin.tables().unwrap_err();
    assert_eq!((fault.plugin(), fault.code()), (EVIL, "limit.result"));
    the_next_run_is_right();
}
