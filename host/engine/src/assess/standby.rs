//! What redundancy costs: machines and volumes that stand by for others, in services whose users choose so.

use joulework_runtime::Kind;
use joulework_units::{FixedSum, Money, draws};

use super::add::Adder;
use super::{Estimates, Tally};
use crate::activity::{Entry, LaneSource, Sums};
use crate::error::EngineError;

/// Words of meters and descriptions of what is kept more than once, and how often. The first that is found counts.
const COPIES: [(&str, i128); 3] = [("Multi-AZCluster", 3), ("Multi-AZ", 2), ("MultiAZ", 2)];

impl Estimates {
    /// The copies beyond the first of rows that a meter or description says are kept in several zones. Copies that a service
    /// keeps of itself, such as those of an object store, are not among them.
    ///
    /// # Errors
    /// When a sum leaves its range.
    pub fn standby(&self) -> Result<Tally, EngineError> {
        let says = self.sayings();
        // Entries are many more than cells.
        let cells = u32::try_from(self.activity.cells()).map_err(|_| EngineError::TooManyValues)?;
        let of_cell = |cell: u32| COPIES.iter().find(|(word, _)| says(cell, word)).map(|(_, copies)| *copies);
        let copies: Vec<Option<i128>> = (0..cells).map(of_cell).collect();
        let mut entries = Vec::new();
        for entry in &self.activity.entries {
            let place = usize::try_from(entry.cell).ok();
            let Some(copies) = place.and_then(|place| *copies.get(place)?) else { continue };
            let beyond = |raw: i128| raw / copies * (copies - 1) + raw % copies * (copies - 1) / copies;
            let money = |money: Money| Money::from_raw(beyond(money.raw()));
            let sums = Sums {
                quantity: FixedSum::from_raw(beyond(entry.sums.quantity.raw())),
                billed: money(entry.sums.billed),
                effective: money(entry.sums.effective),
                positive: money(entry.sums.positive),
                rows: entry.sums.rows,
            };
            entries.push(Entry { sums, ..entry.clone() });
        }
        Adder::new(self).tally_of(&entries.iter().collect::<Vec<_>>(), draws::DRAWS)
    }

    /// Tells whether the meter or the description of a cell's rows has a word.
    pub(super) fn sayings(&self) -> impl Fn(u32, &str) -> bool {
        let activity = &self.activity;
        let lane = |name: &str| {
            let source = |kind| LaneSource::Column { name: name.to_owned(), kind };
            activity.plan.lane(&source(Kind::Category)).or_else(|| activity.plan.lane(&source(Kind::Text)))
        };
        let lanes: Vec<usize> = ["sku-meter", "charge-description"].into_iter().filter_map(lane).collect();
        move |cell, word| {
            let texts = lanes.iter().filter_map(|lane| activity.text(&activity.cells, cell, *lane));
            texts.into_iter().any(|text| text.contains(word))
        }
    }
}
