//! Readiness: the probability that the student would be validated now.
//!
//! Posterior predictive: what is believed of ability after the interim evidence, widened by its age ([`Belief`]),
//! carried through the measurement error of the summative test ([`SummativeMeasurement`]):
//! P(validated) = ∫ P(validated | θ) p(θ | evidence) dθ.

use item_bank::{NormalPrior, Observation};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::belief::Belief;
use super::measurement::SummativeMeasurement;
use super::policy::Policy;
use super::unlock::Recommendation;
use crate::clock::Millis;

const DAY_MS: f64 = 86_400_000.0;
/// Share of the posterior of ability that the interval of the probability spans.
const INTERVAL: f64 = 0.80;

/// One interim attempt that may count as evidence. Leave out the invalidated and those given back.
#[derive(Debug, Clone)]
pub struct InterimAttempt<'a> {
    /// Its id.
    pub id: String,
    /// When its last answer was given.
    pub answered_at: Millis,
    /// Its scored answers.
    pub observations: Vec<Observation<'a>>,
}

/// What readiness is computed from.
#[derive(Debug, Clone, Copy)]
pub struct ReadinessRequest<'a> {
    /// The present time.
    pub now: Millis,
    /// The cut of the target level, logits.
    pub cut: f64,
    /// What is believed before any evidence: the prior of the student's grade.
    pub prior: &'a NormalPrior,
    /// The student's interim attempts, in any order.
    pub attempts: &'a [InterimAttempt<'a>],
    /// The summative test.
    pub summative: &'a SummativeMeasurement,
}

/// The evidence for one student and one target, and what it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Readiness {
    /// What it says about unlocking.
    pub recommendation: Recommendation,
    /// The numbers, or why there are none.
    pub judgement: Judgement,
    /// The attempts it rests on, oldest first.
    pub evidence: Vec<EvidenceUsed>,
    /// Answers in them.
    pub answers: u32,
    /// Attempts left out because they are too old.
    pub too_old: u32,
}

/// The numbers, or why there are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Judgement {
    /// There is enough evidence.
    Known(ReadinessEstimate),
    /// There is not.
    NotEnoughEvidence(Shortage),
}

/// The probability of being validated now.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReadinessEstimate {
    /// P(validated now).
    pub probability: f64,
    /// P(validated | θ) at the lower end of the 80 % interval of ability.
    pub probability_low: f64,
    /// P(validated | θ) at the upper end.
    pub probability_high: f64,
    /// Ability now, logits.
    pub theta: f64,
    /// Its standard deviation, age included, logits.
    pub standard_error: f64,
    /// Lower end of the 80 % interval of ability, logits.
    pub theta_low: f64,
    /// Upper end.
    pub theta_high: f64,
}

/// Why there is not enough evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shortage {
    /// No interim attempt within the policy's days.
    #[error("no self-levelling answers in the last {evidence_days} days")]
    NothingRecent {
        /// The policy's days.
        evidence_days: u16,
    },
    /// Fewer answers than the policy asks for.
    #[error("{answers} answers in the last {evidence_days} days, {needed} are needed")]
    TooFewAnswers {
        /// Answers there are.
        answers: u32,
        /// Answers needed.
        needed: u32,
        /// The policy's days.
        evidence_days: u16,
    },
}

/// One attempt of the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceUsed {
    /// Its id.
    pub attempt_id: String,
    /// When its last answer was given, milliseconds since 1970.
    pub answered_at_ms: i64,
    /// Days ago.
    pub age_days: f64,
    /// Answers.
    pub answers: u32,
}

impl Readiness {
    /// P(validated now); none without enough evidence.
    #[must_use]
    pub const fn probability(&self) -> Option<f64> {
        match &self.judgement {
            Judgement::Known(estimate) => Some(estimate.probability),
            Judgement::NotEnoughEvidence(_) => None,
        }
    }
}

