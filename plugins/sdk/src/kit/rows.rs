//! Batches as tests see them: from CSV, to CSV, cut and put together.

use crate::bindings::joulework::plugin::columns as wire;
use crate::csv;
use crate::describe::Kind;

/// A batch that can be asked for its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows(pub(super) wire::Batch);

fn known(bits: &[u8], row: usize) -> bool {
    bits.is_empty() || bits[row / 8] >> (row % 8) & 1 == 1
}

fn bits(known: impl Iterator<Item = bool>) -> Vec<u8> {
    let known: Vec<bool> = known.collect();
    if known.iter().all(|known| *known) {
        return Vec::new();
    }
    known.chunks(8).map(|byte| byte.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect()
}

impl Rows {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.rows as usize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.rows == 0
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.columns.iter().map(|column| column.name.as_str())
    }

    pub(super) fn data(&self, column: &str) -> Option<&wire::Data> {
        self.0.columns.iter().find(|found| found.name == column).map(|column| &column.data)
    }

    fn expected(&self, column: &str) -> &wire::Data {
        let names: Vec<&str> = self.names().collect();
        self.data(column).unwrap_or_else(|| panic!("no column `{column}` among {names:?}"))
    }

    /// The number in a cell, if it is known.
    ///
    /// # Panics
    /// Where there is no number column of that name.
    #[must_use]
    pub fn number(&self, column: &str, row: usize) -> Option<f64> {
        match self.expected(column) {
            wire::Data::Same(value) => Some(*value),
            wire::Data::Numbers(numbers) => known(&numbers.known, row).then(|| numbers.values[row]),
            _ => panic!("`{column}` is no number column"),
        }
    }

    /// The category or text in a cell, if it has one.
    ///
    /// # Panics
    /// Where there is no such column of that name.
    #[must_use]
    pub fn text(&self, column: &str, row: usize) -> Option<&str> {
        match self.expected(column) {
            wire::Data::Categories(found) => found.values.get(found.codes[row] as usize).map(String::as_str),
            wire::Data::Texts(texts) => known(&texts.known, row).then(|| texts.values[row].as_str()),
            _ => panic!("`{column}` is no category column"),
        }
    }

    fn cell(&self, column: &wire::Column, row: usize) -> String {
        match &column.data {
            wire::Data::Same(_) | wire::Data::Numbers(_) => {
                self.number(&column.name, row).map_or(String::new(), |number| number.to_string())
            }
            wire::Data::Categories(_) | wire::Data::Texts(_) => {
                let text = self.text(&column.name, row).unwrap_or_default();
                if text.contains([',', '"', '\n']) {
                    format!("\"{}\"", text.replace('"', "\"\""))
                } else {
                    text.into()
                }
            }
            wire::Data::Instants(instants) if known(&instants.known, row) => {
                instants.epoch_ms[row].to_string()
            }
            wire::Data::Decimals(decimals) if known(&decimals.known, row) => {
                format!("{}*2^64+{}e-{}", decimals.high[row], decimals.low[row], decimals.scale)
            }
            _ => String::new(),
        }
    }

    /// One row as CSV.
    #[must_use]
    pub fn line(&self, row: usize) -> String {
        self.0.columns.iter().map(|column| self.cell(column, row)).collect::<Vec<_>>().join(",")
    }

    /// All rows as CSV with a header; an unknown cell is empty.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut text = self.names().collect::<Vec<_>>().join(",");
        for row in 0..self.len() {
            text.push('\n');
            text.push_str(&self.line(row));
        }
        text.push('\n');
        text
    }

    /// These rows, in this order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let select = |column: &wire::Column| {
            let pick = |bitmap: &[u8]| bits(rows.iter().map(|row| known(bitmap, *row)));
            let data = match &column.data {
                wire::Data::Same(value) => wire::Data::Same(*value),
                wire::Data::Numbers(found) => wire::Data::Numbers(wire::Numbers {
                    values: rows.iter().map(|row| found.values[*row]).collect(),
                    known: pick(&found.known),
                }),
                wire::Data::Decimals(found) => wire::Data::Decimals(wire::Decimals {
                    high: rows.iter().map(|row| found.high[*row]).collect(),
                    low: rows.iter().map(|row| found.low[*row]).collect(),
                    scale: found.scale,
                    known: pick(&found.known),
                }),
                wire::Data::Categories(_) => dictionary(rows.iter().map(|row| self.text(&column.name, *row))),
                wire::Data::Texts(found) => wire::Data::Texts(wire::Texts {
                    values: rows.iter().map(|row| found.values[*row].clone()).collect(),
                    known: pick(&found.known),
                }),
                wire::Data::Instants(found) => wire::Data::Instants(wire::Instants {
                    epoch_ms: rows.iter().map(|row| found.epoch_ms[*row]).collect(),
                    known: pick(&found.known),
                }),
            };
            wire::Column { name: column.name.clone(), data }
        };
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        Self(wire::Batch { rows: count, columns: self.0.columns.iter().map(select).collect() })
    }

    /// Every number of these columns times `factor`.
    pub(super) fn scaled(&self, columns: &[&str], factor: f64) -> Self {
        let mut scaled = self.clone();
        for column in scaled.0.columns.iter_mut().filter(|column| columns.contains(&column.name.as_str())) {
            match &mut column.data {
                wire::Data::Same(value) => *value *= factor,
                wire::Data::Numbers(numbers) => numbers.values.iter_mut().for_each(|value| *value *= factor),
                _ => {}
            }
        }
        scaled
    }

    /// Reads CSV with a header; the kind of each column is looked up by its name.
    ///
    /// # Panics
    /// Where the text is no CSV, a column is unknown, or a cell is not of its kind.
    pub(super) fn from_csv(text: &str, kind: impl Fn(&str) -> Option<Kind>) -> Self {
        let mut records = csv::records(text).unwrap_or_else(|error| panic!("{error}"));
        let header = records.remove(0);
        let column = |(at, name): (usize, &std::borrow::Cow<'_, str>)| {
            let cells: Vec<Option<&str>> = records
                .iter()
                .map(|record| {
                    assert!(
                        record.len() == header.len(),
                        "{} fields for {} columns: {record:?}",
                        record.len(),
                        header.len()
                    );
                    Some(record[at].as_ref()).filter(|cell| !cell.is_empty())
                })
                .collect();
            let kind = kind(name).unwrap_or_else(|| panic!("`{name}` is not a column that is read"));
            wire::Column { name: name.to_string(), data: data(kind, name, &cells) }
        };
        let columns = header.iter().enumerate().map(column).collect();
        Self(wire::Batch { rows: u32::try_from(records.len()).unwrap_or(u32::MAX), columns })
    }
}

