//! Weighted likelihood estimation (Warm, 1989).

use std::ops::Range;

use super::estimator::{AbilityEstimate, EstimateError, standard_error};
use super::maximize::{Slope, highest, only_peak, scan_nodes, steepest_slope};
use super::maximum_likelihood::likelihood_slope;
use super::observation::{
    Observation, information, information_terms, is_log_concave, log_likelihood, log_likelihoods,
};
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
    let nodes = scan_nodes(observations, &contended(observations, range));
    let mut values = log_likelihoods(observations, &nodes);
    let window = contenders(&nodes, &values, correction_max(observations));
    let nodes = &nodes[window.clone()];
    let values = &mut values[window];
    let corrections: Vec<f64> = nodes.iter().map(|node| correction(observations, *node)).collect();
    add_integral(nodes, &corrections, values);
    let maximum = highest(nodes, values, |theta| {
        let likelihood = likelihood_slope(observations, theta);
        Slope { first: likelihood.first + correction(observations, theta), second: likelihood.second }
    });
    let theta = Theta(maximum.theta);
    let standard_error = standard_error(information(observations, theta));
    Ok(AbilityEstimate { theta, standard_error, at_bound: maximum.at_bound })
}

/// A bound of |J / (2 I)|: half the steepest slope for logistic and divide-by-total items; twice the slope leaves room for
/// graded ones.
fn correction_max(observations: &[Observation<'_>]) -> f64 {
    2.0 * steepest_slope(observations)
}

/// The part of the range where the weighted likelihood may be highest, found without a scan where the likelihood is concave.
///
/// The weighted log likelihood rises above its value at the maximum of the likelihood only where the likelihood has lost
/// less than the correction can have given back.
fn contended(observations: &[Observation<'_>], range: &ThetaRange) -> ThetaRange {
    if !is_log_concave(observations) {
        return *range;
    }
    let peak = only_peak(range, |theta| likelihood_slope(observations, theta)).theta;
    let highest = log_likelihood(observations, Theta(peak));
    let gain = correction_max(observations);
    let end = |direction: f64, bound: f64| {
        let mut distance = 0.2;
        while distance < (bound - peak).abs() {
            let theta = peak + direction * distance;
            if log_likelihood(observations, Theta(theta)) + gain * distance < highest {
                return theta;
            }
            distance *= 1.5;
        }
        bound
    };
    let (low, high) = (end(-1.0, range.low()), end(1.0, range.high()));
    ThetaRange::new(low, high).unwrap_or(*range)
}

/// The nodes that may still be highest once the integral of a correction of at most `steepest` has been added, with one more
/// on either side.
fn contenders(nodes: &[f64], values: &[f64], steepest: f64) -> Range<usize> {
    let order = |left: &usize, right: &usize| values[*left].total_cmp(&values[*right]);
    let best = (0..nodes.len()).max_by(order).unwrap_or(0);
    let reaches = |index: &usize| {
        let gain = steepest * (nodes[*index] - nodes[best]).abs();
        values[*index] + gain >= values[best]
    };
    let first = (0..nodes.len()).find(reaches).unwrap_or(best);
    let last = (0..nodes.len()).rfind(reaches).unwrap_or(best);
    first.saturating_sub(1)..(last + 2).min(nodes.len())
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
