//! What a descriptor may say: ids, units, kinds, names, keys of errors. Checked once, when the plugin is admitted.

use std::collections::BTreeSet;

use joulework_units::Unit;

use crate::descriptor::{Descriptor, Input, Kind, Output, ReferenceTable, Role, Spread};
use crate::fault::FaultKind;
use crate::printable::{is_steering, printable};
use crate::settings::check_schema;
use crate::standard::{
    HOST_KEYS, Origin, STANDARD_FACTORS, StandardColumn, standard_column, standard_columns,
};

/// Columns, tables and sources of error that a descriptor may list, and columns that a plugin may return: the host
/// keeps all of them for every row of a batch.
pub(crate) const ENTRIES: usize = 256;
/// Columns that one source of error may have as its key.
const KEYS: usize = 8;
/// Bytes of a name.
const NAME_BYTES: usize = 128;
/// Bytes of a text that is there to be read.
const TEXT_BYTES: usize = 4_096;

/// What is wrong, and at which column.
type Wrong = (String, Option<String>);

/// Refuses a descriptor that breaks the contract.
pub(crate) fn check(descriptor: &Descriptor, role: Role) -> Result<(), (FaultKind, Option<String>)> {
    let wrong = |(message, column): Wrong| {
        (FaultKind::Descriptor { message: printable(&message) }, column.map(|column| printable(&column)))
    };
    check_descriptor(descriptor, role).map_err(wrong)?;
    check_schema(&descriptor.settings_schema).map_err(|kind| (kind, None))
}

fn check_descriptor(descriptor: &Descriptor, role: Role) -> Result<(), Wrong> {
    check_id(&descriptor.id).map_err(|problem| (problem, None))?;
    check_version(&descriptor.version).map_err(|problem| (problem, None))?;
    let lists = [
        descriptor.inputs.len(),
        descriptor.outputs.len(),
        descriptor.tables.len(),
        descriptor.citations.len(),
        descriptor.extras.len(),
    ];
    if lists.into_iter().any(|entries| entries > ENTRIES) {
        return Err((format!("it lists more than {ENTRIES} of one kind"), None));
    }
    match role {
        Role::Estimator if descriptor.outputs.is_empty() => {
            return Err(("it has no output".to_owned(), None));
        }
        Role::Advisor if !descriptor.outputs.is_empty() => {
            return Err(("an advisor has no output".to_owned(), None));
        }
        _ => {}
    }
    if descriptor.outputs.iter().map(width).sum::<usize>() > ENTRIES {
        return Err((format!("it returns more than {ENTRIES} columns"), None));
    }
    for text in texts(descriptor) {
        if text.len() > TEXT_BYTES {
            let bytes = text.len();
            return Err((format!("a text has {bytes} bytes; the limit is {TEXT_BYTES}: {text}"), None));
        }
        if text.contains(is_unfit) {
            return Err((format!("a text has control characters: {text}"), None));
        }
    }
    let mut names = BTreeSet::new();
    for input in &descriptor.inputs {
        let checked = check_input(input)
            .and_then(|()| check_with_table(input, descriptor))
            .and_then(|()| unique(&mut names, &input.name));
        checked.map_err(|problem| at(problem, &input.name))?;
    }
    for output in &descriptor.outputs {
        let checked = check_output(output, descriptor).and_then(|()| unique(&mut names, &output.name));
        checked.map_err(|problem| at(problem, &output.name))?;
    }
    let mut tables = BTreeSet::new();
    for table in &descriptor.tables {
        check_table(table)?;
        unique(&mut tables, &table.name).map_err(|problem| (problem, None))?;
    }
    Ok(())
}

/// All texts that are only there to be read.
fn texts(descriptor: &Descriptor) -> impl Iterator<Item = &str> {
    let Descriptor { version, summary, licence, factor_set, inputs, outputs, tables, citations, .. } =
        descriptor;
    let citations = citations
        .iter()
        .flat_map(|cited| [&cited.title, &cited.publisher, &cited.published, &cited.locator, &cited.licence]);
    [version, summary, licence, factor_set]
        .into_iter()
        .chain(inputs.iter().map(|input| &input.doc))
        .chain(outputs.iter().map(|output| &output.doc))
        .chain(tables.iter().flat_map(|table| {
            std::iter::once(&table.doc).chain(table.columns.iter().map(|column| &column.doc))
        }))
        .chain(citations)
        .map(String::as_str)
}

/// Control characters but the end of a line.
fn is_unfit(character: char) -> bool {
    is_steering(character) && character != '\n'
}

