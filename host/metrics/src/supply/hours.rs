//! Supply and demand by hour.

/// Supply and demand of one capacity, hour by hour. A number is an amount per hour, such as the vCPU that were there on
/// average.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SupplyHours {
    /// The first hour, in hours since 1970-01-01T00Z.
    pub first_hour: i64,
    /// The hours.
    pub hours: Vec<SupplyHour>,
}

/// An hour.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SupplyHour {
    /// Supply whose demand is known.
    pub supply: f64,
    /// Demand.
    pub demand: f64,
    /// Supply whose demand is not known.
    pub unmeasured: f64,
    /// Supply that was not used.
    pub waste: f64,
    /// Demand that was more than the supply.
    pub over_demand: f64,
}

impl SupplyHour {
    /// An hour of one resource.
    #[must_use]
    pub fn of(supply: f64, demand: Option<f64>) -> Self {
        let Some(demand) = demand else { return Self { unmeasured: supply, ..Self::default() } };
        let (waste, over_demand) = ((supply - demand).max(0.0), (demand - supply).max(0.0));
        Self { supply, demand, unmeasured: 0.0, waste, over_demand }
    }

    fn add(&mut self, other: &Self) {
        self.supply += other.supply;
        self.demand += other.demand;
        self.unmeasured += other.unmeasured;
        self.waste += other.waste;
        self.over_demand += other.over_demand;
    }

    /// Whether its demand is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.supply > 0.0 || self.demand > 0.0
    }
}

impl SupplyHours {
    /// Adds other hours, each to its own.
    pub fn add(&mut self, other: &Self) {
        if other.hours.is_empty() {
            return;
        }
        if self.hours.is_empty() {
            *self = other.clone();
            return;
        }
        let end = |hours: &Self| hours.first_hour + i64::try_from(hours.hours.len()).unwrap_or(i64::MAX);
        let (first, last) = (self.first_hour.min(other.first_hour), end(self).max(end(other)));
        let front = usize::try_from(self.first_hour - first).unwrap_or_default();
        self.hours.splice(0..0, std::iter::repeat_n(SupplyHour::default(), front));
        self.first_hour = first;
        self.hours.resize(usize::try_from(last - first).unwrap_or_default(), SupplyHour::default());
        let skip = usize::try_from(other.first_hour - first).unwrap_or_default();
        for (own, other) in self.hours.iter_mut().skip(skip).zip(&other.hours) {
            own.add(other);
        }
    }

    /// The hours with their place in time.
    pub fn by_hour(&self) -> impl Iterator<Item = (i64, &SupplyHour)> {
        (self.first_hour..).zip(&self.hours)
    }

    /// The hours whose demand is known.
    pub fn known(&self) -> impl Iterator<Item = &SupplyHour> {
        self.hours.iter().filter(|hour| hour.is_known())
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn hours_are_added_by_their_time_and_not_by_their_place() {
        let of = |first_hour: i64, supplies: &[f64]| SupplyHours {
            first_hour,
            hours: supplies.iter().map(|supply| SupplyHour::of(*supply, Some(1.0))).collect(),
        };
        let mut sum = of(10, &[1.0, 2.0]);
        sum.add(&of(8, &[4.0]));
        sum.add(&of(11, &[8.0, 16.0]));
        let supplies: Vec<f64> = sum.hours.iter().map(|hour| hour.supply).collect();
        assert_eq!((sum.first_hour, supplies), (8, vec![4.0, 0.0, 1.0, 10.0, 16.0]));
    }
}
