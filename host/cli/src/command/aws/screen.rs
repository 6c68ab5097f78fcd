//! The terminal while a collection runs: prices, questions, what goes on.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use joulework_aws::{Quote, Watch};

use crate::arguments::Common;
use crate::printer::Printer;

/// Speaks for a collection, and asks its user.
pub(crate) struct Screen {
    printer: Mutex<Printer>,
    yes: bool,
    bar: ProgressBar,
}

impl Screen {
    pub(crate) fn new(common: &Common, yes: bool) -> Self {
        let printer = Printer::new(common);
        let bar = if printer.progress() {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { printer: Mutex::new(printer), yes, bar }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn speak(&self, how: impl FnOnce(&Printer)) {
        let printer = self.printer.lock().unwrap_or_else(PoisonError::into_inner);
        self.bar.suspend(|| how(&printer));
    }
}

impl Watch for Screen {
    fn agree(&self, quote: &Quote) -> bool {
        let Quote { what, requests, price, more } = quote;
        let plural = if *requests == 1 { "request" } else { "requests" };
        self.speak(|printer| printer.say(&format!("{what}: at least {requests} {plural}, {price} ({more})")));
        if self.yes {
            return true;
        }
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return false;
        }
        self.bar.suspend(|| {
            let _ = write!(anstream::stderr(), "Go on? [y/N] ");
            let mut answer = String::new();
            io::stdin().read_line(&mut answer).is_ok()
                && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
        })
    }

    fn detail(&self, text: &str) {
        self.speak(|printer| printer.detail(text));
    }

    fn progress(&self, what: &str, done: u64, of: u64) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_message(what.to_owned());
        self.bar.set_length(of);
        self.bar.set_position(done);
    }
}
