//! What stands by in other zones.

use joulework_engine::assess::RollUp;
use joulework_units::{Currency, Money};

use crate::first_party::{estimate, value};
use crate::rows::Row;

fn database(meter: &'static str) -> Row {
    Row {
        service: "Amazon Relational Database Service",
        operation: "CreateDBInstance:0002",
        meter,
        effective: "0.3",
        ..Row::default()
    }
}

#[test]
fn all_copies_but_the_first_stand_by() {
    for (meter, share, cost) in [
        ("EU-Multi-AZUsage:db.m6g.large", 1.0 / 2.0, "0.15"),
        ("EU-Multi-AZClusterUsage:db.m6gd.large", 2.0 / 3.0, "0.2"),
    ] {
        let estimates = estimate(&[database(meter), database("EU-InstanceUsage:db.m6g.large")]);
        let alone = estimate(&[database(meter)]).roll_up(&RollUp::by([])).unwrap().total;
        let standby = estimates.standby().unwrap();
        let (found, whole) = (value(&standby, "it-energy", "kWh"), value(&alone, "it-energy", "kWh"));
        assert!(whole > 0.0 && (found / whole - share).abs() < 1e-9, "{meter}: {found} of {whole}");
        let usd = Currency::parse("USD").unwrap();
        assert_eq!(standby.effective.get(&usd), Some(&Money::parse(cost).unwrap()), "{meter}");
    }
}

#[test]
fn a_bill_without_copies_has_nothing_that_stands_by() {
    let standby = estimate(&[Row::default()]).standby().unwrap();
    assert_eq!((standby.rows, standby.effective.len()), (0, 0));
}
