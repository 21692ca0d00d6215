//! Scores by interaction. Partial credit, where the key asks for it, is 2, 1 or 0:
//!
//! - several options: 1 for exactly one mistake (one right option missing, or one wrong option picked);
//! - an order: 1 when swapping one pair of neighbours makes it right;
//! - a matching: 1 when at least half of the sources, rounded up, have their target;
//! - two parts: the sum of the parts.

use std::collections::{BTreeMap, BTreeSet};

use super::Number;
use crate::answer::{ANSWER_ENTRIES_MAX, Answer, AnswerError};
use crate::content::{ChoiceOption, Credit, Interaction, Key};

impl Credit {
    fn maximum_score(self) -> u32 {
        match self {
            Self::AllOrNothing => 1,
            Self::Partial => 2,
        }
    }

    /// The score of a response with these mistakes.
    fn score(self, outcome: Outcome) -> u32 {
        match (self, outcome) {
            (credit, Outcome::Right) => credit.maximum_score(),
            (Self::Partial, Outcome::Nearly) => 1,
            (Self::AllOrNothing, Outcome::Nearly) | (_, Outcome::Wrong) => 0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Right,
    Nearly,
    Wrong,
}

impl Key {
    /// The highest score.
    #[must_use]
    pub fn maximum_score(&self) -> u32 {
        match self {
            Self::Choice { .. } | Self::NumericEntry { .. } => 1,
            Self::MultipleChoice { credit, .. }
            | Self::Ordering { credit, .. }
            | Self::Matching { credit, .. } => credit.maximum_score(),
            Self::TwoPart { parts } => parts.iter().map(Self::maximum_score).sum(),
        }
    }
}

/// The score of an answer to a question with this key.
///
/// # Errors
/// When the answer is malformed. A key of another kind than the question is never right.
pub fn score_answer(interaction: &Interaction, key: &Key, answer: &Answer) -> Result<u32, AnswerError> {
    match (interaction, answer) {
        (Interaction::Choice { options }, Answer::Choice { choice }) => {
            known(options, choice)?;
            let right = matches!(key, Key::Choice { choice: right } if right == choice);
            Ok(u32::from(right))
        }
        (Interaction::MultipleChoice { options, minimum, maximum }, Answer::Choices { choices }) => {
            let picked = distinct(options, choices, *minimum..=*maximum)?;
            Ok(score_choices(key, &picked))
        }
        (Interaction::NumericEntry { .. }, Answer::Number { text }) => score_number(key, text),
        (Interaction::Ordering { entries, .. }, Answer::Order { order }) => {
            distinct(entries, order, entries.len()..=entries.len())?;
            Ok(score_order(key, order))
        }
        (Interaction::Matching { sources, targets }, Answer::Matches { pairs }) => {
            check_pairs(sources, targets, pairs)?;
            Ok(score_matches(key, pairs))
        }
        (Interaction::TwoPart { parts }, Answer::Parts { parts: answers }) => {
            let Key::TwoPart { parts: keys } = key else {
                return Ok(0);
            };
            check_count(answers.len(), 2..=2)?;
            let mut sum = 0;
            for ((part, key), answer) in parts.iter().zip(keys.iter()).zip(answers) {
                if matches!(answer, Answer::Parts { .. }) {
                    return Err(wrong_type(&part.interaction, answer));
                }
                sum += score_answer(&part.interaction, key, answer)?;
            }
            Ok(sum)
        }
        (interaction, answer) => Err(wrong_type(interaction, answer)),
    }
}

fn wrong_type(interaction: &Interaction, answer: &Answer) -> AnswerError {
    let expected = match interaction {
        Interaction::Choice { .. } => "choice",
        Interaction::MultipleChoice { .. } => "choices",
        Interaction::NumericEntry { .. } => "number",
        Interaction::Ordering { .. } => "order",
        Interaction::Matching { .. } => "matches",
        Interaction::TwoPart { .. } => "parts",
    };
    let got = answer.kind();
    AnswerError::WrongType { expected, got }
}

fn known(options: &[ChoiceOption], id: &str) -> Result<(), AnswerError> {
    if options.iter().any(|option| option.id == id) {
        Ok(())
    } else {
        Err(AnswerError::UnknownOption(id.chars().take(32).collect()))
    }
}

fn check_count(got: usize, range: std::ops::RangeInclusive<usize>) -> Result<(), AnswerError> {
    let (minimum, maximum) = (*range.start(), (*range.end()).min(ANSWER_ENTRIES_MAX));
    if (minimum..=maximum).contains(&got) {
        Ok(())
    } else {
        Err(AnswerError::EntryCount { minimum, maximum, got })
    }
}

fn distinct<'a>(
    options: &[ChoiceOption],
    ids: &'a [String],
    range: std::ops::RangeInclusive<usize>,
) -> Result<BTreeSet<&'a str>, AnswerError> {
    check_count(ids.len(), range)?;
    let mut seen = BTreeSet::new();
    for id in ids {
        known(options, id)?;
        if !seen.insert(id.as_str()) {
            return Err(AnswerError::RepeatedOption(id.clone()));
        }
    }
    Ok(seen)
}

fn check_pairs(
    sources: &[ChoiceOption],
    targets: &[ChoiceOption],
    pairs: &BTreeMap<String, String>,
) -> Result<(), AnswerError> {
    check_count(pairs.len(), sources.len()..=sources.len())?;
    for (source, target) in pairs {
        known(sources, source)?;
        known(targets, target)?;
    }
    Ok(())
}

fn score_choices(key: &Key, picked: &BTreeSet<&str>) -> u32 {
    let Key::MultipleChoice { choices, credit } = key else {
        return 0;
    };
    let right: BTreeSet<&str> = choices.iter().map(String::as_str).collect();
    credit.score(match right.symmetric_difference(picked).count() {
        0 => Outcome::Right,
        1 => Outcome::Nearly,
        _ => Outcome::Wrong,
    })
}

fn score_number(key: &Key, text: &str) -> Result<u32, AnswerError> {
    let given = Number::parse(text)?;
    let Key::NumericEntry { value, form } = key else {
        return Ok(0);
    };
    let right = Number::parse(value)?;
    Ok(u32::from(given.value() == right.value() && given.has_form(*form)))
}

fn score_order(key: &Key, order: &[String]) -> u32 {
    let Key::Ordering { order: right, credit } = key else {
        return 0;
    };
    let wrong: Vec<usize> = (0..right.len()).filter(|&i| order.get(i) != right.get(i)).collect();
    credit.score(match wrong[..] {
        [] if order.len() == right.len() => Outcome::Right,
        [first, second] if second == first + 1 => Outcome::Nearly,
        _ => Outcome::Wrong,
    })
}

fn score_matches(key: &Key, pairs: &BTreeMap<String, String>) -> u32 {
    let Key::Matching { pairs: right, credit } = key else {
        return 0;
    };
    let found = right.iter().filter(|(source, target)| pairs.get(*source) == Some(target)).count();
    credit.score(if found == right.len() && pairs.len() == right.len() {
        Outcome::Right
    } else if found >= right.len().div_ceil(2) {
        Outcome::Nearly
    } else {
        Outcome::Wrong
    })
}
