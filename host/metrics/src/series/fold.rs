//! From points to hours: how long each stands for, and what falls on which hour.

use super::hours::{HOUR, Part};

/// A point: seconds since 1970-01-01T00Z, and a value.
pub(crate) type Point = (u32, f32);

/// The longest time that a point may stand for: a month.
const LONGEST: u32 = 31 * 24 * HOUR;
/// Distances to each side of a point that tell how long it stands for.
const NEAR: usize = 8;

/// What was found in points of a series besides their values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Points that stood there already, with the same value.
    pub(crate) duplicates: u64,
    /// Points at the time of another with another value; the higher counts.
    pub(crate) conflicts: u64,
    /// Points that begin before the one in front of them has ended.
    pub(crate) overlapping: u64,
    /// Points of which nothing tells how long they stand for.
    pub(crate) timeless: u64,
}

/// Sorts points by time and leaves one for each.
pub(crate) fn sort(points: &mut Vec<Point>, found: &mut Found) {
    if !points.is_sorted_by_key(|(time, _)| *time) {
        points.sort_unstable_by_key(|(time, _)| *time);
    }
    points.dedup_by(|next, first| {
        let is_twice = next.0 == first.0;
        if is_twice && next.1.to_bits() == first.1.to_bits() {
            found.duplicates += 1;
        } else if is_twice {
            found.conflicts += 1;
            first.1 = first.1.max(next.1);
        }
        is_twice
    });
}

/// The time between two points that is the most frequent here; of two alike the shorter.
pub(crate) fn usual_step(points: &[Point]) -> Option<u32> {
    frequent_step(points, 1)
}

/// The same where it occurs a number of times at least.
fn frequent_step(points: &[Point], times: usize) -> Option<u32> {
    let mut steps: Vec<u32> = points
        .windows(2)
        .filter_map(|pair| Some(pair.last()?.0 - pair.first()?.0))
        .filter(|step| *step <= LONGEST)
        .collect();
    steps.sort_unstable();
    let runs = steps.chunk_by(|one, two| one == two);
    let mut best: (usize, Option<u32>) = (times - 1, None);
    for run in runs {
        if run.len() > best.0 {
            best = (run.len(), run.first().copied());
        }
    }
    best.1
}

/// Gives each point with the span that it covers. Points are sorted. `stated` is how long a point stands for, where that
/// is known; else the steps around it tell, and `usual` where there are none.
pub(crate) fn spans(
    points: &[Point],
    stated: Option<u32>,
    usual: Option<u32>,
    found: &mut Found,
    mut take: impl FnMut(u32, u32, f32),
) {
    let usual = usual.or_else(|| usual_step(points));
    for (place, (time, value)) in points.iter().enumerate() {
        let step_at = |place: Option<usize>| {
            let (one, two) = (points.get(place?)?, points.get(place? + 1)?);
            Some(two.0 - one.0)
        };
        let next = step_at(Some(place));
        let length = stated.or_else(|| {
            if next.is_some() && next == usual { usual } else { near(points, place, next).or(usual) }
        });
        let Some(length) = length else {
            found.timeless += 1;
            continue;
        };
        let covered = match next {
            Some(next) if next < length => {
                found.overlapping += u64::from(stated.is_some());
                next
            }
            _ => length,
        };
        take(*time, time.saturating_add(covered), *value);
    }
}

/// How long a point stands for by the points around it: as long as to the next, where that is usual before or after it;
/// else the next is beyond a gap.
fn near(points: &[Point], place: usize, next: Option<u32>) -> Option<u32> {
    let around =
        |from: usize, to: usize| frequent_step(points.get(from..to.min(points.len())).unwrap_or_default(), 2);
    let before = around(place.saturating_sub(NEAR), place + 1);
    let after = around(place, place + NEAR + 1);
    if next.is_some() && (next == before || next == after) {
        return next;
    }
    before.into_iter().chain(after).min()
}

