//! Which cells make a figure, and what each adds to it.

use std::collections::BTreeMap;

use joulework_runtime::Batch;
use joulework_units::{FixedSum, draws, math};

use crate::activity::{Activity, Scale};
use crate::assess::{Adder, Estimates, Figure, Source};
use crate::error::EngineError;
use crate::estimate::{UnitEstimates, unit_batch};
use joulework_runtime::{Data, Pipeline};

/// A quantity of some estimates.
pub(super) struct Asked<'a> {
    estimates: &'a Estimates,
    number: usize,
}

/// The rows of one cell.
pub(super) struct Cell {
    pub(super) number: u32,
    pub(super) rows: u64,
    /// What unit estimates are multiplied by, with the sign.
    scale: FixedSum,
    /// What they add; nothing where it is not known.
    pub(super) amount: Option<f64>,
    nothing: bool,
}

impl Cell {
    /// Whether the rows have something of the kind, known or not.
    pub(super) const fn is_something(&self) -> bool {
        !self.nothing
    }
}

impl<'a> Asked<'a> {
    pub(super) fn of(estimates: &'a Estimates, quantity: &str) -> Result<Self, EngineError> {
        let names: Vec<&str> = estimates.quantities().map(|(name, _)| name).collect();
        match names.iter().position(|name| *name == quantity) {
            Some(number) => Ok(Self { estimates, number }),
            None => Err(EngineError::NoQuantity {
                quantity: quantity.to_owned(),
                known: names.into_iter().map(str::to_owned).collect(),
            }),
        }
    }

    pub(super) const fn number(&self) -> usize {
        self.number
    }

    pub(super) fn units(&self) -> &'a UnitEstimates {
        self.estimates.units()
    }

    fn activity(&self) -> &'a Activity {
        self.estimates.activity()
    }

    /// The figure of entries, given by their places in rising order.
    pub(super) fn figure(&self, members: &[usize]) -> Result<Figure, EngineError> {
        let mut tally = Adder::new(self.estimates).tally(members, draws::DRAWS)?;
        let name = self.units().quantities.get(self.number).map_or("", |quantity| quantity.name.as_str());
        tally.figures.remove(name).ok_or_else(|| EngineError::Frame { column: name.to_owned() })
    }

    /// The cells of entries: the largest first, then those without a value, then those that have nothing of the kind.
    pub(super) fn cells(&self, members: &[usize]) -> Result<Vec<Cell>, EngineError> {
        let mut sums: BTreeMap<u32, (FixedSum, u64)> = BTreeMap::new();
        for entry in members.iter().filter_map(|place| self.activity().entries.get(*place)) {
            let (scale, rows) = sums.entry(entry.cell).or_insert((FixedSum::ZERO, 0));
            *scale = scale.checked_add(entry.sums.quantity)?;
            *rows += entry.sums.rows;
        }
        let mut cells: Vec<Cell> = sums
            .into_iter()
            .map(|(number, (scale, rows))| {
                let value = self.units().value(self.number, number);
                let amount = (!value.is_nan()).then(|| value * scale.to_f64());
                Cell { number, rows, scale, amount, nothing: value == 0.0 }
            })
            .collect();
        let size = |cell: &Cell| cell.amount.map_or(0.0, f64::abs);
        cells.sort_by(|left, right| {
            let order = left.nothing.cmp(&right.nothing);
            order
                .then_with(|| left.amount.is_none().cmp(&right.amount.is_none()))
                .then_with(|| size(right).total_cmp(&size(left)))
                .then_with(|| left.number.cmp(&right.number))
        });
        Ok(cells)
    }

    /// The batch of a cell with the sum of its quantities as the quantity of one row.
    pub(super) fn batch(&self, pipeline: &Pipeline, cell: &Cell) -> Result<Batch, EngineError> {
        let place = usize::try_from(cell.number).map_err(|_| EngineError::TooManyValues)?;
        let mut batch = unit_batch(self.activity(), pipeline, place..place + 1)?;
        if self.activity().plan.scale == Scale::Quantity {
            let quantity = batch.columns.iter_mut().find(|column| column.name == crate::activity::QUANTITY);
            if let Some(Data::Same(value)) = quantity.map(|column| &mut column.data) {
                *value = cell.scale.to_f64().abs();
            }
        }
        Ok(batch)
    }

    /// What the steps of [`batch`](Self::batch) are multiplied by.
    pub(super) fn times(&self, cell: &Cell) -> f64 {
        let scale = cell.scale.to_f64();
        match self.activity().plan.scale {
            Scale::Quantity if scale < 0.0 => -1.0,
            Scale::Quantity => 1.0,
            Scale::Rows => scale,
        }
    }

    /// The columns that plugins tell apart, as far as the bill says something.
    pub(super) fn facts(&self, cell: u32) -> Vec<(String, String)> {
        let activity = self.activity();
        let lanes = activity.plan.cell_lanes();
        lanes
            .filter_map(|(lane, name)| {
                let text = activity.text(&activity.cells, cell, lane).filter(|text| !text.is_empty())?;
                Some((name.to_owned(), text.to_owned()))
            })
            .collect()
    }

    /// The consumed quantity of a cell's rows and its unit.
    pub(super) fn consumed(&self, cell: &Cell) -> Result<Option<(f64, String)>, EngineError> {
        let activity = self.activity();
        if !activity.has_quantity(cell.number) {
            return Ok(None);
        }
        let lane = activity.plan.column_lane("consumed-unit");
        let unit =
            lane.and_then(|lane| activity.text(&activity.cells, cell.number, lane)).unwrap_or_default();
        Ok(Some((activity.consumed(cell.number, cell.scale)?.to_f64(), unit.to_owned())))
    }

    /// The sources of error of a cell with their geometric standard deviations, largest first.
    pub(super) fn errors(&self, cell: u32) -> Vec<(Source, f64)> {
        let units = self.units();
        let (_, errors) = units.errors(self.number, cell);
        let mut sources: Vec<(Source, f64)> = errors
            .iter()
            .filter_map(|(template, s)| {
                let template = units.templates.get(usize::try_from(*template).ok()?)?;
                let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "each".to_owned());
                let key = template.key.iter().map(|(name, text)| (name.clone(), value(text))).collect();
                Some((Source { factor: template.factor.clone(), key }, math::exp(s.abs())))
            })
            .collect();
        sources.sort_by(|left, right| right.1.total_cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        sources
    }
}
