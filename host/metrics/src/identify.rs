//! Which series a point belongs to, from what stands beside it.

use joulework_engine::loads::ResourceName;

use crate::catalogue::{CATALOGUE, Known};
use crate::describe::{Role, Setup};
use crate::error::MetricsError;
use crate::measure::{Measure, Quantity, Written, unit, units_of};
use crate::series::{Key, Source};

/// What stands beside a point.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labels {
    roles: Vec<(Role, String)>,
    /// Dimensions by name.
    dimensions: Vec<(String, String)>,
}

impl Labels {
    pub(crate) fn role(&mut self, role: Role, text: &str) {
        if text.is_empty() {
            return;
        }
        if role == Role::Dimensions {
            for (name, value) in dimensions_of(text) {
                self.dimension(&name, &value);
            }
        } else {
            self.roles.push((role, text.to_owned()));
        }
    }

    pub(crate) fn dimension(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.dimensions.push((name.to_owned(), value.to_owned()));
        }
    }

    fn get<'a>(&'a self, role: Role, setup: &'a Setup) -> Option<&'a str> {
        let own = self.roles.iter().find(|(own, _)| *own == role).map(|(_, text)| text.as_str());
        own.or_else(|| setup.value(role))
    }
}

/// Dimensions in one text: JSON, or `name=value` with commas or semicolons.
fn dimensions_of(text: &str) -> Vec<(String, String)> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Pair {
        name: String,
        value: String,
    }
    if let Ok(map) = serde_json::from_str::<std::collections::BTreeMap<String, String>>(text) {
        return map.into_iter().collect();
    }
    if let Ok(pairs) = serde_json::from_str::<Vec<Pair>>(text) {
        return pairs.into_iter().map(|pair| (pair.name, pair.value)).collect();
    }
    text.trim_matches(['{', '}', '[', ']'])
        .split([',', ';'])
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// Where points with the same labels go.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// To a series.
    Series {
        key: Box<Key>,
        source: Source,
        /// Base units of one written unit.
        factor: f64,
    },
    /// Nowhere: code and text of the note that counts them.
    Unused(&'static str, String),
}

