//! Moments of the score on one item.

use crate::model::ItemParameters;

/// Mean, variance and fourth central moment of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ScoreMoments {
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    pub(crate) fourth: f64,
}

impl ScoreMoments {
    /// Of a score with these category probabilities.
    pub(crate) fn of(probabilities: &[f64]) -> Self {
        if let &[q, p] = probabilities {
            let variance = p * q;
            return Self { mean: p, variance, fourth: variance * (1.0 - 3.0 * variance) };
        }
        let mean: f64 = probabilities.iter().enumerate().map(|(score, p)| score as f64 * p).sum();
        let central = |power: i32| -> f64 {
            probabilities.iter().enumerate().map(|(score, p)| (score as f64 - mean).powi(power) * p).sum()
        };
        Self { mean, variance: central(2), fourth: central(4) }
    }

    /// At an ability in logits.
    pub(crate) fn at(item: &ItemParameters, theta: f64) -> Self {
        let mut probabilities = vec![0.0; item.categories()];
        item.probabilities(theta, &mut probabilities);
        Self::of(&probabilities)
    }
}
