//! The `joulework` command: arguments, progress and exit codes. Everything else is in the library.

mod arguments;
mod command;
mod failure;
mod outcome;
mod printer;
mod table;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::outcome::Outcome;
use crate::printer::Printer;

fn main() -> ExitCode {
    stay_silent_on_caught_panics();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are data; everything else is a call that cannot be done.
            let _ = error.print();
            return if error.use_stderr() { Outcome::CouldNot } else { Outcome::Done }.into();
        }
    };
    let printer = Printer::new(&arguments.common);
    match command::run(&arguments, &printer) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            let _ = write!(anstream::stderr(), "{}", printer.shared_message(failure.render()));
            Outcome::CouldNot.into()
        }
    }
}

/// A panic that the engine turns into an error is told by that error alone.
fn stay_silent_on_caught_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !joulework::engine::bill::panics_are_caught() {
            usual(panic);
        }
    }));
}
