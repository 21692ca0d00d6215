//! The kernel shared by the partial credit and nominal models: P(k) = exp(z_k) / Σ exp(z_v), z_k = s_k θ + c_k.

use super::response_model::{CategoryDerivatives, InformationTerms, LogDerivatives};
use crate::elementary::{exp, ln, ln_one_plus};
use crate::theta::Theta;

/// Slopes and intercepts of every category; made only from checked models.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DivideByTotal {
    slopes: Box<[f64]>,     // s_k: per logit
    intercepts: Box<[f64]>, // c_k
}

/// Where the exponents stand at one θ.
struct Exponents {
    modal: usize,     // the most probable category
    largest: f64,     // its exponent
    total: f64,       // Σ exp(z − largest), at least 1
    mean_offset: f64, // E[s] − s_modal: small exactly where one category has nearly all the probability
}

impl DivideByTotal {
    pub fn new(slopes: Box<[f64]>, intercepts: Box<[f64]>) -> Self {
        assert_eq!(slopes.len(), intercepts.len(), "one slope and one intercept a category");
        Self { slopes, intercepts }
    }

    /// The partial credit form: s_k = a k, c_k = −a Σ_{v ≤ k} b_v.
    pub fn from_steps(discrimination: f64, steps: &[f64]) -> Self {
        let mut slopes = vec![0.0];
        let mut intercepts = vec![0.0];
        let (mut count, mut sum) = (0.0, 0.0);
        for step in steps {
            count += 1.0;
            sum += step;
            slopes.push(discrimination * count);
            intercepts.push(-discrimination * sum);
        }
        Self::new(slopes.into(), intercepts.into())
    }

    pub fn slopes(&self) -> &[f64] {
        &self.slopes
    }

    pub fn intercepts(&self) -> &[f64] {
        &self.intercepts
    }

    /// The span of the slopes.
    pub fn steepest_slope(&self) -> f64 {
        let steepest = self.slopes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        steepest - self.slopes.iter().copied().fold(f64::INFINITY, f64::min)
    }

    #[inline]
    fn exponent(&self, theta: Theta, category: usize) -> f64 {
        self.slopes[category] * theta.0 + self.intercepts[category]
    }

    /// The most probable category and its exponent.
    #[inline]
    fn largest(&self, theta: Theta) -> (usize, f64) {
        let (mut modal, mut largest) = (0, self.exponent(theta, 0));
        for category in 1..self.slopes.len() {
            let exponent = self.exponent(theta, category);
            if exponent > largest {
                (modal, largest) = (category, exponent);
            }
        }
        (modal, largest)
    }

    #[inline]
    fn exponents(&self, theta: Theta) -> Exponents {
        let (modal, largest) = self.largest(theta);
        let (mut total, mut weighted) = (0.0, 0.0);
        for category in 0..self.slopes.len() {
            let weight = exp(self.exponent(theta, category) - largest);
            total += weight;
            weighted += weight * (self.slopes[category] - self.slopes[modal]);
        }
        Exponents { modal, largest, total, mean_offset: weighted / total }
    }

    /// s_k − E[s] = (ln P_k)'.
    #[inline]
    fn deviation(&self, at: &Exponents, category: usize) -> f64 {
        (self.slopes[category] - self.slopes[at.modal]) - at.mean_offset
    }

    #[inline]
    pub fn probability(&self, theta: Theta, category: usize) -> f64 {
        let at = self.exponents(theta);
        exp(self.exponent(theta, category) - at.largest) / at.total
    }

    pub fn probabilities(&self, theta: Theta, out: &mut [f64]) {
        let at = self.exponents(theta);
        for (category, slot) in out.iter_mut().enumerate() {
            *slot = exp(self.exponent(theta, category) - at.largest) / at.total;
        }
    }

    pub fn derivatives(&self, theta: Theta, out: &mut [CategoryDerivatives]) {
        let at = self.exponents(theta);
        let variance = self.moments(theta, &at).information;
        for (category, slot) in out.iter_mut().enumerate() {
            let probability = exp(self.exponent(theta, category) - at.largest) / at.total;
            let log = LogDerivatives { first: self.deviation(&at, category), second: -variance };
            *slot = log.times(probability);
        }
    }

    pub fn add_log_probabilities(&self, category: usize, nodes: &[f64], log_likelihood: &mut [f64]) {
        for (&node, sum) in nodes.iter().zip(log_likelihood) {
            let theta = Theta(node);
            let (modal, largest) = self.largest(theta);
            // The modal category's own 1 is left out of the sum, so that ln P keeps its digits where P is nearly 1.
            let others = (0..self.slopes.len()).filter(|other| *other != modal);
            let rest: f64 = others.map(|other| exp(self.exponent(theta, other) - largest)).sum();
            let log_total = if rest <= 1.0 { ln_one_plus(rest) } else { ln(1.0 + rest) };
            *sum += self.exponent(theta, category) - largest - log_total;
        }
    }

    #[inline]
    pub fn log_derivatives(&self, theta: Theta, category: usize) -> LogDerivatives {
        let at = self.exponents(theta);
        LogDerivatives { first: self.deviation(&at, category), second: -self.moments(theta, &at).information }
    }

    /// I is the variance of the slopes under P, J their third central moment.
    #[inline]
    pub fn information_terms(&self, theta: Theta) -> InformationTerms {
        self.moments(theta, &self.exponents(theta))
    }

    #[inline]
    fn moments(&self, theta: Theta, at: &Exponents) -> InformationTerms {
        let (mut second, mut third) = (0.0, 0.0);
        for category in 0..self.slopes.len() {
            let probability = exp(self.exponent(theta, category) - at.largest) / at.total;
            let deviation = self.deviation(at, category);
            second += probability * deviation * deviation;
            third += probability * deviation * deviation * deviation;
        }
        InformationTerms { information: second, warm_j: third }
    }
}
