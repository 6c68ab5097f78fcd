//! Names, tags, ids and paths come from outside: none of them becomes markup.

use crate::fixture::{Shape, report};
use joulework_report::chart::charts;
use joulework_report::{csv, html, json, markdown};

/// Markup, a broken attribute, a CDATA end, Markdown, a mention, a pipe, a control character, a turn of direction.
pub(crate) const HOSTILE: &str = "=\"'><script>alert(1)</script><img src=x onerror=alert(2)>]]>`|@all #1 \
                                  ![x](javascript:alert(3))\u{0}\n\u{202e}&amp;";

const TAGS: [&str; 53] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "a",
    "header",
    "h1",
    "h2",
    "h3",
    "p",
    "time",
    "strong",
    "main",
    "section",
    "div",
    "article",
    "span",
    "dl",
    "dt",
    "dd",
    "ul",
    "ol",
    "li",
    "nav",
    "figure",
    "figcaption",
    "svg",
    "desc",
    "rect",
    "line",
    "polyline",
    "polygon",
    "circle",
    "text",
    "details",
    "summary",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "footer",
    "!DOCTYPE",
    "g",
    "em",
    "sup",
    "sub",
    "br",
];

/// The tags of a document: name and, with the quoted values taken out, the rest.
fn tags(document: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = document;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let mut quoted = false;
        let mut tag = String::new();
        for c in rest.chars() {
            match c {
                '"' => quoted = !quoted,
                '>' if !quoted => break,
                c if !quoted => tag.push(c),
                _ => {}
            }
        }
        let tag = tag.trim_start_matches('/').trim_end_matches('/').to_owned();
        let (name, rest) = tag.split_once([' ', '\n']).unwrap_or((&tag, ""));
        found.push((name.to_owned(), rest.to_owned()));
    }
    found
}

fn hostile() -> joulework_report::Report {
    report(&Shape { months: 3, services: 3, prefix: HOSTILE })
}

#[test]
fn html_holds_only_our_own_tags_and_no_handler() {
    let page = html(&hostile()).unwrap();
    let (before, after) = page.split_once("<style>").unwrap();
    let body = after.split_once("</style>").unwrap().1;
    for (name, attributes) in tags(&format!("{before}{body}")) {
        assert!(TAGS.contains(&name.as_str()), "<{name} {attributes}>");
        assert!(!attributes.split(' ').any(|attribute| attribute.starts_with("on")), "<{name} {attributes}>");
    }
    assert!(page.contains("&lt;script&gt;"), "the name is there, as text");
    assert!(!page.contains('\u{0}') && !page.contains('\u{202e}'));
    assert!(!page.contains("href=\"javascript"), "only web addresses become links");
}

#[test]
fn drawings_hold_names_as_text() {
    for chart in charts(&hostile()).unwrap() {
        for svg in [&chart.wide, &chart.narrow, &chart.standalone()] {
            for (name, attributes) in tags(svg) {
                assert!(TAGS.contains(&name.as_str()), "<{name} {attributes}>");
                assert!(!attributes.contains("onerror"), "<{name} {attributes}>");
            }
            assert!(!svg.contains('\u{0}'), "XML has no such character");
        }
    }
}

#[test]
fn markdown_holds_names_as_code() {
    let text = markdown(&hostile());
    for line in text.lines() {
        // What is left after code spans and escapes are taken out has no markup from outside.
        let bare = without_code(line).replace("<sub>", "").replace("</sub>", "");
        assert!(!bare.contains('<') && !bare.replace("\\]", "").contains("]("), "{line}");
        assert!(!bare.contains("@all"), "{line}");
    }
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 8);
    for row in &rows {
        let cells = row.replace("\\|", "").matches('|').count();
        assert!(cells == 8 || cells == 3, "{row}");
    }
}

/// The line without its code spans.
fn without_code(line: &str) -> String {
    let mut kept = String::new();
    let mut rest = line.replace("\\`", "");
    while let Some(at) = rest.find('`') {
        kept.push_str(&rest[..at]);
        let fence: String = rest[at..].chars().take_while(|c| *c == '`').collect();
        let after = rest[at + fence.len()..].to_owned();
        let end = after.find(&fence).expect("a code span ends");
        after[end + fence.len()..].clone_into(&mut rest);
    }
    kept + &rest
}

#[test]
fn the_summary_holds_no_control_character() {
    let text = joulework_report::summary(&hostile(), None);
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn csv_holds_no_formula_and_no_broken_row() {
    let text = csv(&hostile());
    assert!(text.lines().skip(1).any(|line| line.contains("\"'=\"\"'>")));
    // Counted as a reader of RFC 4180 counts: line ends inside quotes do not end a row.
    let (mut quoted, mut cells, mut widths) = (false, 1, Vec::new());
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells += 1,
            '\n' if !quoted => {
                widths.push(cells);
                cells = 1;
            }
            _ => {}
        }
    }
    assert_eq!(widths.len(), 1 + 9);
    assert!(widths.iter().all(|width| *width == widths[0]));
}

#[test]
fn json_holds_names_as_they_are() {
    let value: serde_json::Value = serde_json::from_str(&json(&hostile()).unwrap()).unwrap();
    assert!(value["title"].as_str().unwrap().starts_with(HOSTILE));
}