/// Spreads a span over the hours that it touches; a sum in parts, by time.
pub(crate) fn spread(from: u32, to: u32, value: f32, is_sum: bool, mut take: impl FnMut(u32, Part)) {
    let length = f64::from(to.saturating_sub(from));
    let mut at = from;
    while at < to {
        let hour = at / HOUR;
        let end = (hour + 1).saturating_mul(HOUR).min(to);
        let seconds = end - at;
        let share = if is_sum { f64::from(seconds) / length } else { 1.0 };
        let (start, stop) = (at - hour * HOUR, end - hour * HOUR);
        take(hour, Part { value: f64::from(value) * share, seconds, minutes: minutes(start, stop) });
        at = end;
    }
}

/// The minutes whose middle lies in a span of an hour.
fn minutes(start: u32, stop: u32) -> u64 {
    let place = |second: u32| (second + 30) / 60;
    let below = |minute: u32| if minute >= 60 { super::hours::ALL_MINUTES } else { (1 << minute) - 1 };
    below(place(stop)) & !below(place(start))
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn lengths(points: &[Point], stated: Option<u32>) -> (Vec<u32>, Found) {
        let (mut lengths, mut found) = (Vec::new(), Found::default());
        spans(points, stated, None, &mut found, |from, to, _| lengths.push(to - from));
        (lengths, found)
    }

    #[test]
    fn a_gap_does_not_make_the_point_before_it_longer() {
        let points = [0, 300, 600, 1_800, 2_100, 3_900].map(|time| (time, 1.0));
        assert_eq!(lengths(&points, None).0, [300; 6]);
    }

    #[test]
    fn each_part_of_a_series_has_the_step_that_it_was_kept_in() {
        // What CloudWatch keeps: minutes for days, then five minutes.
        let fine = (0..30).map(|place| (place * 60, 1.0));
        let coarse = (0..30).map(|place| (1_800 + place * 300, 1.0));
        let points: Vec<Point> = fine.chain(coarse).collect();
        let (lengths, _) = lengths(&points, None);
        assert_eq!(lengths, [[60; 30], [300; 30]].concat());
        // The other way round, and with a gap between them.
        let coarse = (0..30).map(|place| (place * 300, 1.0));
        let fine = (0..30).map(|place| (90_000 + place * 60, 1.0));
        let points: Vec<Point> = coarse.chain(fine).collect();
        let (lengths, _) = self::lengths(&points, None);
        assert_eq!(lengths[..29], [300; 29]);
        assert_eq!(lengths[30..], [60; 30]);
    }

    #[test]
    fn a_single_point_needs_a_stated_period() {
        assert_eq!(lengths(&[(0, 1.0)], None), (vec![], Found { timeless: 1, ..Found::default() }));
        assert_eq!(lengths(&[(0, 1.0)], Some(300)).0, [300]);
    }

    #[test]
    fn points_at_one_time_count_once_and_the_higher_wins() {
        let mut found = Found::default();
        let mut points = vec![(300, 2.0), (0, 1.0), (300, 3.0), (0, 1.0)];
        sort(&mut points, &mut found);
        assert_eq!(points, [(0, 1.0), (300, 3.0)]);
        assert_eq!(found, Found { duplicates: 1, conflicts: 1, ..Found::default() });
    }

    #[test]
    fn a_span_is_spread_over_its_hours_and_nothing_is_lost() {
        let mut parts = Vec::new();
        spread(3_000, 11_000, 8.0, true, |hour, part| parts.push((hour, part)));
        assert_eq!(parts.iter().map(|(hour, _)| *hour).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert!((parts.iter().map(|(_, part)| part.value).sum::<f64>() - 8.0).abs() < 1e-12);
        assert_eq!(parts.iter().map(|(_, part)| part.seconds).sum::<u32>(), 8_000);
    }

    #[test]
    fn minutes_belong_to_the_span_that_has_their_middle() {
        let spans = [(0, 299), (299, 601), (601, 3_600)];
        let all = spans.map(|(start, stop)| minutes(start, stop));
        assert_eq!(all.iter().fold(0, |sum, bits| sum | bits), super::super::hours::ALL_MINUTES);
        assert_eq!(all.iter().map(|bits| bits.count_ones()).sum::<u32>(), 60);
        assert_eq!(all.map(u64::count_ones), [5, 5, 50]);
    }
}
