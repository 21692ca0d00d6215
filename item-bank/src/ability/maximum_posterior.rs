//! Maximum a posteriori estimation.

use super::estimator::{AbilityEstimate, standard_error};
use super::maximize::{Slope, highest, only_peak, scan_nodes};
use super::observation::{Observation, information, is_log_concave, log_derivatives, log_likelihoods};
use super::prior::NormalPrior;
use super::range::ThetaRange;
use crate::theta::Theta;

/// The global mode of the posterior in the range; standard error 1 / √(I + 1/sd²). Without responses, the prior's.
#[must_use]
pub fn maximum_posterior(
    observations: &[Observation<'_>],
    prior: &NormalPrior,
    range: &ThetaRange,
) -> AbilityEstimate {
    let precision = prior.precision();
    let slope = |theta: f64| {
        let log = log_derivatives(observations, Theta(theta));
        Slope { first: log.first - (theta - prior.mean()) * precision, second: log.second - precision }
    };
    let mode = if is_log_concave(observations) {
        only_peak(range, slope)
    } else {
        let nodes = scan_nodes(observations, range);
        let mut values = log_likelihoods(observations, &nodes);
        for (node, value) in nodes.iter().zip(&mut values) {
            *value += prior.log_kernel(Theta(*node));
        }
        highest(&nodes, &values, slope)
    };
    let theta = Theta(mode.theta);
    AbilityEstimate {
        theta,
        standard_error: standard_error(information(observations, theta) + precision),
        at_bound: mode.at_bound,
    }
}
