//! The laws of sums and spreads, as properties.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::float_cmp,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests may"
)]

use joulework_units::{FixedSum, Money, Spread, change, draws};
use proptest::prelude::*;

fn rows() -> impl Strategy<Value = Vec<(f64, Vec<(u16, f64)>)>> {
    let errors = prop::collection::vec((0_u16..20, -0.2_f64..0.2), 0..4);
    prop::collection::vec((0.01_f64..1_000.0, errors), 1..40)
}

fn spread(rows: &[(f64, Vec<(u16, f64)>)]) -> Spread<u16> {
    let mut spread = Spread::new();
    for (value, errors) in rows {
        spread.add(*value, errors);
    }
    spread
}

fn merged(left: &Spread<u16>, right: &Spread<u16>) -> Spread<u16> {
    let mut merged = left.clone();
    merged.merge(right);
    merged
}

/// Equal but for the order of additions of doubles.
fn close(left: &Spread<u16>, right: &Spread<u16>) -> bool {
    let near = |a: f64, b: f64, scale: f64| (a - b).abs() <= 1e-12 * scale;
    let keys: Vec<u16> = left.sums().chain(right.sums()).map(|(key, _)| *key).collect();
    near(left.total(), right.total(), left.total())
        && left.widest() == right.widest()
        && keys.iter().all(|key| near(left.sum_of(key), right.sum_of(key), left.total()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn money_reads_what_it_shows(raw in any::<i128>()) {
        let money = Money::from_raw(raw);
        if raw == i128::MIN {
            prop_assert!(Money::parse(&money.to_string()).is_err());
        } else {
            prop_assert_eq!(Money::parse(&money.to_string()), Ok(money));
        }
    }

    #[test]
    fn money_in_is_money_out(
        amounts in prop::collection::vec(-(1_i128 << 115)..(1_i128 << 115), 0..50),
        cut in 0_usize..50,
    ) {
        let amounts: Vec<Money> = amounts.into_iter().map(Money::from_raw).collect();
        let whole = Money::sum(amounts.iter().copied()).unwrap();
        prop_assert_eq!(Money::sum(amounts.iter().rev().copied()).unwrap(), whole);
        let (head, tail) = amounts.split_at(cut.min(amounts.len()));
        let (head, tail) = (Money::sum(head.to_vec()).unwrap(), Money::sum(tail.to_vec()).unwrap());
        prop_assert_eq!(head.checked_add(tail).unwrap(), whole);
        let texts: Vec<String> = amounts.iter().map(Money::to_string).collect();
        prop_assert_eq!(Money::sum(texts.iter().map(|text| Money::parse(text).unwrap())).unwrap(), whole);
    }

    #[test]
    fn parts_add_up_and_keep_to_their_weights(raw in any::<i128>(), weights in prop::collection::vec(0_u64..(1 << 58), 1..30)) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let money = Money::from_raw(raw);
        let parts = money.split(&weights).unwrap();
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(Money::sum(parts.clone()), Ok(money));
        let total: u64 = weights.iter().sum();
        for (part, weight) in parts.iter().zip(&weights) {
            prop_assert!(part.is_zero() || part.is_negative() == money.is_negative());
            prop_assert!(*weight > 0 || part.is_zero());
            let share = money.to_f64_lossy() * (*weight as f64 / total as f64);
            prop_assert!((part.to_f64_lossy() - share).abs() <= share.abs() * 1e-12 + 1e-23);
        }
    }

    #[test]
    fn a_shortest_double_comes_back(value in -1e13_f64..1e13) {
        let money = Money::from_f64_shortest(value).unwrap();
        prop_assert_eq!(money.to_string().parse::<f64>().unwrap(), value);
    }

    #[test]
    fn fixed_sums_do_not_know_order(
        (values, shuffled) in prop::collection::vec(-1e15_f64..1e15, 0..60)
            .prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle())),
    ) {
        let sum = |values: &[f64]| {
            values.iter().try_fold(FixedSum::ZERO, |sum, value| sum.checked_add(FixedSum::from_f64(*value)?)).unwrap()
        };
        prop_assert_eq!(sum(&values), sum(&shuffled));
        let exact: f64 = values.iter().sum();
        prop_assert!((sum(&values).to_f64() - exact).abs() <= 1e-12 * values.iter().map(|value| value.abs()).sum::<f64>());
    }

    #[test]
    fn fixed_numbers_are_nearest(value in prop_oneof![-1e18_f64..1e18, -1.0_f64..1.0, -1e-15_f64..1e-15]) {
        let back = FixedSum::from_f64(value).unwrap().to_f64();
        prop_assert!((back - value).abs() <= 0.5 / 18_446_744_073_709_551_616.0);
    }

    #[test]
    fn spreads_merge_in_any_order(a in rows(), b in rows(), c in rows()) {
        let all: Vec<_> = a.iter().chain(&b).chain(&c).cloned().collect();
        let (a, b, c) = (spread(&a), spread(&b), spread(&c));
        prop_assert_eq!(merged(&a, &b), merged(&b, &a));
        prop_assert!(close(&merged(&merged(&a, &b), &c), &merged(&a, &merged(&b, &c))));
        prop_assert!(close(&merged(&merged(&a, &b), &c), &spread(&all)));
        prop_assert_eq!(merged(&a, &Spread::new()), a);
    }

    #[test]
    fn the_same_fleet_twice_has_width_zero(rows in rows()) {
        let fleet = spread(&rows);
        prop_assume!(!fleet.needs_draws());
        let change = change(&fleet, &fleet).unwrap();
        prop_assert_eq!(change.median(), 1.0);
        prop_assert_eq!(change.interval90().width(), 0.0);
        let classes = draws::classes(rows);
        let drawn = draws::change90(&classes, &classes, 1, 200).unwrap();
        prop_assert_eq!((drawn.low, drawn.high), (1.0, 1.0));
    }
}
