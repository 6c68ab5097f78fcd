//! A model with its settings and the user's tables, ready to be run on CSV.

use std::marker::PhantomData;

use super::rows::Rows;
use super::{explanation, laws};
use crate::describe::Kind;
use crate::estimator::{Configured, Estimator, Inputs, Plugin};
use crate::factors::PROVENANCE;
use crate::fault::Fault;

/// A model to be tested.
#[derive(Debug)]
pub struct Case<E> {
    settings: String,
    tables: Vec<(String, Rows)>,
    model: PhantomData<E>,
}

impl<E: Estimator> Default for Case<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Estimator> Case<E> {
    /// The model without settings and with its built-in tables alone.
    #[must_use]
    pub fn new() -> Self {
        Self { settings: String::from("{}"), tables: Vec::new(), model: PhantomData }
    }

    /// Settings as JSON.
    #[must_use]
    pub fn settings(mut self, json: &str) -> Self {
        json.clone_into(&mut self.settings);
        self
    }

    /// A table of the user, as CSV.
    ///
    /// # Panics
    /// Where the model has no such table, or the table no such column.
    #[must_use]
    pub fn table(mut self, name: &str, csv: &str) -> Self {
        let Some(table) = E::ABOUT.tables.iter().find(|table| table.name == name) else {
            panic!("the plugin has no table `{name}`")
        };
        let kind = |column: &str| {
            let own = table.columns.iter().find(|own| own.name == column).map(|own| own.kind);
            own.or_else(|| PROVENANCE.iter().any(|(name, _)| *name == column).then_some(Kind::Category))
        };
        self.tables.push((name.to_owned(), Rows::from_csv(csv, kind)));
        self
    }

    /// Configures the model.
    ///
    /// # Errors
    /// The model's own.
    pub fn configured(&self) -> Result<Configured<E>, Fault> {
        let tables = self.tables.iter().map(|(name, rows)| (name.clone(), rows.0.clone())).collect();
        Plugin::<E>::configured(&self.settings, tables)
    }

    /// The input of the model, from CSV whose header holds names of columns that it reads.
    ///
    /// # Panics
    /// Where the CSV has another column, or a cell is not of its kind.
    #[must_use]
    pub fn input(csv: &str) -> Rows {
        let kind =
            |name: &str| E::Inputs::COLUMNS.iter().find(|input| input.name == name).map(|input| input.kind);
        Rows::from_csv(csv, kind)
    }

    /// Runs the model on rows in CSV; an empty cell is unknown.
    ///
    /// # Errors
    /// The model's own faults.
    pub fn run(&self, csv: &str) -> Result<Rows, Fault> {
        self.configured()?.run(Self::input(csv).0).map(Rows)
    }

    /// Checks the laws, the gate and the explanations on these rows.
    ///
    /// # Panics
    /// Where one does not hold.
    pub fn check(&self, csv: &str) {
        let model = self.configured().unwrap_or_else(|fault| panic!("{fault}"));
        let input = Self::input(csv);
        laws::check(&model, &input);
        explanation::check(&model, &input);
    }
}
