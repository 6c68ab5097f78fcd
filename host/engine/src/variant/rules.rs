//! Rules of supply: what each hour is given of what is supplied now, and what is asked of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::bucket::Throttled;
use super::hours::{LineRates, vcpu_hours};
use super::{SupplyRule, TokenBucket};
use crate::calendar::HOUR_MS;
use crate::error::EngineError;
use crate::loads::Loads;

/// What of its vCPU a resource is given hour by hour, and what is asked of it.
#[derive(Debug, Clone, Default)]
pub(super) struct HourlySupply {
    /// The hour of the first share, in hours since 1970-01-01T00Z. Outside the hours nothing changes.
    pub(super) first_hour: i64,
    /// The share of what is supplied now, by hour.
    pub(super) shares: Vec<f32>,
    /// vCPU hours that are asked for in each hour; empty where that stays as it is measured.
    pub(super) demand: Vec<f64>,
}

impl HourlySupply {
    fn place(&self, hour: i64) -> Option<usize> {
        hour.checked_sub(self.first_hour).and_then(|place| usize::try_from(place).ok())
    }

    /// The share of the supply that an hour is given.
    pub(super) fn share(&self, hour: i64) -> f64 {
        self.place(hour).and_then(|place| self.shares.get(place)).map_or(1.0, |share| f64::from(*share))
    }

    /// What is asked for in an hour, where that changes.
    pub(super) fn demand(&self, hour: i64) -> Option<f64> {
        self.place(hour).and_then(|place| self.demand.get(place)).copied()
    }
}

/// Supply and demand of a resource by hour, in vCPU hours.
struct Hours<'a> {
    resource: &'a str,
    first_hour: i64,
    supply: Vec<f64>,
    /// NaN where it is not known.
    demand: Vec<f64>,
}

/// What the rules of lines give each resource, and what buckets did.
pub(super) fn supplies(
    rates: &BTreeMap<String, Vec<LineRates<'_>>>,
    loads: &Loads,
) -> Result<(BTreeMap<String, HourlySupply>, Vec<Throttled>), EngineError> {
    let mut by_rule: Vec<(&SupplyRule, Vec<Hours<'_>>)> = Vec::new();
    for (resource, rates) in rates {
        let Some(rule) = rates.iter().find_map(|of| of.line.supply.as_ref()) else { continue };
        let hours = Hours::of(resource, rates, loads);
        match by_rule.iter_mut().find(|(own, _)| *own == rule) {
            Some((_, all)) => all.push(hours),
            None => by_rule.push((rule, vec![hours])),
        }
    }
    let (mut found, mut throttled) = (BTreeMap::new(), Vec::new());
    for (rule, all) in by_rule {
        match rule {
            SupplyRule::Schedule { days, from, to, time_zone } => {
                let zone = crate::zone::find(time_zone)?;
                let is_on = |hour: i64| is_on(hour, &zone, days, *from..*to);
                found.extend(
                    all.iter().map(|hours| hours.supplied(|hour, _, _| f64::from(u8::from(is_on(hour))))),
                );
            }
            SupplyRule::FollowDemand { utilisation } => {
                let needed = |_, supply: f64, demand: f64| demand / utilisation / supply;
                found.extend(all.iter().map(|hours| hours.supplied(needed)));
            }
            SupplyRule::Bucket(bucket) => {
                let (supplies, result) = behind(bucket, &all);
                found.extend(supplies);
                throttled.push(result);
            }
        }
    }
    Ok((found, throttled))
}

fn is_on(hour: i64, zone: &TimeZone, days: &[u8], hours: std::ops::Range<u8>) -> bool {
    let Ok(instant) = Timestamp::from_millisecond(hour.saturating_mul(HOUR_MS)) else { return true };
    let local = instant.to_zoned(zone.clone());
    let day = u8::try_from(local.weekday().to_monday_one_offset()).unwrap_or_default();
    days.contains(&day) && u8::try_from(local.hour()).is_ok_and(|hour| hours.contains(&hour))
}

impl<'a> Hours<'a> {
    fn of(resource: &'a str, rates: &[LineRates<'_>], loads: &Loads) -> Self {
        let [before, supply] = vcpu_hours(rates);
        let first_hour = before.first_hour;
        let loads = loads.of(resource);
        let load = |hour: i64| loads.and_then(|loads| loads.at(hour)).map_or(f64::NAN, f64::from);
        let demand = (first_hour..).zip(&before.values).map(|(hour, before)| load(hour) * before).collect();
        Self { resource, first_hour, supply: supply.values, demand }
    }

    fn hours(&self) -> impl Iterator<Item = (i64, f64, f64)> {
        (self.first_hour..)
            .zip(&self.supply)
            .zip(&self.demand)
            .map(|((hour, supply), demand)| (hour, *supply, *demand))
    }

    /// The supply with a share of each hour; all of it where the share is not known.
    #[allow(clippy::cast_possible_truncation, reason = "a share")]
    fn supplied(&self, share: impl Fn(i64, f64, f64) -> f64) -> (String, HourlySupply) {
        let of_hour = |(hour, supply, demand)| match share(hour, supply, demand) {
            share if share.is_finite() => share as f32,
            _ => 1.0,
        };
        let shares = self.hours().map(of_hour).collect();
        let supply = HourlySupply { first_hour: self.first_hour, shares, demand: Vec::new() };
        (self.resource.to_owned(), supply)
    }
}

