//! A question with its key. Nothing of it is public but what may be shown and what may be asked of it.

use super::{ContentError, Interaction, Key, Markup, Misconception, Presentation, check};
use crate::answer::{Answer, AnswerError};
use crate::scoring::{Number, score_answer};

/// What content is made of, before the key has been checked against the question.
#[derive(Debug, Clone, PartialEq)]
pub struct ContentParts {
    /// The question.
    pub stem: Markup,
    /// How it is answered.
    pub interaction: Interaction,
    /// What is right.
    pub key: Key,
    /// Why it is right, for teachers and for the review after the attempt; may be empty.
    pub rationale: String,
    /// Wrong answers that tell how the student thought.
    pub misconceptions: Vec<Misconception>,
}

/// A question whose key fits it.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    presentation: Presentation,
    key: Key,
    rationale: String,
    misconceptions: Vec<Misconception>,
}

impl Content {
    /// The content, when key and misconceptions fit the question.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn new(parts: ContentParts) -> Result<Self, ContentError> {
        check::check(&parts)?;
        Ok(Self {
            presentation: Presentation { stem: parts.stem, interaction: parts.interaction },
            key: parts.key,
            rationale: parts.rationale,
            misconceptions: parts.misconceptions,
        })
    }

    /// All that a student may receive: no key, no rationale, no parameter.
    #[must_use]
    pub fn presentation(&self) -> &Presentation {
        &self.presentation
    }

    /// What is right. For the staff's page; never sent to a student.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Why it is right. For the staff's page and the review after the attempt.
    #[must_use]
    pub fn rationale(&self) -> &str {
        &self.rationale
    }

    /// Every documented wrong answer.
    #[must_use]
    pub fn misconceptions(&self) -> &[Misconception] {
        &self.misconceptions
    }

    /// The highest score.
    #[must_use]
    pub fn maximum_score(&self) -> u32 {
        self.key.maximum_score()
    }

    /// The score of an answer, 0 to [`Content::maximum_score`].
    ///
    /// # Errors
    /// When the answer is malformed: of another type, incomplete, naming what the question does not show, or
    /// not a number where a number is asked. A wrong answer is not an error.
    pub fn score(&self, answer: &Answer) -> Result<u32, AnswerError> {
        score_answer(&self.presentation.interaction, &self.key, answer)
    }

    /// The documented misconceptions that an answer shows.
    #[must_use]
    pub fn misconceptions_in(&self, answer: &Answer) -> Vec<&Misconception> {
        self.misconceptions
            .iter()
            .filter(|misconception| match (answer, misconception.part) {
                (Answer::Parts { parts }, Some(part)) => {
                    parts.get(part).is_some_and(|answer| shows(answer, &misconception.answer))
                }
                (answer, None) => shows(answer, &misconception.answer),
                (_, Some(_)) => false,
            })
            .collect()
    }
}

fn shows(answer: &Answer, wrong: &str) -> bool {
    match answer {
        Answer::Choice { choice } => choice == wrong,
        Answer::Choices { choices } => choices.iter().any(|choice| choice == wrong),
        Answer::Number { text } => match (Number::parse(text), Number::parse(wrong)) {
            (Ok(given), Ok(wrong)) => given.value() == wrong.value(),
            _ => false,
        },
        Answer::Order { .. } | Answer::Matches { .. } | Answer::Parts { .. } => false,
    }
}
