//! What an author implements, and the way between it and the wire.

use std::marker::PhantomData;

use crate::bindings::exports::joulework::plugin::estimator as wire;
use crate::bindings::joulework::plugin::{columns, description, faults};
use crate::columns::ReadColumn;
use crate::describe::{About, Input, Kind, Output};
use crate::diagnostics::hook;
use crate::explain::Steps;
use crate::factors::{PROVENANCE, Tables};
use crate::fault::Fault;
use crate::settings::Settings;

/// A model that adds columns to rows, each row on its own.
pub trait Estimator: Sized + 'static {
    /// What it reads: a struct written with `inputs!`.
    type Inputs: Inputs;
    /// What it returns: a struct written with `outputs!`.
    type Outputs: Outputs;

    /// Who it is: `about!()` and what the plugin adds to it.
    const ABOUT: About;

    /// Reads the settings and the tables once.
    ///
    /// # Errors
    /// `settings.invalid`, `table.invalid`.
    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault>;

    /// Fills every output with one entry per row: 0 where a row has nothing of the kind, unknown where it has
    /// something that cannot be said.
    ///
    /// # Errors
    /// A fault ends the run, or leaves the batch unestimated: prefer an unknown value.
    fn estimate(&self, input: &Self::Inputs, out: &mut Self::Outputs) -> Result<(), Fault>;

    /// Says how the known number outputs of one row came about, from the same figures as
    /// [`estimate`](Self::estimate).
    ///
    /// # Errors
    /// As `estimate`.
    fn explain(&self, input: &Self::Inputs, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault>;
}

/// The columns that a model reads. `inputs!` writes the implementation.
pub trait Inputs: Sized {
    /// Their descriptions.
    const COLUMNS: &'static [Input];

    /// Takes the columns over from a batch.
    ///
    /// # Errors
    /// `input.missing`, `input.mismatch`.
    fn read(batch: &mut InputReader) -> Result<Self, Fault>;

    /// Rows of the batch.
    fn rows(&self) -> usize;
}

/// The columns that a model returns. `outputs!` writes the implementation.
pub trait Outputs: Sized {
    /// Their descriptions.
    const COLUMNS: &'static [Output];

    /// Empty columns with room for so many rows.
    fn with_rows(rows: usize) -> Self;
    /// Rows filled, per column.
    fn filled(&self) -> Vec<usize>;
    /// Hands the columns over to the wire.
    fn finish(self) -> Vec<columns::Column>;
}

/// A batch while its columns are taken out of it. Used by `inputs!`.
#[derive(Debug)]
pub struct InputReader {
    rows: usize,
    columns: Vec<columns::Column>,
}

impl InputReader {
    pub(crate) fn of(batch: columns::Batch) -> Self {
        Self { rows: batch.rows as usize, columns: batch.columns }
    }

    /// Rows of the batch.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Takes one column.
    ///
    /// # Errors
    /// `input.missing`, `input.mismatch`.
    pub fn take<T: ReadColumn>(&mut self, name: &str) -> Result<T, Fault> {
        match self.columns.iter().position(|column| column.name == name) {
            Some(at) => T::read(name, self.columns.swap_remove(at).data, self.rows),
            None => T::missing(name, self.rows),
        }
    }
}

/// The exported component. Used by `plugin!`.
#[derive(Debug)]
pub struct Plugin<E>(PhantomData<E>);

/// A configured model behind the resource of the contract.
#[derive(Debug)]
pub struct Configured<E>(E);

impl<E: Estimator> Plugin<E> {
    /// The descriptor.
    #[must_use]
    pub fn descriptor() -> description::Descriptor {
        descriptor_of(&E::ABOUT, E::Inputs::COLUMNS, E::Outputs::COLUMNS)
    }

    /// Configures the model.
    ///
    /// # Errors
    /// `settings.invalid`, `table.unknown`, `table.invalid`.
    pub fn configured(settings: &str, user: Vec<(String, columns::Batch)>) -> Result<Configured<E>, Fault> {
        unknown_table(&E::ABOUT, &user)?;
        E::configure(&Settings::parse(settings)?, &Tables { user }).map(Configured)
    }
}

impl<E: Estimator> Configured<E> {
    fn inputs(batch: columns::Batch) -> Result<E::Inputs, Fault> {
        E::Inputs::read(&mut InputReader::of(batch))
    }

    /// The outputs of a batch.
    ///
    /// # Errors
    /// The model's own, and `input.missing`, `input.mismatch`.
    ///
    /// # Panics
    /// Where the model does not fill every output once per row.
    pub fn run(&self, batch: columns::Batch) -> Result<columns::Batch, Fault> {
        let rows = batch.rows as usize;
        let input = Self::inputs(batch)?;
        let mut out = E::Outputs::with_rows(rows);
        self.0.estimate(&input, &mut out)?;
        for (filled, described) in out.filled().into_iter().zip(E::Outputs::COLUMNS) {
            assert!(filled == rows, "the output `{}` has {filled} entries for {rows} rows", described.name);
        }
        Ok(columns::Batch { rows: u32::try_from(rows).unwrap_or(u32::MAX), columns: out.finish() })
    }

