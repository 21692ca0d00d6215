//! What is wrong with a file: where, with which value, and why. A reader collects issues until it has enough
//! to be useful; nothing of a file with an error is kept.

use std::fmt;

/// Most errors collected from one file; the rest is counted.
pub const FILE_ISSUES_MAX: usize = 100;
/// Longest excerpt of an offending value, in characters.
pub const VALUE_EXCERPT_CHARACTERS: usize = 60;

/// One thing wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileIssue {
    /// Where: a JSON path such as `items[3].b[1]`, or a line and column.
    pub place: String,
    /// The value there, shortened; empty when there is none.
    pub value: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for FileIssue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.problem)?;
        if self.value.is_empty() { Ok(()) } else { write!(formatter, ", got {}", self.value) }
    }
}

/// Everything wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFileErrors {
    source: String,
    issues: Vec<FileIssue>,
    omitted: usize,
}

impl std::error::Error for BankFileErrors {}

impl BankFileErrors {
    /// The name of the file.
    #[must_use]
    pub fn source_name(&self) -> &str {
        &self.source
    }

    /// The errors, in the order of the file; at most [`FILE_ISSUES_MAX`].
    #[must_use]
    pub fn issues(&self) -> &[FileIssue] {
        &self.issues
    }

    /// How many more there are.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.omitted
    }
}

impl fmt::Display for BankFileErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, issue) in self.issues.iter().enumerate() {
            if position > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{}: {issue}", self.source)?;
        }
        if self.omitted > 0 {
            write!(formatter, "\n{}: and {} more errors", self.source, self.omitted)?;
        }
        Ok(())
    }
}

/// Collects what is wrong while a file is read.
#[derive(Debug, Default)]
pub(super) struct Issues {
    errors: Vec<FileIssue>,
    omitted: usize,
    warnings: Vec<FileIssue>,
}

impl Issues {
    pub(super) fn error(
        &mut self,
        place: impl fmt::Display,
        value: impl fmt::Display,
        problem: impl fmt::Display,
    ) {
        if self.errors.len() < FILE_ISSUES_MAX {
            self.errors.push(issue(&place, &value, &problem));
        } else {
            self.omitted += 1;
        }
    }

    pub(super) fn warning(
        &mut self,
        place: impl fmt::Display,
        value: impl fmt::Display,
        problem: impl fmt::Display,
    ) {
        if self.warnings.len() < FILE_ISSUES_MAX {
            self.warnings.push(issue(&place, &value, &problem));
        }
    }

    pub(super) fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// The warnings, or every error when there is one.
    pub(super) fn finish(self, source: &str) -> Result<Vec<FileIssue>, BankFileErrors> {
        if self.errors.is_empty() {
            return Ok(self.warnings);
        }
        Err(BankFileErrors { source: source.to_owned(), issues: self.errors, omitted: self.omitted })
    }
}

fn issue(place: &dyn fmt::Display, value: &dyn fmt::Display, problem: &dyn fmt::Display) -> FileIssue {
    FileIssue { place: place.to_string(), value: excerpt(&value.to_string()), problem: problem.to_string() }
}

/// The beginning of a text, on one line.
pub(super) fn excerpt(text: &str) -> String {
    let mut characters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let start: String = characters.by_ref().take(VALUE_EXCERPT_CHARACTERS).collect();
    if characters.next().is_some() { start + "…" } else { start }
}
