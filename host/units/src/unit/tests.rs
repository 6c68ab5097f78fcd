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

fn factor(from: &str, to: &str) -> f64 {
    Unit::parse(from).unwrap().factor_to(&Unit::parse(to).unwrap()).unwrap()
}

#[test]
fn factors_are_exact_where_they_can_be() {
    for (from, to, expected) in [
        ("kWh", "MJ", 3.6),
        ("kWh", "J", 3.6e6),
        ("MWh", "kWh", 1e3),
        ("d", "h", 24.0),
        ("%", "1", 0.01),
        ("GiB", "GB", 1.073_741_824),
        ("TiB", "TB", 1.099_511_627_776),
        ("TB.h", "GiB.h", 1e12 / 1_073_741_824.0),
        ("kgCO2e/MWh", "gCO2e/kWh", 1.0),
        ("tCO2e/kWh", "gCO2e/kWh", 1e6),
        ("W/GiB", "W/TB", 1e12 / 1_073_741_824.0),
        ("vCPU.s", "vCPU.h", 1.0 / 3_600.0),
        ("m3", "L", 1e3),
        ("W.h", "Wh", 1.0),
        ("kWh/d", "W", 1e3 / 24.0),
        ("1/h", "1/d", 24.0),
    ] {
        assert_eq!(factor(from, to), expected, "{from} to {to}");
    }
}

#[test]
fn a_terabyte_and_a_tebibyte_differ_by_ten_percent() {
    assert!((factor("TiB", "TB") - 1.0995).abs() < 1e-4);
}

#[test]
fn everything_after_the_quotient_is_divided_by() {
    assert_eq!(
        Unit::parse("gCO2e/vCPU.h").unwrap().dimension(),
        Unit::parse("gCO2e/h.vCPU").unwrap().dimension()
    );
    assert_eq!(Unit::parse("W").unwrap(), Unit::parse("J/s").unwrap());
    assert_eq!(Unit::parse("Wh").unwrap(), Unit::parse("W.h").unwrap());
}

#[test]
fn dimensions_are_never_crossed_and_the_error_names_both() {
    let error = Unit::parse("kWh").unwrap().factor_to(&Unit::parse("kgCO2e").unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "cannot convert `kWh` (energy) to `kgCO2e` (carbon)");
    assert_eq!(error.code(), "unit.dimension");
    let error = Unit::parse("W/TB").unwrap().factor_to(&Unit::parse("vCPU.h").unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "cannot convert `W/TB` (energy per data × time) to `vCPU.h` (vCPU × time)");
    let error = Unit::one().factor_to(&Unit::parse("W").unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "cannot convert `1` (a plain number) to `W` (power)");
}

#[test]
fn what_is_no_unit_is_refused_with_what_was_meant() {
    let message = |text: &str| Unit::parse(text).unwrap_err().to_string();
    let hint = |text: &str| Unit::parse(text).unwrap_err().hint().unwrap();
    assert_eq!(message("kwh"), "`kwh` is no known unit symbol");
    assert_eq!(hint("kwh"), "did you mean `kWh`?");
    assert_eq!(message("gCO2/kWh"), "`gCO2` is no known unit symbol (in `gCO2/kWh`)");
    assert_eq!(hint("gCO2/kWh"), "did you mean `gCO2e`?");
    // mWh and MWh, mb and MB: capitals alone never decide.
    assert!(hint("smoots").starts_with("known symbols: 1 % ms s"));
    assert_eq!(message(""), "`` is no unit: it is empty");
    assert_eq!(message("kWh."), "`kWh.` is no unit: a symbol is missing beside `.` or `/`");
    assert!(message("a/b/c").contains("more than one `/`"));
    assert!(message("PiB.PiB.PiB").contains("its scale is too large"));
}

#[test]
fn every_symbol_is_found_once() {
    for name in known_symbols().split(' ') {
        assert_eq!(Unit::parse(name).unwrap().symbol(), name);
        assert_eq!(known_symbols().split(' ').filter(|other| *other == name).count(), 1, "{name}");
    }
}

/// The list of standard columns is the contract: its units are ours.
#[test]
fn every_unit_of_the_standard_columns_is_known() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/standard-columns.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("name,kind,unit,"));
    let mut parsed = 0;
    for line in lines {
        let mut fields = line.split(',');
        let (name, kind, unit) = (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
        if kind == "number" {
            assert!(Unit::parse(unit).is_ok(), "unit `{unit}` of {name}");
            parsed += 1;
        } else {
            assert_eq!(unit, "", "{name} is no number and has a unit");
        }
    }
    assert!(parsed > 30, "only {parsed} units read");
}
