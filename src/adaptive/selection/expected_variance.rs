//! The posterior variance to expect after an item (van der Linden, 1998); less is better, so its negative is the value.

use item_bank::elementary::exp;

use super::evidence::Evidence;

/// With the probability of each score under the posterior: what will really be expected.
pub(in crate::adaptive) fn predictive(evidence: &Evidence<'_>) -> impl Fn(usize) -> f64 {
    expected(evidence, |_, _, share| share)
}

/// With the probability of each score at the estimate, as if it were the truth; what some programs compute.
pub(in crate::adaptive) fn at_estimate(evidence: &Evidence<'_>) -> impl Fn(usize) -> f64 {
    let (pool, theta) = (evidence.pool, evidence.theta);
    expected(evidence, move |item, score, _| pool.model(item).probability(theta, score))
}

fn expected<'a, P>(evidence: &Evidence<'a>, probability: P) -> impl Fn(usize) -> f64 + use<'a, P>
where
    P: Fn(usize, u32, f64) -> f64,
{
    let (pool, measure) = (evidence.pool, evidence.by_posterior());
    let whole: f64 = measure.iter().sum();
    move |item| {
        let of_score = |score: u32| {
            let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
            let logs = pool.grid.log_probabilities(item, score);
            for ((node, log), measure) in pool.grid.nodes().iter().zip(logs).zip(&measure) {
                let mass = measure * exp(*log);
                total += mass;
                first += mass * node;
                second += mass * node * node;
            }
            if total <= 0.0 {
                // No ability on the grid gives this score: it adds nothing.
                return 0.0;
            }
            let mean = first / total;
            probability(item, score, total / whole) * (second / total - mean * mean)
        };
        -(0..=pool.model(item).maximum_score()).map(of_score).sum::<f64>()
    }
}
