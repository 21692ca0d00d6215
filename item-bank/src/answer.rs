//! What a student answered, as it travels and as it is stored. Scoring it is [`crate::content::Content::score`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Longest text of a numeric answer, in bytes.
pub const ANSWER_TEXT_BYTES_MAX: usize = 64;
/// Most choices, positions or pairs in one answer.
pub const ANSWER_ENTRIES_MAX: usize = 32;

/// An answer to one item. Nothing is checked until it is scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// One option.
    Choice {
        /// The option's id.
        choice: String,
    },
    /// Several options, in any order.
    Choices {
        /// The options' ids.
        choices: Vec<String>,
    },
    /// A number as the student typed it.
    Number {
        /// The text.
        text: String,
    },
    /// Every entry, first to last.
    Order {
        /// The entries' ids.
        order: Vec<String>,
    },
    /// A target for every source.
    Matches {
        /// Source id to target id.
        pairs: BTreeMap<String, String>,
    },
    /// One answer for each part.
    Parts {
        /// The answers, first part first.
        parts: Vec<Answer>,
    },
}

/// Why an answer cannot be scored. Nothing is recorded; the student is asked again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The answer is of another kind than the question.
    #[error("expected an answer of type {expected:?}, got {got:?}")]
    WrongType {
        /// What the question asks for.
        expected: &'static str,
        /// What arrived.
        got: &'static str,
    },
    /// No option, entry, source or target has this id.
    #[error("no option {0:?} in this item")]
    UnknownOption(String),
    /// The same option or entry twice.
    #[error("option {0:?} is given twice")]
    RepeatedOption(String),
    /// Too few or too many entries.
    #[error("expected {minimum} to {maximum} entries, got {got}")]
    EntryCount {
        /// Fewest that the question accepts.
        minimum: usize,
        /// Most that the question accepts.
        maximum: usize,
        /// What arrived.
        got: usize,
    },
    /// Nothing was typed.
    #[error("a number is needed, got nothing")]
    EmptyNumber,
    /// The text is not a number by the rule of numeric entry.
    #[error("{text:?} is not a number: {reason}")]
    NotANumber {
        /// What was typed.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl Answer {
    /// The value of the tag `type`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Choice { .. } => "choice",
            Self::Choices { .. } => "choices",
            Self::Number { .. } => "number",
            Self::Order { .. } => "order",
            Self::Matches { .. } => "matches",
            Self::Parts { .. } => "parts",
        }
    }
}
