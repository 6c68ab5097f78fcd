//! Which namespaces of `CloudWatch` a service of a bill has its metrics in.

use std::collections::BTreeSet;

/// Words of a service's name, in FOCUS, in Cost Explorer or as its code, and its namespaces:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html>.
const NAMESPACES: [(&[&str], &[&str]); 10] = [
    // Groups, volumes and load balancers stand on the bill of EC2 too.
    (
        &["elastic compute cloud", "ec2", "elastic block store"],
        &["AWS/EC2", "AWS/EBS", "AWS/AutoScaling", "CWAgent", "AWS/ApplicationELB", "AWS/ELB"],
    ),
    (&["relational database", "rds"], &["AWS/RDS"]),
    (&["documentdb", "docdb"], &["AWS/DocDB"]),
    (&["neptune"], &["AWS/Neptune"]),
    (&["elasticache"], &["AWS/ElastiCache"]),
    (&["container service", "fargate", "ecs"], &["AWS/ECS", "ECS/ContainerInsights"]),
    (&["lambda"], &["AWS/Lambda"]),
    (&["dynamodb"], &["AWS/DynamoDB"]),
    (&["load balancing", "elb"], &["AWS/ApplicationELB", "AWS/ELB"]),
    (&["auto scaling", "autoscaling"], &["AWS/AutoScaling"]),
];

/// The namespaces of services.
pub(crate) fn of(services: &BTreeSet<String>) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for service in services {
        let service = service.to_ascii_lowercase();
        for (words, namespaces) in NAMESPACES {
            if words.iter().any(|word| service.contains(word)) {
                found.extend(namespaces);
            }
        }
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn every_namespace_of_the_catalogue_belongs_to_a_service() {
        let all: BTreeSet<&str> =
            NAMESPACES.iter().flat_map(|(_, namespaces)| namespaces.iter().copied()).collect();
        for metric in joulework_metrics::capacity_metrics() {
            assert!(all.contains(metric.namespace), "{}", metric.namespace);
        }
    }

    #[test]
    fn services_are_known_by_the_names_of_every_bill() {
        let of = |name: &str| of(&BTreeSet::from([name.to_owned()]));
        for name in ["AWS Lambda", "AWSLambda"] {
            assert_eq!(of(name), BTreeSet::from(["AWS/Lambda"]), "{name}");
        }
        for name in ["Amazon Elastic Compute Cloud - Compute", "EC2 - Other", "AmazonEC2"] {
            assert!(of(name).contains("AWS/EC2"), "{name}");
        }
        assert!(of("AWS Key Management Service").is_empty());
    }
}
