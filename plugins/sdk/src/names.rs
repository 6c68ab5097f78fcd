//! Numbers for texts, in order of first mention. One type for every look-up keeps components small.

use std::collections::BTreeMap;

/// Texts, each once, with their numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    index: BTreeMap<String, usize>,
}

impl Names {
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// The number of the text, and whether it is new.
    pub(crate) fn number(&mut self, name: &str) -> (usize, bool) {
        if let Some(number) = self.find(name) {
            return (number, false);
        }
        let number = self.index.len();
        self.index.insert(name.to_owned(), number);
        (number, true)
    }
}
