//! How files are to be read, as the user describes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use joulework_engine::instant::Zone;
use joulework_engine::pipeline::UtilisationDescription;
use joulework_engine::zone;

use crate::error::MetricsError;
use crate::measure::Measure;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Timestamp,
    Value,
    Resource,
    Metric,
    Namespace,
    Dimensions,
    Statistic,
    Unit,
    Period,
    Region,
    Account,
}

/// Roles with their ids, and with other names of columns: lower case, letters and digits alone.
const ROLES: [(Role, &str, &[&str]); 11] = [
    (Role::Timestamp, "timestamp", &["time", "datetime", "date"]),
    (Role::Value, "value", &[]),
    (Role::Resource, "resource", &["resourceid", "resourcename"]),
    (Role::Metric, "metric", &["metricname"]),
    (Role::Namespace, "namespace", &[]),
    (Role::Dimensions, "dimensions", &[]),
    (Role::Statistic, "statistic", &["stat", "statistics"]),
    (Role::Unit, "unit", &["units"]),
    (Role::Period, "period", &["periodseconds"]),
    (Role::Region, "region", &["awsregion"]),
    (Role::Account, "account", &["accountid"]),
];

impl Role {
    fn of_id(id: &str) -> Option<Self> {
        ROLES.into_iter().find(|(_, own, _)| *own == id).map(|(role, ..)| role)
    }

    /// The role of a column that nobody described.
    pub(crate) fn of_column(name: &str) -> Option<Self> {
        let plain = plain(name);
        ROLES
            .into_iter()
            .find(|(_, id, more)| *id == plain || more.contains(&plain.as_str()))
            .map(|(role, ..)| role)
    }

    pub(crate) fn id(self) -> &'static str {
        ROLES.into_iter().find(|(role, ..)| *role == self).map_or("", |(_, id, _)| id)
    }
}

/// A name of a column in lower case, letters and digits alone.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A description, checked.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) zone: Zone,
    /// What the files call their columns.
    pub(crate) columns: BTreeMap<String, Role>,
    /// What holds for all points of the files where they do not say.
    pub(crate) values: BTreeMap<Role, String>,
    pub(crate) period: Option<u32>,
    pub(crate) measures: BTreeMap<String, Measure>,
    pub(crate) cumulative: BTreeSet<String>,
    pub(crate) queries: Option<PathBuf>,
}

impl Setup {
    pub(crate) fn new(description: &UtilisationDescription) -> Result<Self, MetricsError> {
        let zone = zone::find(&description.time_zone).map_err(Box::new)?;
        let columns = description
            .columns
            .iter()
            .map(|(id, name)| Ok((name.clone(), role(id)?)))
            .collect::<Result<_, MetricsError>>()?;
        let values = description
            .values
            .iter()
            .map(|(id, value)| Ok((role(id)?, value.clone())))
            .collect::<Result<_, MetricsError>>()?;
        let measures = description
            .measures
            .iter()
            .map(|(metric, id)| Ok((metric.clone(), measure(id)?)))
            .collect::<Result<BTreeMap<_, _>, MetricsError>>()?;
        Ok(Self {
            zone: Zone::new(&zone),
            columns,
            values,
            period: description.period,
            measures,
            cumulative: description.cumulative.iter().cloned().collect(),
            queries: description.queries.clone(),
        })
    }

    /// The same for a file, which may name the resource, and whose clock has shown no time yet.
    pub(crate) fn of_file(&self, path: &Path) -> Self {
        let mut own = Self { zone: self.zone.afresh(), ..self.clone() };
        let stem = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default();
        for value in own.values.values_mut() {
            *value = value.replace("{file}", stem);
        }
        own
    }

    /// What holds for all points of a file.
    pub(crate) fn value(&self, role: Role) -> Option<&str> {
        self.values.get(&role).map(String::as_str).filter(|value| !value.is_empty())
    }
}

fn role(id: &str) -> Result<Role, MetricsError> {
    let known = ROLES.map(|(_, id, _)| id);
    Role::of_id(id).ok_or_else(|| unknown("a column", id, &known))
}

fn measure(id: &str) -> Result<Measure, MetricsError> {
    let known: Vec<&str> = Measure::all().map(Measure::id).collect();
    Measure::of_id(id).ok_or_else(|| unknown("a measure", id, &known))
}

fn unknown(what: &str, id: &str, known: &[&str]) -> MetricsError {
    let reason = format!("`{id}` is not {what}; there are {}", known.join(", "));
    MetricsError::Description { reason }
}
