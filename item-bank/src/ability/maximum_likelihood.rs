//! Maximum likelihood estimation.

use super::estimator::{AbilityEstimate, EstimateError, standard_error};
use super::maximize::{Slope, highest, only_peak, scan_nodes};
use super::observation::{Observation, information, is_log_concave, log_derivatives, log_likelihoods};
use super::range::ThetaRange;
use crate::theta::Theta;

/// The global maximum of the likelihood in the range; standard error 1 / √I.
///
/// All-right and all-wrong patterns, and some aberrant patterns under guessing, have their maximum at a bound; the
/// estimate says so.
pub fn maximum_likelihood(
    observations: &[Observation<'_>],
    range: &ThetaRange,
) -> Result<AbilityEstimate, EstimateError> {
    if observations.is_empty() {
        return Err(EstimateError::NoResponses);
    }
    let slope = |theta: f64| likelihood_slope(observations, theta);
    let maximum = if is_log_concave(observations) {
        only_peak(range, slope)
    } else {
        let nodes = scan_nodes(observations, range);
        highest(&nodes, &log_likelihoods(observations, &nodes), slope)
    };
    let theta = Theta(maximum.theta);
    let standard_error = standard_error(information(observations, theta));
    Ok(AbilityEstimate { theta, standard_error, at_bound: maximum.at_bound })
}

pub(super) fn likelihood_slope(observations: &[Observation<'_>], theta: f64) -> Slope {
    let log = log_derivatives(observations, Theta(theta));
    Slope { first: log.first, second: log.second }
}
