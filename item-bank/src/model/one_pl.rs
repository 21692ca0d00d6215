//! One-parameter logistic model.

use super::bounds;
use super::error::ParameterError;
use super::logistic::Logistic;

/// One-parameter logistic model (Rasch, 1960, with a common discrimination), logistic metric (D = 1).
///
/// P(θ) = 1 / (1 + exp(−a(θ − b))), with the same a for every item of the bank; a = 1 is the Rasch model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnePl {
    discrimination: f64, // a: per logit, 0 < a
    difficulty: f64,     // b: logits
}

impl OnePl {
    /// A Rasch item: discrimination 1.
    pub fn new(difficulty: f64) -> Result<Self, ParameterError> {
        Self::with_common_discrimination(1.0, difficulty)
    }

    /// An item of a bank whose common discrimination is not 1.
    pub fn with_common_discrimination(discrimination: f64, difficulty: f64) -> Result<Self, ParameterError> {
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
