//! Graded response model.

use super::bounds;
use super::error::ParameterError;
use super::likelihood_product::Factors;
use super::response_model::{CategoryDerivatives, InformationTerms, LogDerivatives};
use crate::elementary::{exp, ln, log_logistic, logistic_pair, one_minus_exp_of_minus};
use crate::theta::Theta;

/// Graded response model (Samejima, 1969), logistic metric (D = 1).
///
/// P(X ≥ k | θ) = 1 / (1 + exp(−a(θ − b_k))), and P(k) is the difference of neighbours. With x = a(θ − b_k) and
/// y = a(θ − b_{k+1}) the difference is computed as the product σ(x) σ(−y) (1 − exp(y − x)), whose last factor does
/// not depend on θ: no cancellation at any θ, and every category's log probability is concave.
#[derive(Debug, Clone, PartialEq)]
pub struct Graded {
    discrimination: f64,    // a: per logit, 0 < a
    boundaries: Box<[f64]>, // b_1 < b_2 < …: logits
    widths: Box<[f64]>,     // 1 − exp(−a(b_{k+1} − b_k)) of every category; 1 for the first and the last
    log_widths: Box<[f64]>,
}

impl Graded {
    /// Checks the ranges: 0 < a, boundaries finite and strictly ascending, one fewer than categories.
    pub fn new(discrimination: f64, boundaries: &[f64]) -> Result<Self, ParameterError> {
        let a = bounds::discrimination(discrimination)?;
        bounds::difficulties(boundaries)?;
        if let Some(pair) = boundaries.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(ParameterError::BoundaryOrder { first: pair[0], second: pair[1] });
        }
        let inner = boundaries.windows(2).map(|pair| one_minus_exp_of_minus(a * (pair[1] - pair[0])));
        let widths: Box<[f64]> = std::iter::once(1.0).chain(inner).chain([1.0]).collect();
        let log_widths = widths.iter().map(|&width| ln(width.max(f64::MIN_POSITIVE))).collect();
        Ok(Self { discrimination: a, boundaries: boundaries.into(), widths, log_widths })
    }

    /// a, per logit.
    #[must_use]
    pub fn discrimination(&self) -> f64 {
        self.discrimination
    }

    /// b_1 < b_2 < …, in logits.
    #[must_use]
    pub fn boundaries(&self) -> &[f64] {
        &self.boundaries
    }

    /// σ(x) and σ(−x) at the boundary below a category; the lowest category has none.
    #[inline]
    fn at_or_above(&self, theta: Theta, category: usize) -> (f64, f64) {
        match category.checked_sub(1).and_then(|index| self.boundaries.get(index)) {
            Some(b) => logistic_pair(self.discrimination * (theta.0 - b)),
            None if category == 0 => (1.0, 0.0),
            None => (0.0, 1.0),
        }
    }

    /// P, (ln P)' and (ln P)'' of one category, given its two boundaries.
    #[inline]
    fn category(&self, category: usize, lower: (f64, f64), upper: (f64, f64)) -> (f64, LogDerivatives) {
        let a = self.discrimination;
        let probability = lower.0 * upper.1 * self.widths[category];
        let first = a * (lower.1 - upper.0);
        let second = -a * a * (lower.0 * lower.1 + upper.0 * upper.1);
        (probability, LogDerivatives { first, second })
    }

    #[inline]
    fn each_category(&self, theta: Theta, mut visit: impl FnMut(usize, f64, LogDerivatives)) {
        let mut lower = self.at_or_above(theta, 0);
        for category in 0..self.widths.len() {
            let upper = self.at_or_above(theta, category + 1);
            let (probability, log) = self.category(category, lower, upper);
            visit(category, probability, log);
            lower = upper;
        }
    }

    #[inline]
    pub(super) fn probability(&self, theta: Theta, category: usize) -> f64 {
        let upper = self.at_or_above(theta, category + 1);
        self.category(category, self.at_or_above(theta, category), upper).0
    }

    pub(super) fn probabilities(&self, theta: Theta, out: &mut [f64]) {
        self.each_category(theta, |category, probability, _| out[category] = probability);
    }

    pub(super) fn derivatives(&self, theta: Theta, out: &mut [CategoryDerivatives]) {
        self.each_category(theta, |category, probability, log| out[category] = log.times(probability));
    }

    pub(super) fn add_log_probabilities(&self, category: usize, nodes: &[f64], log_likelihood: &mut [f64]) {
        let a = self.discrimination;
        let width = self.log_widths[category];
        let lower = category.checked_sub(1).map(|index| self.boundaries[index]);
        let upper = self.boundaries.get(category).copied();
        let each = nodes.iter().zip(log_likelihood);
        match (lower, upper) {
            (Some(b), Some(next)) => each.for_each(|(node, sum)| {
                *sum += width + log_logistic(a * (node - b)) + log_logistic(a * (next - node));
            }),
            (Some(b), None) => each.for_each(|(node, sum)| *sum += log_logistic(a * (node - b))),
            (None, Some(next)) => each.for_each(|(node, sum)| *sum += log_logistic(a * (next - node))),
            (None, None) => unreachable!("an item has at least two categories"),
        }
    }

    /// Two denominators, each at most 2.
    pub(super) const FACTOR_REACH: f64 = 2.0 * std::f64::consts::LN_2;

    pub(super) fn multiply_factors(&self, category: usize, nodes: &[f64], factors: &mut Factors) {
        let a = self.discrimination;
        let width = self.log_widths[category];
        // The logistic function that is missing at either end is 1: its boundary lies at infinity.
        let lower = category.checked_sub(1).map_or(f64::NEG_INFINITY, |index| self.boundaries[index]);
        let upper = self.boundaries.get(category).copied().unwrap_or(f64::INFINITY);
        for (node, [x, _, d]) in factors.at(nodes) {
            let (rising, falling) = (a * (node - lower), a * (upper - node));
            *x += width + rising.min(0.0) + falling.min(0.0);
            *d *= (1.0 + exp(-rising.abs())) * (1.0 + exp(-falling.abs()));
        }
    }

    #[inline]
    pub(super) fn log_derivatives(&self, theta: Theta, category: usize) -> LogDerivatives {
        let upper = self.at_or_above(theta, category + 1);
        self.category(category, self.at_or_above(theta, category), upper).1
    }

    #[inline]
    pub(super) fn information_terms(&self, theta: Theta) -> InformationTerms {
        let mut terms = InformationTerms::default();
        self.each_category(theta, |_, probability, log| terms.add_category(probability, log));
        terms
    }
}
