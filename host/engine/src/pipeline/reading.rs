//! Reading bills: each file into a sum of its own, as soon as it is whole into the sum of all.
//!
//! So that at most a few files are under way at a time, and each can be remembered for the next run on its own.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::Progress;
use crate::activity::{Accumulator, Plan, Stored};
use crate::bill::{Bill, BillFile, Chunk, Digest, Findings};
use crate::error::EngineError;
use crate::memory::{self, Memory};
use crate::parallel;

/// Files under reading.
pub(super) struct Reading<'a, 'f> {
    plan: &'a Plan,
    memory: Option<&'f Memory>,
    /// The files of all bills, bill after bill.
    files: Vec<FileReading<'a, 'f>>,
    whole: Mutex<Accumulator<'a>>,
    began: SystemTime,
}

/// A file and what was read of it.
struct FileReading<'a, 'f> {
    bill: usize,
    place: usize,
    file: &'f BillFile,
    /// What the remembered sums depend on beside the bytes.
    purpose: String,
    state: Mutex<FileState<'a>>,
}

#[derive(Default)]
struct FileState<'a> {
    sum: Option<Accumulator<'a>>,
    /// Items that are still to be read.
    left: usize,
    rows: u64,
}

/// Something that one thread does.
enum Item {
    /// The digest of a file.
    Digest(usize),
    /// A part of a file.
    Rows(usize, Chunk),
}

/// What a thread has of the file that it is at.
struct Hand<'a> {
    file: usize,
    sum: Option<Accumulator<'a>>,
    items: usize,
    rows: u64,
}

/// What is remembered of a file.
#[derive(Serialize, Deserialize)]
struct Remembered {
    sum: Stored,
    findings: Findings,
    digest: Digest,
    rows: u64,
}

impl<'a, 'f> Reading<'a, 'f> {
    /// Makes ready to read bills.
    pub(super) fn new(
        plan: &'a Plan,
        memory: Option<&'f Memory>,
        bills: &'f [Bill],
    ) -> Result<Self, EngineError> {
        let mut files = Vec::new();
        for (bill, files_of) in bills.iter().enumerate() {
            let purpose = format!("sums in {} by {plan:?}", files_of.zone_name());
            files.extend(files_of.files().iter().enumerate().map(|(place, file)| FileReading {
                bill,
                place,
                file,
                purpose: purpose.clone(),
                state: Mutex::default(),
            }));
        }
        let whole = Mutex::new(Accumulator::new(plan)?);
        Ok(Self { plan, memory, files, whole, began: memory::now() })
    }

    /// Reads everything on at most `threads` threads.
    pub(super) fn read(
        &self,
        bills: &[Bill],
        threads: usize,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<(), EngineError> {
        let of = self.files.iter().map(|reading| reading.file.bytes()).sum();
        let mut items = Vec::new();
        for (number, reading) in self.files.iter().enumerate() {
            if self.recall(reading)? {
                let rows = lock(&reading.state).rows;
                tell(Progress { bytes: reading.file.bytes(), of, rows, remembered: true });
                continue;
            }
            let chunks = bills.get(reading.bill).map(Bill::chunks).unwrap_or_default();
            let before = items.len();
            items.push(Item::Digest(number));
            items.extend(
                chunks
                    .into_iter()
                    .filter(|chunk| chunk.file() == reading.place)
                    .map(|chunk| Item::Rows(number, chunk)),
            );
            lock(&reading.state).left = items.len() - before;
        }
        let columns = self.plan.columns();
        let begin = || Ok(Hand { file: usize::MAX, sum: None, items: 0, rows: 0 });
        let hands = parallel::fold(&items, threads, begin, |hand, item| {
            let (Item::Digest(number) | Item::Rows(number, _)) = item;
            if hand.file != *number {
                self.hand_over(hand)?;
                hand.file = *number;
            }
            let Some(reading) = self.files.get(*number) else { return Ok(()) };
            match item {
                Item::Digest(_) => {
                    reading.file.digest()?;
                }
                Item::Rows(_, chunk) => {
                    let sum = match &mut hand.sum {
                        Some(sum) => sum,
                        none => none.insert(Accumulator::new(self.plan)?),
                    };
                    let mut rows = 0;
                    chunk
                        .read(columns, |batch| {
                            rows += batch.rows() as u64;
                            sum.add(&batch)
                        })
                        .map_err(|error| of_file(error, reading.file))?;
                    hand.rows += rows;
                    tell(Progress { bytes: chunk.bytes(), of, rows, remembered: false });
                }
            }
            hand.items += 1;
            Ok(())
        })?;
        for mut hand in hands {
            self.hand_over(&mut hand)?;
        }
        Ok(())
    }

    /// The sum of all files and, per bill and file, how many rows it has.
    pub(super) fn finish(self) -> (Accumulator<'a>, Vec<Vec<u64>>) {
        let mut rows: Vec<Vec<u64>> = Vec::new();
        for reading in self.files {
            rows.resize_with(rows.len().max(reading.bill + 1), Vec::new);
            let state = reading.state.into_inner().unwrap_or_else(PoisonError::into_inner);
            if let Some(rows) = rows.last_mut() {
                rows.push(state.rows);
            }
        }
        (self.whole.into_inner().unwrap_or_else(PoisonError::into_inner), rows)
    }

    /// Takes what a thread has into the file, and the file, where that was the last of it, into the whole.
    fn hand_over(&self, hand: &mut Hand<'a>) -> Result<(), EngineError> {
        let (sum, items, rows) =
            (hand.sum.take(), std::mem::take(&mut hand.items), std::mem::take(&mut hand.rows));
        let Some(reading) = self.files.get(hand.file) else { return Ok(()) };
        let complete = {
            let mut state = lock(&reading.state);
            state.left = state.left.saturating_sub(items);
            state.rows += rows;
            match (&mut state.sum, sum) {
                (Some(own), Some(part)) => own.merge(&part)?,
                (own, part) => *own = own.take().or(part),
            }
            if state.left == 0 { state.sum.take().map(|sum| (sum, state.rows)) } else { None }
        };
        let Some((sum, rows)) = complete else { return Ok(()) };
        if let Some(memory) = self.memory {
            let (findings, digest) = (reading.file.findings(), reading.file.digest()?);
            let remembered = Remembered { sum: Stored::from(&sum), findings, digest, rows };
            memory.keep(&reading.purpose, &[reading.file.identity()], self.began, &remembered);
        }
        self.take(sum)
    }

    /// Takes a file as it was remembered, where it was and has not changed.
    fn recall(&self, reading: &FileReading<'a, 'f>) -> Result<bool, EngineError> {
        let recall =
            |memory: &Memory| memory.recall::<Remembered>(&reading.purpose, &[reading.file.identity()]);
        let Some(Remembered { sum, findings, digest, rows }) = self.memory.and_then(recall) else {
            return Ok(false);
        };
        reading.file.recall(findings, digest);
        lock(&reading.state).rows = rows;
        self.take(sum.restore(self.plan)?)?;
        Ok(true)
    }

    /// Takes the sum of a file into the whole.
    fn take(&self, sum: Accumulator<'a>) -> Result<(), EngineError> {
        let mut whole = lock(&self.whole);
        if whole.is_empty() {
            *whole = sum;
            return Ok(());
        }
        whole.merge(&sum)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Names the file of a row that cannot be added.
fn of_file(error: EngineError, of: &BillFile) -> EngineError {
    match error {
        EngineError::Sum { file: None, row, source } => {
            EngineError::Sum { file: Some(of.path().to_owned()), row, source }
        }
        other => other,
    }
}
