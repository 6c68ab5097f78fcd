//! Names: none twice, none that the manifest does not have.

use std::collections::BTreeMap;

use crate::UNASSIGNED;
use crate::error::{ManifestError, Problem};
use crate::model::UnitName;
use crate::section::{At, Section, nearest};
use crate::source::{Place, Source};

type Result<T> = std::result::Result<T, ManifestError>;

/// The names that were read so far, each with its place.
pub(crate) struct Names<'a> {
    source: Source<'a>,
    workloads: BTreeMap<String, Place>,
    shared: BTreeMap<String, Place>,
    units: BTreeMap<UnitName, Place>,
}

impl<'a> Names<'a> {
    pub(crate) const fn new(source: Source<'a>) -> Self {
        Self { source, workloads: BTreeMap::new(), shared: BTreeMap::new(), units: BTreeMap::new() }
    }

    pub(crate) fn add_workload(&mut self, section: &Section<'_>, name: &At<String>) -> Result<()> {
        if name.value == UNASSIGNED {
            let expected = "another name: this one is kept for rows that no rule takes";
            return Err(section.wrong_value("name", expected, &name.value, name.span.clone()));
        }
        let place = self.source.place(name.span.start);
        let first = self.workloads.insert(name.value.clone(), place);
        self.once("workload", name, first)
    }

    pub(crate) fn add_shared(&mut self, name: &At<String>) -> Result<()> {
        let place = self.source.place(name.span.start);
        let first = self.shared.insert(name.value.clone(), place);
        self.once("[[shared]]", name, first)
    }

    pub(crate) fn add_unit(&mut self, workload: &str, name: &At<String>) -> Result<()> {
        let place = self.source.place(name.span.start);
        let key = UnitName { workload: workload.to_owned(), unit: name.value.clone() };
        let first = self.units.insert(key, place);
        self.once("unit of the workload", name, first)
    }

    fn once(&self, what: &'static str, name: &At<String>, first: Option<Place>) -> Result<()> {
        match first {
            Some(first) => {
                let problem = Problem::Duplicate { what, name: name.value.clone(), first };
                Err(self.source.error(name.span.clone(), problem))
            }
            None => Ok(()),
        }
    }

    pub(crate) fn known_workload(&self, section: &Section<'_>, key: &str, name: &At<String>) -> Result<()> {
        if self.workloads.contains_key(&name.value) {
            return Ok(());
        }
        let known: Vec<String> = self.workloads.keys().cloned().collect();
        Err(self.unknown(section, key, "workload", name, known))
    }

    fn unknown(
        &self,
        section: &Section<'_>,
        key: &str,
        what: &'static str,
        name: &At<String>,
        known: Vec<String>,
    ) -> ManifestError {
        let problem = Problem::UnknownName {
            key: key.to_owned(),
            section: section.name.clone(),
            what,
            name: name.value.clone(),
            nearest: nearest(&name.value, known.iter().map(String::as_str)),
            known,
        };
        self.source.error(name.span.clone(), problem)
    }

    /// A unit by its name, or as `workload/unit`.
    pub(crate) fn unit(&self, section: &Section<'_>, key: &str, name: &At<String>) -> Result<UnitName> {
        let full = |unit: &UnitName| format!("{}/{}", unit.workload, unit.unit);
        let named: Vec<&UnitName> =
            self.units.keys().filter(|unit| unit.unit == name.value || full(unit) == name.value).collect();
        match named.as_slice() {
            [unit] => Ok((*unit).clone()),
            [] => {
                let known = self.units.keys().map(|unit| unit.unit.clone()).collect();
                Err(self.unknown(section, key, "unit", name, known))
            }
            several => {
                let problem = Problem::AmbiguousUnit {
                    key: key.to_owned(),
                    section: section.name.clone(),
                    name: name.value.clone(),
                    candidates: several.iter().map(|unit| full(unit)).collect(),
                };
                Err(self.source.error(name.span.clone(), problem))
            }
        }
    }
}
