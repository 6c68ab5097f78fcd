//! Whatever ends a run, as people see it: what happened, where, its stable code, and the next step.

use std::fmt;
use std::path::PathBuf;

use joulework::engine::EngineError;
use joulework::export::ExportError;
use joulework::manifest::ManifestError;
use joulework::receipt::ReceiptError;
use joulework::runtime::PluginFault;
use joulework_report::ReportError;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode, SourceSpan,
};

/// Why a command could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The engine could not.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The engine could not, and this command knows a better next step.
    #[error("{error}")]
    EngineWithHint {
        /// What happened.
        error: Box<EngineError>,
        /// The next step.
        hint: String,
    },
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The run cannot be set up.
    #[error(transparent)]
    Run(joulework::Error),
    /// A plugin failed.
    #[error(transparent)]
    Plugin(#[from] PluginFault),
    /// The report could not be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A receipt cannot be made, read or run again.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// A result could not be written in its form.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// AWS could not be asked.
    #[cfg(feature = "aws")]
    #[error(transparent)]
    Aws(#[from] joulework_aws::AwsError),
    /// Data could not be put into JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Standard output did not take the data.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] std::io::Error),
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file would be written over.
    #[error("{} is there already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Words of the command line that mean nothing.
    #[error("{what} `{word}` is not {expected}")]
    Argument {
        /// What they were given for.
        what: &'static str,
        /// The words.
        word: String,
        /// What was expected.
        expected: &'static str,
        /// The next step.
        hint: Option<String>,
    },
}

impl From<joulework::Error> for Failure {
    fn from(error: joulework::Error) -> Self {
        match error {
            joulework::Error::Manifest(error) => Self::Manifest(error),
            joulework::Error::Engine(error) => Self::Engine(error),
            error => Self::Run(error),
        }
    }
}

impl Failure {
    fn stable_code(&self) -> &'static str {
        match self {
            Self::Engine(error) => error.code(),
            Self::EngineWithHint { error, .. } => error.code(),
            Self::Manifest(error) => error.code(),
            Self::Run(error) => error.code(),
            Self::Plugin(fault) => fault.code(),
            Self::Report(error) => error.code(),
            Self::Export(error) => error.code(),
            Self::Receipt(error) => error.code(),
            #[cfg(feature = "aws")]
            Self::Aws(error) => error.code(),
            Self::Json(_) => "output.encode",
            Self::Output(_) | Self::Write { .. } => "output.write",
            Self::Exists { .. } => "output.exists",
            Self::Argument { .. } => "argument.invalid",
        }
    }

    fn next_step(&self) -> Option<String> {
        match self {
            Self::Engine(error) => error.hint(),
            Self::EngineWithHint { hint, .. } => Some(hint.clone()),
            Self::Manifest(error) => error.hint(),
            Self::Run(error) => error.hint(),
            Self::Plugin(fault) => fault.hint(),
            Self::Report(error) => error.hint(),
            Self::Receipt(error) => error.hint(),
            #[cfg(feature = "aws")]
            Self::Aws(error) => error.hint(),
            Self::Argument { hint, .. } => hint.clone(),
            Self::Exists { .. } => Some(
                "`--force` writes over it; `--output FILE` writes elsewhere, `--output -` shows the text"
                    .to_owned(),
            ),
            _ => None,
        }
    }

    fn manifest(&self) -> Option<&ManifestError> {
        match self {
            Self::Manifest(error) => Some(error),
            _ => None,
        }
    }

    /// The failure for a terminal or a log, with an excerpt where a file's text is to blame.
    pub(crate) fn render(self) -> String {
        let shown = Shown::new(self);
        let width =
            terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
        let theme = if shown.source.is_some() {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let mut text = String::new();
        let red = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
        text.extend([format!("{red}error{red:#}[{}]: {}\n", shown.failure.stable_code(), shown.failure)]);
        if shown.source.is_some() {
            let excerpt = Excerpt(&shown);
            let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
            // Writing to a string fails only where a formatter does; the message above has all that is needed.
            let mut frame = String::new();
            let _ = handler.render_report(&mut frame, &excerpt);
            // The handler begins with the message, which stands above already.
            text.extend(frame.split_inclusive('\n').skip(1));
        }
        if let Some(hint) = shown.failure.next_step() {
            text.extend(["  help: ", &hint, "\n"]);
        }
        text
    }
}

/// A failure with the text that it points into.
struct Shown {
    failure: Failure,
    source: Option<(NamedSource<String>, SourceSpan)>,
}

impl Shown {
    fn new(failure: Failure) -> Self {
        let source = failure.manifest().and_then(|error| {
            let (text, span) = error.excerpt()?;
            let name = error.file().display().to_string();
            Some((NamedSource::new(name, text.to_owned()), SourceSpan::from((span.start, span.len()))))
        });
        Self { failure, source }
    }
}

/// Only the excerpt: what happened and the next step are printed around it.
struct Excerpt<'a>(&'a Shown);

impl fmt::Debug for Excerpt<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the place in the file")
    }
}

impl std::error::Error for Excerpt<'_> {}

impl Diagnostic for Excerpt<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source.as_ref().map(|(source, _)| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, span) = self.0.source.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".to_owned()), *span))))
    }
}
