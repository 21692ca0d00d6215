//! The posterior distribution of ability on evenly spaced nodes.

use super::sine_integral::sine_integral;
use crate::elementary::exp;
use crate::progression::Progression;
use crate::theta::Theta;

/// Below this share of the peak at both ends, a density counts as whole: nothing of it lies outside the nodes.
const NEGLIGIBLE: f64 = 1e-9;

/// A normalised distribution of ability: evenly spaced nodes and the probability each carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    nodes: Vec<f64>,  // logits, ascending, evenly spaced
    masses: Vec<f64>, // sum to 1
    mean: f64,
    standard_deviation: f64,
}

impl Posterior {
    /// Trapezoid rule over ln density given up to a constant: the two ends count half.
    pub(super) fn trapezoid(nodes: Vec<f64>, log_density: &[f64]) -> Self {
        let mut weights = relative(log_density);
        if let [first, .., last] = weights.as_mut_slice() {
            *first *= 0.5;
            *last *= 0.5;
        }
        Self::from_weights(nodes, weights)
    }

    /// Equal weights over ln density given up to a constant.
    pub(super) fn sum(nodes: Vec<f64>, log_density: &[f64]) -> Self {
        let weights = relative(log_density);
        Self::from_weights(nodes, weights)
    }

    fn from_weights(nodes: Vec<f64>, mut weights: Vec<f64>) -> Self {
        assert_eq!(nodes.len(), weights.len(), "one weight a node");
        assert!(nodes.len() >= 2, "a distribution needs an interval");
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        let (mean, standard_deviation) = moments(&nodes, &weights);
        Self { nodes, masses: weights, mean, standard_deviation }
    }

    /// Posterior mean, the EAP estimate.
    #[must_use]
    pub fn mean(&self) -> Theta {
        Theta(self.mean)
    }

    /// Posterior standard deviation, the standard error of the EAP estimate, in logits.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        self.standard_deviation
    }

    /// The nodes, ascending, in logits.
    #[must_use]
    pub fn nodes(&self) -> &[f64] {
        &self.nodes
    }

    /// The probability each node carries; they sum to 1.
    #[must_use]
    pub fn masses(&self) -> &[f64] {
        &self.masses
    }

    /// Density at every node, per logit, for drawing.
    #[must_use]
    pub fn densities(&self) -> Vec<f64> {
        let step = self.step();
        self.masses.iter().map(|mass| mass / step).collect()
    }

    fn step(&self) -> f64 {
        (self.nodes[self.nodes.len() - 1] - self.nodes[0]) / (self.nodes.len() - 1) as f64
    }

    /// P(θ ≥ cut).
    ///
    /// A density that has died out at both ends of its nodes is integrated through its band-limited interpolation
    /// (Stenger, 1993, indefinite sinc quadrature): Σ m_k (½ − Si(π(cut − x_k)/h)/π), as accurate as the moments. A rule that
    /// cuts the density off is integrated as the mass around each node, spread evenly over its cell.
    #[must_use]
    pub fn probability_at_or_above(&self, cut: Theta) -> f64 {
        let [first, .., last] = self.masses.as_slice() else { unreachable!("at least two nodes") };
        let peak = self.masses.iter().copied().fold(0.0, f64::max);
        let step = self.step();
        let share_above: &dyn Fn(f64) -> f64 = if first.max(*last) < NEGLIGIBLE * peak {
            &|offset| 0.5 - sine_integral(std::f64::consts::PI * offset) / std::f64::consts::PI
        } else {
            &|offset| (0.5 - offset).clamp(0.0, 1.0)
        };
        if cut.0 <= self.nodes[0] - step {
            return 1.0;
        }
        if cut.0 >= self.nodes[self.nodes.len() - 1] + step {
            return 0.0;
        }
        let floor = peak * 1e-18;
        let heavy = self.nodes.iter().zip(&self.masses).filter(|(_, mass)| **mass > floor);
        let above: f64 = heavy.map(|(node, mass)| mass * share_above((cut.0 - node) / step)).sum();
        above.clamp(0.0, 1.0)
    }

    /// The θ below which the given share of the distribution lies.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Theta {
        let (mut low, mut high) = (self.nodes[0], self.nodes[self.nodes.len() - 1]);
        // Sixty halvings of any supported interval reach the resolution of a float.
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if 1.0 - self.probability_at_or_above(Theta(middle)) < share {
                low = middle;
            } else {
                high = middle;
            }
        }
        Theta(0.5 * (low + high))
    }

    /// The probability of each level of a progression, in its order; they sum to 1.
    #[must_use]
    pub fn level_probabilities(&self, progression: &Progression) -> Vec<f64> {
        let cuts = progression.cuts();
        let mut reached = vec![1.0];
        for cut in cuts {
            let previous = reached[reached.len() - 1];
            reached.push(self.probability_at_or_above(cut).min(previous));
        }
        reached.push(0.0);
        reached.windows(2).map(|pair| pair[0] - pair[1]).collect()
    }
}

/// Densities relative to the highest.
fn relative(log_density: &[f64]) -> Vec<f64> {
    let highest = log_density.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    log_density.iter().map(|log| exp(log - highest)).collect()
}

/// Mean and standard deviation of masses that sum to 1.
pub(super) fn moments(nodes: &[f64], masses: &[f64]) -> (f64, f64) {
    let mean: f64 = nodes.iter().zip(masses).map(|(node, mass)| node * mass).sum();
    let variance: f64 =
        nodes.iter().zip(masses).map(|(node, mass)| (node - mean) * (node - mean) * mass).sum();
    (mean, variance.sqrt())
}