fn at(problem: String, column: &str) -> Wrong {
    (problem, Some(column.chars().take(NAME_BYTES).collect()))
}

fn unique<'a>(names: &mut BTreeSet<&'a str>, name: &'a str) -> Result<(), String> {
    if names.insert(name) { Ok(()) } else { Err(format!("`{name}` is listed twice")) }
}

/// Columns that come back for an output.
const fn width(output: &Output) -> usize {
    1 + output.spreads.len() + output.graded as usize
}

/// Letters, digits, `.`, `-` and `+`: a version stands in tables and in names of files.
fn check_version(version: &str) -> Result<(), String> {
    let fine = (1..=NAME_BYTES).contains(&version.len())
        && version.chars().all(|character| character.is_ascii_alphanumeric() || ".-+".contains(character));
    let shown: String = version.chars().take(NAME_BYTES).collect();
    if fine {
        Ok(())
    } else {
        Err(format!("its version `{shown}` is none: use letters, digits, `.`, `-`, `+`"))
    }
}

/// Lower-case letters, digits, `.` and `-`, beginning with a letter.
pub(crate) fn check_id(id: &str) -> Result<(), String> {
    let allowed = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || ".-".contains(character)
    };
    let fine = !id.is_empty()
        && id.len() <= NAME_BYTES
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && !id.ends_with(['.', '-'])
        && !id.contains("..")
        && id.chars().all(allowed);
    let shown: String = id.chars().take(NAME_BYTES).flat_map(char::escape_default).collect();
    if fine { Ok(()) } else { Err(format!("`{shown}` is no name: use a-z, 0-9, `.` and `-`")) }
}

fn check_unit(kind: Kind, unit: &str) -> Result<Option<Unit>, String> {
    if kind != Kind::Number {
        let empty = unit.is_empty();
        return if empty { Ok(None) } else { Err(format!("a {kind} has no unit, but `{unit}` is stated")) };
    }
    Unit::parse(unit).map(Some).map_err(|error| format!("its unit `{unit}` is not known: {error}"))
}

/// Kind, unit and additivity as the standard list has them.
fn check_standard(
    standard: &StandardColumn,
    kind: Kind,
    unit: Option<&Unit>,
    additive: bool,
) -> Result<(), String> {
    if standard.kind != kind {
        return Err(format!("the standard column is a {}, not a {kind}", standard.kind));
    }
    if standard.additive != additive {
        let not = if standard.additive { "" } else { "not " };
        return Err(format!("the standard column is {not}additive"));
    }
    match (unit, Unit::parse(standard.unit)) {
        (Some(unit), Ok(own)) if unit.factor_to(&own).is_err() => Err(format!(
            "the standard column is in `{}`, which `{}` cannot be converted to",
            standard.unit,
            unit.symbol()
        )),
        _ => Ok(()),
    }
}

fn check_input(input: &Input) -> Result<(), String> {
    check_id(&input.name)?;
    let unit = check_unit(input.kind, &input.unit)?;
    match standard_column(&input.name) {
        Some(standard) => check_standard(standard, input.kind, unit.as_ref(), input.additive),
        // A column of another plugin has that plugin's id in front.
        None if input.name.contains('.') => Ok(()),
        None => {
            Err(format!("it is no standard column, and has no plugin's id in front{}", nearest(&input.name)))
        }
    }
}

fn check_with_table(input: &Input, descriptor: &Descriptor) -> Result<(), String> {
    let name = &input.with_table;
    if name.is_empty() {
        return Ok(());
    }
    if !input.optional {
        return Err(format!("it comes with the table `{name}`, so it has to be optional"));
    }
    let listed = descriptor.tables.iter().any(|table| table.name == *name);
    if listed { Ok(()) } else { Err(format!("it comes with the table `{name}`, which is not listed")) }
}

fn check_output(output: &Output, descriptor: &Descriptor) -> Result<(), String> {
    check_id(&output.name)?;
    let unit = check_unit(output.kind, &output.unit)?;
    if output.additive && output.kind != Kind::Number {
        return Err(format!("a {} cannot be additive here", output.kind));
    }
    match standard_column(&output.name) {
        Some(standard) if standard.origin == Origin::Total => {
            return Err("it has the name of a total, which the host sums".to_owned());
        }
        Some(standard) if standard.origin != Origin::Estimate => {
            return Err("it has the name of a column of the bill or of the metrics".to_owned());
        }
        Some(standard) => check_standard(standard, output.kind, unit.as_ref(), output.additive)?,
        None if is_own(&output.name, &descriptor.id) => {}
        None => {
            let near = nearest(&output.name);
            return Err(format!(
                "it is no standard column, so its name must begin with `{}.`{near}",
                descriptor.id
            ));
        }
    }
    check_part(output, unit.as_ref())?;
    check_errors(output, descriptor)
}

