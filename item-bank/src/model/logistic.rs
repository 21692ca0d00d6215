//! The curve shared by the dichotomous models: P = c + (d − c) / (1 + exp(−a(θ − b))).

use super::likelihood_product::Factors;
use super::response_model::{CategoryDerivatives, InformationTerms, LogDerivatives};
use crate::elementary::{exp, ln, ln_one_plus, log_logistic, logistic_pair};
use crate::theta::Theta;
use std::f64::consts::LN_2;

/// The four numbers of a logistic curve; made only from checked models.
#[derive(Debug, Clone, Copy)]
pub(super) struct Logistic {
    pub a: f64, // per logit, 0 < a
    pub b: f64, // logits
    pub c: f64, // lower asymptote, 0 ≤ c < d
    pub d: f64, // upper asymptote, d ≤ 1
}

/// P and Q = 1 − P, each without cancellation, with P' and P''.
#[derive(Debug, Clone, Copy)]
struct Curve {
    correct: f64,
    incorrect: f64,
    first: f64,
    second: f64,
}

impl Logistic {
    #[inline]
    fn curve(&self, theta: Theta) -> Curve {
        let Self { a, b, c, d } = *self;
        let (s, t) = logistic_pair(a * (theta.0 - b));
        let first = (d - c) * a * s * t;
        Curve {
            correct: c + (d - c) * s,
            incorrect: (1.0 - d) + (d - c) * t,
            first,
            second: first * a * (t - s),
        }
    }

    #[inline]
    pub fn probabilities(&self, theta: Theta) -> [f64; 2] {
        let curve = self.curve(theta);
        [curve.incorrect, curve.correct]
    }

    pub fn derivatives(&self, theta: Theta) -> [CategoryDerivatives; 2] {
        let Curve { correct, incorrect, first, second } = self.curve(theta);
        [
            CategoryDerivatives { probability: incorrect, first: -first, second: -second },
            CategoryDerivatives { probability: correct, first, second },
        ]
    }

    /// Both scores are the same curve: an incorrect answer has the asymptotes 1 − d and 1 − c of a falling one.
    #[inline]
    fn rising_or_falling(&self, score: u32) -> (f64, f64, f64) {
        let Self { a, b: _, c, d } = *self;
        let (slope, floor) = if score == 1 { (a, c) } else { (-a, 1.0 - d) };
        (slope, floor, d - c)
    }

    /// A curve that falls to 0 on one side is a logistic function times a constant.
    pub fn is_log_concave(&self, score: u32) -> bool {
        self.rising_or_falling(score).1 == 0.0
    }

    #[inline]
    pub fn factor_reach(&self, score: u32) -> f64 {
        let (_, floor, _) = self.rising_or_falling(score);
        let numerator = if floor == 0.0 { 0.0 } else { LN_2 - ln(floor.max(f64::MIN_POSITIVE)) };
        LN_2 + numerator
    }

    /// With e = exp(−|z|), σ(z) is 1 / (1 + e) or e / (1 + e).
    #[inline]
    pub fn multiply_factors(&self, score: u32, nodes: &[f64], factors: &mut Factors) {
        let b = self.b;
        let (slope, floor, span) = self.rising_or_falling(score);
        if floor == 0.0 {
            let log_span = ln(span);
            for (node, [x, _, d]) in factors.at(nodes) {
                let z = slope * (node - b);
                *x += log_span + z.min(0.0);
                *d *= 1.0 + exp(-z.abs());
            }
        } else {
            for (node, [_, n, d]) in factors.at(nodes) {
                let z = slope * (node - b);
                let e = exp(-z.abs());
                let risen = if z >= 0.0 { 1.0 } else { e };
                *n *= floor * (1.0 + e) + span * risen;
                *d *= 1.0 + e;
            }
        }
    }

    /// Adds ln P(score) at every node; the branches are outside the loops so that the loops are vector instructions.
    #[inline]
    pub fn add_log_probabilities(&self, score: u32, nodes: &[f64], log_likelihood: &mut [f64]) {
        let b = self.b;
        let (slope, floor, span) = self.rising_or_falling(score);
        let each = nodes.iter().zip(log_likelihood);
        if floor == 0.0 {
            let log_span = ln(span);
            each.for_each(|(node, sum)| *sum += log_span + log_logistic(slope * (node - b)));
        } else {
            let complement_floor = 1.0 - floor - span;
            each.for_each(|(node, sum)| {
                let (s, t) = logistic_pair(slope * (node - b));
                *sum += log_of_either(floor + span * s, complement_floor + span * t);
            });
        }
    }

    #[inline]
    pub fn log_derivatives(&self, theta: Theta, score: u32) -> LogDerivatives {
        let Self { a, b, c, d } = *self;
        let (s, t) = logistic_pair(a * (theta.0 - b));
        // Where an asymptote is 0 or 1 the ratio P'/P simplifies and survives the underflow of P.
        if score == 1 && c == 0.0 {
            return LogDerivatives { first: a * t, second: -a * a * s * t };
        }
        if score == 0 && d == 1.0 {
            return LogDerivatives { first: -a * s, second: -a * a * s * t };
        }
        let (slope, floor, span) = self.rising_or_falling(score);
        let (s, t) = if score == 1 { (s, t) } else { (t, s) };
        let first = span * slope * s * t / (floor + span * s);
        LogDerivatives { first, second: first * (slope * (t - s) - first) }
    }

    /// I = P'² / (P Q) and J = P' P'' / (P Q).
    #[inline]
    pub fn information_terms(&self, theta: Theta) -> InformationTerms {
        let Self { a, b, c, d } = *self;
        let (s, t) = logistic_pair(a * (theta.0 - b));
        let span = d - c;
        // P'²/(PQ) with one factor of s (or t) divided out of P (or Q) where the asymptote allows it.
        let over_correct = if c == 0.0 { 1.0 / d } else { s / (c + span * s) };
        let over_incorrect = if d == 1.0 { 1.0 / span } else { t / ((1.0 - d) + span * t) };
        let information = span * span * a * a * s * t * over_correct * over_incorrect;
        InformationTerms { information, warm_j: information * a * (t - s) }
    }
}

/// ln p, given p and 1 − p, with full relative precision at both ends.
#[inline]
fn log_of_either(p: f64, complement: f64) -> f64 {
    let odds = complement / p;
    // p > ½: ln p = −ln(1 + q/p).
    let near_one = -ln_one_plus(odds.min(1.0));
    let elsewhere = ln(p.max(f64::MIN_POSITIVE));
    if complement < p { near_one } else { elsewhere }
}
