//! Supply and demand from files, without a bill.

use std::fmt::Write as _;

use joulework_engine::pipeline::{Description, OnPremises};
use joulework_engine::{Engine, Estimates};
use joulework_metrics::supply::{Capacity, SupplyDemand};

use super::read;

/// No row at all.
fn nothing() -> Estimates {
    Engine::new(Description::default(), None).unwrap().estimate_batches([]).unwrap()
}

/// Three days of a table, of a group of instances and of a service of containers, hour by hour.
fn three_days() -> String {
    let mut text = "timestamp,dimensions,metric,namespace,statistic,value\n".to_owned();
    for hour in 0..72 {
        let busy = i32::from((8..20).contains(&(hour % 24)));
        let seconds = 1_740_787_200 + hour * 3_600;
        for (dimensions, metric, namespace, statistic, value) in [
            ("TableName=carts", "ProvisionedReadCapacityUnits", "AWS/DynamoDB", "Average", 100),
            (
                "TableName=carts",
                "ConsumedReadCapacityUnits",
                "AWS/DynamoDB",
                "Sum",
                (10 + 110 * busy) * 3_600,
            ),
            ("TableName=carts", "ReadThrottleEvents", "AWS/DynamoDB", "Sum", 5 * busy),
            (
                "AutoScalingGroupName=web",
                "GroupInServiceInstances",
                "AWS/AutoScaling",
                "Average",
                2 + 2 * busy,
            ),
            ("AutoScalingGroupName=web", "CPUUtilization", "AWS/EC2", "Average", 50),
            ("ClusterName=shop;ServiceName=pay", "CpuReserved", "ECS/ContainerInsights", "Average", 2_048),
            ("ClusterName=shop;ServiceName=pay", "CpuUtilized", "ECS/ContainerInsights", "Average", 512),
        ] {
            writeln!(text, "{seconds},\"{dimensions}\",{metric},{namespace},{statistic},{value}").unwrap();
        }
    }
    text
}

#[test]
fn tables_groups_and_tasks_have_their_supply_from_the_metrics() {
    let metrics = read("metrics.csv", three_days(), |_| ()).unwrap();
    let all = SupplyDemand::of(&nothing(), &metrics, &OnPremises::default()).unwrap();
    let near =
        |found: f64, expected: f64| assert!((found - expected).abs() < 1e-3, "{found} is not {expected}");

    let reads = all.whole(Capacity::Reads).unwrap().balance;
    near(reads.mean(reads.supply).unwrap(), 100.0);
    near(reads.mean(reads.demand).unwrap(), 65.0);
    // Twelve hours a day ask for twenty more than there are, the others leave ninety.
    near(reads.mean(reads.over_demand).unwrap(), 10.0);
    near(reads.mean(reads.waste).unwrap(), 45.0);
    near(reads.elasticity.unwrap(), 0.0);
    let table = all.resources.iter().find(|own| own.capacity == Capacity::Reads).unwrap();
    near(table.refused.unwrap(), 180.0);

    let group = all.whole(Capacity::Instances).unwrap().balance;
    near(group.utilisation().unwrap(), 0.5);
    near(group.elasticity.unwrap(), 1.0);
    assert_eq!(group.lag_hours, Some(0));

    let tasks = all.whole(Capacity::Tasks).unwrap().balance;
    near(tasks.mean(tasks.supply).unwrap(), 2.0);
    near(tasks.mean(tasks.demand).unwrap(), 0.5);
    assert_eq!((all.unmatched.len(), all.functions.len()), (0, 0));
}
