//! The latent distribution of a group on the grid, and the derivatives of its log weights.

use super::grid::Grid;

/// The latent distribution of one group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Latent {
    pub(crate) mean: f64,
    pub(crate) log_deviation: f64,
    /// Log weight of every node (up to a constant), in place of the normal density.
    pub(crate) histogram: Option<Vec<f64>>,
}

/// Value, gradient and information of Σ n_q log w_q in mean and log deviation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LatentTerms {
    pub(crate) gradient: [f64; 2],
    /// Expected information of complete data: the two parameters are orthogonal.
    pub(crate) expected: [f64; 2],
    /// Observed information, row by row.
    pub(crate) observed: [f64; 4],
}

impl Latent {
    /// Padded weights. Those of a normal density are w_q = φ((θ_q − μ) / σ) Δ / σ, the rectangle rule of the integral
    /// over the density: they sum to a little less than 1 where the range cuts the density off. The likelihood they
    /// give is maximal where mean and variance equal the posterior moments, as the field's programs have them.
    pub(crate) fn weights(&self, grid: &Grid) -> Vec<f64> {
        let Some(histogram) = &self.histogram else {
            return grid.normal_weights(self.mean, self.log_deviation.exp());
        };
        let highest = histogram.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        let mut weights: Vec<f64> = histogram.iter().map(|log| (log - highest).exp()).collect();
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        weights.resize(grid.padded(), 0.0);
        weights
    }

    /// Derivatives of log w_q in mean and log deviation at every node.
    pub(crate) fn scores(&self, grid: &Grid) -> Vec<[f64; 2]> {
        let deviation = self.log_deviation.exp();
        let score = |node: f64| {
            let z = (node - self.mean) / deviation;
            [z / deviation, z * z - 1.0]
        };
        grid.nodes().into_iter().map(score).collect()
    }

    /// Derivatives of Σ n_q log w_q for expected counts n.
    pub(crate) fn terms(&self, grid: &Grid, counts: &[f64]) -> LatentTerms {
        let variance = (2.0 * self.log_deviation).exp();
        let total: f64 = counts.iter().sum();
        let mut gradient = [0.0; 2];
        for (score, count) in self.scores(grid).iter().zip(counts) {
            gradient[0] += count * score[0];
            gradient[1] += count * score[1];
        }
        let cross = 2.0 * gradient[0];
        LatentTerms {
            gradient,
            expected: [total / variance, 2.0 * total],
            observed: [total / variance, cross, cross, 2.0 * (gradient[1] + total)],
        }
    }

    /// Mean and standard deviation on the grid.
    pub(crate) fn moments(&self, grid: &Grid) -> (f64, f64) {
        let mut weights = self.weights(grid);
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        let nodes = grid.nodes();
        let mean: f64 = nodes.iter().zip(&weights).map(|(node, weight)| node * weight).sum();
        let variance: f64 =
            nodes.iter().zip(&weights).map(|(node, weight)| (node - mean).powi(2) * weight).sum();
        (mean, variance.sqrt())
    }
}
