//! How much the expected score varies over where the student may be (Kaplan, de la Torre and Barrada, 2015).

use item_bank::elementary::exp;

use super::evidence::Evidence;

/// Variance of the expected score under the likelihood, normalised over the nodes.
pub(in crate::adaptive) fn by_likelihood(evidence: &Evidence<'_>) -> impl Fn(usize) -> f64 {
    variance(evidence, evidence.likelihood.clone())
}

/// Variance of the expected score under the posterior, normalised over the nodes.
pub(in crate::adaptive) fn by_posterior(evidence: &Evidence<'_>) -> impl Fn(usize) -> f64 {
    let masses = evidence.likelihood.iter().zip(&evidence.prior_density);
    variance(evidence, masses.map(|(likelihood, prior)| likelihood * prior).collect())
}

fn variance<'a>(evidence: &Evidence<'a>, masses: Vec<f64>) -> impl Fn(usize) -> f64 + use<'a> {
    let pool = evidence.pool;
    let total: f64 = masses.iter().sum();
    move |item| {
        let highest = pool.model(item).maximum_score();
        let (mut first, mut second) = (0.0, 0.0);
        for (node, mass) in masses.iter().enumerate() {
            let of_score =
                |score: u32| f64::from(score) * exp(pool.grid.log_probabilities(item, score)[node]);
            let expected: f64 = (1..=highest).map(of_score).sum();
            first += mass * expected;
            second += mass * expected * expected;
        }
        let mean = first / total;
        second / total - mean * mean
    }
}
