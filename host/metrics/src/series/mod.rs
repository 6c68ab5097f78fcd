//! Series of points: collected as files give them, and folded into hours.

mod fold;
mod hours;

use std::collections::BTreeMap;

use joulework_engine::loads::ResourceName;

use crate::measure::{Measure, Statistic};
pub(crate) use fold::Found;
use fold::Point;
use hours::{Hours, Met, Part};

/// What a series is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) resource: ResourceName,
    pub(crate) measure: Measure,
    pub(crate) statistic: Statistic,
}

/// Points that may wait to be folded, of all series together: 128 MiB.
const MOST_POINTS: usize = 16 << 20;

/// All series so far.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    index: BTreeMap<Key, usize>,
    series: Vec<Series>,
    waiting: usize,
}

#[derive(Debug)]
struct Series {
    statistic: Statistic,
    points: Vec<Point>,
    hours: Hours,
    source: Source,
    found: Found,
}

/// How the file that is read writes a series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Source {
    /// Seconds that a point stands for, where the file or the user says so.
    pub(crate) period: Option<u32>,
    /// Values count up for ever, and begin again at 0 now and then.
    pub(crate) is_cumulative: bool,
    /// A point stands for the time before it.
    pub(crate) at_end: bool,
}

impl Collector {
    /// The place of a series.
    pub(crate) fn place(&mut self, key: Key) -> usize {
        let statistic = key.statistic;
        *self.index.entry(key).or_insert_with(|| {
            let source = Source::default();
            let (points, hours, found) = (Vec::new(), Hours::default(), Found::default());
            self.series.push(Series { statistic, points, hours, source, found });
            self.series.len() - 1
        })
    }

    /// Adds a point to the series at a place.
    pub(crate) fn add(&mut self, place: usize, source: Source, time: u32, value: f32) {
        let Some(series) = self.series.get_mut(place) else { return };
        if series.source != source {
            self.waiting = self.waiting.saturating_sub(series.points.len());
            series.fold(None);
            series.source = source;
        }
        series.points.push((time, value));
        self.waiting += 1;
        if self.waiting >= MOST_POINTS {
            self.fold();
        }
    }

    /// Folds all points that wait: at the end of each file. Tells what was found in them.
    pub(crate) fn fold(&mut self) -> Found {
        // A series with one point in the file has the step that the others have.
        let mut steps: BTreeMap<u32, usize> = BTreeMap::new();
        for series in &mut self.series {
            fold::sort(&mut series.points, &mut series.found);
            if let Some(step) = fold::usual_step(&series.points) {
                *steps.entry(step).or_default() += 1;
            }
        }
        let usual =
            steps.into_iter().max_by_key(|(step, count)| (*count, u32::MAX - step)).map(|(step, _)| step);
        let mut all = Found::default();
        for series in &mut self.series {
            series.fold(usual);
            let found = std::mem::take(&mut series.found);
            all.duplicates += found.duplicates;
            all.conflicts += found.conflicts;
            all.overlapping += found.overlapping;
            all.timeless += found.timeless;
        }
        self.waiting = 0;
        all
    }

    /// The series by key: hours from the first known, and how many are known in part only.
    pub(crate) fn finish(mut self) -> impl Iterator<Item = (Key, (u32, Vec<f32>, u64))> {
        self.fold();
        let mut series: Vec<Option<Hours>> =
            self.series.into_iter().map(|series| Some(series.hours)).collect();
        self.index.into_iter().map(move |(key, place)| {
            let hours = series.get_mut(place).and_then(Option::take).unwrap_or_default();
            let finished = hours.finish(key.statistic);
            (key, finished)
        })
    }
}

impl Series {
    /// Moves the points that wait into the hours. `usual` is the step where a series has but one point.
    fn fold(&mut self, usual: Option<u32>) {
        let mut points = std::mem::take(&mut self.points);
        fold::sort(&mut points, &mut self.found);
        let own = fold::usual_step(&points);
        let stated = self.source.period;
        let step = stated.or(own).or(usual);
        // A counter goes on from its last reading.
        let last = points.last().copied().filter(|_| self.source.is_cumulative);
        if self.source.is_cumulative {
            points = increases(&points, step);
        } else if self.source.at_end {
            let back = step.unwrap_or(0);
            points.iter_mut().for_each(|(time, _)| *time = time.saturating_sub(back));
        }
        let (statistic, hours, found) = (self.statistic, &mut self.hours, &mut self.found);
        let is_sum = statistic == Statistic::Sum;
        // What comes to one hour is brought together first, so that parts of this file do not meet as strangers.
        let mut open: Option<(u32, Part)> = None;
        let mut doubled = Found::default();
        let mut close = |hour: u32, part: Part| match hours.add(statistic, hour, part) {
            Met::New => {}
            Met::Same => doubled.duplicates += 1,
            Met::Conflict => doubled.conflicts += 1,
        };
        fold::spans(&points, stated, own.or(usual), found, |from, to, value| {
            fold::spread(from, to, value, is_sum, |hour, part| match &mut open {
                Some((at, sum)) if *at == hour => sum.join(part, statistic),
                _ => {
                    if let Some((hour, part)) = open.replace((hour, part)) {
                        close(hour, part);
                    }
                }
            });
        });
        if let Some((hour, part)) = open {
            close(hour, part);
        }
        self.found.duplicates += doubled.duplicates;
        self.found.conflicts += doubled.conflicts;
        points.clear();
        points.extend(last);
        self.points = points;
    }
}

