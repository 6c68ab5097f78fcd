//! The HTML report: whole, offline, accessible, the same every time.

use crate::fixture::{self, Shape, report};
use joulework_report::html;
use joulework_report::model::*;

/// The page without its drawings and its style sheet, one tag a line.
fn structure(page: &str) -> String {
    let without = |text: &str, open: &str, close: &str, with: &str| {
        let mut parts = text.split(open);
        let mut kept = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            kept.push_str(with);
            kept.push_str(part.split_once(close).unwrap().1);
        }
        kept
    };
    let text = without(page, "<svg ", "</svg>", "[drawing]");
    let text = without(&text, "<style>", "</style>", "[style]");
    text.replace("><", ">\n<")
}

#[test]
fn the_small_report_has_this_structure() {
    insta::assert_snapshot!(structure(&html(&fixture::small()).unwrap()));
}

#[test]
fn the_page_needs_nothing_else() {
    let page = html(&fixture::shop()).unwrap();
    for load in ["<script", "<link", "<img", "<iframe", "src=", "@import", "url(", "font-face"] {
        assert!(!page.contains(load), "{load}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(html(&fixture::shop()).unwrap(), html(&fixture::shop()).unwrap());
}

#[test]
fn ids_are_unique_and_links_lead_somewhere() {
    let page = html(&fixture::shop()).unwrap();
    let values = |attribute: &str| -> Vec<String> {
        page.split(&format!(" {attribute}=\""))
            .skip(1)
            .map(|part| part.split('"').next().unwrap().to_owned())
            .collect()
    };
    let mut ids = values("id");
    ids.sort();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "ids are unique");
    for link in values("href").iter().filter_map(|link| link.strip_prefix('#')) {
        assert!(ids.iter().any(|id| id == link), "#{link}");
    }
    for names in values("aria-labelledby") {
        for id in names.split(' ') {
            assert!(ids.iter().any(|known| known == id), "{id}");
        }
    }
}

#[test]
fn every_table_has_a_caption_and_every_drawing_a_name() {
    let page = html(&fixture::shop()).unwrap();
    let count = |needle: &str| page.matches(needle).count();
    assert!(count("<table>") > 10);
    assert_eq!(count("<table>"), count("<caption>"));
    assert_eq!(count("<svg "), count("role=\"img\" aria-labelledby="));
    assert_eq!(count("<svg "), count("<desc "));
    assert_eq!(count("<h1>"), 1);
}

#[test]
fn the_first_screen_says_what_a_unit_costs_and_where_it_goes() {
    let page = html(&fixture::shop()).unwrap().replace(['\u{202f}', '\u{a0}'], " ");
    let first = page.split("<nav").next().unwrap();
    for text in [
        "Carbon per order",
        "fell by 8 % (−12…−4 %) against November 2024",
        "Water, on-site cooling only",
        "Operational carbon",
        "Embodied carbon",
        "USD 59 368",
        "EUR 790.12",
        "3.3 % not modelled",
        "5.0 % nothing that uses energy",
        "1 partial, kept out of trends",
        "has no rows for 3 days",
    ] {
        assert!(first.contains(text), "{text}");
    }
    assert_eq!(first.matches("of the carbon").count(), 3, "three contributors");
}

#[test]
fn nothing_is_hidden() {
    let page = html(&fixture::shop()).unwrap().replace(['\u{202f}', '\u{a0}'], " ");
    for text in [
        "USE1-Claude-input-tokens",
        "USD 412.77",
        "unassigned (no rule takes it)",
        "NAT gateway and logs",
        "shop 75 %, back-office 25 %",
        "41 orders in 3 hours (2024-02-03T04:00:00Z to 2024-02-03T07:00:00Z)",
        "Second score: with data transfer",
        "unused commitment",
        "Ember",
        "CC BY 4.0",
        "3f9a1c3f9a1c",
        "no loss factor was supplied",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn a_report_without_anything_is_still_a_page() {
    let mut empty = report(&Shape { months: 0, services: 0, prefix: "" });
    empty.work.clear();
    empty.contributors.clear();
    empty.uncertainty.clear();
    empty.workloads.clear();
    empty.shared.clear();
    empty.apart.clear();
    empty.not_modelled.clear();
    empty.notices.clear();
    empty.coverage.by_cost.clear();
    empty.totals.billed.clear();
    empty.totals.effective.clear();
    empty.totals.carbon = Figure::none("gCO2e", "no row was estimated");
    empty.totals.energy = Figure::exact(-2.0, "kWh").because("negative: corrections outweigh usage");
    let page = html(&empty).unwrap();
    assert!(page.contains("so there is no score"));
    assert!(page.contains("negative: corrections outweigh usage"));
    assert!(page.contains("Every usage row is modelled."));
}

/// Writes the made-up reports where `REPORT_PAGES` says, for a look in a browser.
#[test]
#[ignore = "writes pages to look at"]
fn pages_for_a_look() {
    let folder = std::path::PathBuf::from(std::env::var_os("REPORT_PAGES").expect("a folder to write to"));
    let many = report(&Shape { months: 24, services: 30, prefix: "" });
    let hostile = report(&Shape { months: 3, services: 3, prefix: crate::escaping::HOSTILE });
    for (name, report) in
        [("shop", fixture::shop()), ("small", fixture::small()), ("many", many), ("hostile", hostile)]
    {
        std::fs::write(folder.join(format!("{name}.html")), html(&report).unwrap()).unwrap();
        std::fs::write(folder.join(format!("{name}.md")), joulework_report::markdown(&report)).unwrap();
    }
}
