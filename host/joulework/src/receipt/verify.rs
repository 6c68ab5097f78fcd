//! Runs a receipt's run again and says what is not as it was.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use joulework_engine::Engine;
use joulework_metrics::Metrics;

use super::{Receipt, ReceiptError, Total};

/// Something that is not as the receipt says.
#[derive(Debug, Clone, PartialEq)]
pub enum Difference {
    /// Another version of the program. By itself no reason for other figures.
    Host {
        /// In the receipt.
        was: String,
        /// Now.
        is: String,
    },
    /// A switch of the sandbox stands otherwise.
    Switch {
        /// Its name.
        name: String,
    },
    /// A plugin is another one, is missing, or was not there.
    Plugin {
        /// Its id.
        id: String,
        /// Digest in the receipt.
        was: Option<String>,
        /// Digest now.
        is: Option<String>,
    },
    /// A file has other bytes, is missing, or was not there.
    File {
        /// The path.
        path: String,
        /// Digest in the receipt.
        was: Option<String>,
        /// Digest now.
        is: Option<String>,
    },
    /// A total is another one.
    Figure {
        /// The quantity.
        name: String,
        /// In the receipt.
        was: Option<Total>,
        /// Now.
        is: Option<Total>,
    },
    /// Rows or money differ.
    Sum {
        /// What.
        name: String,
        /// In the receipt.
        was: String,
        /// Now.
        is: String,
    },
    /// All totals are the same, and something below them is not.
    Detail,
}

impl Difference {
    /// Whether the receipt does not hold because of it.
    #[must_use]
    pub const fn counts(&self) -> bool {
        !matches!(self, Self::Host { .. })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        let total = |total: &Option<Total>| {
            total
                .as_ref()
                .map_or_else(|| "none".to_owned(), |total| format!("{} {}", total.value, total.unit))
        };
        match self {
            Self::Host { was, is } => write!(out, "joulework {was} made it, this is {is}"),
            Self::Switch { name } => write!(out, "the switch `{name}` of the sandbox stands otherwise"),
            Self::Plugin { id, was, is } => {
                write!(out, "the plugin `{id}` was {}, and is {}", or_none(was), or_none(is))
            }
            Self::File { path, was, is } => {
                write!(out, "the file {path} was {}, and is {}", or_none(was), or_none(is))
            }
            Self::Figure { name, was, is } => write!(out, "{name} was {}, and is {}", total(was), total(is)),
            Self::Sum { name, was, is } => write!(out, "{name} was {was}, and is {is}"),
            Self::Detail => out.write_str("the totals are the same, and figures below them are not"),
        }
    }
}

/// Runs the run of a receipt again and compares. `cache_dir` keeps compiled plugins.
///
/// # Errors
/// When the run cannot be done, such as when one of its files has gone.
pub fn verify(
    receipt: &Receipt,
    cache_dir: Option<PathBuf>,
    threads: Option<usize>,
) -> Result<Vec<Difference>, ReceiptError> {
    let utilisation = Metrics::read(&receipt.run.utilisation, &receipt.run.lambda_logs)?.utilisation()?;
    let mut engine = Engine::with_utilisation(receipt.run.clone(), utilisation, cache_dir)?;
    if let Some(threads) = threads {
        engine = engine.threads(threads);
    }
    let now = Receipt::of(&engine.assess(&|_| ())?)?;
    let mut found = Vec::new();
    if receipt.host_version != now.host_version {
        found.push(Difference::Host { was: receipt.host_version.clone(), is: now.host_version.clone() });
    }
    let switches: BTreeSet<&String> = receipt.engine.keys().chain(now.engine.keys()).collect();
    for name in switches {
        if receipt.engine.get(name) != now.engine.get(name) {
            found.push(Difference::Switch { name: name.clone() });
        }
    }
    plugins(receipt, &now, &mut found);
    files(receipt, &now, &mut found);
    outcome(receipt, &now, &mut found);
    Ok(found)
}

fn plugins(receipt: &Receipt, now: &Receipt, found: &mut Vec<Difference>) {
    let of = |receipt: &Receipt, id: &str| {
        receipt.plugins.iter().find(|plugin| plugin.id == id).map(|plugin| plugin.sha256.clone())
    };
    let ids: BTreeSet<&str> =
        receipt.plugins.iter().chain(&now.plugins).map(|plugin| plugin.id.as_str()).collect();
    for id in ids {
        let (was, is) = (of(receipt, id), of(now, id));
        if was != is {
            found.push(Difference::Plugin { id: id.to_owned(), was, is });
        }
    }
}

fn files(receipt: &Receipt, now: &Receipt, found: &mut Vec<Difference>) {
    let of = |receipt: &Receipt, path: &str| {
        receipt.files.iter().find(|file| file.path == path).map(|file| file.sha256.clone())
    };
    let paths: BTreeSet<&str> =
        receipt.files.iter().chain(&now.files).map(|file| file.path.as_str()).collect();
    for path in paths {
        let (was, is) = (of(receipt, path), of(now, path));
        if was != is {
            found.push(Difference::File { path: path.to_owned(), was, is });
        }
    }
}

fn outcome(receipt: &Receipt, now: &Receipt, found: &mut Vec<Difference>) {
    let (was, is) = (&receipt.outcome, &now.outcome);
    if was == is {
        return;
    }
    let before = found.len();
    let mut sum = |name: &str, was: String, is: String| {
        if was != is {
            found.push(Difference::Sum { name: name.to_owned(), was, is });
        }
    };
    sum("the count of rows", was.bill_rows.to_string(), is.bill_rows.to_string());
    let words = |money: &std::collections::BTreeMap<String, String>| {
        money.iter().map(|(currency, amount)| format!("{currency} {amount}")).collect::<Vec<_>>().join(", ")
    };
    sum("billed cost", words(&was.billed_cost), words(&is.billed_cost));
    sum("effective cost", words(&was.effective_cost), words(&is.effective_cost));
    let names: BTreeSet<&String> = was.figures.keys().chain(is.figures.keys()).collect();
    for name in names {
        let (was, is) = (was.figures.get(name), is.figures.get(name));
        if was != is {
            found.push(Difference::Figure { name: name.clone(), was: was.cloned(), is: is.cloned() });
        }
    }
    if found.len() == before {
        found.push(Difference::Detail);
    }
}
