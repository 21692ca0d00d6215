//! The likelihood of a whole response pattern at many nodes, with one logarithm for many responses.

use super::response_model::ResponseModel;
use crate::elementary::ln;

/// Factors may grow or shrink to e^±600 before their logarithm is taken; a float holds e^±708.
const HEADROOM: f64 = 600.0;

/// ln of a product of response probabilities at every node.
///
/// The probability of a response is written as exp(x) · n / d with x linear in θ and n and d of moderate size; x is summed, n
/// and d are multiplied, and ln(n / d) is taken only when they could leave the range of a float.
#[derive(Debug, Clone)]
pub struct LikelihoodProduct<'a> {
    nodes: &'a [f64],
    factors: Factors,
    headroom: f64, // |ln n| + |ln d| may still grow this much
}

/// The three running values at every node.
#[derive(Debug, Clone)]
pub(super) struct Factors {
    pub exponent: Vec<f64>,
    pub numerator: Vec<f64>,
    pub denominator: Vec<f64>,
}

impl<'a> LikelihoodProduct<'a> {
    /// The empty product.
    #[must_use]
    pub fn new(nodes: &'a [f64]) -> Self {
        let count = nodes.len();
        let factors = Factors {
            exponent: vec![0.0; count],
            numerator: vec![1.0; count],
            denominator: vec![1.0; count],
        };
        Self { nodes, factors, headroom: HEADROOM }
    }

    /// Multiplies by the probability of one score.
    #[inline]
    pub fn multiply(&mut self, model: &ResponseModel, score: u32) {
        let reach = model.factor_reach(score, self.nodes);
        if reach > HEADROOM {
            model.add_log_probabilities(score, self.nodes, &mut self.factors.exponent);
            return;
        }
        if reach > self.headroom {
            self.take_logarithms();
        }
        self.headroom -= reach;
        model.multiply_factors(score, self.nodes, &mut self.factors);
    }

    /// ln of the product at every node.
    #[must_use]
    pub fn logarithms(mut self) -> Vec<f64> {
        self.take_logarithms();
        self.factors.exponent
    }

    fn take_logarithms(&mut self) {
        let Factors { exponent, numerator, denominator } = &mut self.factors;
        let each = exponent.iter_mut().zip(numerator.iter_mut().zip(denominator.iter_mut()));
        for (sum, (n, d)) in each {
            *sum += ln(*n) - ln(*d);
            (*n, *d) = (1.0, 1.0);
        }
        self.headroom = HEADROOM;
    }
}

impl Factors {
    /// All three at one node after the other, with the node.
    #[inline]
    pub fn at<'f>(&'f mut self, nodes: &'f [f64]) -> impl Iterator<Item = (f64, [&'f mut f64; 3])> {
        let values = self.exponent.iter_mut().zip(&mut self.numerator).zip(&mut self.denominator);
        nodes.iter().zip(values).map(|(node, ((x, n), d))| (*node, [x, n, d]))
    }
}
