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

    /// Derivatives of the logarithm of weights renormalised to sum 1, log w_q − log Σ w, at every node.
    pub(crate) fn centred_scores(&self, grid: &Grid) -> Vec<[f64; 2]> {
        let slope = self.log_mass_slope(grid);
        let mut scores = self.scores(grid);
        for score in &mut scores {
            score.iter_mut().zip(slope).for_each(|(score, slope)| *score -= slope);
        }
        scores
    }

    /// Derivatives of log Σ w in mean and log deviation.
    pub(crate) fn log_mass_slope(&self, grid: &Grid) -> [f64; 2] {
        let (weights, scores) = (self.weights(grid), self.scores(grid));
        let total: f64 = weights.iter().sum();
        let mean = |parameter: usize| {
            scores.iter().zip(&weights).map(|(score, w)| score[parameter] * w).sum::<f64>() / total
        };
        [mean(0), mean(1)]
    }

    /// Second derivatives of log Σ w in mean and log deviation, row by row: 0 but for what the range cuts off.
    pub(crate) fn log_mass_curvature(&self, grid: &Grid) -> [f64; 4] {
        let weights = self.weights(grid);
        let total: f64 = weights.iter().sum();
        let variance = (2.0 * self.log_deviation).exp();
        let mut curvature = [0.0; 4];
        for ((score, centred), weight) in
            self.scores(grid).iter().zip(self.centred_scores(grid)).zip(&weights)
        {
            let own = [1.0 / variance, 2.0 * score[0], 2.0 * score[0], 2.0 * (score[1] + 1.0)];
            for (entry, value) in curvature.iter_mut().enumerate() {
                *value += weight / total * (centred[entry / 2] * centred[entry % 2] - own[entry]);
            }
        }
        curvature
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curvature_of_the_mass_is_that_of_differences() {
        let grid = Grid::new(61, 6.0).unwrap();
        let mass = |mean: f64, log_deviation: f64| -> f64 {
            let latent = Latent { mean, log_deviation, histogram: None };
            latent.weights(&grid).iter().sum::<f64>().ln()
        };
        let (mean, log_deviation, h) = (0.4, 0.9, 1e-4);
        let exact = Latent { mean, log_deviation, histogram: None }.log_mass_curvature(&grid);
        let second = |f: &dyn Fn(f64) -> f64| (f(h) - 2.0 * f(0.0) + f(-h)) / (h * h);
        let numeric =
            [second(&|by| mass(mean + by, log_deviation)), second(&|by| mass(mean, log_deviation + by))];
        assert!(
            (exact[0] - numeric[0]).abs() < 1e-6 && (exact[3] - numeric[1]).abs() < 1e-6,
            "{exact:?} {numeric:?}"
        );
        let corner = |a: f64, b: f64| mass(mean + a * h, log_deviation + b * h);
        let cross =
            (corner(1.0, 1.0) - corner(1.0, -1.0) - corner(-1.0, 1.0) + corner(-1.0, -1.0)) / (4.0 * h * h);
        assert!((exact[1] - cross).abs() < 1e-6 && exact[1] == exact[2], "{exact:?} {cross}");
    }
}
