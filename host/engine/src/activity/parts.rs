//! Rows split by the loads that their resource had in their hours.

use arrow::array::RecordBatch;

use super::chunk::{self, Facts, Texts};
use super::dictionary::{Dictionary, NONE};
use super::plan::RESOURCE;
use crate::error::EngineError;
use crate::loads::{HourlyLoads, KNOTS, Knot, Loads, Part};

/// The usage rows of a batch that are of resources of which something is measured.
#[derive(Debug, Default)]
pub(super) struct Measured<'a> {
    /// The resources, as the bill writes them, with their loads.
    pub(super) resources: Vec<(String, &'a HourlyLoads)>,
    /// Per row, the place of its resource; empty where no row has one.
    pub(super) rows: Vec<Option<usize>>,
}

impl<'a> Measured<'a> {
    pub(super) fn of(batch: &RecordBatch, loads: &'a Loads) -> Result<Self, EngineError> {
        let mut measured = Self::default();
        let Some(texts) = Texts::of(batch, RESOURCE) else { return Ok(measured) };
        let usage = is_usage(batch)?;
        let (resources, mut rows) = (&mut measured.resources, vec![None; batch.num_rows()]);
        texts.map(
            &mut |id| {
                let found = id.and_then(|id| Some((id, loads.of(id)?)));
                Ok(found.map(|(id, hourly)| {
                    resources.push((id.to_owned(), hourly));
                    resources.len() - 1
                }))
            },
            |row, found| {
                if let Some(slot) = rows.get_mut(row).filter(|_| usage.get(row) == Some(&true)) {
                    *slot = found;
                }
            },
        )?;
        if rows.iter().any(Option::is_some) {
            measured.rows = rows;
        } else {
            measured.resources.clear();
        }
        Ok(measured)
    }

    fn loads(&self, row: usize) -> Option<&'a HourlyLoads> {
        let (_, hourly) = self.resources.get((*self.rows.get(row)?)?)?;
        Some(*hourly).filter(|hourly| !hourly.loads.is_empty())
    }
}

/// The parts of the rows of a batch, in the order of the rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    /// The row of each part; empty where every row is whole.
    rows: Vec<usize>,
    parts: Vec<Part>,
    /// The number of each part's load.
    loads: Vec<u32>,
}

impl Parts {
    /// Splits the rows of a batch; a dictionary numbers the loads.
    pub(super) fn of(
        rows: usize,
        measured: &Measured<'_>,
        facts: &Facts<'_>,
        dictionary: &mut Dictionary,
    ) -> Result<Self, EngineError> {
        let mut parts = Self::default();
        if measured.resources.iter().all(|(_, hourly)| hourly.loads.is_empty()) {
            return Ok(parts);
        }
        let numbers = (0..KNOTS)
            .map(|knot| dictionary.intern_exact(chunk::bits(Knot(knot).load())))
            .collect::<Result<Vec<u32>, _>>()?;
        let number = |knot: Knot| numbers.get(usize::from(knot.0)).copied().unwrap_or(NONE);
        for (row, start) in (0..rows).zip(facts.starts) {
            let Some(hourly) = measured.loads(row) else {
                parts.push(row, Part::WHOLE, NONE);
                continue;
            };
            hourly.parts(*start, facts.end(row), |knot, part| {
                parts.push(row, part, knot.map_or(NONE, number));
            });
        }
        Ok(parts)
    }

    fn push(&mut self, row: usize, part: Part, load: u32) {
        self.rows.push(row);
        self.parts.push(part);
        self.loads.push(load);
    }

    /// Whether every row is whole.
    pub(super) fn are_whole(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many parts a batch of so many rows has.
    pub(super) fn count(&self, rows: usize) -> usize {
        if self.are_whole() { rows } else { self.rows.len() }
    }

    /// Row and part of a place.
    #[inline]
    pub(super) fn at(&self, place: usize) -> (usize, Part) {
        match (self.rows.get(place), self.parts.get(place)) {
            (Some(row), Some(part)) => (*row, *part),
            _ => (place, Part::WHOLE),
        }
    }

    /// Makes lanes of rows into lanes of parts; `loads` is the lane of loads.
    pub(super) fn spread(&self, lanes: &mut [Vec<u32>], loads: usize) {
        if self.are_whole() {
            return;
        }
        for (place, lane) in lanes.iter_mut().enumerate() {
            *lane = if place == loads {
                self.loads.clone()
            } else {
                self.rows.iter().map(|row| lane.get(*row).copied().unwrap_or(NONE)).collect()
            };
        }
    }
}

/// Which rows are usage.
fn is_usage(batch: &RecordBatch) -> Result<Vec<bool>, EngineError> {
    let mut usage = vec![false; batch.num_rows()];
    if let Some(texts) = Texts::of(batch, "charge-category") {
        texts.map(&mut |text| Ok(text == Some("Usage")), |row, is_usage| {
            if let Some(slot) = usage.get_mut(row) {
                *slot = is_usage;
            }
        })?;
    }
    Ok(usage)
}
