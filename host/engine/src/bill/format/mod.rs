//! Formats of bills: which columns a file has, and which standard columns are made from them.

mod cur;
mod cur_rows;
mod cur_rules;
mod focus;
mod fold;

use std::path::Path;

use arrow::array::ArrayRef;

use super::column::{BillColumn, ColumnSet};
use super::error::BillError;
use super::fields::{Field, FieldArrays};

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
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Focus10 => "FOCUS 1.0",
            Self::Focus11 => "FOCUS 1.1",
            Self::Focus12 => "FOCUS 1.2",
            Self::Cur20 => "CUR 2.0",
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
    Cur(Box<cur::CurMap>),
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
}

impl NoLayout {
    pub(super) fn at(self, file: &Path) -> BillError {
        let file = file.to_owned();
        match self {
            Self::Foreign { reason, advice } => BillError::Format { file, reason, advice },
            Self::Columns { format, missing, nearest } => {
                BillError::Columns { file, format: format.to_string(), missing, nearest }
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
        let cur = cur::familiar(header);
        if focus >= ENOUGH && focus >= cur {
            return focus::layout(header);
        }
        if cur >= ENOUGH {
            return cur::layout(header);
        }
        if header.iter().any(|name| name.starts_with("lineItem/") || name.starts_with("identity/LineItemId"))
        {
            return Err(NoLayout::Foreign {
                reason: "it is a legacy Cost and Usage Report".into(),
                advice: Some("export CUR 2.0 or FOCUS with AWS Data Exports".into()),
            });
        }
        let shown: Vec<_> =
            header.iter().take(4).map(|name| format!("`{}`", super::error::shown(name.as_bytes()))).collect();
        Err(NoLayout::Foreign {
            reason: format!(
                "its columns ({}{}) are neither those of FOCUS nor of CUR 2.0",
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
    fields: Vec<Field>,
}

impl<'a> Header<'a> {
    fn new(names: &'a [String]) -> Self {
        Self { names, fields: Vec::new() }
    }

    fn place(&self, name: &str) -> Option<usize> {
        let names = self.names;
        names
            .iter()
            .position(|found| found == name)
            .or_else(|| names.iter().position(|found| found.eq_ignore_ascii_case(name)))
    }

    /// Registers a column; nothing where the file has not got it.
    fn field(&mut self, name: &str, kind: super::fields::FieldKind, filled: bool) -> Option<usize> {
        let place = self.place(name)?;
        if let Some(seen) = self.fields.iter().position(|field| field.place == place) {
            return Some(seen);
        }
        let name = self.names.get(place)?.clone();
        self.fields.push(Field { name, kind, filled, place });
        Some(self.fields.len() - 1)
    }

    /// The error for needed columns, unless the header has them all.
    fn need(&self, format: Format, needed: &[&str]) -> Result<(), NoLayout> {
        let missing: Vec<String> =
            needed.iter().filter(|name| self.place(name).is_none()).map(|name| (*name).to_owned()).collect();
        let Some(first) = missing.first() else { return Ok(()) };
        Err(NoLayout::Columns { format, nearest: self.nearest(first, needed), missing })
    }

    /// The header nearest to `wanted` that is no column of its own right.
    fn nearest(&self, wanted: &str, known: &[&str]) -> Option<String> {
        self.names
            .iter()
            .filter(|name| !known.iter().any(|known| name.eq_ignore_ascii_case(known)))
            .map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &wanted.to_lowercase()), name))
            .filter(|(distance, _)| *distance <= wanted.len() / 4)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, name)| name.clone())
    }
}