/// The readiness of one student for one target under a policy.
#[must_use]
pub fn readiness(policy: &Policy, request: &ReadinessRequest<'_>) -> Readiness {
    let rule = policy.terms().readiness;
    let oldest = request.now.plus(-i64::from(rule.evidence_days) * DAY_MS as i64);
    let answered = request.attempts.iter().filter(|attempt| !attempt.observations.is_empty());
    let (mut used, old): (Vec<_>, Vec<_>) = answered.partition(|attempt| attempt.answered_at >= oldest);
    used.sort_by(|one, other| (one.answered_at, &one.id).cmp(&(other.answered_at, &other.id)));
    let answers = used.iter().map(|attempt| attempt.observations.len()).sum::<usize>();
    let answers = u32::try_from(answers).unwrap_or(u32::MAX);
    let evidence_days = rule.evidence_days;
    let judgement = if answers == 0 {
        Judgement::NotEnoughEvidence(Shortage::NothingRecent { evidence_days })
    } else if answers < rule.minimum_answers {
        let needed = rule.minimum_answers;
        Judgement::NotEnoughEvidence(Shortage::TooFewAnswers { answers, needed, evidence_days })
    } else {
        let belief = believed_now(request, &used, rule.variance_per_day);
        Judgement::Known(estimate_from(policy, request, &belief))
    };
    Readiness {
        recommendation: match &judgement {
            Judgement::NotEnoughEvidence(_) => Recommendation::NotEnoughEvidence,
            Judgement::Known(known) if known.probability >= rule.recommended_at => Recommendation::Unlock,
            Judgement::Known(_) => Recommendation::Wait,
        },
        judgement,
        evidence: used.iter().map(|attempt| evidence_used(attempt, request.now)).collect(),
        answers,
        too_old: u32::try_from(old.len()).unwrap_or(u32::MAX),
    }
}

/// Filters through the attempts in the order of time; the last step brings the belief to the present.
fn believed_now(
    request: &ReadinessRequest<'_>,
    used: &[&InterimAttempt<'_>],
    variance_per_day: f64,
) -> Belief {
    let mut belief = Belief::from_prior(request.prior);
    let mut moment: Option<Millis> = None;
    for attempt in used {
        if let Some(earlier) = moment {
            belief = belief.widened(variance_per_day * days(earlier, attempt.answered_at));
        }
        belief = belief.after(&attempt.observations);
        moment = Some(attempt.answered_at);
    }
    let since = moment.map_or(0.0, |latest| days(latest, request.now));
    belief.widened(variance_per_day * since)
}

fn estimate_from(policy: &Policy, request: &ReadinessRequest<'_>, belief: &Belief) -> ReadinessEstimate {
    let needed = request.summative.estimate_needed(policy.terms().validation, request.cut);
    let validated = |theta: f64| request.summative.probability_of_estimate_at_or_above(needed, theta);
    let theta_low = belief.quantile(0.5 - INTERVAL / 2.0);
    let theta_high = belief.quantile(0.5 + INTERVAL / 2.0);
    let probability = belief.expectation(validated).clamp(0.0, 1.0);
    ReadinessEstimate {
        probability,
        // Near 0 and 1 the mean of a skewed quantity can lie outside its 80 % interval; the interval is stretched to it.
        probability_low: validated(theta_low).min(probability),
        probability_high: validated(theta_high).max(probability),
        theta: belief.mean(),
        standard_error: belief.standard_deviation(),
        theta_low,
        theta_high,
    }
}

fn days(from: Millis, to: Millis) -> f64 {
    (to.since(from).max(0)) as f64 / DAY_MS
}

fn evidence_used(attempt: &InterimAttempt<'_>, now: Millis) -> EvidenceUsed {
    EvidenceUsed {
        attempt_id: attempt.id.clone(),
        answered_at_ms: attempt.answered_at.0,
        age_days: days(attempt.answered_at, now),
        answers: u32::try_from(attempt.observations.len()).unwrap_or(u32::MAX),
    }
}
