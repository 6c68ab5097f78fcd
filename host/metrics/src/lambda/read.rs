//! Reads files of logs: text, exports of `CloudWatch` to S3, answers of the AWS command, records of subscriptions.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use joulework_engine::instant::{Zone, instant};
use joulework_engine::pipeline::LambdaLogsDescription;
use joulework_engine::provenance::InputFile;
use serde::Deserialize;

use super::events::event;
use super::functions::{FunctionVersion, Functions, Stream};
use crate::error::MetricsError;
use crate::note::Notes;

/// Bytes that a line may have: a message of Lambda has at most 256 KiB, a record of a subscription some megabytes.
const LONGEST: usize = 64 << 20;

/// Log events with their places, as subscriptions and the AWS command write them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch<'a> {
    #[serde(borrow)]
    log_group: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    log_stream: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow, alias = "events")]
    log_events: Option<Vec<LogEvent<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogEvent<'a> {
    #[serde(borrow)]
    message: std::borrow::Cow<'a, str>,
    timestamp: Option<i64>,
    #[serde(borrow)]
    log_stream_name: Option<std::borrow::Cow<'a, str>>,
}

/// Reads a file.
pub(super) fn read(
    path: &Path,
    description: &LambdaLogsDescription,
    functions: &mut Functions,
    notes: &mut Notes,
) -> Result<InputFile, MetricsError> {
    let unreadable = |source| MetricsError::Unreadable { file: path.to_owned(), source };
    let mut start = [0; 2];
    let read = File::open(path).and_then(|mut file| file.read(&mut start)).map_err(unreadable)?;
    let mut hashed = crate::read::Hashed::new(File::open(path).map_err(unreadable)?);
    let stream = Stream::new(of_path(path, description));
    let mut reader = Reader { path, stream, functions, lines: 0, unreadable: 0 };
    if read == 2 && start == [0x1f, 0x8b] {
        let unpacked = flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, &mut hashed));
        reader.all(BufReader::with_capacity(1 << 18, unpacked))?;
    } else {
        reader.all(BufReader::with_capacity(1 << 18, &mut hashed))?;
    }
    io::copy(&mut hashed, &mut io::sink()).map_err(unreadable)?;
    let (lines, broken) = (reader.lines, reader.unreadable);
    let text = format!("{}: messages of Lambda that cannot be read are left out", path.display());
    notes.count("logs.unreadable", text, broken);
    let (sha256, bytes) = hashed.finish();
    let path = path.display().to_string();
    Ok(InputFile { path, sha256: sha256.to_string(), format: "Lambda logs".to_owned(), bytes, rows: lines })
}

/// The function and the version that a path names: the parts of `…/aws/lambda/NAME/2025/03/01/[12]0f…` in either spelling.
fn of_path(path: &Path, description: &LambdaLogsDescription) -> FunctionVersion {
    let text = path.to_string_lossy();
    let text = text.replace('\\', "/");
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    let folder = path.parent().and_then(Path::file_name);
    let folder = folder.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stated = description
        .function
        .as_ref()
        .map(|function| function.replace("{file}", stem).replace("{folder}", &folder));
    FunctionVersion {
        function: stated.or_else(|| of_group(&text)).unwrap_or_default(),
        region: description.region.clone().unwrap_or_default(),
        account: description.account.clone().unwrap_or_default(),
        version: of_stream(&text).unwrap_or_default(),
    }
}

/// The function of a log group, wherever it stands in a text.
fn of_group(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("aws/lambda/").or_else(|| text.split_once("aws-lambda-"))?;
    let name = rest.split('/').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// The version of a log stream, which stands in brackets.
fn of_stream(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('[')?;
    let (version, _) = rest.split_once(']')?;
    Some(version.to_owned())
}

/// A file while it is read.
struct Reader<'a> {
    path: &'a Path,
    stream: Stream,
    functions: &'a mut Functions,
    lines: u64,
    unreadable: u64,
}

