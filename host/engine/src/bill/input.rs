//! One file of a bill: opened, understood, and readable in parts.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow::array::Array;
use serde::{Deserialize, Serialize};

use super::csv::{self, CsvReader};
use super::detect::{Container, container};
use super::error::BillError;
use super::fields::FieldArrays;
use super::format::Layout;
use super::parquet::ParquetFile;
use crate::instant::Zone;
use crate::memory::Identity;

/// Account and first instant (milliseconds) of the billing period of a row.
pub(super) type BillKey = (Option<String>, Option<i64>);

/// Rows that are looked at when a file is opened, for its account and billing period.
const SAMPLE: usize = 1024;

/// A part of a file that is read on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Part {
    /// The whole of a CSV file.
    Whole,
    /// A row group of a Parquet file.
    RowGroup(usize),
}

/// A file that is a bill.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) path: Arc<Path>,
    pub(super) container: Container,
    pub(super) layout: Layout,
    pub(super) identity: Identity,
    parquet: Option<ParquetFile>,
}

impl Input {
    /// Opens a file and finds its format.
    pub(super) fn open(path: &Path) -> Result<Self, BillError> {
        let path: Arc<Path> = Arc::from(path);
        let container = container(&path)?;
        let identity = Identity::of(&path)
            .map_err(|source| BillError::Unreadable { file: path.to_path_buf(), source })?;
        let (layout, parquet) = if container == Container::Parquet {
            let file = ParquetFile::open(&path)?;
            let layout = Layout::detect(file.header()).map_err(|no| no.at(&path))?;
            file.check(&layout.fields)?;
            (layout, Some(file))
        } else {
            let reader = CsvReader::open(&path, container)?;
            let layout = Layout::detect(reader.header()).map_err(|no| no.at(&path))?;
            (layout, None)
        };
        Ok(Self { path, container, layout, identity, parquet })
    }

    /// The parts of the file with their rows, where these are known without reading.
    pub(super) fn parts(&self) -> Vec<(Part, Option<u64>)> {
        match &self.parquet {
            Some(file) => file
                .row_groups()
                .iter()
                .enumerate()
                .filter(|(_, rows)| **rows > 0)
                .map(|(group, rows)| (Part::RowGroup(group), Some(*rows)))
                .collect(),
            None => vec![(Part::Whole, None)],
        }
    }

    /// Reads fields of a part, chunk by chunk, each with the number of its first row, counted from 1.
    pub(super) fn read<E: From<BillError>>(
        &self,
        part: Part,
        fields: &[usize],
        zone: &Zone,
        mut take: impl FnMut(u64, FieldArrays) -> Result<(), E>,
    ) -> Result<(), E> {
        if let (Some(file), Part::RowGroup(group)) = (&self.parquet, part) {
            return file.read(group, &self.layout.fields, fields, zone, None, take);
        }
        let mut reader = CsvReader::open(&self.path, self.container)?;
        reader.select(&self.layout.fields, fields);
        while let Some((first, arrays)) = reader.chunk(zone, csv::CHUNK)? {
            take(first, arrays)?;
        }
        Ok(())
    }

    /// The accounts and billing periods of the first rows; nothing where the file has no row.
    pub(super) fn sample(&self, zone: &Zone) -> Result<BTreeSet<BillKey>, BillError> {
        let fields: Vec<usize> = [self.layout.account, self.layout.period].into_iter().flatten().collect();
        let mut keys = BTreeSet::new();
        if let Some(file) = &self.parquet {
            if let Some((Part::RowGroup(group), _)) = self.parts().first() {
                file.read(*group, &self.layout.fields, &fields, zone, Some(SAMPLE), |_, arrays| {
                    self.keys(&arrays, &mut keys);
                    Ok::<_, BillError>(())
                })?;
            }
        } else {
            let mut reader = CsvReader::open(&self.path, self.container)?;
            reader.select(&self.layout.fields, &fields);
            if let Some((_, arrays)) = reader.chunk(zone, SAMPLE)? {
                self.keys(&arrays, &mut keys);
            }
        }
        Ok(keys)
    }

    /// Adds the accounts and billing periods of a chunk.
    pub(super) fn keys(&self, arrays: &FieldArrays, keys: &mut BTreeSet<BillKey>) {
        let account = arrays.text(self.layout.account);
        let period = arrays.instant(self.layout.period);
        let mut last = None;
        for row in 0..arrays.rows {
            let code = account.and_then(|account| account.code(row));
            let start = period.filter(|period| !period.is_null(row)).map(|period| period.value(row));
            if last != Some((code, start)) {
                last = Some((code, start));
                keys.insert((account.and_then(|account| account.text(row)).map(str::to_owned), start));
            }
        }
    }
}
