//! Formats of bills: which columns a file has, and which standard columns are made from them.

mod cur;
mod cur_layout;
mod cur_names;
mod cur_rows;
mod cur_rules;
mod focus;
mod fold;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::Int32Type;
use joulework_units::Currency;

use super::column::{BillColumn, ColumnSet};
use super::error::BillError;
use super::fields::{Field, FieldArrays, FieldKind};
use super::findings::RowNote;

/// A format that joulework reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// FOCUS 1.0.
    Focus10,
    /// FOCUS 1.1.
    Focus11,
    /// FOCUS 1.2, or newer: then with a note, and read as 1.2.
    Focus12,
    /// AWS Cost and Usage Report 2.0.
    Cur20,
    /// The AWS Cost and Usage Report before 2.0, in either spelling of its columns.
    CurLegacy,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Focus10 => "FOCUS 1.0",
            Self::Focus11 => "FOCUS 1.1",
            Self::Focus12 => "FOCUS 1.2",
            Self::Cur20 => "CUR 2.0",
            Self::CurLegacy => "legacy CUR",
        })
    }
}

/// What a reader needs to know of a file: its columns and what becomes of them.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) format: Format,
    /// The columns of the file that matter.
    pub(super) fields: Vec<Field>,
    /// The billed account; every chunk reads it, for deliveries.
    pub(super) account: Option<usize>,
    /// First instant of the billing period; every chunk reads it.
    pub(super) period: Option<usize>,
    /// The id of a line item, where the format has one.
    pub(super) line_id: Option<usize>,
    /// Things to tell the user about the header: code and text.
    pub(super) notes: Vec<(&'static str, String)>,
    map: Map,
}

#[derive(Debug)]
enum Map {
    Focus(focus::FocusMap),
    Cur(Box<cur_layout::CurMap>),
}

/// Standard columns of a chunk.
#[derive(Debug, Default)]
pub(super) struct Derived {
    /// The columns that were asked for and that the source has.
    pub(super) columns: Vec<(BillColumn, ArrayRef)>,
    /// Lines that the method adds, as columns and their number of rows.
    pub(super) unused: Option<(Vec<(BillColumn, ArrayRef)>, usize)>,
    /// Code, text and rows.
    pub(super) notes: Vec<(RowNote, String, u64)>,
}

/// A value that a format does not know.
#[derive(Debug)]
pub(super) struct Fault {
    /// Row in the chunk, from 0.
    pub(super) row: usize,
    /// Place in the list of fields.
    pub(super) field: usize,
    pub(super) found: String,
    pub(super) expected: &'static str,
}

/// Why a header is not one of a bill.
#[derive(Debug)]
pub(super) enum NoLayout {
    /// It is something else.
    Foreign { reason: String, advice: Option<String> },
    /// It is a bill that lacks columns.
    Columns { format: Format, missing: Vec<String>, nearest: Option<String> },
    /// It is a bill that has a column twice.
    Twice { format: Format, first: String, second: String },
}

impl NoLayout {
    pub(super) fn at(self, file: &Path) -> BillError {
        let file = file.to_owned();
        match self {
            Self::Foreign { reason, advice } => BillError::Format { file, reason, advice },
            Self::Columns { format, missing, nearest } => {
                BillError::Columns { file, format: format.to_string(), missing, nearest }
            }
            Self::Twice { format, first, second } => {
                BillError::ColumnTwice { file, format: format.to_string(), first, second }
            }
        }
    }
}

