//! Why a response file is refused: where, with which value, and why.

use std::fmt;

use crate::formats::issue::excerpt;

/// The first thing wrong with a response file.
#[derive(Debug)]
pub struct ResponseFileError {
    source_name: String,
    line: u64,
    column: Option<String>,
    value: Option<String>,
    problem: String,
    cause: Option<std::io::Error>,
}

impl ResponseFileError {
    pub(super) fn at_line(line: u64, problem: impl Into<String>) -> Self {
        Self {
            source_name: String::new(),
            line,
            column: None,
            value: None,
            problem: problem.into(),
            cause: None,
        }
    }

    pub(super) fn unreadable(line: u64, cause: std::io::Error) -> Self {
        Self { cause: Some(cause), ..Self::at_line(line, "the file cannot be read") }
    }

    pub(super) fn in_column(mut self, column: &str) -> Self {
        self.column = Some(excerpt(column));
        self
    }

    pub(super) fn with_value(mut self, value: &str) -> Self {
        self.value = Some(excerpt(value));
        self
    }

    pub(super) fn of(mut self, source_name: &str) -> Self {
        source_name.clone_into(&mut self.source_name);
        self
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The column by its name, where one column is to blame.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// Whether the machine failed to read the file, rather than the file being wrong.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.cause.is_some()
    }
}

impl fmt::Display for ResponseFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: line {}", self.source_name, self.line)?;
        if let Some(column) = &self.column {
            write!(formatter, ", column {column}")?;
        }
        write!(formatter, ": {}", self.problem)?;
        if let Some(value) = &self.value {
            write!(formatter, ", got {value:?}")?;
        }
        if let Some(cause) = &self.cause {
            write!(formatter, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ResponseFileError {}
