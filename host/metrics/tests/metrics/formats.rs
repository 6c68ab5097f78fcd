//! Every format gives the same series of the same points.

use std::io::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray};

use super::{Folder, plain, read, short, texts};
use joulework_metrics::Metrics;

/// 2025-03-01T00Z in hours.
const HOUR: i64 = 483_552;

fn expected(resource: &str) -> Vec<(String, &'static str, i64, Vec<String>)> {
    vec![(resource.to_owned(), "cpu-utilisation", HOUR, vec!["0.2".to_owned(), "0.4".to_owned()])]
}

const CSV: &str = "Timestamp,InstanceId,MetricName,Namespace,Average\n\
    2025-03-01T00:00:00Z,i-1,CPUUtilization,AWS/EC2,10\n\
    2025-03-01T00:30:00Z,i-1,CPUUtilization,AWS/EC2,30\n\
    2025-03-01T01:00:00Z,i-1,CPUUtilization,AWS/EC2,35\n\
    2025-03-01T01:30:00Z,i-1,CPUUtilization,AWS/EC2,45\n";

#[test]
fn csv_with_the_names_of_cloudwatch_needs_no_words() {
    let metrics = read("cpu.csv", CSV, |_| ()).unwrap();
    assert_eq!(short(&metrics), expected("ec2 i-1"));
    assert_eq!(metrics.files[0].rows, 4);
    assert_eq!(metrics.notes, []);
}

#[test]
fn packed_csv_is_the_same_and_the_digest_is_of_the_file() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(CSV.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let metrics = read("cpu.csv.gz", &packed, |_| ()).unwrap();
    assert_eq!(short(&metrics), expected("ec2 i-1"));
    let digest = joulework_engine::bill::Digest::of_bytes(&packed).to_string();
    assert_eq!(
        (metrics.files[0].sha256.as_str(), metrics.files[0].bytes),
        (digest.as_str(), packed.len() as u64)
    );
}

#[test]
fn a_plain_table_is_mapped_by_its_user() {
    let text =
        "when,host,busy\n1740787200,web,0.1\n1740789000,web,0.3\n1740790800,web,0.35\n1740792600,web,0.45\n";
    let metrics = read("busy.csv", text, |description| {
        description.columns = texts(&[("timestamp", "when"), ("resource", "host"), ("value", "busy")]);
        description.values = texts(&[("metric", "busy"), ("unit", "fraction"), ("region", "eu-west-1")]);
        description.measures = texts(&[("busy", "cpu-utilisation")]);
    });
    assert_eq!(short(&metrics.unwrap()), expected("eu-west-1 web"));
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn parquet_has_columns_of_the_same_names() {
    let start = HOUR * 3_600_000;
    let times = [0, 1, 2, 3].map(|half| start + half * 1_800_000).to_vec();
    let texts = |text: &str| Arc::new(StringArray::from(vec![text; 4])) as ArrayRef;
    let bytes = parquet(vec![
        ("timestamp", Arc::new(TimestampMillisecondArray::from(times).with_timezone("UTC"))),
        ("metric_name", texts("CPUUtilization")),
        ("dimensions", texts("InstanceId=i-1")),
        ("unit", texts("Percent")),
        ("sum", Arc::new(Float64Array::from(vec![20.0, 60.0, 70.0, 90.0]))),
        ("sample_count", Arc::new(Float64Array::from(vec![2.0; 4]))),
    ]);
    let metrics = read("cpu.parquet", bytes, |_| ()).unwrap();
    assert_eq!(short(&metrics), expected("ec2 i-1"));
}

const DATA: &str = r#"{"MetricDataResults":[{"Id":"m1","Label":"i-1 CPUUtilization","StatusCode":"Complete",
    "Timestamps":["2025-03-01T01:30:00+00:00","2025-03-01T01:00:00+00:00","2025-03-01T00:30:00+00:00","2025-03-01T00:00:00+00:00"],
    "Values":[45.0,35.0,30.0,10.0]}],"Messages":[]}"#;

#[test]
fn get_metric_data_is_told_by_its_queries_or_by_labels_in_words() {
    let metrics = read("data.json", DATA, |_| ()).unwrap();
    assert_eq!(short(&metrics), expected("i-1"));

    let folder = Folder::new();
    let mut description =
        plain(folder.write("data.json", DATA.replace("i-1 CPUUtilization", "some words of a person")));
    description.queries = Some(folder.write(
        "queries.json",
        r#"[{"Id":"m1","MetricStat":{"Metric":{"Namespace":"AWS/EC2","MetricName":"CPUUtilization",
            "Dimensions":[{"Name":"InstanceId","Value":"i-1"}]},"Period":1800,"Stat":"Average"}}]"#,
    ));
    assert_eq!(short(&Metrics::read(&[description], &[]).unwrap()), expected("ec2 i-1"));
}

/// METHOD.md, fault 12: a value belongs to its time, and nothing is dropped where one list is shorter.
#[test]
fn lists_of_different_length_are_refused() {
    let error = read("data.json", DATA.replace(",10.0]", "]"), |_| ()).unwrap_err().to_string();
    assert!(error.ends_with("data.json: the result `m1` has 4 timestamps and 3 values"), "{error}");
}

#[test]
fn get_metric_statistics_names_no_resource_so_its_user_does() {
    let text = r#"{"Label":"CPUUtilization","Datapoints":[
        {"Timestamp":"2025-03-01T01:00:00Z","Average":40.0,"Unit":"Percent"},
        {"Timestamp":"2025-03-01T00:00:00Z","Average":20.0,"Unit":"Percent"}]}"#;
    let metrics = read("i-1.json", text, |description| {
        description.values = texts(&[("resource", "{file}"), ("namespace", "AWS/EC2")]);
    });
    let metrics = metrics.unwrap();
    assert_eq!(short(&metrics)[0].3, ["0.2", "0.4"]);
    assert_eq!(metrics.series[0].resource.name, "i-1");
}

#[test]
fn records_of_a_metric_stream_follow_each_other() {
    let record = |minute: i64, mean: f64| {
        let time = (HOUR * 60 + minute) * 60_000;
        format!(
            r#"{{"metric_stream_name":"s","account_id":"123","region":"eu-west-1","namespace":"AWS/EC2","metric_name":"CPUUtilization","dimensions":{{"InstanceId":"i-1"}},"timestamp":{time},"value":{{"max":{mean},"min":0,"sum":{},"count":2}},"unit":"Percent"}}"#,
            mean * 2.0
        )
    };
    let lines = [record(0, 10.0), record(30, 30.0), record(60, 35.0), record(90, 45.0)].join("\n");
    let metrics = read("stream.json", lines, |_| ()).unwrap();
    let found = short(&metrics);
    assert_eq!(found[0], expected("ec2 eu-west-1 123 i-1")[0]);
    assert_eq!(found[1].3, ["0.3", "0.45"], "the highest of an hour");
}

#[test]
fn prometheus_writes_points_at_the_end_of_their_step() {
    let values: Vec<String> = [(30, 0.1), (60, 0.3), (90, 0.35), (120, 0.45)]
        .map(|(minute, value)| format!(r#"[{},"{value}"]"#, (HOUR * 60 + minute) * 60))
        .to_vec();
    let text = format!(
        r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{"instance":"web","job":"node"}},"values":[{}]}}]}}}}"#,
        values.join(",")
    );
    let metrics = read("range.json", text, |description| {
        description.values = texts(&[("metric", "cpu-utilisation"), ("unit", "fraction")]);
    });
    assert_eq!(short(&metrics.unwrap()), expected("web"));
}
