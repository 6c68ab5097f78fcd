//! Points that are not as they should be: handled, counted, or refused with their place.

use std::fmt::Write as _;

use super::{Folder, notes, plain, read, short, texts};
use joulework_metrics::{Metrics, Statistic};

/// A table of one instance: minutes since 2025-03-01T00Z, and what is written as the value.
fn table(points: &[(i64, &str)]) -> String {
    let mut text = "timestamp,InstanceId,metric,value\n".to_owned();
    for (minute, value) in points {
        let seconds = 1_740_787_200 + minute * 60;
        writeln!(text, "{seconds},i-1,CPUUtilization,{value}").unwrap();
    }
    text
}

#[test]
fn unsorted_duplicated_missing_and_impossible_points_are_counted() {
    let points = [
        (30, "20"),
        (0, "20"),
        (60, "40"),
        (60, "40"),
        (90, "40"),
        (90, "50"),
        (120, ""),
        (150, "NaN"),
        (180, "-1"),
        (210, "400"),
        (240, "103"),
        (270, "100"),
    ];
    let metrics = read("cpu.csv", table(&points), |_| ()).unwrap();
    let expected = [
        ("metrics.above", 1),
        ("metrics.conflict", 1),
        ("metrics.duplicate", 1),
        ("metrics.missing", 2),
        ("metrics.out-of-range", 2),
    ];
    assert_eq!(notes(&metrics), expected);
    // The gap of two hours is not known, and no zero.
    assert_eq!(short(&metrics)[0].3, ["0.2", "0.45", "NaN", "NaN", "1"]);
}

/// METHOD.md, fault 12: points of two series meet by time, never by place, and a shorter one drops nothing.
#[test]
fn series_that_begin_and_end_at_other_times_meet_by_time() {
    let text = "timestamp,InstanceId,metric,Average,Maximum\n\
        2025-03-01T00:00:00Z,i-1,CPUUtilization,10,\n\
        2025-03-01T01:00:00Z,i-1,CPUUtilization,20,60\n\
        2025-03-01T02:00:00Z,i-1,CPUUtilization,,70\n\
        2025-03-01T03:00:00Z,i-1,CPUUtilization,40,80\n";
    let metrics = read("cpu.csv", text, |description| description.period = Some(3_600)).unwrap();
    let found: Vec<_> =
        metrics.series.iter().map(|one| (one.statistic, one.first_hour, one.values.len())).collect();
    assert_eq!(found, [(Statistic::Mean, 483_552, 4), (Statistic::Maximum, 483_553, 3)]);
}

#[test]
fn a_wrong_unit_and_an_unknown_metric_are_left_out_and_said() {
    let text = "timestamp,InstanceId,metric,unit,value\n\
        2025-03-01T00:00:00Z,i-1,CPUUtilization,Percent,10\n\
        2025-03-01T01:00:00Z,i-1,CPUUtilization,Bytes,10\n\
        2025-03-01T00:00:00Z,i-1,CPUCreditBalance,Count,10\n\
        2025-03-01T01:00:00Z,i-1,CPUUtilization,Percent,30\n";
    let metrics = read("cpu.csv", text, |_| ()).unwrap();
    assert_eq!(notes(&metrics), [("metrics.unit", 1), ("metrics.unknown", 1)]);
    assert_eq!(short(&metrics)[0].3, ["0.1", "0.3"]);
}

#[test]
fn a_time_that_is_none_is_refused_with_its_place() {
    let text = table(&[(0, "1")]) + "soon,i-1,CPUUtilization,2\n";
    let error = read("cpu.csv", text, |_| ()).unwrap_err();
    assert_eq!(error.code(), "metrics.cell");
    assert!(
        error.to_string().contains("cpu.csv: row 2, column `timestamp`: found `soon`, expected a time"),
        "{error}"
    );
    let error = read("cpu.csv", table(&[(0, "busy")]), |_| ()).unwrap_err().to_string();
    assert!(error.contains("row 1, column `value`: found `busy`, expected a number, or nothing"), "{error}");
}

#[test]
fn what_a_table_does_not_say_has_to_be_said() {
    for (text, lacks) in [
        ("timestamp,value\n1,2\n", "no column for the metric, and `values` does not say it"),
        (
            "timestamp,metric,value\n1,CPUUtilization,2\n",
            "no column for the resource, and `values` does not say it",
        ),
        ("metric,resource,value\n", "no column for the timestamp"),
        ("timestamp,metric,resource\n", "no column for the value"),
        ("timestamp,metric,resource,value\n", "it has no point"),
        ("", "it is empty"),
    ] {
        let error = read("cpu.csv", text, |_| ()).unwrap_err().to_string();
        assert!(error.contains(lacks), "{error}");
    }
    let text = "timestamp,metric,resource,value\n1740787200,busy,web,1\n";
    let error =
        read("busy.csv", text, |description| description.measures = texts(&[("busy", "cpu-utilisation")]));
    let error = error.unwrap_err().to_string();
    assert_eq!(
        error,
        "utilisation: nothing says the unit of `busy`; say `percent` or `fraction` in `values.unit`"
    );
}

#[test]
fn a_single_point_of_unknown_length_is_counted() {
    let metrics = read("cpu.csv", table(&[(0, "10")]), |_| ()).unwrap();
    assert_eq!((notes(&metrics), metrics.series.len()), (vec![("metrics.timeless", 1)], 0));
    let metrics =
        read("cpu.csv", table(&[(0, "10")]), |description| description.period = Some(3_600)).unwrap();
    assert_eq!(short(&metrics)[0].3, ["0.1"]);
}

#[test]
fn the_hour_that_summer_time_repeats_is_met_twice_and_said() {
    // On 2025-10-26 the clock of Vienna shows 02:00 to 03:00 twice.
    let mut text = "timestamp,InstanceId,metric,value\n".to_owned();
    for hour in ["00", "01", "02", "02", "03", "04"] {
        writeln!(text, "2025-10-26 {hour}:00:00,i-1,CPUUtilization,{hour}").unwrap();
    }
    let metrics =
        read("cpu.csv", text, |description| description.time_zone = "Europe/Vienna".to_owned()).unwrap();
    assert_eq!(notes(&metrics), [("metrics.duplicate", 1), ("metrics.time-twice", 0)]);
    // The second of the two hours is not known.
    assert_eq!(short(&metrics)[0].3, ["0", "0.01", "0.02", "NaN", "0.03", "0.04"]);
}

#[test]
fn files_that_overlap_count_once() {
    let folder = Folder::new();
    folder.write("one.csv", table(&[(0, "10"), (60, "20"), (120, "30")]));
    folder.write("two.csv", table(&[(60, "20"), (120, "35"), (180, "40")]));
    let metrics = Metrics::read(&[plain(folder.0.path().to_owned())], &[]).unwrap();
    assert_eq!(short(&metrics)[0].3, ["0.1", "0.2", "0.35", "0.4"]);
    assert_eq!(notes(&metrics), [("metrics.conflict", 1), ("metrics.duplicate", 1)]);
}

#[test]
fn a_resource_is_known_from_its_first_point_to_its_last() {
    // Five-minute points from 00:40 to 02:10: the instance came and went inside hours.
    let points: Vec<(i64, &str)> = (8..26).map(|place| (place * 5, "50")).collect();
    let metrics = read("cpu.csv", table(&points), |_| ()).unwrap();
    assert_eq!(
        (metrics.series[0].first_hour, short(&metrics)[0].3.clone()),
        (483_553, vec!["0.5".to_owned()])
    );
    assert_eq!(notes(&metrics), [("metrics.part-of-hour", 2)]);
}
