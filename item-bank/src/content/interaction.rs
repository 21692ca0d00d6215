//! The half of an item that the student's browser receives.

use serde::{Deserialize, Serialize};

use super::Markup;

/// A text or figure that several items share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stimulus {
    /// Its heading.
    pub title: String,
    /// Its text and figures.
    pub body: Markup,
}

/// An option, entry, source or target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// What an answer names it by.
    pub id: String,
    /// What the student sees.
    pub text: Markup,
}

/// How the student answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Interaction {
    /// Exactly one of several options.
    Choice {
        /// In the order shown.
        options: Vec<ChoiceOption>,
    },
    /// At least `minimum` and at most `maximum` of several options.
    MultipleChoice {
        /// In the order shown.
        options: Vec<ChoiceOption>,
        /// Fewest to pick.
        minimum: usize,
        /// Most to pick.
        maximum: usize,
    },
    /// A typed number.
    NumericEntry {
        /// What stands before the field, as a label.
        label: String,
        /// What stands behind the field, such as a unit; may be empty.
        unit: String,
    },
    /// All entries from first to last.
    Ordering {
        /// In the order shown at first, which is never the right one.
        entries: Vec<ChoiceOption>,
        /// What the first place means, such as “smallest”.
        first: String,
        /// What the last place means, such as “largest”.
        last: String,
    },
    /// One target for every source; a target may serve several sources or none.
    Matching {
        /// What to match.
        sources: Vec<ChoiceOption>,
        /// What to match it with.
        targets: Vec<ChoiceOption>,
    },
    /// A question in two parts, scored together.
    TwoPart {
        /// Part A and part B.
        parts: Box<[Part; 2]>,
    },
}

/// One part of a two-part item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The question of this part.
    pub prompt: Markup,
    /// How it is answered; never itself in two parts.
    pub interaction: Interaction,
}

/// Everything about an item that may be sent to a student.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presentation {
    /// The question.
    pub stem: Markup,
    /// How it is answered.
    pub interaction: Interaction,
}

impl Interaction {
    /// The value of the tag `type`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Choice { .. } => "choice",
            Self::MultipleChoice { .. } => "multiple_choice",
            Self::NumericEntry { .. } => "numeric_entry",
            Self::Ordering { .. } => "ordering",
            Self::Matching { .. } => "matching",
            Self::TwoPart { .. } => "two_part",
        }
    }
}
