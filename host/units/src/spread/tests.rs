#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::float_cmp,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests may"
)]

use super::*;
use crate::change::change;

fn spread(rows: &[(f64, &[(&'static str, f64)])]) -> Spread<&'static str> {
    let mut spread = Spread::new();
    for (value, errors) in rows {
        spread.add(*value, errors);
    }
    spread
}

#[test]
fn the_interval_is_that_of_the_closed_form() {
    let spread = spread(&[(60.0, &[("cpu", 0.5), ("grid", 0.1)]), (40.0, &[("cpu", 0.25)])]);
    // S_cpu = 40, S_grid = 6, B = 100.
    let variance = 0.4 * 0.4 + 0.06 * 0.06;
    assert!((spread.relative_variance() - variance).abs() < 1e-15);
    let interval = spread.interval90().unwrap();
    let s = variance.sqrt();
    assert!((interval.low - 100.0 * libm::exp(-variance / 2.0 - 1.645 * s)).abs() < 1e-12);
    assert!((interval.high - 100.0 * libm::exp(-variance / 2.0 + 1.645 * s)).abs() < 1e-12);
    let shares = spread.shares();
    assert_eq!(shares.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["cpu", "grid"]);
    assert!((shares[0].1 - 0.16 / variance).abs() < 1e-12);
    assert!((shares.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn an_error_that_enters_inversely_cancels_one_that_enters_directly() {
    let cancelled = spread(&[(10.0, &[("load", 0.3), ("load", -0.3)])]);
    assert_eq!(cancelled.interval90().unwrap(), Interval { low: 10.0, high: 10.0 });
    assert_eq!(cancelled.shares(), []);
}

#[test]
fn a_row_of_nothing_adds_nothing() {
    let with = spread(&[(10.0, &[("cpu", 0.3)]), (0.0, &[("network", 1.8)])]);
    assert_eq!(with, spread(&[(10.0, &[("cpu", 0.3)])]));
}

#[test]
fn corrections_subtract_and_what_is_left_says_why_it_has_no_interval() {
    let corrected = spread(&[(10.0, &[("cpu", 0.3)]), (-4.0, &[("cpu", 0.3)])]);
    assert!((corrected.relative_variance().sqrt() - 0.3).abs() < 1e-12);
    assert_eq!(spread(&[(10.0, &[("cpu", 0.3)]), (-10.0, &[])]).interval90(), Err(NoInterval::Zero));
    assert_eq!(spread(&[(-1.0, &[("cpu", 0.3)])]).interval90(), Err(NoInterval::Negative));
    assert_eq!(spread(&[]).interval90(), Err(NoInterval::Zero));
    assert_eq!(spread(&[(f64::MAX, &[]), (f64::MAX, &[])]).interval90(), Err(NoInterval::NotFinite));
}

#[test]
fn wide_errors_ask_for_draws() {
    assert!(!spread(&[(1.0, &[("grid", 0.7)]), (2.0, &[("grid", -0.7)])]).needs_draws());
    assert!(spread(&[(1.0, &[("network", 0.71)]), (1e9, &[])]).needs_draws());
    assert!(spread(&[(1.0, &[("cpu", 0.4), ("cpu", 0.4)])]).needs_draws(), "powers of one key add up first");
    assert!(spread(&[(100.0, &[("a", 0.5)]), (-90.0, &[("b", 0.5)])]).needs_draws(), "cancelling rows");
    assert_eq!(spread(&[(1.0, &[("network", 1.4)])]).interval90(), Err(NoInterval::NeedsDraws));
}

#[test]
fn the_same_fleet_twice_has_a_change_of_width_zero() {
    let fleet = spread(&[(60.0, &[("cpu", 0.5), ("grid", 0.1)]), (40.0, &[("cpu", 0.25)])]);
    let change = change(&fleet, &fleet.clone()).unwrap();
    assert_eq!((change.median(), change.sd(), change.interval90().width()), (1.0, 0.0, 0.0));
    assert_eq!((change.probability_at_most(1.0), change.probability_at_most(0.999)), (1.0, 0.0));
}

#[test]
fn a_move_to_another_family_is_as_uncertain_as_what_differs() {
    let before = spread(&[(100.0, &[("cpu", 0.5), ("family a", 0.2)])]);
    let after = spread(&[(80.0, &[("cpu", 0.5), ("family b", 0.3)])]);
    let change = change(&before, &after).unwrap();
    assert!((change.sd() - (0.04_f64 + 0.09).sqrt()).abs() < 1e-12, "the shared error cancels");
    assert!((change.median() - 0.8 * libm::exp((0.29 - 0.34) / 2.0)).abs() < 1e-12);
    assert!((change.probability_at_most(change.median()) - 0.5).abs() < 1e-12);
    assert!((change.probability_at_most(change.interval90().high) - 0.95).abs() < 1e-4);
}

#[test]
fn sums_made_elsewhere_are_the_same() {
    let whole = spread(&[(60.0, &[("cpu", 0.5)]), (40.0, &[("cpu", 0.25)])]);
    let mut added = Spread::new();
    added.add_sums(100.0, [("cpu", 40.0)], 0.5);
    assert_eq!(added, whole);
}
