//! Real series of `CloudWatch` (numenta/NAB, MIT), cut to two days.

use super::{plain, short, texts};
use joulework_metrics::Metrics;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/metrics/data");

#[test]
fn a_series_of_a_time_and_a_value_is_told_what_it_is() {
    let mut description = plain(format!("{FOLDER}/nab-ec2-cpu.csv").into());
    description.values =
        texts(&[("resource", "i-1"), ("metric", "CPUUtilization"), ("namespace", "AWS/EC2")]);
    let metrics = Metrics::read(&[description], &[]).unwrap();
    let series = &metrics.series[0];
    // It begins at 14:30; the mean of the first hour is that of its six points.
    assert_eq!(series.first_hour, 386_774);
    assert_eq!(short(&metrics)[0].3[0], "0.001337");
    let (known, sum) =
        series.values.iter().fold((0.0, 0.0), |(known, sum), value| (known + 1.0, sum + f64::from(*value)));
    assert!(known > 40.0 && sum / known < 0.002, "{known} {sum}");
}
