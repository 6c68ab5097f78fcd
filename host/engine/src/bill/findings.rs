//! What the rows of a file tell beside what they cost: whose they are, and what the user should know about them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::input::{BillKey, Part};
use super::note::Note;

/// What a note about rows says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum RowNote {
    /// The amortised cost is not in the file.
    NoAmortisedCost,
    /// Rows of split cost allocation are not counted beside the rows that they share out.
    SplitRows,
    /// A local time that the clock shows twice.
    TimeTwice,
    /// A line item type that the method does not name.
    UnknownLineType,
}

impl RowNote {
    fn code(self) -> &'static str {
        match self {
            Self::NoAmortisedCost => "bill.no-amortised-cost",
            Self::SplitRows => "bill.split-rows",
            Self::TimeTwice => "bill.time-twice",
            Self::UnknownLineType => "bill.unknown-line-type",
        }
    }
}

/// Texts of the notes of one code, and about how many rows they are.
type Texts = BTreeMap<String, u64>;

/// What was found in the parts of a file that were read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Findings {
    /// Accounts and billing periods.
    pub(super) keys: BTreeSet<BillKey>,
    notes: BTreeMap<(Part, RowNote), Texts>,
}

impl Findings {
    /// Accounts and billing periods alone.
    pub(super) fn of(keys: BTreeSet<BillKey>) -> Self {
        Self { keys, notes: BTreeMap::new() }
    }

    /// Adds a note about rows of a part.
    pub(super) fn note(&mut self, part: Part, code: RowNote, text: String, rows: u64) {
        *self.notes.entry((part, code)).or_default().entry(text).or_default() += rows;
    }

    /// The accounts that are billed.
    pub(crate) fn into_accounts(self) -> impl Iterator<Item = String> {
        self.keys.into_iter().filter_map(|(account, _)| account)
    }

    /// Takes in what another reading found. A part that is read twice has its notes once.
    pub(super) fn absorb(&mut self, other: Self) {
        self.keys.extend(other.keys);
        for (place, texts) in other.notes {
            self.notes.entry(place).or_insert(texts);
        }
    }

    /// The notes of all parts.
    pub(super) fn notes(&self, file: &Path) -> Vec<Note> {
        let mut sums: BTreeMap<(RowNote, &str), u64> = BTreeMap::new();
        for ((_, code), texts) in &self.notes {
            for (text, rows) in texts {
                *sums.entry((*code, text)).or_default() += rows;
            }
        }
        let note = |((code, text), rows): ((RowNote, &str), u64)| Note {
            file: file.to_owned(),
            code: code.code(),
            text: text.to_owned(),
            rows,
        };
        sums.into_iter().map(note).collect()
    }
}
