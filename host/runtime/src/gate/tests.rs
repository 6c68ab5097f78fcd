#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]

use super::*;
use crate::descriptor::Spread;

const TEXT: usize = 16;

/// `x`, a graded number with one deviation, and `c`, a category.
fn descriptor() -> Descriptor {
    let output = |name: &str, kind, graded, spreads| Output {
        name: name.to_owned(),
        kind,
        unit: String::new(),
        additive: false,
        doc: String::new(),
        part_of: String::new(),
        inherits: Vec::new(),
        spreads,
        graded,
    };
    let spread = Spread { factor: "f".to_owned(), key: Vec::new() };
    Descriptor {
        id: "p".to_owned(),
        version: "1".to_owned(),
        summary: String::new(),
        licence: String::new(),
        inputs: Vec::new(),
        outputs: vec![
            output("x", Kind::Number, true, vec![spread]),
            output("c", Kind::Category, false, vec![]),
        ],
        tables: Vec::new(),
        settings_schema: String::new(),
        citations: Vec::new(),
        factor_set: String::new(),
        extras: Vec::new(),
    }
}

/// A result of two rows that passes.
fn honest() -> Batch {
    Batch {
        rows: 2,
        columns: vec![
            Column::new("c", Data::categories([Some("a"), None])),
            Column::new("x.basis", Data::categories([Some("proxy"), Some("measured")])),
            Column::new("x.gsd.f", Data::Same(1.5)),
            Column::new("x", Data::numbers([Some(1.0), Some(2.0)])),
        ],
    }
}

fn with(name: &str, data: Data) -> Result<Vec<Column>, Refusal> {
    let mut batch = honest();
    batch.columns.iter_mut().find(|column| column.name == name).unwrap().data = data;
    accept(batch, 2, &descriptor(), TEXT)
}

fn refusal(name: &str, data: Data) -> (Breach, Option<usize>) {
    let refusal = with(name, data).unwrap_err();
    assert_eq!(refusal.column.as_deref(), Some(name));
    (refusal.breach, refusal.row)
}

#[test]
fn an_honest_result_passes_in_the_declared_order() {
    let columns = accept(honest(), 2, &descriptor(), TEXT).unwrap();
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["x", "x.gsd.f", "x.basis", "c"]);
}

#[test]
fn lying_about_the_number_of_rows_is_refused() {
    let refusal = accept(Batch { rows: 3, ..honest() }, 2, &descriptor(), TEXT).unwrap_err();
    assert_eq!(refusal.breach, Breach::Rows { got: 3, expected: 2 });
}

#[test]
fn missing_undeclared_and_double_columns_are_refused() {
    let mut batch = honest();
    batch.columns.remove(0);
    let refusal = accept(batch, 2, &descriptor(), TEXT).unwrap_err();
    assert_eq!((refusal.breach, refusal.column.as_deref()), (Breach::Missing, Some("c")));

    let mut batch = honest();
    batch.columns.push(Column::new("y", Data::Same(1.0)));
    let refusal = accept(batch, 2, &descriptor(), TEXT).unwrap_err();
    assert_eq!((refusal.breach, refusal.column.as_deref()), (Breach::Undeclared, Some("y")));

    let mut batch = honest();
    batch.columns.push(batch.columns[0].clone());
    let refusal = accept(batch, 2, &descriptor(), TEXT).unwrap_err();
    assert_eq!((refusal.breach, refusal.column.as_deref()), (Breach::Twice, Some("c")));
}

#[test]
fn another_kind_is_refused() {
    let expected = (Breach::Kind { got: Kind::Category, expected: Kind::Number }, None);
    assert_eq!(refusal("x", Data::categories([None, None])), expected);
}

#[test]
fn numbers_are_finite_and_not_negative() {
    let numbers = |value| Data::numbers([Some(0.0), Some(value)]);
    assert!(matches!(refusal("x", numbers(f64::NAN)), (Breach::NotFinite { .. }, Some(1))));
    assert!(matches!(refusal("x", numbers(f64::INFINITY)), (Breach::NotFinite { .. }, Some(1))));
    assert_eq!(refusal("x", numbers(-0.5)), (Breach::Negative { value: -0.5 }, Some(1)));
    assert_eq!(refusal("x", Data::numbers([None, Some(-1.0)])), (Breach::Negative { value: -1.0 }, Some(1)));
    assert_eq!(refusal("x", Data::Same(-1.0)), (Breach::Negative { value: -1.0 }, Some(0)));
}

#[test]
fn values_of_unknown_rows_and_negative_zeros_become_zero() {
    let known = Known::from_rows([false, true]);
    let columns = with("x", Data::Numbers { values: vec![f64::NAN, -0.0], known }).unwrap();
    let Data::Numbers { values, .. } = &columns[0].data else { unreachable!() };
    assert_eq!(values.iter().map(|value| value.to_bits()).collect::<Vec<_>>(), [0, 0]);
}

