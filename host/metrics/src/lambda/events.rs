//! What Lambda says of an invocation: lines of text and platform events in JSON.

use serde::Deserialize;

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event<'a> {
    /// An invocation began: its request and the version of the function.
    Start { request: &'a str, version: &'a str },
    /// An invocation ended.
    Report(Report<'a>),
    /// An environment was made ready, or not.
    Init { failed: bool, milliseconds: f64 },
    /// An invocation took longer than it may.
    TimedOut { request: &'a str },
    /// CPU time of an invocation, from Lambda Insights.
    Cpu { function: &'a str, version: &'a str, request: &'a str, cpu_ms: f64, duration_ms: f64 },
}

/// The report of an invocation.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Report<'a> {
    pub(super) request: &'a str,
    pub(super) duration_ms: f64,
    pub(super) billed_ms: f64,
    pub(super) memory_mb: f64,
    pub(super) used_mb: f64,
    pub(super) init_ms: Option<f64>,
    pub(super) restore_ms: Option<f64>,
    pub(super) status: Status,
}

/// How an invocation ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Status {
    #[default]
    Fine,
    Error,
    Timeout,
}

impl Status {
    fn of(word: &str) -> Self {
        match word {
            "timeout" => Self::Timeout,
            "error" | "failure" => Self::Error,
            _ => Self::Fine,
        }
    }
}

/// A message that looks like an event and cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

/// The event of a message; nothing where it is a message of the function itself.
pub(super) fn event(message: &str) -> Result<Option<Event<'_>>, Unreadable> {
    let message = message.trim_end();
    if let Some(rest) = message.strip_prefix("REPORT RequestId: ") {
        return report(rest).map(|report| Some(Event::Report(report))).ok_or(Unreadable);
    }
    if let Some(rest) = message.strip_prefix("START RequestId: ") {
        let (request, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let version = rest.trim().strip_prefix("Version: ").ok_or(Unreadable)?.trim();
        return Ok(Some(Event::Start { request, version }));
    }
    if let Some(rest) = message.strip_prefix("INIT_REPORT ") {
        let milliseconds = field(rest, "Init Duration: ").and_then(milliseconds).ok_or(Unreadable)?;
        let failed = field(rest, "Status: ").is_some_and(|status| status != "success");
        return Ok(Some(Event::Init { failed, milliseconds }));
    }
    if message.starts_with('{') {
        return json(message);
    }
    Ok(timed_out(message))
}

/// `TIME REQUEST Task timed out after 3.00 seconds`, or without the time.
fn timed_out(message: &str) -> Option<Event<'_>> {
    let (before, after) = message.split_once(" Task timed out after ")?;
    let request = before.rsplit(' ').next()?;
    (is_request(request) && after.ends_with("seconds")).then_some(Event::TimedOut { request })
}

/// Whether a text is a UUID, as ids of requests are.
fn is_request(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Fields of a line are parted by tabs; some exports make spaces of them, so each is found by its name.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    // `Duration: ` is the end of other names too.
    let mut from = 0;
    loop {
        let at = from + line.get(from..)?.find(name)?;
        let starts_word = at == 0 || line.get(..at).is_some_and(|before| before.ends_with(['\t', ' ']));
        let is_own =
            starts_word && !OTHER_WORDS.iter().any(|word| line.get(..at).is_some_and(|b| b.ends_with(word)));
        let value = line.get(at + name.len()..)?;
        if is_own {
            return Some(value.split(['\t', ' ']).next().unwrap_or(value));
        }
        from = at + name.len();
    }
}

/// Words before `Duration: ` that make another name of it.
const OTHER_WORDS: [&str; 4] = ["Billed ", "Init ", "Restore ", "Extension "];

fn milliseconds(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
}

fn report(rest: &str) -> Option<Report<'_>> {
    let request = rest.split(['\t', ' ']).next()?;
    let number = |name: &str| field(rest, name).and_then(milliseconds);
    let whole = |name: &str| {
        let at = rest.find(name)? + name.len();
        milliseconds(rest.get(at..)?.split(['\t', ' ']).next()?)
    };
    Some(Report {
        request,
        duration_ms: number("Duration: ")?,
        billed_ms: whole("Billed Duration: ")?,
        memory_mb: whole("Memory Size: ")?,
        used_mb: whole("Max Memory Used: ")?,
        init_ms: whole("Init Duration: "),
        restore_ms: rest.find("\tRestore Duration: ").and_then(|_| whole("Restore Duration: ")),
        status: field(rest, "Status: ").map(Status::of).unwrap_or_default(),
    })
}

#[derive(Deserialize)]
struct Platform<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a str>,
    #[serde(borrow)]
    record: Option<Record<'a>>,
    cpu_total_time: Option<f64>,
    duration: Option<f64>,
    #[serde(borrow)]
    function_name: Option<&'a str>,
    #[serde(borrow)]
    version: Option<&'a str>,
    #[serde(borrow)]
    request_id: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow)]
    request_id: Option<&'a str>,
    #[serde(borrow)]
    version: Option<&'a str>,
    #[serde(borrow)]
    status: Option<&'a str>,
    metrics: Option<PlatformMetrics>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlatformMetrics {
    duration_ms: Option<f64>,
    billed_duration_ms: Option<f64>,
    #[serde(rename = "memorySizeMB")]
    memory_size_mb: Option<f64>,
    #[serde(rename = "maxMemoryUsedMB")]
    max_memory_used_mb: Option<f64>,
    init_duration_ms: Option<f64>,
    restore_duration_ms: Option<f64>,
}

