//! What hours of supply and demand say together (METHOD.md, section 5).

use super::hours::{SupplyHour, SupplyHours};

/// How much a series has to vary, against its mean, before anything follows from how.
const FLAT: f64 = 0.01;
/// Hours by which supply is looked for before and after demand: in a day that repeats, more is the day before.
const MOST_LAG: usize = 12;
/// Hours that have to be known before anything follows from how they vary.
const ENOUGH: usize = 48;

/// Supply against demand over a span, in hours of the capacity.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Balance {
    /// Supply whose demand is known.
    pub supply: f64,
    /// Demand.
    pub demand: f64,
    /// Supply that was not used.
    pub waste: f64,
    /// Demand beyond the supply.
    pub over_demand: f64,
    /// Supply whose demand is not known.
    pub unmeasured: f64,
    /// Hours whose demand is known.
    pub known_hours: u64,
    /// The highest demand of an hour.
    pub peak: f64,
    /// How supply follows demand: 1 in proportion, 0 not at all; nothing where demand is flat.
    pub elasticity: Option<f64>,
    /// Hours by which supply follows demand; nothing where either is flat.
    pub lag_hours: Option<i64>,
    /// Mean supply over the demand that one hour in a hundred exceeds, less 1.
    pub over_provision: Option<f64>,
}

impl Balance {
    /// The balance of hours.
    #[must_use]
    pub fn of(hours: &SupplyHours) -> Self {
        let mut balance = Self::default();
        for hour in &hours.hours {
            balance.supply += hour.supply;
            balance.demand += hour.demand;
            balance.waste += hour.waste;
            balance.over_demand += hour.over_demand;
            balance.unmeasured += hour.unmeasured;
            balance.peak = balance.peak.max(hour.demand);
        }
        let known: Vec<&SupplyHour> = hours.known().collect();
        balance.known_hours = known.len() as u64;
        if known.len() >= ENOUGH {
            let (supply, demand) =
                (Moments::of(&known, |hour| hour.supply), Moments::of(&known, |hour| hour.demand));
            balance.elasticity = elasticity(&known, supply, demand);
            let both_vary = supply.varies() && demand.varies();
            balance.lag_hours = if both_vary { lag(hours, supply, demand) } else { None };
        }
        balance.over_provision = over_provision(&known);
        balance
    }

    /// An amount of the span, such as `supply`, as the mean of the hours whose demand is known.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a number of hours")]
    pub fn mean(&self, amount: f64) -> Option<f64> {
        (self.known_hours > 0).then(|| amount / self.known_hours as f64)
    }

    /// Demand as a share of the supply.
    #[must_use]
    pub fn utilisation(&self) -> Option<f64> {
        (self.supply > 0.0).then(|| self.demand / self.supply)
    }
}

/// Mean and deviation.
#[derive(Debug, Clone, Copy)]
struct Moments {
    mean: f64,
    deviation: f64,
}

impl Moments {
    #[allow(clippy::cast_precision_loss, reason = "a number of hours")]
    fn of(hours: &[&SupplyHour], value: impl Fn(&SupplyHour) -> f64) -> Self {
        let count = hours.len().max(1) as f64;
        let mean = hours.iter().map(|hour| value(hour)).sum::<f64>() / count;
        let variance = hours.iter().map(|hour| square(value(hour) - mean)).sum::<f64>() / count;
        Self { mean, deviation: variance.sqrt() }
    }

    fn varies(self) -> bool {
        self.deviation > FLAT * self.mean
    }
}

fn square(number: f64) -> f64 {
    number * number
}

/// The slope of supply on demand, in shares of their means. Supply that is flat does not follow: 0.
#[allow(clippy::cast_precision_loss, reason = "a number of hours")]
fn elasticity(known: &[&SupplyHour], supply: Moments, demand: Moments) -> Option<f64> {
    if !demand.varies() || supply.mean <= 0.0 {
        return None;
    }
    if !supply.varies() {
        return Some(0.0);
    }
    let common =
        known.iter().map(|hour| (hour.supply - supply.mean) * (hour.demand - demand.mean)).sum::<f64>()
            / known.len() as f64;
    Some(common / square(demand.deviation) * demand.mean / supply.mean)
}