/// Finds where points with these labels go. `written` is the statistic of their column, where it says so.
pub(crate) fn identify(
    labels: &Labels,
    written: Option<Written>,
    setup: &Setup,
    at_end: bool,
) -> Result<Target, MetricsError> {
    let Some(metric) = labels.get(Role::Metric, setup) else {
        return Ok(Target::Unused("metrics.no-metric", "points without a metric".to_owned()));
    };
    let (measure, known) = match measure_of(metric, labels, setup)? {
        Ok(found) => found,
        Err(unused) => return Ok(unused),
    };
    let written = written.or_else(|| labels.get(Role::Statistic, setup).map(Written::of));
    let Some(statistic) = Written::gives(written, measure.kind()) else {
        let text = format!("`{metric}` in a statistic that nothing is made from");
        return Ok(Target::Unused("metrics.statistic", text));
    };
    let Some(name) = name(labels, known.as_slice(), setup) else {
        return Ok(Target::Unused("metrics.no-resource", format!("`{metric}` without a resource")));
    };
    let factor = match factor(labels, measure, metric, known.first().copied(), setup)? {
        Ok(factor) => factor,
        Err(unused) => return Ok(unused),
    };
    let period = match labels.get(Role::Period, setup) {
        None => setup.period,
        Some(text) => match text.parse::<f64>() {
            Ok(seconds) if (1.0..=2_678_400.0).contains(&seconds) => Some(whole(seconds)),
            _ => {
                let text = format!("the period `{text}`, which is not seconds from 1 to 31 days");
                return Ok(Target::Unused("metrics.period", text));
            }
        },
    };
    // Services that share a metric are told apart where the bill writes whole ids; a name alone fits each.
    let mut services: Vec<&str> = known.iter().map(|known| known.service).collect();
    services.dedup();
    let service = if let [service] = services.as_slice() { *service } else { "" };
    let resource = if name.starts_with("arn:") {
        ResourceName { name, ..ResourceName::default() }
    } else {
        let part = |role| labels.get(role, setup).unwrap_or_default().to_owned();
        ResourceName {
            service: service.to_owned(),
            region: part(Role::Region),
            account: part(Role::Account),
            name,
        }
    };
    let is_cumulative = setup.cumulative.contains(metric);
    let source = Source { period, is_cumulative, at_end };
    Ok(Target::Series { key: Box::new(Key { resource, measure, statistic }), source, factor })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
fn whole(seconds: f64) -> u32 {
    seconds as u32
}

type Or<T> = Result<T, Target>;

/// The measure of a metric, and what the catalogue knows of it; nothing of the user's own.
fn measure_of(
    metric: &str,
    labels: &Labels,
    setup: &Setup,
) -> Result<Or<(Measure, Vec<&'static Known>)>, MetricsError> {
    if let Some(own) = setup.measures.get(metric).copied().or_else(|| Measure::of_id(metric)) {
        return Ok(Ok((own, Vec::new())));
    }
    let namespace = labels.get(Role::Namespace, setup);
    let named: Vec<&Known> = CATALOGUE
        .iter()
        .filter(|known| {
            known.metric == metric && namespace.is_none_or(|namespace| known.namespace == namespace)
        })
        .collect();
    if named.is_empty() {
        let text = match namespace {
            Some(namespace) => {
                format!("the metric `{metric}` of `{namespace}`, which says nothing of capacity here")
            }
            None => format!("the metric `{metric}`, which says nothing of capacity here"),
        };
        return Ok(Err(Target::Unused("metrics.unknown", text)));
    }
    let has = |known: &Known| {
        known.dimensions.len() == labels.dimensions.len()
            && labels.dimensions.iter().all(|(name, _)| known.dimensions.contains(&name.as_str()))
    };
    let fitting: Vec<&Known> =
        named.into_iter().filter(|known| labels.dimensions.is_empty() || has(known)).collect();
    let Some(first) = fitting.first() else {
        let names: Vec<&str> = labels.dimensions.iter().map(|(name, _)| name.as_str()).collect();
        let text = format!("`{metric}` by {}: not a series of a resource as a whole", names.join(" and "));
        return Ok(Err(Target::Unused("metrics.dimensions", text)));
    };
    if fitting.iter().any(|known| known.measure != first.measure || known.unit != first.unit) {
        let reason = format!("several services have the metric `{metric}`; say which in `values.namespace`");
        return Err(MetricsError::Description { reason });
    }
    Ok(Ok((first.measure, fitting)))
}

/// The name of the resource: the last dimension of the metric, else what is said to be the resource.
fn name(labels: &Labels, known: &[&Known], setup: &Setup) -> Option<String> {
    let last = known.first().and_then(|known| known.dimensions.last());
    let by_dimension = last.and_then(|last| labels.dimensions.iter().find(|(name, _)| name == last));
    let name = by_dimension.map(|(_, value)| value.as_str()).or_else(|| labels.get(Role::Resource, setup));
    name.map(str::to_owned)
}

/// Base units of one written unit.
fn factor(
    labels: &Labels,
    measure: Measure,
    metric: &str,
    known: Option<&Known>,
    setup: &Setup,
) -> Result<Or<f64>, MetricsError> {
    let quantity = measure.quantity();
    let written = labels.get(Role::Unit, setup).filter(|unit| !unit.eq_ignore_ascii_case("none"));
    let stated = written.or_else(|| known.map(|known| known.unit));
    let Some(stated) = stated else {
        return match quantity {
            Quantity::Count | Quantity::Data => Ok(Ok(1.0)),
            Quantity::Share | Quantity::Time => {
                let units = units_of(quantity);
                let reason = format!("nothing says the unit of `{metric}`; say {units} in `values.unit`");
                Err(MetricsError::Description { reason })
            }
        };
    };
    match unit(stated) {
        Some((own, factor)) if own == quantity => Ok(Ok(factor)),
        _ => {
            let text = format!("`{metric}` in the unit `{stated}`, expected {}", units_of(quantity));
            Ok(Err(Target::Unused("metrics.unit", text)))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;
    use joulework_engine::pipeline::UtilisationDescription;

    fn target(roles: &[(Role, &str)], dimensions: &[(&str, &str)]) -> Target {
        let mut labels = Labels::default();
        roles.iter().for_each(|(role, text)| labels.role(*role, text));
        dimensions.iter().for_each(|(name, value)| labels.dimension(name, value));
        let setup = Setup::new(&UtilisationDescription::default()).unwrap();
        identify(&labels, None, &setup, false).unwrap()
    }

    fn name_of(target: Target) -> Option<(String, f64)> {
        match target {
            Target::Series { key, factor, .. } => Some((key.resource.to_string(), factor)),
            Target::Unused(..) => None,
        }
    }

    #[test]
    fn dimensions_say_the_service_and_the_resource() {
        let cpu = (Role::Metric, "CPUUtilization");
        let found = name_of(target(&[cpu, (Role::Region, "eu-west-1")], &[("InstanceId", "i-1")]));
        assert_eq!(found, Some(("ec2 eu-west-1 i-1".to_owned(), 0.01)));
        let found = name_of(target(&[cpu, (Role::Dimensions, r#"{"DBInstanceIdentifier":"shop"}"#)], &[]));
        assert_eq!(found, Some(("rds shop".to_owned(), 0.01)));
        let found = name_of(target(&[cpu, (Role::Resource, "shop")], &[]));
        assert_eq!(found, Some(("shop".to_owned(), 0.01)));
    }

    #[test]
    fn what_is_no_series_of_a_resource_is_not_used_and_says_why() {
        type Case = (&'static [(Role, &'static str)], &'static [(&'static str, &'static str)], &'static str);
        let cases: [Case; 5] = [
            (
                &[(Role::Metric, "Invocations")],
                &[("FunctionName", "f"), ("Resource", "f:1")],
                "metrics.dimensions",
            ),
            (&[(Role::Metric, "BurstBalance"), (Role::Resource, "v")], &[], "metrics.unknown"),
            (
                &[(Role::Metric, "CPUUtilization"), (Role::Resource, "i"), (Role::Unit, "Bytes")],
                &[],
                "metrics.unit",
            ),
            (
                &[(Role::Metric, "CPUUtilization"), (Role::Resource, "i"), (Role::Statistic, "p99")],
                &[],
                "metrics.statistic",
            ),
            (&[(Role::Metric, "CPUUtilization")], &[], "metrics.no-resource"),
        ];
        for (roles, dimensions, code) in cases {
            let found = target(roles, dimensions);
            assert!(matches!(&found, Target::Unused(own, _) if *own == code), "{code}: {found:?}");
        }
    }

    #[test]
    fn dimensions_are_read_in_every_usual_writing() {
        let expected = vec![("InstanceId".to_owned(), "i-1".to_owned())];
        for text in [
            r#"{"InstanceId":"i-1"}"#,
            r#"[{"Name":"InstanceId","Value":"i-1"}]"#,
            "InstanceId=i-1",
            "{InstanceId=i-1}",
        ] {
            assert_eq!(dimensions_of(text), expected, "{text}");
        }
    }
}
