//! Precomputed log probabilities and information on a fixed grid: the estimate after every answer by additions alone.

use super::estimator::AbilityEstimate;
use super::posterior::Posterior;
use super::prior::NormalPrior;
use super::range::ThetaRange;
use crate::elementary::exp;
use crate::model::ResponseModel;
use crate::theta::Theta;

/// ln P of every score of every item at evenly spaced nodes.
///
/// The estimate is the trapezoid rule on these nodes. Its error against the converged integral is about
/// exp(−2π²·(sd/step)²) for a posterior standard deviation sd: below 1e-8 as long as sd is at least the step, growing to
/// 7e-3 of a step where sd is half a step; and whatever the prior has outside the range.
#[derive(Debug, Clone, PartialEq)]
pub struct LogProbabilityGrid {
    nodes: Vec<f64>,     // logits, evenly spaced
    offsets: Vec<usize>, // where each item's first row starts; one more than items
    rows: Vec<f64>,      // a row of nodes for every item and score
}

impl LogProbabilityGrid {
    /// Tabulates the items, which keep their order, on `count` nodes over the range, ends included.
    #[must_use]
    pub fn new<'a>(
        models: impl IntoIterator<Item = &'a ResponseModel>,
        range: ThetaRange,
        count: usize,
    ) -> Self {
        let nodes = range.nodes(count);
        let (mut offsets, mut rows) = (vec![0], Vec::new());
        for model in models {
            for score in 0..=model.maximum_score() {
                let start = rows.len();
                rows.resize(start + count, 0.0);
                model.add_log_probabilities(score, &nodes, &mut rows[start..]);
            }
            offsets.push(rows.len());
        }
        Self { nodes, offsets, rows }
    }

    /// The nodes, ascending, in logits.
    #[must_use]
    pub fn nodes(&self) -> &[f64] {
        &self.nodes
    }

    /// ln P of one score of one item at every node. Panics when there is no such item or score.
    #[inline]
    #[must_use]
    pub fn log_probabilities(&self, item: usize, score: u32) -> &[f64] {
        let count = self.nodes.len();
        let start = self.offsets[item] + score as usize * count;
        assert!(start + count <= self.offsets[item + 1], "item {item} has no score {score}");
        &self.rows[start..start + count]
    }

    /// Fills the log density with the prior, up to a constant.
    pub fn start(&self, prior: &NormalPrior, log_density: &mut Vec<f64>) {
        let (mean, scale) = (prior.mean(), -0.5 * prior.precision());
        log_density.clear();
        log_density.extend(self.nodes.iter().map(|node| scale * (node - mean) * (node - mean)));
    }

    /// Adds one response to the log density.
    #[inline]
    pub fn add(&self, item: usize, score: u32, log_density: &mut [f64]) {
        for (sum, log) in log_density.iter_mut().zip(self.log_probabilities(item, score)) {
            *sum += log;
        }
    }

    /// Posterior mean and standard deviation of a log density given up to a constant.
    #[must_use]
    pub fn estimate(&self, log_density: &[f64]) -> AbilityEstimate {
        assert_eq!(log_density.len(), self.nodes.len(), "one log density a node");
        let highest = log_density.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let origin = self.nodes[self.nodes.len() / 2];
        let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
        for (node, log) in self.nodes.iter().zip(log_density) {
            let weight = exp(log - highest);
            let distance = node - origin;
            total += weight;
            first += weight * distance;
            second += weight * distance * distance;
        }
        let mean = first / total;
        let variance = (second / total - mean * mean).max(0.0);
        AbilityEstimate { theta: Theta(origin + mean), standard_error: variance.sqrt(), at_bound: false }
    }

    /// The distribution of a log density given up to a constant.
    #[must_use]
    pub fn posterior(&self, log_density: &[f64]) -> Posterior {
        Posterior::sum(self.nodes.clone(), log_density)
    }
}

/// Fisher information of every item at evenly spaced nodes, one row an item.
#[derive(Debug, Clone, PartialEq)]
pub struct InformationGrid {
    nodes: Vec<f64>,
    rows: Vec<f64>,
}

impl InformationGrid {
    /// Tabulates the items, which keep their order, on `count` nodes over the range, ends included.
    #[must_use]
    pub fn new<'a>(
        models: impl IntoIterator<Item = &'a ResponseModel>,
        range: ThetaRange,
        count: usize,
    ) -> Self {
        let nodes = range.nodes(count);
        let mut rows = Vec::new();
        for model in models {
            rows.extend(nodes.iter().map(|node| model.information(Theta(*node))));
        }
        Self { nodes, rows }
    }

    /// The nodes, ascending, in logits.
    #[must_use]
    pub fn nodes(&self) -> &[f64] {
        &self.nodes
    }

    /// Information of one item at every node, per squared logit.
    #[must_use]
    pub fn information(&self, item: usize) -> &[f64] {
        let count = self.nodes.len();
        &self.rows[item * count..(item + 1) * count]
    }
}
