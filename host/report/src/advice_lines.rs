//! Advice in a few lines, for a terminal and for pull requests.

use crate::format::with_interval;
use crate::html::saved_cost;
use crate::model::{Advice, Proposal};

/// Lines that are shown.
const SHOWN: usize = 3;

/// A proposal in a line.
pub(crate) struct AdviceWords<'a> {
    /// The change.
    pub(crate) title: &'a str,
    /// The resource.
    pub(crate) resource: &'a str,
    /// What is saved.
    pub(crate) text: String,
}

/// The first proposals, and how many more there are.
pub(crate) fn advice_lines(advice: &Advice) -> (Vec<AdviceWords<'_>>, usize) {
    let line = |of: &'_ Proposal| format!("{}, {}", with_interval(&of.saving.carbon), saved_cost(&of.saving));
    let lines = advice
        .proposals
        .iter()
        .take(SHOWN)
        .map(|of| AdviceWords { title: &of.title, resource: &of.resource, text: line(of) })
        .collect();
    (lines, advice.proposals.len().saturating_sub(SHOWN))
}
