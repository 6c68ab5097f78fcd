//! Formats of bills: which columns a file has, and which standard columns are made from them.

mod cur;
mod cur_layout;
mod cur_names;
mod cur_rows;
mod cur_rules;
mod focus;
mod fold;

use std::borrow::Cow;
use std::path::Path;

use arrow::array::ArrayRef;

use super::column::{BillColumn, ColumnSet};
use super::error::BillError;
use super::fields::{Field, FieldArrays, FieldKind};

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
    pub(super) notes: Vec<(&'static str, String, u64)>,
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
        let mut fields = match &self.map {
            Map::Focus(map) => map.fields_for(wanted),
            Map::Cur(map) => map.fields_for(wanted),
        };
        fields.extend(self.account);
        fields.extend(self.period);
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// Makes the wanted standard columns.
    pub(super) fn derive(&self, wanted: ColumnSet, arrays: &FieldArrays) -> Result<Derived, Fault> {
        match &self.map {
            Map::Focus(map) => map.derive(wanted, arrays),
            Map::Cur(map) => Ok(map.derive(wanted, arrays)),
        }
    }
}

/// Finds columns of a header, by the very name or else without regard to case.
struct Header<'a> {
    names: &'a [String],
    /// The names in the spelling that columns are asked for in.
    known: Cow<'a, [String]>,
    fields: Vec<Field>,
}

impl<'a> Header<'a> {
    fn new(names: &'a [String]) -> Self {
        Self { names, known: Cow::Borrowed(names), fields: Vec::new() }
    }

    /// A header whose columns are asked for by other names, one for each.
    fn spelt(names: &'a [String], known: Vec<String>) -> Self {
        Self { names, known: Cow::Owned(known), fields: Vec::new() }
    }

    fn place(&self, name: &str) -> Option<usize> {
        let known = &self.known;
        known
            .iter()
            .position(|found| found == name)
            .or_else(|| known.iter().position(|found| found.eq_ignore_ascii_case(name)))
    }

    /// Registers a column; nothing where the file has not got it.
    fn field(&mut self, name: &str, kind: FieldKind, filled: bool) -> Option<usize> {
        let place = self.place(name)?;
        let name = self.names.get(place)?;
        Some(self.field_at(place, name, kind, filled))
    }

    /// Registers the column of that place and name.
    fn field_at(&mut self, place: usize, name: &str, kind: FieldKind, filled: bool) -> usize {
        if let Some(seen) = self.fields.iter().position(|field| field.place == place) {
            return seen;
        }
        self.fields.push(Field { name: name.to_owned(), kind, filled, place });
        self.fields.len() - 1
    }

    /// The error for a registered column that the header has twice.
    fn once(&self, format: Format) -> Result<(), NoLayout> {
        for field in &self.fields {
            let Some(name) = self.known.get(field.place) else { continue };
            let mut others = self.known.iter().zip(self.names).enumerate();
            if let Some((_, (_, second))) =
                others.find(|(place, (known, _))| *place != field.place && *known == name)
            {
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
