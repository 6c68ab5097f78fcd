//! End to end: rows made by hand, through the plugins that come with the program.

use joulework_engine::assess::{CARBON, Coverage, Dimension, Figure, Grade, RollUp};
use joulework_engine::calendar::Step;
use joulework_engine::{Description, Engine};
use joulework_units::{Currency, Money};

use crate::rows::{Row, batch};

fn engine() -> Engine {
    Engine::new(Description::default(), None).unwrap()
}

#[test]
fn look() {
    let engine = engine();
    let rows = [
        Row::default(),
        Row { service: "AWS Lambda", meter: "EU-Lambda-GB-Second", operation: "Invoke", unit: "seconds", quantity: Some(1000.0), ..Row::default() },
        Row { service: "Amazon Elastic Compute Cloud", meter: "EU-EBS:VolumeUsage.gp3", operation: "CreateVolume-Gp3", unit: "GB-Mo", quantity: Some(2.0), ..Row::default() },
        Row { service: "Amazon Simple Storage Service", meter: "EU-TimedStorage-ByteHrs", operation: "StandardStorage", unit: "GB-Mo", quantity: Some(1.0), ..Row::default() },
        Row { category: "Credit", service: "Amazon Elastic Compute Cloud", meter: "", operation: "", quantity: None, billed: "-0.5", effective: "-0.5", ..Row::default() },
    ];
    let estimates = engine.estimate_batches([&batch(&rows)]).unwrap();
    let rollup = estimates.roll_up(&RollUp::by([Dimension::Service, Dimension::UsageKind])).unwrap();
    for row in &rollup.rows {
        println!("{:?}", row.keys);
        for (name, figure) in &row.tally.figures {
            println!("  {name} {:?} {:?} nm {}", figure.amount, figure.interval(), figure.not_modelled.rows);
        }
        println!("  {:?}", row.tally.coverage);
    }
    println!("{:?}", rollup.total.figure(CARBON).unwrap().uncertain_by(estimates.sources()));
    println!("{:?}", estimates.notes());
    panic!();
}
