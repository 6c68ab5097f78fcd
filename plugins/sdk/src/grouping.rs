//! Text once per batch, codes per row: maps the dictionary values of one or several category columns to
//! anything (a table row, a price, a rule), each distinct value or combination once.

use std::borrow::Cow;

use crate::columns::Categories;

/// What was found for each distinct value, by row.
#[derive(Debug, Clone)]
pub struct PerRow<'a, T> {
    index: Cow<'a, [u32]>,
    /// One per distinct value; the last one also stands for every index beyond the end.
    values: Vec<T>,
}

impl<T> PerRow<'_, T> {
    /// What was found for the row's value.
    #[inline]
    #[must_use]
    pub fn at(&self, row: usize) -> &T {
        let last = self.values.len() - 1;
        &self.values[(self.index[row] as usize).min(last)]
    }

    /// The rows in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> + '_ {
        let last = self.values.len().saturating_sub(1);
        self.index.iter().map(move |index| &self.values[(*index as usize).min(last)])
    }
}

impl Categories {
    /// Maps each distinct value once; `None` stands for the rows without a value (and is asked for in every
    /// batch, whether or not it has such rows).
    pub fn map<T>(&self, mut f: impl FnMut(Option<&str>) -> T) -> PerRow<'_, T> {
        let mut values = Vec::with_capacity(self.values.len() + 1);
        values.extend(self.values.iter().map(|value| f(Some(value))));
        values.push(f(None));
        PerRow { index: Cow::Borrowed(&self.codes), values }
    }
}

/// Maps each combination of values that occurs in the batch once:
/// `combine([&input.region, &input.year], |[region, year]| …)`.
pub fn combine<'a, const N: usize, T>(
    columns: [&'a Categories; N],
    mut f: impl FnMut([Option<&'a str>; N]) -> T,
) -> PerRow<'static, T> {
    let rows = columns.first().map_or(0, |column| column.codes.len());
    let mut index: Vec<u32> = vec![0; rows];
    let mut groups: Vec<[u32; N]> = vec![[u32::MAX; N]];
    for (at, column) in columns.iter().enumerate() {
        groups = refine(&mut index, &groups, at, column);
    }
    let values = groups
        .iter()
        .map(|codes| {
            let mut texts = [None; N];
            for ((text, column), code) in texts.iter_mut().zip(columns).zip(codes) {
                *text = column.values.get(*code as usize).map(String::as_str);
            }
            f(texts)
        })
        .collect();
    PerRow { index: Cow::Owned(index), values }
}

/// Splits the groups by one more column; groups are numbered in order of first occurrence.
fn refine<const N: usize>(
    index: &mut [u32],
    groups: &[[u32; N]],
    at: usize,
    column: &Categories,
) -> Vec<[u32; N]> {
    let width = column.values.len() + 1;
    let mut refined: Vec<[u32; N]> = Vec::new();
    let mut number = |group: u32, code: u32| {
        let mut codes = groups[group as usize];
        codes[at] = code;
        refined.push(codes);
        u32::try_from(refined.len() - 1).unwrap_or(u32::MAX)
    };
    let place = |group: u32, code: u32| group as usize * width + (code as usize).min(width - 1);
    if groups.len().saturating_mul(width) <= (4 * index.len()).max(4096) {
        let mut seen = vec![u32::MAX; groups.len() * width];
        for (group, code) in index.iter_mut().zip(&column.codes) {
            let slot = &mut seen[place(*group, *code)];
            if *slot == u32::MAX {
                *slot = number(*group, *code);
            }
            *group = *slot;
        }
    } else {
        // Open addressing, at most half full, with a fixed hash: the same groups on every machine.
        let slots = (2 * index.len()).next_power_of_two();
        let mut seen: Vec<(usize, u32)> = vec![(0, u32::MAX); slots];
        for (group, code) in index.iter_mut().zip(&column.codes) {
            let key = place(*group, *code);
            let mut at = key.wrapping_mul(0x9e37_79b1) & (slots - 1);
            while seen[at].1 != u32::MAX && seen[at].0 != key {
                at = (at + 1) & (slots - 1);
            }
            if seen[at].1 == u32::MAX {
                seen[at] = (key, number(*group, *code));
            }
            *group = seen[at].1;
        }
    }
    refined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[&str], codes: &[u32]) -> Categories {
        Categories { values: values.iter().map(|v| (*v).to_owned()).collect(), codes: codes.to_vec() }
    }

    #[test]
    fn each_value_is_mapped_once() {
        let regions = column(&["a", "b"], &[1, 0, u32::MAX, 1]);
        let mut calls = 0;
        let mapped = regions.map(|value| {
            calls += 1;
            value.unwrap_or("none").to_owned()
        });
        assert_eq!(mapped.iter().map(String::as_str).collect::<Vec<_>>(), ["b", "a", "none", "b"]);
        assert_eq!(mapped.at(2), "none");
        drop(mapped);
        assert_eq!(calls, 3);
    }

    #[test]
    fn combinations_are_those_that_occur_whether_dense_or_sparse() {
        let many: Vec<String> = (0..3000).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for values in [&many[..3], &many[..]] {
            let a = column(values, &[0, 1, 0, u32::MAX, 0]);
            let b = column(values, &[2, 2, 2, 0, u32::MAX]);
            let mut calls = 0;
            let mapped = combine([&a, &b], |pair| {
                calls += 1;
                format!("{pair:?}")
            });
            let rows: Vec<&String> = mapped.iter().collect();
            assert_eq!(rows[0], rows[2]);
            assert_eq!(rows[1], r#"[Some("1"), Some("2")]"#);
            assert_eq!(rows[3], r#"[None, Some("0")]"#);
            assert_eq!(rows[4], r#"[Some("0"), None]"#);
            assert_eq!(calls, 4);
        }
    }

    #[test]
    fn an_empty_batch_maps_nothing() {
        let none = column(&[], &[]);
        assert_eq!(combine([&none, &none], |_| 1).iter().count(), 0);
        assert_eq!(none.map(|_| 1).iter().count(), 0);
    }
}
