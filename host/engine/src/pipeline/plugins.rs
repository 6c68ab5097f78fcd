//! The plugins of a run: first-party ones and the user's, with settings and tables.

use std::collections::BTreeMap;
use std::path::Path;

use joulework_runtime::{
    Advisor, Batch, Column, Data, Kind, Pipeline, Plugin, ReferenceTable, Role, RootColumn, Runtime, Stage,
    read_whole,
};

use super::description::PluginDescription;
use crate::activity::UTILISATION;
use crate::bill::{BillColumn, Digest};
use crate::error::EngineError;
use crate::factors::PROVENANCE;
use crate::provenance::InputFile;
use crate::table_file::each_text_record;

/// Bytes that a table of the user may have.
const TABLE_BYTES: u64 = 64 << 20;

/// Admits and links the plugins of a run; with them, the user's tables that were read. `with_loads` offers the loads of
/// resources to them.
pub(super) fn link(
    runtime: &Runtime,
    plugins: &BTreeMap<String, PluginDescription>,
    with_loads: bool,
) -> Result<(Pipeline, Vec<InputFile>), EngineError> {
    let default = PluginDescription::default();
    let (mut stages, mut tables) = (Vec::new(), Vec::new());
    let mut first_party = Vec::new();
    for bundled in joulework_bundled::components() {
        first_party.push(bundled.id.to_owned());
        let options = plugins.get(bundled.id).unwrap_or(&default);
        if options.enabled && options.path.is_none() {
            stages.push(stage(runtime.admit(bundled.id, bundled.wasm)?, options, &mut tables)?);
        }
    }
    first_party.extend(joulework_bundled::advisors().iter().map(|bundled| bundled.id.to_owned()));
    for (id, options) in plugins.iter().filter(|(_, options)| options.enabled) {
        match &options.path {
            Some(path) => {
                let plugin = of_user(runtime, id, path)?;
                if plugin.role() == Role::Estimator {
                    stages.push(stage(plugin, options, &mut tables)?);
                }
            }
            None if first_party.contains(id) => {}
            None => return Err(EngineError::NoPlugin { id: id.clone(), known: first_party }),
        }
    }
    let mut roots = roots();
    if with_loads {
        roots.extend(RootColumn::standard(UTILISATION));
    }
    Ok((Pipeline::link(stages, &roots)?, tables))
}

/// The advisors of a run, in the order of their ids.
pub(super) fn advisors(
    runtime: &Runtime,
    plugins: &BTreeMap<String, PluginDescription>,
) -> Result<Vec<Advisor>, EngineError> {
    let default = PluginDescription::default();
    let (mut advisors, mut tables) = (Vec::new(), Vec::new());
    for bundled in joulework_bundled::advisors() {
        let options = plugins.get(bundled.id).unwrap_or(&default);
        if options.enabled && options.path.is_none() {
            let plugin = runtime.admit(bundled.id, bundled.wasm)?;
            advisors.push(Advisor::new(stage(plugin, options, &mut tables)?)?);
        }
    }
    for (id, options) in plugins.iter().filter(|(_, options)| options.enabled) {
        let Some(path) = &options.path else { continue };
        let plugin = of_user(runtime, id, path)?;
        if plugin.role() == Role::Advisor {
            advisors.push(Advisor::new(stage(plugin, options, &mut tables)?)?);
        }
    }
    advisors.sort_by(|one, two| one.plugin().id().cmp(two.plugin().id()));
    Ok(advisors)
}

/// A plugin of the user, which has to have the id that the manifest gives it.
fn of_user(runtime: &Runtime, id: &str, path: &Path) -> Result<Plugin, EngineError> {
    let plugin = runtime.admit_file(path)?;
    if plugin.id() == id {
        return Ok(plugin);
    }
    Err(EngineError::OtherPlugin {
        path: path.to_owned(),
        expected: id.to_owned(),
        found: plugin.id().to_owned(),
    })
}

/// The columns that any bill may give: what a pipeline is linked with.
#[must_use]
pub fn roots() -> Vec<RootColumn> {
    BillColumn::ALL.iter().filter_map(|column| RootColumn::standard(column.name())).collect()
}

fn stage(
    plugin: Plugin,
    options: &PluginDescription,
    read: &mut Vec<InputFile>,
) -> Result<Stage, EngineError> {
    let mut tables = Vec::new();
    for (name, path) in &options.tables {
        let table = plugin.descriptor().tables.iter().find(|table| table.name == *name).ok_or_else(|| {
            EngineError::NoTable {
                plugin: plugin.id().to_owned(),
                table: name.clone(),
                known: plugin.descriptor().tables.iter().map(|table| table.name.clone()).collect(),
            }
        })?;
        let bytes = read_whole(path, TABLE_BYTES)
            .map_err(|source| EngineError::Read { path: path.clone(), source })?;
        let batch = parse_table(path, &bytes, table)?;
        read.push(InputFile {
            path: path.display().to_string(),
            sha256: Digest::of_bytes(&bytes).to_string(),
            format: format!("table `{name}` of `{}`", plugin.id()),
            bytes: bytes.len() as u64,
            rows: batch.rows as u64,
        });
        tables.push((name.clone(), batch));
    }
    let mut stage = Stage::new(plugin);
    stage.settings = options.settings.clone();
    stage.tables = tables;
    stage.limits = options.limits();
    stage.on_fault = options.on_fault();
    Ok(stage)
}

/// Reads the CSV of the user for a plugin's table: its own columns and the seven of every table.
fn parse_table(path: &Path, bytes: &[u8], table: &ReferenceTable) -> Result<Batch, EngineError> {
    let refuse = |row: u64, reason: String| EngineError::Table { path: path.to_owned(), row, reason };
    let mut header: Vec<(String, Kind)> = Vec::new();
    let mut cells: Vec<Vec<Option<String>>> = Vec::new();
    let mut rows = 0;
    each_text_record(bytes, |row, fields| {
        if row == 0 {
            for name in fields {
                let own = table.columns.iter().find(|column| column.name == *name);
                let kind = match own {
                    Some(own) => own.kind,
                    None if PROVENANCE.contains(&name.as_str()) => Kind::Category,
                    None => {
                        let known: Vec<&str> =
                            table.columns.iter().map(|column| column.name.as_str()).collect();
                        let known = known.join(", ");
                        return Err(refuse(
                            0,
                            format!("the table `{}` has no column `{name}`; it has {known}", table.name),
                        ));
                    }
                };
                header.push((name.clone(), kind));
            }
            cells = vec![Vec::new(); header.len()];
            return Ok(());
        }
        if fields.len() != header.len() {
            return Err(refuse(row, format!("{} fields, expected {}", fields.len(), header.len())));
        }
        rows += 1;
        for (column, field) in cells.iter_mut().zip(fields) {
            column.push((!field.is_empty()).then(|| field.clone()));
        }
        Ok(())
    })?;
    let mut columns = Vec::with_capacity(header.len());
    for ((name, kind), cells) in header.into_iter().zip(cells) {
        let data = if kind == Kind::Number {
            let mut numbers = Vec::with_capacity(cells.len());
            for (row, cell) in (1_u64..).zip(&cells) {
                let number = cell.as_ref().map(|text| text.parse::<f64>().map_err(|_| text)).transpose();
                numbers.push(
                    number
                        .map_err(|text| refuse(row, format!("column `{name}`: `{text}` is not a number")))?,
                );
            }
            Data::numbers(numbers)
        } else {
            Data::categories(cells.iter().map(|cell| cell.as_deref()))
        };
        columns.push(Column::new(name, data));
    }
    Ok(Batch { rows, columns })
}
