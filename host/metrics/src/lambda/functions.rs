//! What the logs of functions add up to, by function and version. Numbers are whole microseconds, megabytes and counts, so
//! that the order of files makes no difference.

use std::collections::BTreeMap;

use joulework_engine::loads::ResourceName;
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest as _, Sha256};

use super::events::{Event, Report, Status};
use super::quantiles::Quantiles;

/// The first instant from which the initialisation of every function is billed: 2025-08-01T00Z.
pub const INIT_IS_BILLED_FROM_MS: i64 = 1_754_006_400_000;

/// A function and one of its versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionVersion {
    /// The function.
    pub function: String,
    /// The region; empty where nothing says it.
    pub region: String,
    /// The account; empty where nothing says it.
    pub account: String,
    /// The version, such as `$LATEST` or `12`; empty where nothing says it.
    pub version: String,
}

impl FunctionVersion {
    /// The function as a resource.
    #[must_use]
    pub fn resource(&self) -> ResourceName {
        ResourceName {
            service: "lambda".to_owned(),
            region: self.region.clone(),
            account: self.account.clone(),
            name: self.function.clone(),
        }
    }
}

/// What the invocations of a function had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocations {
    /// Invocations.
    pub count: u64,
    /// Those that failed, timeouts not among them.
    pub errors: u64,
    /// Those that took longer than they may.
    pub timeouts: u64,
    /// Those that had to make an environment ready first.
    pub cold: u64,
    /// Attempts to make an environment ready that failed or took too long.
    pub failed_inits: u64,
    /// Time of the handler, in microseconds.
    pub duration_us: u64,
    /// Billed time, in milliseconds.
    pub billed_ms: u64,
    /// Time of making ready, in microseconds.
    pub init_us: u64,
    /// Time of restoring a snapshot, in microseconds.
    pub restore_us: u64,
    /// Billed time times the memory size, in milliseconds and megabytes.
    pub billed_mb_ms: u128,
    /// Time of making ready times the memory size, in microseconds and megabytes.
    pub init_mb_us: u128,
    /// The part of it that is in the billed time.
    pub billed_init_mb_us: u128,
    /// Billed time times the memory that the invocation did not use.
    pub unused_mb_ms: u128,
    /// Billed time by memory size in megabytes.
    pub sizes: BTreeMap<u64, u64>,
    /// The most memory that an invocation used, in megabytes.
    pub most_used_mb: u64,
    /// CPU time of the invocations that say it, in microseconds.
    pub cpu_us: u64,
    /// Time of the invocations that say their CPU time, in microseconds.
    pub cpu_duration_us: u64,
    /// The time in which invocations that say their CPU time used none, in microseconds.
    pub wait_us: u64,
    /// First and last instant, where a message has one.
    pub span_ms: Option<(i64, i64)>,
    /// Times of the handler, in milliseconds.
    pub durations: Quantiles,
    /// Times of making ready, in milliseconds.
    pub inits: Quantiles,
}

impl Invocations {
    fn report(&mut self, report: &Report<'_>, time_ms: Option<i64>) {
        let micro = |milliseconds: f64| whole(milliseconds * 1_000.0);
        let (billed, memory) = (whole(report.billed_ms), whole(report.memory_mb));
        let used = whole(report.used_mb);
        self.count += 1;
        self.errors += u64::from(report.status == Status::Error);
        self.duration_us += micro(report.duration_ms);
        self.durations.add(report.duration_ms);
        self.billed_ms += billed;
        self.billed_mb_ms += u128::from(billed) * u128::from(memory);
        self.unused_mb_ms += u128::from(billed) * u128::from(memory.saturating_sub(used));
        *self.sizes.entry(memory).or_default() += billed;
        self.most_used_mb = self.most_used_mb.max(used);
        if let Some(init) = report.init_ms {
            self.cold += 1;
            self.init_us += micro(init);
            self.inits.add(init);
            let init_mb_us = u128::from(micro(init)) * u128::from(memory);
            self.init_mb_us += init_mb_us;
            // A billed time that has room for both has the time of making ready in it.
            if report.billed_ms + 1.0 > report.duration_ms + init {
                self.billed_init_mb_us += init_mb_us;
            }
        }
        if let Some(restore) = report.restore_ms {
            self.cold += 1;
            self.restore_us += micro(restore);
        }
        if let Some(time) = time_ms {
            let (first, last) = self.span_ms.unwrap_or((time, time));
            self.span_ms = Some((first.min(time), last.max(time)));
        }
    }