fn json(message: &str) -> Result<Option<Event<'_>>, Unreadable> {
    let is_platform = message.contains("\"platform.");
    if !is_platform && !message.contains("\"cpu_total_time\"") {
        return Ok(None);
    }
    // The function's own JSON may hold these words too: what has another shape is its own.
    let Ok(read) = serde_json::from_str::<Platform<'_>>(message) else { return Ok(None) };
    if let (Some(cpu_ms), Some(duration_ms), Some(function)) =
        (read.cpu_total_time, read.duration, read.function_name)
    {
        let (version, request) = (read.version.unwrap_or_default(), read.request_id.unwrap_or_default());
        return Ok(Some(Event::Cpu { function, version, request, cpu_ms, duration_ms }));
    }
    let (Some(kind), Some(record)) = (read.kind, read.record) else { return Ok(None) };
    let metrics = record.metrics.as_ref();
    match kind {
        "platform.start" => {
            let (request, version) = (record.request_id, record.version);
            let start = request.zip(version).map(|(request, version)| Event::Start { request, version });
            Ok(start)
        }
        "platform.initReport" => {
            let milliseconds = metrics.and_then(|metrics| metrics.duration_ms).ok_or(Unreadable)?;
            let failed = record.status.is_some_and(|status| status != "success");
            Ok(Some(Event::Init { failed, milliseconds }))
        }
        "platform.report" => {
            let request = record.request_id.ok_or(Unreadable)?;
            let metrics = metrics.ok_or(Unreadable)?;
            Ok(Some(Event::Report(Report {
                request,
                duration_ms: metrics.duration_ms.ok_or(Unreadable)?,
                billed_ms: metrics.billed_duration_ms.ok_or(Unreadable)?,
                memory_mb: metrics.memory_size_mb.ok_or(Unreadable)?,
                used_mb: metrics.max_memory_used_mb.ok_or(Unreadable)?,
                init_ms: metrics.init_duration_ms,
                restore_ms: metrics.restore_duration_ms,
                status: record.status.map(Status::of).unwrap_or_default(),
            })))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    const REQUEST: &str = "8f507cfc-xmpl-4697-b07a-ac58fc914c95";

    #[test]
    fn a_report_is_read_in_text_and_in_json() {
        let expected = Report {
            request: REQUEST,
            duration_ms: 2.12,
            billed_ms: 3.0,
            memory_mb: 128.0,
            used_mb: 65.0,
            init_ms: Some(161.7),
            restore_ms: None,
            status: Status::Timeout,
        };
        let text = format!(
            "REPORT RequestId: {REQUEST}\tDuration: 2.12 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 65 MB\tInit Duration: 161.70 ms\tStatus: timeout\t\n"
        );
        assert_eq!(event(&text), Ok(Some(Event::Report(expected.clone()))));
        assert_eq!(event(&text.replace('\t', "  ")), Ok(Some(Event::Report(expected.clone()))));
        let json = format!(
            r#"{{"time":"2025-03-01T00:00:00.000Z","type":"platform.report","record":{{"requestId":"{REQUEST}","metrics":{{"durationMs":2.12,"billedDurationMs":3,"memorySizeMB":128,"maxMemoryUsedMB":65,"initDurationMs":161.7}},"status":"timeout"}}}}"#
        );
        assert_eq!(event(&json), Ok(Some(Event::Report(expected))));
    }

    #[test]
    fn a_restored_environment_has_its_restore_time() {
        let text = format!(
            "REPORT RequestId: {REQUEST}\tDuration: 10.5 ms\tBilled Duration: 250 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\tRestore Duration: 230.20 ms\tBilled Restore Duration: 240 ms"
        );
        let Ok(Some(Event::Report(report))) = event(&text) else { unreachable!("a report") };
        assert_eq!((report.duration_ms, report.restore_ms, report.init_ms), (10.5, Some(230.2), None));
    }

    #[test]
    fn other_events_are_told_apart_and_the_functions_own_words_are_none() {
        let start = format!("START RequestId: {REQUEST} Version: 12");
        assert_eq!(event(&start), Ok(Some(Event::Start { request: REQUEST, version: "12" })));
        let init = "INIT_REPORT Init Duration: 9999.97 ms\tPhase: init\tStatus: timeout";
        assert_eq!(event(init), Ok(Some(Event::Init { failed: true, milliseconds: 9_999.97 })));
        let id = "8f507cfc-0000-4697-b07a-ac58fc914c95";
        let late = format!("2025-03-01T00:00:03.000Z {id} Task timed out after 3.00 seconds");
        assert_eq!(event(&late), Ok(Some(Event::TimedOut { request: id })));
        for own in [
            "a customer wrote: REPORT RequestId: 1",
            r#"{"level":"info","message":"see \"platform.report\""}"#,
            "END RequestId: 8f507cfc",
            "Task timed out after lunch",
        ] {
            assert_eq!(event(own), Ok(None), "{own}");
        }
        assert_eq!(event("REPORT RequestId: 1\tDuration: soon"), Err(Unreadable));
    }
}
