//! Named rules for the integral over ability.

use serde::{Deserialize, Serialize};

use super::range::ThetaRange;

/// How a posterior is integrated.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rule")]
pub enum Quadrature {
    /// The integral itself: evenly spaced nodes laid around the posterior, halved until mean and standard deviation stand
    /// still to 1e-10. Holds for one response and for thousands, for any prior.
    #[default]
    Converged,
    /// Fixed nodes, to reproduce another program's digits.
    EvenlySpaced(EvenlySpaced),
}

/// A fixed rule of evenly spaced nodes, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedRule", into = "UncheckedRule")]
pub struct EvenlySpaced {
    nodes: usize,
    range: ThetaRange,
    weights: RuleWeights,
}

/// Weights of the nodes of a fixed rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleWeights {
    /// The two ends count half.
    Trapezoid,
    /// All nodes count the same.
    Sum,
}

/// A rule with too few or too many nodes, or without an interval.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum QuadratureError {
    /// The number of nodes.
    #[error("a quadrature rule has 3 to 10001 nodes, got {0}")]
    Nodes(usize),
    /// The interval.
    #[error(transparent)]
    Range(#[from] super::range::RangeError),
}

#[derive(Serialize, Deserialize)]
struct UncheckedRule {
    nodes: usize,
    low: f64,
    high: f64,
    weights: RuleWeights,
}

impl EvenlySpaced {
    /// Checks the number of nodes.
    pub fn new(nodes: usize, range: ThetaRange, weights: RuleWeights) -> Result<Self, QuadratureError> {
        let inside = (3..=10_001).contains(&nodes);
        inside.then_some(Self { nodes, range, weights }).ok_or(QuadratureError::Nodes(nodes))
    }

    /// The nodes, ascending, in logits.
    #[must_use]
    pub fn nodes(&self) -> Vec<f64> {
        self.range.nodes(self.nodes)
    }

    /// How the nodes are weighted.
    #[must_use]
    pub fn weights(&self) -> RuleWeights {
        self.weights
    }

    /// The interval the nodes span.
    #[must_use]
    pub fn range(&self) -> ThetaRange {
        self.range
    }
}

impl Quadrature {
    /// 33 nodes in [−4, 4], trapezoid: the rule of the R package catR (Magis and Raîche, 2012).
    #[must_use]
    pub fn catr() -> Self {
        let range = ThetaRange::new(-4.0, 4.0).expect("the bounds ascend");
        Self::EvenlySpaced(EvenlySpaced { nodes: 33, range, weights: RuleWeights::Trapezoid })
    }

    /// 61 nodes in [−6, 6], equal weights: the rule of the R package mirt (Chalmers, 2012).
    #[must_use]
    pub fn mirt() -> Self {
        Self::EvenlySpaced(EvenlySpaced { nodes: 61, range: ThetaRange::WIDE, weights: RuleWeights::Sum })
    }
}

impl TryFrom<UncheckedRule> for EvenlySpaced {
    type Error = QuadratureError;

    fn try_from(rule: UncheckedRule) -> Result<Self, QuadratureError> {
        Self::new(rule.nodes, ThetaRange::new(rule.low, rule.high)?, rule.weights)
    }
}

impl From<EvenlySpaced> for UncheckedRule {
    fn from(rule: EvenlySpaced) -> Self {
        Self { nodes: rule.nodes, low: rule.range.low(), high: rule.range.high(), weights: rule.weights }
    }
}
