//! What a plugin may return, through the gate without a guest: what is let through keeps the contract.
//!
//! The input chooses among good and bad parts, so that most of it is nearly right: only that comes far.
#![no_main]

use joulework::runtime::{Descriptor, GRADES, Kind, Output, PluginFault, standard_columns};
use joulework_fuzz::{built, is_steering, plain};
use joulework_runtime::probe::{self, columns, description, estimator};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Bytes that a text may have here.
const TEXT_BYTES: usize = 64;

fuzz_target!(|data: &[u8]| -> Corpus {
    match run(&mut Unstructured::new(data)) {
        Ok(()) => Corpus::Keep,
        Err(_) => Corpus::Reject,
    }
});

fn run(input: &mut Unstructured<'_>) -> Result<()> {
    match input.int_in_range(0..=9)? {
        0 => settings(input),
        1 => tables(input),
        2 => steps(input),
        _ => estimate(input),
    }
}

fn settings(input: &mut Unstructured<'_>) -> Result<()> {
    let schema = String::from_utf8_lossy(input.bytes(input.len() / 2)?).into_owned();
    let settings = serde_json::from_slice(input.bytes(input.len())?).unwrap_or_default();
    match probe::settings(&schema, &settings) {
        Ok(text) => assert!(
            settings.is_null() || serde_json::from_str::<serde_json::Value>(&text).unwrap() == settings
        ),
        Err(fault) => refused(&fault),
    }
    Ok(())
}

fn tables(input: &mut Unstructured<'_>) -> Result<()> {
    let mut tables = Vec::new();
    for _ in 0..input.int_in_range(0..=3)? {
        let rows = rows(input)?;
        let mut returned = Vec::new();
        for _ in 0..input.int_in_range(0..=3)? {
            let kind = kind(input)?;
            returned.push(columns::ColumnResult { name: name(input)?, data: values(input, kind, rows)? });
        }
        let rows = if odd(input)? { input.arbitrary()? } else { u32::from(rows) };
        tables.push((name(input)?, columns::BatchResult { rows, columns: returned }));
    }
    match probe::tables(tables, TEXT_BYTES) {
        Ok(tables) => built::tables(&tables, TEXT_BYTES),
        Err(fault) => refused(&fault),
    }
    Ok(())
}

fn steps(input: &mut Unstructured<'_>) -> Result<()> {
    let rows = rows(input)?;
    let mut steps = Vec::new();
    for _ in 0..input.int_in_range(0..=300)? {
        let mut terms = Vec::new();
        for _ in 0..input.int_in_range(0..=3)? {
            let value = number(input)?;
            terms.push(estimator::Term {
                name: name(input)?,
                value,
                unit: text(input)?,
                source: text(input)?,
            });
        }
        let row = input.int_in_range(0..=u32::from(rows))?;
        steps.push(estimator::Step { row, output: name(input)?, formula: text(input)?, terms });
    }
    match probe::steps(steps, rows.into()) {
        Ok(steps) => {
            for step in &steps {
                assert!(step.row < rows.into() && step.terms.iter().all(|term| term.value.is_finite()));
                plain(&step.formula);
                plain(&step.output);
                step.terms.iter().for_each(|term| plain(&term.name));
            }
        }
        Err(fault) => refused(&fault),
    }
    Ok(())
}

fn estimate(input: &mut Unstructured<'_>) -> Result<()> {
    let descriptor = match probe::descriptor(said(input)?) {
        Ok(descriptor) => descriptor,
        Err(fault) => {
            refused(&fault);
            return Ok(());
        }
    };
    built::descriptor(&descriptor);
    let rows = rows(input)?;
    let returned = returned(input, &descriptor, rows)?;
    match probe::result(returned, rows.into(), &descriptor, TEXT_BYTES) {
        Ok(columns) => built::columns(&columns, rows.into(), &descriptor, TEXT_BYTES),
        Err(fault) => {
            refused(&fault);
            assert!(fault.row().is_none_or(|row| row < rows.into()), "{fault}");
        }
    }
    Ok(())
}

/// A refusal can be shown as it is.
fn refused(fault: &PluginFault) {
    plain(&fault.to_string());
    assert!(fault.code().contains('.'));
    assert!(
        fault
            .hint()
            .is_none_or(|hint| !hint.contains(|character| is_steering(character) && character != '\n'))
    );
}

