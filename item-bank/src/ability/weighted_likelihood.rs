//! Weighted likelihood estimation (Warm, 1989).

use super::estimator::{AbilityEstimate, EstimateError, standard_error};
use super::maximize::{Slope, highest, scan_nodes};
use super::observation::{Observation, information, information_terms, log_derivatives, log_likelihoods};
use super::range::ThetaRange;
use crate::model::InformationTerms;
use crate::theta::Theta;

/// The root of score + J / (2 I) in the basin where log likelihood + ∫ J / (2 I) is highest; standard error 1 / √I.
///
/// For the exponential-family models J = I', so the weight is √I; for 3PL, 4PL and graded items it is not, and adding
/// ½ ln I (Jeffreys) would be another estimator.
pub fn weighted_likelihood(
    observations: &[Observation<'_>],
    range: &ThetaRange,
) -> Result<AbilityEstimate, EstimateError> {
    if observations.is_empty() {
        return Err(EstimateError::NoResponses);
    }
    let nodes = scan_nodes(observations, range);
    let mut values = log_likelihoods(observations, &nodes);
    let corrections: Vec<f64> = nodes.iter().map(|node| correction(observations, *node)).collect();
    add_integral(&nodes, &corrections, &mut values);
    let maximum = highest(&nodes, &values, |theta| {
        let log = log_derivatives(observations, Theta(theta));
        Slope { first: log.first + correction(observations, theta), second: log.second }
    });
    let theta = Theta(maximum.theta);
    let standard_error = standard_error(information(observations, theta));
    Ok(AbilityEstimate { theta, standard_error, at_bound: maximum.at_bound })
}

/// J / (2 I); nothing where there is no information.
fn correction(observations: &[Observation<'_>], theta: f64) -> f64 {
    let InformationTerms { information, warm_j } = information_terms(observations, Theta(theta));
    if information > 0.0 { warm_j / (2.0 * information) } else { 0.0 }
}

/// Adds the running integral of the corrections: over each cell, of the cubic through the four nodes around it.
fn add_integral(nodes: &[f64], corrections: &[f64], values: &mut [f64]) {
    let last = nodes.len() - 1;
    let mut integral = 0.0;
    for index in 1..=last {
        let (before, left) = (corrections[index.saturating_sub(2)], corrections[index - 1]);
        let (right, after) = (corrections[index], corrections[(index + 1).min(last)]);
        let cell = nodes[index] - nodes[index - 1];
        integral += cell / 24.0 * (13.0 * (left + right) - before - after);
        values[index] += integral;
    }
}