    /// The steps of every row of a batch.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn steps(&self, batch: columns::Batch) -> Result<Vec<wire::Step>, Fault> {
        let rows = batch.rows;
        let input = Self::inputs(batch)?;
        let mut steps =
            Steps { row: 0, inputs: E::Inputs::COLUMNS, outputs: E::Outputs::COLUMNS, taken: Vec::new() };
        for row in 0..rows {
            steps.row = row;
            self.0.explain(&input, row as usize, &mut steps)?;
        }
        Ok(steps.taken)
    }
}

/// What a plugin says about itself.
pub(crate) fn descriptor_of(about: &About, inputs: &[Input], outputs: &[Output]) -> description::Descriptor {
    let text = str::to_owned;
    let number_kind = |kind: Kind| match kind {
        Kind::Number => description::Kind::Number,
        Kind::Decimal => description::Kind::Decimal,
        Kind::Category => description::Kind::Category,
        Kind::Text => description::Kind::Text,
        Kind::Instant => description::Kind::Instant,
    };
    let input = |input: &Input| description::Input {
        name: text(input.name),
        kind: number_kind(input.kind),
        unit: text(input.unit),
        additive: input.additive,
        optional: input.optional,
        with_table: text(input.with_table),
        doc: text(input.doc),
    };
    let output = |output: &Output| description::Output {
        name: text(output.name),
        kind: number_kind(output.kind),
        unit: text(output.unit),
        additive: output.additive,
        doc: text(output.doc),
        part_of: text(output.part_of),
        inherits: output.inherits.iter().flatten().map(|(name, power)| (text(name), *power)).collect(),
        spreads: output
            .errors
            .iter()
            .flatten()
            .map(|error| description::Spread {
                factor: text(error.factor),
                key: error.key.iter().map(|column| text(column)).collect(),
            })
            .collect(),
        graded: output.graded,
    };
    let table_column = |name: &str, kind, unit: &str, optional, doc: &str| description::Input {
        name: text(name),
        kind: number_kind(kind),
        unit: text(unit),
        additive: false,
        optional,
        with_table: String::new(),
        doc: text(doc),
    };
    description::Descriptor {
        id: text(about.id),
        version: text(about.version),
        summary: text(about.summary),
        licence: text(about.licence),
        inputs: inputs.iter().map(input).collect(),
        outputs: outputs.iter().map(output).collect(),
        tables: about
            .tables
            .iter()
            .map(|table| description::ReferenceTable {
                name: text(table.name),
                columns: PROVENANCE
                    .iter()
                    .map(|(name, doc)| table_column(name, Kind::Category, "", *name != "factor-id", doc))
                    .chain(
                        table
                            .columns
                            .iter()
                            .map(|own| table_column(own.name, own.kind, own.unit, own.optional, own.doc)),
                    )
                    .collect(),
                doc: text(table.doc),
            })
            .collect(),
        settings_schema: text(about.settings_schema),
        citations: about
            .citations
            .iter()
            .map(|citation| description::Citation {
                title: text(citation.title),
                publisher: text(citation.publisher),
                published: text(citation.published),
                locator: text(citation.locator),
                licence: text(citation.licence),
            })
            .collect(),
        factor_set: text(about.factor_set),
        extras: Vec::new(),
    }
}

/// Holds that the plugin has every table that it is given.
pub(crate) fn unknown_table(about: &About, user: &[(String, columns::Batch)]) -> Result<(), Fault> {
    let is_unknown = |name: &String| about.tables.iter().all(|table| table.name != name);
    match user.iter().find(|(name, _)| is_unknown(name)) {
        Some((name, _)) => Err(Fault::new("table.unknown", format!("the plugin has no table `{name}`"))),
        None => Ok(()),
    }
}

/// The built-in tables.
pub(crate) fn tables_of(about: &About) -> Vec<(String, columns::Batch)> {
    let built_in = about.tables.iter().map(|table| match table.batch() {
        Ok(batch) => (table.name.to_owned(), batch),
        Err(fault) => panic!("{fault}"),
    });
    built_in.collect()
}

pub(crate) fn wire_fault(fault: Fault) -> faults::Fault {
    faults::Fault {
        code: fault.code,
        message: fault.message,
        row: fault.row.and_then(|row| u32::try_from(row).ok()),
        column: fault.column,
    }
}

impl<E: Estimator> wire::Guest for Plugin<E> {
    type Model = Configured<E>;

    fn describe() -> description::Descriptor {
        hook();
        Self::descriptor()
    }

    fn tables() -> Vec<(String, columns::Batch)> {
        hook();
        tables_of(&E::ABOUT)
    }
}

impl<E: Estimator> wire::GuestModel for Configured<E> {
    fn configure(
        settings: String,
        tables: Vec<(String, columns::Batch)>,
    ) -> Result<wire::Model, faults::Fault> {
        hook();
        Plugin::<E>::configured(&settings, tables).map(wire::Model::new).map_err(wire_fault)
    }

    fn estimate(&self, input: columns::Batch) -> Result<columns::Batch, faults::Fault> {
        hook();
        self.run(input).map_err(wire_fault)
    }

    fn explain(&self, input: columns::Batch) -> Result<Vec<wire::Step>, faults::Fault> {
        hook();
        self.steps(input).map_err(wire_fault)
    }
}
