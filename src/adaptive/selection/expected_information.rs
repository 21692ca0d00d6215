//! The item's information to expect at the estimate that its answer will lead to (van der Linden, 1998).

use item_bank::ability::maximum_posterior;
use item_bank::{Observation, Theta, ThetaRange};

use super::evidence::Evidence;

/// Σ P_k(θ̂) I(θ̂ after k), with Fisher information.
pub(in crate::adaptive) fn fisher(evidence: &Evidence<'_>, item: usize) -> f64 {
    let model = evidence.pool.model(item);
    expected(evidence, item, |after, _| model.information(after))
}

/// Σ P_k(θ̂) J(θ̂ after k), with the observed information of the score k.
pub(in crate::adaptive) fn observed(evidence: &Evidence<'_>, item: usize) -> f64 {
    let model = evidence.pool.model(item);
    expected(evidence, item, |after, score| model.observed_information(after, score))
}

fn expected(evidence: &Evidence<'_>, item: usize, information: impl Fn(Theta, u32) -> f64) -> f64 {
    let pool = evidence.pool;
    let nodes = pool.grid.nodes();
    let range = ThetaRange::new(nodes[0], nodes[nodes.len() - 1]).expect("the nodes of a plan ascend");
    let model = pool.model(item);
    let answered =
        evidence.answers.iter().map(|&(item, score)| Observation { model: pool.model(item), score });
    let mut observations: Vec<Observation<'_>> = answered.collect();
    let of_score = |score: u32| {
        observations.push(Observation { model, score });
        let after = maximum_posterior(&observations, &evidence.prior, &range).theta;
        observations.pop();
        model.probability(evidence.theta, score) * information(after, score)
    };
    (0..=model.maximum_score()).map(of_score).sum()
}
