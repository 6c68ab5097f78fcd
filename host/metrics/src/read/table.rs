//! Which columns a table has, and what they say.

use crate::catalogue::is_dimension;
use crate::describe::{Role, Setup, plain};
use crate::identify::Labels;
use crate::measure::Written;

use super::{MetricsError, Place, Reading};

/// What stands beside a point in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Label {
    Role(Role),
    Dimension(String),
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueAt {
    Column(usize),
    /// A sum and the number of its samples: their ratio is the mean.
    Ratio(usize, usize),
}

/// The columns of a table by place.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) header: Vec<String>,
    pub(super) timestamp: usize,
    pub(super) values: Vec<(Option<Written>, ValueAt)>,
    labels: Vec<(Label, usize)>,
    /// Places of the labels.
    pub(super) label_places: Vec<usize>,
}

impl Columns {
    pub(super) fn new(header: Vec<String>, reading: &Reading<'_>) -> Result<Self, MetricsError> {
        let setup = reading.setup;
        let (mut timestamp, mut value, mut labels) = (None, None, Vec::new());
        let mut statistics: Vec<(Written, usize)> = Vec::new();
        for (place, name) in header.iter().enumerate() {
            let described = setup.columns.get(name).copied();
            // A role that was described is taken, whatever other column bears its name.
            let usual = Role::of_column(name).filter(|role| !setup.columns.values().any(|own| own == role));
            match described.or(usual) {
                Some(Role::Timestamp) => timestamp = Some(place),
                Some(Role::Value) => value = Some(place),
                Some(role) => labels.push((Label::Role(role), place)),
                None if is_dimension(last_part(name)) => {
                    labels.push((Label::Dimension(last_part(name).to_owned()), place));
                }
                None => {
                    if let Some(statistic) = statistic(name) {
                        statistics.push((statistic, place));
                    }
                }
            }
        }
        lacking(setup, &header, reading)?;
        let lacks = |what: &str| {
            reading.error(format!("it has no column for the {what}; it has {}", header.join(", ")))
        };
        let timestamp = timestamp.ok_or_else(|| lacks("timestamp"))?;
        let values = values(value, &statistics);
        if values.is_empty() {
            return Err(lacks("value"));
        }
        let says = |role: Role| {
            setup.value(role).is_some() || labels.iter().any(|(label, _)| *label == Label::Role(role))
        };
        if !says(Role::Metric) {
            return Err(lacks("metric, and `values` does not say it"));
        }
        let has_dimension = labels
            .iter()
            .any(|(label, _)| matches!(label, Label::Dimension(_) | Label::Role(Role::Dimensions)));
        if !says(Role::Resource) && !has_dimension {
            return Err(lacks("resource, and `values` does not say it"));
        }
        let label_places = labels.iter().map(|(_, place)| *place).collect();
        Ok(Self { header, timestamp, values, labels, label_places })
    }

    /// The name of a column.
    pub(super) fn name(&self, place: usize) -> &str {
        self.header.get(place).map_or("", String::as_str)
    }

    /// Where the values of a row with these labels, in the order of `label_places`, go.
    pub(super) fn places<'a>(
        &self,
        fields: impl Iterator<Item = &'a str>,
        reading: &mut Reading<'_>,
    ) -> Result<Vec<Place>, MetricsError> {
        let mut labels = Labels::default();
        for ((label, _), text) in self.labels.iter().zip(fields) {
            match label {
                Label::Role(role) => labels.role(*role, text),
                Label::Dimension(name) => labels.dimension(name, text),
            }
        }
        self.values.iter().map(|(written, _)| reading.place(&labels, *written)).collect()
    }
}

/// A column that the user described and the file does not have.
fn lacking(setup: &Setup, header: &[String], reading: &Reading<'_>) -> Result<(), MetricsError> {
    match setup.columns.iter().find(|(name, _)| !header.contains(name)) {
        None => Ok(()),
        Some((name, role)) => {
            let has = header.join(", ");
            Err(reading.error(format!("it has no column `{name}` for the {}; it has {has}", role.id())))
        }
    }
}

/// The part after the last dot: records that were unfolded have `value.max` and `dimensions.InstanceId`.
fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn statistic(name: &str) -> Option<Written> {
    match Written::of(&plain(last_part(name))) {
        Written::Other => None,
        known => Some(known),
    }
}

/// The columns with values: one, or one for each statistic.
fn values(value: Option<usize>, statistics: &[(Written, usize)]) -> Vec<(Option<Written>, ValueAt)> {
    if let Some(value) = value {
        return vec![(None, ValueAt::Column(value))];
    }
    let at = |wanted| statistics.iter().find(|(own, _)| *own == wanted).map(|(_, place)| *place);
    let mut values = Vec::new();
    for wanted in [Written::Average, Written::Maximum, Written::Sum] {
        if let Some(place) = at(wanted) {
            values.push((Some(wanted), ValueAt::Column(place)));
        }
    }
    if let (None, Some(sum), Some(count)) = (at(Written::Average), at(Written::Sum), at(Written::SampleCount))
    {
        values.push((Some(Written::Average), ValueAt::Ratio(sum, count)));
    }
    values
}
