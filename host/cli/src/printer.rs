//! The one way to speak: data goes to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};

use std::cell::RefCell;

use anstyle::{AnsiColor, Style};
use joulework::engine::{Assessment, EngineError};
use joulework::redact::Redactor;

use crate::arguments::{Colour, Common};

/// Speaks to people on standard error, and knows how much, in which colours, and what may be said.
#[derive(Debug)]
pub(crate) struct Printer {
    quiet: bool,
    verbose: bool,
    /// What takes ids out of everything, where that is asked for.
    redactor: Option<RefCell<Redactor>>,
}

impl Printer {
    /// As the command line asks for. Colour is decided once for both streams.
    pub(crate) fn new(common: &Common) -> Self {
        let choice = match common.color {
            Colour::Auto => anstream::ColorChoice::Auto,
            Colour::Always => anstream::ColorChoice::Always,
            Colour::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        let redactor = common.redact.then(RefCell::default);
        Self { quiet: common.quiet, verbose: common.verbose, redactor }
    }

    /// Learns what must not be said of an assessment.
    ///
    /// # Errors
    /// When the assessment did not keep accounts apart.
    pub(crate) fn learn(&self, assessment: &Assessment) -> Result<(), EngineError> {
        self.redactor.as_ref().map_or(Ok(()), |redactor| redactor.borrow_mut().learn_from(assessment))
    }

    /// Data about assessments as it may be shared.
    pub(crate) fn shared(&self, text: String) -> String {
        match &self.redactor {
            Some(redactor) => redactor.borrow_mut().redact(&text),
            None => text,
        }
    }

    /// A message as it may be shared, whatever it is about.
    pub(crate) fn shared_message(&self, text: String) -> String {
        match &self.redactor {
            Some(redactor) => redactor.borrow_mut().redact_message(&text),
            None => text,
        }
    }

    /// Something that the reader wants to know.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// Something for those who ask for more.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.line(text);
        }
    }

    /// Something that may make a figure wrong.
    pub(crate) fn warn(&self, text: &str) {
        if !self.quiet {
            let yellow = Style::new().bold().fg_color(Some(AnsiColor::Yellow.into()));
            self.line(&format!("{yellow}warning:{yellow:#} {text}"));
        }
    }

    /// Whether a progress bar may be shown.
    pub(crate) fn progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    fn line(&self, text: &str) {
        let text = self.shared_message(text.to_owned());
        // Standard error may be closed; there is nobody left to tell.
        let _ = writeln!(anstream::stderr(), "{text}");
    }
}

/// Writes data to standard output. A reader that went away (`| head`) ends the program quietly.
///
/// # Errors
/// When standard output cannot take the data.
pub(crate) fn data(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes text with colours to standard output; they are left out where they do not belong.
///
/// # Errors
/// When standard output cannot take the text.
pub(crate) fn text(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