fn is_own(name: &str, id: &str) -> bool {
    name.strip_prefix(id).is_some_and(|rest| rest.starts_with('.') && rest.len() > 1)
}

fn check_part(output: &Output, unit: Option<&Unit>) -> Result<(), String> {
    if output.part_of.is_empty() {
        return Ok(());
    }
    let total = standard_column(&output.part_of).filter(|column| column.origin == Origin::Total);
    let Some(total) = total else {
        return Err(format!("it is part of `{}`, which is no total", output.part_of));
    };
    check_standard(total, output.kind, unit, output.additive)
        .map_err(|problem| format!("it cannot be part of `{}`: {problem}", total.name))
}

fn check_errors(output: &Output, descriptor: &Descriptor) -> Result<(), String> {
    if output.kind != Kind::Number && (!output.spreads.is_empty() || !output.inherits.is_empty()) {
        return Err("only a number has errors".to_owned());
    }
    if output.graded && !matches!(output.kind, Kind::Number | Kind::Category) {
        return Err("only a number or a category has a grade".to_owned());
    }
    let input = |name: &str| descriptor.inputs.iter().find(|input| input.name == name);
    let mut inherited = BTreeSet::new();
    for (name, power) in &output.inherits {
        if input(name).is_none_or(|input| input.kind != Kind::Number) {
            return Err(format!(
                "it inherits the error of `{name}`, which is no number that the plugin reads"
            ));
        }
        if !power.is_finite() {
            return Err(format!("it inherits the error of `{name}` with the power {power}"));
        }
        unique(&mut inherited, name)?;
    }
    let mut factors = BTreeSet::new();
    for spread in &output.spreads {
        check_id(&spread.factor)?;
        if !STANDARD_FACTORS.contains(&spread.factor.as_str()) && !is_own(&spread.factor, &descriptor.id) {
            let problem =
                format!("its error `{}` is no standard factor, so its name must begin with", spread.factor);
            return Err(format!("{problem} `{}.`", descriptor.id));
        }
        unique(&mut factors, &spread.factor)?;
        check_keys(spread, descriptor)?;
    }
    Ok(())
}

fn check_keys(spread: &Spread, descriptor: &Descriptor) -> Result<(), String> {
    if spread.key.len() > KEYS {
        return Err(format!("its error `{}` has more than {KEYS} columns as its key", spread.factor));
    }
    let mut keys = BTreeSet::new();
    for key in &spread.key {
        let always = |input: &&Input| input.name == *key && input.with_table.is_empty();
        let read = descriptor.inputs.iter().filter(always).map(|input| input.kind);
        let given = descriptor.outputs.iter().filter(|output| output.name == *key).map(|output| output.kind);
        let offered = HOST_KEYS.contains(&key.as_str()).then_some(Kind::Category);
        if !read.chain(given).chain(offered).any(|kind| kind == Kind::Category) {
            let factor = &spread.factor;
            return Err(format!(
                "its error `{factor}` has the key `{key}`, which is no category that the plugin reads or gives"
            ));
        }
        unique(&mut keys, key)?;
    }
    Ok(())
}

fn check_table(table: &ReferenceTable) -> Result<(), Wrong> {
    check_id(&table.name).map_err(|problem| (problem, None))?;
    if table.columns.len() > ENTRIES {
        return Err((format!("its table `{}` has more than {ENTRIES} columns", table.name), None));
    }
    let mut names = BTreeSet::new();
    for column in &table.columns {
        let checked = check_id(&column.name)
            .and_then(|()| check_unit(column.kind, &column.unit).map(drop))
            .and_then(|()| unique(&mut names, &column.name));
        checked.map_err(|problem| at(format!("its table `{}`: {problem}", table.name), &column.name))?;
    }
    Ok(())
}

/// `; did you mean …` where a standard column has a similar name.
fn nearest(name: &str) -> String {
    let near = similar(name, standard_columns().iter().map(|column| column.name));
    near.first().map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// Up to three of `names` that are like `name`, the nearest first.
pub(crate) fn similar<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .map(|other| (strsim::damerau_levenshtein(name, other), other))
        .filter(|(distance, other)| *distance <= (other.len() / 3).max(2))
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(_, other)| other.to_owned()).collect()
}

#[cfg(test)]
mod tests;
