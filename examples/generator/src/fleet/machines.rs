//! Machines: a group that stands flat under a daily demand, an idle one, one that is far too large, one far away, and some
//! that are right.

use serde_json::json;

use super::{Fleet, HOURS, Resource, Series, id, product, tags, wave};
use crate::random::Random;
use crate::row::Product;

/// On-demand price of an hour of a vCPU of m7g in Ireland: 0.0911 for two.
const PRICE_OF_VCPU: f64 = 0.045_55;

/// A place with its prefix of meters, its name, and its prices against those of Ireland.
struct Place {
    region: &'static str,
    prefix: &'static str,
    name: &'static str,
    price: f64,
}

const HERE: Place = Place { region: "eu-west-1", prefix: "EU-", name: "EU (Ireland)", price: 1.0 };
const FAR: Place = Place { region: "ap-south-1", prefix: "APS3-", name: "Asia Pacific (Mumbai)", price: 0.6 };

fn vcpu(size: &str) -> f64 {
    match size.strip_suffix("xlarge") {
        Some("") => 4.0,
        Some(times) => 4.0 * times.parse::<f64>().unwrap_or(1.0),
        None => 2.0,
    }
}

fn machine(size: &str, place: &Place) -> Product {
    let vcpu = vcpu(size);
    let meter = format!("{}BoxUsage:m7g.{size}", place.prefix);
    let price = PRICE_OF_VCPU * vcpu * place.price;
    let words = [meter.as_str(), "RunInstances", "Hrs"];
    Product {
        region: place.region.to_owned(),
        region_name: place.name.to_owned(),
        details: format!(
            r#"{{"CoreCount":{vcpu},"InstanceSeries":"m7g","InstanceType":"m7g.{size}","MemorySize":"{} GiB"}}"#,
            vcpu * 4.0
        ),
        ..product("AmazonEC2", "Amazon Elastic Compute Cloud", "Compute", words, price)
    }
}

/// Adds a machine with its use of CPU: mean and highest by hour, in percent.
fn add(
    fleet: &mut Fleet,
    random: &mut Random,
    (size, place): (&str, &Place),
    more_tags: &[(&str, &str)],
    cpu: impl Fn(usize, &mut Random) -> (f64, f64),
) -> (String, String) {
    let short = id(random, "i-0");
    let arn = format!("arn:aws:ec2:{}:{}:instance/{short}", place.region, super::ACCOUNT.0);
    fleet.resources.push(Resource {
        id: arn.clone(),
        tags: tags(more_tags),
        bought: vec![(machine(size, place), 24.0)],
    });
    let tenth = |value: f64| (value.clamp(0.0, 100.0) * 10.0).round() / 10.0;
    let (average, maximum) = (0..HOURS)
        .map(|hour| {
            let (mean, most) = cpu(hour, random);
            (tenth(mean), tenth(most.max(mean)))
        })
        .unzip();
    fleet.metrics.entry(("AWS/EC2", "InstanceId")).or_default().push(Series {
        resource: short.clone(),
        metric: "CPUUtilization",
        unit: "Percent",
        average: Some(average),
        maximum: Some(maximum),
        sum: None,
    });
    (arn, short)
}

/// Adds the use of memory of a machine, in percent.
fn memory(fleet: &mut Fleet, random: &mut Random, short: &str, from: f64, to: f64) {
    let values: Vec<f64> =
        (0..HOURS).map(|_| ((from + (to - from) * random.unit()) * 10.0).round() / 10.0).collect();
    fleet.metrics.entry(("CWAgent", "InstanceId")).or_default().push(Series {
        resource: short.to_owned(),
        metric: "mem_used_percent",
        unit: "Percent",
        average: Some(values.clone()),
        maximum: Some(values),
        sum: None,
    });
}

/// Adds the traffic of a machine, in bytes an hour each way.
fn traffic(fleet: &mut Fleet, random: &mut Random, short: &str, bytes: f64) {
    for metric in ["NetworkIn", "NetworkOut"] {
        let values = (0..HOURS).map(|_| (bytes * random.around_one(0.3)).round()).collect();
        fleet.metrics.entry(("AWS/EC2", "InstanceId")).or_default().push(Series {
            resource: short.to_owned(),
            metric,
            unit: "Bytes",
            average: None,
            maximum: None,
            sum: Some(values),
        });
    }
}

pub(super) fn plant(fleet: &mut Fleet, random: &mut Random) {
    group(fleet, random);
    idle(fleet, random);
    too_large(fleet, random);
    far_away(fleet, random);
    right(fleet, random);
}

