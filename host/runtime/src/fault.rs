//! Why a plugin could not be admitted or did not finish: one type, told apart by kind.

use std::fmt;
use std::time::Duration;

use crate::breach::Breach;

/// A failure of a plugin, with everything that is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct PluginFault(Box<Facts>);

#[derive(Debug, Clone, PartialEq)]
struct Facts {
    plugin: String,
    kind: FaultKind,
    row: Option<usize>,
    column: Option<String>,
    panic: Option<String>,
    diagnostics: Vec<Diagnostic>,
}

/// Why a plugin failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// The file cannot be read.
    #[error("the file cannot be read: {message}")]
    Read {
        /// What the system says.
        message: String,
    },
    /// The file is larger than a plugin may be.
    #[error("the file has {bytes} bytes; a plugin may have {limit}")]
    FileSize {
        /// Bytes of the file.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The file is a core WebAssembly module.
    #[error("the file is a core WebAssembly module, not a component")]
    CoreModule,
    /// The file is WebAssembly text.
    #[error("the file is WebAssembly text, not a component")]
    TextFormat,
    /// The file is machine code that was compiled earlier.
    #[error("the file is precompiled machine code, which is never taken from outside")]
    Precompiled,
    /// The file is nothing that a plugin could be.
    #[error("the file is no WebAssembly component")]
    NotWasm,
    /// The component does not hold together, or uses what this host switches off.
    #[error("the component is not valid here: {message}")]
    Invalid {
        /// What the validator says.
        message: String,
    },
    /// The component has more parts than the compiler may be given.
    #[error("the component has {found} {what}; a plugin may have {limit}")]
    TooComplex {
        /// Which parts.
        what: &'static str,
        /// How many there are, as far as they were counted.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// The component asks for a function that this host never provides.
    #[error("imports `{import}`, which this host never provides")]
    Import {
        /// Name of the import.
        import: String,
    },
    /// The component lacks what an estimator exports.
    #[error("does not export `{export}`")]
    Export {
        /// What is missing.
        export: String,
        /// The nearest thing that it does export.
        found: Option<String>,
    },
    /// The component has an export of the right name and the wrong shape.
    #[error("was built for another version of the contract: {message}")]
    Contract {
        /// What does not fit.
        message: String,
    },
    /// What it says about itself breaks the contract.
    #[error("describes itself wrongly: {message}")]
    Descriptor {
        /// What is wrong.
        message: String,
    },
    /// The settings break the plugin's schema.
    #[error("the setting `{key}` is not valid: {message}")]
    Settings {
        /// Path of the key, such as `regions.eu-west-1`; empty for the whole.
        key: String,
        /// What the schema says.
        message: String,
    },
    /// A table of the user does not fit what the plugin lists.
    #[error("the table `{table}` does not fit: {message}")]
    Tables {
        /// Name of the table.
        table: String,
        /// What does not fit.
        message: String,
    },
    /// The plugin said that it could not.
    #[error("{message} ({code})")]
    Returned {
        /// The plugin's own code.
        code: String,
        /// The plugin's own message.
        message: String,
    },
    /// The plugin's code panicked or threw.
    #[error("stopped by itself")]
    Panic,
    /// The plugin spent its fuel.
    #[error("spent its {budget} units of fuel on {rows} rows")]
    Fuel {
        /// The budget.
        budget: u64,
        /// Rows of the call.
        rows: usize,
    },
    /// The plugin asked for more memory than it may have.
    #[error("asked for {wanted} bytes of memory; the limit is {limit}")]
    Memory {
        /// Bytes that it would have had.
        wanted: usize,
        /// The limit.
        limit: usize,
    },
    /// The plugin asked for more table entries than it may have.
    #[error("asked for {wanted} table entries; the limit is {limit}")]
    Table {
        /// Entries that it would have had.
        wanted: usize,
        /// The limit.
        limit: usize,
    },
    /// The component has more core instances, memories or tables than it may have.
    #[error("has more than {limit} core instances, memories or tables")]
    Instances {
        /// The limit, for each of them.
        limit: usize,
    },
    /// The plugin sent more messages than it may.
    #[error("sent {messages} messages with {bytes} bytes in one call")]
    Diagnostics {
        /// Messages of the call.
        messages: usize,
        /// Bytes of their texts.
        bytes: usize,
    },
    /// The plugin ran longer than it may.
    #[error("ran longer than {limit:?} on {rows} rows")]
    Deadline {
        /// The limit.
        limit: Duration,
        /// Rows of the call.
        rows: usize,
    },
    /// The plugin ran out of stack.
    #[error("ran out of stack")]
    Stack,
    /// The plugin touched memory that it does not have.
    #[error("touched memory that it does not have")]
    MemoryAccess,
    /// The plugin returned more than it may.
    #[error("returned more than {limit} bytes for {rows} rows")]
    Result {
        /// The limit.
        limit: usize,
        /// Rows of the call.
        rows: usize,
    },
    /// The plugin returned bytes that are no value of the contract's types, such as text that is not UTF-8.
    #[error("returned what is no value of the contract: {message}")]
    Malformed {
        /// What the sandbox says.
        message: String,
    },
    /// The result did not pass the gate.
    #[error("{0}")]
    Breach(#[from] Breach),
    /// Another trap of the sandbox.
    #[error("trapped: {message}")]
    Trap {
        /// What the sandbox says.
        message: String,
    },
    /// The caller's batch lacks a column that the pipeline was linked with, or has it in another shape.
    #[error("the batch that was passed in does not fit the pipeline: {message}")]
    Caller {
        /// What does not fit.
        message: String,
    },
    /// The sandbox itself could not be set up.
    #[error("the sandbox could not be set up: {message}")]
    Host {
        /// What failed.
        message: String,
    },
}

/// A message that a plugin sent. Control characters are escaped and the length is bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub level: Level,
    /// What it says.
    pub text: String,
}

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For information.
    Info,
    /// Something looks wrong.
    Warning,
    /// What a panic or an uncaught exception says.
    Panic,
}

