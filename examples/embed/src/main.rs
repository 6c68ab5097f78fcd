//! `embed` estimates three rows of usage that it holds in memory; `embed PATH` a bill with its manifest.

use std::error::Error;
use std::sync::Arc;

use joulework::arrow::array::{
    ArrayRef, Decimal128Array, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use joulework::units::Unit;
use joulework::{CARBON, Dimension, Estimates, Estimator, RollUp};

fn main() -> Result<(), Box<dyn Error>> {
    let estimates = match std::env::args().nth(1) {
        Some(manifest) => Estimator::from_manifest(manifest)?.estimate()?.estimates,
        None => Estimator::first_party()?.estimate_batches([usage()?])?,
    };
    print(&estimates)
}

/// Carbon by service, each with its 90 % interval.
fn print(estimates: &Estimates) -> Result<(), Box<dyn Error>> {
    let grams = Unit::parse("gCO2e")?;
    for row in &estimates.roll_up(&RollUp::by([Dimension::Service]))?.rows {
        let service = row.keys.join(" ");
        match row.tally.figure(CARBON).map(|figure| figure.in_unit(&grams)).transpose()? {
            Some((mean, Some(interval))) => {
                println!("{service}: {mean:.1} gCO2e ({:.1} to {:.1})", interval.low, interval.high);
            }
            Some((mean, None)) => println!("{service}: {mean:.1} gCO2e"),
            None => println!("{service}: not modelled"),
        }
    }
    Ok(())
}

/// A day of a machine, an hour of a function and a request, under their standard column names.
fn usage() -> Result<RecordBatch, Box<dyn Error>> {
    let texts = |values: [&'static str; 3]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let same = |value: &'static str| texts([value; 3]);
    let cost = Decimal128Array::from(vec![2_568_000, 60_000, 200]).with_precision_and_scale(20, 6)?;
    Ok(RecordBatch::try_from_iter([
        ("provider-name", same("AWS")),
        ("charge-category", same("Usage")),
        ("service-name", texts(["Amazon Elastic Compute Cloud", "AWS Lambda", "AWS Lambda"])),
        ("sku-meter", texts(["EU-BoxUsage:m5.large", "EU-Lambda-GB-Second", "EU-Request"])),
        ("operation", texts(["RunInstances", "Invoke", "Invoke"])),
        ("region-id", same("eu-west-1")),
        ("consumed-unit", texts(["Hrs", "GB-Seconds", "Requests"])),
        ("consumed-quantity", Arc::new(Float64Array::from(vec![24.0, 3_600.0, 1_000.0]))),
        ("charge-period-start", Arc::new(TimestampMillisecondArray::from(vec![1_741_564_800_000; 3]))),
        ("billing-currency", same("USD")),
        ("billed-cost", Arc::new(cost)),
    ])?)
}
