//! Whether a key answers the question that is asked. Done once, when content is made; scoring relies on it.

use std::collections::BTreeSet;

use super::{ChoiceOption, ContentParts, Interaction, Key, MarkupError, Misconception};
use crate::answer::{ANSWER_ENTRIES_MAX, Answer};
use crate::scoring::{Number, score_answer};

/// Why content cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// A text is not clean.
    #[error(transparent)]
    Markup(#[from] MarkupError),
    /// The key is of another kind than the interaction.
    #[error("the key is of type {key:?} but the interaction of type {interaction:?}")]
    KeyType {
        /// Type of the key.
        key: &'static str,
        /// Type of the interaction.
        interaction: &'static str,
    },
    /// Too few or too many options.
    #[error("{what} has {minimum} to {ANSWER_ENTRIES_MAX} entries, got {got}")]
    OptionCount {
        /// Which list.
        what: &'static str,
        /// The fewest allowed.
        minimum: usize,
        /// How many there are.
        got: usize,
    },
    /// Two options have one id, or an id is empty.
    #[error("option id {0:?} is empty or given twice")]
    OptionId(String),
    /// Two options look the same.
    #[error("options {0:?} and {1:?} show the same text")]
    SameText(String, String),
    /// The fewest and most options to pick do not allow the key.
    #[error("picks {minimum} to {maximum} of {options} options cannot hold a key of {key}")]
    PickRange {
        /// Fewest to pick.
        minimum: usize,
        /// Most to pick.
        maximum: usize,
        /// How many options there are.
        options: usize,
        /// How many the key has.
        key: usize,
    },
    /// The key is not an answer to the question, or does not score full marks.
    #[error("the key is not a right answer: {0}")]
    Key(String),
    /// The entries are shown in the right order already.
    #[error("the entries are shown in the right order already")]
    OrderGiven,
    /// A part has two parts itself.
    #[error("a part cannot itself have two parts")]
    NestedParts,
    /// A misconception's answer is not an answer to the question, or is right.
    #[error("misconception {name:?}: answer {answer:?} {problem}")]
    Misconception {
        /// Its name.
        name: String,
        /// Its answer.
        answer: String,
        /// What is wrong with the answer.
        problem: &'static str,
    },
}

impl Key {
    /// The value of the tag `type`.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Choice { .. } => "choice",
            Self::MultipleChoice { .. } => "multiple_choice",
            Self::NumericEntry { .. } => "numeric_entry",
            Self::Ordering { .. } => "ordering",
            Self::Matching { .. } => "matching",
            Self::TwoPart { .. } => "two_part",
        }
    }

    /// The key as a student would give it.
    pub(super) fn as_answer(&self) -> Answer {
        match self {
            Self::Choice { choice } => Answer::Choice { choice: choice.clone() },
            Self::MultipleChoice { choices, .. } => Answer::Choices { choices: choices.clone() },
            Self::NumericEntry { value, .. } => Answer::Number { text: value.clone() },
            Self::Ordering { order, .. } => Answer::Order { order: order.clone() },
            Self::Matching { pairs, .. } => Answer::Matches { pairs: pairs.clone() },
            Self::TwoPart { parts } => Answer::Parts { parts: parts.iter().map(Self::as_answer).collect() },
        }
    }
}

/// Refuses content whose key, options or misconceptions do not fit its interaction.
pub(super) fn check(parts: &ContentParts) -> Result<(), ContentError> {
    check_interaction(&parts.interaction, &parts.key)?;
    if let Interaction::TwoPart { parts } = &parts.interaction
        && parts.iter().any(|part| matches!(part.interaction, Interaction::TwoPart { .. }))
    {
        return Err(ContentError::NestedParts);
    }
    for misconception in &parts.misconceptions {
        check_misconception(misconception, parts)?;
    }
    Ok(())
}

