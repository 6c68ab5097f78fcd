//! Logs of functions, in every form in which they come.

use std::io::Write as _;

use joulework_engine::pipeline::LambdaLogsDescription;
use joulework_metrics::lambda::{FunctionVersion, Invocations};
use joulework_metrics::{Metrics, MetricsError};

use super::{Folder, notes};

/// A request by its number.
fn request(number: u32) -> String {
    format!("{number:08x}-0000-4000-8000-000000000000")
}

fn report(number: u32, rest: &str) -> String {
    format!(
        "REPORT RequestId: {}\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: 512 MB\tMax Memory Used: 128 MB\t{rest}\n",
        request(number)
    )
}

fn logs(folder: &Folder, function: Option<&str>) -> Result<Metrics, MetricsError> {
    let description = LambdaLogsDescription {
        paths: vec![folder.0.path().to_owned()],
        function: function.map(str::to_owned),
        ..Default::default()
    };
    Metrics::read(&[], &[description])
}

fn only(metrics: &Metrics) -> (&FunctionVersion, &Invocations) {
    assert_eq!(metrics.functions.len(), 1, "{:?}", metrics.functions.keys());
    metrics.functions.iter().next().unwrap()
}

#[test]
fn text_has_versions_cold_starts_memory_errors_and_timeouts() {
    let folder = Folder::new();
    let text = format!(
        "INIT_START Runtime Version: python:3.13.v1\n\
         START RequestId: {} Version: 7\n\
         an own line of the function\n\
         END RequestId: {}\n{}\
         START RequestId: {} Version: 7\n{}\
         2025-03-01T00:00:03.000Z {} Task timed out after 3.00 seconds\n\
         INIT_REPORT Init Duration: 9999.00 ms\tPhase: init\tStatus: timeout\n",
        request(1),
        request(1),
        report(1, "Init Duration: 250.00 ms\t"),
        request(2),
        report(2, "Status: timeout"),
        request(2),
    );
    folder.write("checkout.log", text);
    let metrics = logs(&folder, Some("{file}")).unwrap();
    let (function, found) = only(&metrics);
    assert_eq!((function.function.as_str(), function.version.as_str()), ("checkout", "7"));
    assert_eq!((found.count, found.cold, found.errors, found.timeouts, found.failed_inits), (2, 1, 0, 1, 1));
    assert_eq!((found.init_us, found.billed_mb_ms, found.unused_mb_ms), (250_000, 102_400, 76_800));
    // Before August 2025 the time of making ready was not billed, and this billed time has no room for it.
    assert_eq!((found.init_mb_us, found.billed_init_mb_us), (128_000_000, 0));
}

#[test]
fn exports_to_s3_name_the_stream_in_their_path_and_count_once_where_they_overlap() {
    let folder = Folder::new();
    let line = |number| format!("2025-09-01T00:00:0{number}.123Z {}", report(number, ""));
    let write = |path: &str, text: String| {
        let path = folder.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut packed =
            flate2::write::GzEncoder::new(std::fs::File::create(path).unwrap(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap();
    };
    write("one/aws-lambda-pay/2025-09-01-[$LATEST]0a/000000.gz", line(1) + &line(2));
    write("two/aws-lambda-pay/2025-09-01-[$LATEST]0a/000000.gz", line(2) + &line(3));
    let metrics = logs(&folder, None).unwrap();
    let (function, found) = only(&metrics);
    assert_eq!((function.function.as_str(), function.version.as_str()), ("pay", "$LATEST"));
    assert_eq!((found.count, found.has_metering_break()), (3, false));
    assert_eq!(notes(&metrics), [("logs.duplicate", 1)]);
}

#[test]
fn platform_events_subscriptions_and_answers_of_the_command_say_the_same() {
    let platform = |number: u32| {
        format!(
            r#"{{"time":"2025-09-01T00:00:00.000Z","type":"platform.report","record":{{"requestId":"{}","metrics":{{"durationMs":100.0,"billedDurationMs":350,"memorySizeMB":512,"maxMemoryUsedMB":128,"initDurationMs":250.0}},"status":"success"}}}}"#,
            request(number)
        )
    };
    let text = serde_json::to_string(&report(2, "").trim_end()).unwrap();
    let subscription = format!(
        r#"{{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/lambda/pay","logStream":"2025/09/01/[12]0a","logEvents":[{{"id":"1","timestamp":1756684800000,"message":{text}}}]}}"#
    );
    let answer = format!(
        r#"{{"events": [{{"logStreamName":"2025/09/01/[12]0a","timestamp":1756684800000,"message":{text}}}], "searchedLogStreams": []}}"#
    );
    let read = |name: &str, text: &str| {
        let folder = Folder::new();
        folder.write(name, text);
        logs(&folder, Some("pay")).unwrap()
    };
    let metrics = read("platform.json", &format!("{}\n{}\n", platform(1), platform(3)));
    let (_, found) = only(&metrics);
    assert_eq!((found.count, found.cold, found.billed_init_mb_us), (2, 2, 256_000_000));
    let (one, two) = (read("subscription.json", &subscription), read("answer.json", &answer));
    assert_eq!(one.functions, two.functions);
    let (function, found) = only(&one);
    assert_eq!(
        (function.version.as_str(), found.count, found.span_ms),
        ("12", 1, Some((1_756_684_800_000, 1_756_684_800_000)))
    );
}

#[test]
fn lambda_insights_says_how_long_a_function_waited() {
    let folder = Folder::new();
    folder.write(
        "insights.json",
        r#"{"_aws":{},"cpu_total_time":30,"duration":100,"function_name":"pay","version":"12","request_id":"a","memory_utilization":20}"#,
    );
    let metrics = logs(&folder, None).unwrap();
    let (function, found) = only(&metrics);
    assert_eq!(function.function, "pay");
    assert_eq!((found.cpu_us, found.cpu_duration_us, found.wait_us), (30_000, 100_000, 70_000));
}

#[test]
fn logs_that_nobody_names_are_refused() {
    let folder = Folder::new();
    folder.write("some.log", report(1, ""));
    let error = logs(&folder, None).unwrap_err();
    assert!(error.to_string().contains("some.log: nothing says which function"), "{error}");
}

#[test]
fn a_broken_report_is_counted_and_the_rest_is_read() {
    let folder = Folder::new();
    folder.write("pay.log", format!("{}REPORT RequestId: 1\tDuration: soon\n", report(1, "")));
    let metrics = logs(&folder, Some("pay")).unwrap();
    assert_eq!((only(&metrics).1.count, notes(&metrics)), (1, vec![("logs.unreadable", 1)]));
}

#[test]
fn a_change_of_billing_between_the_first_and_the_last_invocation_is_seen() {
    let folder = Folder::new();
    let text =
        format!("2025-07-31T23:59:59.000Z {}2025-08-01T00:00:00.000Z {}", report(1, ""), report(2, ""));
    folder.write("pay.log", text);
    assert!(only(&logs(&folder, Some("pay")).unwrap()).1.has_metering_break());
}
