//! Loads on knots, and rows split by them: exactly, and the same whatever the order.

use joulework_units::{FixedSum, Money};

/// How many knots there are: 0, 5, … 100 % load. Powers of CPUs are stated at 0, 10, 50 and 100 %, which are knots.
pub(crate) const KNOTS: u8 = 21;

/// Parts that the way from one knot to the next is counted in: times of eight thousand years still fit.
const STEPS: i32 = 1 << STEPS_BITS;
const STEPS_BITS: u32 = 14;

/// A knot by its place, 0 to 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Knot(pub(crate) u8);

impl Knot {
    /// The load of the knot, 0 to 1.
    pub(crate) fn load(self) -> f64 {
        f64::from(self.0) / f64::from(KNOTS - 1)
    }
}

/// How the time of a row is spread over knots, and how much of it has no load.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weights {
    unknown: i64,
    knots: [i64; KNOTS as usize],
}

/// One part of a row: the amount up to `to` less the amount up to `from`, of `of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    from: i64,
    to: i64,
    of: i64,
}

impl Weights {
    /// Adds a time, in milliseconds, with its load of 0 to 1.
    pub(crate) fn add(&mut self, milliseconds: i64, load: Option<f32>) {
        let steps = i64::from(STEPS);
        let Some(load) = load else {
            self.unknown += milliseconds * steps;
            return;
        };
        let (below, above) = place(load);
        let below = usize::try_from(below).unwrap_or_default();
        if let Some(knot) = self.knots.get_mut(below) {
            *knot += milliseconds * (steps - above);
        }
        if let Some(knot) = self.knots.get_mut(below + 1) {
            *knot += milliseconds * above;
        }
    }

    /// The parts of a row, none of them empty: what has no load first, then the knots in order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Option<Knot>, Part)> + '_ {
        let of = self.unknown + self.knots.iter().sum::<i64>();
        let knots = (0_u8..).zip(&self.knots).map(|(place, weight)| (Some(Knot(place)), *weight));
        std::iter::once((None, self.unknown)).chain(knots).filter(|(_, weight)| *weight > 0).scan(
            0,
            move |from, (knot, weight)| {
                let part = Part { from: *from, to: *from + weight, of };
                *from += weight;
                Some((knot, part))
            },
        )
    }

    /// The share of the time that each knot has, and what has no load.
    #[allow(clippy::cast_precision_loss, reason = "a share")]
    pub(crate) fn shares(&self) -> impl Iterator<Item = (Option<Knot>, f64)> {
        self.parts().map(|(knot, part)| (knot, (part.to - part.from) as f64 / part.of as f64))
    }

    /// The share of the time that counts for a knot, or has no load.
    #[cfg(test)]
    pub(crate) fn share_of(&self, wanted: Option<Knot>) -> f64 {
        self.shares().filter(|(knot, _)| *knot == wanted).map(|(_, share)| share).sum()
    }
}

impl Part {
    /// The whole of a row.
    pub(crate) const WHOLE: Self = Self { from: 0, to: 1, of: 1 };

    /// Whether the row is counted with this part: once in all of its parts.
    pub(crate) const fn counts(self) -> bool {
        self.from == 0
    }

    /// The part of a quantity. All parts of a row add up to it, to the last digit.
    pub(crate) fn quantity(self, whole: FixedSum) -> FixedSum {
        if self.to - self.from == self.of { whole } else { FixedSum::from_raw(self.share(whole.raw())) }
    }

    /// The part of an amount of money.
    pub(crate) fn money(self, whole: Money) -> Money {
        if self.to - self.from == self.of { whole } else { Money::from_raw(self.share(whole.raw())) }
    }

    fn share(self, whole: i128) -> i128 {
        if self.of == i64::from(STEPS) {
            return self.share_of_an_hour(whole);
        }
        let of = i128::from(self.of.max(1));
        // Both have the sign of the whole, so that a correction takes back exactly what its usage had. The second term is
        // below `of`², and `of` below 2^62, so that nothing can leave its range.
        let (times, rest) = (whole / of, whole % of);
        let until = |weight: i64| times * i128::from(weight) + rest * i128::from(weight) / of;
        until(self.to) - until(self.from)
    }