/// The shift at which supply and demand go together best; of two alike the smaller.
fn lag(hours: &SupplyHours, supply: Moments, demand: Moments) -> Option<i64> {
    let all = &hours.hours;
    let together = |shift: usize, supply_is_later: bool| {
        let (mut sum, mut count) = (0.0, 0.0_f64);
        for (early, late) in all.iter().zip(all.iter().skip(shift)) {
            let (with_demand, with_supply) = if supply_is_later { (early, late) } else { (late, early) };
            if with_demand.is_known() && with_supply.is_known() {
                sum += (with_supply.supply - supply.mean) * (with_demand.demand - demand.mean);
                count += 1.0;
            }
        }
        (count > 0.0).then(|| sum / count)
    };
    let mut best: Option<(f64, i64)> = None;
    for shift in 0..=MOST_LAG {
        let hours = i64::try_from(shift).ok()?;
        for (later, lag) in [(true, hours), (false, -hours)] {
            if let Some(found) = together(shift, later)
                && best.is_none_or(|(most, _)| found > most + 1e-9 * most.abs())
            {
                best = Some((found, lag));
            }
        }
    }
    best.filter(|(most, _)| *most > 0.0).map(|(_, lag)| lag)
}

/// Mean supply over the demand that one hour in a hundred exceeds, less 1.
#[allow(clippy::cast_precision_loss, reason = "a number of hours")]
fn over_provision(known: &[&SupplyHour]) -> Option<f64> {
    let mut demands: Vec<f64> = known.iter().map(|hour| hour.demand).collect();
    demands.sort_by(f64::total_cmp);
    let place = (demands.len() * 99).div_ceil(100).checked_sub(1)?;
    let high = demands.get(place).copied().filter(|demand| *demand > 0.0)?;
    let mean = known.iter().map(|hour| hour.supply).sum::<f64>() / known.len() as f64;
    Some(mean / high - 1.0)
}

#[cfg(test)]
#[allow(
    clippy::float_cmp,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "tests may"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hours(supply: impl Fn(usize) -> f64, demand: impl Fn(usize) -> f64) -> SupplyHours {
        let hours = (0..24 * 14).map(|hour| SupplyHour::of(supply(hour), Some(demand(hour)))).collect();
        SupplyHours { first_hour: 0, hours }
    }

    fn daily(hour: usize) -> f64 {
        [3.0, 2.0, 2.0, 4.0, 7.0, 9.0, 10.0, 9.5, 8.0, 7.5, 6.0, 4.0][hour % 24 / 2] + 0.1 * (hour % 2) as f64
    }

    #[test]
    fn supply_in_proportion_has_the_elasticity_1_and_flat_supply_0() {
        let follows = Balance::of(&hours(|hour| 1.5 * daily(hour), daily));
        assert!((follows.elasticity.unwrap() - 1.0).abs() < 1e-9);
        assert_eq!(follows.lag_hours, Some(0));
        assert!((follows.utilisation().unwrap() - 1.0 / 1.5).abs() < 1e-12);
        let flat = Balance::of(&hours(|_| 20.2, daily));
        assert_eq!((flat.elasticity, flat.lag_hours), (Some(0.0), None));
        assert!((flat.over_provision.unwrap() - 1.0).abs() < 0.01, "twice the highest demand");
        let still = Balance::of(&hours(|_| 20.0, |_| 5.0));
        assert_eq!((still.elasticity, still.lag_hours), (None, None));
    }

    #[test]
    fn supply_that_comes_late_has_its_lag() {
        for lag in [-3_i64, 1, 5] {
            let supply =
                |hour: usize| daily(usize::try_from(i64::try_from(hour).unwrap() - lag + 24).unwrap());
            assert_eq!(Balance::of(&hours(supply, daily)).lag_hours, Some(lag));
        }
    }

    #[test]
    fn a_few_hours_say_nothing_of_how_supply_follows() {
        let mut few = hours(daily, daily);
        few.hours.truncate(24);
        assert_eq!(Balance::of(&few).elasticity, None);
    }

    proptest! {
        #[test]
        fn supply_less_demand_is_waste_less_over_demand(
            all in prop::collection::vec((0.0_f64..100.0, prop::option::of(0.0_f64..100.0)), 0..200),
        ) {
            let hours = all.iter().map(|(supply, demand)| SupplyHour::of(*supply, *demand)).collect();
            let balance = Balance::of(&SupplyHours { first_hour: 0, hours });
            let difference = (balance.supply - balance.demand) - (balance.waste - balance.over_demand);
            prop_assert!(difference.abs() < 1e-6);
            prop_assert!(balance.waste >= 0.0 && balance.over_demand >= 0.0);
            let whole: f64 = all.iter().map(|(supply, _)| supply).sum();
            prop_assert!((balance.supply + balance.unmeasured - whole).abs() < 1e-6, "no supply is lost");
        }
    }
}
