//! How well an item tells the estimate from the other abilities the student may have (Chang and Ying, 1996).

use super::evidence::Evidence;

/// ∫ L(θ) KL(θ̂ ‖ θ) dθ with KL(θ̂ ‖ θ) = Σ P_k(θ̂) ln(P_k(θ̂) / P_k(θ)).
pub(in crate::adaptive) fn by_likelihood(evidence: &Evidence<'_>) -> impl Fn(usize) -> f64 {
    averaged(evidence, evidence.by_likelihood())
}

/// ∫ L(θ) φ(θ) KL(θ̂ ‖ θ) dθ.
pub(in crate::adaptive) fn by_posterior(evidence: &Evidence<'_>) -> impl Fn(usize) -> f64 {
    averaged(evidence, evidence.by_posterior())
}

fn averaged<'a>(evidence: &Evidence<'a>, measure: Vec<f64>) -> impl Fn(usize) -> f64 + use<'a> {
    let (pool, theta) = (evidence.pool, evidence.theta);
    move |item| {
        let model = pool.model(item);
        let of_score = |score: u32| {
            let log_here = model.log_probability(theta, score);
            let there = pool.grid.log_probabilities(item, score).iter().zip(&measure);
            model.probability(theta, score)
                * there.map(|(log, measure)| measure * (log_here - log)).sum::<f64>()
        };
        (0..=model.maximum_score()).map(of_score).sum()
    }
}
