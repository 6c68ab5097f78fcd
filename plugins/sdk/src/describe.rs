//! What a plugin says about itself: constants, checked while the plugin compiles.

#![allow(clippy::missing_panics_doc, reason = "in constants a panic stops the compiler with its sentence")]

use crate::standard::{same, standard};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `f64` with a unit.
    Number,
    /// Exact decimals: money.
    Decimal,
    /// Text with few distinct values.
    Category,
    /// Text with many distinct values.
    Text,
    /// Milliseconds since 1970.
    Instant,
}

impl Kind {
    const fn is(self, other: Kind) -> bool {
        self as u8 == other as u8
    }
}

/// A column that the model reads: see [`input`].
#[derive(Debug, Clone, Copy)]
pub struct Input {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) unit: &'static str,
    pub(crate) additive: bool,
    pub(crate) optional: bool,
    pub(crate) with_table: &'static str,
    pub(crate) doc: &'static str,
    stated: bool,
}

/// Names a column that the model reads. A standard column (`wit/standard-columns.csv`) needs no more:
/// `input("it-energy")`. A column of another plugin states [`unit`](Input::unit), [`additive`](Input::additive)
/// and [`doc`](Input::doc); its kind is that of the field.
#[must_use]
pub const fn input(name: &'static str) -> Input {
    match standard(name) {
        Some(column) => Input {
            name,
            kind: column.kind,
            unit: column.unit,
            additive: column.additive,
            optional: false,
            with_table: "",
            doc: column.meaning,
            stated: true,
        },
        None => Input {
            name,
            kind: Kind::Category,
            unit: "",
            additive: false,
            optional: false,
            with_table: "",
            doc: "",
            stated: false,
        },
    }
}

impl Input {
    /// The column's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The unit in which the model wants the column; the host converts.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// The column doubles when the row's quantity doubles.
    #[must_use]
    pub const fn additive(mut self) -> Self {
        self.additive = true;
        self
    }

    /// The model has no use for the column unless the user gives this reference table. Until then the host leaves it
    /// out, and rows that differ in it alone stay one.
    #[must_use]
    pub const fn with_table(mut self, table: &'static str) -> Self {
        self.with_table = table;
        self
    }

    /// What the column means, or what the model does with it.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// Joins the description with the type of the field. Called by `inputs!`.
    #[doc(hidden)]
    #[must_use]
    pub const fn of(mut self, kind: Kind, optional: bool) -> Self {
        if self.stated {
            assert!(kind.is(self.kind), "the field's type is not the kind of the standard column");
        } else {
            assert!(
                own(self.name),
                "no standard column has this name, and a plugin's own column is named `plugin-id.column`"
            );
            assert!(!self.doc.is_empty(), "a column that is not in the standard list needs .doc(…)");
            self.kind = kind;
        }
        match kind {
            Kind::Number => assert!(!self.unit.is_empty(), "a number needs .unit(…); `1` for a ratio"),
            _ => assert!(self.unit.is_empty(), "only numbers have a unit"),
        }
        assert!(optional || self.with_table.is_empty(), "what comes with a table is `Optional<…>`");
        self.optional = optional;
        self
    }
}

/// One source of error of an output: a factor and the columns that key it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) factor: &'static str,
    pub(crate) key: &'static [&'static str],
}

/// Most error sources that one output may state.
pub const MOST_ERRORS: usize = 12;
/// Most inputs whose error one output may inherit.
pub const MOST_INHERITED: usize = 8;

