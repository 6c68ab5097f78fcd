//! A table and volumes, and how metrics are written.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringDictionaryBuilder, TimestampMillisecondArray};
use arrow::datatypes::Int32Type;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde_json::json;

use super::{ACCOUNT, Fleet, HOURS, Resource, Series, id, product, tags, wave};
use crate::YEAR;
use crate::calendar::months;
use crate::random::Random;
use crate::table::Failure;

/// Prices in Ireland.
const READ_UNIT: f64 = 0.000_147;
const WRITE_UNIT: f64 = 0.000_735;
const GP2: f64 = 0.11;
const GP3: f64 = 0.088;

pub(super) fn plant(fleet: &mut Fleet, random: &mut Random) {
    table(fleet, random);
    volumes(fleet, random);
}

/// A table whose reads are as many at night as at noon, and whose writes are steady.
fn table(fleet: &mut Fleet, random: &mut Random) {
    let name = format!("stock-{}", random.below(90) + 10);
    let arn = format!("arn:aws:dynamodb:eu-west-1:{}:table/{name}", ACCOUNT.0);
    let (reads, writes) = (200.0 + 20.0 * random.below(16) as f64, 40.0 + 5.0 * random.below(8) as f64);
    let peak = random.below(24);
    let unit = |meter: &str, price: f64| {
        let words = [meter, "CommittedThroughput", "Hrs"];
        product("AmazonDynamoDB", "Amazon DynamoDB", "Databases", words, price)
    };
    fleet.resources.push(Resource {
        id: arn.clone(),
        tags: tags(&[]),
        bought: vec![
            (unit("EU-ReadCapacityUnit-Hrs", READ_UNIT), 24.0 * reads),
            (unit("EU-WriteCapacityUnit-Hrs", WRITE_UNIT), 24.0 * writes),
        ],
    });
    let mut used = 0.0;
    let consumed: Vec<f64> = (0..HOURS)
        .map(|hour| {
            let share = (0.05 + 0.5 * wave(hour, peak)) * random.around_one(0.1);
            used += share / HOURS as f64;
            (share * reads * 3_600.0).round()
        })
        .collect();
    let steady = (0..HOURS).map(|_| (0.72 * random.around_one(0.1) * writes * 3_600.0).round()).collect();
    let mut add = |metric, average: Option<Vec<f64>>, sum: Option<Vec<f64>>| {
        let series = Series { resource: name.clone(), metric, unit: "Count", average, maximum: None, sum };
        fleet.metrics.entry(("AWS/DynamoDB", "TableName")).or_default().push(series);
    };
    add("ProvisionedReadCapacityUnits", Some(vec![reads; HOURS]), None);
    add("ProvisionedWriteCapacityUnits", Some(vec![writes; HOURS]), None);
    add("ConsumedReadCapacityUnits", None, Some(consumed));
    add("ConsumedWriteCapacityUnits", None, Some(steady));
    fleet.fault(
        "right-size.table",
        &arn,
        &format!("its reads use {:.0} % of a capacity that stands flat; with a fifth of head-room they need {:.0} % of it", used * 100.0, used * 120.0),
        json!({ "share": used * 1.2, "tolerance": 0.02 }),
    );
    fleet.right(&format!("{arn} writes"), "its writes are steady, near their capacity");
}

/// A volume of an old class, one that is mostly empty, and one that is not.
fn volumes(fleet: &mut Fleet, random: &mut Random) {
    let mut volume = |fleet: &mut Fleet, class: &str, price: f64, gigabytes: f64| {
        let short = id(random, "vol-0");
        let arn = format!("arn:aws:ec2:eu-west-1:{}:volume/{short}", ACCOUNT.0);
        let meter = format!("EU-EBS:VolumeUsage.{class}");
        let operation = if class == "gp3" { "CreateVolume-Gp3" } else { "CreateVolume-Gp2" };
        let words = [meter.as_str(), operation, "GB-Mo"];
        let bought =
            vec![(product("AmazonEC2", "Amazon Elastic Compute Cloud", "Storage", words, price), gigabytes)];
        fleet.resources.push(Resource { id: arn.clone(), tags: tags(&[]), bought });
        (arn, short)
    };
    let old = volume(fleet, "gp2", GP2, 400.0).0;
    let (large, large_short) = volume(fleet, "gp3", GP3, 2_000.0);
    let (full, full_short) = volume(fleet, "gp3", GP3, 500.0);
    fleet.fault(
        "hardware.volume",
        &old,
        "gp2, where gp3 is the newer class",
        json!({ "to": "EBS:VolumeUsage.gp3" }),
    );
    let filled = 18.0 + 10.0 * random.unit();
    for (short, highest) in [(large_short, filled), (full_short, 82.0)] {
        let values: Vec<f64> = (0..HOURS)
            .map(|hour| ((highest - 6.0 + 6.0 * hour as f64 / HOURS as f64) * 10.0).round() / 10.0)
            .collect();
        fleet.metrics.entry(("Disks", "resource")).or_default().push(Series {
            resource: short,
            metric: "disk_used_percent",
            unit: "Percent",
            average: Some(values),
            maximum: None,
            sum: None,
        });
    }
    fleet.fault(
        "right-size.volume",
        &large,
        &format!("it is never more than {filled:.0} % full"),
        json!({ "share": filled * 0.012, "tolerance": 0.02 }),
    );
    fleet.right(&full, "it is four fifths full");
}

/// Writes series as a long table.
pub(super) fn metrics(
    path: &Path,
    namespace: &str,
    dimension: &str,
    series: &[Series],
) -> Result<(), Failure> {
    let first = months(YEAR).first().map_or(0, |month| month.start_ms);
    let start = |hour: usize| first + hour as i64 * 3_600_000;
    // A row for each statistic: what a metric does not have is no row.
    let rows: Vec<(&Series, &str, &[f64])> = series
        .iter()
        .flat_map(|one| {
            let statistics = [("Average", &one.average), ("Maximum", &one.maximum), ("Sum", &one.sum)];
            statistics.into_iter().filter_map(move |(name, values)| Some((one, name, values.as_deref()?)))
        })
        .collect();
    let times: TimestampMillisecondArray =
        rows.iter().flat_map(|(.., values)| (0..values.len()).map(|hour| Some(start(hour)))).collect();
    let text = |of: &dyn Fn(&Series, &str) -> String| {
        let mut builder: StringDictionaryBuilder<Int32Type> = StringDictionaryBuilder::new();
        for (one, statistic, values) in &rows {
            let value = of(one, statistic);
            values.iter().for_each(|_| builder.append_value(&value));
        }
        Arc::new(builder.finish()) as ArrayRef
    };
    let values: Float64Array =
        rows.iter().flat_map(|(.., values)| values.iter().map(|value| Some(*value))).collect();
    let batch = RecordBatch::try_from_iter([
        ("Timestamp", Arc::new(times.with_timezone("UTC")) as ArrayRef),
        ("Namespace", text(&|_, _| namespace.to_owned())),
        (dimension, text(&|one, _| one.resource.clone())),
        ("MetricName", text(&|one, _| one.metric.to_owned())),
        ("Statistic", text(&|_, statistic| statistic.to_owned())),
        ("Unit", text(&|one, _| one.unit.to_owned())),
        ("Value", Arc::new(values) as ArrayRef),
    ])?;
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(9)?)).build();
    let mut writer = ArrowWriter::try_new(File::create(path)?, batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}
