//! The teacher's decision that opens one summative attempt: when it may be made, how long it lives, when it can be
//! taken back.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::civil::{civil_date, days_after, end_of_day};
use super::policy::Policy;
use super::readiness::Readiness;
use super::start::Needs;
use super::summary::AttemptSummary;
use crate::clock::Millis;

/// A recorded decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlock {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub granted_at: Millis,
    /// The first instant at which it is over.
    pub expires_at: Millis,
    /// When it was taken back.
    pub revoked_at: Option<Millis>,
    /// The attempt it opened.
    pub used_by_attempt: Option<String>,
}

/// Where an unlock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnlockStatus {
    /// It opens an attempt.
    Live,
    /// It opened one.
    Used,
    /// It was taken back before it was used.
    Revoked,
    /// It ended before it was used.
    Expired,
}

impl Unlock {
    /// Where it stands at an instant.
    #[must_use]
    pub fn status(&self, now: Millis) -> UnlockStatus {
        if self.used_by_attempt.is_some() {
            UnlockStatus::Used
        } else if self.revoked_at.is_some() {
            UnlockStatus::Revoked
        } else if now >= self.expires_at {
            UnlockStatus::Expired
        } else {
            UnlockStatus::Live
        }
    }

    /// Whether it can be taken back: until it is used, and while there is something to take back.
    pub fn may_revoke(&self, now: Millis) -> Result<(), RevokeRefusal> {
        match self.status(now) {
            UnlockStatus::Live => Ok(()),
            UnlockStatus::Used => Err(RevokeRefusal::Used),
            UnlockStatus::Revoked => Err(RevokeRefusal::AlreadyRevoked),
            UnlockStatus::Expired => Err(RevokeRefusal::Expired),
        }
    }
}

/// The unlock that opens an attempt at an instant: of several live ones, the first to expire.
#[must_use]
pub fn live_unlock(unlocks: &[Unlock], now: Millis) -> Option<&Unlock> {
    let live = unlocks.iter().filter(|unlock| unlock.status(now) == UnlockStatus::Live);
    live.min_by_key(|unlock| (unlock.expires_at, unlock.granted_at))
}

/// Why an unlock cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeRefusal {
    /// It opened an attempt.
    #[error("the unlock has been used; pause or invalidate the attempt instead")]
    Used,
    /// It was taken back before.
    #[error("the unlock was already revoked")]
    AlreadyRevoked,
    /// It is over.
    #[error("the unlock has already expired")]
    Expired,
}

/// What a teacher asks for.
#[derive(Debug, Clone)]
pub struct UnlockRequest<'a> {
    /// The moment of the decision.
    pub now: Millis,
    /// The school's.
    pub time_zone: &'a TimeZone,
    /// The readiness that the teacher was shown.
    pub readiness: &'a Readiness,
    /// The student's unlocks for this assessment.
    pub unlocks: &'a [Unlock],
    /// The student's attempts at this assessment.
    pub attempts: &'a [AttemptSummary],
    /// Attempts the student has left; none: unlimited.
    pub attempts_left: Option<u32>,
    /// Interim answers since the last validation that ended "not yet"; none: there was none.
    pub answers_since_not_yet: Option<u32>,
    /// Whether a test can be made for what the student needs.
    pub needs: Needs,
    /// Why, where it goes against the recommendation.
    pub reason: Option<&'a str>,
    /// The last civil day on which it opens an attempt; none: the last that the policy allows.
    pub open_through: Option<Date>,
}

/// An unlock that may be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct UnlockGrant {
    /// When it expires.
    pub expires_at: Millis,
    /// Whether the evidence recommended it.
    pub recommendation: Recommendation,
    /// The probability shown to the teacher; none without enough evidence.
    pub probability: Option<f64>,
}

/// What the evidence says about unlocking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recommendation {
    /// The probability reaches the policy's threshold.
    Unlock,
    /// It does not.
    Wait,
    /// There is too little evidence to say.
    NotEnoughEvidence,
}

