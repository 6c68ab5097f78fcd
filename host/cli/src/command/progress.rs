//! The progress bar: bytes of billing files read, shown only where somebody can see it and only when it takes long.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use joulework::engine::pipeline::Progress;

use crate::printer::Printer;

/// A run that is shorter shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar over the bytes of the bills.
pub(crate) struct Bar {
    bar: ProgressBar,
    started: Instant,
}

impl Bar {
    pub(crate) fn new(printer: &Printer) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if printer.progress() {
            let style = ProgressStyle::with_template("reading {bar:30} {bytes}/{total_bytes} {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        }
        let started = Instant::now();
        if !printer.progress() {
            bar.finish_and_clear();
        }
        Self { bar, started }
    }

    pub(crate) fn add(&self, progress: Progress) {
        if self.bar.is_finished() {
            return;
        }
        if self.bar.is_hidden() && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_length(progress.of);
        self.bar.inc(progress.bytes);
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
