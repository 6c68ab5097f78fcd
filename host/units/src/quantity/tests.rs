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

/// Fault 8 of the method: an MJ label on a kWh figure, converted once more, gave results 3.6 times too low.
/// A number enters only through the constructor of its unit and leaves only through an accessor that names one.
#[test]
fn fault_8_a_figure_in_megajoules_is_never_taken_for_kilowatt_hours() {
    assert_eq!(Energy::from_mj(3.6).kwh(), 1.0);
    assert_eq!(Energy::from_kwh(1.0).mj(), 3.6);
    let declared = Amount::new(3.6, Unit::parse("MJ").unwrap());
    assert_eq!(declared.value_in(&Unit::parse("kWh").unwrap()).unwrap(), 1.0);
    let twice = declared.to_unit(&Unit::parse("kWh").unwrap()).unwrap();
    assert_eq!(
        twice.value_in(&Unit::parse("kWh").unwrap()).unwrap(),
        1.0,
        "converting again changes nothing"
    );
    assert_eq!(Energy::try_from(&declared).unwrap(), Energy::from_kwh(1.0));
}

#[test]
fn products_and_quotients_follow_physics() {
    assert_eq!((Power::from_watts(100.0) * TimeSpan::from_hours(10.0)).kwh(), 1.0);
    assert_eq!((Energy::from_kwh(2.0) * CarbonIntensity::from_grams_per_kwh(250.0)).kg(), 0.5);
    assert_eq!((Carbon::from_kg(0.5) / Energy::from_kwh(2.0)).grams_per_kwh(), 250.0);
    assert_eq!((WaterIntensity::from_litres_per_kwh(1.5) * Energy::from_kwh(2.0)).litres(), 3.0);
    assert_eq!((Energy::from_kwh(1.0) / TimeSpan::from_hours(10.0)).watts(), 100.0);
    assert_eq!((VcpuTime::from_vcpu_hours(4.0) * VcpuPower::from_watts_per_vcpu(2.5)).wh(), 10.0);
    assert_eq!((DataVolume::from_gb(5.0) * TransferIntensity::from_kwh_per_gb(0.25)).kwh(), 1.25);
    let stored = DataVolume::from_tb(2.0) * TimeSpan::from_hours(3.0);
    assert_eq!((stored * DataPower::from_watts_per_tb(1.5)).wh(), 9.0);
    assert_eq!(Energy::from_kwh(3.0) / Energy::from_kwh(2.0), 1.5);
    assert_eq!([1.0, 2.0, 3.0].map(Energy::from_kwh).into_iter().sum::<Energy>().kwh(), 6.0);
}

/// AWS's "GB" is 2^30 bytes, watts per TB are decimal: taking one for the other is 10 % per terabyte.
#[test]
fn decimal_and_binary_volumes_differ() {
    assert_eq!(DataVolume::from_tib(1.0).tb(), 1.099_511_627_776);
    assert_eq!(DataVolume::from_gib(1.0).gb(), 1.073_741_824);
    assert_eq!(DataTime::from_gib_hours(1_024.0).tb_hours(), 1.099_511_627_776);
    let memory = DataTime::from_gib_hours(10.0) * DataPower::from_watts_per_gib(0.37);
    assert!((memory.wh() - 3.7).abs() < 1e-12);
}

/// The units that the quantities are held in are those that their symbols name.
#[test]
fn held_units_are_what_their_symbols_say() {
    let units = [
        Energy::unit(),
        Power::unit(),
        TimeSpan::unit(),
        Carbon::unit(),
        Water::unit(),
        DataVolume::unit(),
        DataTime::unit(),
        DataPower::unit(),
        VcpuTime::unit(),
        VcpuPower::unit(),
        CarbonIntensity::unit(),
        WaterIntensity::unit(),
        TransferIntensity::unit(),
        Unit::one(),
    ];
    for unit in units {
        assert_eq!(Unit::parse(unit.symbol()).unwrap(), unit, "{unit}");
    }
}

#[test]
fn an_amount_of_another_dimension_is_refused() {
    let carbon = Amount::from(Carbon::from_kg(1.0));
    assert_eq!(Energy::try_from(&carbon).unwrap_err().code(), "unit.dimension");
    assert_eq!(Carbon::try_from(&carbon).unwrap().tonnes(), 0.001);
}
