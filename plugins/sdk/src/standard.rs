//! The standard column list as a constant: names are checked while the plugin compiles.

use crate::describe::Kind;

/// One line of `wit/standard-columns.csv`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standard {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) unit: &'static str,
    pub(crate) additive: bool,
    pub(crate) total: bool,
    pub(crate) meaning: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/standard.rs"));

/// The standard column of that name.
pub(crate) const fn standard(name: &str) -> Option<Standard> {
    let mut at = 0;
    while at < STANDARD.len() {
        if same(STANDARD[at].name, name) {
            return Some(STANDARD[at]);
        }
        at += 1;
    }
    None
}

/// Equality of texts in constants.
pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