/// A column that the model returns: see [`output`].
#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) unit: &'static str,
    pub(crate) additive: bool,
    pub(crate) doc: &'static str,
    pub(crate) part_of: &'static str,
    pub(crate) inherits: [Option<(&'static str, f64)>; MOST_INHERITED],
    pub(crate) errors: [Option<Spread>; MOST_ERRORS],
    pub(crate) graded: bool,
    stated: bool,
}

/// Names a column that the model returns. A standard column needs no more than its name; an own column is
/// named `plugin-id.column` and states [`unit`](Output::unit), [`additive`](Output::additive) and
/// [`doc`](Output::doc).
#[must_use]
pub const fn output(name: &'static str) -> Output {
    let mut output = Output {
        name,
        kind: Kind::Category,
        unit: "",
        additive: false,
        doc: "",
        part_of: "",
        inherits: [None; MOST_INHERITED],
        errors: [None; MOST_ERRORS],
        graded: false,
        stated: false,
    };
    if let Some(column) = standard(name) {
        assert!(!column.total, "the host sums the totals; no plugin returns one");
        output.kind = column.kind;
        output.unit = column.unit;
        output.additive = column.additive;
        output.doc = column.meaning;
        output.stated = true;
    }
    output
}

impl Output {
    /// The unit in which the model returns the column; the host converts.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// The column doubles when the row's quantity doubles.
    #[must_use]
    pub const fn additive(mut self) -> Self {
        self.additive = true;
        self
    }

    /// What the column means.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// The total that the host adds the column to: `it-energy`, `embodied-carbon` or `water`.
    #[must_use]
    pub const fn part_of(mut self, total: &'static str) -> Self {
        match standard(total) {
            Some(column) => assert!(column.total, "not a total of the standard list"),
            None => panic!("not a total of the standard list"),
        }
        self.part_of = total;
        self
    }

    /// The output has the relative error of this input to that power: 1 proportional, -1 inverse.
    #[must_use]
    pub const fn inherits(mut self, input: &'static str, power: f64) -> Self {
        let mut at = 0;
        while self.inherits[at].is_some() {
            at += 1;
            assert!(at < MOST_INHERITED, "too many inherited inputs");
        }
        self.inherits[at] = Some((input, power));
        self
    }

    /// An own source of error: rows with equal values in the `key` columns share it, with an empty key all
    /// rows do. Its geometric standard deviations are pushed with each value, in the order of the `.error`s.
    #[must_use]
    pub const fn error(mut self, factor: &'static str, key: &'static [&'static str]) -> Self {
        let mut at = 0;
        while let Some(earlier) = self.errors[at] {
            assert!(!same(earlier.factor, factor), "a factor occurs once per output");
            at += 1;
            assert!(at < MOST_ERRORS, "too many sources of error");
        }
        self.errors[at] = Some(Spread { factor, key });
        self
    }

    /// Joins the description with the type of the field. Called by `outputs!`.
    #[doc(hidden)]
    #[must_use]
    pub const fn of(mut self, kind: Kind, errors: usize, graded: bool) -> Self {
        if self.stated {
            assert!(kind.is(self.kind), "the field's type is not the kind of the standard column");
        } else {
            assert!(
                own(self.name),
                "no standard column has this name, and a plugin's own column is named `plugin-id.column`"
            );
            assert!(!self.doc.is_empty(), "a column that is not in the standard list needs .doc(…)");
            self.kind = kind;
        }
        match kind {
            Kind::Number => assert!(!self.unit.is_empty(), "a number needs .unit(…); `1` for a ratio"),
            _ => assert!(self.unit.is_empty(), "only numbers have a unit"),
        }
        let mut stated = 0;
        while stated < MOST_ERRORS && self.errors[stated].is_some() {
            stated += 1;
        }
        assert!(stated == errors, "NumbersOut<N>: N is the number of .error(…)s of the output");
        self.graded = graded;
        self
    }
}

/// Own columns carry the plugin's id and a dot.
const fn own(name: &str) -> bool {
    let name = name.as_bytes();
    let mut at = 0;
    while at < name.len() {
        if name[at] == b'.' {
            return at > 0 && at + 1 < name.len();
        }
        at += 1;
    }
    false
}

/// Where a figure or a formula comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Citation {
    /// Title of the work.
    pub title: &'static str,
    /// Who published it.
    pub publisher: &'static str,
    /// When, as ISO date or year.
    pub published: &'static str,
    /// Address, page or section.
    pub locator: &'static str,
    /// Licence of what was taken.
    pub licence: &'static str,
}

/// What a plugin says about itself beside its columns. Build it with `about!()`.
#[derive(Debug, Clone, Copy)]
pub struct About {
    pub(crate) id: &'static str,
    pub(crate) version: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) licence: &'static str,
    pub(crate) settings_schema: &'static str,
    pub(crate) factor_set: &'static str,
    pub(crate) citations: &'static [Citation],
    pub(crate) tables: &'static [crate::factors::BuiltIn],
}

impl About {
    /// Id, version, one-line summary and licence; `about!()` takes them from `Cargo.toml`.
    #[must_use]
    pub const fn new(
        id: &'static str,
        version: &'static str,
        summary: &'static str,
        licence: &'static str,
    ) -> Self {
        Self {
            id,
            version,
            summary,
            licence,
            settings_schema: r#"{"type":"object","additionalProperties":false}"#,
            factor_set: "",
            citations: &[],
            tables: &[],
        }
    }

    /// The JSON Schema of the settings; without one the plugin takes no settings.
    #[must_use]
    pub const fn settings(mut self, schema: &'static str) -> Self {
        self.settings_schema = schema;
        self
    }

    /// Where figures and formulas come from.
    #[must_use]
    pub const fn cites(mut self, citations: &'static [Citation]) -> Self {
        self.citations = citations;
        self
    }

    /// The version of the built-in tables, and the tables: `&[table::<PueWue>()]`.
    #[must_use]
    pub const fn factors(mut self, set: &'static str, tables: &'static [crate::factors::BuiltIn]) -> Self {
        self.factor_set = set;
        self.tables = tables;
        self
    }
}
