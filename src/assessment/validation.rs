//! The outcome of a summative attempt.
//!
//! The estimate θ̂ and its standard error SE are those of the summative attempt alone. P(θ ≥ cut) is taken from the
//! normal approximation Φ((θ̂ − cut) / SE), so that the outcome follows from two stored numbers and anybody can check it.

use serde::{Deserialize, Serialize};
use statrs::function::erf::erfc;
use utoipa::ToSchema;

use super::policy::{PolicyTerms, ValidationRule};
use super::summary::{AttemptScore, AttemptSummary};
use crate::clock::Millis;

/// Validated, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The rule is met.
    Validated,
    /// It is not met yet.
    NotYet,
}

/// The outcome with the numbers behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ValidationOutcome {
    /// What the rule says.
    pub verdict: Verdict,
    /// P(θ ≥ cut) given the attempt.
    pub probability_at_or_above: f64,
    /// The estimate, logits.
    pub theta: f64,
    /// Its standard error, logits.
    pub standard_error: f64,
    /// The cut, logits.
    pub cut: f64,
}

/// The outcome of an attempt under a rule.
#[must_use]
pub fn validate(rule: ValidationRule, score: &AttemptScore, cut: f64) -> ValidationOutcome {
    let probability = normal_upper(cut, score.theta, score.standard_error);
    let validated = match rule {
        ValidationRule::EstimateAtCut => score.theta >= cut,
        ValidationRule::CutWithConfidence { confidence } => probability >= confidence,
    };
    ValidationOutcome {
        verdict: if validated { Verdict::Validated } else { Verdict::NotYet },
        probability_at_or_above: probability,
        theta: score.theta,
        standard_error: score.standard_error,
        cut,
    }
}

/// When the student last met the standard in an attempt that may count; none: not yet.
#[must_use]
pub fn met_standard(terms: &PolicyTerms, attempts: &[AttemptSummary], cut: f64) -> Option<Millis> {
    let met = attempts.iter().filter(|attempt| {
        attempt
            .countable(terms)
            .is_ok_and(|score| validate(terms.validation, &score, cut).verdict == Verdict::Validated)
    });
    met.map(AttemptSummary::last_moment).max()
}

/// When the newest attempt that may count ended, if it ended "not yet".
#[must_use]
pub fn last_not_yet(terms: &PolicyTerms, attempts: &[AttemptSummary], cut: f64) -> Option<Millis> {
    let outcomes = attempts.iter().filter_map(|attempt| {
        let score = attempt.countable(terms).ok()?;
        Some((attempt.finished_at?, validate(terms.validation, &score, cut).verdict))
    });
    let (ended_at, verdict) = outcomes.max_by_key(|(ended_at, _)| *ended_at)?;
    (verdict == Verdict::NotYet).then_some(ended_at)
}

/// P(X ≥ x) for X normal. A standard deviation of 0 is a point.
pub(super) fn normal_upper(x: f64, mean: f64, standard_deviation: f64) -> f64 {
    if standard_deviation > 0.0 {
        let z = (x - mean) / standard_deviation;
        0.5 * erfc(z / std::f64::consts::SQRT_2)
    } else if mean >= x {
        1.0
    } else {
        0.0
    }
}
