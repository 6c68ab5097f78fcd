//! The promises of `facility`.

#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "tests may; figures are held to the last bit")]

use facility::Facility;
use joulework_sdk::kit::{self, Case};

#[test]
fn it_says_what_it_is() {
    kit::description::<Facility>();
}

#[test]
fn golden_rows_stay() {
    kit::golden::<Facility>(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
}

fn one(row: &str) -> kit::Rows {
    Case::<Facility>::new().run(&format!("it-energy,region-id,charge-year\n{row}\n")).unwrap()
}

/// METHOD.md, section 8, fault 10: water multiplied by PUE twice.
#[test]
fn fault_10_water_is_not_multiplied_by_pue() {
    let rows = one("100,ap-northeast-1,2024");
    assert_eq!(rows.number("pue", 0), Some(1.27));
    assert_eq!(rows.number("facility-energy", 0), Some(127.0));
    assert_eq!(rows.number("on-site-water", 0), Some(91.0), "100 kWh of IT energy × 0.91 L/kWh, not × 1.27");
}

/// METHOD.md, section 8, fault 10: one year's factor used for every year.
#[test]
fn fault_10_each_year_has_its_own_factor() {
    for (year, pue, factor) in [("2022", 1.36, "2022"), ("2023", 1.24, "2023"), ("2024", 1.24, "2024")] {
        let rows = one(&format!("1,af-south-1,{year}"));
        assert_eq!(rows.number("pue", 0), Some(pue));
        assert_eq!(rows.text("pue-factor", 0), Some(format!("aws-af-south-1-{factor}").as_str()));
        assert_eq!(rows.number("pue.gsd.carried-forward", 0), Some(1.0));
    }
}

#[test]
fn the_last_year_is_carried_forward_and_gets_less_certain() {
    for (year, gsd) in [("2024", 1.0), ("2025", 1.05), ("2026", 1.05 * 1.05)] {
        let rows = one(&format!("1,eu-west-1,{year}"));
        assert_eq!(rows.text("pue-factor", 0), Some("aws-eu-west-1-2024"));
        assert_eq!(rows.number("facility-energy.gsd.carried-forward", 0), Some(gsd));
    }
    let before = one("1,eu-west-1,2020");
    assert_eq!(before.text("pue-factor", 0), Some("aws-eu-west-1-2022"), "the first row, carried back");
    assert_eq!(before.number("facility-energy.gsd.carried-forward", 0), Some(1.05 * 1.05));
}

#[test]
fn a_place_that_is_not_listed_takes_its_geography_or_the_global_mean_with_a_wider_error() {
    for (region, id) in
        [("eu-north-2", "aws-eu-other-2024"), ("xx-1", "aws-global-2024"), ("", "aws-global-2024")]
    {
        let rows = one(&format!("1,{region},2024"));
        assert_eq!(rows.text("pue-factor", 0), Some(id));
        assert_eq!(rows.number("facility-energy.gsd.pue-region", 0), Some(1.08));
        assert_eq!(rows.number("on-site-water.gsd.wue-region", 0), Some(2.0));
        assert_eq!(rows.text("facility-energy.basis", 0), Some("unknown-hardware"));
    }
    let known = one("1,eu-west-1,2024");
    assert_eq!(known.number("facility-energy.gsd.pue-region", 0), Some(1.02));
    assert_eq!(known.text("facility-energy.basis", 0), Some("measured"));
}

/// METHOD.md, section 8, fault 9: keys are compared whole; nothing matches by pattern or because it is empty.
#[test]
fn fault_9_a_region_matches_only_itself() {
    for region in ["eu-west", "eu-west-11", "EU-WEST-1", "eu-*", "*", "eu"] {
        let rows = one(&format!("1,{region},2024"));
        assert_ne!(rows.text("pue-factor", 0), Some("aws-eu-west-1-2024"), "{region}");
        assert_eq!(rows.text("facility-energy.basis", 0), Some("unknown-hardware"), "{region}");
    }
}

#[test]
fn nothing_stays_nothing_and_unknown_stays_unknown() {
    assert_eq!(one("0,eu-west-1,2024").number("facility-energy", 0), Some(0.0));
    assert_eq!(one("0,eu-west-1,2024").text("facility-energy.basis", 0), None);
    let unknown = one(",eu-west-1,2024");
    assert_eq!(unknown.number("facility-energy", 0), None);
    assert_eq!(unknown.number("on-site-water", 0), None);
    assert_eq!(unknown.number("pue", 0), Some(1.11), "the place is known even where the energy is not");
}

#[test]
fn a_users_table_replaces_and_extends() {
    let table = "factor-id,region,pue,wue,valid-from,valid-to,source,published,licence,scope\n\
                 aws-eu-west-1-2024,eu-west-1,1.5,,2024,2024,mine,2026,own,region\n\
                 mine,eu-west-1,1.3,,2023,2023,mine,2026,own,region\n\
                 rack,our-cellar,1.8,0,2020,,mine,2026,own,region\n";
    let case = Case::<Facility>::new().table("pue-wue", table);
    let rows = case
        .run("it-energy,region-id,charge-year\n1,eu-west-1,2024\n1,eu-west-1,2023\n1,our-cellar,2026\n")
        .unwrap();
    assert_eq!(rows.number("pue", 0), Some(1.5), "the same id replaces");
    assert_eq!(rows.number("pue", 1), Some(1.3), "in one year the user's row goes before the built-in one");
    assert_eq!(rows.number("pue", 2), Some(1.8));
    assert_eq!(rows.number("pue.gsd.carried-forward", 2), Some(1.0), "without an end it holds");
    assert_eq!(rows.number("on-site-water", 2), Some(0.0), "a water use of 0 is a value");
    assert_eq!(rows.text("wue-factor", 2), Some("rack"));
}

#[test]
fn a_table_that_cannot_be_read_names_row_and_column() {
    let table = "factor-id,region,pue,valid-from,valid-to\na,eu-west-1,1.2,2024,2023\n";
    let fault = Case::<Facility>::new().table("pue-wue", table).configured().unwrap_err();
    assert_eq!(
        (fault.code.as_str(), fault.row, fault.column.as_deref()),
        ("table.invalid", Some(0), Some("valid-to"))
    );
}

#[test]
fn the_pipeline_may_lack_region_and_year() {
    let rows = Case::<Facility>::new().run("it-energy\n100\n").unwrap();
    assert_eq!(rows.number("facility-energy", 0), Some(100.0 * 1.14));
    assert_eq!(rows.text("pue-factor", 0), Some("aws-global-2025"));
}