impl Reader<'_> {
    fn all(&mut self, mut input: impl BufRead) -> Result<(), MetricsError> {
        let unreadable = |source| MetricsError::Unreadable { file: self.path.to_owned(), source };
        let mut whole = Vec::new();
        if is_document(input.fill_buf().map_err(unreadable)?) {
            input.read_to_end(&mut whole).map_err(unreadable)?;
            return self.document(&whole);
        }
        let mut carried: Vec<u8> = Vec::new();
        loop {
            let block = input
                .fill_buf()
                .map_err(|source| MetricsError::Unreadable { file: self.path.to_owned(), source })?;
            if block.is_empty() {
                break;
            }
            let length = block.len();
            let lines = memchr::memrchr(b'\n', block).map_or(0, |end| end + 1);
            let (lines, rest) = block.split_at(lines);
            if !lines.is_empty() && !carried.is_empty() {
                let end = memchr::memchr(b'\n', lines).map_or(lines.len(), |end| end + 1);
                let (head, tail) = lines.split_at(end);
                carried.extend_from_slice(head);
                self.lines_of(&carried)?;
                carried.clear();
                self.lines_of(tail)?;
            } else {
                self.lines_of(lines)?;
            }
            carried.extend_from_slice(rest);
            if carried.len() > LONGEST {
                let reason = format!("a line has more than {} MiB", LONGEST >> 20);
                return Err(MetricsError::File { file: self.path.to_owned(), reason });
            }
            input.consume(length);
        }
        self.lines_of(&carried)
    }

    fn lines_of(&mut self, mut lines: &[u8]) -> Result<(), MetricsError> {
        while !lines.is_empty() {
            let end = memchr::memchr(b'\n', lines).map_or(lines.len(), |end| end + 1);
            let (line, rest) = lines.split_at(end);
            self.line(line)?;
            lines = rest;
        }
        Ok(())
    }

    /// A line: with a time before it or without. Only lines that may be an event are looked into.
    fn line(&mut self, line: &[u8]) -> Result<(), MetricsError> {
        self.lines += 1;
        let first = line.first().copied().unwrap_or_default();
        let (time, message) = if first.is_ascii_digit() {
            let end = memchr::memchr2(b' ', b'\t', line).unwrap_or(line.len());
            let (time, rest) = line.split_at(end);
            (time, rest.get(1..).unwrap_or_default())
        } else {
            (&b""[..], line)
        };
        match message.first() {
            Some(b'R' | b'S' | b'I' | b'{') => {}
            _ if has_timeout(message) => {}
            _ => return Ok(()),
        }
        let Ok(text) = std::str::from_utf8(message) else { return Ok(()) };
        if text.starts_with('{') && text.contains("\"logEvents\"") {
            return self.document(message);
        }
        let time = if time.is_empty() { time_of(text) } else { instant(time, &Zone::Utc) };
        // A line without a time before it may begin with the time of its own words.
        let whole = if has_timeout(message) { std::str::from_utf8(line).unwrap_or(text) } else { text };
        self.message(whole, time)
    }

    fn message(&mut self, message: &str, time: Option<i64>) -> Result<(), MetricsError> {
        let Ok(event) = event(message) else {
            self.unreadable += 1;
            return Ok(());
        };
        let Some(event) = event else { return Ok(()) };
        if self.stream.of.function.is_empty() && !matches!(event, super::events::Event::Cpu { .. }) {
            let reason = "nothing says which function its messages are of: state `function`, such as \
                          \"checkout\", \"{file}\" or \"{folder}\""
                .to_owned();
            return Err(MetricsError::File { file: self.path.to_owned(), reason });
        }
        self.functions.take(&mut self.stream, message, &event, time);
        Ok(())
    }

    /// Documents that hold log events.
    fn document(&mut self, text: &[u8]) -> Result<(), MetricsError> {
        let refuse = |error: serde_json::Error| MetricsError::File {
            file: self.path.to_owned(),
            reason: format!("it is no JSON that holds log events: {error}"),
        };
        let outer = self.stream.clone();
        for batch in serde_json::Deserializer::from_slice(text).into_iter::<Batch<'_>>() {
            let batch = batch.map_err(refuse)?;
            self.stream = outer.clone();
            if let Some(function) = batch.log_group.as_deref().and_then(of_group) {
                self.stream = Stream::new(FunctionVersion { function, ..outer.of.clone() });
            }
            if let Some(version) = batch.log_stream.as_deref().and_then(of_stream) {
                self.stream = Stream::new(FunctionVersion { version, ..self.stream.of.clone() });
            }
            for one in batch.log_events.iter().flatten() {
                self.lines += 1;
                if let Some(version) = one.log_stream_name.as_deref().and_then(of_stream)
                    && version != self.stream.of.version
                {
                    self.stream = Stream::new(FunctionVersion { version, ..self.stream.of.clone() });
                }
                self.message(&one.message, one.timestamp)?;
            }
        }
        self.stream = outer;
        Ok(())
    }
}

/// Whether a file is one document with log events, and not lines.
fn is_document(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    let begins = start.get(..start.len().min(4_096)).unwrap_or_default();
    start.starts_with(b"{")
        && (memchr::memmem::find(begins, b"\"events\"").is_some()
            || memchr::memmem::find(begins, b"\"logEvents\"").is_some()
            || memchr::memmem::find(begins, b"\"searchedLogStreams\"").is_some())
}

fn has_timeout(message: &[u8]) -> bool {
    message.len() < 256 && memchr::memmem::find(message, b" Task timed out after ").is_some()
}

/// The time of a platform event in JSON.
fn time_of(text: &str) -> Option<i64> {
    let (_, rest) = text.get(..text.len().min(64))?.split_once("\"time\":\"")?;
    instant(rest.split('"').next()?.as_bytes(), &Zone::Utc)
}