impl PluginFault {
    /// A fault of `plugin`: its id, or the name of its file where it has none yet.
    pub(crate) fn new(plugin: impl Into<String>, kind: impl Into<FaultKind>) -> Self {
        Self(Box::new(Facts {
            plugin: plugin.into(),
            kind: kind.into(),
            row: None,
            column: None,
            panic: None,
            diagnostics: Vec::new(),
        }))
    }

    pub(crate) fn at(mut self, row: Option<usize>, column: Option<String>) -> Self {
        self.0.row = row;
        self.0.column = column;
        self
    }

    pub(crate) fn with_messages(mut self, diagnostics: Vec<Diagnostic>) -> Self {
        let last = diagnostics.iter().rev().find(|diagnostic| diagnostic.level == Level::Panic);
        self.0.panic = last.map(|diagnostic| diagnostic.text.clone());
        self.0.diagnostics = diagnostics;
        self
    }

    /// The same fault, of that row of the batch.
    pub(crate) fn at_row(mut self, row: usize) -> Self {
        self.0.row = Some(row);
        self
    }

    /// The same fault with `text` as what the guest said last, unless it said something.
    pub(crate) fn or_panic_text(mut self, text: String) -> Self {
        self.0.panic.get_or_insert(text);
        self
    }

    /// The same fault seen from a batch that begins `rows` rows earlier.
    pub(crate) fn moved_by(mut self, rows: usize) -> Self {
        self.0.row = self.0.row.map(|row| row + rows);
        self
    }

    /// Id of the plugin, or the name of its file where it was not admitted.
    #[must_use]
    pub fn plugin(&self) -> &str {
        &self.0.plugin
    }

    /// Why it failed.
    #[must_use]
    pub fn kind(&self) -> &FaultKind {
        &self.0.kind
    }

