//! Which metrics are known: `data/catalogue.csv`.

use std::sync::LazyLock;

use crate::measure::{Kind, Measure};

/// A metric of a service.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) namespace: &'static str,
    pub(crate) metric: &'static str,
    /// The dimensions that name the resource; the last of them is its name.
    pub(crate) dimensions: Vec<&'static str>,
    /// The service as ARNs write it.
    pub(crate) service: &'static str,
    pub(crate) measure: Measure,
    /// The unit that the service writes.
    pub(crate) unit: &'static str,
}

/// The catalogue.
pub(crate) static CATALOGUE: LazyLock<Vec<Known>> =
    LazyLock::new(|| include_str!("../data/catalogue.csv").lines().skip(1).filter_map(line).collect());

fn line(line: &'static str) -> Option<Known> {
    let mut fields = line.split(',');
    let mut next = || fields.next();
    let (namespace, metric, dimensions) = (next()?, next()?, next()?);
    let (service, measure, unit) = (next()?, Measure::of_id(next()?)?, next()?);
    Some(Known { namespace, metric, dimensions: dimensions.split('+').collect(), service, measure, unit })
}

/// A metric that says something of capacity or of the work done with it, and how it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityMetric {
    /// The namespace of `CloudWatch`.
    pub namespace: &'static str,
    /// The name of the metric.
    pub metric: &'static str,
    /// The dimensions of the series that is of a resource as a whole; the last of them names it.
    pub dimensions: Vec<&'static str>,
    /// The statistics that are used here, as `CloudWatch` writes them: means and peaks of levels, sums of counts.
    pub statistics: &'static [&'static str],
}

/// The metrics that are read here.
pub fn capacity_metrics() -> impl Iterator<Item = CapacityMetric> {
    CATALOGUE.iter().map(|known| CapacityMetric {
        namespace: known.namespace,
        metric: known.metric,
        dimensions: known.dimensions.clone(),
        statistics: match known.measure.kind() {
            Kind::Gauge => &["Average", "Maximum"],
            Kind::Sum => &["Sum"],
        },
    })
}

/// Whether a column of this name is a dimension that names a resource.
pub(crate) fn is_dimension(name: &str) -> bool {
    CATALOGUE.iter().any(|known| known.dimensions.contains(&name)) || MORE_DIMENSIONS.contains(&name)
}

/// Dimensions that make a finer or a coarser series of what the catalogue knows.
const MORE_DIMENSIONS: [&str; 8] = [
    "Resource",
    "ExecutedVersion",
    "GlobalSecondaryIndexName",
    "Operation",
    "ImageId",
    "InstanceType",
    "AvailabilityZone",
    "TargetGroup",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_has_a_known_unit_and_a_source() {
        let text = include_str!("../data/catalogue.csv");
        assert_eq!(CATALOGUE.len(), text.lines().count() - 1);
        for known in CATALOGUE.iter() {
            let (quantity, _) =
                crate::measure::unit(known.unit).unwrap_or((crate::measure::Quantity::Data, 0.0));
            assert_eq!(quantity, known.measure.quantity(), "{} {}", known.namespace, known.metric);
        }
        assert!(text.lines().skip(1).all(|line| line.contains(",https://docs.aws.amazon.com/")));
    }
}