impl Part {
    /// Adds what follows in the same hour.
    fn join(&mut self, next: Self, statistic: Statistic) {
        let (here, there) = (f64::from(self.seconds), f64::from(next.seconds));
        self.value = match statistic {
            Statistic::Mean => (self.value * here + next.value * there) / (here + there),
            Statistic::Maximum => self.value.max(next.value),
            Statistic::Sum => self.value + next.value,
        };
        self.seconds += next.seconds;
        self.minutes |= next.minutes;
    }
}

/// What came between the readings of a counter, at the time of the earlier one. After a reading that is lower than the
/// one before, the counter began at 0. Over a gap of many steps it came at no known time, so it is spread over the gap.
fn increases(points: &[Point], step: Option<u32>) -> Vec<Point> {
    let step = step.unwrap_or(0).max(1);
    let mut increases = Vec::new();
    for pair in points.windows(2) {
        let ([(from, before), (to, after)] | [(from, before), .., (to, after)]) = pair else { continue };
        let increase = if after >= before { after - before } else { *after };
        let steps = ((to - from) / step).max(1);
        #[allow(clippy::cast_precision_loss, reason = "a few steps")]
        let each = increase / steps as f32;
        increases.extend((0..steps).map(|place| (from + place * step, each)));
    }
    increases
}

#[cfg(test)]
#[allow(clippy::float_cmp, clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    fn key(measure: Measure, statistic: Statistic) -> Key {
        Key { resource: ResourceName::of_bill("i-1"), measure, statistic }
    }

    fn hours(statistic: Statistic, source: Source, points: &[Point]) -> (u32, Vec<f32>) {
        let mut collector = Collector::default();
        let place = collector.place(key(Measure::Requests, statistic));
        points.iter().for_each(|(time, value)| collector.add(place, source, *time, *value));
        let (_, (first, values, _)) = collector.finish().next().unwrap();
        (first, values)
    }

    /// METHOD.md, fault 11: a day begins at 00:00, and its mean divides by as many as were added.
    #[test]
    fn the_mean_of_a_day_counts_every_point_once_and_begins_with_the_day() {
        let points: Vec<Point> =
            (0..288).map(|place| (place * 300, if place < 12 { 1.0 } else { 0.0 })).collect();
        let (first, values) = hours(Statistic::Mean, Source::default(), &points);
        assert_eq!((first, values.len()), (0, 24));
        assert_eq!(values.iter().sum::<f32>() / 24.0, 1.0 / 24.0);
        // A mean of a day stands for the 24 hours after the time that it is written at.
        let day = Source { period: Some(86_400), ..Source::default() };
        let (first, values) = hours(Statistic::Mean, day, &[(86_400, 0.5)]);
        assert_eq!((first, values), (24, vec![0.5; 24]));
    }

    #[test]
    fn the_order_of_points_makes_no_difference() {
        let sorted: Vec<Point> =
            (0_u16..50).map(|place| (u32::from(place) * 300, f32::from(place))).collect();
        let mut mixed = sorted.clone();
        mixed.reverse();
        mixed.swap(3, 30);
        let source = Source::default();
        assert_eq!(hours(Statistic::Mean, source, &sorted), hours(Statistic::Mean, source, &mixed));
    }

    #[test]
    fn counters_count_from_zero_again_after_a_restart() {
        let source = Source { is_cumulative: true, ..Source::default() };
        let points = [(0, 10.0), (1_800, 16.0), (3_600, 4.0), (5_400, 5.0)];
        assert_eq!(hours(Statistic::Sum, source, &points), (0, vec![10.0, 1.0]));
    }

    #[test]
    fn a_counter_goes_on_in_the_next_file() {
        let source = Source { is_cumulative: true, ..Source::default() };
        let mut collector = Collector::default();
        let place = collector.place(key(Measure::Requests, Statistic::Sum));
        for file in [[(0, 10.0), (1_800, 16.0)], [(3_600, 20.0), (5_400, 21.0)]] {
            file.into_iter().for_each(|(time, value)| collector.add(place, source, time, value));
            assert_eq!(collector.fold(), Found::default());
        }
        let (_, (first, values, _)) = collector.finish().next().unwrap();
        assert_eq!((first, values), (0, vec![10.0, 1.0]));
    }

    #[test]
    fn points_that_are_written_at_the_end_of_their_step_stand_for_the_time_before() {
        let source = Source { at_end: true, ..Source::default() };
        let points: Vec<Point> = (1..=12).map(|place| (place * 300, 0.5)).collect();
        assert_eq!(hours(Statistic::Mean, source, &points), (0, vec![0.5]));
    }

    #[test]
    fn files_that_follow_each_other_inside_an_hour_make_one_hour() {
        let mut collector = Collector::default();
        let place = collector.place(key(Measure::Requests, Statistic::Sum));
        for file in [0..5_u32, 5..12] {
            file.for_each(|point| collector.add(place, Source::default(), point * 300, 1.0));
            assert_eq!(collector.fold(), Found::default());
        }
        let (_, (first, values, _)) = collector.finish().next().unwrap();
        assert_eq!((first, values), (0, vec![12.0]));
    }
}
