//! The quadrature grid: equally spaced nodes and the weights a density has there.

use thiserror::Error;

use crate::significance::two_sided_tail;

/// Nodes are padded with empty ones to a multiple of this many, so that loops over them vectorise.
pub(crate) const LANES: usize = 8;

/// A grid that cannot be used.
#[derive(Debug, Error, PartialEq)]
pub enum GridError {
    /// Too few or too many nodes.
    #[error("the number of quadrature nodes must be from 5 to {NODES_MAX}, got {0}")]
    Nodes(usize),
    /// A range that is not positive.
    #[error("the quadrature range must be a finite number from 1 to {RANGE_MAX} logits, got {0}")]
    Range(f64),
}

/// The most nodes of a grid.
pub const NODES_MAX: usize = 1_001;
/// The furthest node of a grid, in logits.
pub const RANGE_MAX: f64 = 40.0;

/// How the grid is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum GridChoice {
    /// At least 61 nodes on [-6, 6], widened until they cover five standard deviations around every group's mean and every
    /// examinee's posterior, and refined until their spacing is below half the smallest posterior deviation.
    #[default]
    FromInformation,
    /// This grid, with a warning when it is too coarse or too narrow.
    Stated(Grid),
}

/// Equally spaced nodes, in logits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    nodes: usize,
    low: f64,
    high: f64,
}

impl Default for Grid {
    fn default() -> Self {
        Self { nodes: 61, low: -6.0, high: 6.0 }
    }
}

impl Grid {
    /// `nodes` equally spaced nodes from −`range` to `range` logits.
    pub fn new(nodes: usize, range: f64) -> Result<Self, GridError> {
        if !(5..=NODES_MAX).contains(&nodes) {
            return Err(GridError::Nodes(nodes));
        }
        if !(1.0..=RANGE_MAX).contains(&range) {
            return Err(GridError::Range(range));
        }
        Ok(Self { nodes, low: -range, high: range })
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes
    }

    /// Never: a grid has at least five nodes.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The lowest and the highest node.
    pub fn bounds(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Distance of neighbouring nodes in logits.
    pub fn spacing(&self) -> f64 {
        (self.high - self.low) / (self.nodes - 1) as f64
    }

    /// The nodes in logits.
    pub fn nodes(&self) -> Vec<f64> {
        let centre = 0.5 * (self.low + self.high);
        let half = 0.5 * (self.nodes - 1) as f64;
        (0..self.nodes).map(|q| centre + (q as f64 - half) * self.spacing()).collect()
    }

    /// Number of nodes with padding.
    pub(crate) fn padded(&self) -> usize {
        self.nodes.next_multiple_of(LANES)
    }

    /// Padded weights of a normal density by the rectangle rule; padding weighs nothing.
    pub(crate) fn normal_weights(&self, mean: f64, standard_deviation: f64) -> Vec<f64> {
        let mut weights = vec![0.0; self.padded()];
        let factor = self.spacing() / (standard_deviation * std::f64::consts::TAU.sqrt());
        for (weight, node) in weights.iter_mut().zip(self.nodes()) {
            let z = (node - mean) / standard_deviation;
            *weight = factor * (-0.5 * z * z).exp();
        }
        weights
    }

    /// The smallest standard deviation a normal density may have for the rectangle rule to hold to 3e-5.
    pub(crate) fn deviation_min(&self) -> f64 {
        0.75 * self.spacing()
    }

    /// The grid with spacing at most `spacing` logits and the same range, as far as [`NODES_MAX`] allows.
    pub(crate) fn refined(&self, spacing: f64) -> Self {
        let nodes = ((self.high - self.low) / spacing).ceil() as usize + 1;
        Self { nodes: (nodes | 1).clamp(self.nodes, NODES_MAX), ..*self }
    }

    /// These nodes and as many more at either end as reach `low` and `high`, the same distance apart unless there would be
    /// more than [`NODES_MAX`].
    pub(crate) fn widened(&self, low: f64, high: f64) -> Self {
        let spacing = self.spacing();
        let more = |logits: f64| (logits / spacing - 1e-9).ceil().max(0.0);
        let (below, above) = (more(self.low - low), more(high - self.high));
        let nodes = (self.nodes + (below + above) as usize).min(NODES_MAX);
        Self { nodes, low: self.low - below * spacing, high: self.high + above * spacing }
    }

    /// The share of a normal distribution that lies beyond the outermost nodes.
    pub(crate) fn share_beyond(&self, mean: f64, standard_deviation: f64) -> f64 {
        let beyond = |z: f64| {
            let tail = 0.5 * two_sided_tail(z);
            if z < 0.0 { 1.0 - tail } else { tail }
        };
        beyond((mean - self.low) / standard_deviation) + beyond((self.high - mean) / standard_deviation)
    }

    /// The same nodes on the scale θ' = (θ − intercept) / slope.
    pub(crate) fn rescaled(&self, slope: f64, intercept: f64) -> Self {
        let moved = |theta: f64| (theta - intercept) / slope;
        Self { low: moved(self.low), high: moved(self.high), ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_grid_has_nodes_a_fifth_of_a_logit_apart() {
        let grid = Grid::default();
        assert!((grid.spacing() - 0.2).abs() < 1e-15);
        assert_eq!((grid.nodes()[30], grid.padded()), (0.0, 64));
        assert!((grid.normal_weights(0.3, 1.0).iter().sum::<f64>() - 1.0).abs() < 1e-7);
    }

    #[test]
    fn a_wider_grid_has_the_same_nodes_and_more() {
        let grid = Grid::default();
        assert_eq!(grid.widened(-6.0, 5.0), grid);
        let wide = grid.widened(-6.5, 10.0);
        let (low, high) = wide.bounds();
        assert!((low + 6.6).abs() < 1e-12 && (high - 10.0).abs() < 1e-12, "{low} {high}");
        assert_eq!(wide.len(), 61 + 3 + 20);
        assert!(wide.nodes()[3..64].iter().zip(grid.nodes()).all(|(a, b)| (a - b).abs() < 1e-12));
        let bounded = Grid { nodes: 601, low: -6.0, high: 6.0 }.widened(-20.0, 20.0);
        assert_eq!(bounded.len(), NODES_MAX);
        assert!((bounded.spacing() - 0.04).abs() < 1e-12);
    }

    #[test]
    fn the_share_beyond_the_nodes_is_that_of_the_normal_distribution() {
        let grid = Grid::default();
        // 1 − Φ(2) = 0.02275013194817921 and 1 − Φ(4) = 3.167124183311992e-5.
        let expected = 0.022_750_131_948_179_21 + 3.167_124_183_311_992e-5;
        assert!((grid.share_beyond(2.0, 2.0) - expected).abs() < 1e-9);
        assert!((grid.share_beyond(10.0, 1.0) - (1.0 - 3.167_124_183_311_992e-5)).abs() < 1e-9);
    }

    #[test]
    fn impossible_grids_are_refused() {
        assert_eq!(Grid::new(4, 6.0), Err(GridError::Nodes(4)));
        assert!(matches!(Grid::new(61, f64::NAN), Err(GridError::Range(_))));
    }
}
