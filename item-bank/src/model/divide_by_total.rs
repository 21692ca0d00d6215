//! The kernel shared by the partial credit and nominal models: P(k) = exp(z_k) / Σ exp(z_v), z_k = s_k θ + c_k.

use super::bounds::MAXIMUM_CATEGORIES;
use super::likelihood_product::Factors;
use super::response_model::{CategoryDerivatives, InformationTerms, LogDerivatives};
use crate::elementary::{exp, ln, ln_one_plus};
use crate::theta::Theta;

/// Slopes and intercepts of every category; made only from checked models.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DivideByTotal {
    slopes: Box<[f64]>,     // s_k: per logit
    intercepts: Box<[f64]>, // c_k
    polynomial: Option<Polynomial>,
}

/// Equally spaced slopes make Σ exp(z_k) a polynomial in exp(step · θ): one exponential instead of one a category.
#[derive(Debug, Clone, PartialEq)]
struct Polynomial {
    step: f64,                // s_1 − s_0, with s_0 = 0
    coefficients: Box<[f64]>, // exp(c_k)
    reach: f64,               // |θ| up to which no power or product of theirs leaves e^±600
}

/// exp(z_k) of every category up to a common factor, at one θ.
struct Weights {
    each: [f64; MAXIMUM_CATEGORIES],
    total: f64,
    modal: usize,     // the heaviest category
    mean_offset: f64, // E[s] − s_modal: small exactly where one category has nearly all the probability
}

impl DivideByTotal {
    pub fn new(slopes: Box<[f64]>, intercepts: Box<[f64]>) -> Self {
        assert_eq!(slopes.len(), intercepts.len(), "one slope and one intercept a category");
        Self { slopes, intercepts, polynomial: None }
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
        let coefficients = intercepts.iter().map(|intercept| exp(*intercept)).collect();
        let highest = intercepts.iter().fold(0.0, |most: f64, intercept| most.max(intercept.abs()));
        let reach = (600.0 - highest) / (discrimination * count);
        let polynomial = Some(Polynomial { step: discrimination, coefficients, reach });
        Self { polynomial, ..Self::new(slopes.into(), intercepts.into()) }
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
    fn weights(&self, theta: Theta) -> Weights {
        let mut each = [0.0; MAXIMUM_CATEGORIES];
        let slots = each.iter_mut();
        match &self.polynomial {
            Some(polynomial) if theta.0.abs() <= polynomial.reach => {
                let base = exp(polynomial.step * theta.0);
                let mut power = 1.0;
                for (slot, coefficient) in slots.zip(&polynomial.coefficients) {
                    *slot = coefficient * power;
                    power *= base;
                }
            }
            _ => {
                let (_, largest) = self.largest(theta);
                for (slot, category) in slots.zip(0..self.slopes.len()) {
                    *slot = exp(self.exponent(theta, category) - largest);
                }
            }
        }
        let (mut modal, mut total) = (0, 0.0);
        for category in 0..self.slopes.len() {
            total += each[category];
            if each[category] > each[modal] {
                modal = category;
            }
        }
        let anchor = self.slopes[modal];
        let offsets = self.slopes.iter().zip(&each).map(|(slope, weight)| (slope - anchor) * weight);
        let mean_offset = offsets.sum::<f64>() / total;
        Weights { each, total, modal, mean_offset }
    }

    /// s_k − E[s] = (ln P_k)'.
    #[inline]
    fn deviation(&self, at: &Weights, category: usize) -> f64 {
        (self.slopes[category] - self.slopes[at.modal]) - at.mean_offset
    }

    #[inline]
    pub fn probability(&self, theta: Theta, category: usize) -> f64 {
        let at = self.weights(theta);
        at.each[category] / at.total
    }

    pub fn probabilities(&self, theta: Theta, out: &mut [f64]) {
        let at = self.weights(theta);
        for (slot, weight) in out.iter_mut().zip(&at.each) {
            *slot = weight / at.total;
        }
    }

    pub fn derivatives(&self, theta: Theta, out: &mut [CategoryDerivatives]) {
        let at = self.weights(theta);
        let variance = self.moments(&at).information;
        for (category, slot) in out.iter_mut().enumerate() {
            let log = LogDerivatives { first: self.deviation(&at, category), second: -variance };
            *slot = log.times(at.each[category] / at.total);
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

    /// A bound of ln Σ exp(z_k) and of every step of its evaluation; infinite where the sum has to be scaled.
    #[inline]
    pub fn factor_reach(&self, nodes: &[f64]) -> f64 {
        let (Some(polynomial), [first, ..], [.., last]) = (&self.polynomial, nodes, nodes) else {
            return f64::INFINITY;
        };
        let intercept = self.intercepts.iter().fold(0.0, |most: f64, intercept| most.max(intercept.abs()));
        let count = self.slopes.len() as f64;
        intercept + polynomial.step * count * first.abs().max(last.abs()) + count
    }

    /// P = exp(z_k) / Σ exp(z_v), the sum by Horner's rule.
    #[inline]
    pub fn multiply_factors(&self, category: usize, nodes: &[f64], factors: &mut Factors) {
        let Some(polynomial) = &self.polynomial else { unreachable!("factor_reach has refused this kernel") };
        let (slope, intercept) = (self.slopes[category], self.intercepts[category]);
        for (node, [x, _, d]) in factors.at(nodes) {
            let power = exp(polynomial.step * node);
            let total =
                polynomial.coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * power + coefficient);
            *x += slope * node + intercept;
            *d *= total;
        }
    }

    #[inline]
    pub fn log_derivatives(&self, theta: Theta, category: usize) -> LogDerivatives {
        let at = self.weights(theta);
        LogDerivatives { first: self.deviation(&at, category), second: -self.moments(&at).information }
    }

    /// I is the variance of the slopes under P, J their third central moment.
    #[inline]
    pub fn information_terms(&self, theta: Theta) -> InformationTerms {
        self.moments(&self.weights(theta))
    }

    #[inline]
    fn moments(&self, at: &Weights) -> InformationTerms {
        let (mut second, mut third) = (0.0, 0.0);
        for category in 0..self.slopes.len() {
            let deviation = self.deviation(at, category);
            let share = at.each[category] * deviation * deviation;
            second += share;
            third += share * deviation;
        }
        InformationTerms { information: second / at.total, warm_j: third / at.total }
    }
}