    /// Adds those of others.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.errors += other.errors;
        self.timeouts += other.timeouts;
        self.cold += other.cold;
        self.failed_inits += other.failed_inits;
        self.duration_us += other.duration_us;
        self.billed_ms += other.billed_ms;
        self.init_us += other.init_us;
        self.restore_us += other.restore_us;
        self.billed_mb_ms += other.billed_mb_ms;
        self.init_mb_us += other.init_mb_us;
        self.billed_init_mb_us += other.billed_init_mb_us;
        self.unused_mb_ms += other.unused_mb_ms;
        for (size, billed) in &other.sizes {
            *self.sizes.entry(*size).or_default() += billed;
        }
        self.most_used_mb = self.most_used_mb.max(other.most_used_mb);
        self.cpu_us += other.cpu_us;
        self.cpu_duration_us += other.cpu_duration_us;
        self.wait_us += other.wait_us;
        self.span_ms = match (self.span_ms, other.span_ms) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, two) => one.or(two),
        };
        self.durations.merge(&other.durations);
        self.inits.merge(&other.inits);
    }

    /// Whether the way in which initialisation is billed changes between its first and its last invocation.
    #[must_use]
    pub fn has_metering_break(&self) -> bool {
        self.span_ms
            .is_some_and(|(first, last)| first < INIT_IS_BILLED_FROM_MS && last >= INIT_IS_BILLED_FROM_MS)
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "logs hold numbers of 0 or more")]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

/// Functions while their logs are read.
#[derive(Debug, Default)]
pub(super) struct Functions {
    index: BTreeMap<FunctionVersion, usize>,
    all: Vec<Invocations>,
    /// Versions of requests that have begun.
    begun: FxHashMap<u128, usize>,
    /// Reports that were counted: exports overlap.
    seen: FxHashSet<u128>,
    timed_out: FxHashSet<u128>,
    /// Reports that were there already.
    pub(super) duplicates: u64,
}

impl Functions {
    pub(super) fn place(&mut self, function: &FunctionVersion) -> usize {
        if let Some(place) = self.index.get(function) {
            return *place;
        }
        self.index.insert(function.clone(), self.all.len());
        self.all.push(Invocations::default());
        self.all.len() - 1
    }

    /// Takes an event of a log stream whose messages are of a function, as far as the stream says.
    pub(super) fn take(
        &mut self,
        stream: &mut Stream,
        message: &str,
        event: &Event<'_>,
        time_ms: Option<i64>,
    ) {
        match event {
            Event::Start { request, version } => {
                if stream.of.version != *version {
                    (*version).clone_into(&mut stream.of.version);
                    stream.place = None;
                }
                let place = self.place_of(stream);
                self.begun.insert(hash(request), place);
            }
            Event::Report(report) => {
                let begun = self.begun.remove(&hash(report.request));
                if !self.seen.insert(hash(message.trim_end())) {
                    self.duplicates += 1;
                    return;
                }
                let place = begun.unwrap_or_else(|| self.place_of(stream));
                if report.status == Status::Timeout {
                    self.time_out(place, report.request);
                }
                if let Some(own) = self.all.get_mut(place) {
                    own.report(report, time_ms);
                }
            }
            Event::Init { failed, .. } => {
                let place = self.place_of(stream);
                if let Some(own) = self.all.get_mut(place).filter(|_| *failed) {
                    own.failed_inits += 1;
                }
            }
            Event::TimedOut { request } => {
                let place = self.begun.get(&hash(request)).copied();
                let place = place.unwrap_or_else(|| self.place_of(stream));
                self.time_out(place, request);
            }
            Event::Cpu { function, version, request, cpu_ms, duration_ms } => {
                if !self.seen.insert(hash(&format!("cpu {request} {duration_ms}"))) {
                    self.duplicates += 1;
                    return;
                }
                let (function, version) = ((*function).to_owned(), (*version).to_owned());
                let place = self.place(&FunctionVersion { function, version, ..stream.of.clone() });
                if let Some(own) = self.all.get_mut(place) {
                    own.cpu_us += whole(cpu_ms * 1_000.0);
                    own.cpu_duration_us += whole(duration_ms * 1_000.0);
                    own.wait_us += whole((duration_ms - cpu_ms).max(0.0) * 1_000.0);
                }
            }
        }
    }

    fn place_of(&mut self, stream: &mut Stream) -> usize {
        let place = stream.place.unwrap_or_else(|| self.place(&stream.of));
        stream.place = Some(place);
        place
    }

    /// A timeout may be told twice: in the report and in a line of its own.
    fn time_out(&mut self, place: usize, request: &str) {
        if self.timed_out.insert(hash(request))
            && let Some(own) = self.all.get_mut(place)
        {
            own.timeouts += 1;
        }
    }

    pub(super) fn finish(self) -> BTreeMap<FunctionVersion, Invocations> {
        let mut all: Vec<Option<Invocations>> = self.all.into_iter().map(Some).collect();
        let finished = self.index.into_iter().filter_map(|(function, place)| {
            let own = all.get_mut(place)?.take()?;
            (own != Invocations::default()).then_some((function, own))
        });
        finished.collect()
    }
}

/// A log stream while it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Stream {
    pub(super) of: FunctionVersion,
    place: Option<usize>,
}

impl Stream {
    pub(super) const fn new(of: FunctionVersion) -> Self {
        Self { of, place: None }
    }
}

/// The first half of a SHA-256: two messages never share it by chance.
fn hash(text: &str) -> u128 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let mut half = [0; 16];
    half.iter_mut().zip(digest).for_each(|(own, byte)| *own = byte);
    u128::from_le_bytes(half)
}
