//! The promises of `grid-carbon`.

#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "tests may; figures are held to the last bit")]

use grid_carbon::GridCarbon;
use joulework_sdk::kit::{self, Case, Rows};

const HEADER: &str = "facility-energy,network-energy,region-id,charge-year";
const TABLE: &str = "factor-id,region,intensity,area,kind,scope,valid-from,valid-to";

#[test]
fn it_says_what_it_is() {
    kit::description::<GridCarbon>();
}

#[test]
fn golden_rows_stay() {
    kit::golden::<GridCarbon>(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
}

fn one(row: &str) -> Rows {
    Case::<GridCarbon>::new().run(&format!("{HEADER}\n{row}\n")).unwrap()
}

/// METHOD.md, section 8, fault 10: an intensity of 0 taken for "missing".
#[test]
fn fault_10_an_intensity_of_zero_is_a_value() {
    let case = Case::<GridCarbon>::new()
        .table("grid-intensity", &format!("{TABLE}\nhydro,eu-north-1,0,zone,average,combustion,2024,2024\n"));
    let rows = case.run(&format!("{HEADER}\n100,1,eu-north-1,2024\n")).unwrap();
    assert_eq!(rows.number("grid-intensity", 0), Some(0.0));
    assert_eq!(rows.text("grid-factor", 0), Some("hydro"));
    assert_eq!(rows.number("operational-carbon", 0), Some(0.0));
    assert_eq!(rows.text("operational-carbon.basis", 0), Some("measured"));
    assert_eq!(rows.number("network-carbon", 0), Some(0.0));
    assert_eq!(rows.number("transmission-carbon", 0), Some(0.0), "0 even where the loss is not known");
    assert_eq!(rows.number("upstream-carbon", 0), Some(0.0));
}

/// METHOD.md, section 8, fault 10: one year's factor used for every year.
#[test]
fn fault_10_each_year_has_its_own_factor() {
    let carbon = |year: &str| one(&format!("100,,us-east-1,{year}")).number("operational-carbon", 0);
    assert_eq!(carbon("2023"), Some(100.0 * 270.5));
    assert_eq!(carbon("2024"), Some(100.0 * 290.6));
    for (year, gsd) in [("2024", 1.0), ("2025", 1.05), ("2026", 1.05 * 1.05)] {
        let rows = one(&format!("100,,us-east-1,{year}"));
        assert_eq!(rows.text("grid-factor", 0), Some("egrid-srvc-2024-us-east-1"));
        assert_eq!(rows.number("operational-carbon.gsd.carried-forward", 0), Some(gsd), "{year}");
    }
}

/// METHOD.md, section 8, fault 9: keys are compared whole; nothing matches by pattern or because it is empty.
#[test]
fn fault_9_a_region_matches_only_itself() {
    for region in ["us-east", "us-east-12", "US-EAST-1", "us", "*", ".*", ""] {
        let rows = one(&format!("1,,{region},2024"));
        assert_eq!(rows.text("grid-factor", 0), Some("ember-world-2024"), "{region}");
        assert_eq!(rows.text("operational-carbon.basis", 0), Some("unknown-hardware"), "{region}");
    }
    let case = Case::<GridCarbon>::new()
        .table("grid-intensity", &format!("{TABLE}\nempty,,1,zone,average,combustion,2024,2024\n"));
    assert_eq!(
        case.configured().unwrap_err().column.as_deref(),
        Some("region"),
        "a row without a key is refused"
    );
}

#[test]
fn errors_follow_the_kind_of_area() {
    let gsd = |region: &str| {
        let rows = one(&format!("1,,{region},2024"));
        ["grid-intensity", "grid-intensity-region", "grid-intensity-row"]
            .map(|factor| rows.number(&format!("operational-carbon.gsd.{factor}"), 0).unwrap())
    };
    assert_eq!(gsd("us-east-1"), [1.05, 1.19, 1.03]);
    assert_eq!(gsd("eu-central-1"), [1.05, 1.5, 1.03], "a nation inside a larger grid");
    assert_eq!(gsd("ca-central-1"), [1.05, 2.0, 1.03]);
    assert_eq!(gsd("ap-southeast-1"), [1.05, 1.12, 1.03], "a nation with a grid of its own");
    assert_eq!(gsd(""), [1.1, 2.0, 1.03]);
}

#[test]
fn each_row_says_its_scope_and_upstream_is_added_to_combustion_only() {
    let us = one("100,,us-east-1,2024");
    assert_eq!(us.text("grid-scope", 0), Some("combustion"));
    assert_eq!(us.number("upstream-carbon", 0), None, "nobody has said how much");
    let germany = one("100,,eu-central-1,2024");
    assert_eq!(germany.text("grid-scope", 0), Some("life-cycle"));
    assert_eq!(germany.number("upstream-carbon", 0), Some(0.0), "a life-cycle intensity holds it");
}

#[test]
fn losses_are_a_line_of_their_own_where_they_are_known() {
    let us = one("100,,us-east-1,2024");
    let wanted = 100.0 * 290.6 * 0.044 / (1.0 - 0.044);
    assert_eq!(us.number("transmission-carbon", 0), Some(wanted));
    assert_eq!(us.number("operational-carbon", 0), Some(100.0 * 290.6), "and not inside it");
    assert_eq!(one("100,,eu-central-1,2024").number("transmission-carbon", 0), None);
}

/// Grid water applies to facility energy, and only where the user asks for it.
#[test]
fn grid_water_is_zero_until_the_user_supplies_a_factor() {
    assert_eq!(one("100,,us-east-1,2024").number("grid-water", 0), Some(0.0));
    assert_eq!(one(",,us-east-1,2024").number("grid-water", 0), Some(0.0));
    let case = Case::<GridCarbon>::new()
        .table("grid-water", "factor-id,region,water,valid-from,valid-to\nw,us-east-1,1.8,2024,2024\n");
    let rows = case.run(&format!("{HEADER}\n100,,us-east-1,2024\n100,,eu-west-1,2024\n")).unwrap();
    assert_eq!(rows.number("grid-water", 0), Some(180.0));
    assert_eq!(rows.number("grid-water.gsd.grid-water", 0), Some(2.5));
    assert_eq!(rows.number("grid-water", 1), None, "asked for, and not known here");
}

const HOURLY: &str = "factor-id,region,hour,intensity,area,kind,scope";
const TIMED: &str = "facility-energy,region-id,charge-year,charge-period-start,charge-period-end";

/// METHOD.md, section 4: hourly where the user supplies a series.
#[test]
fn a_row_takes_the_mean_of_its_hours_where_the_series_has_them_all() {
    let series = format!(
        "{HOURLY}\n\
         meter,us-east-1,2024-05-01T00:00Z,100,zone,average,combustion\n\
         meter,us-east-1,2024-05-01T01:00Z,300,zone,average,combustion\n\
         meter,us-east-1,2024-05-01T03:00Z,0,zone,average,combustion\n"
    );
    let case = Case::<GridCarbon>::new().table("grid-intensity-hourly", &series);
    let input = format!(
        "{TIMED}\n\
         1,us-east-1,2024,1714521600000,1714525200000\n\
         1,us-east-1,2024,1714521600000,1714528800000\n\
         1,us-east-1,2024,1714524300000,1714526100000\n\
         1,us-east-1,2024,1714521600000,1714608000000\n\
         1,us-east-1,2024,1714532400000,\n\
         1,us-east-2,2024,1714521600000,1714525200000\n\
         1,us-east-1,2024,,\n"
    );
    let rows = case.run(&input).unwrap();
    let carbon: Vec<_> = (0..7).map(|row| rows.number("operational-carbon", row)).collect();
    let annual = Some(290.6);
    assert_eq!(
        carbon,
        [Some(100.0), Some(200.0), Some(200.0), annual, Some(0.0), Some(405.6), annual],
        "an hour that the series lacks is not made up; an intensity of 0 is a value"
    );
    let factors: Vec<_> = (0..4).map(|row| rows.text("grid-factor", row)).collect();
    assert_eq!(factors[..3], [Some("meter"); 3]);
    assert_eq!(factors[3], Some("egrid-srvc-2024-us-east-1"));
    assert_eq!(rows.number("operational-carbon.gsd.grid-intensity-region", 0), Some(1.12));
    assert_eq!(rows.number("operational-carbon.gsd.carried-forward", 0), Some(1.0));
    case.check(&input);
}

#[test]
fn a_series_that_contradicts_itself_is_refused() {
    let first = "meter,us-east-1,2024-05-01T00:00Z,100,zone,average,combustion";
    for (row, column) in [
        ("meter,us-east-1,2024-05-01T00:00Z,200,zone,average,combustion", "hour"),
        ("meter,us-east-1,2024-05-01T00:30Z,200,zone,average,combustion", "hour"),
        ("other,us-east-1,2024-05-01T01:00Z,200,zone,average,combustion", "factor-id"),
        ("meter,us-east-1,2024-05-01T01:00Z,200,zone,average,life-cycle", "factor-id"),
        ("meter,us-east-1,2024-05-01T01:00Z,-1,zone,average,combustion", "intensity"),
    ] {
        let table = format!("{HOURLY}\n{first}\n{row}\n");
        let fault =
            Case::<GridCarbon>::new().table("grid-intensity-hourly", &table).configured().unwrap_err();
        assert_eq!((fault.row, fault.column.as_deref()), (Some(1), Some(column)), "{row}");
    }
}

#[test]
fn a_marginal_row_is_never_used() {
    let case = Case::<GridCarbon>::new()
        .table("grid-intensity", &format!("{TABLE}\nm,us-east-1,900,zone,marginal,combustion,2024,2024\n"));
    let rows = case.run(&format!("{HEADER}\n100,,us-east-1,2024\n")).unwrap();
    assert_eq!(rows.text("grid-factor", 0), Some("egrid-srvc-2024-us-east-1"));
}

#[test]
fn what_a_table_may_not_say_is_refused() {
    for (row, column) in [
        ("a,x,-1,zone,average,combustion,,", "intensity"),
        ("a,x,1,zone,guessed,combustion,,", "kind"),
        ("a,x,1,planet,average,combustion,,", "area"),
        ("a,x,1,zone,average,well-to-wheel,,", "scope"),
        ("a,x,,zone,average,combustion,,", "intensity"),
    ] {
        let case = Case::<GridCarbon>::new().table("grid-intensity", &format!("{TABLE}\n{row}\n"));
        let fault = case.configured().unwrap_err();
        assert_eq!((fault.code.as_str(), fault.column.as_deref()), ("table.invalid", Some(column)), "{row}");
    }
    let case = Case::<GridCarbon>::new().table("grid-loss", "factor-id,region,loss\na,x,1\n");
    assert_eq!(case.configured().unwrap_err().column.as_deref(), Some("loss"));
}

#[test]
fn the_pipeline_may_lack_network_region_and_year() {
    let rows = Case::<GridCarbon>::new().run("facility-energy\n100\n").unwrap();
    assert_eq!(rows.number("operational-carbon", 0), Some(47_305.0));
    assert_eq!(rows.number("network-carbon", 0), None);
}
