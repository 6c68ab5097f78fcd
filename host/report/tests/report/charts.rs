//! Charts hold their shape with few and many periods and services, and say what they show.

use crate::fixture::{self, Shape, report};
use joulework_report::chart::charts;

#[test]
fn charts_are_drawn_with_few_and_many_periods_and_services() {
    for (months, services) in [(1, 1), (1, 2), (2, 7), (13, 8), (24, 30)] {
        let report = report(&Shape { months, services, prefix: "" });
        let charts = charts(&report).unwrap();
        assert_eq!(charts.len(), 3 + 2 + 4 + 1 + 1);
        for chart in &charts {
            for svg in [&chart.wide, &chart.narrow] {
                assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{}", chart.id);
                assert!(svg.contains("role=\"img\"") && svg.contains("<desc"), "{}", chart.id);
                assert!(!svg.contains("FA0F"), "a placeholder colour is left in {}", chart.id);
                assert!(!svg.contains("NaN"), "{}", chart.id);
            }
            assert!(!chart.table.rows.is_empty(), "{} has a text alternative", chart.id);
            for row in &chart.table.rows {
                assert_eq!(row.len(), chart.table.header.len(), "{}", chart.id);
            }
        }
    }
}

/// Left and right end of every label on a line, estimated as the drawing does it.
fn overlaps(svg: &str) -> Vec<String> {
    let attribute = |tag: &str, name: &str| -> String {
        let start = tag.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
        tag[start..].split('"').next().unwrap().to_owned()
    };
    let mut texts: Vec<(i64, f64, f64, String)> = svg
        .split("<text ")
        .skip(1)
        .map(|part| {
            let (tag, rest) = part.split_once('>').unwrap();
            let words = rest.split("</text>").next().unwrap().trim().to_owned();
            let x: f64 = attribute(tag, "x").parse().unwrap();
            let y: i64 = attribute(tag, "y").parse().unwrap();
            // A sans-serif face has about half an em for a character.
            let width = 6.0 * f64::from(u32::try_from(words.chars().count()).unwrap());
            let left = match attribute(tag, "text-anchor").as_str() {
                "start" => x,
                "middle" => x - width / 2.0,
                _ => x - width,
            };
            (y, left, left + width, words)
        })
        .collect();
    texts.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap());
    texts
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0 && pair[0].2 > pair[1].1)
        .map(|pair| format!("`{}` over `{}`", pair[0].3, pair[1].3))
        .collect()
}

#[test]
fn labels_do_not_overlap() {
    for (months, services) in [(1, 2), (13, 10), (24, 30), (60, 30)] {
        let report = report(&Shape { months, services, prefix: "" });
        for chart in charts(&report).unwrap() {
            assert_eq!(overlaps(&chart.wide), Vec::<String>::new(), "{} wide {months}", chart.id);
            assert_eq!(overlaps(&chart.narrow), Vec::<String>::new(), "{} narrow {months}", chart.id);
        }
    }
}

#[test]
fn many_services_are_folded_alike_in_drawing_and_table() {
    let report = report(&Shape { months: 3, services: 30, prefix: "" });
    let chart = &charts(&report).unwrap()[0];
    assert!(chart.wide.contains("24 other services"));
    assert_eq!(chart.table.header.last().unwrap(), "24 other services");
    assert_eq!(chart.table.header.len(), 2 + 7);
}

#[test]
fn a_chart_is_a_file_of_its_own_too() {
    let file = charts(&fixture::small()).unwrap()[0].standalone();
    assert!(file.contains("prefers-color-scheme:dark") && file.contains(".f-s0{"));
}
