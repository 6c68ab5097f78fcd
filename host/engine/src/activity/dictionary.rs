//! Distinct values and their numbers.

use rustc_hash::FxHashMap;

use crate::steps;

/// The number of a missing value.
pub(crate) const NONE: u32 = u32::MAX;
/// A number not looked up yet; no value has it.
pub(crate) const UNSET: u32 = u32::MAX - 1;

/// The distinct values of one lane. Numbers follow the order of first sight until [`Dictionary::sort`].
#[derive(Debug, Clone)]
pub(crate) enum Dictionary {
    Texts {
        numbers: FxHashMap<Box<str>, u32>,
        values: Vec<Box<str>>,
    },
    /// Doubles by their bits, decimals and instants by their value.
    Exact {
        numbers: FxHashMap<i128, u32>,
        values: Vec<i128>,
    },
}

/// More distinct values than can be numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

fn next_number(length: usize) -> Result<u32, Full> {
    u32::try_from(length).ok().filter(|number| *number < UNSET).ok_or(Full)
}

impl Dictionary {
    pub(crate) fn texts() -> Self {
        Self::Texts { numbers: FxHashMap::default(), values: Vec::new() }
    }

    pub(crate) fn exact() -> Self {
        Self::Exact { numbers: FxHashMap::default(), values: Vec::new() }
    }

    pub(crate) fn intern_text(&mut self, text: &str) -> Result<u32, Full> {
        steps::add(1);
        let Self::Texts { numbers, values } = self else { return Ok(NONE) };
        if let Some(number) = numbers.get(text) {
            return Ok(*number);
        }
        let number = next_number(values.len())?;
        numbers.insert(text.into(), number);
        values.push(text.into());
        Ok(number)
    }

    pub(crate) fn intern_exact(&mut self, value: i128) -> Result<u32, Full> {
        steps::add(1);
        let Self::Exact { numbers, values } = self else { return Ok(NONE) };
        if let Some(number) = numbers.get(&value) {
            return Ok(*number);
        }
        let number = next_number(values.len())?;
        numbers.insert(value, number);
        values.push(value);
        Ok(number)
    }

    pub(crate) fn text(&self, number: u32) -> Option<&str> {
        match self {
            Self::Texts { values, .. } => values.get(usize::try_from(number).ok()?).map(AsRef::as_ref),
            Self::Exact { .. } => None,
        }
    }

    pub(crate) fn exact_value(&self, number: u32) -> Option<i128> {
        match self {
            Self::Exact { values, .. } => values.get(usize::try_from(number).ok()?).copied(),
            Self::Texts { .. } => None,
        }
    }

    /// The number of a text that is there.
    pub(crate) fn find_text(&self, text: &str) -> Option<u32> {
        match self {
            Self::Texts { numbers, .. } => numbers.get(text).copied(),
            Self::Exact { .. } => None,
        }
    }

    /// The number of an exact value that is there.
    pub(crate) fn find_exact(&self, value: i128) -> Option<u32> {
        match self {
            Self::Exact { numbers, .. } => numbers.get(&value).copied(),
            Self::Texts { .. } => None,
        }
    }

    /// Takes in the values of another dictionary; the new numbers by the other's old ones.
    pub(crate) fn absorb(&mut self, other: &Self) -> Result<Vec<u32>, Full> {
        match other {
            Self::Texts { values, .. } => values.iter().map(|text| self.intern_text(text)).collect(),
            Self::Exact { values, .. } => values.iter().map(|value| self.intern_exact(*value)).collect(),
        }
    }

    /// Renumbers the values in their own order, which does not depend on the order of first sight; the new numbers
    /// by the old ones.
    pub(crate) fn sort(self) -> (Self, Vec<u32>) {
        match self {
            Self::Texts { values, .. } => {
                let (values, renumbered) = sorted(values);
                let numbers = (0_u32..).zip(&values).map(|(number, text)| (text.clone(), number)).collect();
                (Self::Texts { numbers, values }, renumbered)
            }
            Self::Exact { values, .. } => {
                let (values, renumbered) = sorted(values);
                let numbers = (0_u32..).zip(&values).map(|(number, value)| (*value, number)).collect();
                (Self::Exact { numbers, values }, renumbered)
            }
        }
    }
}

impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Texts { values: left, .. }, Self::Texts { values: right, .. }) => left == right,
            (Self::Exact { values: left, .. }, Self::Exact { values: right, .. }) => left == right,
            _ => false,
        }
    }
}

fn sorted<T: Ord>(values: Vec<T>) -> (Vec<T>, Vec<u32>) {
    let mut numbered: Vec<(T, usize)> = values.into_iter().zip(0..).collect();
    numbered.sort_unstable();
    let mut renumbered = vec![NONE; numbered.len()];
    for (number, (_, old)) in (0_u32..).zip(&numbered) {
        if let Some(slot) = renumbered.get_mut(*old) {
            *slot = number;
        }
    }
    (numbered.into_iter().map(|(value, _)| value).collect(), renumbered)
}

/// The new number of an old one.
pub(crate) fn renumber(number: u32, renumbered: &[u32]) -> u32 {
    usize::try_from(number).ok().and_then(|index| renumbered.get(index)).copied().unwrap_or(NONE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn sorting_makes_numbers_independent_of_the_order_of_first_sight() {
        let (mut left, mut right) = (Dictionary::texts(), Dictionary::texts());
        for text in ["b", "a", "c"] {
            left.intern_text(text).unwrap();
        }
        let old = right.absorb(&left).unwrap();
        assert_eq!(old, [0, 1, 2]);
        let (sorted, renumbered) = right.sort();
        assert_eq!(renumbered, [1, 0, 2]);
        assert_eq!(sorted.text(0), Some("a"));
        assert_eq!(sorted.find_text("c"), Some(2));
        assert_eq!(renumber(NONE, &renumbered), NONE);
    }
}
