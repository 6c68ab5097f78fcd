//! Tables for terminals and pipes: columns as wide as their content, the first ones cut where a line is too long.

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table of text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    heads: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

const GAP: &str = "  ";
const NARROWEST: usize = 8;

impl Table {
    /// A table with these heads.
    pub(crate) fn new<const N: usize>(heads: [(&str, Align); N]) -> Self {
        Self::with_heads(heads.into_iter().map(|(head, align)| (head.to_owned(), align)).collect())
    }

    /// A table with these heads.
    pub(crate) fn with_heads(heads: Vec<(String, Align)>) -> Self {
        Self { heads, rows: Vec::new() }
    }

    /// Adds a row; missing cells are empty.
    pub(crate) fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// Whether no word has to be cut to less than `least` characters to keep to `width`.
    pub(crate) fn fits(&self, width: usize, least: usize) -> bool {
        let natural = self.widths(None);
        let words = self.heads.iter().zip(&natural).filter(|((_, align), _)| *align == Align::Left);
        let spare: usize = words.map(|(_, width)| width.saturating_sub(least)).sum();
        let whole = natural.iter().sum::<usize>() + GAP.len() * natural.len().saturating_sub(1);
        whole.saturating_sub(spare) <= width
    }

    /// The table in lines of at most `width` characters, as far as words can be cut; no width, no cutting.
    pub(crate) fn render(&self, width: Option<usize>) -> String {
        let widths = self.widths(width);
        let bold = anstyle::Style::new().bold();
        let heads: Vec<&str> = self.heads.iter().map(|(head, _)| head.as_str()).collect();
        let mut out = format!("{bold}{}{bold:#}\n", self.line(&heads, &widths));
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            out.push_str(&self.line(&cells, &widths));
            out.push('\n');
        }
        out
    }

    fn line(&self, cells: &[&str], widths: &[usize]) -> String {
        let mut line = String::new();
        for (index, ((_, align), width)) in self.heads.iter().zip(widths).enumerate() {
            if index > 0 {
                line.push_str(GAP);
            }
            let cell = cut(cells.get(index).copied().unwrap_or_default(), *width);
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            match align {
                Align::Left => line.extend([cell.as_str(), padding.as_str()]),
                Align::Right => line.extend([padding.as_str(), cell.as_str()]),
            }
        }
        line.trim_end().to_owned()
    }

    /// Takes what is too much from the widest column of words, again and again.
    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .heads
            .iter()
            .enumerate()
            .map(|(index, (head, _))| {
                let cells =
                    self.rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.chars().count());
                cells.chain([head.chars().count()]).max().unwrap_or_default()
            })
            .collect();
        let Some(limit) = limit else { return widths };
        loop {
            let whole = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
            let widest = widths
                .iter_mut()
                .zip(&self.heads)
                .filter(|(width, (_, align))| *align == Align::Left && **width > NARROWEST)
                .map(|(width, _)| width)
                .max();
            match widest {
                Some(width) if whole > limit => *width -= 1,
                _ => return widths,
            }
        }
    }
}

fn cut(cell: &str, width: usize) -> String {
    if cell.chars().count() <= width {
        return cell.to_owned();
    }
    let mut short: String = cell.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::{Align, Table};

    #[test]
    fn words_are_cut_and_numbers_are_not() {
        let mut table = Table::new([("service", Align::Left), ("kWh", Align::Right)]);
        table.push(vec!["Amazon Elastic Compute Cloud".to_owned(), "1234.5".to_owned()]);
        let plain = anstream::adapter::strip_str(&table.render(Some(20))).to_string();
        assert_eq!(plain, "service          kWh\nAmazon Elas…  1234.5\n");
    }
}