fn said(input: &mut Unstructured<'_>) -> Result<description::Descriptor> {
    let mut said = description::Descriptor {
        id: if odd(input)? { name(input)? } else { "p".to_owned() },
        version: if odd(input)? { text(input)? } else { "1.0.0".to_owned() },
        summary: text(input)?,
        licence: text(input)?,
        inputs: Vec::new(),
        outputs: Vec::new(),
        tables: Vec::new(),
        settings_schema: if odd(input)? { text(input)? } else { String::new() },
        citations: Vec::new(),
        factor_set: String::new(),
        extras: Vec::new(),
    };
    for _ in 0..input.int_in_range(0..=3)? {
        said.inputs.push(column(input)?);
    }
    for _ in 0..input.int_in_range(1..=4)? {
        said.outputs.push(output(input, &said)?);
    }
    for _ in 0..input.int_in_range(0..=1)? {
        said.tables.push(description::ReferenceTable {
            name: name(input)?,
            columns: vec![column(input)?],
            doc: text(input)?,
        });
    }
    Ok(said)
}

fn column(input: &mut Unstructured<'_>) -> Result<description::Input> {
    let standard = input.choose(standard_columns())?;
    let is_odd = odd(input)?;
    Ok(description::Input {
        name: if is_odd { name(input)? } else { standard.name.to_owned() },
        kind: if is_odd { kind(input)? } else { wire(standard.kind) },
        unit: if is_odd { text(input)? } else { standard.unit.to_owned() },
        additive: standard.additive,
        optional: input.arbitrary()?,
        with_table: String::new(),
        doc: text(input)?,
    })
}

fn output(input: &mut Unstructured<'_>, said: &description::Descriptor) -> Result<description::Output> {
    let kind = kind(input)?;
    let is_number = matches!(kind, description::Kind::Number);
    let mut output = description::Output {
        name: format!("p.{}", name(input)?),
        kind,
        unit: if is_number {
            (*input.choose(&["kWh", "gCO2e", "1", "L", "vCPU.h"])?).to_owned()
        } else {
            String::new()
        },
        additive: is_number && input.arbitrary()?,
        doc: String::new(),
        part_of: if odd(input)? { "it-energy".to_owned() } else { String::new() },
        inherits: Vec::new(),
        spreads: Vec::new(),
        graded: is_number && input.arbitrary()?,
    };
    if let Some(first) = said.inputs.first()
        && odd(input)?
    {
        output.inherits.push((first.name.clone(), number(input)?));
    }
    for _ in 0..input.int_in_range(0..=2)? {
        let factor = (*input.choose(&["cpu-power", "embodied", "p.own", "q.other", ""])?).to_owned();
        let key = if odd(input)? { vec![name(input)?] } else { vec!["service-name".to_owned()] };
        if is_number || odd(input)? {
            output.spreads.push(description::Spread { factor, key });
        }
    }
    Ok(output)
}

/// What the description promises, with a fault now and then.
fn returned(
    input: &mut Unstructured<'_>,
    descriptor: &Descriptor,
    rows: u16,
) -> Result<columns::BatchResult> {
    let mut returned = Vec::new();
    let mut add = |input: &mut Unstructured<'_>, name: String, data| -> Result<()> {
        let name = if odd(input)? { self::name(input)? } else { name };
        returned.push(columns::ColumnResult { name, data });
        Ok(())
    };
    for output in &descriptor.outputs {
        let Output { name, kind, spreads, graded, .. } = output;
        let kind = if odd(input)? { self::kind(input)? } else { wire(*kind) };
        let data = values(input, kind, rows)?;
        add(input, name.clone(), data)?;
        for spread in spreads {
            let data = values(input, description::Kind::Number, rows)?;
            add(input, output.gsd_column(&spread.factor), data)?;
        }
        if *graded {
            let data = grades(input, rows)?;
            add(input, output.basis_column(), data)?;
        }
    }
    let rows = if odd(input)? { input.arbitrary()? } else { u32::from(rows) };
    Ok(columns::BatchResult { rows, columns: returned })
}

