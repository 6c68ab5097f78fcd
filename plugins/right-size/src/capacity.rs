//! The hours of one capacity of a resource.

use crate::{Goal, In};

/// Supply and demand by hour, of hours in which both are known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hours {
    pub(crate) supply: Vec<f64>,
    /// The highest demand of the hour where it is measured, else the mean.
    pub(crate) demand: Vec<f64>,
    /// The mean demand, where it is known.
    pub(crate) mean: Vec<Option<f64>>,
    /// Whether every hour has its highest demand.
    pub(crate) has_peaks: bool,
    /// Hours whose demand is not known.
    pub(crate) unknown: usize,
}

impl Hours {
    pub(crate) fn of(series: &In, capacity: &str) -> Self {
        let mut hours = Self { has_peaks: true, ..Self::default() };
        let Some(code) = series.capacity.values().iter().position(|own| own == capacity) else {
            return hours;
        };
        for row in (0..series.rows).filter(|row| series.capacity.codes()[*row] as usize == code) {
            let Some(supply) = series.supply.get(row).filter(|supply| *supply > 0.0) else { continue };
            let (mean, peak) = (series.demand.get(row), series.peak.get(row));
            let Some(demand) = peak.map_or(mean, |peak| Some(mean.map_or(peak, |mean| peak.max(mean))))
            else {
                hours.unknown += 1;
                continue;
            };
            hours.has_peaks &= peak.is_some();
            hours.supply.push(supply);
            hours.demand.push(demand);
            hours.mean.push(mean);
        }
        hours
    }

    pub(crate) fn known(&self) -> usize {
        self.demand.len()
    }

    /// The highest supply of an hour: what the resource has when it is there for all of it.
    pub(crate) fn whole(&self) -> f64 {
        self.supply.iter().copied().fold(0.0, f64::max)
    }

    pub(crate) fn highest(&self) -> f64 {
        self.demand.iter().copied().fold(0.0, f64::max)
    }

    /// The highest demand as a share of the supply.
    pub(crate) fn highest_share(&self) -> f64 {
        let whole = self.whole();
        if whole > 0.0 { self.highest() / whole } else { 0.0 }
    }

    /// The smallest supply that is enough.
    pub(crate) fn enough(&self, goal: &Goal) -> f64 {
        let mut demand: Vec<f64> = self.demand.iter().map(|demand| demand * (1.0 + goal.head_room)).collect();
        demand.sort_by(f64::total_cmp);
        let above = goal.hours_above(demand.len());
        demand.len().checked_sub(1 + above).map_or(0.0, |place| demand[place])
    }

    /// The share of use, by the mean of each hour, at which the highest demand finds enough. Nothing where a mean is not
    /// known.
    pub(crate) fn utilisation(&self, goal: &Goal) -> Option<f64> {
        let share = |(mean, demand): (&Option<f64>, &f64)| {
            let with_room = demand * (1.0 + goal.head_room);
            mean.map(|mean| if with_room > 0.0 { mean / with_room } else { 1.0 })
        };
        let mut shares = self.mean.iter().zip(&self.demand).map(share).collect::<Option<Vec<f64>>>()?;
        shares.sort_by(f64::total_cmp);
        let found = *shares.get(goal.hours_above(shares.len()))?;
        (found > 0.0).then_some(found.min(1.0))
    }

    /// The share of all supply that is left where each hour has what it needs, and no less than `least`.
    pub(crate) fn following(&self, least: f64, goal: &Goal) -> f64 {
        let needed = |demand: &f64| (demand * (1.0 + goal.head_room)).max(least);
        let (needed, supply): (f64, f64) = (self.demand.iter().map(needed).sum(), self.supply.iter().sum());
        if supply > 0.0 { needed / supply } else { 1.0 }
    }

    /// What the hours are of.
    pub(crate) fn basis(&self) -> &'static str {
        if self.has_peaks {
            "the highest value of each hour"
        } else {
            "means of hours, which hide shorter peaks"
        }
    }
}

impl Goal {
    /// Of so many hours, those in which demand may be above the supply.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "hours"
    )]
    pub(crate) fn hours_above(&self, hours: usize) -> usize {
        (self.most_over_demand * hours as f64) as usize
    }
}

/// A share in percent.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Up to the next hundredth: a proposal is never less than what is needed.
pub(crate) fn up(share: f64) -> f64 {
    (share * 100.0).ceil() / 100.0
}
