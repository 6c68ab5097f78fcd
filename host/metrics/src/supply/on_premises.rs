//! The same demand on a typical server room: is it true that the cloud takes so much less energy?
//!
//! The demand in vCPU-hours, divided by how far servers there are used, is what would have to stand there. What stands there
//! idles as the same machines idle here, what is used is used as here, and cooling takes its share on top. So the machines'
//! own errors are in both and cancel; what is left are the inputs.

use joulework_engine::EngineError;
use joulework_engine::assess::{Estimates, UseAmounts};
use joulework_engine::pipeline::OnPremises;
use joulework_units::{Unit, math};

/// Standard deviations between the ends of a 90 % interval.
const WIDTH: f64 = 3.289_707_253_902_945;
/// Points that the distribution of an input is held in.
const POINTS: usize = 400;

/// What a server room would take for the demand that is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterfactual {
    /// The inputs.
    pub inputs: OnPremises,
    /// Demand in vCPU-hours.
    pub demand_hours: f64,
    /// How much of the supply is used here.
    pub utilisation: f64,
    /// Facility over IT energy here.
    pub pue: f64,
    /// Energy here, with cooling and losses, in kWh.
    pub energy_kwh: f64,
    /// Energy there: mean, and the ends of its 90 % interval.
    pub there_kwh: [f64; 3],
    /// The part of the energy there that is saved here: mean, and the ends of its 90 % interval. Negative where here is more.
    pub saving: [f64; 3],
    /// The input that the saving depends on most, and its share of the variance.
    pub dominant: (&'static str, f64),
}

/// What is needed of the measured resources.
struct Here {
    demand: f64,
    utilisation: f64,
    /// Per IT energy: what idles and what is there whatever the load, and what follows the load.
    standing: f64,
    following: f64,
    pue: f64,
    facility: f64,
}

/// The counterfactual of measured resources: `known` is what they had in hours with a load, `idle` the idle part of it.
pub(super) fn of(
    estimates: &Estimates,
    known: &UseAmounts,
    demand: f64,
    supply: f64,
    inputs: &OnPremises,
) -> Result<Option<Counterfactual>, EngineError> {
    let tally = estimates.tally_of(known)?;
    let energy = |name: &str| {
        let unit = Unit::parse("kWh").ok()?;
        tally.figure(name)?.in_unit(&unit).ok().map(|(value, _)| value)
    };
    let (Some(it), Some(facility), Some(dynamic)) =
        (energy("it-energy"), energy("facility-energy"), energy("compute-dynamic-energy"))
    else {
        return Ok(None);
    };
    if !(it > 0.0 && demand > 0.0 && supply > 0.0) {
        return Ok(None);
    }
    let following = (dynamic / it).clamp(0.0, 1.0);
    let here = Here {
        demand,
        utilisation: demand / supply,
        standing: 1.0 - following,
        following,
        pue: facility / it,
        facility,
    };
    Ok(Some(here.against(inputs)))
}

impl Here {
    /// How many times the energy here a server room would take.
    fn times(&self, utilisation: f64, pue: f64) -> f64 {
        pue / self.pue * (self.standing * self.utilisation / utilisation + self.following)
    }

    #[allow(clippy::cast_precision_loss, reason = "a few points")]
    fn against(&self, inputs: &OnPremises) -> Counterfactual {
        let (utilisations, pues) = (points(inputs.utilisation), points(inputs.pue));
        let mut times: Vec<f64> = utilisations
            .iter()
            .flat_map(|utilisation| pues.iter().map(|pue| self.times(*utilisation, *pue)))
            .collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * (times.len() - 1) as f64;
            times.get(whole(place)).copied().unwrap_or(1.0)
        };
        let saved = |times: f64| 1.0 - 1.0 / times;
        let count = times.len() as f64;
        let mean = times.iter().sum::<f64>() / count;
        let mean_saving = times.iter().map(|times| saved(*times)).sum::<f64>() / count;
        let middle = |range: (f64, f64)| (range.0 * range.1).sqrt();
        let by_use = variance(
            utilisations.iter().map(|utilisation| saved(self.times(*utilisation, middle(inputs.pue)))),
        );
        let by_pue = variance(pues.iter().map(|pue| saved(self.times(middle(inputs.utilisation), *pue))));
        let all = (by_use + by_pue).max(f64::MIN_POSITIVE);
        let dominant = if by_use >= by_pue {
            ("how far servers there are used", by_use / all)
        } else {
            ("the PUE there", by_pue / all)
        };
        Counterfactual {
            inputs: *inputs,
            demand_hours: self.demand,
            utilisation: self.utilisation,
            pue: self.pue,
            energy_kwh: self.facility,
            there_kwh: [mean, at(0.05), at(0.95)].map(|times| times * self.facility),
            saving: [mean_saving, saved(at(0.05)), saved(at(0.95))],
            dominant,
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
fn whole(place: f64) -> usize {
    place.round() as usize
}

fn variance(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let (count, sum) = values.clone().fold((0.0_f64, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    let mean = sum / count.max(1.0);
    values.map(|value| (value - mean) * (value - mean)).sum::<f64>() / count.max(1.0)
}

/// Points of equal weight of the lognormal whose 90 % interval a range is.
#[allow(clippy::cast_precision_loss, reason = "a few points")]
fn points((low, high): (f64, f64)) -> Vec<f64> {
    let (low, high) = (math::ln(low), math::ln(high));
    let (middle, deviation) = (f64::midpoint(low, high), (high - low) / WIDTH);
    let share = |place: usize| (place as f64 + 0.5) / POINTS as f64;
    (0..POINTS).map(|place| math::exp(middle + deviation * normal_quantile(share(place)))).collect()
}

/// The standard normal quantile, by halving: exact to what a double holds of a share, and only a few hundred are needed.
fn normal_quantile(share: f64) -> f64 {
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if math::normal_cdf(middle) < share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(utilisation: f64) -> Here {
        Here { demand: 100.0, utilisation, standing: 0.6, following: 0.4, pue: 1.15, facility: 50.0 }
    }

    #[test]
    fn a_room_that_is_used_and_cooled_as_here_takes_as_much() {
        let same = OnPremises { utilisation: (0.25, 0.25), pue: (1.15, 1.15) };
        let found = here(0.25).against(&same);
        for saving in found.saving {
            assert!(saving.abs() < 1e-9, "{saving}");
        }
        assert!((found.there_kwh[0] - 50.0).abs() < 1e-9);
    }

    #[test]
    fn the_saving_depends_on_how_far_servers_are_used_here() {
        let inputs = OnPremises::default();
        let (busy, idle) = (here(0.6).against(&inputs), here(0.05).against(&inputs));
        assert!(busy.saving[0] > 0.5 && busy.saving[1] < busy.saving[0] && busy.saving[0] < busy.saving[2]);
        // A fleet that idles takes more energy than the room would: the claim does not hold of itself.
        assert!(idle.saving[2] < 0.3 && idle.saving[1] < 0.0, "{:?}", idle.saving);
        assert_eq!(busy.dominant.0, "how far servers there are used");
    }

    #[test]
    fn the_points_of_an_input_have_its_ends_where_they_are_stated() {
        let points = points((0.12, 0.30));
        let below = |end: f64| points.iter().filter(|point| **point < end).count();
        assert_eq!((below(0.12), below(0.30)), (20, 380));
    }
}
