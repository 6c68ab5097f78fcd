//! What can go wrong between a machine and an AWS account.

use std::path::PathBuf;

use crate::price::Usd;

/// Why something could not be fetched or written.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AwsError {
    /// AWS refused a request or did not answer.
    #[error("{operation} in {region}: {message}")]
    Call {
        /// The operation of the API.
        operation: &'static str,
        /// The region that was asked.
        region: String,
        /// The code of the error, where AWS gave one.
        code: Option<String>,
        /// What AWS or the connection said.
        message: String,
    },
    /// There are no credentials, or they are not good any more.
    #[error("no credentials from {place}: {message}")]
    Credentials {
        /// The profile, or the chain.
        place: String,
        /// What the chain said.
        message: String,
    },
    /// The next request would cost more than is allowed.
    #[error("stopped before {operation}: {requests} paid requests and {spent} of {limit} are spent")]
    Limit {
        /// The operation that was not asked any more.
        operation: &'static str,
        /// Paid requests that were sent.
        requests: u64,
        /// What they cost.
        spent: Usd,
        /// The limit in words.
        limit: String,
    },
    /// The user did not agree to the price.
    #[error("nothing was asked for: the price of {0} was not agreed to")]
    Declined(Usd),
    /// An answer that cannot be used.
    #[error("{operation} in {region} answered with {what}")]
    Answer {
        /// The operation of the API.
        operation: &'static str,
        /// The region that answered.
        region: String,
        /// What is wrong with it.
        what: String,
    },
    /// A page that was kept cannot be read.
    #[error("{}: {reason}", file.display())]
    Page {
        /// The file.
        file: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A file or a folder cannot be written or read.
    #[error("{}: {message}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        message: String,
    },
    /// The days make no period.
    #[error("{0}")]
    Period(String),
    /// This program cannot open connections at all.
    #[error("no connection can be opened: {0}")]
    Runtime(String),
}

impl AwsError {
    /// A code that stays the same.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Call { .. } => "aws.call",
            Self::Credentials { .. } => "aws.credentials",
            Self::Limit { .. } => "aws.limit",
            Self::Declined(_) => "aws.declined",
            Self::Answer { .. } => "aws.answer",
            Self::Page { .. } => "aws.page",
            Self::File { .. } => "aws.file",
            Self::Period(_) => "aws.period",
            Self::Runtime(_) => "aws.runtime",
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Call { code: Some(code), .. } => return hint_of_code(code),
            Self::Credentials { .. } => {
                "`aws sso login` or `aws configure` gives credentials; `--profile NAME` says whose"
            }
            Self::Limit { .. } => {
                "what was fetched is kept: the same command with a higher limit goes on from there"
            }
            Self::Declined(_) => "`--yes` agrees beforehand, `--max-usd` and `--max-requests` set a limit",
            Self::Page { .. } => "delete the file: it is asked for again",
            _ => return None,
        };
        Some(text.to_owned())
    }

    pub(crate) fn file(path: impl Into<PathBuf>, error: &std::io::Error) -> Self {
        Self::File { path: path.into(), message: error.to_string() }
    }
}

fn hint_of_code(code: &str) -> Option<String> {
    let text = match code {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "Forbidden" => {
            "`joulework aws policy` prints what the commands need to be allowed"
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => "sign in again (`aws sso login`)",
        "DataUnavailableException" => {
            "Cost Explorer has no data of these days, or is not switched on in this account"
        }
        _ => return None,
    };
    Some(text.to_owned())
}
