//! The four estimators behind one door.

use serde::{Deserialize, Serialize};

use super::maximum_likelihood::maximum_likelihood;
use super::maximum_posterior::maximum_posterior;
use super::observation::{Observation, observed_information};
use super::prior::NormalPrior;
use super::quadrature::Quadrature;
use super::range::ThetaRange;
use super::weighted_likelihood::weighted_likelihood;
use crate::theta::Theta;

/// How responses become an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "method")]
pub enum Estimator {
    /// Expected a posteriori (Bock and Mislevy, 1982): posterior mean; its error is the posterior standard deviation.
    Eap {
        /// What is believed before the first response.
        prior: NormalPrior,
        /// The rule of the integral.
        #[serde(default)]
        quadrature: Quadrature,
    },
    /// Maximum a posteriori: the global mode of the posterior in the range; error 1 / √(I + 1/sd²).
    Map {
        /// What is believed before the first response.
        prior: NormalPrior,
        /// Where the mode is sought.
        range: ThetaRange,
    },
    /// Maximum likelihood: the global maximum in the range, which is a bound for all right and all wrong; error 1 / √I.
    Ml {
        /// Where the maximum is sought.
        range: ThetaRange,
    },
    /// Weighted likelihood (Warm, 1989): root of score + J / (2 I); error 1 / √I.
    Wle {
        /// Where the root is sought.
        range: ThetaRange,
    },
}

/// A point estimate of ability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AbilityEstimate {
    /// The estimate.
    pub theta: Theta,
    /// Its standard error in logits; always finite, enormous where the responses say nothing.
    pub standard_error: f64,
    /// Whether the estimate is a bound of its range and the likelihood would have it go on.
    pub at_bound: bool,
}

/// Why there is no estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EstimateError {
    /// Without a prior, no responses are no information at all.
    #[error("maximum and weighted likelihood need at least one response")]
    NoResponses,
}

/// Estimates ability. EAP and MAP of no responses are the prior; ML and WLE of no responses are an error.
pub fn estimate(
    observations: &[Observation<'_>],
    estimator: &Estimator,
) -> Result<AbilityEstimate, EstimateError> {
    match estimator {
        Estimator::Eap { prior, quadrature } => Ok(super::eap::eap(observations, prior, quadrature)),
        Estimator::Map { prior, range } => Ok(maximum_posterior(observations, prior, range)),
        Estimator::Ml { range } => maximum_likelihood(observations, range),
        Estimator::Wle { range } => weighted_likelihood(observations, range),
    }
}

/// 1 / √(observed information, plus the prior's precision if any), as flexMIRT and mirt report; none where it is not positive.
#[must_use]
pub fn observed_standard_error(
    observations: &[Observation<'_>],
    prior: Option<&NormalPrior>,
    theta: Theta,
) -> Option<f64> {
    let precision = prior.map_or(0.0, NormalPrior::precision);
    let information = observed_information(observations, theta) + precision;
    (information > 0.0).then(|| 1.0 / information.sqrt())
}

/// 1 / √information, finite even where there is none.
pub(super) fn standard_error(information: f64) -> f64 {
    1.0 / information.max(f64::MIN_POSITIVE).sqrt()
}
