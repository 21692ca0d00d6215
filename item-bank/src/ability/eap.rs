//! Expected a posteriori estimation (Bock and Mislevy, 1982).

use super::converged;
use super::estimator::AbilityEstimate;
use super::observation::{Observation, log_likelihoods};
use super::posterior::Posterior;
use super::prior::NormalPrior;
use super::quadrature::{EvenlySpaced, Quadrature, RuleWeights};
use crate::theta::Theta;

/// Posterior mean and standard deviation. Without responses, the prior's.
#[must_use]
pub fn eap(
    observations: &[Observation<'_>],
    prior: &NormalPrior,
    quadrature: &Quadrature,
) -> AbilityEstimate {
    let (mean, standard_deviation) = match quadrature {
        Quadrature::Converged if observations.is_empty() => (prior.mean(), prior.standard_deviation()),
        Quadrature::Converged => converged::moments(observations, prior),
        Quadrature::EvenlySpaced(rule) => {
            let posterior = on_fixed_nodes(observations, prior, rule);
            (posterior.mean().0, posterior.standard_deviation())
        }
    };
    AbilityEstimate { theta: Theta(mean), standard_error: standard_deviation, at_bound: false }
}

/// The posterior density of ability on the nodes of a rule.
#[must_use]
pub fn posterior(
    observations: &[Observation<'_>],
    prior: &NormalPrior,
    quadrature: &Quadrature,
) -> Posterior {
    match quadrature {
        Quadrature::Converged => converged::posterior(observations, prior),
        Quadrature::EvenlySpaced(rule) => on_fixed_nodes(observations, prior, rule),
    }
}

fn on_fixed_nodes(observations: &[Observation<'_>], prior: &NormalPrior, rule: &EvenlySpaced) -> Posterior {
    let nodes = rule.nodes();
    let mut log_density = log_likelihoods(observations, &nodes);
    for (node, log) in nodes.iter().zip(&mut log_density) {
        *log += prior.log_kernel(Theta(*node));
    }
    match rule.weights() {
        RuleWeights::Trapezoid => Posterior::trapezoid(nodes, &log_density),
        RuleWeights::Sum => Posterior::sum(nodes, &log_density),
    }
}