fn grades(input: &mut Unstructured<'_>, rows: u16) -> Result<columns::DataResult> {
    let mut values: Vec<String> = GRADES.map(str::to_owned).to_vec();
    if odd(input)? {
        values.push(text(input)?);
    }
    let codes = list(input, rows, |input| code(input, 4))?;
    Ok(columns::DataResult::Categories(columns::CategoriesResult { values, codes }))
}

fn values(input: &mut Unstructured<'_>, kind: description::Kind, rows: u16) -> Result<columns::DataResult> {
    use columns::DataResult as Data;
    Ok(match kind {
        description::Kind::Number if input.arbitrary()? => Data::Same(number(input)?),
        description::Kind::Number => Data::Numbers(columns::NumbersResult {
            values: list(input, rows, number)?,
            known: known(input, rows)?,
        }),
        description::Kind::Decimal => Data::Decimals(columns::DecimalsResult {
            high: list(input, rows, |input| input.arbitrary())?,
            low: list(input, rows, |input| input.arbitrary())?,
            scale: input.int_in_range(0..=40)?,
            known: known(input, rows)?,
        }),
        description::Kind::Category => {
            let values = list(input, 2, text)?;
            let codes = list(input, rows, |input| code(input, 2))?;
            Data::Categories(columns::CategoriesResult { values, codes })
        }
        description::Kind::Text => {
            Data::Texts(columns::TextsResult { values: list(input, rows, text)?, known: known(input, rows)? })
        }
        description::Kind::Instant => Data::Instants(columns::InstantsResult {
            epoch_ms: list(input, rows, |input| input.arbitrary())?,
            known: known(input, rows)?,
        }),
    })
}

/// As many as there are rows; now and then one more or none.
fn list<T>(
    input: &mut Unstructured<'_>,
    rows: u16,
    mut one: impl FnMut(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let rows = if odd(input)? { *input.choose(&[0, rows + 1])? } else { rows };
    (0..rows).map(|_| one(input)).collect()
}

fn known(input: &mut Unstructured<'_>, rows: u16) -> Result<Vec<u8>> {
    if input.arbitrary()? { Ok(Vec::new()) } else { list(input, rows.div_ceil(8), |input| input.arbitrary()) }
}

fn number(input: &mut Unstructured<'_>) -> Result<f64> {
    Ok(match input.int_in_range(0..=15)? {
        0 => input.arbitrary()?,
        1 => -0.0,
        2 => 0.0,
        3 => 1e100,
        4 => f64::NAN,
        5 => 1.0 - f64::EPSILON,
        6..=9 => 1.0,
        _ => f64::from(input.arbitrary::<u16>()?) + 1.0,
    })
}

fn code(input: &mut Unstructured<'_>, values: u32) -> Result<u32> {
    Ok(match input.int_in_range(0..=15)? {
        0 => input.arbitrary()?,
        1 => u32::MAX,
        2 => values,
        _ => input.int_in_range(0..=values - 1)?,
    })
}

fn kind(input: &mut Unstructured<'_>) -> Result<description::Kind> {
    Ok(wire(*input.choose(&[
        Kind::Number,
        Kind::Number,
        Kind::Number,
        Kind::Decimal,
        Kind::Category,
        Kind::Text,
        Kind::Instant,
    ])?))
}

fn wire(kind: Kind) -> description::Kind {
    match kind {
        Kind::Number => description::Kind::Number,
        Kind::Decimal => description::Kind::Decimal,
        Kind::Category => description::Kind::Category,
        Kind::Text => description::Kind::Text,
        Kind::Instant => description::Kind::Instant,
    }
}

fn name(input: &mut Unstructured<'_>) -> Result<String> {
    if odd(input)? {
        return text(input);
    }
    Ok((*input.choose(&["a", "b", "c", "d.e", "a.basis", "a.gsd.embodied", "energy"])?).to_owned())
}

fn text(input: &mut Unstructured<'_>) -> Result<String> {
    let bytes = input.int_in_range(0..=80)?;
    let bytes = if odd(input)? { bytes } else { bytes % 4 };
    Ok(String::from_utf8_lossy(input.bytes(bytes.min(input.len()))?).into_owned())
}

/// One time in 32.
fn odd(input: &mut Unstructured<'_>) -> Result<bool> {
    Ok(input.int_in_range(0..=31)? == 31)
}

fn rows(input: &mut Unstructured<'_>) -> Result<u16> {
    input.int_in_range(0..=20)
}
