//! Two-parameter logistic model.

use super::bounds;
use super::error::ParameterError;
use super::logistic::Logistic;

/// Two-parameter logistic model (Birnbaum, 1968), logistic metric (D = 1).
///
/// P(θ) = 1 / (1 + exp(−a(θ − b)))
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoPl {
    discrimination: f64, // a: per logit, 0 < a
    difficulty: f64,     // b: logits
}

impl TwoPl {
    /// Checks the ranges: 0 < a, b finite, both under the stated ceilings.
    pub fn new(discrimination: f64, difficulty: f64) -> Result<Self, ParameterError> {
        Ok(Self {
            discrimination: bounds::discrimination(discrimination)?,
            difficulty: bounds::difficulty(difficulty)?,
        })
    }

    /// a, per logit.
    #[must_use]
    pub fn discrimination(&self) -> f64 {
        self.discrimination
    }

    /// b, in logits.
    #[must_use]
    pub fn difficulty(&self) -> f64 {
        self.difficulty
    }

    pub(super) fn curve(&self) -> Logistic {
        Logistic { a: self.discrimination, b: self.difficulty, c: 0.0, d: 1.0 }
    }
}
