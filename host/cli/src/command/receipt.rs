//! Receipts: written with every run that writes a file, and `joulework verify`, which runs one again.

use std::path::{Path, PathBuf};
use std::time::Instant;

use joulework::engine::pipeline::Assessment;
use joulework::receipt::{Receipt, verify};

use super::estimate::write_file;
use super::{Failure, load};
use crate::arguments::{Common, Verify};
use crate::outcome::Outcome;
use crate::printer::{self, Printer};

/// Writes the receipt of a run that began at `started`.
pub(crate) fn write(
    path: &Path,
    assessment: &Assessment,
    started: Instant,
    printer: &Printer,
) -> Result<(), Failure> {
    let mut receipt = Receipt::of(assessment)?;
    receipt.measured.seconds = Some(started.elapsed().as_secs_f64());
    receipt.measured.peak_memory_bytes = peak_memory_bytes();
    write_file(path, format!("{}\n", serde_json::to_string_pretty(&receipt)?).as_bytes())?;
    printer.say(&format!("wrote {}", path.display()));
    Ok(())
}

/// Where the receipt of a written file goes, unless the user says so.
pub(crate) fn beside(output: &Path) -> PathBuf {
    output.with_extension("receipt.json")
}

/// A receipt names what it is of, or it cannot be verified.
pub(crate) fn refuse_redacted(receipt: Option<&Path>, common: &Common) -> Result<(), Failure> {
    match receipt {
        Some(path) if common.redact => Err(Failure::Argument {
            what: "--receipt",
            word: path.display().to_string(),
            expected: "possible with --redact: a receipt without its accounts cannot be verified",
            hint: None,
        }),
        _ => Ok(()),
    }
}

/// Does `joulework verify`.
pub(crate) fn run(arguments: &Verify, common: &Common, printer: &Printer) -> Result<Outcome, Failure> {
    let receipt = Receipt::read(&arguments.receipt)?;
    let differences = verify(&receipt, load::cache_folder(), common.threads.map(usize::from))?;
    for difference in differences.iter().filter(|difference| !difference.counts()) {
        printer.say(&difference.to_string());
    }
    let counting: Vec<_> = differences.iter().filter(|difference| difference.counts()).collect();
    let name = arguments.receipt.display();
    if counting.is_empty() {
        let text = format!("{name}: verified, {} files, the same figures\n", receipt.files.len());
        printer::text(&printer.shared_message(text))?;
        return Ok(Outcome::Done);
    }
    let mut text = format!("{name}: not verified\n");
    for difference in counting {
        text.extend(["  ", &difference.to_string(), "\n"]);
    }
    printer::text(&printer.shared_message(text))?;
    Ok(Outcome::CheckFailed)
}

/// Most memory that this process held, where the system says so.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