/// Why an unlock may not be granted.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum UnlockRefusal {
    /// The evidence does not recommend it, and no reason was given.
    #[error("unlocking against the recommendation needs a reason")]
    ReasonNeeded {
        /// What the evidence says.
        recommendation: Recommendation,
    },
    /// There is a live one.
    #[error("the student already has an unlock until {expires_at}")]
    AlreadyUnlocked {
        /// Its expiry.
        expires_at: Millis,
    },
    /// The student is at an attempt: what comes of it is seen first.
    #[error("attempt {number} is still open; when it has ended, its result is part of the decision")]
    AttemptOpen {
        /// Its number.
        number: u32,
    },
    /// The student has used every attempt.
    #[error("the student has no attempts left")]
    NoAttemptsLeft,
    /// There is no test that the unlock could open.
    #[error("no whole test supports every accommodation of this student")]
    NeedsUnmet,
    /// The last validation ended "not yet" and too little has happened since.
    #[error(
        "a new unlock after \"not yet\" needs {needed} new answers in self-levelling tests, there are {found}"
    )]
    NewEvidenceNeeded {
        /// Answers that the policy asks for.
        needed: u32,
        /// Answers there are.
        found: u32,
    },
    /// The day asked for is over, or later than the policy allows.
    #[error("an unlock granted today can stay open through any day from {first} to {last}, got {wanted}")]
    OutsideLifetime {
        /// The day asked for.
        wanted: Date,
        /// Today.
        first: Date,
        /// The last day that the policy allows.
        last: Date,
    },
}

/// Whether a teacher may unlock now.
pub fn may_unlock(policy: &Policy, request: &UnlockRequest<'_>) -> Result<UnlockGrant, UnlockRefusal> {
    if let Some(live) = live_unlock(request.unlocks, request.now) {
        return Err(UnlockRefusal::AlreadyUnlocked { expires_at: live.expires_at });
    }
    if let Some(open) = request.attempts.iter().find(|attempt| attempt.state.is_open()) {
        return Err(UnlockRefusal::AttemptOpen { number: open.number });
    }
    if request.attempts_left == Some(0) {
        return Err(UnlockRefusal::NoAttemptsLeft);
    }
    if request.needs == Needs::Unmet {
        return Err(UnlockRefusal::NeedsUnmet);
    }
    let needed = policy.terms().unlock.new_answers_after_not_yet;
    if let Some(found) = request.answers_since_not_yet.filter(|&found| found < needed) {
        return Err(UnlockRefusal::NewEvidenceNeeded { needed, found });
    }
    let expires_at = chosen_expiry(policy, request)?;
    let recommendation = request.readiness.recommendation;
    let has_reason = request.reason.is_some_and(|reason| !reason.trim().is_empty());
    if recommendation != Recommendation::Unlock && !has_reason {
        return Err(UnlockRefusal::ReasonNeeded { recommendation });
    }
    Ok(UnlockGrant { expires_at, recommendation, probability: request.readiness.probability() })
}

/// When an unlock granted now expires: the end of the civil day that is the policy's number of days away.
#[must_use]
pub fn unlock_expiry(policy: &Policy, time_zone: &TimeZone, now: Millis) -> Millis {
    end_of_day(last_day(policy, time_zone, now), time_zone)
}

/// The end of the day asked for; without one, of the last day that the policy allows.
fn chosen_expiry(policy: &Policy, request: &UnlockRequest<'_>) -> Result<Millis, UnlockRefusal> {
    let first = civil_date(request.now, request.time_zone);
    let last = last_day(policy, request.time_zone, request.now);
    let wanted = request.open_through.unwrap_or(last);
    if wanted < first || wanted > last {
        return Err(UnlockRefusal::OutsideLifetime { wanted, first, last });
    }
    Ok(end_of_day(wanted, request.time_zone))
}

fn last_day(policy: &Policy, time_zone: &TimeZone, now: Millis) -> Date {
    days_after(civil_date(now, time_zone), policy.terms().unlock.lifetime_days)
}
