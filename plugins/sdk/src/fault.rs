//! Why a model could not do what was asked.

/// A fault: a stable dotted code, a sentence, and where one row or column is to blame, which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable and dotted, such as `settings.invalid` or `input.out-of-range`.
    pub code: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The row of the batch.
    pub row: Option<usize>,
    /// The column.
    pub column: Option<String>,
}

impl Fault {
    /// A fault that no single row or column is to blame for.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), row: None, column: None }
    }

    /// `settings.invalid`: a setting that the schema lets through and the model cannot use.
    pub fn settings(message: impl Into<String>) -> Self {
        Self::new("settings.invalid", message)
    }

    /// `table.invalid`: a factor table that cannot be read.
    pub fn table(message: impl Into<String>) -> Self {
        Self::new("table.invalid", message)
    }

    /// `input.out-of-range`: a value that no row may have.
    pub fn out_of_range(message: impl Into<String>) -> Self {
        Self::new("input.out-of-range", message)
    }

    /// Names the row of the batch.
    #[must_use]
    pub fn row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }

    /// Names the column.
    #[must_use]
    pub fn column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        if let Some(row) = self.row {
            write!(f, " (row {row})")?;
        }
        if let Some(column) = &self.column {
            write!(f, " (column {column})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
