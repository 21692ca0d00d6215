//! Where a student stands on a learning progression.

use serde::{Deserialize, Serialize};

use crate::ability::Posterior;
use crate::progression::Progression;
use crate::theta::Theta;

/// A student's estimate, its standard error, the level it falls in and the probability of every level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The estimate.
    pub theta: Theta,
    /// Its standard error, in logits.
    pub standard_error: f64,
    /// Index of the level the estimate falls in.
    pub level: usize,
    /// The probability of every level, in the progression's order; they sum to 1.
    pub level_probabilities: Vec<f64>,
}

impl Placement {
    /// Places a posterior: its mean names the level, its mass the probabilities.
    #[must_use]
    pub fn new(posterior: &Posterior, progression: &Progression) -> Self {
        let theta = posterior.mean();
        Self {
            theta,
            standard_error: posterior.standard_deviation(),
            level: progression.level_of(theta),
            level_probabilities: posterior.level_probabilities(progression),
        }
    }

    /// The probability that the student is at the level or above.
    #[must_use]
    pub fn probability_at_or_above(&self, level: usize) -> f64 {
        let above: f64 = self.level_probabilities.iter().skip(level).sum();
        above.min(1.0)
    }
}
