//! What the gate lets through, held against the contract once more, by other code.

use std::collections::BTreeSet;

use joulework::runtime::{
    Batch, Column, Data, Descriptor, GRADES, Kind, Known, NO_VALUE, Output, STANDARD_FACTORS, standard_column,
};
use joulework::units::Unit;

use crate::shown::is_steering;

/// The largest number that an estimate may be.
const LARGEST: f64 = 1e100;
/// Entries of any list.
const ENTRIES: usize = 256;

/// Holds a description that was let through against the contract.
pub fn descriptor(descriptor: &Descriptor) {
    name(&descriptor.id);
    assert!(!descriptor.outputs.is_empty() && descriptor.outputs.len() <= ENTRIES);
    assert!(descriptor.inputs.len() <= ENTRIES && descriptor.tables.len() <= ENTRIES);
    let texts = [&descriptor.version, &descriptor.summary, &descriptor.licence, &descriptor.factor_set];
    let docs = descriptor.inputs.iter().map(|input| &input.doc);
    for text in texts.into_iter().chain(docs).chain(descriptor.outputs.iter().map(|output| &output.doc)) {
        assert!(!text.contains(|character| is_steering(character) && character != '\n'), "{text:?}");
    }
    let mut names = BTreeSet::new();
    for input in &descriptor.inputs {
        name(&input.name);
        assert!(names.insert(&input.name), "`{}` is there twice", input.name);
        unit(input.kind, &input.unit);
        assert!(standard_column(&input.name).is_some() || input.name.contains('.'));
    }
    for output in &descriptor.outputs {
        assert!(names.insert(&output.name), "`{}` is there twice", output.name);
        check_output(output, descriptor);
    }
    for table in &descriptor.tables {
        name(&table.name);
        table.columns.iter().for_each(|column| name(&column.name));
    }
}

fn check_output(output: &Output, descriptor: &Descriptor) {
    name(&output.name);
    unit(output.kind, &output.unit);
    let own = |name: &str| name.strip_prefix(&descriptor.id).is_some_and(|rest| rest.starts_with('.'));
    assert!(standard_column(&output.name).is_some() || own(&output.name), "{}", output.name);
    assert!(output.kind == Kind::Number || output.spreads.is_empty() && output.inherits.is_empty());
    assert!(output.kind == Kind::Number || !output.additive);
    assert!(output.inherits.iter().all(|(_, power)| power.is_finite()));
    for spread in &output.spreads {
        let factor = spread.factor.as_str();
        name(factor);
        assert!(STANDARD_FACTORS.contains(&factor) || own(factor), "{factor}");
    }
}

fn unit(kind: Kind, unit: &str) {
    assert_eq!(kind == Kind::Number, !unit.is_empty());
    assert!(unit.is_empty() || Unit::parse(unit).is_ok(), "{unit}");
}

fn name(name: &str) {
    let of_a_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    assert!(
        name.bytes().all(of_a_name) && name.starts_with(|first: char| first.is_ascii_lowercase()),
        "{name}"
    );
    assert!(name.len() <= 128 && !name.contains("..") && !name.ends_with(['.', '-']), "{name}");
}

/// Holds the columns of an estimate against the description and the contract.
pub fn columns(columns: &[Column], rows: usize, descriptor: &Descriptor, text_bytes: usize) {
    let mut rest = columns.iter();
    for output in &descriptor.outputs {
        let value = next(&mut rest, &output.name, output.kind, rows);
        check_data(&value.data, rows, text_bytes);
        if let Data::Same(number) = value.data {
            assert!(is_magnitude(number), "{number}");
        }
        if let Data::Numbers { values, .. } = &value.data {
            assert!(values.iter().copied().all(is_magnitude), "{values:?}");
        }
        for spread in &output.spreads {
            let gsd = next(&mut rest, &output.gsd_column(&spread.factor), Kind::Number, rows);
            for row in (0..rows).filter(|row| value.number(*row).is_some()) {
                let gsd = gsd.number(row).expect("a deviation wherever there is a value");
                assert!(gsd >= 1.0 && gsd.is_finite(), "{gsd}");
            }
        }
        if output.graded {
            let basis = next(&mut rest, &output.basis_column(), Kind::Category, rows);
            check_data(&basis.data, rows, text_bytes);
            for row in 0..rows {
                let grade = basis.text(row);
                assert!(grade.is_none_or(|grade| GRADES.contains(&grade)), "{grade:?}");
                assert!(grade.is_some() || value.number(row).is_none_or(|number| number == 0.0));
            }
        }
    }
    assert!(rest.next().is_none(), "a column that nobody declared");
}

fn next<'a>(
    columns: &mut impl Iterator<Item = &'a Column>,
    name: &str,
    kind: Kind,
    rows: usize,
) -> &'a Column {
    let column = columns.next().unwrap_or_else(|| panic!("`{name}` is missing"));
    assert_eq!(column.name, name);
    assert_eq!(column.data.kind(), kind, "{name}");
    assert!(column.data.len().is_none_or(|len| len == rows), "{name}");
    column
}

fn is_magnitude(number: f64) -> bool {
    (0.0..=LARGEST).contains(&number) && !number.is_sign_negative()
}

/// Holds the built-in tables of a plugin against the contract.
pub fn tables(tables: &[(String, Batch)], text_bytes: usize) {
    let mut names = BTreeSet::new();
    for (table, batch) in tables {
        name(table);
        assert!(names.insert(table), "`{table}` is there twice");
        let mut columns = BTreeSet::new();
        for column in &batch.columns {
            name(&column.name);
            assert!(columns.insert(&column.name), "`{}` is there twice", column.name);
            assert!(column.data.len().is_none_or(|len| len == batch.rows));
            check_data(&column.data, batch.rows, text_bytes);
            if let Data::Numbers { values, .. } = &column.data {
                assert!(values.iter().all(|value| value.is_finite()));
            }
        }
    }
}

fn check_data(data: &Data, rows: usize, text_bytes: usize) {
    let fits = |text: &String| text.len() <= text_bytes && !text.contains(is_steering);
    match data {
        Data::Same(value) => assert!(value.is_finite()),
        Data::Numbers { known, .. } | Data::Instants { known, .. } => check_known(known, rows),
        Data::Decimals { scale, known, .. } => {
            assert!(*scale <= 38);
            check_known(known, rows);
        }
        Data::Texts { values, known } => {
            assert!(values.iter().all(fits));
            check_known(known, rows);
        }
        Data::Categories { values, codes } => {
            assert!(values.iter().all(fits));
            assert_eq!(values.iter().collect::<BTreeSet<_>>().len(), values.len(), "a value twice");
            let points = |code: &u32| *code == NO_VALUE || (*code as usize) < values.len();
            assert!(codes.iter().all(points));
        }
    }
}

/// No bit past the last row, and no bits where all rows are known.
fn check_known(known: &Known, rows: usize) {
    if known.is_all() {
        return;
    }
    let bits: usize = known.bytes().iter().map(|byte| byte.count_ones() as usize).sum();
    assert_eq!(known.bytes().len(), rows.div_ceil(8));
    assert_eq!(bits, (0..rows).filter(|row| known.is_known(*row)).count());
    assert!(bits < rows);
}