    /// The same of a row inside one hour: a power of two needs no division.
    fn share_of_an_hour(self, whole: i128) -> i128 {
        let size = whole.unsigned_abs();
        let (times, rest) = (size >> STEPS_BITS, size & ((1 << STEPS_BITS) - 1));
        let until = |weight: i64| {
            let weight = u128::from(weight.unsigned_abs());
            times * weight + ((rest * weight) >> STEPS_BITS)
        };
        let share = until(self.to) - until(self.from);
        // A share is at most the whole, whose size has room for its sign.
        let share = i128::try_from(share).unwrap_or(i128::MAX);
        if whole < 0 { -share } else { share }
    }
}

/// A time with one load in parts: what lies on the knot below, and on the knot above.
pub(crate) fn parts_of(load: Option<f32>, mut take: impl FnMut(Option<Knot>, Part)) {
    let Some(load) = load else { return take(None, Part::WHOLE) };
    let (below, above) = place(load);
    let knot = |place: i64| Some(Knot(u8::try_from(place).unwrap_or(KNOTS - 1)));
    let of = i64::from(STEPS);
    if above == 0 {
        return take(knot(below), Part::WHOLE);
    }
    take(knot(below), Part { from: 0, to: of - above, of });
    take(knot(below + 1), Part { from: of - above, to: of, of });
}

/// Where a load lies: the knot below, and the way to the next one in steps.
#[allow(clippy::cast_possible_truncation, reason = "the place is between 0 and 20 times 16,384")]
fn place(load: f32) -> (i64, i64) {
    let (steps, most) = (i64::from(STEPS), i32::from(KNOTS - 1) * STEPS);
    let place = ((f64::from(load) * f64::from(most)).round() as i64).clamp(0, i64::from(most));
    (place / steps, place % steps)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weights(hours: &[(i64, Option<f32>)]) -> Weights {
        let mut weights = Weights::default();
        for (milliseconds, load) in hours {
            weights.add(*milliseconds, *load);
        }
        weights
    }

    #[test]
    fn the_points_of_a_power_curve_are_knots() {
        for load in [0.0, 0.1, 0.5, 1.0] {
            assert!((0..KNOTS).any(|knot| Knot(knot).load().to_bits() == f64::to_bits(load)), "{load}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_of_a_row_add_up_to_it(
            hours in prop::collection::vec((1_i64..=3_600_000, prop::option::of(0.0_f32..=1.0)), 1..750),
            raw in any::<i128>(),
        ) {
            let weights = weights(&hours);
            let parts: Vec<Part> = weights.parts().map(|(_, part)| part).collect();
            prop_assert_eq!(parts.iter().filter(|part| part.counts()).count(), 1);
            let shares: Vec<i128> = parts.iter().map(|part| part.share(raw)).collect();
            prop_assert_eq!(shares.iter().sum::<i128>(), raw);
            // A correction is the usage with the other sign, in every part.
            if let Some(back) = raw.checked_neg() {
                let back: Vec<i128> = parts.iter().map(|part| -part.share(back)).collect();
                prop_assert_eq!(&shares, &back);
            }
            // A part never has another sign than the whole.
            prop_assert!(shares.iter().all(|share| share.signum() * raw.signum() >= 0));
        }

        #[test]
        fn a_row_inside_an_hour_has_the_parts_that_its_weights_give(
            milliseconds in 1_i64..=3_600_000,
            load in prop::option::of(0.0_f32..=1.0),
            raw in any::<i128>(),
        ) {
            let mut direct = Vec::new();
            parts_of(load, |knot, part| direct.push((knot, part.share(raw))));
            let by_weights: Vec<_> = weights(&[(milliseconds, load)])
                .parts()
                .map(|(knot, part)| (knot, part.share(raw)))
                .collect();
            prop_assert_eq!(direct, by_weights);
        }

        #[test]
        #[allow(clippy::cast_precision_loss, reason = "a test of means")]
        fn knots_keep_the_mean_of_the_loads(
            hours in prop::collection::vec((1_i64..=3_600_000, 0.0_f32..=1.0), 1..750),
        ) {
            let known: Vec<(i64, Option<f32>)> = hours.iter().map(|(time, load)| (*time, Some(*load))).collect();
            let weights = weights(&known);
            let time: f64 = hours.iter().map(|(time, _)| *time as f64).sum();
            let mean = hours.iter().map(|(time, load)| *time as f64 * f64::from(*load)).sum::<f64>() / time;
            let on_knots: f64 =
                (0..KNOTS).map(|knot| Knot(knot).load() * weights.share_of(Some(Knot(knot)))).sum();
            prop_assert!((mean - on_knots).abs() < 1e-5, "{mean} {on_knots}");
        }
    }
}