fn dictionary<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> wire::Data {
    let mut values: Vec<String> = Vec::new();
    let codes = texts
        .map(|text| {
            let Some(text) = text else { return u32::MAX };
            let at = values.iter().position(|value| value == text).unwrap_or_else(|| {
                values.push(text.to_owned());
                values.len() - 1
            });
            u32::try_from(at).unwrap_or(u32::MAX)
        })
        .collect();
    wire::Data::Categories(wire::Categories { values, codes })
}

fn data(kind: Kind, name: &str, cells: &[Option<&str>]) -> wire::Data {
    fn parsed<T: std::str::FromStr + Default>(name: &str, cells: &[Option<&str>]) -> Vec<T> {
        let parse = |cell: &str| cell.parse().unwrap_or_else(|_| panic!("`{cell}` is no value of `{name}`"));
        cells.iter().map(|cell| cell.map_or_else(T::default, parse)).collect()
    }
    let known = bits(cells.iter().map(Option::is_some));
    match kind {
        Kind::Number => wire::Data::Numbers(wire::Numbers { values: parsed(name, cells), known }),
        Kind::Category => dictionary(cells.iter().copied()),
        Kind::Text => wire::Data::Texts(wire::Texts { values: parsed(name, cells), known }),
        Kind::Instant => wire::Data::Instants(wire::Instants { epoch_ms: parsed(name, cells), known }),
        Kind::Decimal => {
            const SCALE: usize = 12;
            let digits = |cell: &str| {
                let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
                format!("{whole}{part:0<SCALE$}")
                    .parse::<i128>()
                    .unwrap_or_else(|_| panic!("`{cell}` is no money"))
            };
            let units: Vec<i128> = cells.iter().map(|cell| cell.map_or(0, digits)).collect();
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the two halves of the wire format"
            )]
            wire::Data::Decimals(wire::Decimals {
                high: units.iter().map(|units| (units >> 64) as i64).collect(),
                low: units.iter().map(|units| *units as u64).collect(),
                scale: 12,
                known,
            })
        }
    }
}