/// Names for a message: at most ten, and how many more there are.
fn few(names: &[&str]) -> String {
    const MOST: usize = 10;
    let shown: Vec<_> = names.iter().take(MOST).map(|name| super::error::shown(name.as_bytes())).collect();
    match names.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// How many columns of a format a header must have to be taken for one with columns missing.
const ENOUGH: usize = 5;

impl Layout {
    /// The layout of a file with these columns.
    pub(super) fn detect(header: &[String]) -> Result<Self, NoLayout> {
        let focus = focus::familiar(header);
        let cur = cur_layout::familiar(header);
        if focus >= ENOUGH && focus >= cur {
            return focus::layout(header);
        }
        // A slash after one of its groups is found in no other table.
        if cur >= ENOUGH || header.iter().any(|name| cur_names::is_slashed(name)) {
            return cur_layout::layout(header);
        }
        let shown: Vec<_> =
            header.iter().take(4).map(|name| format!("`{}`", super::error::shown(name.as_bytes()))).collect();
        Err(NoLayout::Foreign {
            reason: format!(
                "its columns ({}{}) are neither those of FOCUS nor of CUR",
                shown.join(", "),
                if header.len() > 4 { ", …" } else { "" }
            ),
            advice: None,
        })
    }

    /// The fields that the wanted columns are made from, in ascending order.
    pub(super) fn fields_for(&self, wanted: ColumnSet) -> Vec<usize> {
        let mut fields = self.fields_of(wanted);
        fields.extend(self.account);
        fields.extend(self.period);
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// The fields of the wanted columns alone.
    fn fields_of(&self, wanted: ColumnSet) -> Vec<usize> {
        match &self.map {
            Map::Focus(map) => map.fields_for(wanted),
            Map::Cur(map) => map.fields_for(wanted),
        }
    }

    /// Makes the wanted standard columns.
    pub(super) fn derive(&self, wanted: ColumnSet, arrays: &FieldArrays) -> Result<Derived, Fault> {
        let derived = match &self.map {
            Map::Focus(map) => map.derive(wanted, arrays)?,
            Map::Cur(map) => map.derive(wanted, arrays),
        };
        self.check_currencies(&derived)?;
        Ok(derived)
    }

    /// Holds currencies against the form of ISO 4217, so that a bad one is told with its row.
    fn check_currencies(&self, derived: &Derived) -> Result<(), Fault> {
        let wanted = BillColumn::BillingCurrency;
        let Some((_, array)) = derived.columns.iter().find(|(column, _)| *column == wanted) else {
            return Ok(());
        };
        let Some(column) = array.as_dictionary_opt::<Int32Type>() else { return Ok(()) };
        let Some(values) = column.values().as_string_opt::<i32>() else { return Ok(()) };
        let is_bad: Vec<bool> =
            values.iter().map(|text| text.is_some_and(|text| Currency::parse(text).is_err())).collect();
        if !is_bad.contains(&true) {
            return Ok(());
        }
        // A dictionary may hold texts that no row has.
        let bad = |row: &usize| column.key(*row).filter(|code| is_bad.get(*code) == Some(&true));
        let Some((row, code)) = (0..column.len()).find_map(|row| Some((row, bad(&row)?))) else {
            return Ok(());
        };
        Err(Fault {
            row,
            field: self.fields_of(ColumnSet::EMPTY.with(wanted)).first().copied().unwrap_or_default(),
            found: super::error::shown(values.value(code).as_bytes()),
            expected: "a currency code of ISO 4217, such as `USD`",
        })
    }
}

/// Finds columns of a header, by the very name or else without regard to case.
struct Header<'a> {
    names: &'a [String],
    /// The names in the spelling that columns are asked for in.
    known: Cow<'a, [String]>,
    /// The first place of each of these, as it is spelt and in lower case: a header may have thousands of tags.
    exact: BTreeMap<String, usize>,
    lower: BTreeMap<String, usize>,
    fields: Vec<Field>,
    /// The field of each place that has one.
    by_place: BTreeMap<usize, usize>,
}

impl<'a> Header<'a> {
    fn new(names: &'a [String]) -> Self {
        Self::with(names, Cow::Borrowed(names))
    }

    /// A header whose columns are asked for by other names, one for each.
    fn spelt(names: &'a [String], known: Vec<String>) -> Self {
        Self::with(names, Cow::Owned(known))
    }

    fn with(names: &'a [String], known: Cow<'a, [String]>) -> Self {
        let (mut exact, mut lower) = (BTreeMap::new(), BTreeMap::new());
        for (place, name) in known.iter().enumerate() {
            exact.entry(name.clone()).or_insert(place);
            lower.entry(name.to_ascii_lowercase()).or_insert(place);
        }
        Self { names, known, exact, lower, fields: Vec::new(), by_place: BTreeMap::new() }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.exact.get(name).or_else(|| self.lower.get(&name.to_ascii_lowercase())).copied()
    }

    /// Registers a column; nothing where the file has not got it.
    fn field(&mut self, name: &str, kind: FieldKind, filled: bool) -> Option<usize> {
        let place = self.place(name)?;
        let name = self.names.get(place)?;
        Some(self.field_at(place, name, kind, filled))
    }

    /// Registers the column of that place and name.
    fn field_at(&mut self, place: usize, name: &str, kind: FieldKind, filled: bool) -> usize {
        let next = self.fields.len();
        let field = *self.by_place.entry(place).or_insert(next);
        if field == next {
            self.fields.push(Field { name: name.to_owned(), kind, filled, place });
        }
        field
    }

    /// The error for a registered column that the header has twice: in FOCUS also where only the case differs, in CUR not,
    /// as the keys of tags may differ in case alone.
    fn once(&self, format: Format) -> Result<(), NoLayout> {
        let by_case = !matches!(format, Format::Focus10 | Format::Focus11 | Format::Focus12);
        let key = |name: &str| if by_case { name.to_owned() } else { name.to_ascii_lowercase() };
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, name) in self.known.iter().enumerate() {
            places.entry(key(name)).or_default().push(place);
        }
        for field in &self.fields {
            let Some(name) = self.known.get(field.place) else { continue };
            let mut same = places.get(&key(name)).into_iter().flatten();
            let other = same.find(|place| **place != field.place).and_then(|place| self.names.get(*place));
            if let Some(second) = other {
                return Err(NoLayout::Twice { format, first: field.name.clone(), second: second.clone() });
            }
        }
        Ok(())
    }

    /// The error for needed columns, unless the header has them all. `neighbours` are columns that no needed one was
    /// misspelt as, and `spell` gives a name as the file would have it.
    fn need(
        &self,
        format: Format,
        needed: &[&str],
        neighbours: &[&str],
        spell: impl Fn(&str) -> String,
    ) -> Result<(), NoLayout> {
        let missing: Vec<String> =
            needed.iter().filter(|name| self.place(name).is_none()).map(|name| spell(name)).collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let taken: Vec<String> = needed.iter().chain(neighbours).map(|name| spell(name)).collect();
        Err(NoLayout::Columns { format, nearest: self.nearest(first, &taken), missing })
    }

    /// The header nearest to `wanted` that is no column of its own right.
    fn nearest(&self, wanted: &str, taken: &[String]) -> Option<String> {
        self.names
            .iter()
            .filter(|name| !taken.iter().any(|taken| name.eq_ignore_ascii_case(taken)))
            .map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &wanted.to_lowercase()), name))
            .filter(|(distance, _)| *distance <= wanted.len() / 4)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, name)| name.clone())
    }
}
