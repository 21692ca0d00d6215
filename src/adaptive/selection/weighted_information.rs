//! Fisher information averaged over where the student may be, instead of taken at one estimate.

use item_bank::elementary::inner_product;

use super::evidence::Evidence;

/// ∫ L(θ) I(θ) dθ (Veerkamp and Berger, 1997).
pub(in crate::adaptive) fn by_likelihood(evidence: &Evidence<'_>) -> impl Fn(usize) -> f64 {
    averaged(evidence, evidence.by_likelihood())
}

/// ∫ L(θ) φ(θ) I(θ) dθ (van der Linden, 1998).
pub(in crate::adaptive) fn by_posterior(evidence: &Evidence<'_>) -> impl Fn(usize) -> f64 {
    averaged(evidence, evidence.by_posterior())
}

fn averaged<'a>(evidence: &Evidence<'a>, measure: Vec<f64>) -> impl Fn(usize) -> f64 + use<'a> {
    let pool = evidence.pool;
    move |item| inner_product(&measure, pool.information_at_nodes(item))
}