fn check_interaction(interaction: &Interaction, key: &Key) -> Result<(), ContentError> {
    match (interaction, key) {
        (Interaction::Choice { options }, Key::Choice { .. }) => {
            check_options("options", options, 2)?;
        }
        (Interaction::MultipleChoice { options, minimum, maximum }, Key::MultipleChoice { choices, .. }) => {
            check_options("options", options, 3)?;
            let range = 1..=options.len();
            let fits = range.contains(minimum) && range.contains(maximum) && minimum <= maximum;
            if !fits || !(*minimum..=*maximum).contains(&choices.len()) {
                return Err(ContentError::PickRange {
                    minimum: *minimum,
                    maximum: *maximum,
                    options: options.len(),
                    key: choices.len(),
                });
            }
        }
        (Interaction::NumericEntry { .. }, Key::NumericEntry { .. }) => {}
        (Interaction::Ordering { entries, .. }, Key::Ordering { order, .. }) => {
            check_options("entries", entries, 2)?;
            if entries.iter().map(|entry| &entry.id).eq(order) {
                return Err(ContentError::OrderGiven);
            }
        }
        (Interaction::Matching { sources, targets }, Key::Matching { .. }) => {
            check_options("sources", sources, 2)?;
            check_options("targets", targets, 2)?;
        }
        (Interaction::TwoPart { parts }, Key::TwoPart { parts: keys }) => {
            for (part, key) in parts.iter().zip(keys.iter()) {
                if !matches!(part.interaction, Interaction::TwoPart { .. }) {
                    check_interaction(&part.interaction, key)?;
                }
            }
            return Ok(());
        }
        _ => {
            return Err(ContentError::KeyType { key: key.kind(), interaction: interaction.kind() });
        }
    }
    match score_answer(interaction, key, &key.as_answer()) {
        Ok(score) if score == key.maximum_score() => Ok(()),
        Ok(score) => Err(ContentError::Key(format!("it scores {score}"))),
        Err(error) => Err(ContentError::Key(error.to_string())),
    }
}

fn check_options(what: &'static str, options: &[ChoiceOption], minimum: usize) -> Result<(), ContentError> {
    let got = options.len();
    if got < minimum || got > ANSWER_ENTRIES_MAX {
        return Err(ContentError::OptionCount { what, minimum, got });
    }
    let mut ids = BTreeSet::new();
    for (position, option) in options.iter().enumerate() {
        if option.id.is_empty() || !ids.insert(&option.id) {
            return Err(ContentError::OptionId(option.id.clone()));
        }
        let same = |other: &&ChoiceOption| other.text == option.text;
        if let Some(other) = options[..position].iter().find(same) {
            return Err(ContentError::SameText(other.id.clone(), option.id.clone()));
        }
    }
    Ok(())
}

fn check_misconception(misconception: &Misconception, parts: &ContentParts) -> Result<(), ContentError> {
    let refuse = |problem| {
        Err(ContentError::Misconception {
            name: misconception.name.clone(),
            answer: misconception.answer.clone(),
            problem,
        })
    };
    let target = match (&parts.interaction, &parts.key, misconception.part) {
        (Interaction::TwoPart { parts }, Key::TwoPart { parts: keys }, Some(part @ (0 | 1))) => {
            (&parts[part].interaction, &keys[part])
        }
        (Interaction::TwoPart { .. }, _, _) => return refuse("names no part"),
        (interaction, key, None) => (interaction, key),
        (_, _, Some(_)) => return refuse("names a part of an item that has none"),
    };
    let answer = &misconception.answer;
    match target {
        (Interaction::Choice { options }, Key::Choice { choice }) => {
            if !options.iter().any(|option| option.id == *answer) {
                return refuse("is no option");
            }
            if choice == answer { refuse("is right") } else { Ok(()) }
        }
        (Interaction::MultipleChoice { options, .. }, Key::MultipleChoice { choices, .. }) => {
            if !options.iter().any(|option| option.id == *answer) {
                return refuse("is no option");
            }
            if choices.contains(answer) { refuse("is right") } else { Ok(()) }
        }
        (Interaction::NumericEntry { .. }, Key::NumericEntry { .. }) => {
            let scored = Number::parse(answer);
            match (scored, score_answer(target.0, target.1, &Answer::Number { text: answer.clone() })) {
                (Ok(_), Ok(0)) => Ok(()),
                (Ok(_), Ok(_)) => refuse("is right"),
                _ => refuse("is no number"),
            }
        }
        _ => refuse("cannot be told for this interaction"),
    }
}
