//! How the program ends.

use std::process::ExitCode;

/// The exit codes. There are no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything was done.
    Done,
    /// Everything was done, and what was checked does not hold.
    CheckFailed,
    /// It could not be done.
    CouldNot,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::CheckFailed => Self::from(1),
            Outcome::CouldNot => Self::from(2),
        }
    }
}
