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

/// First numbers of the reference code for the state 1, 2, 3, 4.
#[test]
fn the_stream_is_that_of_the_reference_code() {
    let mut normals = Normals { state: [1, 2, 3, 4], spare: None };
    let first: Vec<u64> = (0..6).map(|_| normals.bits()).collect();
    let expected = [
        41_943_041,
        58_720_359,
        3_588_806_011_781_223,
        3_591_011_842_654_386,
        9_228_616_714_210_784_205,
        9_973_669_472_204_895_162,
    ];
    assert_eq!(first, expected);
}

#[test]
fn the_numbers_are_standard_normal() {
    let mut normals = Normals::new(7);
    let drawn: Vec<f64> = (0..200_000).map(|_| normals.next()).collect();
    let mean = drawn.iter().sum::<f64>() / 200_000.0;
    let variance = drawn.iter().map(|z| (z - mean) * (z - mean)).sum::<f64>() / 200_000.0;
    let inside = drawn.iter().filter(|z| z.abs() < 1.645).count();
    assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    assert!((179_400..180_600).contains(&inside), "{inside}");
}
