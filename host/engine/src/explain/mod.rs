//! How a figure came about: its rows go through the plugins once more, which say how.
//!
//! The rows of a figure are put together by cell (what plugins tell apart) with the sum of their quantities, so that a
//! year of a machine is one part with 8,760 hours. Every step is evaluated here and held against the figure.

mod members;
mod steps;

pub use steps::{Step, Term, TermSource};

use std::path::Path;

use joulework_units::Amount;

use crate::activity::{Accumulator, Activity};
use crate::assess::{Estimates, Figure, Filter, Source};
use crate::bill::{ColumnSet, Origin};
use crate::error::EngineError;
use crate::pipeline::{Assessment, Engine, billing_accounts};
use crate::provenance::Provenance;
use crate::work::PerUnit;

/// What to explain of a run.
#[derive(Debug, Clone)]
pub enum Asked<'a> {
    /// The total of the rows that a filter keeps.
    Total(&'a Filter),
    /// The total that a figure per unit of work is divided from.
    PerUnit(&'a PerUnit),
}

/// How a figure came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Name of the quantity.
    pub quantity: String,
    /// The figure.
    pub figure: Figure,
    /// Rows of the bill that were looked at.
    pub rows: u64,
    /// Its largest parts, largest first, then parts without a value; each is a combination of what plugins look at.
    pub parts: Vec<Part>,
    /// The parts that are not listed.
    pub rest: Rest,
}

/// Rows that plugins cannot tell apart, and how their share of the figure came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// How many rows of the bill.
    pub rows: u64,
    /// What the bill says of them, in the plugins' words: name and text of each column that is read.
    pub facts: Vec<(String, String)>,
    /// The sum of their consumed quantities, with its sign, and its unit as the bill spells it; nothing where the bill
    /// has no quantity.
    pub consumed: Option<(f64, String)>,
    /// What the steps are multiplied by to give the amount: -1 for corrections, the number of rows where plugins look
    /// at each row's own quantity, else 1.
    pub times: f64,
    /// What they add to the figure; nothing where it is not known.
    pub amount: Option<Amount>,
    /// The steps, each after those that it needs; the last one gives the quantity.
    pub steps: Vec<Step>,
    /// Outputs whose explanation gives another number than the plugin's estimate.
    pub contradicted: Vec<String>,
    /// Sources of error and their geometric standard deviations, largest first.
    pub errors: Vec<(Source, f64)>,
}

/// Parts that are not listed.
#[derive(Debug, Clone, PartialEq)]
pub struct Rest {
    /// How many.
    pub parts: usize,
    /// Their rows, and those of rows that have nothing of the kind.
    pub rows: u64,
    /// What they add up to.
    pub amount: Amount,
}

impl Engine {
    /// How a figure of an assessment came about, with at most `most` parts.
    ///
    /// # Errors
    /// A quantity that the pipeline does not give, a filter that cannot be asked, or a fault of a plugin.
    pub fn explain(
        &self,
        assessment: &Assessment,
        quantity: &str,
        asked: &Asked<'_>,
        most: usize,
    ) -> Result<Explanation, EngineError> {
        let estimates = &assessment.estimates;
        let members = match asked {
            Asked::Total(filter) => estimates.select(filter)?,
            Asked::PerUnit(unit) => unit.entries.clone(),
        };
        self.explain_entries(estimates, &assessment.provenance, quantity, &members, most)
    }

    /// Estimates one row of one of the run's files, counted from 1 without the header, so that it can be explained.
    ///
    /// # Errors
    /// A file that is not one of the run's, a row that it does not have, or a bad value.
    pub fn assess_row(&self, path: &Path, row: u64) -> Result<Assessment, EngineError> {
        let mut found = None;
        let same = |other: &Path| {
            other == path
                || std::fs::canonicalize(other)
                    .ok()
                    .zip(std::fs::canonicalize(path).ok())
                    .is_some_and(|(one, two)| one == two)
        };
        let (mut files, mut rows) = (Vec::new(), 0);
        let bills = self.open()?;
        for bill in &bills {
            files.extend(bill.files().iter().map(|file| file.path().to_owned()));
            let Some(place) = bill.files().iter().position(|file| same(file.path())) else { continue };
            for chunk in bill.chunks().into_iter().filter(|chunk| chunk.file() == place) {
                chunk.read(ColumnSet::all(), |batch| {
                    let Origin::Rows { first, .. } = batch.origin() else { return Ok(()) };
                    let after = first + batch.rows() as u64;
                    rows = rows.max(after - 1);
                    if (first..after).contains(&row) {
                        let at = usize::try_from(row - first).map_err(|_| EngineError::TooManyValues)?;
                        let mut sum = Accumulator::new(self.plan())?;
                        sum.add(&batch.slice(at, 1)?)?;
                        found = Some(Activity::of(sum)?);
                    }
                    Ok::<_, EngineError>(())
                })?;
            }
        }
        let Some(activity) = found else {
            return Err(EngineError::NoRow { path: path.to_owned(), row, rows, files });
        };
        let estimates = Estimates::of(activity, self.pipeline(), 1)?;
        let mut provenance = Provenance::of(self.pipeline())?;
        provenance.billing_accounts = billing_accounts(&bills);
        let description = self.description().clone();
        Ok(Assessment { description, estimates, provenance, recorded: Vec::new() })
    }

    fn explain_entries(
        &self,
        estimates: &Estimates,
        provenance: &Provenance,
        quantity: &str,
        members: &[usize],
        most: usize,
    ) -> Result<Explanation, EngineError> {
        let asked = members::Asked::of(estimates, quantity)?;
        let figure = asked.figure(members)?;
        let mut cells = asked.cells(members)?;
        let rows = cells.iter().map(|cell| cell.rows).sum();
        let unit = figure.amount.unit().clone();
        let listed: Vec<members::Cell> =
            cells.drain(..cells.iter().take(most).filter(|cell| cell.is_something()).count()).collect();
        let rest = Rest {
            parts: cells.iter().filter(|cell| cell.is_something()).count(),
            rows: cells.iter().map(|cell| cell.rows).sum(),
            amount: Amount::new(cells.iter().filter_map(|cell| cell.amount).sum(), unit.clone()),
        };
        let walker = steps::Walker::new(self.pipeline(), &asked, provenance);
        let mut session = self.pipeline().session();
        let mut parts = Vec::with_capacity(listed.len());
        for cell in listed {
            let told = walker.tell(&mut session, &cell)?;
            parts.push(Part {
                rows: cell.rows,
                facts: asked.facts(cell.number),
                consumed: asked.consumed(&cell)?,
                times: asked.times(&cell),
                amount: cell.amount.map(|amount| Amount::new(amount, unit.clone())),
                steps: told.steps,
                contradicted: told.contradicted,
                errors: asked.errors(cell.number),
            });
        }
        Ok(Explanation { quantity: quantity.to_owned(), figure, rows, parts, rest })
    }
}