    /// The row of the batch that is to blame, where one is.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        self.0.row
    }

    /// The column that is to blame, where one is.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.0.column.as_deref()
    }

    /// What the guest said when it panicked.
    #[must_use]
    pub fn panic_text(&self) -> Option<&str> {
        self.0.panic.as_deref()
    }

    /// Everything that the guest said during the call, up to a bound.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.diagnostics
    }

    /// Whether the same call would fail in the same way again: everything but a deadline and the host's own failures.
    #[must_use]
    pub fn is_deterministic(&self) -> bool {
        !matches!(self.0.kind, FaultKind::Deadline { .. } | FaultKind::Host { .. } | FaultKind::Caller { .. })
    }

    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.0.kind {
            FaultKind::Read { .. } => "file.read",
            FaultKind::FileSize { .. } => "plugin.file-size",
            FaultKind::CoreModule => "plugin.core-module",
            FaultKind::TextFormat => "plugin.text-format",
            FaultKind::Precompiled => "plugin.precompiled",
            FaultKind::NotWasm => "plugin.not-wasm",
            FaultKind::Invalid { .. } => "plugin.invalid",
            FaultKind::TooComplex { .. } => "plugin.too-complex",
            FaultKind::Import { .. } => "plugin.import",
            FaultKind::Export { .. } => "plugin.export",
            FaultKind::Contract { .. } => "plugin.contract",
            FaultKind::Descriptor { .. } => "plugin.descriptor",
            FaultKind::Settings { .. } => "settings.invalid",
            FaultKind::Tables { .. } => "tables.invalid",
            FaultKind::Returned { .. } => "plugin.fault",
            FaultKind::Panic => "plugin.panic",
            FaultKind::Fuel { .. } => "limit.fuel",
            FaultKind::Memory { .. } => "limit.memory",
            FaultKind::Table { .. } => "limit.table",
            FaultKind::Instances { .. } => "limit.instances",
            FaultKind::Diagnostics { .. } => "limit.diagnostics",
            FaultKind::Deadline { .. } => "limit.deadline",
            FaultKind::Stack => "limit.stack",
            FaultKind::MemoryAccess => "plugin.memory-access",
            FaultKind::Result { .. } => "limit.result",
            FaultKind::Malformed { .. } => "plugin.malformed",
            FaultKind::Breach(breach) => breach.code(),
            FaultKind::Trap { .. } => "plugin.trap",
            FaultKind::Caller { .. } => "host.batch",
            FaultKind::Host { .. } => "host.sandbox",
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match &self.0.kind {
            FaultKind::FileSize { .. } => {
                "a plugin in Rust has about 100 KB; one in Python or JavaScript up to 20 MB"
            }
            FaultKind::CoreModule => "turn it into a component: build it with `joulework plugin build`",
            FaultKind::TextFormat => "assemble it first, then turn it into a component",
            FaultKind::Precompiled => {
                "pass the `.wasm` component that it was made from; the host compiles and caches it"
            }
            FaultKind::NotWasm => "a plugin is a `.wasm` component that exports `joulework:plugin/estimator`",
            FaultKind::TooComplex { .. } => {
                "compile it with optimisation for size, or split what one function does"
            }
            FaultKind::Import { import } if import.starts_with("wasi:") => {
                "it was built for wasip2: build it for wasm32-unknown-unknown with `joulework plugin build`"
            }
            FaultKind::Import { .. } => {
                "a plugin may call nothing but the functions of `joulework:plugin/diagnostics`"
            }
            FaultKind::Export { found: Some(found), .. } => {
                return Some(format!("it exports `{found}`: rebuild it with the plugin kit of this version"));
            }
            FaultKind::Export { found: None, .. } => {
                "export one of the worlds of `joulework:plugin`, such as `estimator-plugin`"
            }
            FaultKind::Contract { .. } => "rebuild it with the plugin kit of this version",
            FaultKind::Panic if self.0.panic.is_none() => {
                "it ended without a message: probably an uncaught exception or a value of the wrong type"
            }
            FaultKind::Fuel { .. } => {
                "an endless loop, or work that grows faster than the rows; raise `fuel-per-cell` if not"
            }
            FaultKind::Memory { .. } => "raise `memory-bytes` for this plugin if it really needs more",
            FaultKind::Diagnostics { .. } => {
                "messages are for what a user should know; send one a call, not one a row"
            }
            FaultKind::Malformed { .. } => {
                "build it with a plugin kit, which writes only values of the contract"
            }
            FaultKind::Deadline { .. } => "raise `deadline` for this plugin if the machine is slow",
            FaultKind::Stack => "most likely a recursion without end",
            FaultKind::MemoryAccess => {
                "most likely it ran out of stack: a recursion without end, or a large local array"
            }
            FaultKind::Result { .. } => "it may return only its declared columns, with short texts",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl fmt::Display for PluginFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "plugin `{}`", self.0.plugin)?;
        if let Some(column) = &self.0.column {
            write!(formatter, ", column `{column}`")?;
        }
        if let Some(row) = self.0.row {
            write!(formatter, ", row {row}")?;
        }
        write!(formatter, ": {}", self.0.kind)?;
        if let Some(text) = &self.0.panic {
            write!(formatter, ": {text}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PluginFault {}
