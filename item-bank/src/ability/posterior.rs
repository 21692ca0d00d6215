//! The posterior distribution of ability on evenly spaced nodes.

use super::spectrum::Spectrum;
use crate::elementary::exp;
use crate::progression::Progression;
use crate::theta::Theta;

/// Below this share of the peak at both ends, a density counts as whole: nothing of it lies outside the nodes.
const NEGLIGIBLE: f64 = 1e-6;
/// Nodes at the ends with less than this share of the peak add nothing to a float and are left out of the spectrum.
const NOTHING: f64 = 1e-18;

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
    /// A density that has died out at both ends of its nodes is integrated as accurately as its moments are. Of a rule that
    /// cuts the density off, the mass of each node is spread evenly over its cell.
    #[must_use]
    pub fn probability_at_or_above(&self, cut: Theta) -> f64 {
        1.0 - self.distribution().below(cut.0)
    }

    /// The θ below which the given share of the distribution lies.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Theta {
        let distribution = self.distribution();
        let (mut low, mut high) = (self.nodes[0], self.nodes[self.nodes.len() - 1]);
        // Sixty halvings of any supported interval reach the resolution of a float.
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if distribution.below(middle) < share {
                low = middle;
            } else {
                high = middle;
            }
        }
        Theta(0.5 * (low + high))
    }

    fn distribution(&self) -> Distribution<'_> {
        let peak = self.masses.iter().copied().fold(0.0, f64::max);
        let ends = self.masses[0].max(self.masses[self.masses.len() - 1]);
        if ends >= NEGLIGIBLE * peak {
            return Distribution::Cells(self);
        }
        let heavy = |mass: &f64| *mass > NOTHING * peak;
        let first = self.masses.iter().position(heavy).unwrap_or(0);
        let last = self.masses.iter().rposition(heavy).unwrap_or(0);
        // One light node on either side keeps the seam of the period where there is nothing.
        let (first, last) = (first.saturating_sub(1), (last + 1).min(self.masses.len() - 1));
        Distribution::Smooth(Spectrum::new(self.nodes[first], self.step(), &self.masses[first..=last]))
    }

    /// The probability of each level of a progression, in its order; they sum to 1.
    #[must_use]
    pub fn level_probabilities(&self, progression: &Progression) -> Vec<f64> {
        let distribution = self.distribution();
        let mut below = vec![0.0];
        for cut in progression.cuts() {
            let previous = below[below.len() - 1];
            below.push(distribution.below(cut.0).max(previous));
        }
        below.push(1.0);
        below.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

/// The two ways to integrate up to a point between nodes.
enum Distribution<'a> {
    Smooth(Spectrum),
    Cells(&'a Posterior),
}

impl Distribution<'_> {
    fn below(&self, point: f64) -> f64 {
        match self {
            Self::Smooth(spectrum) => spectrum.below(point),
            Self::Cells(posterior) => {
                let step = posterior.step();
                let each = posterior.nodes.iter().zip(&posterior.masses);
                each.map(|(node, mass)| mass * ((point - node) / step + 0.5).clamp(0.0, 1.0)).sum()
            }
        }
    }
}

/// Densities relative to the highest.
fn relative(log_density: &[f64]) -> Vec<f64> {
    let highest = log_density.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    log_density.iter().map(|log| exp(log - highest)).collect()
}

/// Mean and standard deviation of masses that sum to 1.
fn moments(nodes: &[f64], masses: &[f64]) -> (f64, f64) {
    let mean: f64 = nodes.iter().zip(masses).map(|(node, mass)| node * mass).sum();
    let variance: f64 =
        nodes.iter().zip(masses).map(|(node, mass)| (node - mean) * (node - mean) * mass).sum();
    (mean, variance.sqrt())
}