#[test]
fn a_deviation_is_at_least_1_wherever_there_is_a_value() {
    assert_eq!(refusal("x.gsd.f", Data::Same(0.9)), (Breach::Gsd { value: 0.9 }, Some(0)));
    assert_eq!(
        refusal("x.gsd.f", Data::numbers([Some(1.0), Some(0.0)])),
        (Breach::Gsd { value: 0.0 }, Some(1))
    );
    assert_eq!(refusal("x.gsd.f", Data::numbers([Some(1.0), None])), (Breach::GsdMissing, Some(1)));
    assert!(matches!(refusal("x.gsd.f", Data::Same(f64::NAN)), (Breach::Gsd { .. }, Some(0))));

    let mut batch = honest();
    batch.columns[2].data = Data::numbers([None, Some(1.2)]);
    batch.columns[3].data = Data::numbers([None, Some(2.0)]);
    assert!(accept(batch, 2, &descriptor(), TEXT).is_ok(), "ignored at rows without a value");
}

#[test]
fn a_grade_is_one_of_the_four_and_stands_at_every_value_but_0() {
    let wrong = refusal("x.basis", Data::categories([Some("guess"), Some("proxy")]));
    assert_eq!(wrong, (Breach::Grade { value: "guess".to_owned() }, None));
    assert_eq!(refusal("x.basis", Data::categories([Some("proxy"), None])), (Breach::GradeMissing, Some(1)));

    let mut batch = honest();
    batch.columns[1].data = Data::categories([None, None]);
    batch.columns[3].data = Data::numbers([Some(0.0), None]);
    assert!(accept(batch, 2, &descriptor(), TEXT).is_ok(), "nothing to grade");
}

#[test]
fn categories_have_no_duplicate_no_stray_code_and_no_giant_text() {
    let categories =
        |values: [&str; 2], codes| Data::Categories { values: values.map(String::from).to_vec(), codes };
    assert_eq!(
        refusal("c", categories(["a", "b"], vec![0, 2])),
        (Breach::Code { code: 2, values: 2 }, Some(1))
    );
    let twice = refusal("c", categories(["a", "a"], vec![0, 1]));
    assert_eq!(twice, (Breach::Duplicate { value: "a".to_owned() }, None));
    let long = "x".repeat(TEXT + 1);
    let giant = refusal("c", categories(["a", &long], vec![0, 1]));
    assert_eq!(giant, (Breach::Text { bytes: TEXT + 1, limit: TEXT }, None));
}

#[test]
fn a_table_with_a_nan_a_double_column_or_too_many_rows_is_refused() {
    let accept_table = |table| accept_tables(vec![("factors".to_owned(), table)], TEXT);
    let table = |columns| Batch { rows: 1, columns };
    let nan = Data::Numbers { values: vec![f64::NAN], known: Known::all() };
    let refusal = accept_table(table(vec![Column::new("w", nan)])).unwrap_err();
    assert!(matches!(refusal, Refusal { breach: Breach::NotFinite { .. }, row: Some(0), .. }));
    let twice = vec![Column::new("w", Data::Same(-1.0)), Column::new("w", Data::Same(1.0))];
    assert_eq!(accept_table(table(twice)).unwrap_err().breach, Breach::Twice);
    let huge = Batch { rows: usize::MAX, columns: vec![] };
    assert!(matches!(accept_table(huge).unwrap_err().breach, Breach::TableSize { .. }));
}

#[test]
fn a_text_counts_at_each_row_of_a_table() {
    let rows = 10_000;
    let text = "x".repeat(10_000);
    let data = Data::Categories { values: vec![text], codes: vec![0; rows] };
    let table = Batch { rows, columns: vec![Column::new("source", data)] };
    let refusal = accept_tables(vec![("factors".to_owned(), table)], 10_000).unwrap_err();
    assert!(matches!(refusal.breach, Breach::TableSize { found: 102_560_000, .. }), "{:?}", refusal.breach);
}

#[test]
fn no_value_is_so_large_that_the_next_plugin_would_overflow() {
    assert!(matches!(
        refusal("x", Data::numbers([Some(1.0), Some(1e101)])),
        (Breach::TooLarge { .. }, Some(1))
    ));
    assert!(matches!(refusal("x", Data::Same(f64::MAX)), (Breach::TooLarge { .. }, Some(0))));
}

#[test]
fn a_text_that_steers_a_terminal_is_refused() {
    let wrong = refusal("c", Data::categories([Some("a"), Some("\u{1b}[2J")]));
    assert_eq!(wrong, (Breach::Control { text: "\\u{1b}[2J".to_owned() }, None));
}