/// The supplies behind a bucket: the demand of all is held back, and all are cut by what its peak lost.
fn behind(bucket: &TokenBucket, all: &[Hours<'_>]) -> (Vec<(String, HourlySupply)>, Throttled) {
    let known = |value: f64| if value.is_nan() { 0.0 } else { value };
    let mut sums: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for (hour, supply, demand) in all.iter().flat_map(Hours::hours) {
        let sum = sums.entry(hour).or_default();
        *sum = (sum.0 + supply, sum.1 + known(demand));
    }
    let first = sums.keys().next().copied().unwrap_or_default();
    let last = sums.keys().next_back().copied().unwrap_or_default();
    let at = |hour: i64| sums.get(&hour).copied().unwrap_or_default();
    let demand: Vec<f64> = (first..=last).map(|hour| at(hour).1).collect();
    let result = bucket.replay(&demand, 3_600.0);
    let share = if result.peak_before > 0.0 { result.peak_after / result.peak_before } else { 1.0 };
    let admitted = |hour: i64| {
        let place = usize::try_from(hour - first).ok();
        place.and_then(|place| result.by_step.get(place)).copied().unwrap_or_default()
    };
    let of = |hours: &Hours<'_>| {
        let asked = |(hour, supply, demand): (i64, f64, f64)| {
            let (all_supply, all_demand) = at(hour);
            let part = if all_demand > 0.0 { known(demand) / all_demand } else { supply / all_supply };
            if part.is_finite() { part * admitted(hour) } else { 0.0 }
        };
        let (resource, supply) = hours.supplied(|_, _, _| share);
        (resource, HourlySupply { demand: hours.hours().map(asked).collect(), ..supply })
    };
    (all.iter().map(of).collect(), result)
}

impl SupplyRule {
    /// Holds that it is one.
    pub(super) fn check(&self) -> Result<(), EngineError> {
        let problem = match self {
            Self::Schedule { days, from, to, .. }
                if from >= to || *to > 24 || days.iter().any(|day| !(1..=7).contains(day)) =>
            {
                "days are 1 to 7, and hours 0 to 24, the first before the last"
            }
            Self::FollowDemand { utilisation } if !(*utilisation > 0.0 && *utilisation <= 1.0) => {
                "a share of use is above 0 and at most 1"
            }
            Self::Bucket(TokenBucket { rate, burst, queue, longest_wait })
                if [rate, burst, queue, longest_wait]
                    .iter()
                    .any(|value| !value.is_finite() || **value < 0.0) =>
            {
                "what a bucket has is 0 or more"
            }
            _ => return Ok(()),
        };
        Err(EngineError::BadSupplyRule { problem })
    }
}
