//! What a criterion may look at: the estimate, and the likelihood of the answers on the plan's grid.

use item_bank::ability::RuleWeights;
use item_bank::elementary::exp;
use item_bank::{NormalPrior, Theta};

use crate::adaptive::pool::ItemPool;

/// What is known of a student when an item is chosen.
#[derive(Debug, Clone)]
pub(in crate::adaptive) struct Evidence<'a> {
    pub pool: &'a ItemPool,
    pub theta: Theta,
    pub prior: NormalPrior,
    /// Items, by position, and scores.
    pub answers: &'a [(usize, u32)],
    /// Likelihood at every node, in units of its greatest value.
    pub likelihood: Vec<f64>,
    /// Density of the prior at every node, per logit.
    pub prior_density: Vec<f64>,
    /// Weight of every node in an integral, in logits.
    pub weights: Vec<f64>,
    /// Logarithm of the unit of the likelihood. A product of 500 probabilities is below the smallest f64, so the
    /// likelihood itself is never formed; no choice depends on its unit.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "only published values of criteria have the likelihood's unit")
    )]
    pub log_unit: f64,
}

impl<'a> Evidence<'a> {
    pub(in crate::adaptive) fn new(
        pool: &'a ItemPool,
        rule: RuleWeights,
        theta: Theta,
        prior: NormalPrior,
        answers: &'a [(usize, u32)],
    ) -> Self {
        let nodes = pool.grid.nodes();
        let mut log_likelihood = vec![0.0; nodes.len()];
        for &(item, score) in answers {
            pool.grid.add(item, score, &mut log_likelihood);
        }
        let log_unit = log_likelihood.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let constant = 1.0 / (prior.standard_deviation() * (2.0 * std::f64::consts::PI).sqrt());
        let density = |&node: &f64| constant * exp(prior.log_kernel(Theta(node)));
        Self {
            pool,
            theta,
            prior,
            answers,
            likelihood: log_likelihood.iter().map(|log| exp(log - log_unit)).collect(),
            prior_density: nodes.iter().map(density).collect(),
            weights: weights(nodes, rule),
            log_unit,
        }
    }

    /// Weight times likelihood at every node: integrates against the likelihood.
    pub(super) fn by_likelihood(&self) -> Vec<f64> {
        self.weights.iter().zip(&self.likelihood).map(|(weight, likelihood)| weight * likelihood).collect()
    }

    /// Weight times likelihood times prior at every node: integrates against the posterior, but for a constant.
    pub(super) fn by_posterior(&self) -> Vec<f64> {
        self.by_likelihood().iter().zip(&self.prior_density).map(|(measure, prior)| measure * prior).collect()
    }
}

fn weights(nodes: &[f64], rule: RuleWeights) -> Vec<f64> {
    let last = nodes.len() - 1;
    let step = (nodes[last] - nodes[0]) / last as f64;
    let mut weights = vec![step; nodes.len()];
    if rule == RuleWeights::Trapezoid {
        weights[0] *= 0.5;
        weights[last] *= 0.5;
    }
    weights
}
