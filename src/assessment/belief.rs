//! What is believed of an ability that moves: a density on an even grid, updated by answers and widened by time.
//!
//! The model is a random walk (West and Harrison, 1997, ch. 2): between two moments ability changes by a normal
//! step of variance q · days. With normal likelihoods this is the Kalman filter; on the grid any likelihood will do.

use item_bank::{NormalPrior, Observation};

/// Lowest node, logits.
const LOW: f64 = -8.0;
/// Distance of neighbouring nodes, logits: below a fifth of the smallest posterior deviation met in practice.
const SPACING: f64 = 0.05;
/// Nodes from −8 to 8.
const NODES: usize = 321;

/// A normalised density of ability on 321 nodes from −8 to 8 logits.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    mass: Vec<f64>,
}

/// The ability at a node.
fn node(index: usize) -> f64 {
    LOW + SPACING * index as f64
}

impl Belief {
    /// What is believed before any answer.
    #[must_use]
    pub fn from_prior(prior: &NormalPrior) -> Self {
        let (mean, deviation) = (prior.mean(), prior.standard_deviation());
        Self::from_log_density(|theta| -0.5 * ((theta - mean) / deviation).powi(2))
    }

    /// The density proportional to exp of a function of ability.
    #[must_use]
    pub fn from_log_density(log_density: impl Fn(f64) -> f64) -> Self {
        let logs: Vec<f64> = (0..NODES).map(|index| log_density(node(index))).collect();
        Self { mass: normalised(&logs) }
    }

    /// After answers given at one moment.
    #[must_use]
    pub fn after(&self, observations: &[Observation<'_>]) -> Self {
        let nodes: Vec<f64> = (0..NODES).map(node).collect();
        let mut logs: Vec<f64> = self.mass.iter().map(|mass| mass.ln()).collect();
        for seen in observations {
            seen.model.add_log_probabilities(seen.score, &nodes, &mut logs);
        }
        Self { mass: normalised(&logs) }
    }

    /// After evidence with this log-likelihood of ability.
    #[must_use]
    pub fn after_log_likelihood(&self, log_likelihood: impl Fn(f64) -> f64) -> Self {
        let logs: Vec<f64> = self
            .mass
            .iter()
            .enumerate()
            .map(|(index, mass)| mass.ln() + log_likelihood(node(index)))
            .collect();
        Self { mass: normalised(&logs) }
    }

    /// After ability has moved by a normal step of this variance, squared logits.
    #[must_use]
    pub fn widened(&self, variance: f64) -> Self {
        let in_spacings = variance / (SPACING * SPACING);
        if in_spacings <= 0.0 {
            return self.clone();
        }
        if in_spacings >= 1.0 {
            return self.spread(&normal_kernel(in_spacings));
        }
        // Finer than the grid: steps over three nodes with exactly the variance asked for. At a third of a squared
        // spacing such a step has the fourth moment of the normal too, so none is larger.
        let steps = (3.0 * in_spacings).ceil();
        let kernel = [1.0 - in_spacings / steps, 0.5 * in_spacings / steps];
        (0..steps as u32).fold(self.clone(), |belief, _| belief.spread(&kernel))
    }

    /// Spreads every node's mass by a symmetric kernel: its weights at distances 0, 1, 2 …
    fn spread(&self, kernel: &[f64]) -> Self {
        let mut mass = vec![0.0; NODES];
        for (from, &share) in self.mass.iter().enumerate() {
            for (distance, &weight) in kernel.iter().enumerate() {
                // What would leave the grid stays at its end.
                mass[(from + distance).min(NODES - 1)] += share * weight;
                if distance > 0 {
                    mass[from.saturating_sub(distance)] += share * weight;
                }
            }
        }
        Self { mass }
    }

    /// Its mean, logits.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.expectation(|theta| theta)
    }

    /// Its standard deviation, logits.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        let mean = self.mean();
        self.expectation(|theta| (theta - mean).powi(2)).sqrt()
    }

    /// The expectation of a function of ability.
    #[must_use]
    pub fn expectation(&self, function: impl Fn(f64) -> f64) -> f64 {
        self.mass.iter().enumerate().map(|(index, mass)| mass * function(node(index))).sum()
    }

    /// The ability below which this probability lies, logits; each node's mass is spread evenly around it.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> f64 {
        let mut below = 0.0;
        for (index, &mass) in self.mass.iter().enumerate() {
            if below + mass >= probability && mass > 0.0 {
                return node(index) + SPACING * ((probability - below) / mass - 0.5);
            }
            below += mass;
        }
        node(NODES - 1)
    }
}

/// A normal step whose variance is at least one squared spacing; its variance on the grid is exact to 1e-7.
fn normal_kernel(in_spacings: f64) -> Vec<f64> {
    let reach = (8.0 * in_spacings.sqrt()).ceil().min(NODES as f64) as usize;
    let raw: Vec<f64> = (0..=reach).map(|k| (-0.5 * (k * k) as f64 / in_spacings).exp()).collect();
    let total = raw[0] + 2.0 * raw[1..].iter().sum::<f64>();
    raw.into_iter().map(|weight| weight / total).collect()
}

/// Masses that sum to 1 from logarithms of unnormalised ones; the largest is taken out first so that none underflows.
fn normalised(logs: &[f64]) -> Vec<f64> {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logs.iter().map(|log| (log - largest).exp()).collect();
    let total: f64 = raw.iter().sum();
    raw.into_iter().map(|mass| mass / total).collect()
}
