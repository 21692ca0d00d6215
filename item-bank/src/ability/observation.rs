//! One scored response and sums over a set of them.

use crate::model::{InformationTerms, LikelihoodProduct, LogDerivatives, ResponseModel};
use crate::theta::Theta;

/// The score an examinee got on an item of known parameters. The score is at most the model's maximum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation<'a> {
    /// The item's response model.
    pub model: &'a ResponseModel,
    /// The score, from 0.
    pub score: u32,
}

/// A score the item cannot give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("score must be at most {maximum}, got {score}")]
pub struct ScoreError {
    /// The score given.
    pub score: u32,
    /// The item's highest score.
    pub maximum: u32,
}

impl<'a> Observation<'a> {
    /// Checks the score against the model.
    pub fn new(model: &'a ResponseModel, score: u32) -> Result<Self, ScoreError> {
        let maximum = model.maximum_score();
        if score > maximum {
            return Err(ScoreError { score, maximum });
        }
        Ok(Self { model, score })
    }
}

/// ln of the probability of all responses at θ.
#[must_use]
pub fn log_likelihood(observations: &[Observation<'_>], theta: Theta) -> f64 {
    observations.iter().map(|seen| seen.model.log_probability(theta, seen.score)).sum()
}

/// Fisher information of the items that were answered, per squared logit.
#[must_use]
pub fn information(observations: &[Observation<'_>], theta: Theta) -> f64 {
    observations.iter().map(|seen| seen.model.information(theta)).sum()
}

/// Observed information: minus the second derivative of the log likelihood.
#[must_use]
pub fn observed_information(observations: &[Observation<'_>], theta: Theta) -> f64 {
    -log_derivatives(observations, theta).second
}

/// First and second derivative of the log likelihood.
pub(super) fn log_derivatives(observations: &[Observation<'_>], theta: Theta) -> LogDerivatives {
    let mut sum = LogDerivatives::default();
    for seen in observations {
        let one = seen.model.log_derivatives(theta, seen.score);
        sum.first += one.first;
        sum.second += one.second;
    }
    sum
}

/// I and Warm's J of the items that were answered.
pub(super) fn information_terms(observations: &[Observation<'_>], theta: Theta) -> InformationTerms {
    let mut sum = InformationTerms::default();
    for seen in observations {
        let one = seen.model.information_terms(theta);
        sum.information += one.information;
        sum.warm_j += one.warm_j;
    }
    sum
}

/// The log likelihood at every node.
pub(super) fn log_likelihoods(observations: &[Observation<'_>], nodes: &[f64]) -> Vec<f64> {
    let mut product = LikelihoodProduct::new(nodes);
    for seen in observations {
        product.multiply(seen.model, seen.score);
    }
    product.logarithms()
}

/// Whether the log likelihood is concave in ability.
pub(super) fn is_log_concave(observations: &[Observation<'_>]) -> bool {
    observations.iter().all(|seen| seen.model.is_log_concave(seen.score))
}
