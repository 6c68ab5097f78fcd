//! Shapes of supply and demand: by hour of the week, and from the highest demand to the lowest.

use super::hours::{SupplyHour, SupplyHours};

/// Hours of a week.
const WEEK: usize = 168;

impl SupplyHours {
    /// Supply and demand by day of the week (Monday is 0) and hour of the day, in UTC; nothing where no hour is known.
    #[must_use]
    pub fn by_week(&self) -> [[Option<SupplyHour>; 24]; 7] {
        let mut week = [[None; 24]; 7];
        for (hour, own) in self.by_hour().filter(|(_, own)| own.is_known()) {
            // 1970-01-01 was a Thursday.
            let place =
                usize::try_from((hour + 72).rem_euclid(i64::try_from(WEEK).unwrap_or(168))).unwrap_or(0);
            if let Some(cell) = week.get_mut(place / 24).and_then(|day: &mut [_; 24]| day.get_mut(place % 24))
            {
                let mut sum: SupplyHour = cell.unwrap_or_default();
                sum.supply += own.supply;
                sum.demand += own.demand;
                sum.waste += own.waste;
                sum.over_demand += own.over_demand;
                *cell = Some(sum);
            }
        }
        week
    }

    /// The hours whose demand is known, from the highest demand to the lowest, each as supply and demand.
    #[must_use]
    pub fn by_demand(&self) -> Vec<(f64, f64)> {
        let mut hours: Vec<(f64, f64)> = self.known().map(|hour| (hour.supply, hour.demand)).collect();
        hours.sort_by(|one, two| two.1.total_cmp(&one.1).then(two.0.total_cmp(&one.0)));
        hours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_begins_on_monday() {
        // 2025-03-03 was a Monday; 05:00.
        let hour = 20_150 * 24 + 5;
        let hours = SupplyHours { first_hour: hour, hours: vec![SupplyHour::of(2.0, Some(1.0))] };
        let week = hours.by_week();
        let found: Vec<(usize, usize)> = (0..7)
            .flat_map(|day| (0..24).map(move |hour| (day, hour)))
            .filter(|(day, hour)| week.get(*day).and_then(|day| day.get(*hour)).is_some_and(Option::is_some))
            .collect();
        assert_eq!(found, [(0, 5)]);
    }
}
