//! What the rules need to know of one attempt.

use item_bank::NormalPrior;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attempt::AttemptState;
use super::policy::{PolicyTerms, Unfinished};
use super::start::Purpose;
use crate::clock::Millis;

/// One attempt, as the rules see it. Everything here is derived from its log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttemptSummary {
    /// Its id.
    pub id: String,
    /// 1, 2, 3 … among the student's attempts at this assessment, those given back included.
    pub number: u32,
    /// What it was started as: an unlock opens a validation and nothing else.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: AttemptState,
    /// The student's grade when it started.
    pub grade: u8,
    /// When it started.
    pub started_at: Millis,
    /// When it ended; none while it is open.
    pub finished_at: Option<Millis>,
    /// Items answered.
    pub answered: u32,
    /// Whether it ended with every minimum of its plan met: length, content and sets.
    pub plan_met: bool,
    /// Its score; none before the first answer.
    pub score: Option<AttemptScore>,
}

/// An estimate and its standard error, logits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AttemptScore {
    /// The estimate.
    pub theta: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The prior that is part of the estimate; none for ML and WLE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<NormalPrior>,
}

/// Why an attempt does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotCounted {
    /// It is still open.
    Open,
    /// It was invalidated.
    Invalidated,
    /// It was given back.
    GivenBack,
    /// It ended unfinished, and the policy does not score such attempts.
    Unfinished,
    /// A validation that ended before its plan was met: what it measured is not what a validation promises.
    Incomplete,
    /// Too few answers to be a participation.
    TooFewAnswers,
    /// It has no estimate.
    NoEstimate,
}

impl AttemptSummary {
    /// Its score when it may count under these terms, else why not.
    pub fn countable(&self, terms: &PolicyTerms) -> Result<AttemptScore, NotCounted> {
        match self.state {
            AttemptState::InProgress | AttemptState::Paused => return Err(NotCounted::Open),
            AttemptState::Invalidated => return Err(NotCounted::Invalidated),
            AttemptState::Reset => return Err(NotCounted::GivenBack),
            AttemptState::Expired if terms.unfinished == Unfinished::NotScored => {
                return Err(NotCounted::Unfinished);
            }
            AttemptState::Expired | AttemptState::Completed => {}
        }
        if self.purpose == Purpose::Validation && !self.plan_met {
            return Err(NotCounted::Incomplete);
        }
        if self.answered < terms.minimum_answers {
            return Err(NotCounted::TooFewAnswers);
        }
        self.score.ok_or(NotCounted::NoEstimate)
    }

    /// Whether it takes one of the attempts allowed: every attempt does, until it is given back.
    #[must_use]
    pub const fn uses_one_up(&self) -> bool {
        !matches!(self.state, AttemptState::Reset)
    }

    /// When it ended, or began if it has not.
    #[must_use]
    pub fn last_moment(&self) -> Millis {
        self.finished_at.unwrap_or(self.started_at)
    }
}