/// As many machines at night as at noon.
fn group(fleet: &mut Fleet, random: &mut Random) {
    let count = 4 + random.below(4);
    let size = ["large", "xlarge", "2xlarge"][random.below(3)];
    let (peak, most, least) = (8 + random.below(12), 58.0 + 8.0 * random.unit(), 7.0 + 4.0 * random.unit());
    let name = format!("orders-workers-{}", random.below(90) + 10);
    let mut ids = Vec::new();
    for _ in 0..count {
        let before = fleet.metrics.get(&("AWS/EC2", "InstanceId")).map_or(0, Vec::len);
        let (arn, _) =
            add(fleet, random, (size, &HERE), &[("aws:autoscaling:groupName", &name)], |hour, random| {
                let mean = (least + (most - least) * wave(hour, peak)) * random.around_one(0.08);
                (mean, mean * 1.06)
            });
        let own = fleet.metrics.get(&("AWS/EC2", "InstanceId")).and_then(|all| all.get(before));
        let highest = own.and_then(|own| own.maximum.as_ref()).map_or(0.0, |all| all.iter().sum::<f64>());
        ids.push((arn, highest / HOURS as f64 / 100.0));
    }
    for (arn, used) in ids {
        fleet.fault(
            "right-size.group",
            &arn,
            &format!("{count} machines stand flat under a demand that falls to {least:.0} % every night; with a fifth of head-room they need {:.0} % of their hours", used * 120.0),
            json!({ "share": used * 1.2, "tolerance": 0.02 }),
        );
    }
}

/// A machine that nobody uses.
fn idle(fleet: &mut Fleet, random: &mut Random) {
    let size = ["large", "xlarge", "2xlarge"][random.below(3)];
    let (arn, short) = add(fleet, random, (size, &HERE), &[], |_, random| {
        let mean = 0.4 + 0.8 * random.unit();
        (mean, mean + 2.0 * random.unit())
    });
    traffic(fleet, random, &short, 30_000.0);
    fleet.fault(
        "idle.instance",
        &arn,
        "no more than a few percent of its CPU all year, and a megabyte or two a day",
        json!({ "share": 0.0, "tolerance": 0.0 }),
    );
}

/// A machine four times as large as its demand, in CPU and memory.
fn too_large(fleet: &mut Fleet, random: &mut Random) {
    let (size, enough) = [("4xlarge", "xlarge"), ("8xlarge", "2xlarge")][random.below(2)];
    let peak = random.below(24);
    let (arn, short) = add(fleet, random, (size, &HERE), &[], |hour, random| {
        let mean = (6.0 + 6.0 * wave(hour, peak)) * random.around_one(0.1);
        (mean, (mean * 1.4).min(19.5))
    });
    memory(fleet, random, &short, 13.0, 19.5);
    fleet.fault(
        "right-size.instance",
        &arn,
        "at most a fifth of its CPU and of its memory are used",
        json!({ "to": format!("m7g.{enough}") }),
    );
}

/// A busy machine where electricity is dirty.
fn far_away(fleet: &mut Fleet, random: &mut Random) {
    let peak = random.below(24);
    let (arn, _) = add(fleet, random, ("xlarge", &FAR), &[], |hour, random| {
        let mean = (40.0 + 25.0 * wave(hour, peak)) * random.around_one(0.1);
        (mean, mean * 1.2)
    });
    fleet.fault(
        "placement.region",
        &arn,
        "the grid of ap-south-1 is far dirtier than that of eu-west-1, where everything else runs",
        json!({ "to": HERE.region }),
    );
}

/// Machines that look wrong and are right.
fn right(fleet: &mut Fleet, random: &mut Random) {
    let night = random.below(5);
    let (arn, _) = add(fleet, random, ("2xlarge", &HERE), &[], |hour, random| {
        let busy = (night..night + 2).contains(&(hour % 24));
        let mean = if busy { 84.0 } else { 0.9 } * random.around_one(0.1);
        (mean, mean * 1.05)
    });
    fleet.right(&arn, "its mean is under a tenth, but it works at full load two hours a night, and has to be done by morning");

    let (arn, short) = add(fleet, random, ("xlarge", &HERE), &[], |_, random| {
        let mean = 12.0 * random.around_one(0.3);
        (mean, mean * 1.4)
    });
    memory(fleet, random, &short, 78.0, 88.0);
    fleet.right(&arn, "its CPU is hardly used, but its memory is full");

    let (arn, _) = add(fleet, random, ("large", &HERE), &[], |_, random| {
        (8.0 * random.around_one(0.3), 84.0 + 12.0 * random.unit())
    });
    fleet.right(&arn, "its mean is low, but every hour has a minute that needs nearly all of it");
}
